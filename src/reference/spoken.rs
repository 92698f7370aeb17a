//! What the service says in Russian, Ukrainian, Arabic and Vietnamese: values of the closed lists
//! and the steps of the ladder, by their German words (`spoken.tsv`).
//!
//! In: a German text of ours and a language. Out: the text in that language. Topics, places and
//! what contact points write stay German: only they know what their words mean.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The languages of the table, in the order of its columns after the German one.
pub const LANGUAGES: [&str; 4] = ["ru", "uk", "ar", "vi"];

static TABLE: LazyLock<HashMap<&str, [&str; 4]>> = LazyLock::new(|| {
    let rows = include_str!("spoken.tsv").lines().skip(1);
    rows.map(|row| {
        let mut cells = row.split('\t');
        let german = cells.next().unwrap_or_default();
        (german, LANGUAGES.map(|_| cells.next().unwrap_or_default()))
    })
    .collect()
});

/// Returns a German text of ours in `lang`; `None` for other languages and unknown texts.
pub fn spoken(german: &str, lang: &str) -> Option<&'static str> {
    let column = LANGUAGES.iter().position(|known| *known == lang)?;
    TABLE.get(german).map(|row| row[column])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_and_keeps_its_gap() {
        let mut lines = include_str!("spoken.tsv").lines();
        assert_eq!(lines.next(), Some("de\tru\tuk\tar\tvi"));
        assert_eq!(lines.clone().count(), TABLE.len(), "a German text stands twice");
        for line in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 5, "{line}");
            for cell in &cells {
                assert!(!cell.trim().is_empty(), "{line}");
                assert_eq!(cell.contains("{}"), cells[0].contains("{}"), "{line}");
            }
        }
        assert_eq!(spoken("Eltern", "vi"), Some("Cha mẹ"));
        assert_eq!(spoken("Eltern", "en"), None);
    }
}
