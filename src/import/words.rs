//! German and English words for the closed lists of `group/v1`, as staff write them.
//!
//! In: a word or short phrase. Out: the value, or nothing. The wire words themselves are always
//! accepted.

use std::str::FromStr;

use super::headings::fold;
use crate::domain::{
    AgeGroup, Audience, Catchment, ContactMode, Cost, Format, Gender, Language, OpenForNew,
    OrganisationKind, Precision, Publish, Status, Wheelchair,
};

/// A closed list with its words.
pub(super) trait Term: FromStr + Copy + 'static {
    /// Value and words, the words parted by `|`.
    const GERMAN: &'static [(Self, &'static str)];

    /// Reads one word; case, hyphens and umlauts do not matter.
    fn read(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        if let Ok(value) = trimmed.to_ascii_lowercase().replace([' ', '-'], "_").parse() {
            return Some(value);
        }
        let folded = fold(trimmed);
        if folded.is_empty() {
            return None;
        }
        let found = Self::GERMAN
            .iter()
            .find(|(_, words)| words.split('|').any(|word| fold(word) == folded));
        found.map(|(value, _)| *value)
    }
}

impl Term for Audience {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (
            Self::Affected,
            "Betroffene|Betroffener|Betroffen|Selbstbetroffene|Erkrankte|Patienten|Patientinnen|Betroffene Personen|B",
        ),
        (
            Self::Relatives,
            "Angehörige|Angehöriger|Familienangehörige|Familie|Familien|An- und Zugehörige|Zugehörige|Freunde|A",
        ),
        (Self::Parents, "Eltern|Mütter|Väter|Mütter und Väter|Eltern betroffener Kinder"),
        (
            Self::Partners,
            "Partner|Partnerinnen|Partner/innen|Partner*innen|Ehepartner|Lebenspartner",
        ),
        (Self::Siblings, "Geschwister|Geschwisterkinder"),
        (
            Self::Children,
            "Kinder von Betroffenen|Kinder Betroffener|Kinder von Erkrankten|erwachsene Kinder",
        ),
        (Self::Bereaved, "Hinterbliebene|Trauernde|Verwaiste Eltern|Verwitwete"),
        (
            Self::Professionals,
            "Fachkräfte|Fachleute|Fachpersonal|Professionelle|Interessierte Fachkräfte",
        ),
    ];
}

impl Term for AgeGroup {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (Self::Children, "Kinder|Kind"),
        (Self::Youth, "Jugendliche|Jugend|Teenager"),
        (Self::YoungAdults, "junge Erwachsene|junge Menschen|junge Leute|Junge"),
        (Self::Adults, "Erwachsene|Erwachsen"),
        (Self::Seniors, "Senioren|Seniorinnen|Senioren und Seniorinnen|ältere Menschen|Ältere"),
    ];
}

impl Term for Gender {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (
            Self::All,
            "alle|jeder|jede|egal|gemischt|m/w|w/m|m/w/d|w/m/d|Frauen und Männer|Männer und Frauen|offen|any|both",
        ),
        (Self::Women, "Frauen|nur Frauen|Frau|weiblich|w|female"),
        (Self::Men, "Männer|nur Männer|Mann|männlich|m|male"),
        (Self::Queer, "queer|divers|d|LGBTIQ|LGBTIQ*|LSBTIQ"),
    ];
}

impl Term for Format {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (
            Self::InPerson,
            "Präsenz|in Präsenz|vor Ort|persönlich|Treffen|Präsenzgruppe|Präsenztreffen|offline|nein|n",
        ),
        (
            Self::Online,
            "Onlinegruppe|Online-Gruppe|Videokonferenz|Video|per Video|virtuell|digital|Zoom|Chat|ja|j",
        ),
        (
            Self::Hybrid,
            "hybrid|Präsenz und online|online und Präsenz|vor Ort und online|gemischt|Präsenz/online|Online/Präsenz|beides",
        ),
        (Self::Phone, "telefonisch|Telefon|per Telefon|Telefongruppe|Telefonkonferenz"),
    ];
}

impl Term for Status {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (Self::Active, "aktiv|besteht|bestehend|läuft|offen|ja|laufend"),
        (
            Self::Founding,
            "in Gründung|Gründung|Neugründung|im Aufbau|Aufbau|geplant|in Planung|neu",
        ),
        (Self::Paused, "pausiert|Pause|ruht|ruhend|in Pause|inaktiv|unterbrochen"),
        (
            Self::SeekingPeers,
            "Mitstreiter gesucht|sucht Mitstreiter|Mitbetroffene gesucht|Betroffene gesucht|Einzelkontakt|Einzelperson|Kontaktwunsch|Gleichbetroffene gesucht|sucht Betroffene|Interessierte gesucht",
        ),
        (Self::Closed, "aufgelöst|geschlossen|beendet|eingestellt|erloschen|nicht mehr aktiv"),
    ];
}

