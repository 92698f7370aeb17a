use super::*;

fn shared(url: Option<&str>) -> Shared {
    use clap::Parser;
    let typed = ["wegweiser".to_owned(), "doctor".to_owned()].into_iter();
    let url = url.map(|url| format!("--database-url={url}"));
    super::super::arguments::Arguments::parse_from(typed.chain(url)).shared
}

#[test]
fn a_database_address_is_a_file_or_refused_with_a_reason() {
    for (url, path) in [
        (None, Ok("data/catalogue.sqlite")),
        (Some("sqlite:a/b.sqlite"), Ok("a/b.sqlite")),
        (Some("sqlite:///var/lib/b.sqlite"), Ok("/var/lib/b.sqlite")),
        (Some("other.sqlite"), Ok("other.sqlite")),
        (Some("postgres://me:geheim@db/w"), Err("will follow")),
        (Some("mysql://db/w"), Err("unknown kind of database `mysql`")),
        (Some("sqlite:"), Err("names no file")),
    ] {
        let found = catalogue_file(&shared(url)).map_err(|error| error.to_string());
        match (found, path) {
            (Ok(found), Ok(path)) => assert_eq!(found, PathBuf::from(path)),
            (Err(found), Err(says)) => {
                assert!(found.contains(says), "{found}");
                assert!(!found.contains("geheim"), "{found}");
            }
            (found, _) => panic!("{url:?}: {found:?}"),
        }
    }
}
