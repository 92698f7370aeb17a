//! The schematic map: a tile for each of the 35 districts, drawn as SVG, under real buttons.
//!
//! In: groups per district; the arrangement is `web/map.json`, which the embeddable search draws
//! too. Out: a figure whose buttons belong to the search form.

use std::sync::LazyLock;

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::frame::text;
use super::texts::Texts;

#[derive(Deserialize)]
struct Layout {
    columns: u32,
    rows: u32,
    /// Key, car plate, column, row, name.
    districts: Vec<(String, String, u32, u32, String)>,
}

static LAYOUT: LazyLock<Layout> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../web/map.json")).expect("a test reads it")
});

/// How many shades there are above "none".
const SHADES: f64 = 4.0;

/// Returns the map of a facet's values; a button searches in its district.
pub fn map(values: &[Value], t: Texts) -> Markup {
    let Layout { columns, rows, districts } = &*LAYOUT;
    let count_of = |key: &str| -> (u64, bool) {
        let found = values.iter().find(|value| text(&value["value"]) == key);
        found.map_or((0, false), |v| (v["count"].as_u64().unwrap_or(0), v["selected"] == true))
    };
    let most = values.iter().filter_map(|value| value["count"].as_u64()).max().unwrap_or(1).max(1);
    let shade = |count: u64| match count {
        0 => 0,
        count => 1 + ((SHADES - 1.0) * (count as f64 / most as f64).sqrt()).round() as u32,
    };
    html! {
        div.map role="group" aria-label=(t.say("map")) {
            svg viewBox=(format!("0 0 {} {}", columns * 10, rows * 10)) aria-hidden="true" focusable="false" {
                @for (key, plate, column, row, _) in districts {
                    @let count = count_of(key).0;
                    @let shade = shade(count);
                    rect x=(format!("{column}0.4").trim_start_matches("00")) y=(format!("{row}0.4").trim_start_matches("00")) width="9.2" height="9.2" rx="1.2" class={ "shade" (shade) } {}
                    text x=(column * 10 + 5) y=(format!("{}.6", row * 10 + 4)) class={ "on" (shade) } { (plate) }
                    text x=(column * 10 + 5) y=(format!("{}.1", row * 10 + 8)) class={ "on" (shade) } { @if count > 0 { (count) } @else { "–" } }
                }
            }
            @for (key, _, column, row, name) in districts {
                @let (count, is_chosen) = count_of(key);
                @let label = t.fill("district_count", &[("name", name), ("groups", &t.groups(count))]);
                button form="suche" name="district" value=(key) class={ "c" (column) " r" (row) }
                    aria-label=(label) title=(label) aria-pressed=(is_chosen) disabled[count == 0] {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Reference;

    #[test]
    fn every_district_of_both_states_has_a_tile_of_its_own() {
        let tables = Reference::embedded().expect("the tables are right");
        let mut cells = std::collections::HashSet::new();
        for (key, plate, column, row, name) in &LAYOUT.districts {
            let key = key.parse().expect("a key");
            let district = tables.gazetteer.district(&key).expect("a district");
            assert_eq!(&district.label(), name);
            assert!(district.plates.contains(plate), "{name}: {plate}");
            assert!(*column < LAYOUT.columns && *row < LAYOUT.rows);
            assert!(cells.insert((column, row)), "{name} stands on another");
        }
        assert_eq!(cells.len(), 35);
    }

    #[test]
    fn the_drawing_is_small() {
        let german = Texts::in_language(crate::search::request::AnswerLanguage::German);
        let markup = map(&[], german).into_string();
        let end = markup.find("</svg>").expect("a drawing");
        assert!(end < 12_000, "{end}");
    }
}
