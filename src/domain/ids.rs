//! Names by which records find each other: contact-point slugs, concept ids, codes, group ids.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Text that is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}")]
pub struct NotAnId {
    /// The text as found.
    pub found: String,
    /// What would have been right.
    pub expected: &'static str,
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the slug.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let is_slug = !text.is_empty()
                    && text.len() <= 80
                    && !text.starts_with('-')
                    && !text.ends_with('-')
                    && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                if is_slug {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NotAnId { found: text.to_owned(), expected: $expected })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

slug! {
    /// A contact point's slug, as in `ikos-jena`.
    ContactPointId,
    "a contact point's slug such as ikos-jena (small letters, digits, hyphens)"
}

slug! {
    /// A concept of the vocabulary, as in `multiple-sklerose`.
    ConceptId,
    "a concept id such as multiple-sklerose (small letters, digits, hyphens)"
}

/// A group's id: stable over re-imports, reordering and, with a given `local_id`, renaming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub Uuid);

impl GroupId {
    /// Returns the id of a contact point's record.
    ///
    /// UUID version 5 (RFC 9562) over `contact_point/local_id` in the namespace
    /// UUIDv5(DNS, "wegweiser.groups").
    pub fn of(contact_point: &ContactPointId, local_id: &str) -> Self {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"wegweiser.groups");
        let name = format!("{contact_point}/{local_id}");
        Self(Uuid::new_v5(&namespace, name.as_bytes()))
    }
}

impl FromStr for GroupId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Uuid::try_parse(text).ok().filter(|_| text.len() == 36).map(Self).ok_or_else(|| NotAnId {
            found: text.to_owned(),
            expected: "a group id such as 0f8fad5b-d9cb-569f-a165-70867728950e",
        })
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// Returns the `local_id` of a record that brings none: the first 12 hex digits of
/// SHA-256 over the folded name and the municipality, joined by a line feed.
///
/// Equal ones within one contact point get `-2`, `-3` … in the order of the file; the
/// caller counts.
pub fn derived_local_id(folded_name: &str, municipality: &str) -> String {
    let digest = Sha256::digest(format!("{folded_name}\n{municipality}").as_bytes());
    hex(&digest[..6])
}

/// Returns bytes as small hex digits, two each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The code list a [`Code`] belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeSystem {
    /// Orphanet's nomenclature of rare diseases.
    Orpha,
    /// ICD-10-GM, the German modification of ICD-10.
    Icd10Gm,
}

/// A medical code with its list, as in `ORPHA:586` or `ICD-10-GM:E84`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// Whose code it is.
    pub system: CodeSystem,
    /// The code itself, normalised: digits for ORPHA, `E84` or `E84.0` or `E10-E14` for ICD.
    pub value: String,
}

impl FromStr for Code {
    type Err = NotAnId;

    /// Accepts `ORPHA:586`, `ORPHA586`, `ICD-10-GM:E84.0` and the alias `ICD-10:`; case and
    /// spaces around the colon do not matter.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let not_a_code = || NotAnId {
            found: text.to_owned(),
            expected: "a code such as ORPHA:586 or ICD-10-GM:E84",
        };
        let upper: String =
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        if let Some(rest) = upper.strip_prefix("ORPHA") {
            let digits = rest.trim_start_matches([':', '-']);
            let is_number =
                (1..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            let value = digits.trim_start_matches('0');
            if is_number && !value.is_empty() {
                return Ok(Self { system: CodeSystem::Orpha, value: value.to_owned() });
            }
            return Err(not_a_code());
        }
        for prefix in ["ICD-10-GM", "ICD10GM", "ICD-10", "ICD10", "ICD"] {
            if let Some(rest) = upper.strip_prefix(prefix) {
                let value = rest.trim_start_matches([':', '-']);
                let is_range = value.split('-').count() <= 2 && value.split('-').all(is_icd);
                if is_range {
                    return Ok(Self { system: CodeSystem::Icd10Gm, value: value.to_owned() });
                }
                return Err(not_a_code());
            }
        }
        Err(not_a_code())
    }
}

/// Says whether `text` has the form of one ICD-10 code: a letter, two digits, at most two more
/// after a point.
pub(crate) fn is_icd(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 3
        || !bytes[0].is_ascii_uppercase()
        || !bytes[1..3].iter().all(u8::is_ascii_digit)
    {
        return false;
    }
    match &bytes[3..] {
        [] => true,
        [b'.', rest @ ..] => (1..=2).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let system = match self.system {
            CodeSystem::Orpha => "ORPHA",
            CodeSystem::Icd10Gm => "ICD-10-GM",
        };
        write!(f, "{system}:{}", self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_the_forms_people_write() {
        for (text, expected) in [
            ("ORPHA:586", Some("ORPHA:586")),
            ("orpha 586", Some("ORPHA:586")),
            ("ORPHA:0586", Some("ORPHA:586")),
            ("ICD-10-GM:E84", Some("ICD-10-GM:E84")),
            ("ICD-10:E84.0", Some("ICD-10-GM:E84.0")),
            ("icd e84.0", Some("ICD-10-GM:E84.0")),
            ("ICD-10-GM:E10-E14", Some("ICD-10-GM:E10-E14")),
            ("ORPHA:abc", None),
            ("ORPHA:000", None),
            ("E84", None),
            ("ICD-10-GM:84", None),
        ] {
            let read = text.parse::<Code>().ok().map(|code| code.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_id_depends_on_contact_point_and_local_id_only() {
        let jena: ContactPointId = "ikos-jena".parse().expect("a slug");
        assert_eq!(GroupId::of(&jena, "a"), GroupId::of(&jena, "a"));
        assert_ne!(GroupId::of(&jena, "a"), GroupId::of(&jena, "b"));
        assert_eq!(derived_local_id("lichtblick", "Jena").len(), 12);
    }
}
