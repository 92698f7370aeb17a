//! A backup brings back every record; one that is not whole touches nothing.

use tempfile::TempDir;

use super::*;
use crate::catalogue::testing::{CONTACT_POINTS, contact_points, group, new_catalogue, put};
use crate::catalogue::{default_file, restore};

async fn backed_up() -> (TempDir, Catalogue, PathBuf) {
    let (folder, catalogue) = new_catalogue().await;
    put(&catalogue, vec![group(CONTACT_POINTS[0], "a"), group(CONTACT_POINTS[0], "b")]).await;
    let backup = folder.path().join("monday.backup");
    catalogue.backup(&backup).await.unwrap();
    (folder, catalogue, backup)
}

#[tokio::test]
async fn a_fresh_machine_gets_every_record_back() {
    let (_folder, catalogue, backup) = backed_up().await;
    let saved = catalogue.snapshot().await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = default_file(&elsewhere.path().join("data"));

    let restored = restore(&backup, &file).await.unwrap();

    assert_eq!(restored.former, None);
    let again = Catalogue::open(&file, &[]).await.unwrap();
    let snapshot = again.snapshot().await.unwrap();
    assert_eq!(snapshot.revision, restored.revision);
    assert_eq!(crate::catalogue::Snapshot { revision: saved.revision, ..snapshot }, saved);
    assert_eq!(again.imports(None).await.unwrap(), catalogue.imports(None).await.unwrap());
    let names: Vec<_> = std::fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    assert_eq!(names, ["catalogue.sqlite"]);
}

/// Nodes that hold a newer index must notice that the truth has changed under them.
#[tokio::test]
async fn the_revision_never_goes_back_and_the_former_file_is_kept() {
    let (_folder, catalogue, backup) = backed_up().await;
    let last = put(&catalogue, vec![group(CONTACT_POINTS[0], "later")]).await.revision;
    let file = catalogue.file().to_path_buf();
    catalogue.close().await;

    let restored = restore(&backup, &file).await.unwrap();

    assert!(restored.revision > last);
    let again = Catalogue::open(&file, &[]).await.unwrap();
    assert_eq!(again.snapshot().await.unwrap().groups.len(), 2);
    let former = Catalogue::open(&restored.former.unwrap(), &[]).await.unwrap();
    assert_eq!(former.snapshot().await.unwrap().groups.len(), 3);
}

#[tokio::test]
async fn a_backup_taken_during_an_import_holds_the_state_before_it() {
    let (folder, catalogue, _) = backed_up().await;
    let import = catalogue.begin_import(&CONTACT_POINTS[0].parse().unwrap()).await.unwrap();
    let backup = folder.path().join("during.backup");
    catalogue.backup(&backup).await.unwrap();
    import.abandon().await.unwrap();
    let file = folder.path().join("restored/catalogue.sqlite");

    restore(&backup, &file).await.unwrap();

    let restored = Catalogue::open(&file, &[]).await.unwrap();
    assert_eq!(restored.snapshot().await.unwrap().groups.len(), 2);
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused_by_name_and_touches_nothing() {
    for fault in ["bit", "cut", "no checksum", "not there", "other file"] {
        let (_folder, catalogue, backup) = backed_up().await;
        let file = catalogue.file().to_path_buf();
        catalogue.close().await;
        let before = std::fs::read(&file).unwrap();
        let mut bytes = std::fs::read(&backup).unwrap();
        match fault {
            "bit" => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                std::fs::write(&backup, bytes).unwrap();
            }
            "cut" => std::fs::write(&backup, &bytes[..bytes.len() - 4096]).unwrap(),
            "no checksum" => std::fs::remove_file(checksum_file(&backup)).unwrap(),
            "not there" => std::fs::remove_file(&backup).unwrap(),
            _ => {
                std::fs::write(&backup, "some letter").unwrap();
                let line = sha256_hex(&backup).unwrap();
                std::fs::write(checksum_file(&backup), line).unwrap();
            }
        }

        let refused = restore(&backup, &file).await.unwrap_err();

        assert!(refused.to_string().contains(backup.to_str().unwrap()), "{fault}: {refused}");
        assert_eq!(std::fs::read(&file).unwrap(), before, "{fault}");
        let folder = file.parent().unwrap();
        assert!(!sibling(&file, UNFINISHED).exists(), "{fault}: {}", folder.display());
    }
}

#[tokio::test]
async fn a_catalogue_in_use_is_not_replaced() {
    let (_folder, catalogue, backup) = backed_up().await;
    let before = catalogue.snapshot().await.unwrap();

    let refused = restore(&backup, catalogue.file()).await.unwrap_err();

    assert!(refused.to_string().contains("stop `wegweiser serve`"), "{refused}");
    assert_eq!(catalogue.snapshot().await.unwrap(), before);
    put(&catalogue, vec![group(CONTACT_POINTS[0], "still works")]).await;
}

/// The reason why people restore.
#[tokio::test]
async fn a_backup_replaces_a_damaged_catalogue() {
    let (_folder, catalogue, backup) = backed_up().await;
    let last = put(&catalogue, vec![group(CONTACT_POINTS[0], "later")]).await.revision;
    let file = catalogue.file().to_path_buf();
    catalogue.close().await;
    std::fs::write(&file, "rubbish, rubbish, rubbish").unwrap();
    std::fs::write(sibling(&file, "-wal"), "a log that must never be read again").unwrap();
    Catalogue::open(&file, &contact_points()).await.err().unwrap();

    let restored = restore(&backup, &file).await.unwrap();

    assert!(restored.revision > last);
    let again = Catalogue::open(&file, &[]).await.unwrap();
    assert_eq!(again.snapshot().await.unwrap().groups.len(), 2);
    assert!(restored.former.unwrap().exists());
}

#[tokio::test]
async fn a_backup_overwrites_nothing() {
    let (_folder, catalogue, backup) = backed_up().await;
    let before = std::fs::read(&backup).unwrap();

    let refused = catalogue.backup(&backup).await.unwrap_err();

    assert!(refused.to_string().contains("exists already"), "{refused}");
    assert_eq!(std::fs::read(&backup).unwrap(), before);
}

/// Operators check backups with the tools they have.
#[tokio::test]
async fn the_checksum_has_the_form_of_sha256sum() {
    let (_folder, _, backup) = backed_up().await;
    let line = std::fs::read_to_string(checksum_file(&backup)).unwrap();
    assert_eq!(line, format!("{}  monday.backup\n", sha256_hex(&backup).unwrap()));
}
