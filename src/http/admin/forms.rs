//! The JSON of admin answers.

use serde_json::{Value, json};

use super::super::site::Site;
use super::jobs::Job;
use crate::catalogue::{ImportCounts, ImportState, StoredImport, TokenEntry};
use crate::import::harvest;
use crate::import::messages::Language;
use crate::import::{Review, ReviewedGroup, stored_findings};
use crate::search::request::AnswerLanguage;
use std::sync::atomic::Ordering;

/// Returns a page of a list.
pub(super) fn list(items: Vec<Value>, total: usize, next_cursor: Option<String>) -> Value {
    json!({"items": items, "total": total, "next_cursor": next_cursor})
}

/// Returns the address of an import.
pub(super) fn import_url(site: &Site, contact_point: &str, import: &str) -> String {
    format!("{}/v1/admin/contact-points/{contact_point}/imports/{import}", site.public_url)
}

/// Returns the language of findings that comes nearest.
pub(super) fn language_of_findings(language: AnswerLanguage) -> Language {
    match language {
        AnswerLanguage::English => Language::English,
        _ => Language::German,
    }
}

fn counts(counts: &ImportCounts) -> Value {
    json!({
        "new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged,
        "removed": counts.removed, "refused": counts.refused,
    })
}

/// Returns an import without its findings and changes.
pub(super) fn import_summary(site: &Site, import: &StoredImport) -> Value {
    let id = import.id.to_string();
    let is_held = import.state == ImportState::Held;
    let record = &import.record;
    json!({
        "id": id,
        "contact_point": import.contact_point.as_str(),
        "state": import.state.as_str(),
        "phase": "done",
        "at": import.at.to_string(),
        "who": record.who,
        "source_name": record.source_name,
        "mode": record.mode.as_str(),
        "rows_read": record.counts.rows_read,
        "counts": counts(&record.counts),
        "findings_total": record.findings["findings_total"].as_u64().unwrap_or(0),
        "streets_public": record.findings["streets_public"].as_u64().unwrap_or(0),
        "can_be_rolled_back": import.can_be_rolled_back,
        "confirm_url": is_held.then(|| {
            format!("{}/confirm", import_url(site, import.contact_point.as_str(), &id))
        }),
    })
}

/// Returns a whole import.
pub(super) fn import(site: &Site, import: &StoredImport, language: AnswerLanguage) -> Value {
    let mut form = import_summary(site, import);
    let stored = &import.record.findings;
    form["changes"] = stored["changes"].as_array().cloned().unwrap_or_default().into();
    form["findings"] = stored_findings(stored, language_of_findings(language)).into();
    form
}

/// Returns an import that runs.
pub(super) fn job(job: &Job, is_failed: bool) -> Value {
    let refused = job.progress.rows_refused.load(Ordering::Relaxed);
    json!({
        "id": job.id,
        "contact_point": job.contact_point.as_str(),
        "state": if is_failed { "failed" } else { "running" },
        "phase": if is_failed { "done" } else { job.phase() },
        "at": job.began_at.to_string(),
        "who": job.who,
        "source_name": job.source_name,
        "mode": job.mode.as_str(),
        "rows_read": job.progress.rows_read.load(Ordering::Relaxed),
        "counts": counts(&ImportCounts { refused, ..ImportCounts::default() }),
        "findings_total": 0,
        "streets_public": 0,
        "can_be_rolled_back": false,
        "confirm_url": null,
        "changes": [],
        "findings": [],
    })
}

/// Returns a token's entry; the token itself stands beside it once.
pub(super) fn token(entry: &TokenEntry) -> Value {
    json!({
        "id": entry.id,
        "contact_point": entry.contact_point.as_ref().map(|id| id.as_str()),
        "name": entry.name,
        "scopes": entry.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "created_at": entry.created_at.to_string(),
        "expires_at": entry.expires_at.to_string(),
        "revoked_at": entry.revoked_at.map(|at| at.to_string()),
        "last_used_on": entry.last_used_on,
    })
}

fn reviewed(group: &ReviewedGroup) -> Value {
    json!({
        "id": group.id.to_string(), "contact_point": group.contact_point.as_str(),
        "local_id": group.local_id, "name": group.name,
    })
}

