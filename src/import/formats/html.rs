//! Lists on a page, read by CSS selectors kept per source.
//!
//! | selector | meaning |
//! |---|---|
//! | `group` (also `record`, `item`) | one entry of the list |
//! | a field of ours: `name`, `topics`, `website` … | inside the entry; the text of all matches |
//! | `css@attribute` | the attribute's value instead of the text |
//! | an empty selector, or `@attribute` | the entry itself |
//! | `heading` | headings on the page; the nearest one before an entry gives its topic |

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Node, Selector};
use url::Url;

use super::{MAX_CELL_CHARS, MAX_ROWS, RawTable, grid};
use crate::import::finding::{Finding, Notes};
use crate::import::harvest::{NEXT, PAGES};
use crate::import::headings;
use crate::import::messages;
use crate::import::raw::{RawCell, RawRecord, RawValue};
use crate::import::settings::SourceSettings;

/// Names under which the selector of one entry may stand.
const ENTRY: [&str; 5] = ["group", "record", "item", "entry", "row"];

/// Names of selectors that are no fields.
const NO_FIELDS: [&str; 4] = ["heading", "type", NEXT, PAGES];

/// What to read of an entry.
struct Wanted {
    field: String,
    column: String,
    selector: Option<Selector>,
    attribute: Option<String>,
}

/// Says whether the settings tell what an entry is.
pub(super) fn has_entry(settings: &SourceSettings) -> bool {
    ENTRY.iter().any(|name| settings.selectors.contains_key(*name))
}

/// Reads the entries of a page.
pub(super) fn read(
    text: &str,
    settings: &SourceSettings,
    table: &mut RawTable,
    notes: &mut Notes,
) -> Result<(), Finding> {
    let selectors = &settings.selectors;
    let entry_name = ENTRY.iter().find(|name| selectors.contains_key(**name));
    let Some(entry_name) = entry_name else {
        let title = Selector::parse("title").expect("the name of an element is a selector");
        let page = Html::parse_document(text);
        let title = page.select(&title).next().map(text_of).unwrap_or_default();
        let shown = if title.is_empty() { settings.name.as_str() } else { title.as_str() };
        return Err(notes.about(&messages::PAGE_WITHOUT_SELECTORS).with_value(shown));
    };
    let entry = parse(&selectors[*entry_name], entry_name, notes)?;
    let heading = match selectors.get("heading") {
        Some(css) => Some(parse(css, "heading", notes)?),
        None => None,
    };
    let wanted = wanted(selectors, entry_name, settings, notes)?;
    let base = settings.url.as_deref().and_then(|url| Url::parse(url).ok());
    let page = Html::parse_document(text);

    let mut topic: Option<String> = None;
    let mut number = 0;
    for element in page.root_element().descendent_elements() {
        let is_heading = heading.as_ref().is_some_and(|h| h.matches(&element));
        if is_heading {
            let title = text_of(element);
            topic = Some(title).filter(|t| !t.is_empty() && !grid::is_section_letter(t));
        }
        if !entry.matches(&element) {
            continue;
        }
        number += 1;
        let mut cells = cells_of(element, &wanted, base.as_ref());
        if cells.iter().all(|cell| cell.value.is_empty()) {
            continue;
        }
        table.rows_read += 1;
        if number > MAX_ROWS {
            let detail = format!("> {MAX_ROWS}");
            return Err(notes.about(&messages::TOO_MANY_ROWS).with_detail(detail));
        }
        let has_topic = cells.iter().any(|cell| cell.field == "topics" && !cell.value.is_empty());
        if let Some(topic) = topic.as_ref().filter(|_| !has_topic) {
            cells.push(RawCell {
                field: "topics".to_owned(),
                column: "heading".to_owned(),
                value: RawValue::Text(topic.clone()),
            });
        }
        let length = |cell: &RawCell| match &cell.value {
            RawValue::Text(text) => text.chars().count(),
            RawValue::List(parts) => parts.iter().map(|part| part.chars().count()).sum(),
        };
        if let Some(cell) = cells.iter().find(|cell| length(cell) > MAX_CELL_CHARS) {
            let finding = notes.about(&messages::FIELD_TOO_LONG).in_row(number);
            let finding = finding.in_column(cell.column.clone());
            notes.add(finding.with_detail(length(cell).to_string()));
            table.refuse(number, &cells);
            continue;
        }
        table.records.push(RawRecord { row: number, cells });
    }
    Ok(())
}

fn parse(css: &str, name: &str, notes: &Notes) -> Result<Selector, Finding> {
    Selector::parse(css)
        .map_err(|_| notes.about(&messages::SELECTOR_WRONG).with_value(css).with_detail(name))
}

fn wanted(
    selectors: &BTreeMap<String, String>,
    entry_name: &str,
    settings: &SourceSettings,
    notes: &mut Notes,
) -> Result<Vec<Wanted>, Finding> {
    let mut wanted = Vec::new();
    for (name, css) in selectors {
        if name == entry_name || NO_FIELDS.contains(&name.as_str()) || name.starts_with('_') {
            continue;
        }
        let field = if headings::is_field(name) {
            Some(name.clone())
        } else {
            grid::map_heading(name, None, &settings.columns, notes)
        };
        let Some(field) = field else { continue };
        let (css, attribute) = match css.rsplit_once('@') {
            Some((css, attribute)) if !attribute.contains([']', '"', '\'']) => {
                (css.trim(), Some(attribute.trim().to_owned()))
            }
            _ => (css.trim(), None),
        };
        let selector = if css.is_empty() { None } else { Some(parse(css, name, notes)?) };
        wanted.push(Wanted { field, column: name.clone(), selector, attribute });
    }
    Ok(wanted)
}

