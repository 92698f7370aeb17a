//! For whom a group is, read from the words of its name or topic.
//!
//! In: "Demenz (Angehörige)", "Junge Frauen mit Brustkrebs", "Trauer 60+". Out: audience, age and
//! gender. Whole words only: "hör" stands in "Angehörige", and Kinderwunsch is no group for
//! children.

use std::collections::BTreeSet;

use crate::domain::{AgeGroup, Audience, Gender};

/// Whom a text names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// For whom.
    pub audience: BTreeSet<Audience>,
    /// For which age.
    pub age_groups: BTreeSet<AgeGroup>,
    /// From which age in years.
    pub age_min: Option<u8>,
    /// To which age in years.
    pub age_max: Option<u8>,
    /// For which gender.
    pub gender: Option<Gender>,
    /// Whether the text says nothing else.
    pub is_all: bool,
}

impl People {
    /// Says whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.audience.is_empty()
            && self.age_groups.is_empty()
            && self.age_min.is_none()
            && self.age_max.is_none()
            && self.gender.is_none()
    }

    /// Adds what another text of the same group names.
    pub fn merge(&mut self, other: &Self) {
        self.audience.extend(&other.audience);
        self.age_groups.extend(&other.age_groups);
        self.age_min = self.age_min.or(other.age_min);
        self.age_max = self.age_max.or(other.age_max);
        self.gender = self.gender.or(other.gender);
    }
}

/// Words that say nothing of a topic beside the people they join.
const FILLERS: [&str; 32] = [
    "und", "auch", "für", "sowie", "oder", "mit", "nur", "die", "der", "das", "den", "dem", "von",
    "im", "in", "alter", "jahre", "jahren", "ab", "bis", "gruppe", "gruppen", "menschen",
    "personen", "leute", "deren", "ihre", "zur", "zum", "über", "unter", "alle",
];

/// Reads the people a text names.
pub fn read(text: &str) -> People {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '+'))
        .filter(|w| !w.is_empty())
        .collect();
    let mut people = People { is_all: !words.is_empty(), ..People::default() };
    // "Kinder psychisch kranker Eltern" are children of somebody; "Eltern von Kindern" are parents.
    let position = |names: &[&str]| words.iter().position(|word| names.contains(word));
    let parents_at = position(&["eltern", "mütter", "mutter", "väter", "vater"]);
    let children_at = position(&["kinder", "kindern", "töchter", "söhne"]);
    let adult_children =
        lower.contains("erwachsene kinder") || lower.contains("erwachsenen kinder");
    let are_offspring = adult_children
        || matches!((children_at, parents_at), (Some(child), Some(parent)) if child < parent)
            && !lower.contains("kinder und")
        || lower.contains("kinder von")
        || lower.contains("kinder aus");

    let mut at = 0;
    while at < words.len() {
        let word = words[at];
        let next = words.get(at + 1).copied().unwrap_or_default();
        let mut known = true;
        match word {
            "junge" | "junger" | "jungen"
                if next.starts_with("erwachsen")
                    || next.starts_with("mensch")
                    || next == "leute" =>
            {
                people.age_groups.insert(AgeGroup::YoungAdults);
                at += 1;
            }
            "kinder" | "kindern" | "töchter" | "söhne" if are_offspring => {
                people.audience.insert(Audience::Children);
                if adult_children {
                    people.age_groups.insert(AgeGroup::Adults);
                }
            }
            "eltern" | "mütter" | "väter" | "mutter" | "vater" | "elternteile" if are_offspring =>
                {}
            "kinder" | "kindern" if parents_at.is_none() => {
                people.age_groups.insert(AgeGroup::Children);
            }
            "kinder" | "kindern" => {}
            "ab" | "über" | "ü" if age(next).is_some() => {
                people.age_min = age(next);
                at += 1;
            }
            "bis" | "unter" | "u" if age(next).is_some() => {
                people.age_max = age(next);
                at += 1;
            }
            _ => known = one_word(word, next, &mut people),
        }
        if let (Some(from), Some(to)) = (age(word), age(next)) {
            // `18–35`, with the dash split away.
            if from < to {
                (people.age_min, people.age_max) = (Some(from), Some(to));
                at += 1;
                known = true;
            }
        } else if let (Some(from), "bis") = (age(word), next) {
            people.age_min = Some(from);
            known = true;
        }
        if !known && !FILLERS.contains(&word) {
            people.is_all = false;
        }
        at += 1;
    }
    // "auch Angehörige" adds to the affected.
    let adds = lower.contains("auch ")
        || lower.contains("und angehörige")
        || lower.contains("& angehörige");
    let is_bereaved_only = people.audience.iter().all(|a| *a == Audience::Bereaved);
    if adds
        && !people.audience.is_empty()
        && !is_bereaved_only
        && !people.is_all_of_relatives(&lower)
    {
        people.audience.insert(Audience::Affected);
    }
    if people.is_empty() {
        people.is_all = false;
    }
    people
}

impl People {
    /// "Eltern und Angehörige": nobody affected is among them.
    fn is_all_of_relatives(&self, lower: &str) -> bool {
        let others =
            [Audience::Parents, Audience::Partners, Audience::Siblings, Audience::Bereaved];
        !lower.contains("auch ") && self.audience.iter().any(|one| others.contains(one))
    }
}

fn age(word: &str) -> Option<u8> {
    word.trim_start_matches('ü').parse().ok().filter(|age| (3..=99).contains(age))
}

