//! The details of problem documents in German.
//!
//! In: a detail as the lower rooms write it, in English. Out: the same in German, with names and
//! numbers kept. What is not in the table goes out in English: better a foreign sentence than none.

/// English and German sentences; each `{}` stands for a part that is kept.
const SENTENCES: &[(&str, &str)] = &[
    ("`{}` must be a whole number from {} to {}", "`{}` muss eine ganze Zahl von {} bis {} sein"),
    ("`{}` must be a number from {} to {}", "`{}` muss eine Zahl von {} bis {} sein"),
    ("`{}` must be true or false", "`{}` muss true oder false sein"),
    ("`{}` must be a text", "`{}` muss ein Text sein"),
    ("`{}` must not be empty", "`{}` darf nicht leer sein"),
    ("`{}` is needed", "`{}` fehlt"),
    ("`{}` must hold texts only", "`{}` darf nur Texte enthalten"),
    ("`{}` must be an array, as in {}", "`{}` muss eine Liste sein, etwa {}"),
    ("`{}` must be one of {}", "`{}` muss eines von diesen sein: {}"),
    ("`{}` must be a date-time such as {}", "`{}` muss ein Zeitpunkt sein, etwa {}"),
    (
        "`{}` must be a district key of five digits such as {} (see /v1/places)",
        "`{}` muss ein Kreisschlüssel aus fünf Ziffern sein, etwa {} (siehe /v1/places)",
    ),
    (
        "`{}` must be a contact point's id such as {} (see /v1/contact-points)",
        "`{}` muss die Kennung einer Kontaktstelle sein, etwa {} (siehe /v1/contact-points)",
    ),
    ("`{}` must be a group's id (a UUID)", "`{}` muss die Kennung einer Gruppe sein (eine UUID)"),
    (
        "`{}` must be two letters such as {} or {}",
        "`{}` muss aus zwei Buchstaben bestehen, etwa {} oder {}",
    ),
    (
        "`{}` must be a BCP 47 tag such as {} or {}",
        "`{}` muss ein Sprachkürzel nach BCP 47 sein, etwa {} oder {}",
    ),
    (
        "`{}` must be west,south,east,north in degrees, as in {}",
        "`{}` muss Westen,Süden,Osten,Norden in Grad sein, etwa {}",
    ),
    (
        "`{}` may be at most {} bytes long, this is {}",
        "`{}` darf höchstens {} Bytes lang sein, hier sind es {}",
    ),
    ("`{}` may stand only once", "`{}` darf nur einmal stehen"),
    ("`{}` may stand at most {} times", "`{}` darf höchstens {} Mal stehen"),
    (
        "repeat `{}` instead of using commas: {}",
        "`{}` bitte wiederholen, statt Kommas zu setzen: {}",
    ),
    ("`{}` needs `{}` beside it", "`{}` braucht `{}` daneben"),
    (
        "give either `{}` or `{}` and `{}`, not both",
        "entweder `{}` angeben oder `{}` und `{}`, nicht beides",
    ),
    ("give either `{}` or `{}`, not both", "entweder `{}` oder `{}` angeben, nicht beides"),
    (
        "`{}` needs a point: give `{}` or `{}` and `{}`",
        "`{}` braucht einen Punkt: `{}` oder `{}` und `{}` angeben",
    ),
    (
        "0/0 is no place in Germany; leave both out if unknown",
        "0/0 ist kein Ort in Deutschland; beide weglassen, wenn sie nicht bekannt sind",
    ),
    (
        "closed groups are never shown; leave `{}` out",
        "geschlossene Gruppen werden nie gezeigt; bitte `{}` weglassen",
    ),
    ("`{}` goes to {}; go on with `{}` from `{}`", "`{}` geht bis {}; weiter mit `{}` aus `{}`"),
    (
        "there is no parameter called `{}`; did you mean `{}`?",
        "es gibt keinen Parameter `{}`; war `{}` gemeint?",
    ),
    ("there is no parameter called `{}`", "einen Parameter `{}` gibt es hier nicht"),
    ("there is no such parameter; there are {}", "diesen Parameter gibt es nicht; es gibt {}"),
    (
        "`{}` is no postcode, town, district, district key or car plate that we know",
        "`{}` ist keine Postleitzahl, kein Ort, Kreis, Kreisschlüssel oder Autokennzeichen, das wir kennen",
    ),
    (
        "`{}` needs a point: give `{}`, or `{}` and `{}`",
        "`{}` braucht einen Punkt: `{}` oder `{}` und `{}` angeben",
    ),
    (
        "`{}` must be a concept's id or a code such as {} (see /v1/topics and /v1/conditions)",
        "`{}` muss die Kennung eines Themas oder ein Code sein, etwa {} (siehe /v1/topics und /v1/conditions)",
    ),
    (
        "`{}` must be the `{}` of an earlier answer to the same request",
        "`{}` muss der `{}` einer früheren Antwort auf dieselbe Anfrage sein",
    ),
    (
        "`{}` must be the `{}` of an earlier answer",
        "`{}` muss der Wert `{}` einer früheren Antwort sein",
    ),
    (
        "`{}` belongs to another request; send the same request with it",
        "`{}` gehört zu einer anderen Anfrage; bitte dieselbe Anfrage damit senden",
    ),
    (
        "the body must be one JSON object such as {}",
        "der Inhalt muss genau ein JSON-Objekt sein, etwa {}",
    ),
    ("the body is not JSON: line {}, column {}", "der Inhalt ist kein JSON: Zeile {}, Spalte {}"),
    (
        "the parameters belong into the body, not into the address",
        "die Parameter gehören in den Inhalt, nicht in die Adresse",
    ),
    (
        "the address must be UTF-8 with percent-encoding",
        "die Adresse muss UTF-8 mit Prozent-Kodierung sein",
    ),
    ("a body may be at most {} bytes large", "der Inhalt darf höchstens {} Bytes groß sein"),
    (
        "GeoJSON knows no departed groups; use ndjson or csv with `{}`",
        "GeoJSON kennt keine gelöschten Gruppen; mit `{}` bitte ndjson oder csv nehmen",
    ),
    (
        "this group's times of meeting follow no known rule",
        "die Treffen dieser Gruppe folgen keiner bekannten Regel",
    ),
];

