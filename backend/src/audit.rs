//! `upheld audit`: for whoever runs the server. The trail's length and hashes are shown nowhere else.

use std::io::{IsTerminal, Write};

use clap::Subcommand;
use upheld_store::{AuditHead, AuditReport, Store};

use crate::cli::{Failure, say};

/// What can be asked of the audit trail.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Walk over the whole audit trail and name every row that does not fit
    Verify {
        /// A number and hash that `upheld audit head` printed before: finds a trail that was cut off together with its head
        #[arg(long, value_name = "SEQ:HASH", value_parser = anchor)]
        anchor: Option<Anchor>,
    },
    /// Print where the audit trail ends, to be kept elsewhere
    Head,
}

/// A row's number and hash, kept elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Anchor {
    seq: i64,
    hash: String,
}

fn anchor(text: &str) -> Result<Anchor, String> {
    let parts = text.split_once(':').and_then(|(seq, hash)| Some((seq.parse::<i64>().ok()?, hash)));
    match parts {
        Some((seq, hash)) if seq >= 0 && (hash.len() == 43 || (seq == 0 && hash.is_empty())) => {
            Ok(Anchor { seq, hash: hash.to_owned() })
        }
        _ => Err("give a number, a colon and a hash as `upheld audit head` prints them".to_owned()),
    }
}

pub(crate) async fn run(store: &Store, command: Command) -> Result<(), Failure> {
    match command {
        Command::Head => {
            say(line(&store.audit_head().await.map_err(Failure::other)?));
            Ok(())
        }
        Command::Verify { anchor } => {
            let anchor = anchor.as_ref().map(|a| (a.seq, a.hash.as_str()));
            let report =
                store.audit_verify(anchor, &mut Progress::default().show()).await.map_err(Failure::other)?;
            tell(&report)
        }
    }
}

fn line(head: &AuditHead) -> String {
    let at = head.at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)).unwrap_or_default();
    format!("{}:{} {at}", head.seq, head.hash).trim_end().to_owned()
}

fn tell(report: &AuditReport) -> Result<(), Failure> {
    if let (true, Some(head)) = (report.whole(), &report.head) {
        say(format!("The audit trail is whole: {} rows, up to {}:{}", report.rows, head.seq, head.hash));
        return Ok(());
    }
    for damage in &report.damage {
        say(damage);
    }
    if report.more > 0 {
        say(format!("… and {} more", report.more));
    }
    let count = report.damage.len() as u64 + report.more;
    let faults = if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") };
    Err(Failure::other(format!(
        "the audit trail is damaged: {faults} in {} rows; compare it with a backup",
        report.rows
    )))
}

/// Says now and then how far it is: on a terminal in one line, in a log rarely.
#[derive(Default)]
struct Progress {
    told: u64,
}

impl Progress {
    fn show(mut self) -> impl FnMut(u64, u64) {
        let terminal = std::io::stderr().is_terminal();
        let every = if terminal { 20_000 } else { 1_000_000 };
        move |done, total| {
            let ends = done >= total && self.told > 0;
            if done - self.told >= every || ends {
                self.told = done;
                let mut err = std::io::stderr().lock();
                let _ = if terminal {
                    write!(err, "\r{done} of {total} rows{}", if ends { "\n" } else { "" })
                } else {
                    writeln!(err, "{done} of {total} rows")
                };
            }
        }
    }
}
