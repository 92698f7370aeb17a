//! `kill -9` at any moment: what was acknowledged stays, nothing is half (F-01, in small).

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::cli_support::House;

/// How often the plug is pulled.
const KILLS: u32 = 10;

#[test]
fn a_killed_import_is_whole_or_not_at_all() {
    let house = House::new();
    let lists = [house.list("a.csv", "Alte Gruppe", 30), house.list("b.csv", "Neue Gruppe", 45)];
    let import = |list: &'static str| ["import", list, "--contact-point", "ikos-jena", "--yes"];
    let began = Instant::now();
    house.run_to(0, &import("a.csv"));
    let usual = began.elapsed();
    for kill in 1..=KILLS {
        let list = ["a.csv", "b.csv"][kill as usize % 2];
        let mut child = house
            .command(&import(list))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Spread over the whole run, the end of it, where things are written, most densely.
        let share = f64::from(kill) / f64::from(KILLS);
        std::thread::sleep(usual.mul_f64(share.sqrt()));
        child.kill().unwrap();
        child.wait().unwrap();

        let names = house.names();

        let (old, new): (Vec<_>, Vec<_>) = names.iter().partition(|n| n.starts_with("Alte"));
        let sizes = (old.len(), new.len());
        assert!([(30, 0), (0, 45)].contains(&sizes), "kill {kill}: {sizes:?}");
    }
    assert_eq!(lists.len(), 2);
    let report = house.run_to(0, &["doctor", "--json"]).json();
    assert_eq!(report["bad"], 0, "{report}");
}

#[test]
fn a_killed_service_loses_nothing_that_was_acknowledged() {
    let house = House::new();
    house.run_to(
        0,
        &["import", &house.list("a.csv", "Angstgruppe", 20), "--contact-point", "ikos-jena"],
    );
    for kill in 0..3 {
        let service = house.serve(&[]);
        assert_eq!(service.total("q=Angst"), 20 + kill);
        let list = house.list("b.csv", "Angstgruppe", 21 + kill as usize);
        let acknowledged =
            house.run_to(0, &["import", &list, "--contact-point", "ikos-jena", "--mode", "merge"]);
        assert!(acknowledged.out().len() > 1);
        let mut reindex = house
            .command(&["reindex"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(300 * (kill + 1)));
        service.kill();
        reindex.kill().unwrap();
        reindex.wait().unwrap();

        assert_eq!(house.names().len() as u64, 21 + kill);
    }
}
