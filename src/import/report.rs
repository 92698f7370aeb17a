//! What an import tells: text for people who keep lists, JSON for programs.
//!
//! In: an [`ImportReport`]. Out: German or English text with colours, or the JSON of the
//! contract. Equal findings stand together: a rule once, with the rows it was met in.

use std::borrow::Cow;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;

use super::difference::Difference;
use super::finding::{Finding, Severity};
use super::messages::{self, Language};
use super::run::Reading;
use super::settings::SourceFormat;
use crate::catalogue::{ImportCounts, ImportId, ImportState};
use crate::domain::ContactPointId;

/// Most findings and changes in JSON.
pub const MAX_LISTED: usize = 1_000;

/// Rows named beside a finding that was met often.
const ROWS_SHOWN: usize = 12;

/// Groups named below a heading of the difference.
const GROUPS_SHOWN: usize = 40;

/// One group that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupChange {
    /// `new`, `changed` or `removed`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The publisher's own id; `None` for one that is removed.
    pub local_id: Option<String>,
    /// Its name.
    pub name: String,
    /// What differs.
    pub fields: Vec<ChangedField>,
}

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedField {
    /// Its name in `group/v1`.
    pub field: &'static str,
    /// As it was.
    pub before: Option<String>,
    /// As it will be.
    pub after: Option<String>,
}

/// What became of a file for one contact point.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Whose groups.
    pub contact_point: ContactPointId,
    /// What has come of it.
    pub state: ImportState,
    /// Its number in the catalogue.
    pub import_id: Option<ImportId>,
    /// Its numbers.
    pub counts: ImportCounts,
    /// What changes; of a long list the first of each kind.
    pub changes: Vec<GroupChange>,
    /// Why it is held, and what stays nevertheless.
    pub findings: Vec<Finding>,
    /// Streets that everybody can read afterwards.
    pub streets_public: usize,
    /// Whether the example data has left.
    pub example_data_removed: bool,
}

/// What an import or a check tells.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportReport {
    /// Name of the file.
    pub source: String,
    /// Its format.
    pub format: Option<SourceFormat>,
    /// Whether the file as a whole could be read.
    pub is_readable: bool,
    /// Rows that were meant as groups.
    pub rows_read: u64,
    /// Rows that stayed out.
    pub rows_refused: u64,
    /// Everything that was found.
    pub findings: Vec<Finding>,
    /// What became of it, by contact point.
    pub parts: Vec<Part>,
}

impl ImportReport {
    pub(super) fn of(reading: Reading, parts: Vec<Part>) -> Self {
        Self {
            source: reading.source,
            format: reading.format,
            is_readable: reading.is_readable,
            rows_read: reading.rows_read,
            rows_refused: reading.refused.len() as u64,
            findings: reading.findings,
            parts,
        }
    }

    /// Returns the findings of the file and of its parts.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(self.parts.iter().flat_map(|part| &part.findings))
    }
}

/// Returns what changes, new groups first; of each kind at most [`MAX_LISTED`].
pub(super) fn changes_of(difference: &Difference) -> Vec<GroupChange> {
    let of = |kind, group: &crate::domain::Group, fields| GroupChange {
        kind,
        id: group.id.to_string(),
        local_id: Some(group.local_id.clone()),
        name: group.name.clone(),
        fields,
    };
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let mut changes: Vec<GroupChange> =
        difference.new.iter().take(MAX_LISTED).map(|g| of("new", &g, Vec::new())).collect();
    for (group, fields) in difference.changed.iter().zip(&difference.fields) {
        let fields = fields.iter().map(|change| ChangedField {
            field: change.field,
            before: some(&change.before),
            after: some(&change.after),
        });
        changes.push(of("changed", &group, fields.collect()));
    }
    changes.extend(difference.removed.iter().take(MAX_LISTED).map(|(id, name)| GroupChange {
        kind: "removed",
        id: id.to_string(),
        local_id: None,
        name: name.clone(),
        fields: Vec::new(),
    }));
    changes
}

