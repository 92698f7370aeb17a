//! A backup brings everything back, and a restore never makes things worse.

use std::fs;

use crate::cli_support::{House, flip_a_bit};

#[test]
fn a_restored_backup_shows_what_was_there() {
    let house = House::new();
    let office = ["--contact-point", "ikos-jena", "--yes"];
    let old = house.list("old.csv", "Alte Gruppe", 6);
    let new = house.list("new.csv", "Neue Gruppe", 9);
    house.run_to(0, &[&["import", &old], &office[..]].concat());
    let backup = house.run_to(0, &["backup", "copy.sqlite", "--json"]).json();
    assert_eq!(backup["file"], "copy.sqlite");
    house.run_to(0, &[&["import", &new], &office[..]].concat());
    assert_eq!(house.names().len(), 9);

    house.run_to(0, &["restore", "copy.sqlite"]);

    assert_eq!(house.names().len(), 6);
    house.run_to(2, &["backup", "copy.sqlite"]); // never over another backup
    flip_a_bit(&house.path("copy.sqlite"));
    let damaged = house.run_to(2, &["restore", "copy.sqlite"]);
    assert!(damaged.err().contains("nothing was restored"), "{}", damaged.err());
    assert_eq!(house.names().len(), 6);
}

#[test]
fn a_restore_under_a_running_service_is_refused() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 2);
    house.run_to(0, &["import", &list, "--contact-point", "ikos-jena"]);
    let service = house.serve(&[]);
    house.run_to(0, &["backup", "copy.sqlite"]);

    let refused = house.run_to(2, &["restore", "copy.sqlite"]);

    assert!(refused.err().contains("stop `wegweiser serve`"), "{}", refused.err());
    assert_eq!(service.total("q=Angst"), 2);
}

#[test]
fn what_is_not_there_cannot_be_backed_up() {
    let house = House::new();
    let ended = house.run_to(2, &["backup", "copy.sqlite"]);
    assert!(ended.err().contains("there is no catalogue"), "{}", ended.err());
    assert!(!house.path("data").exists() && fs::read_dir(house.path("")).unwrap().next().is_none());
}
