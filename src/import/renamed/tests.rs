//! Ids over lists without numbers: what stays one group, what may be, what is another.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::import::settings::SourceSettings;
use crate::import::{Severity, read_source, testing};

const HEADING: &str = "Nr;Name;Thema;PLZ;Ort;Treffen\n";

/// What an import of these rows finds in the catalogue `current`: the groups with their ids, and
/// what staff are told.
fn taken(current: &[Group], rows: &str, mode: ImportMode) -> (Vec<Group>, Vec<Finding>) {
    let reader = testing::reader();
    let settings = SourceSettings {
        contact_point: "ikos-jena".parse().ok(),
        ..SourceSettings::named("liste.csv")
    };
    let text = format!("{HEADING}{rows}");
    let mut reading = read_source(text.as_bytes(), &settings, &testing::context(&reader));
    assert!(reading.findings.iter().all(|f| f.severity() != Severity::Error), "{text}");
    let (mut groups, current) = (std::mem::take(&mut reading.groups), current.iter().collect());
    let told = keep_ids(&mut groups, &mut reading, &current, mode, testing::comparison());
    let groups: Vec<Group> = groups.iter().collect();
    for group in &groups {
        assert_eq!(group.id, GroupId::of(&group.contact_point, &group.local_id));
        assert!(reading.mentioned.contains_key(&group.id), "what a row spoke of follows its id");
    }
    (groups, told)
}

fn whole(current: &[Group], rows: &str) -> (Vec<Group>, Vec<Finding>) {
    taken(current, rows, ImportMode::Replace)
}

fn ids(groups: &[Group]) -> BTreeMap<(String, String), GroupId> {
    let key = |group: &Group| (group.name.clone(), group.meeting.text.clone().unwrap_or_default());
    groups.iter().map(|group| (key(group), group.id)).collect()
}

const LIGHT: &str = ";Lichtblick;Depression;07743;Jena;jeden Montag 18:00 Uhr\n";
const HEART: &str = ";Herz;Herzinfarkt;07743;Jena;jeden Freitag 16:00 Uhr\n";
const NEW_LIGHT: &str = ";Neuer Lichtblick;Depression;07743;Jena;jeden Montag 18:00 Uhr\n";

#[test]
fn a_renamed_group_keeps_its_id_and_so_it_does_ever_after() {
    let (before, _) = whole(&[], &format!("{LIGHT}{HEART}"));

    let (renamed, told) = whole(&before, &format!("{HEART}{NEW_LIGHT}"));

    assert!(told.is_empty(), "{told:?}");
    assert_eq!(renamed[1].name, "Neuer Lichtblick");
    assert_eq!((renamed[1].id, renamed[0].id), (before[0].id, before[1].id));
    let (again, told) = whole(&renamed, &format!("{NEW_LIGHT}{HEART}"));
    assert_eq!((ids(&again), told.len()), (ids(&renamed), 0));
    // Also in a list of some groups, in which nothing can be missed.
    let (some, _) = taken(&renamed, NEW_LIGHT, ImportMode::Merge);
    assert_eq!(some[0].id, before[0].id);
    let (some, told) = taken(&before, NEW_LIGHT, ImportMode::Merge);
    assert!(some[0].id != before[0].id && told.is_empty());
}

#[test]
fn the_former_name_given_to_another_group_is_not_the_former_group() {
    let (before, _) = whole(&[], LIGHT);
    let (renamed, _) = whole(&before, NEW_LIGHT);
    let another = ";Lichtblick;Rheuma;07743;Jena;jeden Dienstag 10:00 Uhr\n";

    for rows in [format!("{another}{NEW_LIGHT}"), format!("{NEW_LIGHT}{another}")] {
        let (both, _) = whole(&renamed, &rows);

        let by_name: BTreeMap<&str, GroupId> =
            both.iter().map(|group| (group.name.as_str(), group.id)).collect();
        assert_eq!(by_name["Neuer Lichtblick"], before[0].id);
        assert_ne!(by_name["Lichtblick"], before[0].id);
        let (again, _) = whole(&both, &rows);
        assert_eq!(ids(&again), ids(&both));
    }
}

#[test]
fn a_doubtful_one_is_new_and_listed_and_its_number_settles_it() {
    let (before, _) = whole(&[], &format!("{LIGHT}{HEART}"));
    let other_name = LIGHT.replace("Lichtblick", "Morgenröte");

    let (after, told) = whole(&before, &format!("{HEART}{other_name}"));

    assert_ne!(after[1].id, before[0].id);
    let [finding] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((finding.rule.id, finding.row), ("maybe-renamed", Some(3)));
    assert_eq!(finding.value.as_deref(), Some("Morgenröte"));
    let number = &before[0].local_id;
    assert_eq!(finding.detail, Some(format!("Lichtblick (Nr. {number})")));
    let (settled, told) = whole(&after, &format!("{HEART}{number}{other_name}"));
    assert_eq!((settled[1].id, told.len()), (before[0].id, 0));
    assert_eq!(settled[0].id, before[1].id);
}

