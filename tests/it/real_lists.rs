//! What five contact points list today is read whole, and nearly all of it is understood.

use std::path::Path;

use wegweiser::import::SourceSettings;
use wegweiser::search::Searcher;

use crate::example_support::{read, searcher};

/// At least this share of real entries leads to a concept.
const LINKED: f64 = 0.85;

#[test]
fn no_real_entry_is_lost_and_nearly_all_are_linked() {
    reads_real_lists(&searcher());
}

/// The same whatever tables the searcher has.
pub fn reads_real_lists(searcher: &Searcher) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/real/topics_five_saxon_districts.json");
    let Ok(json) = std::fs::read(&path) else {
        println!("skipped: no real lists beside the repository");
        return;
    };
    let lists: std::collections::BTreeMap<String, Vec<String>> =
        serde_json::from_slice(&json).expect("lists of topics by district");
    let contact_points = [
        ("BZ", "sks-bautzen"),
        ("GR", "kiss-goerlitz"),
        ("V", "kiss-vogtland"),
        ("FG", "kiss-mittelsachsen"),
        ("MEI", "kiss-meissen"),
    ];
    let (mut entries, mut linked, mut unlinked) = (0, 0, 0);
    for (plate, contact_point) in contact_points {
        let topics = &lists[plate];
        let settings = SourceSettings {
            contact_point: contact_point.parse().ok(),
            format: "topics".parse().ok(),
            ..SourceSettings::named("topics.txt")
        };

        let reading = read(searcher, topics.join("\n").as_bytes(), &settings);

        let names: Vec<String> = reading.groups.iter().map(|group| group.name).collect();
        for topic in topics {
            assert!(names.contains(topic), "an entry of {plate} is lost");
        }
        for group in &reading.groups {
            let texts = group.topics.iter().chain([&group.name]);
            let is_linked = texts.into_iter().any(|text| {
                let tables = searcher.tables();
                let words = tables.analyzer().words(text);
                let mut taken = vec![false; words.len()];
                let concepts = tables.concepts();
                !concepts.find(&words, text, &mut taken).is_empty()
                    || !concepts.find_misspelt(&words, &mut taken, &|_| false).is_empty()
            });
            entries += 1;
            linked += usize::from(is_linked);
            if !is_linked {
                // Staff are told which topics no concept matched.
                let is_told =
                    reading.findings.iter().any(|finding| finding.rule.id == "topic-unlinked");
                assert!(is_told, "nobody is told of an unlinked entry of {plate}");
                unlinked += 1;
            }
        }
    }
    println!("{entries} entries, {linked} linked, {unlinked} listed for staff");
    assert_eq!(entries, 171);
    assert!(linked as f64 >= LINKED * entries as f64, "{linked} of {entries}");
}
