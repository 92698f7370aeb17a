//! The closed word lists of a group record (`group/v1`): each an enum with its wire word.

use std::fmt;
use std::str::FromStr;

/// A word that is in none of the closed lists, with the words that would have been right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not one of {}", allowed.join(", "))]
pub struct NotATerm {
    /// The word as it was found.
    pub found: String,
    /// The words of the list.
    pub allowed: &'static [&'static str],
}

macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Every wire word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Returns the word that stands in files and answers.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = NotATerm;

            fn from_str(text: &str) -> Result<Self, NotATerm> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(NotATerm { found: text.to_owned(), allowed: Self::WORDS }),
                }
            }
        }
    };
}

terms! {
    /// For whom a group is. Never part of a topic's name.
    Audience {
        /// People who have the condition themselves.
        Affected = "affected",
        /// Anyone close to an affected person.
        Relatives = "relatives",
        /// Mothers and fathers of affected children.
        Parents = "parents",
        /// Wives, husbands, partners.
        Partners = "partners",
        /// Brothers and sisters.
        Siblings = "siblings",
        /// Children *of* affected persons; groups for the young are an [`AgeGroup`].
        Children = "children",
        /// People who have lost someone.
        Bereaved = "bereaved",
        /// People who work in the field.
        Professionals = "professionals",
    }
}

terms! {
    /// The age a group is meant for.
    AgeGroup {
        /// Up to 13 years.
        Children = "children",
        /// 14 to 17 years.
        Youth = "youth",
        /// 18 to 35 years.
        YoungAdults = "young_adults",
        /// 18 years and older.
        Adults = "adults",
        /// 60 years and older.
        Seniors = "seniors",
    }
}

terms! {
    /// The gender a group is meant for.
    Gender {
        /// Everyone.
        All = "all",
        /// Women only.
        Women = "women",
        /// Men only.
        Men = "men",
        /// Queer people.
        Queer = "queer",
    }
}

terms! {
    /// How a group meets.
    Format {
        /// In a room.
        InPerson = "in_person",
        /// By video or chat.
        Online = "online",
        /// In a room and online.
        Hybrid = "hybrid",
        /// By telephone.
        Phone = "phone",
    }
}

terms! {
    /// Where a group stands in its life.
    Status {
        /// Meets.
        Active = "active",
        /// Being founded (in Gründung).
        Founding = "founding",
        /// Makes a pause.
        Paused = "paused",
        /// Single persons who look for others, often with a rare disease.
        SeekingPeers = "seeking_peers",
        /// Has ended; never shown.
        Closed = "closed",
    }
}

terms! {
    /// Whether a wheelchair gets in; unknown is said, never taken for no.
    Wheelchair {
        /// Nobody has said.
        Unknown = "unknown",
        /// No.
        No = "no",
        /// With help.
        Partial = "partial",
        /// Yes.
        Yes = "yes",
    }
}

terms! {
    /// How a new member makes contact.
    ContactMode {
        /// Through the contact point: a first-class way, not a missing field.
        ViaContactPoint = "via_contact_point",
        /// A mailbox of the group.
        Mailbox = "mailbox",
        /// A telephone number of the group.
        Phone = "phone",
        /// A form on the group's page.
        Form = "form",
    }
}

terms! {
    /// What a visit costs.
    Cost {
        /// Nothing.
        Free = "free",
        /// A share of the room.
        RoomShare = "room_share",
        /// A fee.
        Fee = "fee",
    }
}

terms! {
    /// Whether new members may come.
    OpenForNew {
        /// Yes.
        Yes = "yes",
        /// There is a waiting list.
        WaitingList = "waiting_list",
        /// Ask first.
        Ask = "ask",
        /// New members are wanted.
        MembersWanted = "members_wanted",
    }
}

terms! {
    /// From how far people come.
    Catchment {
        /// The town.
        Local = "local",
        /// The district.
        District = "district",
        /// The state.
        State = "state",
        /// More than one state.
        CrossState = "cross_state",
        /// All of Germany.
        National = "national",
    }
}

terms! {
    /// What kind of body carries a group.
    OrganisationKind {
        /// A loose circle.
        Loose = "loose",
        /// A registered association of its own.
        Association = "association",
        /// A local chapter of an association.
        Chapter = "chapter",
        /// A twelve-step or other anonymous fellowship.
        Anonymous = "anonymous",
        /// Led by a professional.
        ProfessionallyLed = "professionally_led",
    }
}

terms! {
    /// How much of a meeting place is published.
    Publish {
        /// All of it.
        Exact = "exact",
        /// Town, district and the municipality's point.
        Municipality = "municipality",
        /// The district only.
        None = "none",
    }
}

terms! {
    /// How exact a point is.
    Precision {
        /// The house.
        Exact = "exact",
        /// The street.
        Street = "street",
        /// The postcode's middle.
        Postcode = "postcode",
        /// The municipality's middle.
        Municipality = "municipality",
        /// The district's middle.
        District = "district",
    }
}

terms! {
    /// How a record came to us.
    SourceKind {
        /// A file somebody sent.
        Upload = "upload",
        /// A feed we fetch.
        Feed = "feed",
        /// A page we read.
        Page = "page",
        /// Typed by hand.
        Manual = "manual",
    }
}

terms! {
    /// The kind of acute crisis a query may speak of.
    CrisisKind {
        /// Thoughts of suicide.
        Suicide = "suicide",
        /// Violence.
        Violence = "violence",
        /// A medical or other emergency.
        Emergency = "emergency",
    }
}

/// A language as a short BCP 47 tag in lower case (`de`, `hsb`, `de-x-leicht`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    /// Returns German, the language of a group that names none.
    pub fn german() -> Self {
        Self("de".to_owned())
    }

    /// Returns the tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Language {
    type Err = NotATerm;

    /// Accepts tags of two or three letters with at most two further parts of one to eight
    /// letters or digits: the part of BCP 47 that group records need.
    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let lower = text.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = lower.split('-');
        let primary = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        let is_tag = (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && rest.len() <= 2
            && rest.iter().all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if is_tag {
            Ok(Self(lower))
        } else {
            Err(NotATerm {
                found: text.to_owned(),
                allowed: &["a BCP 47 language tag such as de, en, uk, ar, hsb, gsg"],
            })
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
