//! Consents that were withdrawn, and what follows from that.
//!
//! A withdrawal leaves the group's id and the day, no content. From then on no import, no
//! roll-back and no restored backup brings a contact back that rests on a consent of that day or
//! before.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde_json::Value;
use sqlx::SqliteConnection;

use super::at::At;
use super::error::CatalogueError;
use super::group_list::GroupList;
use super::import_record::ImportId;
use super::state::next_revision;
use super::{Catalogue, Writer, groups};
use crate::domain::{Consent, ContactMode, Group, GroupId};

/// The day of each withdrawal.
pub type Withdrawals = BTreeMap<GroupId, Date>;

/// Takes from groups the contacts whose consent was withdrawn.
pub fn heed_withdrawals(groups: &mut GroupList, withdrawals: &Withdrawals) {
    if withdrawals.is_empty() {
        return;
    }
    for at in 0..groups.len() {
        if let Some(day) = withdrawals.get(&groups.id(at)) {
            let mut group = groups.get(at);
            heed(&mut group, *day);
            groups.set(at, &group);
        }
    }
}

/// Takes a group's contact out of public view, unless a consent was given after `day`.
pub(super) fn heed(group: &mut Group, day: Date) {
    if group.consent.as_ref().is_some_and(|consent| consent.given_on > day) {
        return;
    }
    group.contact.email = None;
    group.contact.phone = None;
    group.contact.label = None;
    if matches!(group.contact.mode, ContactMode::Mailbox | ContactMode::Phone) {
        group.contact.mode = ContactMode::ViaContactPoint;
    }
    let consent = group.consent.get_or_insert_with(|| Consent {
        given_on: day, // nobody knows the day; it does not count any more
        scope: Vec::new(),
        basis: None,
        withdrawn_on: None,
    });
    consent.withdrawn_on.get_or_insert(day);
}

impl Catalogue {
    /// Returns the day of each withdrawal.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read.
    pub async fn withdrawals(&self) -> Result<Withdrawals, CatalogueError> {
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        read_all(&mut connection, &self.file).await
    }

    /// Withdraws the consent to a group's contact as of `today`: the contact leaves the record,
    /// all former versions of it and the history of imports. Returns the group as it is now;
    /// `None` where the contact point has none of that name.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database does not answer; nothing is changed then.
    pub async fn withdraw_consent(
        &self,
        owner: &Writer,
        local_id: &str,
        today: Date,
    ) -> Result<Option<Group>, CatalogueError> {
        let file = &self.file;
        let id = GroupId::of(owner.contact_point(), local_id);
        let mut writing = self.writing().await?;
        let connection = &mut *writing.transaction;
        let Some(text) = groups::text_of(connection, id, file).await? else { return Ok(None) };
        let mut group = groups::from_text(&id.to_string(), &text)?;
        insert(connection, id, today, file).await?;
        // Asked for twice, the later day counts: a consent may have been given in between.
        let day = read_all(connection, file).await?.get(&id).copied().unwrap_or(today);
        heed(&mut group, day);
        let kept = groups::to_text(&group)?;
        if kept != text {
            groups::put(connection, &group, &kept, file).await?;
            next_revision(connection, file).await?;
        }
        clear_former_versions(connection, id, day, file).await?;
        writing.commit(file).await?;
        Ok(Some(group))
    }
}

/// Reads all withdrawals.
pub(super) async fn read_all(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<Withdrawals, CatalogueError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT group_id, withdrawn_on FROM withdrawals")
            .fetch_all(connection)
            .await
            .at(file)?;
    let mut withdrawals = Withdrawals::new();
    for (id, day) in rows {
        let fault = |cause| CatalogueError::Stored { what: format!("withdrawal of {id}"), cause };
        let group: GroupId = id.parse().map_err(|cause| fault(Box::new(cause)))?;
        withdrawals.insert(group, day.parse().map_err(|cause: jiff::Error| fault(cause.into()))?);
    }
    Ok(withdrawals)
}

