//! The browser bundle: compiled, bound to JavaScript, made small, named by content.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use wasm_bindgen_cli_support::Bindgen;

use crate::assets::{self, Sizes};
use crate::css;
use crate::page;
use crate::split;
use crate::workspace::{self, Outcome};

/// Raised when this file makes something else of the same input.
const RECIPE: u32 = 3;

/// What the module may use: the features that this compiler's WebAssembly target has on by itself.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// How the bundle is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// What is delivered: slow to make, small to load.
    Small,
    /// What is worked with: quick to make.
    Development,
}

impl Profile {
    fn cargo(self) -> &'static str {
        match self {
            Self::Small => "wasm",
            Self::Development => "dev",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Small => "wasm",
            Self::Development => "debug",
        }
    }

    fn brotli_quality(self) -> i32 {
        match self {
            Self::Small => 11,
            Self::Development => 5,
        }
    }
}

/// Makes `target/frontend/dist` and returns how much a browser loads. Does little when nothing changed.
pub(crate) fn build(profile: Profile) -> Outcome<Sizes> {
    same_binding_version()?;
    let started = Instant::now();
    let module = compile(profile)?;
    println!(
        "frontend: compiled with the profile {} in {:.1} s",
        profile.cargo(),
        started.elapsed().as_secs_f64()
    );

    let optimiser = optimiser(profile);
    let stamp = stamp(profile, &module, optimiser.is_some())?;
    let (dist, stamp_file) = (workspace::bundle().join("dist"), workspace::bundle().join("stamp"));
    let unchanged =
        fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) && dist.join("index.html").is_file();
    if unchanged {
        let sizes = Sizes::of(&dist.join("assets"))?;
        println!("frontend: unchanged, {sizes}");
        return Ok(sizes);
    }

    let next = workspace::bundle().join("next");
    clear(&next)?;
    assemble(profile, &module, optimiser.as_deref(), &next)?;
    clear(&dist)?;
    fs::rename(&next, &dist).map_err(|problem| format!("{}: {problem}", dist.display()))?;
    assets::write(&stamp_file, stamp.as_bytes())?;
    let sizes = Sizes::of(&dist.join("assets"))?;
    println!("frontend: {sizes} in {}", workspace::shown(&dist));
    Ok(sizes)
}

fn compile(profile: Profile) -> Outcome<PathBuf> {
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--package", "upheld-frontend", "--target", "wasm32-unknown-unknown"]);
    cargo.args(["--profile", profile.cargo()]);
    // Views of one erased type: a fifth less to load, and a third of the time to compile. The relocations tell what
    // refers to what, by which the module is cut into parts.
    let flags = "--cfg erase_components -Clink-args=--emit-relocs";
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
    workspace::run(&mut cargo)?;
    let folder = workspace::target().join("wasm32-unknown-unknown").join(profile.folder());
    Ok(folder.join("upheld-frontend.wasm"))
}

fn assemble(profile: Profile, module: &Path, optimiser: Option<&Path>, dist: &Path) -> Outcome {
    let frontend = workspace::root().join("frontend");
    let quality = profile.brotli_quality();
    let bound = workspace::bundle().join("bound");
    let cut = workspace::bundle().join("cut");
    clear(&bound)?;
    clear(&cut)?;
    let pieces = split::cut(module, &cut)?;
    bind(profile, &pieces.first, &bound)?;
    let wasm = bound.join("app_bg.wasm");
    if let Some(optimiser) = optimiser {
        optimise(optimiser, &wasm)?;
        for part in &pieces.parts {
            optimise(optimiser, part)?;
        }
    }

    let folder = dist.join("assets");
    let style = style_sheet(&frontend)?;
    let mut addresses = split::publish(&pieces, &bound.join("app.js"), &folder, quality)?;
    for (name, content) in [
        ("app_bg.wasm", assets::read(&wasm)?),
        ("boot.js", assets::read(&frontend.join("boot.js"))?),
        ("app.css", style.into_bytes()),
    ] {
        addresses.push((name.to_owned(), assets::publish(&folder, name, &content, quality)?));
    }
    // Snippets of crates are named by a hash already, and app.js finds them beside itself.
    let snippets = bound.join("snippets");
    for file in assets::files_below(&snippets)? {
        let name = file.strip_prefix(&bound).unwrap_or(&file);
        assets::write_with_copy(&folder.join(name), &assets::read(&file)?, quality)?;
    }
    let fixed = frontend.join("static");
    for file in assets::files_below(&fixed)? {
        let name = file.strip_prefix(&fixed).unwrap_or(&file);
        assets::write(&dist.join(name), &assets::read(&file)?)?;
    }
    let template = String::from_utf8(assets::read(&frontend.join("index.html"))?)
        .map_err(|problem| format!("frontend/index.html: {problem}"))?;
    assets::write(&dist.join("index.html"), page::fill(&template, &addresses)?.as_bytes())
}

