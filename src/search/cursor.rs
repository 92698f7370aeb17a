//! Where a page ends: an opaque text that holds the last sort key and no word of the search.

use sha2::{Digest, Sha256};

use super::request::{ParameterProblem, SearchRequest};
use crate::domain::hex;

/// Numbers of a sort key before the id that breaks ties.
pub(super) const KEY_LENGTH: usize = 5;

/// A sort key: smaller is better, the id last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SortKey {
    pub(super) numbers: [i64; KEY_LENGTH],
    pub(super) id: u128,
}

/// Version of the form of a cursor.
const VERSION: u8 = 1;

impl SortKey {
    /// Writes the key as a cursor for `request`.
    pub(super) fn to_cursor(self, request: &SearchRequest) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&fingerprint(request));
        for number in self.numbers {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&self.id.to_be_bytes());
        hex(&bytes)
    }

    /// Reads a cursor.
    ///
    /// # Errors
    ///
    /// A problem of `cursor` when it is none of ours or belongs to another request.
    pub(super) fn from_cursor(
        cursor: &str,
        request: &SearchRequest,
    ) -> Result<Self, ParameterProblem> {
        let (marked, key) = Self::parsed(cursor)?;
        if marked != fingerprint(request) {
            let detail = "`cursor` belongs to another request; send the same request with it";
            return Err(ParameterProblem::invalid("cursor", detail));
        }
        Ok(key)
    }

    /// Reads a cursor and the fingerprint of the request it belongs to.
    ///
    /// # Errors
    ///
    /// A problem of `cursor` when it is none of ours.
    pub(super) fn parsed(cursor: &str) -> Result<([u8; 8], Self), ParameterProblem> {
        let wrong = |detail: &str| ParameterProblem::invalid("cursor", detail);
        let not_ours = || wrong("`cursor` must be the `next_cursor` of an earlier answer");
        let is_hex = cursor.is_ascii() && cursor.len().is_multiple_of(2);
        let bytes: Option<Vec<u8>> = is_hex
            .then(|| {
                (0..cursor.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&cursor[at..at + 2], 16).ok())
                    .collect()
            })
            .flatten();
        let bytes = bytes.ok_or_else(not_ours)?;
        let (head, rest) = bytes.split_at_checked(9).ok_or_else(not_ours)?;
        if head[0] != VERSION || rest.len() != KEY_LENGTH * 8 + 16 {
            return Err(not_ours());
        }
        let marked = head[1..].try_into().map_err(|_| not_ours())?;
        let mut numbers = [0; KEY_LENGTH];
        for (number, bytes) in numbers.iter_mut().zip(rest.chunks_exact(8)) {
            *number = i64::from_be_bytes(bytes.try_into().map_err(|_| not_ours())?);
        }
        let id = rest[KEY_LENGTH * 8..].try_into().map_err(|_| not_ours())?;
        Ok((marked, Self { numbers, id: u128::from_be_bytes(id) }))
    }
}

/// Eight bytes of SHA-256 over the request without its paging: equal requests, equal bytes.
fn fingerprint(request: &SearchRequest) -> [u8; 8] {
    let text = serde_json::to_vec(&normal_form(request)).expect("a JSON value always serialises");
    let digest = Sha256::digest(text);
    let mut eight = [0; 8];
    eight.copy_from_slice(&digest[..8]);
    eight
}

/// Query pairs are texts and JSON members are not: written as text both are the same.
fn normal_form(request: &SearchRequest) -> Vec<(String, Vec<String>)> {
    let as_text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    request
        .members
        .iter()
        .map(|(name, value)| {
            let values = match value {
                serde_json::Value::Array(values) => values.iter().map(as_text).collect(),
                single => vec![as_text(single)],
            };
            (name.clone(), values)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_belongs_to_its_request() {
        let request =
            SearchRequest::from_pairs([("q", "diabetes"), ("radius_km", "20")]).expect("right");
        let same = SearchRequest::from_json(
            serde_json::json!({"radius_km": 20, "q": "diabetes", "limit": 3}),
        )
        .expect("right");
        let other = SearchRequest::from_pairs([("q", "demenz")]).expect("right");
        let key = SortKey { numbers: [1, -2, 3, 4, 5], id: 7 };
        let cursor = key.to_cursor(&request);
        assert_eq!(SortKey::from_cursor(&cursor, &same), Ok(key));
        assert!(SortKey::from_cursor(&cursor, &other).is_err());
        for nonsense in ["", "zz", "Ä", "00", &cursor[2..]] {
            assert!(SortKey::from_cursor(nonsense, &request).is_err(), "{nonsense}");
        }
    }
}