/// A finding as JSON has it.
#[derive(Debug, Serialize)]
struct FindingView<'a> {
    phase: &'static str,
    severity: &'static str,
    source: Cow<'a, str>,
    row: Option<u64>,
    column: Option<&'a str>,
    rule: &'static str,
    value: Option<&'a str>,
    detail: Option<&'a str>,
    message: String,
    remedy: String,
}

impl<'a> FindingView<'a> {
    fn of(finding: &'a Finding, language: Language) -> Self {
        Self {
            phase: finding.phase().as_str(),
            severity: finding.severity().as_str(),
            source: Cow::Borrowed(&finding.source),
            row: finding.row,
            column: finding.column.as_deref(),
            rule: finding.rule.id,
            value: finding.value.as_deref(),
            detail: finding.detail.as_deref(),
            message: finding.message(language),
            remedy: finding.remedy(language),
        }
    }
}

#[derive(Serialize)]
struct PartView<'a> {
    contact_point: &'a str,
    id: Option<String>,
    state: &'static str,
    counts: &'a ImportCounts,
    changes: Vec<&'a GroupChange>,
    streets_public: usize,
    example_data_removed: bool,
}

#[derive(Serialize)]
struct ReportView<'a> {
    source: &'a str,
    format: Option<&'static str>,
    state: &'static str,
    rows_read: u64,
    rows_refused: u64,
    imports: Vec<PartView<'a>>,
    findings: Vec<FindingView<'a>>,
    findings_total: usize,
}

/// Returns the state of a whole file: the worst of its parts.
pub fn state_of(report: &ImportReport) -> ImportState {
    let has = |state| report.parts.iter().any(|part| part.state == state);
    if !report.is_readable || has(ImportState::Failed) {
        ImportState::Failed
    } else if has(ImportState::Held) {
        ImportState::Held
    } else if has(ImportState::Applied) {
        ImportState::Applied
    } else {
        ImportState::Checked
    }
}

/// Returns the report as JSON.
pub fn json(report: &ImportReport, language: Language) -> Value {
    let parts = report.parts.iter().map(|part| PartView {
        contact_point: part.contact_point.as_str(),
        id: part.import_id.map(|id| id.to_string()),
        state: part.state.as_str(),
        counts: &part.counts,
        changes: part.changes.iter().take(MAX_LISTED).collect(),
        streets_public: part.streets_public,
        example_data_removed: part.example_data_removed,
    });
    let view = ReportView {
        source: &report.source,
        format: report.format.map(SourceFormat::as_str),
        state: state_of(report).as_str(),
        rows_read: report.rows_read,
        rows_refused: report.rows_refused,
        imports: parts.collect(),
        findings: findings_view(report.all_findings(), language),
        findings_total: report.all_findings().count(),
    };
    serde_json::to_value(view).unwrap_or_default()
}

/// Returns the form in which the catalogue keeps findings and changes of an import.
pub(super) fn stored(reading: &Reading, part: &Part) -> Value {
    let all: Vec<&Finding> = reading.findings.iter().chain(&part.findings).collect();
    stored_form(&all, &part.changes, part.streets_public)
}

/// Returns the same for one record.
pub(super) fn stored_of(findings: &[&Finding], difference: &Difference) -> Value {
    let mut form = stored_form(findings, &changes_of(difference), 0);
    form["is_one_record"] = true.into();
    form
}

/// Reads a stored finding back; `None` when its rule is not known any more.
pub(super) fn read_back(stored: &Value) -> Option<Finding> {
    let text = |name: &str| stored[name].as_str().map(str::to_owned);
    let id = stored["rule"].as_str()?;
    let told = |rule: &'static messages::Rule| {
        let mut told = Finding::about(stored["source"].as_str().unwrap_or_default(), rule);
        told.row = stored["row"].as_u64();
        told.column = text("column");
        told.value = text("value");
        told.detail = text("detail");
        told
    };
    // Rules may share an id; the sentence that was stored tells them apart.
    let same_id = messages::ALL.iter().filter(|rule| rule.id == id);
    let mut all: Vec<Finding> = same_id.map(|rule| told(rule)).collect();
    let said = text("message");
    let exact = all.iter().position(|told| Some(told.message(Language::German)) == said);
    (!all.is_empty()).then(|| all.swap_remove(exact.unwrap_or(0)))
}

