//! Cuts the compiled module into the first load and the parts that come later, and names the files by content.
//!
//! What a function marked `wasm_split` (`frontend/src/parts.rs`) reaches, and nothing else does, becomes a part; what
//! two parts share becomes a part of its own, which the loader fetches beside them.

use std::path::{Path, PathBuf};

use crate::assets;
use crate::workspace::Outcome;

/// The script that fetches parts, as the module imports it.
const LOADER: &str = "parts.js";

/// The compiled module in pieces.
pub(crate) struct Pieces {
    /// What loads first; it still has to be bound to JavaScript.
    pub(crate) first: PathBuf,
    /// What loads later.
    pub(crate) parts: Vec<PathBuf>,
    loader: PathBuf,
}

/// Cuts a module up into a folder.
pub(crate) fn cut(module: &Path, into: &Path) -> Outcome<Pieces> {
    let content = assets::read(module)?;
    let (first, loader) = (into.join("app.wasm"), into.join(LOADER));
    let link = format!("./{LOADER}");
    let mut options = wasm_split_cli_support::Options::new(&content);
    options.output_dir = into;
    options.main_out_path = &first;
    options.main_module = "./app.js";
    options.link_name = &link;
    let done = wasm_split_cli_support::transform(options);
    let mut parts = done.map_err(|problem| format!("wasm-split: {problem:#}"))?.split_modules;
    parts.sort();
    Ok(Pieces { first, parts, loader })
}

/// Publishes the parts, their loader and the script `app.js`; returns the addresses of the two scripts.
pub(crate) fn publish(
    pieces: &Pieces,
    script: &Path,
    folder: &Path,
    quality: i32,
) -> Outcome<Vec<(String, String)>> {
    let mut loader = text(&pieces.loader)?;
    for part in &pieces.parts {
        let old = file_name(part)?;
        // `Sizes` knows a part by how its name begins.
        let name = format!("part-{}", old.trim_start_matches("split_"));
        let address = assets::publish(folder, &name, &assets::read(part)?, quality)?;
        loader = renamed(&loader, "URL(", old, &address)?;
    }
    // The two scripts import each other, so they share a digest.
    let script = text(script)?;
    let digest = assets::digest(format!("{script}{loader}").as_bytes());
    let address = |stem: &str| format!("/assets/{stem}-{}.js", &digest[..12]);
    let (app, parts) = (address("app"), address("parts"));
    let script = renamed(&script, "from ", LOADER, &parts)?;
    let loader = renamed(&loader, "from ", "app.js", &app)?;
    for (address, content) in [(&app, script), (&parts, loader)] {
        assets::write_with_copy(&folder.join(base(address)), content.as_bytes(), quality)?;
    }
    Ok(vec![("app.js".to_owned(), app), (LOADER.to_owned(), parts)])
}

/// A script that loads a file by its new address; all of them lie side by side. What the module calls it stays.
fn renamed(script: &str, keyword: &str, old: &str, address: &str) -> Outcome<String> {
    let old = format!("{keyword}\"./{old}\"");
    if !script.contains(&old) {
        return Err(format!("wasm-split: a script that should have {old} does not"));
    }
    Ok(script.replace(&old, &format!("{keyword}\"./{}\"", base(address))))
}

fn base(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}

fn file_name(path: &Path) -> Outcome<&str> {
    path.file_name().and_then(|name| name.to_str()).ok_or_else(|| format!("{}: no file name", path.display()))
}

fn text(path: &Path) -> Outcome<String> {
    String::from_utf8(assets::read(path)?).map_err(|problem| format!("{}: {problem}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn a_script_loads_its_neighbour_by_the_new_name() {
        let script = "import * as a from \"./parts.js\"; const imports = { \"./parts.js\": a };";
        assert_eq!(
            renamed(script, "from ", "parts.js", "/assets/parts-12.js"),
            Ok("import * as a from \"./parts-12.js\"; const imports = { \"./parts.js\": a };".to_owned())
        );
        assert!(renamed("import c from \"./other.js\"", "from ", "parts.js", "/assets/parts-12.js").is_err());
    }
}
