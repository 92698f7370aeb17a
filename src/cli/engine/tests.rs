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

/// A clock that somebody else sets.
struct SetClock(std::sync::Mutex<jiff::Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> jiff::Timestamp {
        *self.0.lock().unwrap()
    }
}

impl SetClock {
    fn set(&self, moment: &str) {
        *self.0.lock().unwrap() = moment.parse().unwrap();
    }
}

/// What depends on the day must not be yesterday's, though nobody has imported anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_day_in_berlin_needs_a_new_generation() {
    let folder = tempfile::tempdir().unwrap();
    let mut shared = shared(None);
    shared.data_dir = folder.path().join("data");
    shared.index_dir = folder.path().join("index");
    let clock = Arc::new(SetClock(std::sync::Mutex::new(jiff::Timestamp::UNIX_EPOCH)));
    clock.set("2026-03-01T12:00:00Z");
    let mut engine = Engine::open(&shared).await.unwrap();
    engine.clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let builder = engine.builder().await.unwrap();
    let first = builder.bring_up(Progress::Silent).await.unwrap();
    assert_eq!(first.manifest.as_of, "2026-03-01");
    assert!(builder.is_current(&first).await.unwrap());
    clock.set("2026-03-01T22:59:59Z");
    assert!(builder.is_current(&first).await.unwrap());

    clock.set("2026-03-01T23:00:00Z");

    assert!(!builder.is_current(&first).await.unwrap());
    let second = builder.bring_up(Progress::Silent).await.unwrap();
    assert_eq!(second.manifest.as_of, "2026-03-02");
    assert!(engine.index_dir.join(first.id()).exists(), "the former one is kept");
    assert_eq!(live_id(&engine.index_dir).as_deref(), Some(second.id()));
    assert!(matches!(engine.builder().await, Err(StoreError::Locked(_))));
}

/// Until the newest state is live again, answers say that they lag behind.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_generation_that_stands_in_for_a_damaged_one_says_stale() {
    let folder = tempfile::tempdir().unwrap();
    let mut shared = shared(None);
    shared.data_dir = folder.path().join("data");
    shared.index_dir = folder.path().join("index");
    let engine = Engine::open(&shared).await.unwrap();
    let builder = engine.builder().await.unwrap();
    builder.bring_up(Progress::Silent).await.unwrap();
    assert!(!engine.searcher.is_stale());
    // One revision more, whose generation is damaged.
    engine.catalogue.load_example(Vec::new()).await.unwrap();
    let newest = builder.bring_up(Progress::Silent).await.unwrap();
    std::fs::write(engine.index_dir.join(newest.id()).join("columns.bin"), b"damaged").unwrap();

    let older = builder.open_newest().await.unwrap().expect("the former one is whole");

    assert!(older.manifest.revision < newest.manifest.revision);
    assert!(engine.searcher.is_stale());
    builder.rebuild(Progress::Silent).await.unwrap();
    assert!(!engine.searcher.is_stale());
}