fn stored_form(findings: &[&Finding], changes: &[GroupChange], streets_public: usize) -> Value {
    let mut told = findings_view(findings.iter().copied(), Language::German);
    for finding in &mut told {
        finding.source = file_names(&finding.source).into();
    }
    serde_json::json!({
        "findings": told,
        "findings_total": findings.len(),
        "changes": changes.iter().take(MAX_LISTED).collect::<Vec<_>>(),
        "streets_public": streets_public,
    })
}

/// Returns the files that a list came from without their folders: where a command found them on
/// the server is nobody's business who asks the service.
pub(super) fn file_names(source: &str) -> String {
    if source.contains("://") {
        return source.to_owned();
    }
    let names = source.split(" + ").map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path));
    names.collect::<Vec<_>>().join(" + ")
}

/// Returns stored findings with their sentences in a language; what an older version stored
/// without its details stays German.
pub fn stored_findings(stored: &Value, language: Language) -> Vec<Value> {
    let findings = stored["findings"].as_array().into_iter().flatten();
    let said = |finding: &Value| {
        let mut said = finding.clone();
        let detail = said.as_object_mut().and_then(|members| members.remove("detail"));
        if let (Some(told), Some(_)) = (read_back(finding), detail) {
            said["message"] = Value::from(told.message(language));
            said["remedy"] = Value::from(told.remedy(language));
        }
        said
    };
    findings.map(said).collect()
}

/// Errors first, then warnings, then hints, each in the order of the file.
fn findings_view<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    language: Language,
) -> Vec<FindingView<'a>> {
    let mut sorted: Vec<&Finding> = findings.collect();
    sorted.sort_by_key(|finding| finding.severity());
    sorted.into_iter().take(MAX_LISTED).map(|f| FindingView::of(f, language)).collect()
}

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const BLUE: Style = AnsiColor::Blue.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();

