//! Flags, environment, file: what is said is taken, what is mistyped is named.

use std::fs;

use crate::cli_support::House;

#[test]
fn every_command_helps_with_examples() {
    let house = House::new();
    let main = house.run_to(0, &["--help"]).out();
    let commands: Vec<&str> = main
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() >= 13, "{commands:?}");
    for command in commands.into_iter().filter(|name| *name != "help") {
        let below: &[&str] = match command {
            "contact-points" => &["import"],
            "duplicates" => &["list"],
            "vocabulary" => &["check"],
            "config" => &["show"],
            "token" => &["create"],
            "group" => &["get"],
            _ => &[],
        };
        let help = house.run_to(0, &[&[command], below, &["--help"]].concat()).out();
        assert!(
            help.contains("Examples:\n  wegweiser ") || help.contains("Examples:"),
            "{command}"
        );
        assert!(help.contains("WEGWEISER_DATA_DIR"), "{command}");
    }
}

#[test]
fn a_mistyped_name_is_answered_with_the_right_one() {
    let house = House::new();
    for (arguments, says) in [
        (&["--lissten", "1"][..], "--listen"),
        (&["imporrt", "x"], "import"),
        (&["export", "--format", "cvs"], "csv"),
    ] {
        let ended = house.run_to(2, arguments);
        assert!(ended.err().contains(says), "{}", ended.err());
    }
    fs::write(house.path("wegweiser.toml"), "rate_limt = 5\n").unwrap();
    let ended = house.run_to(2, &["doctor"]);
    assert!(ended.err().contains("did you mean `rate_limit`?"), "{}", ended.err());
}

#[test]
fn config_show_tells_who_has_set_what() {
    let house = House::new();
    fs::write(house.path("wegweiser.toml"), "rate_limit = 5\n[export]\nformat = \"csv\"\n")
        .unwrap();

    let shown = house.run_to(0, &["config", "show", "--json", "--log", "error"]).json();

    let settings = &shown["settings"];
    assert_eq!(settings["data_dir"]["origin"], "environment");
    assert_eq!(settings["rate_limit"]["origin"], "file");
    assert_eq!(settings["rate_limit"]["value"], "5");
    assert_eq!(settings["export.format"]["variable"], "WEGWEISER_EXPORT_FORMAT");
    assert_eq!(settings["log"]["origin"], "flag");
    assert_eq!(settings["listen"]["origin"], "default");
    let text = house.run_to(0, &["config", "show", "--origin"]).out();
    assert!(text.contains("rate_limit = 5  # file: WEGWEISER_RATE_LIMIT"), "{text}");
}

#[test]
fn a_shell_gets_its_completions_and_a_program_its_contract() {
    let house = House::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = house.run_to(0, &["completions", shell]).out();
        assert!(script.contains("contact-points"), "{shell}");
    }
    let contract: serde_json::Value = house.run_to(0, &["openapi"]).json();
    assert_eq!(contract["openapi"], "3.1.0");
}

#[test]
fn a_database_that_is_not_supported_yet_is_named_without_its_password() {
    let house = House::new();
    let ended =
        house.run_to(2, &["reindex", "--database-url", "postgres://me:geheim@db/wegweiser"]);
    assert!(ended.err().contains("PostgreSQL is not supported yet"), "{}", ended.err());
    assert!(!ended.err().contains("geheim"));
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let house = House::new();
    let list = house.list("list.csv", "Angstgruppe", 2);
    let fresh = house.run_to(0, &["doctor"]).out();
    assert!(fresh.contains("not there yet"), "{fresh}");
    house.run_to(0, &["import", &list, "--contact-point", "ikos-jena"]);
    assert!(house.run_to(0, &["doctor"]).out().contains("all checksums right"));
    crate::cli_support::flip_a_bit(&house.generations()[0].join("hits.bin"));

    let ended = house.run_to(1, &["doctor"]);

    assert!(ended.out().contains("BAD   index"), "{}", ended.out());
    fs::write(house.path("data/catalogue.sqlite"), vec![7; 8192]).unwrap();
    let ended = house.run_to(1, &["doctor"]);
    assert!(ended.out().contains("BAD   catalogue"), "{}", ended.out());
}
