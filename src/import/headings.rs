//! Which field of ours a publisher's heading means.
//!
//! In: headings in German or English, as people write them. Out: our fields, or the nearest
//! known heading. A table per source ([`super::SourceSettings::columns`]) beats this list.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::domain::Audience;

/// What a heading means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heading {
    /// A field of ours, or an input-only one.
    Field(String),
    /// Known, and left out: derived by the service, or the publisher's own bookkeeping.
    Ignored,
    /// Not known; the nearest known heading, if one is near.
    Unknown(Option<&'static str>),
}

/// Fields of `group/v1` that a file may hold, by their own names.
pub const FIELDS: [&str; 58] = [
    "contact_point",
    "local_id",
    "name",
    "topics",
    "description",
    "audience",
    "age_group",
    "age_min",
    "age_max",
    "gender",
    "languages",
    "format",
    "meeting.text",
    "meeting.rrule",
    "meeting.starts",
    "meeting.ends",
    "meeting.by_appointment",
    "meeting.time",
    "venue.name",
    "venue.street",
    "venue.house_number",
    "venue.postcode",
    "venue.town",
    "venue.quarter",
    "venue.place",
    "venue.address",
    "venue.district",
    "venue.lat",
    "venue.lon",
    "venue.precision",
    "venue.publish",
    "catchment",
    "status",
    "wheelchair",
    "website",
    "contact.mode",
    "contact.label",
    "contact.email",
    "contact.phone",
    "contact.any",
    "contact_person.name",
    "contact_person.first_name",
    "contact_person.phone",
    "contact_person.email",
    "organisation.parent",
    "organisation.kind",
    "cost",
    "cost_note",
    "open_for_new",
    "consent.given_on",
    "consent.scope",
    "consent.basis",
    "consent.withdrawn_on",
    "verified_on",
    "verified_days_ago",
    "duplicate_of",
    "hidden_terms",
    "deleted_at",
];

/// What the service adds to a record: an export may be read back with these in it.
const DERIVED: [&str; 26] = [
    "id",
    "concepts",
    "summary",
    "stale",
    "updated_at",
    "replaced_by",
    "url",
    "page_url",
    "also_listed_by",
    "distance_km",
    "match",
    "source",
    "source.kind",
    "source.url",
    "source.fetched_on",
    "source.content_hash",
    "contact_point.name",
    "contact_point.phone",
    "contact_point.email",
    "contact_point.website",
    "venue.district_name",
    "venue.state",
    "venue.municipality_point",
    "meeting.timezone",
    "meeting.next_at",
    "fallback",
];

