//! What was acknowledged survives everything; what cannot be opened says why and what to do.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::*;
use crate::catalogue::default_file;
use crate::catalogue::testing::{CONTACT_POINTS, contact_points, group, new_catalogue, put};

/// Tells the process that is to be killed where its catalogue lies.
const KILLED_FOLDER: &str = "WEGWEISER_TEST_KILLED_FOLDER";

#[tokio::test]
async fn a_new_catalogue_has_the_contact_points_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = default_file(&folder.path().join("not/yet/there"));

    let catalogue = Catalogue::open(&file, &contact_points()).await.unwrap();

    let snapshot = catalogue.snapshot().await.unwrap();
    assert_eq!(snapshot.contact_points, contact_points());
    assert_eq!((snapshot.revision, snapshot.groups.len(), snapshot.example_data), (1, 0, false));
    assert!(catalogue.is_empty().await.unwrap());
    catalogue.close().await;
    // Opened again, the registry of the program no longer counts.
    let again = Catalogue::open(&file, &[]).await.unwrap();
    assert_eq!(again.snapshot().await.unwrap(), snapshot);
}

#[tokio::test]
async fn two_processes_may_open_a_new_catalogue_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = default_file(folder.path());
    let points = contact_points();

    let (one, two) = tokio::join!(Catalogue::open(&file, &points), Catalogue::open(&file, &points));

    assert_eq!(one.unwrap().revision().await.unwrap(), 1);
    assert_eq!(two.unwrap().contact_points().await.unwrap(), points);
}

/// Branches that were merged bring tables whose numbers lie between those that are there.
#[tokio::test]
async fn a_table_with_a_lower_number_that_comes_later_is_made() {
    let (folder, catalogue) = new_catalogue().await;
    for statement in ["DROP TABLE sources", "DELETE FROM _sqlx_migrations WHERE version = 12"] {
        sqlx::query(statement).execute(&catalogue.pool).await.unwrap();
    }
    catalogue.close().await;

    let again = Catalogue::open(&default_file(folder.path()), &[]).await.unwrap();

    let sources = sqlx::query("SELECT * FROM sources").fetch_all(&again.pool).await.unwrap();
    assert!(sources.is_empty());
}

/// "Acknowledged" means on the disk, not in a cache (SQLite: WAL with synchronous = FULL).
#[tokio::test]
async fn commits_are_synced_to_the_disk() {
    let (_folder, catalogue) = new_catalogue().await;
    for (pragma, expected) in [
        ("PRAGMA journal_mode", "wal"),
        ("PRAGMA synchronous", "2"),
        ("PRAGMA foreign_keys", "1"),
        ("PRAGMA secure_delete", "1"),
    ] {
        let row = sqlx::query(pragma).fetch_one(&catalogue.pool).await.unwrap();
        let value = sqlx::Row::try_get::<String, _>(&row, 0)
            .unwrap_or_else(|_| sqlx::Row::get::<i64, _>(&row, 0).to_string());
        assert_eq!(value, expected, "{pragma}");
    }
}

/// Imports one group after the other and says so, until somebody kills it.
#[test]
#[ignore = "runs only as the victim of the test below"]
fn victim() {
    let Some(folder) = std::env::var_os(KILLED_FOLDER).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let catalogue = Catalogue::open(&default_file(&folder), &contact_points()).await.unwrap();
        for number in 0.. {
            let pair = ["a", "b"].map(|part| group(CONTACT_POINTS[0], &format!("{number}{part}")));
            let revision = put(&catalogue, pair.to_vec()).await.revision;
            println!("acknowledged {number} {revision}");
        }
    });
}

