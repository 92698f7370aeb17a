//! Plain little-endian arrays in a byte file, written and read without any magic.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

/// A number with a fixed little-endian form.
pub(super) trait LittleEndian: Copy {
    const SIZE: usize;
    fn put(self, out: &mut Vec<u8>);
    fn get(bytes: &[u8]) -> Self;
}

macro_rules! little_endian {
    ($($number:ty),+) => {$(
        impl LittleEndian for $number {
            const SIZE: usize = size_of::<$number>();
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn get(bytes: &[u8]) -> Self {
                let mut array = [0; size_of::<$number>()];
                array.copy_from_slice(bytes);
                Self::from_le_bytes(array)
            }
        }
    )+};
}
little_endian!(u8, u16, u32, u64, i32, i64, f32, u128);

/// Appends an array: its length as `u64`, then its numbers.
pub(super) fn put_array<T: LittleEndian>(out: &mut Vec<u8>, numbers: &[T]) {
    (numbers.len() as u64).put(out);
    for number in numbers {
        number.put(out);
    }
}

/// Reads the next array.
///
/// # Errors
///
/// When the bytes end too early; the manifest's checksums make that a fault of the disk.
pub(super) fn get_array<T: LittleEndian>(bytes: &mut &[u8]) -> io::Result<Vec<T>> {
    let (length, rest) = bytes.split_at_checked(8).ok_or(io::ErrorKind::UnexpectedEof)?;
    let size = usize::try_from(u64::get(length)).ok().and_then(|count| count.checked_mul(T::SIZE));
    let (numbers, rest) =
        size.and_then(|size| rest.split_at_checked(size)).ok_or(io::ErrorKind::UnexpectedEof)?;
    *bytes = rest;
    Ok(numbers.chunks_exact(T::SIZE).map(T::get).collect())
}

/// Writes a file of blobs that are addressed by their ordinal, one after the other: an array of
/// offsets, then the bytes. Only the offsets stand in memory.
pub(super) struct BlobWriter {
    file: BufWriter<File>,
    offsets: Vec<u64>,
    count: usize,
}

impl BlobWriter {
    /// Makes the file for so many blobs.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(super) fn create(path: &Path, count: usize) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        let offsets = vec![0; count + 1];
        file.write_all(&head(&offsets))?; // their place; the values follow at the end
        Ok(Self { file, offsets: vec![0], count })
    }

    /// Appends the next blob.
    ///
    /// # Errors
    ///
    /// When the disk takes nothing.
    pub(super) fn push(&mut self, blob: &[u8]) -> io::Result<()> {
        let end = self.offsets.last().copied().unwrap_or_default() + blob.len() as u64;
        self.offsets.push(end);
        self.file.write_all(blob)
    }

    /// Writes the offsets and makes the file durable.
    ///
    /// # Errors
    ///
    /// When the disk takes nothing, or there were more or fewer blobs than announced.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.offsets.len() != self.count + 1 {
            return Err(io::Error::other("another number of blobs than announced"));
        }
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&head(&self.offsets))?;
        self.file.into_inner()?.sync_all()
    }
}

fn head(offsets: &[u64]) -> Vec<u8> {
    let mut out = Vec::with_capacity((offsets.len() + 1) * u64::SIZE);
    put_array(&mut out, offsets);
    out
}

/// Blobs addressed by their ordinal, over bytes that may be mapped.
pub(super) struct Blobs<B> {
    offsets: Vec<u64>,
    start: usize,
    bytes: B,
}

impl<B: std::ops::Deref<Target = [u8]>> Blobs<B> {
    /// Reads the offsets.
    ///
    /// # Errors
    ///
    /// When the offsets do not fit the bytes.
    pub(super) fn new(bytes: B) -> io::Result<Self> {
        let mut rest: &[u8] = &bytes;
        let offsets: Vec<u64> = get_array(&mut rest)?;
        let start = bytes.len() - rest.len();
        let fits =
            offsets.last().is_some_and(|end| *end == rest.len() as u64) && offsets.is_sorted();
        if fits {
            Ok(Self { offsets, start, bytes })
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }

    /// Returns the number of blobs.
    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Returns where a blob begins in the file.
    pub(super) fn position(&self, ordinal: u32) -> u64 {
        self.start as u64 + self.offsets[ordinal as usize]
    }

    /// Returns one blob.
    pub(super) fn get(&self, ordinal: u32) -> &[u8] {
        let at = ordinal as usize;
        let start = self.start + self.offsets[at] as usize;
        &self.bytes[start..self.start + self.offsets[at + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("blobs.bin");
        let mut writer = BlobWriter::create(&path, 3).expect("made");
        for blob in [&b"first"[..], b"", b"third"] {
            writer.push(blob).expect("taken");
        }
        writer.finish().expect("durable");

        let blobs = Blobs::new(std::fs::read(&path).expect("readable")).expect("whole");

        assert_eq!(blobs.len(), 3);
        assert_eq!(blobs.position(2), blobs.position(0) + 5);
        assert_eq!([blobs.get(0), blobs.get(1), blobs.get(2)], [&b"first"[..], b"", b"third"]);
        let mut short = BlobWriter::create(&path, 2).expect("made");
        short.push(b"one").expect("taken");
        assert!(short.finish().is_err());
    }
}