impl Term for Wheelchair {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (
            Self::Yes,
            "ja|j|x|barrierefrei|rollstuhlgerecht|vorhanden|uneingeschränkt|true|1|y|stufenlos",
        ),
        (
            Self::No,
            "nein|n|nicht barrierefrei|false|0|keine|nicht rollstuhlgerecht|nicht vorhanden",
        ),
        (Self::Partial, "teilweise|bedingt|eingeschränkt|mit Hilfe|tlw|zum Teil|teils"),
        (Self::Unknown, "unbekannt|unklar|keine Angabe|k. A.|nicht bekannt"),
    ];
}

impl Term for ContactMode {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (
            Self::ViaContactPoint,
            "über die Kontaktstelle|über Kontaktstelle|Kontaktstelle|über KISS|über SKIS|über IKOS|über SKS|KISS|IKOS|SKIS|SKS",
        ),
        (Self::Mailbox, "E-Mail|Mail|per E-Mail|Postfach|email"),
        (Self::Phone, "Telefon|telefonisch|per Telefon|Anruf"),
        (Self::Form, "Formular|Kontaktformular|Internet|Webseite"),
    ];
}

impl Term for Cost {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (Self::Free, "kostenfrei|kostenlos|keine|gratis|frei|nein|0|0 €|ohne|unentgeltlich|none"),
        (
            Self::RoomShare,
            "Raumkosten|Raumkostenbeteiligung|Raummiete|Umlage|Raumkostenumlage|Unkostenbeitrag",
        ),
        (
            Self::Fee,
            "Mitgliedsbeitrag|Beitrag|Gebühr|Teilnahmegebühr|Jahresbeitrag|kostenpflichtig|ja",
        ),
    ];
}

impl Term for OpenForNew {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (Self::Yes, "ja|j|offen|jederzeit|true|willkommen|neue willkommen"),
        (Self::WaitingList, "Warteliste|nein|n|voll|false|Aufnahmestopp|geschlossen"),
        (
            Self::Ask,
            "auf Anfrage|Anfrage|nach Absprache|nach Rücksprache|bitte anfragen|nach Vorgespräch|erst nach Gespräch",
        ),
        (
            Self::MembersWanted,
            "Mitglieder gesucht|gesucht|Mitstreiter gesucht|neue Mitglieder gesucht|Verstärkung gesucht",
        ),
    ];
}

impl Term for Catchment {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (Self::Local, "örtlich|lokal|Ort|Stadt|Gemeinde|ortsbezogen"),
        (Self::District, "Landkreis|Kreis|regional|Region|kreisweit"),
        (Self::State, "landesweit|Bundesland|Land|Sachsen|Thüringen|sachsenweit|thüringenweit"),
        (Self::CrossState, "länderübergreifend|überregional|mitteldeutsch|Mitteldeutschland"),
        (Self::National, "bundesweit|deutschlandweit|Deutschland|Bund"),
    ];
}

impl Term for OrganisationKind {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (
            Self::Loose,
            "lose|Gruppe|Selbsthilfegruppe|keine|ohne|loser Zusammenschluss|frei|Gesprächsgruppe",
        ),
        (
            Self::Association,
            "Verein|e. V.|eingetragener Verein|eigener Verein|gemeinnütziger Verein",
        ),
        (
            Self::Chapter,
            "Ortsgruppe|Regionalgruppe|Landesgruppe|Verbandsgruppe|Verband|Ortsverband|Kreisverband|Arbeitsgemeinschaft",
        ),
        (Self::Anonymous, "anonym|anonyme Gruppe|Zwölf Schritte|12 Schritte|12-Schritte-Gruppe"),
        (
            Self::ProfessionallyLed,
            "angeleitet|fachlich begleitet|angeleitete Gruppe|therapeutisch begleitet|professionell geleitet",
        ),
    ];
}

impl Term for Publish {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (Self::Exact, "ja|j|genau|vollständig|mit Adresse|true"),
        (Self::Municipality, "nur Ort|Ort|Stadt|nur Stadt|Gemeinde|ohne Straße"),
        (Self::None, "nein|n|nicht|keine|geheim|geschützt|false"),
    ];
}

impl Term for Precision {
    const GERMAN: &'static [(Self, &'static str)] = &[
        (Self::Exact, "genau|Haus"),
        (Self::Street, "Straße"),
        (Self::Postcode, "PLZ|Postleitzahl"),
        (Self::Municipality, "Ort|Gemeinde"),
        (Self::District, "Kreis|Landkreis"),
    ];
}

