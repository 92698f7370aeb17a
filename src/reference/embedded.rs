//! The files that `build.rs` packed into the binary.

use std::io::{self, Read};

use flate2::read::DeflateDecoder;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/embedded.bin"));

/// Returns every packed file as path (from the crate's root) and content, sorted by path.
///
/// # Errors
///
/// Only when the binary itself is damaged.
pub fn files() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut unpacked = Vec::new();
    DeflateDecoder::new(PACKED).read_to_end(&mut unpacked)?;
    let mut rest = unpacked.as_slice();
    let mut files = Vec::new();
    while !rest.is_empty() {
        let name_length = length(&mut rest)?;
        let content_length = length(&mut rest)?;
        let name = String::from_utf8_lossy(take(&mut rest, name_length)?).into_owned();
        let content = take(&mut rest, content_length)?.to_vec();
        files.push((name, content));
    }
    Ok(files)
}

/// Returns the packed files below `folder` (with its closing slash), paths relative to it.
///
/// # Errors
///
/// As [`files`].
pub fn files_below(folder: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let below = files()?
        .into_iter()
        .filter_map(|(name, content)| Some((name.strip_prefix(folder)?.to_owned(), content)));
    Ok(below.collect())
}

fn length(rest: &mut &[u8]) -> io::Result<usize> {
    let bytes = take(rest, 4)?;
    let four = bytes.try_into().map_err(io::Error::other)?;
    Ok(u32::from_le_bytes(four) as usize)
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> io::Result<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count).ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = left;
    Ok(taken)
}