/// Returns one thing to look at, with the operation that settles it.
pub(super) fn review(review: &Review, language: AnswerLanguage) -> Value {
    let say = |german: String, english: String| match language {
        AnswerLanguage::English => english,
        _ => german,
    };
    let mut form = json!({
        "kind": "", "act": "", "message": "", "group": null, "other": null, "verified_on": null,
        "due_on": null, "hidden_on": null, "topic": null, "proposals": [], "likeness": null,
        "decision_id": null, "import_id": null, "row": null, "column": null, "value": null,
    });
    match review {
        Review::SourceFailing { history } => {
            form["kind"] = json!("source_failing");
            form["act"] = json!("put_source");
            let cause = harvest::cause_text(history, language_of_findings(language));
            let cause = cause.unwrap_or_default();
            let failures = history.failures;
            form["message"] = json!(say(
                format!(
                    "Die eigene Seite oder Datei im Netz ließ sich {failures}-mal hintereinander \
                     nicht lesen; die bisherigen Gruppen bleiben. {cause}"
                ),
                format!(
                    "The own feed or page could not be read {failures} times in a row; the former \
                     groups stay. {cause}"
                ),
            ));
        }
        Review::Held { import } => {
            form["kind"] = json!("held_import");
            form["act"] = json!("confirm_import");
            form["message"] = json!(say(
                "Eine Liste ist angehalten, weil sie auffällig anders ist. Bitte ansehen und \
                 bestätigen, oder berichtigt noch einmal laden."
                    .to_owned(),
                "A list is held because it looks wrong. Look at it and confirm it, or load it \
                 again corrected."
                    .to_owned(),
            ));
            form["import_id"] = json!(import.to_string());
        }
        Review::FaultyValue { import, finding } => {
            let language = language_of_findings(language);
            form["kind"] = json!("faulty_value");
            form["act"] = json!("create_import");
            let sentences = [finding.message(language), finding.remedy(language)];
            form["message"] = json!(sentences.join(" "));
            form["import_id"] = json!(import.to_string());
            form["row"] = json!(finding.row);
            form["column"] = json!(finding.column);
            form["value"] = json!(finding.value);
        }
        Review::Due { group, verified_on, due_on, hidden_on } => {
            form["kind"] = json!("due_record");
            form["act"] = json!("put_group");
            form["message"] = json!(say(
                format!(
                    "Zuletzt am {verified_on} geprüft. Bitte nachfragen, ob die Angaben stimmen, \
                     und `verified_on` neu setzen."
                ),
                format!(
                    "Last confirmed on {verified_on}. Ask whether it is still right, then set \
                     `verified_on` anew."
                ),
            ));
            form["group"] = reviewed(group);
            form["verified_on"] = json!(verified_on.to_string());
            form["due_on"] = json!(due_on.to_string());
            form["hidden_on"] = json!(hidden_on.map(|day| day.to_string()));
        }
        Review::UnmatchedTopic { group, topic, proposals } => {
            form["kind"] = json!("unmatched_topic");
            form["act"] = json!("put_group");
            form["message"] = json!(say(
                "Dieses Thema kennt der Wortschatz nicht: Die Gruppe wird nur unter genau diesem \
                 Wort gefunden."
                    .to_owned(),
                "The vocabulary does not know this topic: the group is found by this very word \
                 only."
                    .to_owned(),
            ));
            form["group"] = reviewed(group);
            form["topic"] = json!(topic);
            let named = proposals.iter().map(|(id, label)| json!({"id": id, "label": label}));
            form["proposals"] = named.collect();
        }
        Review::PossibleDuplicate { group, other, likeness } => {
            form["kind"] = json!("possible_duplicate");
            form["act"] = json!("merge_duplicates");
            form["message"] = json!(say(
                "Vielleicht dieselbe Gruppe in zwei Listen.".to_owned(),
                "Perhaps the same group in two lists.".to_owned(),
            ));
            form["group"] = reviewed(group);
            form["other"] = reviewed(other);
            form["likeness"] = json!(likeness.0);
        }
        Review::Merged { group, other, decision } => {
            form["kind"] = json!("merged_duplicate");
            form["act"] = json!("split_duplicates");
            form["message"] = json!(say(
                "Wird als eine Gruppe gezeigt, weil das so entschieden wurde.".to_owned(),
                "Shown as one group because somebody decided so.".to_owned(),
            ));
            form["group"] = reviewed(group);
            form["other"] = reviewed(other);
            form["decision_id"] = json!(decision.id.to_string());
        }
    }
    form
}
