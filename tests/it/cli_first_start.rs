//! The first minute: somebody starts the program and wants to see something.

use crate::cli_support::House;

#[test]
fn a_new_catalogue_shows_example_groups_that_can_be_searched() {
    let house = House::new();

    let service = house.serve(&[]);

    assert_eq!(service.greeting["example_data"], true);
    let searches = service.greeting["searches"].as_array().unwrap();
    assert_eq!(searches.len(), 3);
    for search in searches {
        let path = search.as_str().unwrap().strip_prefix(&service.address).unwrap();
        assert!(service.get(path)["total"].as_u64().unwrap() > 0, "{path}");
    }
    assert!(service.greeting["groups"].as_u64().unwrap() > 1000);
    assert_eq!(service.get("/v1/status")["example_data"], true);
    // The first real list takes their place.
    let list = house.list("list.csv", "Angstgruppe", 3);
    let ended = house.run_to(0, &["import", &list, "--contact-point", "ikos-jena"]);
    assert!(ended.err().contains("running service shows it"), "{}", ended.err());
    assert_eq!(service.total("limit=0"), 3);
    assert_eq!(service.get("/v1/status")["example_data"], false);
    service.kill();
    assert_eq!(house.serve(&[]).greeting["groups"], 3);
}

#[test]
fn without_example_data_there_is_an_empty_and_honest_search() {
    let house = House::new();

    let service = house.serve(&["--no-example-data"]);

    assert_eq!(service.greeting["groups"], 0);
    assert_eq!(service.greeting["searches"].as_array().unwrap().len(), 0);
    assert_eq!(service.total("q=Angst"), 0);
    assert_eq!(service.get("/v1/status")["example_data"], false);
}