/// Returns a detail in German.
pub(super) fn detail(english: &str) -> String {
    for (pattern, german) in SENTENCES {
        if let Some(parts) = parts_of(pattern, english) {
            return filled(german, &parts);
        }
    }
    english.to_owned()
}

/// Returns the parts of `text` that stand where `pattern` has `{}`.
fn parts_of<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut parts = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        let at = if is_last {
            rest.len().checked_sub(piece.len()).filter(|at| rest.get(*at..) == Some(piece))?
        } else {
            rest.find(piece)?
        };
        parts.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty().then_some(parts)
}

fn filled(pattern: &str, parts: &[&str]) -> String {
    let mut out = String::new();
    let mut parts = parts.iter();
    for (at, piece) in pattern.split("{}").enumerate() {
        if at > 0 {
            out.push_str(parts.next().copied().unwrap_or_default());
        }
        out.push_str(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::request::SearchRequest;

    #[test]
    fn both_sentences_keep_the_same_number_of_parts() {
        for (english, german) in SENTENCES {
            assert_eq!(english.matches("{}").count(), german.matches("{}").count(), "{english}");
        }
    }

    #[test]
    fn every_fault_of_a_search_has_a_german_sentence() {
        for pairs in [
            vec![("limit", "101")],
            vec![("offset", "1001")],
            vec![("ort", "Jena")],
            vec![("xyzxyzxyz", "Jena")],
            vec![("topic", "a,b")],
            vec![("place", "Jena"), ("lat", "50.9"), ("lon", "11.5")],
            vec![("lat", "50.9")],
            vec![("lat", "0"), ("lon", "0")],
            vec![("status", "closed")],
            vec![("audience", "familie")],
            vec![("bbox", "1,2,3")],
            vec![("radius_km", "0")],
            vec![("updated_since", "gestern")],
            vec![("interpret", "ja")],
            vec![("q", "a"), ("q", "b")],
            vec![("state", "xx")],
            vec![("language", "?")],
            vec![("district", "1")],
            vec![("contact_point", "A B")],
            vec![("id", "7")],
            vec![("cursor", "a"), ("offset", "3")],
        ] {
            let problems = SearchRequest::from_pairs(pairs).expect_err("is wrong").problems;
            for problem in problems {
                assert_ne!(detail(&problem.detail), problem.detail);
            }
        }
    }
}