/// Notes a withdrawal; of two the later day stays.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    group: GroupId,
    day: Date,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "INSERT INTO withdrawals (group_id, withdrawn_on) VALUES ($1, $2)
         ON CONFLICT (group_id) DO UPDATE
             SET withdrawn_on = MAX(withdrawn_on, excluded.withdrawn_on)",
    )
    .bind(group.to_string())
    .bind(day.to_string())
    .execute(connection)
    .await
    .at(file)?;
    Ok(())
}

/// Heeds withdrawals that a database does not know yet: in its records and in all it keeps of
/// them.
pub(super) async fn carry_into(
    connection: &mut SqliteConnection,
    withdrawals: &Withdrawals,
    file: &Path,
) -> Result<(), CatalogueError> {
    for (id, day) in withdrawals {
        insert(connection, *id, *day, file).await?;
        if let Some(text) = groups::text_of(connection, *id, file).await? {
            let mut group = groups::from_text(&id.to_string(), &text)?;
            heed(&mut group, *day);
            groups::put(connection, &group, &groups::to_text(&group)?, file).await?;
        }
        clear_former_versions(connection, *id, *day, file).await?;
    }
    Ok(())
}

/// Takes the contact out of everything that is kept for undoing, confirming and telling.
async fn clear_former_versions(
    connection: &mut SqliteConnection,
    id: GroupId,
    day: Date,
    file: &Path,
) -> Result<(), CatalogueError> {
    let name = id.to_string();
    let before: Vec<(i64, String)> = sqlx::query_as(
        "SELECT import_id, record FROM before_images WHERE group_id = $1 AND record IS NOT NULL",
    )
    .bind(&name)
    .fetch_all(&mut *connection)
    .await
    .at(file)?;
    for (import, text) in before {
        sqlx::query("UPDATE before_images SET record = $3 WHERE import_id = $1 AND group_id = $2")
            .bind(import)
            .bind(&name)
            .bind(cleared(&name, &text, day)?)
            .execute(&mut *connection)
            .await
            .at(file)?;
    }
    let staged: Vec<(i64, i64, String)> = sqlx::query_as(
        "SELECT import_id, position, record FROM staged_groups WHERE instr(record, $1) > 0",
    )
    .bind(&name)
    .fetch_all(&mut *connection)
    .await
    .at(file)?;
    for (import, position, text) in staged {
        if groups::from_text(&name, &text)?.id != id {
            continue;
        }
        sqlx::query("UPDATE staged_groups SET record = $3 WHERE import_id = $1 AND position = $2")
            .bind(import)
            .bind(position)
            .bind(cleared(&name, &text, day)?)
            .execute(&mut *connection)
            .await
            .at(file)?;
    }
    let told: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, findings FROM imports WHERE instr(findings, $1) > 0")
            .bind(&name)
            .fetch_all(&mut *connection)
            .await
            .at(file)?;
    for (import, text) in told {
        let mut findings: Value = serde_json::from_str(&text).map_err(|cause| {
            let what = format!("import {}", ImportId(import));
            CatalogueError::Stored { what, cause: cause.into() }
        })?;
        forget_contacts(&mut findings, &name);
        sqlx::query("UPDATE imports SET findings = $2 WHERE id = $1")
            .bind(import)
            .bind(findings.to_string())
            .execute(&mut *connection)
            .await
            .at(file)?;
    }
    Ok(())
}

fn cleared(id: &str, text: &str, day: Date) -> Result<String, CatalogueError> {
    let mut group = groups::from_text(id, text)?;
    heed(&mut group, day);
    groups::to_text(&group)
}

/// Empties the contacts in the changes that an import told of a group.
fn forget_contacts(findings: &mut Value, id: &str) {
    let changes = findings["changes"].as_array_mut().into_iter().flatten();
    for change in changes.filter(|change| change["id"] == id) {
        for field in change["fields"].as_array_mut().into_iter().flatten() {
            let is_contact = field["field"].as_str().is_some_and(|n| n.starts_with("contact."));
            if is_contact {
                field["before"] = Value::Null;
                field["after"] = Value::Null;
            }
        }
    }
}

#[cfg(test)]
mod tests;
