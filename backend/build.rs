//! Makes sure that the folder of the built frontend exists, so that the server builds without it.

use std::{env, error::Error, fs, path::Path};

const PLACEHOLDER: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Upheld</title>
<p>This server was built without its pages. Build them with <code>cargo xtask build</code>.</p>
</html>
";

fn main() -> Result<(), Box<dyn Error>> {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../target/frontend/dist");
    fs::create_dir_all(dist.join("assets"))?;
    let index = dist.join("index.html");
    if !index.exists() {
        fs::write(&index, PLACEHOLDER)?;
    }
    // A release build embeds the folder, so a changed file in it has to build the server again.
    println!("cargo::rerun-if-changed=../target/frontend/dist");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