/// Our field, and the headings that mean it. Folded by [`fold`], so that case, hyphens, umlauts
/// and a remark in parentheses do not matter.
const ALIASES: [(&str, &str); 61] = [
    (
        "contact_point",
        "Kontaktstelle|Selbsthilfekontaktstelle|contact_point.id|Herausgeber|publisher",
    ),
    (
        "local_id",
        "Nr|Nummer|lfd. Nr.|laufende Nummer|Gruppennummer|Gruppen-Nr|Gruppen-ID|Kennung|Kennziffer|Datensatz|Datensatznummer|Eigene Nummer|local id|Schlüssel|record id|group id",
    ),
    (
        "name",
        "Gruppenname|Name der Gruppe|Name der Selbsthilfegruppe|Selbsthilfegruppe|Selbsthilfegruppen|Gruppe|Gruppen|Bezeichnung|Gruppenbezeichnung|Titel|Name|SHG|SHG Name|Angebot|Name des Angebots|group|group name|title|Verein|Initiative|Selbsthilfeangebot|mjeno",
    ),
    (
        "topics",
        "Thema|Themen|Topic|Hauptthema|Themenbereich|Themengebiet|Themenfeld|Krankheitsbild|Krankheitsbilder|Krankheit|Erkrankung|Erkrankungen|Diagnose|Diagnosen|Indikation|Bereich|Kategorie|Kategorien|Rubrik|Schlagwort|Schlagworte|Schlagwörter|Stichwort|Stichworte|Stichwörter|Problem|Problemlage|Anliegen|Behinderung|Schwerpunkt|Schwerpunkte|condition|subject|category|tags|keywords|Selbsthilfethema|Erkrankung/Thema|Thema/Erkrankung|Thema/Krankheitsbild|Krankheitsbild/Thema|tema",
    ),
    (
        "description",
        "Beschreibung|Kurzbeschreibung|Beschreibungstext|Text|Info|Infos|Information|Informationen|Inhalt|Inhalte|Über uns|Wir über uns|Selbstdarstellung|Ziele|Aktivitäten|Angebote|Was wir machen|Bemerkung|Bemerkungen|Hinweis|Hinweise|Sonstiges|Anmerkung|Anmerkungen|Erläuterung|about|details|notes|summary text|wopisanje",
    ),
    (
        "descriptions.en",
        "Beschreibung Englisch|Englische Beschreibung|description en|description (en)",
    ),
    ("descriptions.hsb", "Beschreibung Sorbisch|Beschreibung Obersorbisch|description hsb"),
    ("descriptions.uk", "Beschreibung Ukrainisch|description uk"),
    ("descriptions.ar", "Beschreibung Arabisch|description ar"),
    (
        "descriptions.de-x-leicht",
        "Leichte Sprache|Beschreibung Leichte Sprache|Beschreibung in Leichter Sprache|Text in Leichter Sprache",
    ),
    (
        "audience",
        "Zielgruppe|Zielgruppen|Für wen|Für wen?|Teilnehmer|Teilnehmende|Teilnehmerkreis|Personenkreis|Adressaten|Angebot für|Wer kann kommen|target group|for whom|Betroffene/Angehörige|Betroffene oder Angehörige",
    ),
    (
        "audience.relatives",
        "Angehörige j/n|Angehörige ja/nein|Auch Angehörige|Auch für Angehörige|für Angehörige",
    ),
    ("audience.affected", "Betroffene j/n|Betroffene ja/nein|für Betroffene"),
    ("age_group", "Altersgruppe|Altersgruppen|Alter|Altersklasse|Lebensalter|age|age groups"),
    ("age_min", "Mindestalter|Alter von|Alter ab|ab Alter|minimum age|min age"),
    ("age_max", "Höchstalter|Alter bis|bis Alter|maximum age|max age"),
    ("gender", "Geschlecht|Geschlechter|für Frauen/Männer|Frauen/Männer|sex"),
    (
        "languages",
        "Sprache|Sprachen|Gruppensprache|Sprache der Gruppe|language|spoken languages|rěč",
    ),
    (
        "format",
        "Art des Treffens|Treffart|Form|Form des Treffens|Format|Online/Präsenz|Präsenz/Online|Online|Durchführung|Veranstaltungsform|Treffen-Art|meeting format",
    ),
    (
        "meeting.text",
        "Treffen|Termine|Termin|Gruppentreffen|Treffzeit|Treffzeiten|Treffpunkt und Zeit|Zeit und Ort|Wann|Wann?|Zeitpunkt|Turnus|Rhythmus|Häufigkeit|Wochentag|Tag|Tage|Treffen am|Treffen wann|Gruppentermin|Gruppentermine|Treffzeitpunkt|Öffnungszeit|Öffnungszeiten|Nächste Termine|meeting|meetings|meeting times|schedule|when|day|zetkanje",
    ),
    ("meeting.rrule", "Terminregel|RRULE|Wiederholung|recurrence"),
    ("meeting.time", "Uhrzeit|Uhrzeiten|Zeit|Zeiten|Treffen Uhrzeit|time|times"),
    ("meeting.starts", "Beginn|Anfang|Uhrzeit von|von Uhr|Start|starts|start time|Beginn Uhrzeit"),
    ("meeting.ends", "Ende|Schluss|Uhrzeit bis|bis Uhr|ends|end time|Ende Uhrzeit"),
    (
        "meeting.by_appointment",
        "nach Vereinbarung|nur nach Vereinbarung|nach Absprache|Anmeldung nötig|by appointment",
    ),
    (
        "venue.name",
        "Treffpunkt|Treffort|Ort des Treffens|Veranstaltungsort|Einrichtung|Haus|Gebäude|Raum|Räumlichkeit|Wo|Wo?|Ort/Raum|Versammlungsort|Name des Treffpunkts|Lokal|venue|location|meeting place",
    ),
    (
        "venue.street",
        "Straße|Strasse|Str.|Straße und Hausnummer|Straße/Nr.|Straße, Nr.|Straße Hausnummer|street|street address|address line",
    ),
    ("venue.house_number", "Hausnummer|Haus-Nr.|Hausnr|house number"),
    ("venue.postcode", "PLZ|Postleitzahl|Postleitzahlen|zip|zip code|postal code|postcode"),
    (
        "venue.town",
        "Ort|Stadt|Gemeinde|Wohnort|Ortschaft|Stadt/Gemeinde|Ort/Stadt|town|city|municipality|place|městno|Ortsname",
    ),
    ("venue.quarter", "Ortsteil|Stadtteil|Stadtbezirk|quarter"),
    ("venue.place", "PLZ/Ort|PLZ Ort|PLZ und Ort|PLZ, Ort|Postleitzahl/Ort|Postleitzahl und Ort"),
    (
        "venue.address",
        "Adresse|Anschrift|Treffadresse|Adresse des Treffpunkts|Anschrift des Treffpunkts|Veranstaltungsadresse|address",
    ),
    (
        "venue.district",
        "Landkreis|Kreis|Landkreis/Stadt|Kreis/Stadt|Region|Kreisschlüssel|AGS|Kfz-Kennzeichen|Kennzeichen|Autokennzeichen|county|wokrjes",
    ),
    ("venue.lat", "Breite|Breitengrad|Latitude|lat|geo lat|Y-Koordinate"),
    ("venue.lon", "Länge|Längengrad|Longitude|lon|lng|long|geo lng|geo lon|X-Koordinate"),
    ("venue.precision", "Genauigkeit|precision"),
    (
        "venue.publish",
        "Ort veröffentlichen|Adresse veröffentlichen|Anschrift veröffentlichen|Veröffentlichung Ort|publish",
    ),
    ("catchment", "Einzugsgebiet|Einzugsbereich|Reichweite|Wirkungskreis|catchment area"),
    ("status", "Stand der Gruppe|Gruppenstatus|Zustand|Gruppenstand|state of the group"),
    (
        "wheelchair",
        "Barrierefrei|Barrierefreiheit|Rollstuhl|Rollstuhlgerecht|Rollstuhlgeeignet|Rollstuhlzugang|barrierefreier Zugang|Zugang|accessible|accessibility|wheelchair accessible",
    ),
    (
        "website",
        "Internet|Internetseite|Internetadresse|Webseite|Website|Homepage|WWW|URL|Link|Web|Webadresse|home page|web page",
    ),
    ("contact.mode", "Kontaktweg|Kontaktart|Kontaktaufnahme|Kontakt über|way of contact"),
    ("contact.label", "Kontaktbezeichnung|contact label"),
    (
        "contact.phone",
        "Telefon|Telefonnummer|Tel|Tel.|Tel.-Nr.|Rufnummer|Fon|Gruppentelefon|Telefon der Gruppe|Kontakttelefon|Festnetz|Telefon/Fax|phone|telephone|phone number",
    ),
    (
        "contact.email",
        "E-Mail|Email|Mail|E-Mail-Adresse|Mailadresse|E-Mail der Gruppe|Kontakt-E-Mail|Kontaktmail|e-mail address|mailbox",
    ),
    (
        "contact.any",
        "Kontakt|Kontaktdaten|Kontaktmöglichkeit|Kontaktinformation|Ansprechpartner/Telefon|Ansprechpartner und Telefon|Kontakt/Ansprechpartner|contact",
    ),
    (
        "contact_person.name",
        "Ansprechpartner|Ansprechpartnerin|Ansprechpartner/in|Ansprechpartner*in|AnsprechpartnerIn|Ansprechperson|Kontaktperson|Kontaktpersonen|Leitung|Leiter|Leiterin|Gruppenleiter|Gruppenleiterin|Gruppenleitung|Gruppensprecher|Gruppensprecherin|Sprecher|Sprecherin|Vorsitz|Vorsitzende|Vorsitzender|Nachname|Familienname|Verantwortlich|Verantwortliche|contact person|contact name",
    ),
    ("contact_person.first_name", "Vorname|Vorname Ansprechpartner|first name"),
    (
        "contact_person.phone",
        "Telefon privat|Tel. privat|Telefon Ansprechpartner|Tel. Ansprechpartner|Telefon Ansprechpartner/in|Telefon Kontaktperson|Handy|Mobil|Mobilnummer|Mobiltelefon|Handynummer|mobile|private phone",
    ),
    (
        "contact_person.email",
        "E-Mail privat|E-Mail Ansprechpartner|E-Mail Ansprechpartner/in|E-Mail Kontaktperson|Mail Ansprechpartner|private email",
    ),
    (
        "organisation.parent",
        "Träger|Trägerverein|Dachverband|Verband|Organisation|Mitglied in|organisation|organization|association",
    ),
    ("organisation.kind", "Rechtsform|Art der Gruppe|Gruppenart|Organisationsform"),
    ("cost", "Kosten|Teilnahmegebühr|Gebühr|Beitrag|Teilnehmerbeitrag|price|fee"),
    (
        "open_for_new",
        "Neue Mitglieder|Aufnahme|Aufnahme neuer Mitglieder|Offen für Neue|Offen|neue Teilnehmer|open for new members|Neuaufnahme",
    ),
    (
        "consent.given_on",
        "Einwilligung|Einwilligung am|Einwilligung vom|Datum der Einwilligung|Zustimmung am|DSGVO-Einwilligung|consent date",
    ),
    (
        "consent.scope",
        "Einwilligung für|Umfang der Einwilligung|Einwilligung Umfang|Zustimmung für",
    ),
    (
        "consent.withdrawn_on",
        "Widerruf|Widerruf am|Widerrufen am|Einwilligung widerrufen|Einwilligung widerrufen am",
    ),
    (
        "verified_on",
        "geprüft|geprüft am|Geprüft am|Stand|Stand vom|Aktualisiert|aktualisiert am|letzte Aktualisierung|Letzte Prüfung|zuletzt geprüft|Überprüft am|bestätigt am|last checked|checked on|Datenstand",
    ),
    (
        "hidden_terms",
        "Suchwörter|Suchworte|Suchbegriffe|interne Stichwörter|Interne Suchwörter|Synonyme|weitere Suchbegriffe|search terms|synonyms",
    ),
    (
        "",
        "intern|Interne Notiz|Interne Bemerkung|interner Vermerk|Vermerk|Notiz|Notizen|Bearbeiter|Bearbeiterin|angelegt am|erstellt am|geändert am|Wiedervorlage|Fax|Telefax|Bundesland|Land|Anzahl Mitglieder|Mitglieder|Mitgliederzahl|Teilnehmerzahl|Gründung|Gründungsjahr|gegründet|Förderung|Bild|Logo|Foto",
    ),
];

