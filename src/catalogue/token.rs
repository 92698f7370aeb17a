//! The key of a contact point or of the operator: `wgw_<id>_<secret><checksum>`.
//!
//! In: random bytes of the operating system, or the text of a request. Out: a [`TokenText`] that
//! tells its id to everybody and itself only through [`TokenText::reveal`]. The checksum lets
//! scanners of code find a lost one, and refuses mistyped ones without asking the database.

use std::fmt;

use crate::domain::hex;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every token begins with.
const PREFIX: &str = "wgw_";

/// Letters of an id: 47 bits, enough to tell tokens apart.
const ID_LETTERS: usize = 8;

/// Letters of 256 bits in base 62.
const SECRET_LETTERS: usize = 43;

/// Letters of 32 bits in base 62.
const CHECKSUM_LETTERS: usize = 6;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The system gave no random numbers, without which there is no secret.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

/// A whole token. Its `Debug` form shows the id only.
#[derive(Clone)]
pub struct TokenText(String);

impl TokenText {
    /// Draws a new token.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(NoRandomness)?;
        let secret = base62(&bytes, SECRET_LETTERS);
        getrandom::fill(&mut bytes[..6]).map_err(NoRandomness)?;
        let id = base62(&bytes[..6], ID_LETTERS + 1);
        let unchecked = format!("{PREFIX}{}_{secret}", &id[1..]);
        let checksum = checksum(&unchecked);
        Ok(Self(unchecked + &checksum))
    }

    /// Reads a token; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, rest) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let is_whole = id.len() == ID_LETTERS
            && rest.len() == SECRET_LETTERS + CHECKSUM_LETTERS
            && [id, rest].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if !is_whole {
            return None;
        }
        let (unchecked, given) = text.split_at(text.len() - CHECKSUM_LETTERS);
        (checksum(unchecked) == given).then(|| Self(text.to_owned()))
    }

    /// Returns its id, which is no secret.
    pub fn id(&self) -> &str {
        &self.0[PREFIX.len()..PREFIX.len() + ID_LETTERS]
    }

    /// Returns the token itself, to be shown once to its owner and kept nowhere.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns what is stored of it. A plain hash is enough for 256 bits of chance.
    pub(super) fn sha256(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }

    /// Says whether `stored` is its hash, in a time that does not depend on how much is alike.
    pub(super) fn fits(&self, stored: &str) -> bool {
        self.sha256().as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}_…", self.id())
    }
}

/// Writes a number, its most significant byte first, with so many digits.
fn base62(bytes: &[u8], letters: usize) -> String {
    let mut number = bytes.to_vec();
    let mut text = vec![0; letters];
    for letter in text.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let part = rest << 8 | u32::from(*byte);
            *byte = (part / 62) as u8; // `rest` is below 62, so this is below 256
            rest = part % 62;
        }
        *letter = ALPHABET[rest as usize];
    }
    String::from_utf8(text).expect("the alphabet is ASCII")
}

fn checksum(text: &str) -> String {
    base62(&crc32fast::hash(text.as_bytes()).to_be_bytes(), CHECKSUM_LETTERS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_token_is_read_back_and_no_other_text_is() {
        let token = TokenText::generate().expect("random numbers");
        let text = token.reveal().to_owned();
        assert_eq!(text.len(), 4 + 8 + 1 + 43 + 6);
        assert_eq!(TokenText::parse(&text).expect("a token").id(), token.id());
        for at in 0..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = if wrong[at] == b'x' { b'y' } else { b'x' };
            let wrong = String::from_utf8(wrong).expect("ASCII");
            assert!(TokenText::parse(&wrong).is_none(), "letter {at}");
        }
        for wrong in ["", "wgw_", "wgw__", &text[1..], &format!("{text}0"), "wgw_ä_ö"] {
            assert!(TokenText::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_token_is_told_nobody_and_fits_its_own_hash_only() {
        let [one, other] = [(), ()].map(|()| TokenText::generate().expect("random numbers"));
        assert!(!format!("{one:?}").contains(&one.reveal()[15..]));
        assert!(one.fits(&one.sha256()));
        assert!(!one.fits(&other.sha256()) && !one.fits(""));
    }

    #[test]
    fn numbers_fill_all_their_letters() {
        assert_eq!(base62(&[0; 32], 43), "0".repeat(43));
        assert_eq!(base62(&[1, 0], 3), "048"); // 256 = 4 · 62 + 8
        assert_ne!(&base62(&[0xff; 32], 43)[..1], "0"); // 256 bits need 43 letters
        let drawn: BTreeSet<String> = (0..200)
            .map(|_| TokenText::generate().expect("random numbers").id().to_owned())
            .collect();
        assert_eq!(drawn.len(), 200);
    }
}