/// Languages by their German and English names.
const LANGUAGES: [(&str, &str); 30] = [
    ("de", "Deutsch|German|deutschsprachig"),
    ("en", "Englisch|English"),
    ("ar", "Arabisch|Arabic|arabischsprachig"),
    ("uk", "Ukrainisch|Ukrainian"),
    ("ru", "Russisch|Russian|russischsprachig"),
    ("pl", "Polnisch|Polish"),
    ("cs", "Tschechisch|Czech"),
    ("hsb", "Sorbisch|Obersorbisch|Upper Sorbian"),
    ("dsb", "Niedersorbisch"),
    ("gsg", "Deutsche Gebärdensprache|Gebärdensprache|DGS|Gebärden"),
    ("fa", "Persisch|Farsi|Persian"),
    ("prs", "Dari"),
    ("ps", "Paschtu|Paschto"),
    ("tr", "Türkisch|Turkish"),
    ("vi", "Vietnamesisch|Vietnamese"),
    ("es", "Spanisch|Spanish"),
    ("fr", "Französisch|French"),
    ("it", "Italienisch|Italian"),
    ("pt", "Portugiesisch|Portuguese"),
    ("ro", "Rumänisch|Romanian"),
    ("hu", "Ungarisch|Hungarian"),
    ("bg", "Bulgarisch|Bulgarian"),
    ("ku", "Kurdisch|Kurdish"),
    ("ti", "Tigrinya|Tigrinisch"),
    ("so", "Somali"),
    ("sq", "Albanisch"),
    ("sr", "Serbisch"),
    ("zh", "Chinesisch|Chinese"),
    ("el", "Griechisch"),
    ("de-x-leicht", "Leichte Sprache|Einfache Sprache"),
];

/// Reads a language by its tag or its name.
pub(super) fn language(text: &str) -> Option<Language> {
    let folded = fold(text);
    let named = LANGUAGES
        .iter()
        .find(|(_, names)| names.split('|').any(|name| fold(name) == folded))
        .and_then(|(tag, _)| tag.parse().ok());
    // Two or three letters that are no language we know of are still a tag.
    named.or_else(|| text.trim().parse().ok().filter(|_| text.trim().len() <= 12))
}

/// Reads yes or no.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "ja" | "j" | "x" | "yes" | "y" | "true" | "1" | "wahr" => Some(true),
        "nein" | "n" | "no" | "false" | "0" | "falsch" => Some(false),
        _ => None,
    }
}

/// Splits a list that staff wrote in one cell.
pub(super) fn parts(text: &str) -> Vec<&str> {
    text.split(['|', ',', ';', '\n', '/'])
        .flat_map(|part| part.split(" und "))
        .flat_map(|part| part.split(" & "))
        .flat_map(|part| part.split(" sowie "))
        .flat_map(|part| part.split(" oder "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_words_mean_our_values() {
        assert_eq!(Audience::read("Angehörige"), Some(Audience::Relatives));
        assert_eq!(Audience::read("ANGEHÖRIGE"), Some(Audience::Relatives));
        assert_eq!(Audience::read("relatives"), Some(Audience::Relatives));
        assert_eq!(Audience::read("Vettern"), None);
        assert_eq!(Format::read("In Präsenz"), Some(Format::InPerson));
        assert_eq!(Format::read("in person"), Some(Format::InPerson));
        assert_eq!(Status::read("in Gründung"), Some(Status::Founding));
        assert_eq!(Wheelchair::read("Ja"), Some(Wheelchair::Yes));
        assert_eq!(Wheelchair::read("nein"), Some(Wheelchair::No));
        assert_eq!(Cost::read("kostenlos"), Some(Cost::Free));
        assert_eq!(language("Ukrainisch").as_ref().map(Language::as_str), Some("uk"));
        assert_eq!(language("HSB").as_ref().map(Language::as_str), Some("hsb"));
        assert_eq!(language("sächsisch"), None);
    }

    /// A word that stands for two values of one list would read one of them wrongly.
    #[test]
    fn no_word_means_two_values() {
        fn check<T: Term>() {
            let mut seen = std::collections::HashMap::new();
            for (index, (_, words)) in T::GERMAN.iter().enumerate() {
                for word in words.split('|') {
                    let before = seen.insert(fold(word), index);
                    assert!(before.is_none_or(|b| b == index), "{word}");
                }
            }
        }
        check::<Audience>();
        check::<AgeGroup>();
        check::<Gender>();
        check::<Format>();
        check::<Status>();
        check::<Wheelchair>();
        check::<ContactMode>();
        check::<Cost>();
        check::<OpenForNew>();
        check::<Catchment>();
        check::<OrganisationKind>();
        check::<Publish>();
        check::<Precision>();
    }
}