#[test]
fn two_that_come_as_near_are_both_doubtful() {
    let (before, _) = whole(&[], LIGHT);
    let rows =
        [";Lichtblick Eins;", ";Lichtblick Zwei;"].map(|to| LIGHT.replace(";Lichtblick;", to));

    let (after, told) = whole(&before, &rows.concat());

    assert!(after.iter().all(|group| group.id != before[0].id));
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn an_unrelated_group_is_new_and_nobody_is_asked() {
    let (before, _) = whole(&[], &format!("{LIGHT}{HEART}"));
    let other = ";Tinnitus Gera;Tinnitus;07545;Gera;jeden Mittwoch 19:00 Uhr\n";

    let (after, told) = whole(&before, &format!("{HEART}{other}"));

    assert!(before.iter().all(|group| group.id != after[1].id));
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn groups_of_one_name_are_told_apart_whatever_their_order() {
    let rows = ["Montag", "Dienstag", "Freitag"].map(|day| LIGHT.replace("Montag", day));
    let (before, _) = whole(&[], &rows.concat());

    for order in [[1, 0, 2], [2, 1, 0], [1, 2, 0]] {
        let (after, told) = whole(&before, &order.map(|at| rows[at].as_str()).concat());
        assert_eq!((ids(&after), told.len()), (ids(&before), 0), "{order:?}");
    }
    // One of them leaves, another one comes: the others stay who they are.
    let thursday = LIGHT.replace("Montag", "Donnerstag");
    let (after, _) = whole(&before, &format!("{}{}{thursday}", rows[2], rows[0]));
    assert_eq!((after[0].id, after[1].id), (before[2].id, before[0].id));
}

const NAMES: [&str; 12] = [
    "Lichtblick",
    "Morgenröte",
    "Leuchtturm",
    "Ankerplatz",
    "Kastanie",
    "Sonnenhut",
    "Pusteblume",
    "Kleeblatt",
    "Rückenwind",
    "Zugvogel",
    "Löwenzahn",
    "Wellenbrecher",
];
const TOPICS: [&str; 4] = ["Depression", "Rheuma", "Tinnitus", "Diabetes"];
const TOWNS: [&str; 3] = ["07743;Jena", "07545;Gera", "99423;Weimar"];
const DAYS: [&str; 4] = ["Montag", "Dienstag", "Mittwoch", "Freitag"];

/// A row; each has an evening of its own.
fn row(at: usize, name: &str, topic: usize, town: usize) -> String {
    let (topic, town) = (TOPICS[topic], TOWNS[town]);
    format!(";{name};{topic};{town};jeden {} {}:00 Uhr\n", DAYS[at % 4], 16 + at / 4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Rows in any order, some renamed, some gone, some new: who stays keeps the id, who comes
    /// has one of its own, and the next list of the same rows changes nothing.
    #[test]
    fn who_stays_keeps_the_id(
        kinds in prop::collection::vec((0..4_usize, 0..3_usize), 12),
        fates in prop::collection::vec(0..6_usize, 10),
        order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let line = |at: usize, name: &str| row(at, name, kinds[at].0, kinds[at].1);
        let first: String = (0..10).map(|at| line(at, NAMES[at])).collect();
        let (before, _) = whole(&[], &first);
        prop_assert_eq!(before.len(), 10);
        // The last two are new, and of another kind than all that are gone.
        let second: Vec<(usize, String)> = order
            .iter()
            .filter_map(|&at| match fates.get(at) {
                None => Some((at, format!(";{};Parkinson;99084;Erfurt;\n", NAMES[at]))),
                Some(0) => None,
                Some(1) => Some((at, line(at, &format!("Neuer {}", NAMES[at])))),
                Some(2) => Some((at, line(at, &format!("{} und Freunde", NAMES[at])))),
                Some(_) => Some((at, line(at, NAMES[at]))),
            })
            .collect();
        let rows: String = second.iter().map(|(_, row)| row.as_str()).collect();

        let (after, told) = whole(&before, &rows);

        prop_assert!(told.is_empty(), "{:?}", told);
        for (group, (at, row)) in after.iter().zip(&second) {
            match before.get(*at) {
                Some(old) => prop_assert_eq!(group.id, old.id, "{}", row),
                None => prop_assert!(before.iter().all(|old| old.id != group.id), "{}", row),
            }
        }
        let mut again: Vec<&str> = second.iter().map(|(_, row)| row.as_str()).collect();
        again.reverse();
        let (again, told) = whole(&after, &again.concat());
        prop_assert_eq!((ids(&again), told.len()), (ids(&after), 0));
    }
}