fn bind(profile: Profile, module: &Path, into: &Path) -> Outcome {
    let small = profile == Profile::Small;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).out_name("app").typescript(false);
    bindgen.remove_name_section(small).remove_producers_section(small);
    // The parts find what they share with the first load by these names.
    bindgen.keep_lld_exports(true).demangle(false);
    let bound = bindgen.web(true).and_then(|bindgen| bindgen.generate(into));
    bound.map_err(|problem| format!("wasm-bindgen: {problem:#}"))
}

fn optimise(optimiser: &Path, wasm: &Path) -> Outcome {
    let before = assets::read(wasm)?.len();
    let started = Instant::now();
    let mut command = Command::new(optimiser);
    command.args(WASM_FEATURES).args(["-Oz", "-o"]).arg(wasm).arg(wasm);
    workspace::output(&mut command)?;
    let after = assets::read(wasm)?.len();
    let seconds = started.elapsed().as_secs_f64();
    println!("frontend: wasm-opt took {before} to {after} bytes in {seconds:.1} s");
    Ok(())
}

/// The npm package `binaryen` brings it; the bundle is a little larger without.
fn optimiser(profile: Profile) -> Option<PathBuf> {
    let path = workspace::browser_tests().join("node_modules").join(".bin").join("wasm-opt");
    (profile == Profile::Small && path.exists() && workspace::program("node").is_some()).then_some(path)
}

/// All style sheets in the order of their names.
fn style_sheet(frontend: &Path) -> Outcome<String> {
    let mut all = String::new();
    for file in assets::files_below(&frontend.join("style"))? {
        if file.extension().is_some_and(|extension| extension == "css") {
            let text = String::from_utf8(assets::read(&file)?);
            all.push_str(&text.map_err(|problem| format!("{}: {problem}", file.display()))?);
            all.push('\n');
        }
    }
    Ok(css::strip(&all))
}

/// Names the input: the compiled module by its size and time, everything else by content.
fn stamp(profile: Profile, module: &Path, optimised: bool) -> Outcome<String> {
    let about = fs::metadata(module).map_err(|problem| format!("{}: {problem}", module.display()))?;
    let mut stamp = format!("recipe {RECIPE}, {profile:?}, optimised {optimised}\n");
    stamp.push_str(&format!("module {} {:?}\n", about.len(), about.modified().ok()));
    let frontend = workspace::root().join("frontend");
    let mut files = vec![frontend.join("index.html"), frontend.join("boot.js")];
    files.extend(assets::files_below(&frontend.join("style"))?);
    files.extend(assets::files_below(&frontend.join("static"))?);
    for file in files {
        let digest = assets::digest(&assets::read(&file)?);
        stamp.push_str(&format!("{} {digest}\n", workspace::shown(&file)));
    }
    Ok(stamp)
}

/// `wasm-bindgen` and its tool speak a private format, so their versions must be the same.
fn same_binding_version() -> Outcome {
    let lock = workspace::root().join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|problem| format!("Cargo.lock: {problem}"))?;
    let (library, tool) = (locked(&lock, "wasm-bindgen"), locked(&lock, "wasm-bindgen-cli-support"));
    if library == tool {
        return Ok(());
    }
    let (library, tool) = (library.unwrap_or("absent"), tool.unwrap_or("absent"));
    Err(format!(
        "Cargo.lock has wasm-bindgen {library} and wasm-bindgen-cli-support {tool}, which must be equal: set the \
         latter to ={library} in xtask/Cargo.toml"
    ))
}

/// The version of a package in the lock file.
fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next()
}

fn clear(folder: &Path) -> Outcome {
    match fs::remove_dir_all(folder) {
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {problem}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn a_locked_version_is_found_by_the_whole_name() {
        let lock =
            "name = \"wasm-bindgen-macro\"\nversion = \"1\"\n\nname = \"wasm-bindgen\"\nversion = \"2\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some("2"));
        assert_eq!(locked(lock, "wasm"), None);
    }
}