/// Power fails, containers are killed: a list that was accepted is there, a list that was not is
/// there whole or not at all.
#[cfg(unix)]
#[tokio::test]
async fn acknowledged_imports_survive_kill_9() {
    for acknowledged_before_death in [1, 7, 30] {
        let folder = tempfile::tempdir().unwrap();
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "catalogue::open::tests::victim", "--ignored", "--nocapture"])
            .env(KILLED_FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let mut acknowledged = Vec::new();
        for line in lines.map_while(Result::ok) {
            if let Some(rest) = line.split_once("acknowledged ").map(|(_, rest)| rest) {
                let (number, revision) = rest.split_once(' ').unwrap();
                acknowledged.push((number.to_owned(), revision.parse::<u64>().unwrap()));
            }
            if acknowledged.len() == acknowledged_before_death {
                victim.kill().unwrap(); // SIGKILL; lines still in the pipe count too
            }
        }
        victim.wait().unwrap();

        let catalogue = Catalogue::open(&default_file(folder.path()), &[]).await.unwrap();
        let snapshot = catalogue.snapshot().await.unwrap();
        let ids: BTreeSet<_> = snapshot.groups.iter().map(|group| group.id).collect();
        assert!(acknowledged.len() >= acknowledged_before_death);
        for (number, _) in &acknowledged {
            for part in ["a", "b"] {
                assert!(ids.contains(&group(CONTACT_POINTS[0], &format!("{number}{part}")).id));
            }
        }
        assert!(snapshot.revision >= acknowledged.last().unwrap().1);
        assert_eq!(ids.len() as u64, 2 * (snapshot.revision - 1), "half an import");
        assert_eq!(catalogue.imports(None).await.unwrap().len() as u64, snapshot.revision - 1);
    }
}

fn overwrite(file: &Path, from: usize, length: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    let end = (from + length).min(bytes.len());
    bytes[from..end].fill(0x5a);
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_damaged_file_is_named_with_the_way_out() {
    for (from, length) in [(0, 100), (4096, 4096), (4096 * 3, 4096 * 4)] {
        let (_folder, catalogue) = new_catalogue().await;
        let groups = (0..60).map(|n| group(CONTACT_POINTS[0], &n.to_string())).collect();
        put(&catalogue, groups).await;
        let file = catalogue.file().to_path_buf();
        catalogue.close().await;
        overwrite(&file, from, length);
        let damaged = std::fs::read(&file).unwrap();

        let error = Catalogue::open(&file, &contact_points()).await.err().unwrap();

        assert!(matches!(error, CatalogueError::Damaged { .. }), "{error:?}");
        let message = error.to_string();
        for part in [file.to_str().unwrap(), "wegweiser restore", "move the file aside"] {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(std::fs::read(&file).unwrap(), damaged, "untouched for those who can mend it");
    }
}

#[tokio::test]
async fn a_catalogue_of_a_newer_program_is_left_alone() {
    let (_folder, catalogue) = new_catalogue().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99, 'later', 1, x'00', 0)",
    )
    .execute(&catalogue.pool)
    .await
    .unwrap();
    let file = catalogue.file().to_path_buf();
    catalogue.close().await;

    let error = Catalogue::open(&file, &[]).await.err().unwrap();

    assert!(matches!(error, CatalogueError::Newer { .. }), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_place_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(closed.join("probe"), "").is_ok() {
        eprintln!("skipped: this user (root?) may write everywhere");
        return;
    }
    let file = default_file(&closed);

    let error = Catalogue::open(&file, &[]).await.err().unwrap();

    assert!(matches!(error, CatalogueError::NotPermitted { .. }), "{error:?}");
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
    assert!(error.to_string().contains("--data-dir"), "{error}");
}

#[test]
fn refusals_of_the_system_name_the_path_and_the_way_out() {
    for (kind, part) in [
        (io::ErrorKind::PermissionDenied, "--data-dir"),
        (io::ErrorKind::ReadOnlyFilesystem, "--data-dir"),
        (io::ErrorKind::StorageFull, "is full"),
        (io::ErrorKind::NotADirectory, "could not be"),
    ] {
        let error = Err::<(), _>(io::Error::from(kind)).at(Path::new("/srv/data")).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("/srv/data") && message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn a_folder_in_the_file_s_place_is_named() {
    let folder = tempfile::tempdir().unwrap();

    let error = Catalogue::open(folder.path(), &[]).await.err().unwrap();

    assert!(error.to_string().contains(folder.path().to_str().unwrap()), "{error}");
}

/// Records hold internal fields: other users of the machine have no business in the file.
#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, catalogue) = new_catalogue().await;
    put(&catalogue, vec![group(CONTACT_POINTS[0], "a")]).await;
    catalogue.backup(&folder.path().join("backup")).await.unwrap();

    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
}