fn cells_of(entry: ElementRef<'_>, wanted: &[Wanted], base: Option<&Url>) -> Vec<RawCell> {
    let mut cells = Vec::new();
    for want in wanted {
        let matches: Vec<ElementRef<'_>> = match &want.selector {
            Some(selector) => entry.select(selector).collect(),
            None => vec![entry],
        };
        let value_of = |element: &ElementRef<'_>| match &want.attribute {
            Some(name) => {
                let value = element.value().attr(name).unwrap_or_default().trim();
                whole_address(name, value, base).unwrap_or_else(|| value.to_owned())
            }
            None => text_of(*element),
        };
        let mut values: Vec<String> = matches.iter().map(value_of).collect();
        values.retain(|value| !value.is_empty());
        let value = match values.len() {
            0 => continue,
            1 => RawValue::Text(values.remove(0)),
            _ if matches!(want.field.as_str(), "description" | "meeting.text" | "venue.name") => {
                RawValue::Text(values.join("\n"))
            }
            _ if grid::takes_several(&want.field) => RawValue::List(values),
            _ => RawValue::Text(values.remove(0)),
        };
        cells.push(RawCell { field: want.field.clone(), column: want.column.clone(), value });
    }
    cells
}

/// Returns the whole address of a link within its own site.
fn whole_address(attribute: &str, value: &str, base: Option<&Url>) -> Option<String> {
    // "example.org" in a link is meant as an address, whatever browsers make of it.
    let is_within =
        value.starts_with(['/', '?']) || value.starts_with("./") || value.starts_with("../");
    let is_link = matches!(attribute, "href" | "src");
    base.filter(|_| is_link && is_within)?.join(value).ok().map(String::from)
}

/// Elements whose text stands on a line of its own.
const BLOCKS: [&str; 19] = [
    "p",
    "br",
    "li",
    "ul",
    "ol",
    "div",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "dd",
    "section",
    "article",
    "blockquote",
];

/// Returns the text of an element as a reader sees it: blocks on lines of their own, nothing of
/// scripts and styles.
fn text_of(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut stack: Vec<_> = vec![(*element, false)];
    while let Some((node, is_end)) = stack.pop() {
        match node.value() {
            Node::Text(part) => {
                if !is_end {
                    let words = part.replace(['\n', '\r', '\t'], " ");
                    text.push_str(&words);
                }
            }
            Node::Element(tag) => {
                let name = tag.name();
                if matches!(name, "script" | "style" | "template" | "noscript" | "head") {
                    continue;
                }
                if BLOCKS.contains(&name) {
                    text.push('\n');
                }
                if !is_end {
                    stack.push((node, true));
                    let children: Vec<_> = node.children().collect();
                    stack.extend(children.into_iter().rev().map(|child| (child, false)));
                }
            }
            _ => {
                if !is_end {
                    let children: Vec<_> = node.children().collect();
                    stack.extend(children.into_iter().rev().map(|child| (child, false)));
                }
            }
        }
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Returns the text of a piece of HTML.
pub(in crate::import) fn plain_text(html: &str) -> String {
    text_of(Html::parse_fragment(html).root_element())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::settings::SourceFormat;

    fn page(selectors: &[(&str, &str)], html: &str) -> Result<RawTable<'static>, Finding> {
        let mut settings = SourceSettings::named("liste.html");
        settings.selectors =
            selectors.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let mut table = RawTable::new(SourceFormat::Html);
        read(html, &settings, &mut table, &mut Notes::new("liste.html"))?;
        Ok(table)
    }

    #[test]
    fn entries_are_read_under_their_headings() {
        let table = page(
            &[
                ("group", "li.g"),
                ("name", "b"),
                ("website", "a@href"),
                ("description", "p"),
                ("heading", "h3"),
            ],
            "<h2>A–Z</h2><h3>Krebs</h3><ul><li class=g><b>Licht<br>blick</b> <a href='x.de'>Seite</a>
             <p>Eins</p><p>Zwei<script>alert(1)</script></p></li></ul>
             <h3>Herz</h3><ul><li class=g><b>Herzsport &amp; mehr</b></li></ul>",
        )
        .expect("right");
        let of = |index: usize, field: &str| {
            let cells = &table.records[index].cells;
            match cells.iter().find(|cell| cell.field == field).map(|cell| &cell.value) {
                Some(RawValue::Text(text)) => text.clone(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(table.records.len(), 2);
        assert_eq!(of(0, "name"), "Licht\nblick");
        assert_eq!(of(0, "website"), "x.de");
        assert_eq!(of(0, "description"), "Eins\nZwei");
        assert_eq!(of(0, "topics"), "Krebs");
        assert_eq!((of(1, "name"), of(1, "topics")), ("Herzsport & mehr".into(), "Herz".into()));
    }

    #[test]
    fn a_wrong_selector_is_named() {
        let error = page(&[("group", "li[")], "<li>").expect_err("wrong");
        assert_eq!((error.rule.id, error.value.as_deref()), ("selector-wrong", Some("li[")));
        assert_eq!(page(&[], "<li>").expect_err("none").rule.id, "page-without-selectors");
    }
}
