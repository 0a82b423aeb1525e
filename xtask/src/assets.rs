//! The files that a browser loads: named by their content and compressed ahead.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::workspace::Outcome;

/// What the browser loads at most before the first page shows, in compressed bytes.
const FIRST_LOAD: u64 = 250_000;

/// What one part that is loaded later has at most, in compressed bytes.
const PART: u64 = 150_000;

/// The compressed bytes of what loads first, by kind, and of each part that comes later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) wasm: u64,
    pub(crate) script: u64,
    pub(crate) style: u64,
    pub(crate) parts: Vec<(String, u64)>,
}

impl Sizes {
    /// Sums up the compressed files below a folder.
    pub(crate) fn of(folder: &Path) -> Outcome<Self> {
        let mut sizes = Self::default();
        for path in files_below(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let bytes = fs::metadata(&path).map_err(|problem| at(&path, &problem))?.len();
            let Some((stem, extension)) = name.strip_suffix(".br").and_then(|plain| plain.rsplit_once('.'))
            else {
                continue;
            };
            match (stem.strip_prefix("part-"), extension) {
                (Some(part), "wasm") => {
                    let (part, _) = part.rsplit_once('-').unwrap_or((part, ""));
                    sizes.parts.push((part.to_owned(), bytes));
                }
                (_, "wasm") => sizes.wasm += bytes,
                (_, "js") => sizes.script += bytes,
                (_, "css") => sizes.style += bytes,
                _ => {}
            }
        }
        Ok(sizes)
    }

    /// What the browser loads before the first page shows.
    pub(crate) fn first_load(&self) -> u64 {
        self.wasm + self.script + self.style
    }

    /// Refuses a bundle that is too large to load with patience.
    pub(crate) fn within_budget(&self) -> Outcome {
        let first = self.first_load();
        if first > FIRST_LOAD {
            return Err(format!(
                "the first load has {first} bytes in brotli; at most {FIRST_LOAD} are allowed"
            ));
        }
        match self.parts.iter().find(|(_, bytes)| *bytes > PART) {
            None => Ok(()),
            Some((part, bytes)) => {
                Err(format!("the part {part} has {bytes} bytes in brotli; at most {PART} are allowed"))
            }
        }
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kilobytes = |bytes: u64| bytes as f64 / 1000.0;
        let (wasm, script, style) = (kilobytes(self.wasm), kilobytes(self.script), kilobytes(self.style));
        let first = kilobytes(self.first_load());
        write!(out, "first load {first:.1} KB in brotli (wasm {wasm:.1}, JS {script:.1}, CSS {style:.1})")?;
        for (part, bytes) in &self.parts {
            write!(out, ", then {part} {:.1}", kilobytes(*bytes))?;
        }
        Ok(())
    }
}

/// Writes `name` with the hash of its content in its name and a compressed copy beside it; returns its address.
pub(crate) fn publish(folder: &Path, name: &str, content: &[u8], quality: i32) -> Outcome<String> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let file = format!("{stem}-{}.{extension}", &digest(content)[..12]);
    write_with_copy(&folder.join(&file), content, quality)?;
    Ok(format!("/assets/{file}"))
}

/// Writes a file and its compressed copy.
pub(crate) fn write_with_copy(path: &Path, content: &[u8], quality: i32) -> Outcome {
    write(path, content)?;
    let mut compressed = path.as_os_str().to_owned();
    compressed.push(".br");
    write(Path::new(&compressed), &compress(content, quality)?)
}

/// Writes a file, making its folder first.
pub(crate) fn write(path: &Path, content: &[u8]) -> Outcome {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, content)).map_err(|problem| at(path, &problem))
}

/// Reads a file, naming it when that fails.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|problem| at(path, &problem))
}

/// Every file below a folder, in the order of their names; none where the folder is absent.
pub(crate) fn files_below(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(found) };
    for entry in entries {
        let path = entry.map_err(|problem| at(folder, &problem))?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The SHA-256 of some bytes in hex.
pub(crate) fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn compress(content: &[u8], quality: i32) -> Outcome<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut writer = brotli::CompressorWriter::with_params(Vec::new(), 64 * 1024, &parameters);
    writer.write_all(content).map_err(|problem| format!("brotli: {problem}"))?;
    Ok(writer.into_inner())
}

fn at(path: &Path, problem: &std::io::Error) -> String {
    format!("{}: {problem}", path.display())
}

#[cfg(test)]
mod tests {
    use super::{Sizes, compress, digest};

    #[test]
    fn what_is_compressed_comes_back() {
        let text = "a value upheld ".repeat(500);
        let small = compress(text.as_bytes(), 11).expect("compresses");
        assert!(small.len() < 100);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut small.as_slice(), &mut back).expect("is brotli");
        assert_eq!(back, text.as_bytes());
    }

    #[test]
    fn a_digest_is_the_one_that_everybody_computes() {
        assert!(digest(b"abc").starts_with("ba7816bf8f01"));
    }

    #[test]
    fn a_large_bundle_is_refused() {
        let first = |wasm| Sizes { wasm, script: 500, style: 500, parts: Vec::new() };
        assert!(first(249_000).within_budget().is_ok());
        assert!(first(249_001).within_budget().is_err());
        let part = |bytes| Sizes { parts: vec![("work".to_owned(), bytes)], ..first(1) };
        assert!(part(150_000).within_budget().is_ok());
        assert!(part(150_001).within_budget().is_err());
    }
}
