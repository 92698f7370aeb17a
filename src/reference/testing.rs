//! Parts of the reference tables for tests that need no more.

use super::contact_points::read_registry;
use super::table::Files;
use super::{Gazetteer, Vocabulary};
use crate::domain::ContactPoint;

/// A handful of concepts, so that tests do not depend on the rows of the real ones.
const CONCEPTS: &str = "\
id\tlabel\tsynonyms\tabbreviations\tenglish\thidden\tbroader\tflags
seelische-gesundheit\tSeelische Gesundheit\t\t\t\t\t\tgroup
depression\tDepression\tSchwermut\t\tdepression\t\tseelische-gesundheit\t
angst\tAngst\tÄngste\t\tanxiety\t\tseelische-gesundheit\t
sucht\tSucht\tAlkohol\t\t\t\tseelische-gesundheit\t
trauer\tTrauer\t\t\t\t\tseelische-gesundheit\t
multiple-sklerose\tMultiple Sklerose\t\tMS?\t\t\tseelische-gesundheit\t
";

/// Returns the embedded gazetteer.
pub(crate) fn gazetteer() -> Gazetteer {
    let files = Files::embedded().expect("the binary holds its tables");
    Gazetteer::read(&files).expect("the committed gazetteer is right")
}

/// Returns the embedded registry of contact points.
pub(crate) fn contact_points() -> Vec<ContactPoint> {
    let files = Files::embedded().expect("the binary holds its tables");
    read_registry(&files, &gazetteer()).expect("the committed registry is right")
}

/// Returns the embedded recognisers and word lists with a handful of concepts and no patterns.
pub(crate) fn vocabulary() -> Vocabulary {
    let embedded = Files::embedded().expect("the binary holds its tables");
    let own = [
        ("vocabulary/concepts/01.tsv", CONCEPTS),
        ("vocabulary/patterns.tsv", "pattern\tconcepts\taudience\tgender\n"),
        ("vocabulary/crisis.tsv", "kind\n"),
        ("vocabulary/associations.tsv", "name\n"),
        ("vocabulary/relatives.tsv", "concepts\n"),
        ("vocabulary/orphanet_heads.tsv", "code\n"),
    ];
    let mut files: Vec<(String, Vec<u8>)> =
        own.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    for list in ["recognisers.tsv", "stems.tsv", "compounds.txt", "unsplit.txt", "true_umlauts.txt"]
    {
        let name = format!("vocabulary/{list}");
        let text = embedded.text(&name).expect("the list is there").as_bytes().to_vec();
        files.push((name, text));
    }
    Vocabulary::read(&Files::of(files)).expect("the tables above are right")
}
