//! When the published form of each group last changed, for whatever reason: an edit, a merge, a
//! new vocabulary, hiding by age.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::Catalogue;
use super::at::At;
use super::error::CatalogueError;
use super::moment;
use crate::domain::GroupId;

/// A form as noted: its hash (`None`: no longer public) and since when.
type Noted = BTreeMap<GroupId, (Option<String>, Timestamp)>;

impl Catalogue {
    /// Takes the hash (SHA-256, hex) of every group's public form and returns since when each
    /// group has had it.
    ///
    /// `forms` is the whole public list: a group that is missing has left public view, which
    /// [`Catalogue::tombstones`] tells from then on. The revision stays. Writes only when
    /// something differs from what was noted last.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`] when the database cannot be read or written.
    pub async fn note_public_forms(
        &self,
        forms: &[(GroupId, String)],
    ) -> Result<BTreeMap<GroupId, Timestamp>, CatalogueError> {
        let forms: BTreeMap<GroupId, &str> =
            forms.iter().map(|(id, hash)| (*id, hash.as_str())).collect();
        let mut connection = self.pool.acquire().await.at(&self.file)?;
        let noted = read_all(&mut connection, &self.file).await?;
        drop(connection);
        if differences(&forms, &noted).is_empty() {
            return Ok(public_since(&noted));
        }
        let mut writing = self.writing().await?;
        // Another process may have noted the same meanwhile: look again.
        let mut noted = read_all(&mut writing.transaction, &self.file).await?;
        let now = self.now();
        for (id, hash) in differences(&forms, &noted) {
            write(&mut writing.transaction, id, hash, now, &self.file).await?;
            noted.insert(id, (hash.map(str::to_owned), now));
        }
        writing.commit(&self.file).await?;
        Ok(public_since(&noted))
    }
}

fn differences<'a>(
    forms: &BTreeMap<GroupId, &'a str>,
    noted: &Noted,
) -> Vec<(GroupId, Option<&'a str>)> {
    let known = |id| noted.get(id).and_then(|(hash, _)| hash.as_deref());
    let new = forms.iter().filter(|(id, hash)| known(id) != Some(**hash));
    let gone = noted.iter().filter(|(id, (hash, _))| hash.is_some() && !forms.contains_key(id));
    new.map(|(id, hash)| (*id, Some(*hash))).chain(gone.map(|(id, _)| (*id, None))).collect()
}

fn public_since(noted: &Noted) -> BTreeMap<GroupId, Timestamp> {
    let public = noted.iter().filter(|(_, (hash, _))| hash.is_some());
    public.map(|(id, (_, since))| (*id, *since)).collect()
}

async fn read_all(connection: &mut SqliteConnection, file: &Path) -> Result<Noted, CatalogueError> {
    let rows: Vec<(String, Option<String>, String)> =
        sqlx::query_as("SELECT group_id, hash, changed_at FROM public_forms")
            .fetch_all(connection)
            .await
            .at(file)?;
    let mut noted = BTreeMap::new();
    for (id, hash, changed_at) in rows {
        let fault = |cause| CatalogueError::Stored { what: format!("public form of {id}"), cause };
        let group: GroupId = id.parse().map_err(|cause| fault(Box::new(cause)))?;
        let since = moment::from_text(&changed_at).map_err(|cause| fault(cause.into()))?;
        noted.insert(group, (hash, since));
    }
    Ok(noted)
}

async fn write(
    connection: &mut SqliteConnection,
    id: GroupId,
    hash: Option<&str>,
    now: Timestamp,
    file: &Path,
) -> Result<(), CatalogueError> {
    sqlx::query(
        "INSERT INTO public_forms (group_id, hash, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (group_id) DO UPDATE
             SET hash = excluded.hash, changed_at = excluded.changed_at",
    )
    .bind(id.to_string())
    .bind(hash)
    .bind(moment::to_text(now))
    .execute(connection)
    .await
    .at(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::catalogue::testing::{CONTACT_POINTS, group, new_catalogue};

    #[tokio::test]
    async fn a_form_is_as_old_as_its_last_change() {
        let (_folder, catalogue) = new_catalogue().await;
        let start: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
        let at = |hours: i64| catalogue.clone().with_clock(move || start + hours.hours());
        let [a, b] = ["a", "b"].map(|id| group(CONTACT_POINTS[0], id).id);
        let forms = |hash: &str| [(a, "11".to_owned()), (b, hash.to_owned())];

        let first = at(0).note_public_forms(&forms("22")).await.unwrap();
        assert_eq!(first, BTreeMap::from([(a, start), (b, start)]));
        assert_eq!(at(1).note_public_forms(&forms("22")).await.unwrap(), first);
        let changed = at(2).note_public_forms(&forms("33")).await.unwrap();
        assert_eq!(changed, BTreeMap::from([(a, start), (b, start + 2.hours())]));

        // Hidden by age, then confirmed again.
        let hidden = at(3).note_public_forms(&forms("33")[..1]).await.unwrap();
        assert_eq!(hidden, BTreeMap::from([(a, start)]));
        let tombstones = at(4).tombstones().await.unwrap();
        assert_eq!(tombstones.len(), 1);
        assert_eq!((tombstones[0].id, tombstones[0].deleted_at), (b, start + 3.hours()));
        let back = at(5).note_public_forms(&forms("33")).await.unwrap();
        assert_eq!(back[&b], start + 5.hours());
        assert_eq!(at(6).tombstones().await.unwrap(), []);
        assert_eq!(catalogue.revision().await.unwrap(), 1);
    }

    /// Noting must not wait for a running import when there is nothing to note.
    #[tokio::test]
    async fn nothing_new_needs_no_turn_to_write() {
        let (_folder, catalogue) = new_catalogue().await;
        let forms = [(group(CONTACT_POINTS[0], "a").id, "11".to_owned())];
        catalogue.note_public_forms(&forms).await.unwrap();
        let point = CONTACT_POINTS[0].parse().unwrap();
        let import = catalogue.begin_import(&point).await.unwrap();

        catalogue.note_public_forms(&forms).await.unwrap();

        import.abandon().await.unwrap();
    }
}
