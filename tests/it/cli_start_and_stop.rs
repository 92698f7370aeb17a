//! What an operator meets: two services, damaged files, missing rights, the end.

use std::fs;

use crate::cli_support::{House, flip_a_bit};

#[test]
fn a_second_service_on_the_same_folder_stops_and_says_why() {
    let house = House::new();
    let service = house.serve(&["--no-example-data"]);

    let ended = house.run_to(2, &["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "off"]);

    assert!(ended.err().contains("another wegweiser process uses the index folder"));
    assert!(ended.err().contains("index"), "{}", ended.err());
    assert_eq!(service.total("q=Angst"), 0); // the first one goes on
    let (code, log) = service.stop();
    assert_eq!(code, 0, "{log}");
}

/// F-07: one bit flipped in each file of a generation.
#[test]
fn a_damaged_index_is_noticed_and_built_anew() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 8);
    house.run_to(0, &["import", &list, "--contact-point", "ikos-jena"]);
    let others =
        ["manifest.json", "columns.bin", "hits.bin", "details.bin", "texts.bin", "text/meta.json"];
    let segment = [".store", ".idx", ".term", ".pos", ".fieldnorm"];
    for ending in others.into_iter().chain(segment) {
        let generation = house.generations()[0].clone();
        let text = fs::read_dir(generation.join("text")).unwrap();
        let files = text.map(|entry| entry.unwrap().path());
        let file = files
            .chain([generation.join(ending)])
            .filter(|path| path.to_string_lossy().ends_with(ending) && path.exists())
            .find(|path| fs::metadata(path).unwrap().len() > 0);
        flip_a_bit(&file.unwrap_or_else(|| panic!("no file {ending}")));

        let names = house.names();

        assert_eq!(names.len(), 8, "{ending}");
    }
    let aside = fs::read_dir(house.index().join("aside")).unwrap().count();
    assert!((1..=3).contains(&aside), "{aside} damaged generations are kept for a look");
}

#[test]
fn an_index_of_another_catalogue_is_never_shown() {
    let house = House::new();
    let list = house.list("list.csv", "Fremde Gruppe", 4);
    for mode in ["replace", "merge"] {
        house.run_to(0, &["import", &list, "--contact-point", "ikos-jena", "--mode", mode]);
    }
    fs::remove_dir_all(house.path("data")).unwrap();

    // A wrong folder must not end in invented groups.
    let refused = house.run_to(2, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(refused.err().contains("no catalogue"), "{}", refused.err());
    let service = house.serve(&["--no-example-data"]);

    assert_eq!(service.total("limit=0"), 0);
}

#[test]
fn a_folder_that_cannot_be_used_is_named_and_left_alone() {
    let house = House::new();
    fs::write(house.path("file"), "not a folder").unwrap();

    let ended = house.run_to(2, &["serve", "--index-dir", "file", "--listen", "127.0.0.1:0"]);

    assert!(ended.err().contains("the index folder file cannot be used"), "{}", ended.err());
    assert_eq!(fs::read_to_string(house.path("file")).unwrap(), "not a folder");
    assert!(!house.path("data").exists(), "nothing may be touched");
}

#[cfg(unix)]
#[test]
fn a_folder_without_rights_is_named_and_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 2);
    house.run_to(0, &["import", &list, "--contact-point", "ikos-jena"]);
    let set_mode =
        |mode| fs::set_permissions(house.index(), fs::Permissions::from_mode(mode)).unwrap();
    set_mode(0o000);
    if fs::read_dir(house.index()).is_ok() {
        set_mode(0o755);
        eprintln!("SKIPPED: this user may read everything (root)");
        return;
    }

    let ended = house.run(&["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "off"]);

    set_mode(0o755);
    assert_eq!(ended.code(), 2);
    assert!(ended.err().contains("index"), "{}", ended.err());
    assert_eq!(house.names().len(), 2);
}

/// The catalogue's disk is away: search goes on and says so (REL-06).
#[test]
fn search_goes_on_while_the_catalogue_is_away() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 2);
    house.run_to(0, &["import", &list, "--contact-point", "ikos-jena"]);
    let service = house.serve(&[]);

    fs::rename(house.path("data"), house.path("away")).unwrap();
    service.wait_until("stale", |s| s.get("/v1/groups?limit=0")["stale"] == true);
    assert_eq!(service.total("q=Angst"), 2);

    fs::rename(house.path("away"), house.path("data")).unwrap();
    service.wait_until("fresh", |s| s.get("/v1/groups?limit=0")["stale"] == false);
}

/// Nobody's search may stand in a log, whatever level is asked for.
#[test]
fn no_log_holds_what_somebody_searched_for() {
    let house = House::new();
    let service = house.serve(&["--no-example-data", "--log", "trace"]);
    for path in ["/v1/groups?q=geheimeskrankheitswort", "/v1/suggest?q=geheimeskrankheitswort"] {
        service.get(path);
    }
    let refused =
        reqwest::blocking::get(format!("{}/v1/groups?geheimeskrankheitswort=1", service.address));
    assert_eq!(refused.unwrap().status(), 400);

    let (code, log) = service.stop();

    assert_eq!(code, 0);
    assert!(log.contains("listening"), "{log}");
    assert!(!log.contains("geheimeskrankheitswort"), "{log}");
}
