//! Plain little-endian arrays in a byte file, written and read without any magic.

use std::io;

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

/// Writes blobs that are addressed by their ordinal: an array of offsets, then the bytes.
pub(super) fn put_blobs(blobs: &[Vec<u8>]) -> Vec<u8> {
    let mut offsets = Vec::with_capacity(blobs.len() + 1);
    let mut end = 0_u64;
    offsets.push(end);
    for blob in blobs {
        end += blob.len() as u64;
        offsets.push(end);
    }
    let mut out = Vec::new();
    put_array(&mut out, &offsets);
    for blob in blobs {
        out.extend_from_slice(blob);
    }
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

    /// Returns one blob.
    pub(super) fn get(&self, ordinal: u32) -> &[u8] {
        let at = ordinal as usize;
        let start = self.start + self.offsets[at] as usize;
        &self.bytes[start..self.start + self.offsets[at + 1] as usize]
    }
}