/// Returns the report as text with colours; print it through `anstream`, which takes them off
/// where nobody sees them.
pub fn text(report: &ImportReport, language: Language) -> String {
    let german = language == Language::German;
    let say = |de: &'static str, en: &'static str| if german { de } else { en };
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{BOLD}{}{BOLD:#}", report.source);
    if report.is_readable {
        let format = report.format.map_or("", SourceFormat::as_str);
        let _ = writeln!(
            out,
            "  {} {}, {} {} ({format})",
            report.rows_read,
            say("Zeilen gelesen", "rows read"),
            report.rows_refused,
            say("nicht übernommen", "refused"),
        );
    }
    write_findings(&mut out, report, language);
    for part in &report.parts {
        write_part(&mut out, part, say);
    }
    if !report.is_readable {
        let _ = writeln!(
            out,
            "  {RED}{}{RED:#}",
            say(
                "Die Datei wurde nicht übernommen; es hat sich nichts geändert.",
                "The file was not taken; nothing has changed."
            )
        );
    }
    out
}

fn write_findings(out: &mut String, report: &ImportReport, language: Language) {
    let say = |de: &'static str, en: &'static str| match language {
        Language::German => de,
        Language::English => en,
    };
    for severity in [Severity::Error, Severity::Warning, Severity::Hint] {
        let all: Vec<&Finding> =
            report.all_findings().filter(|finding| finding.severity() == severity).collect();
        if all.is_empty() {
            continue;
        }
        let (style, title) = match severity {
            Severity::Error => (RED, say("Fehler", "Errors")),
            Severity::Warning => (YELLOW, say("Warnungen", "Warnings")),
            Severity::Hint => (BLUE, say("Hinweise", "Hints")),
        };
        let _ = writeln!(out, "\n  {style}{title} ({}){style:#}", all.len());
        let mut seen: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
        for finding in all {
            let same = seen.iter_mut().find(|(first, _)| {
                std::ptr::eq(first.rule, finding.rule)
                    && first.column == finding.column
                    && first.source == finding.source
            });
            match same {
                Some((_, others)) => others.push(finding),
                None => seen.push((finding, Vec::new())),
            }
        }
        for (first, others) in seen {
            let row = first.row.map(|row| format!("{} {row}: ", say("Zeile", "Row")));
            // Of several files the reader must know which one is meant.
            let file = Some(&first.source).filter(|source| source.as_ref() != report.source);
            let file = file.map(|source| format!("{source}, ")).unwrap_or_default();
            let row = row.unwrap_or_default();
            let _ = writeln!(out, "  • {file}{row}{}", first.message(language));
            if !others.is_empty() {
                let rows: Vec<String> = others
                    .iter()
                    .filter_map(|finding| finding.row)
                    .take(ROWS_SHOWN)
                    .map(|row| row.to_string())
                    .collect();
                let more = if others.len() > rows.len() { ", …" } else { "" };
                let _ = writeln!(
                    out,
                    "    {DIM}{} {}× ({} {}{more}){DIM:#}",
                    say("ebenso", "the same"),
                    others.len(),
                    say("Zeilen", "rows"),
                    rows.join(", "),
                );
            }
            let _ = writeln!(out, "    {DIM}→ {}{DIM:#}", first.remedy(language));
        }
    }
}

fn write_part(
    out: &mut String,
    part: &Part,
    say: impl Fn(&'static str, &'static str) -> &'static str,
) {
    let counts = &part.counts;
    let _ = writeln!(
        out,
        "\n  {BOLD}{}{BOLD:#}: {} {}, {} {}, {} {}, {} {}",
        part.contact_point,
        counts.new,
        say("neu", "new"),
        counts.changed,
        say("geändert", "changed"),
        counts.unchanged,
        say("unverändert", "unchanged"),
        counts.removed,
        say("entfernt", "removed"),
    );
    for change in part.changes.iter().take(GROUPS_SHOWN) {
        let (style, sign) = match change.kind {
            "new" => (GREEN, '+'),
            "removed" => (RED, '-'),
            _ => (YELLOW, '~'),
        };
        let _ = writeln!(out, "    {style}{sign} {}{style:#}", change.name);
        for field in &change.fields {
            let empty = || say("(leer)", "(empty)").to_owned();
            let _ = writeln!(
                out,
                "        {}: {} → {}",
                field.field,
                short(field.before.clone().unwrap_or_else(empty)),
                short(field.after.clone().unwrap_or_else(empty)),
            );
        }
    }
    let all = (counts.new + counts.changed + counts.removed) as usize;
    if all > GROUPS_SHOWN {
        let more = all - GROUPS_SHOWN;
        let _ = writeln!(out, "    … {} {more}", say("und weitere", "and more:"));
    }
    if part.streets_public > 0 {
        let _ = writeln!(
            out,
            "  {} {}",
            part.streets_public,
            say(
                "Anschriften (Straße) sind öffentlich; venue.publish = municipality hält sie zurück.",
                "streets are public; venue.publish = municipality keeps them back."
            )
        );
    }
    if part.example_data_removed {
        let _ = writeln!(
            out,
            "  {}",
            say("Die Beispieldaten wurden entfernt.", "The example data has left.")
        );
    }
    let (style, sentence) = match part.state {
        ImportState::Applied => (GREEN, say("Übernommen.", "Applied.")),
        ImportState::Held => (
            RED,
            say(
                "Angehalten: Es hat sich nichts geändert. Bestätigen mit --yes.",
                "Held: nothing has changed. Confirm with --yes.",
            ),
        ),
        ImportState::Failed | ImportState::RolledBack => return,
        ImportState::Checked => {
            (BLUE, say("Nur geprüft, nichts geschrieben.", "Checked only, nothing written."))
        }
    };
    let _ = writeln!(out, "  {style}{sentence}{style:#}");
}

fn short(text: String) -> String {
    const MOST: usize = 60;
    let line = text.replace('\n', " ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain("…".chars()).collect()
}