static KNOWN: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for (field, headings) in ALIASES {
        for heading in headings.split('|') {
            known.insert(fold(heading), field);
        }
    }
    // Our own names come last, so that no alias can take one away.
    for field in DERIVED {
        known.insert(fold(field), "");
    }
    for field in FIELDS {
        known.insert(fold(field), field);
    }
    known
});

/// Headings that a person would recognise, for suggestions.
static SUGGESTIONS: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    let german = ALIASES
        .iter()
        .filter(|(field, _)| !field.is_empty())
        .flat_map(|(_, headings)| headings.split('|'));
    german.chain(FIELDS).map(|heading| (fold(heading), heading)).collect()
});

/// Maps one heading.
pub fn read(heading: &str, columns: &BTreeMap<String, String>) -> Heading {
    known(heading, columns).unwrap_or_else(|| Heading::Unknown(nearest(heading)))
}

/// Maps a heading that is known.
pub fn known(heading: &str, columns: &BTreeMap<String, String>) -> Option<Heading> {
    let field = columns
        .iter()
        .find(|(theirs, _)| *theirs == heading)
        .or_else(|| columns.iter().find(|(theirs, _)| fold(theirs) == fold(heading)));
    if let Some((_, field)) = field {
        // Postcode and town in one cell, in either order.
        let joined = field.contains('+') && field.split('+').all(|part| part.starts_with("venue."));
        return Some(match field.as_str() {
            "" => Heading::Ignored,
            _ if joined => Heading::Field("venue.place".to_owned()),
            field => Heading::Field(field.to_owned()),
        });
    }
    if let Some(language) = heading.strip_prefix("descriptions.") {
        return Some(Heading::Field(format!("descriptions.{}", language.to_ascii_lowercase())));
    }
    if heading.starts_with("match.") || heading.starts_with("source.") {
        return Some(Heading::Ignored);
    }
    let without_remark = heading.split('(').next().unwrap_or_default();
    [heading, without_remark].into_iter().find_map(|text| match KNOWN.get(&fold(text)) {
        Some(&"") => Some(Heading::Ignored),
        Some(field) => Some(Heading::Field((*field).to_owned())),
        None => None,
    })
}