fn one_word(word: &str, next: &str, people: &mut People) -> bool {
    let begins = |starts: &[&str]| starts.iter().any(|start| word.starts_with(start));
    if begins(&["angehörig", "familienangehörig", "mitbetroffen"]) {
        people.audience.insert(Audience::Relatives);
    } else if begins(&["betroffen", "selbstbetroffen"]) {
        people.audience.insert(Audience::Affected);
    } else if matches!(
        word,
        "eltern"
            | "mütter"
            | "väter"
            | "elterngruppe"
            | "elternkreis"
            | "elterninitiative"
            | "elterntreff"
    ) {
        people.audience.insert(Audience::Parents);
    } else if matches!(
        word,
        "partner"
            | "partnerinnen"
            | "partnern"
            | "ehepartner"
            | "lebenspartner"
            | "ehefrauen"
            | "partnerin"
    ) {
        people.audience.insert(Audience::Partners);
    } else if begins(&["geschwister"]) {
        people.audience.insert(Audience::Siblings);
    } else if begins(&[
        "hinterbliebene",
        "trauernd",
        "verwaist",
        "witwe",
        "trauergruppe",
        "trauercafé",
        "trauercafe",
        "suizidhinterbliebene",
    ]) || word == "trauer"
    {
        people.audience.insert(Audience::Bereaved);
    } else if begins(&["fachkräft", "fachleut", "fachpersonal", "professionell", "pflegekräft"]) {
        people.audience.insert(Audience::Professionals);
    } else if matches!(word, "pflegende" | "pflegenden") {
        people.audience.insert(Audience::Relatives);
    } else if matches!(
        word,
        "jugendliche" | "jugendlichen" | "jugend" | "jugendgruppe" | "teenager" | "teens"
    ) {
        people.age_groups.insert(AgeGroup::Youth);
    } else if matches!(word, "junge" | "junger") && !next.is_empty() {
        people.age_groups.insert(AgeGroup::YoungAdults);
    } else if matches!(word, "erwachsene" | "erwachsenen" | "erwachsener" | "erwachsenenalter") {
        people.age_groups.insert(AgeGroup::Adults);
    } else if begins(&["senior"]) || matches!(word, "ältere" | "älterer" | "älteren") {
        people.age_groups.insert(AgeGroup::Seniors);
    } else if matches!(
        word,
        "frauen"
            | "frauengruppe"
            | "frauentreff"
            | "frauenkreis"
            | "frauengesprächskreis"
            | "frauenselbsthilfe"
    ) {
        people.gender = people.gender.or(Some(Gender::Women));
    } else if matches!(word, "mädchen") {
        people.gender = people.gender.or(Some(Gender::Women));
        people.age_groups.insert(AgeGroup::Youth);
    } else if matches!(
        word,
        "männer" | "männergruppe" | "männertreff" | "männerkreis" | "männerrunde"
    ) {
        people.gender = people.gender.or(Some(Gender::Men));
    } else if begins(&["queer", "lgbt", "lsbt", "schwul", "lesb"]) {
        people.gender = Some(Gender::Queer);
    } else if let Some(from) = word.strip_suffix('+').and_then(age) {
        people.age_min = Some(from);
        if from >= 60 {
            people.age_groups.insert(AgeGroup::Seniors);
        }
    } else if let Some(from) = word.strip_prefix('ü').and_then(age) {
        people.age_min = Some(from);
    } else {
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let people = read(text);
        let mut parts: Vec<String> = people.audience.iter().map(ToString::to_string).collect();
        parts.extend(people.age_groups.iter().map(|age| format!("~{age}")));
        parts.extend(people.age_min.map(|age| format!(">{age}")));
        parts.extend(people.age_max.map(|age| format!("<{age}")));
        parts.extend(people.gender.map(|gender| format!("!{gender}")));
        parts.join(" ")
    }

    #[test]
    fn people_are_read_from_names() {
        for (text, expected) in [
            ("Angehörige", "relatives"),
            ("Demenz Angehörige", "relatives"),
            ("auch Angehörige", "affected relatives"),
            ("Betroffene und Angehörige", "affected relatives"),
            ("Krebs und Angehörige", "affected relatives"),
            ("Eltern von Kindern mit ADHS", "parents"),
            ("Eltern und Angehörige", "relatives parents"), // nobody affected
            ("Kinder psychisch kranker Eltern", "children"),
            ("Erwachsene Kinder von Alkoholikern", "children ~adults"),
            ("Rheuma Kinder", "~children"),
            ("Kinder und Jugendliche", "~children ~youth"),
            ("Verwaiste Eltern", "parents bereaved"),
            ("Frauen nach Krebs", "!women"),
            ("Junge Frauen mit Brustkrebs", "~young_adults !women"),
            ("Junge Erwachsene mit Depression", "~young_adults"),
            ("Treff 60+", "~seniors >60"),
            ("ab 18 Jahren", ">18"),
            ("18–35 Jahre", ">18 <35"),
            ("Kinderwunsch", ""),   // a topic
            ("Hörgeschädigte", ""), // "hör" stands in "Angehörige"
            ("Depression", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_of_people_only_is_told_from_a_topic() {
        for (text, expected) in [
            ("Angehörige", true),
            ("auch für Angehörige", true),
            ("Kinder und Jugendliche", true),
            ("CED", false),
            ("Demenz, Angehörige", false),
            ("", false),
        ] {
            assert_eq!(read(text).is_all, expected, "{text}");
        }
    }
}
