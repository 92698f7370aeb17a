//! Packs the project's reference tables, example data and pages into one compressed file, which
//! `src/reference/embedded.rs` compiles into the binary.
//!
//! Form: for each file, path length and content length as little-endian `u32`, then both;
//! the whole deflated.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use flate2::{Compression, write::DeflateEncoder};

/// What is compiled in, relative to the crate.
const FOLDERS: [&str; 4] =
    ["index/vocabulary", "index/gazetteer", "index/contact_points", "fixtures/groups"];

/// Endings of files that the program reads; scripts and notes stay out.
const ENDINGS: [&str; 9] = ["tsv", "txt", "json", "ndjson", "csv", "xlsx", "ods", "html", "xml"];

fn main() -> io::Result<()> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        println!("cargo:rerun-if-changed={folder}");
        collect(Path::new(folder), &mut paths)?;
    }
    paths.sort();
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let file = fs::File::create(target.join("embedded.bin"))?;
    let mut packed = DeflateEncoder::new(io::BufWriter::new(file), Compression::best());
    for path in paths {
        let content = fs::read(&path)?;
        let name = path.to_string_lossy().replace('\\', "/");
        for length in [name.len(), content.len()] {
            let length = u32::try_from(length).map_err(io::Error::other)?;
            packed.write_all(&length.to_le_bytes())?;
        }
        packed.write_all(name.as_bytes())?;
        packed.write_all(&content)?;
    }
    packed.finish()?.flush()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let is_own_work = path.file_name().is_some_and(|name| name == "own");
        if path.is_dir() && !is_own_work {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|e| ENDINGS.iter().any(|known| e == *known)) {
            paths.push(path);
        }
    }
    Ok(())
}