/// Says whether `field` is one that a file may fill.
pub fn is_field(field: &str) -> bool {
    FIELDS.contains(&field)
        || field.starts_with("descriptions.")
        || field.strip_prefix("audience.").is_some_and(|term| Audience::WORDS.contains(&term))
}

/// Below this likeness (Jaro-Winkler) a suggestion would only confuse.
const LIKE: f64 = 0.85;

/// Most unknown headings remembered; a feed repeats the same few in every record.
const REMEMBERED: usize = 1_000;

fn nearest(heading: &str) -> Option<&'static str> {
    thread_local! {
        static SEEN: RefCell<HashMap<String, Option<&'static str>>> = RefCell::default();
    }
    let folded = fold(heading);
    if let Some(known) = SEEN.with_borrow(|seen| seen.get(&folded).copied()) {
        return known;
    }
    let found = nearest_of_all(&folded);
    SEEN.with_borrow_mut(|seen| {
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        seen.insert(folded, found);
    });
    found
}

fn nearest_of_all(folded: &str) -> Option<&'static str> {
    let mut best = ("", 0.0);
    for (known, shown) in SUGGESTIONS.iter() {
        let likeness = strsim::jaro_winkler(folded, known);
        if likeness > best.1 {
            best = (shown, likeness);
        }
    }
    Some(best.0).filter(|_| best.1 >= LIKE)
}

