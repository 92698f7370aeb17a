//! The floors of the house: code reaches down, never up and never across, and each library has
//! one home.
//!
//! In: the text of `src/`. Out: every line that breaks the plan of ARCHITECTURE.md. Reads names of
//! paths only (`crate::search::…`, `super::super::…`, `tantivy::…`), so a re-export that hides a
//! foreign type is not seen.

use std::fs;
use std::path::Path;

/// Rooms by floor, lowest first.
const FLOORS: [&[&str]; 9] = [
    &["domain", "config"],
    &["reference", "catalogue"],
    &["analysis"],
    &["recognise"],
    &["import", "index"],
    &["search"],
    &["http"],
    &["cli"],
    &["main"],
];

/// Libraries that shape what uses them, and the rooms that may.
const HOMES: [(&str, &[&str]); 34] = [
    ("brotli", &["http"]),
    ("actix_http", &["http"]),
    ("actix_multipart", &["http"]),
    ("actix_web", &["http"]),
    ("maud", &["http"]),
    ("utoipa", &["http"]),
    ("utoipa_swagger_ui", &["http"]),
    ("governor", &["http"]),
    ("sqlx", &["catalogue"]),
    ("getrandom", &["catalogue"]), // tokens
    ("subtle", &["catalogue"]),
    ("crc32fast", &["catalogue"]),
    ("lz4_flex", &["catalogue"]),
    ("tikv_jemallocator", &["main"]),
    ("tantivy", &["analysis", "index", "search"]),
    ("anstream", &["cli"]),
    ("anstyle", &["cli", "import"]), // a report colours itself; printing it is cli's
    ("anyhow", &["cli"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("indicatif", &["cli"]),
    ("tracing_subscriber", &["cli"]),
    ("calamine", &["import"]),
    ("chardetng", &["import"]),
    ("csv", &["import", "http"]), // read there, written by the export here
    ("encoding_rs", &["import"]),
    ("hyper", &["import"]), // asks other hosts; the service's own HTTP is actix-web's
    ("hyper_util", &["import"]),
    ("http_body_util", &["import"]),
    ("tokio_rustls", &["import"]),
    ("webpki_roots", &["import"]),
    ("quick_xml", &["import"]),
    ("scraper", &["import"]),
    ("serde", ABOVE_DOMAIN), // stored and sent forms are other structs than checked ones
];

const ABOVE_DOMAIN: &[&str] = &[
    "config",
    "reference",
    "catalogue",
    "analysis",
    "recognise",
    "import",
    "index",
    "search",
    "http",
    "cli",
];

/// Files that may break a rule, each with its reason. Empty is how it should be.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Whoever looks for the cause of a wrong answer goes down one staircase, floor by floor.
#[test]
fn no_file_reaches_up_or_across() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    assert!(files.len() > 20, "the sources were not found");

    let mut broken = Vec::new();
    for path in files {
        let name = path.strip_prefix(root).expect("below the crate").to_string_lossy();
        let text = fs::read_to_string(&path).expect("sources are UTF-8");
        broken.extend(violations(&name.replace('\\', "/"), &text));
    }

    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Rules that nobody has seen fail may not hold at all.
#[test]
fn every_kind_of_violation_is_seen() {
    for (file, line, seen) in [
        ("src/domain/group.rs", "use crate::index::Generation;", true), // up
        ("src/import/mod.rs", "use crate::index::Plan;", true),         // across
        ("src/search/plan.rs", "    crate::http::wire::json()", true),  // no use line
        ("src/search/plan.rs", "use crate::{\n    domain::Id,\n    http::wire,\n};", true), // grouped
        ("src/search/plan.rs", "use crate::{domain::{Id, State}, cli};", true), // room itself
        ("src/index/mod.rs", "use super::search::Hit;", true),                  // by the parent
        ("src/index/hit.rs", "use super::super::search::Hit;", true),           // by two parents
        ("src/search/plan.rs", "use wegweiser::cli::run;", true), // by the crate's name
        ("src/search/run.rs", "use actix_web::HttpRequest;", true), // library away from home
        ("src/http/groups.rs", "fn a(e: sqlx::Error) {}", true),  // in a signature
        ("src/domain/terms.rs", "#[derive(serde::Serialize)]", true), // serde below
        ("src/attic/mod.rs", "use crate::domain::Id;", true),     // a room without a floor
        ("src/search/plan.rs", "use crate::index::Generation;", false), // down
        ("src/search/plan.rs", "use crate::search::request;", false), // own room
        ("src/search/plan.rs", "//! See [`crate::http`].", false), // a remark
        ("src/index/hit.rs", "mod tests { use super::super::hit; }", false), // no room's name
        ("src/http/groups.rs", "use actix_web::web;", false),     // at home
        ("src/search/plan.rs", "let x = self.index::<u8>();", false), // a method
        ("src/main.rs", "wegweiser::cli::run()", false),          // the door
    ] {
        assert_eq!(!violations(file, line).is_empty(), seen, "{file}: {line}");
    }
}

/// Returns what `text`, the file `name` of `src/`, breaks.
fn violations(name: &str, text: &str) -> Vec<String> {
    let inside = name.strip_prefix("src/").expect("a file of src");
    let room = inside.split(['/', '.']).next().expect("split yields something");
    if inside == "lib.rs" {
        return Vec::new(); // declares the rooms
    }
    let Some(floor) = floor_of(room) else {
        return vec![format!("{name}: the room `{room}` has no floor; add it to FLOORS")];
    };
    let code = without_remarks(text);
    let mut broken = Vec::new();
    for (line, other) in rooms_named(&code, inside) {
        let is_above = floor_of(&other).is_none_or(|there| there > floor);
        let is_across = other != room && floor_of(&other) == Some(floor);
        if (is_above || is_across) && !is_excepted(name, &other) {
            let way = if is_above { "up" } else { "across" };
            broken.push(format!("{name}:{line}: {room} reaches {way} to {other}"));
        }
    }
    for (library, homes) in HOMES {
        if homes.contains(&room) || is_excepted(name, library) {
            continue;
        }
        for (at, _) in code.match_indices(library) {
            if is_path_start(&code, at, library) {
                let line = line_of(&code, at);
                broken.push(format!("{name}:{line}: {library} belongs to {}", homes.join(", ")));
            }
        }
    }
    broken
}

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn is_excepted(file: &str, used: &str) -> bool {
    EXCEPTIONS.iter().any(|(path, what, _)| *path == file && *what == used)
}

/// Blanks out what stands behind `//`; line numbers stay.
fn without_remarks(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Returns the rooms that the code names, with their lines.
fn rooms_named(code: &str, inside: &str) -> Vec<(usize, String)> {
    let depth = inside.trim_end_matches("/mod.rs").split('/').count();
    let mut named = Vec::new();
    for start in ["crate::", "wegweiser::"] {
        for (at, _) in code.match_indices(start) {
            let is_whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if is_whole {
                for room in heads(&code[at + start.len()..]) {
                    named.push((line_of(code, at), room));
                }
            }
        }
    }
    let up = "super::".repeat(depth);
    for (at, _) in code.match_indices(&up) {
        for room in heads(&code[at + up.len()..]) {
            // An inner module reaches its own file with as many steps: only rooms' names count.
            if floor_of(&room).is_some() {
                named.push((line_of(code, at), room));
            }
        }
    }
    named
}

/// Returns the first names of a path or of a group of paths: `a::b` and `{a::b, c}`.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut start, mut found) = (1, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {
                found.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
        if depth == 0 {
            found.push(name(&group[start..at]));
            break;
        }
    }
    found.retain(|name| !name.is_empty() && name != "self");
    found
}

/// Says whether the library's name at `at` begins a path, and is no part of a longer one.
fn is_path_start(code: &str, at: usize, library: &str) -> bool {
    let before = code[..at].trim_end_matches(' ');
    let after = &code[at + library.len()..];
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    if code[..at].ends_with(joins) || after.starts_with(joins) {
        return false;
    }
    let is_used = before.ends_with("use") && after.starts_with([';', ' ']);
    let is_inner = before.ends_with("::") && !before.ends_with(" ::");
    is_used || (after.starts_with("::") && !is_inner)
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder of sources") {
        let path = entry.expect("an entry of it").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}
