//! The command line: settings, import, invitations, set-up, start and end.

mod backup;
mod import;
mod life;
mod set_up;
mod settings;

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a run of the program ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
    took: Duration,
}

/// Runs it to its end, at most a minute.
fn run(mut command: Command) -> Ended {
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let (mut out, mut err) = (child.stdout.take().expect("stdout"), child.stderr.take().expect("stderr"));
    let out = std::thread::spawn(move || read(&mut out));
    let err = std::thread::spawn(move || read(&mut err));
    let code = loop {
        if let Some(status) = child.try_wait().expect("its state") {
            break status.code();
        }
        if began.elapsed() > Duration::from_secs(60) {
            child.kill().expect("SIGKILL");
            child.wait().expect("its end");
            break None;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let took = began.elapsed();
    Ended { code, out: out.join().expect("stdout"), err: err.join().expect("stderr"), took }
}

fn read(from: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("what it prints");
    String::from_utf8_lossy(&bytes).into_owned()
}