/// Folds a heading: small letters and digits only, umlauts spelled out.
pub fn fold(heading: &str) -> String {
    let mut folded = String::with_capacity(heading.len());
    for c in heading.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            _ if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(heading: &str) -> String {
        match read(heading, &BTreeMap::new()) {
            Heading::Field(field) => field,
            Heading::Ignored => "-".to_owned(),
            Heading::Unknown(near) => format!("? {}", near.unwrap_or("-")),
        }
    }

    #[test]
    fn headings_are_read_as_people_write_them() {
        for (heading, expected) in [
            ("Gruppenname", "name"),
            ("Thema", "topics"),
            ("Krankheitsbild", "topics"),
            ("PLZ", "venue.postcode"),
            ("Ort", "venue.town"),
            ("STRASSE", "venue.street"),
            ("Straße / Nr.", "venue.street"),
            ("Treffen", "meeting.text"),
            ("Zielgruppe:", "audience"),
            ("Ansprechpartner/-in", "contact_person.name"),
            ("Telefon", "contact.phone"),
            ("Telefon (privat)", "contact_person.phone"),
            ("Telefon (Mo–Fr)", "contact.phone"), // a remark in parentheses
            ("E-Mail *", "contact.email"),
            ("venue.postcode", "venue.postcode"),
            ("descriptions.hsb", "descriptions.hsb"),
            ("summary", "-"), // derived by the service
            ("Fax", "-"),     // known, and not kept
            ("Gruppennamme", "? Gruppenname"),
            ("Treffpunktt", "? Treffpunkt"),
            ("Farbe", "? -"), // like nothing we know
        ] {
            assert_eq!(field(heading), expected, "{heading}");
        }
    }

    #[test]
    fn the_table_of_a_source_beats_the_list() {
        let columns = BTreeMap::from([
            ("Ort".to_owned(), "venue.name".to_owned()),
            ("Thema".to_owned(), String::new()),
        ]);
        assert_eq!(read("Ort", &columns), Heading::Field("venue.name".to_owned()));
        assert_eq!(read("Thema", &columns), Heading::Ignored);
    }

    #[test]
    fn no_heading_means_two_fields() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (field, headings) in ALIASES {
            for heading in headings.split('|') {
                let before = seen.insert(fold(heading), field);
                assert!(before.is_none_or(|b| b == field), "{heading}: {before:?}, {field}");
            }
        }
    }
}
