//! Places as people write them, each row with its reason.

use std::sync::LazyLock;

use super::*;
use crate::analysis::Word;
use crate::recognise::testing::{analyzer, gazetteer, vocabulary};

static FINDER: LazyLock<PlaceFinder> =
    LazyLock::new(|| PlaceFinder::new(gazetteer(), vocabulary(), &analyzer()));

fn find(text: &str) -> (Option<PlaceNote>, Vec<String>) {
    let words = analyzer().words(text);
    let mut taken = vec![false; words.len()];
    let note = FINDER.find(text, &words, &mut taken, &|_: &Word| false);
    let left = words.iter().zip(&taken).filter(|(_, taken)| !**taken);
    (note, left.map(|(word, _)| text[word.range.clone()].to_owned()).collect())
}

#[test]
fn the_parameter_takes_every_usual_spelling() {
    let mut wrong = Vec::new();
    for (text, id, why) in [
        ("Jena", "jena", "a town"),
        ("jena", "jena", "small letters"),
        ("07743", "07743", "a postcode"),
        ("07743 Jena", "07743", "postcode and town"),
        ("D-07743", "07743", "with the country"),
        ("Jena, Thüringen", "jena", "with the state"),
        ("Weida/Thür.", "weida", "with the state, short"),
        ("Weida (Thüringen)", "weida", "with the state in brackets"),
        ("Jena-Lobeda", "lobeda", "a quarter with its town"),
        ("Lobeda", "lobeda", "a quarter"),
        ("Dresden-Neustadt", "aeussere-neustadt", "two quarters are called so"),
        ("Bad Langensalza", "bad-langensalza", "two words"),
        ("badlangensalza", "bad-langensalza", "run together"),
        ("Langensalza", "bad-langensalza", "without Bad"),
        ("Annaberg Buchholz", "annaberg-buchholz", "without the hyphen"),
        ("Frankfurt Oder", "frankfurt-oder", "without the brackets"),
        ("Frankfurt", "frankfurt-am-main", "the larger one"),
        ("Halle", "halle-saale", "the larger one"),
        ("Koeln", "koeln", "ö as oe"),
        ("Köln", "koeln", "ö"),
        ("Zoellnitz", "zoellnitz", "a village with oe"),
        ("Sömmerda", "soemmerda", "ö in Thuringia"),
        ("Budyšin", "bautzen", "Sorbian"),
        ("Karl-Marx-Stadt", "chemnitz", "its name until 1990"),
        ("Landkreis Leipzig", "14729", "a district"),
        ("Leipziger Land", "14729", "what it is called"),
        ("LK Zwickau", "14524", "short for Landkreis"),
        ("Saale-Holzland", "16074", "a district without Kreis"),
        ("Vogtland", "14523", "a district"),
        ("16053", "jena", "a district key"),
        ("14729", "14729", "a district key"),
        ("14612", "dresden", "a key of ours before a postcode of Brandenburg"),
        ("DD", "dresden", "a car plate"),
        ("TDO", "14730", "a car plate"),
        ("tdo", "14730", "a car plate, nothing else is called so"),
        ("L", "leipzig", "the city's plate"),
        ("L-Land", "14729", "the district's plate"),
        ("Sachsen", "SN", "a state"),
        ("Thüringen", "TH", "a state"),
        ("TH", "TH", "a state by its letters"),
        ("Oberlausitz", "region-oberlausitz", "a landscape"),
        ("Leipzig", "leipzig", "the city, not the district"),
        ("Neustadt", "neustadt-in-sachsen", "the largest of ours"),
        ("Neustadt Orla", "neustadt-an-der-orla", "the river tells"),
        ("Oelsnitz Vogtland", "oelsnitz-vogtl", "the landscape tells"),
        ("Oelsnitz/Erzgeb.", "oelsnitz-erzgeb", "the landscape tells, short"),
        ("in Jena", "jena", "a word too many"),
        ("München", "muenchen", "the big city"),
        ("Berlin", "berlin", "the big city"),
    ] {
        let resolution = FINDER.resolve(text);
        let best = resolution.best.as_ref().map(|place| place.id.as_str());
        if best != Some(id) || resolution.correction.is_some() {
            wrong.push(format!("{text} ({why}): {best:?}, {:?}", resolution.correction));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_parameter_is_corrected_and_says_so() {
    for (text, id, why) in [
        ("1067", "01067", "the leading zero is lost in tables"),
        ("Lepzig", "leipzig", "a letter left out"),
        ("Drseden", "dresden", "two letters swapped"),
        ("Chemniz", "chemnitz", "as it sounds"),
        ("Erfuhrt", "erfurt", "a mute h"),
        ("Zwikau", "zwickau", "k for ck"),
        ("Bad Langesalza", "bad-langensalza", "a letter left out"),
        ("Hoyerswerdaa", "hoyerswerda", "a doubled letter"),
        ("Rudolfstadt", "rudolstadt", "f put in"),
        ("Gehra", "gera", "a mute h"),
        ("Leipz", "leipzig", "the end left out"),
    ] {
        let resolution = FINDER.resolve(text);
        let best = resolution.best.as_ref().map(|place| place.id.as_str());
        assert_eq!(best, Some(id), "{text}: {why}");
        assert_eq!(resolution.correction.map(|(from, _)| from).as_deref(), Some(text), "{why}");
    }
}

#[test]
fn what_no_reading_fits_comes_back_with_suggestions() {
    for (text, suggestion) in
        [("99999", Some("99998 Mühlhausen/Thüringen")), ("Leip", Some("Leipzig"))]
    {
        let resolution = FINDER.resolve(text);
        assert_eq!(resolution.best, None, "{text}");
        assert_eq!(resolution.suggestions.first().map(String::as_str), suggestion, "{text}");
    }
    for text in ["xqzwvk", "", "??", "asdfghjkl"] {
        assert_eq!(FINDER.resolve(text), Resolution::default(), "{text}");
    }
}

#[test]
fn the_other_reading_is_told() {
    let leipzig = FINDER.resolve("Leipzig");
    let others: Vec<&str> = leipzig.alternatives.iter().map(|p| p.label.as_str()).collect();
    assert_eq!(others, ["Landkreis Leipzig"]);
    let key = FINDER.resolve("14612");
    assert!(key.alternatives.iter().any(|place| place.id == "14612"), "Falkensee");
}

#[test]
fn a_place_knows_where_it_lies() {
    let jena = FINDER.resolve("07743 Jena").best.expect("it is known");
    assert_eq!((jena.kind, jena.label.as_str()), (FoundKind::Postcode, "07743 Jena"));
    assert_eq!(jena.district.as_ref().map(DistrictKey::as_str), Some("16053"));
    assert_eq!(jena.state.map(State::as_str), Some("TH"));
    let city = FINDER.resolve("Jena").best.expect("it is known");
    assert_eq!(city.covers.len(), 1, "a kreisfreie Stadt is a whole district");
    let state = FINDER.resolve("Sachsen").best.expect("it is known");
    assert_eq!(state.covers.len(), 13);
    let weida = FINDER.resolve("Weida").best.expect("it is known");
    assert_eq!(weida.district_name.as_deref(), Some("Landkreis Greiz"));
    assert!(weida.covers.is_empty());
}

#[test]
fn places_are_met_inside_a_query() {
    let mut wrong = Vec::new();
    for (text, id, left, why) in [
        ("depression jena", "jena", &["depression"][..], "a town"),
        ("depression in Jena", "jena", &["depression"], "in"),
        ("krebs nähe gera", "gera", &["krebs"], "near"),
        ("krebs in der nähe von gera", "gera", &["krebs"], "near, in full"),
        ("bei Altenburg", "altenburg", &[], "near"),
        ("sucht umkreis 20 km um jena", "jena", &["sucht"], "with a radius"),
        ("sucht jena umkreis 20km", "jena", &["sucht"], "with a radius behind"),
        ("sucht jena und umgebung", "jena", &["sucht"], "near, behind"),
        ("rheuma 07743", "07743", &["rheuma"], "a postcode"),
        ("rheuma 07743 jena", "07743", &["rheuma"], "postcode and town"),
        ("rheuma 1067 dresden", "01067", &["rheuma"], "the leading zero is lost"),
        ("bad lausick adhs", "bad-lausick", &["adhs"], "two words"),
        ("adhs annaberg buchholz", "annaberg-buchholz", &["adhs"], "without the hyphen"),
        ("adhs frankfurt oder", "frankfurt-oder", &["adhs"], "without the brackets"),
        ("adhs landkreis leipzig", "14729", &["adhs"], "a district"),
        ("adhs vogtland", "14523", &["adhs"], "a district"),
        ("trauer Budyšin", "bautzen", &["trauer"], "Sorbian"),
        ("raum dresden trauer", "region-raumdresden", &["trauer"], "a landscape"),
        ("trauer sachsen", "SN", &["trauer"], "a state"),
        ("trauer dresden neustadt", "aeussere-neustadt", &["trauer"], "a quarter"),
        ("trauer in Wahren", "wahren", &["trauer"], "an everyday word after in"),
        ("wahren", "wahren", &[], "nothing else in the query"),
        ("trauer aue", "aue", &["trauer"], "a town before a meadow"),
        ("gera trauer 07545", "07545", &["trauer"], "the town says it again"),
        ("Angst Kreis ABG", "16077", &["Angst"], "a car plate"),
        ("Angst TDO", "14730", &["Angst"], "a car plate in capitals"),
        ("Leipziger Gruppe", "leipzig", &["Gruppe"], "somebody from there"),
        ("sucht lepzig", "leipzig", &["sucht"], "a letter left out"),
        ("sucht drseden", "dresden", &["sucht"], "two letters swapped"),
        ("sucht in gehra", "gera", &["sucht"], "four letters after in"),
        ("jena weimar", "jena", &["weimar"], "the larger of two"),
        ("ich komme aus weida", "weida", &["ich", "komme"], "from there"),
    ] {
        let (note, rest) = find(text);
        let met = note.as_ref().map(|note| note.place.id.as_str());
        if met != Some(id) || rest != left {
            wrong.push(format!("{text} ({why}): {met:?}, left {rest:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_radius_is_read() {
    for (text, radius_km) in [
        ("umkreis 20 km um jena", Some(20.0)),
        ("jena 20km", Some(20.0)),
        ("sucht 30 km jena", Some(30.0)),
        ("im umkreis von 50 km von gera sucht", Some(50.0)),
        ("20 km umkreis depression jena", Some(20.0)),
        ("jena", None),
        ("jena 9000 km", None),
    ] {
        let (note, _) = find(text);
        assert_eq!(note.expect("a place").radius_km, radius_km, "{text}");
    }
}

#[test]
fn words_that_mean_something_else_are_no_places() {
    let mut wrong = Vec::new();
    for (text, why) in [
        ("depression mitte", "the middle, unless something says in"),
        ("reise nach holland", "no HO-Land"),
        ("mythen", "not Meißen"),
        ("es ist so schwer", "no SOE"),
        ("trauer würzen", "a verb, the town is Wurzen"),
        ("angst", "a topic"),
        ("sucht angehörige", "a topic"),
        ("essen sucht", "food"),
        ("essstörung essen", "food"),
        ("thomas wagner", "a name"),
        ("depression rosenthal", "a surname"),
        ("meinen mann", "not Meißen"),
        ("wurden", "not Wurzen"),
        ("planen", "not Plauen"),
        ("freitag", "not Freital"),
        ("wald spaziergang", "a wood"),
        ("leipziger straße", "a street"),
        ("nachdenken", "an everyday word"),
        ("MS", "Multiple Sklerose, not Münster"),
        ("immobilienmakler", "nothing of ours"),
        ("2024", "a year"),
        ("trauer um mutter", "nobody lives there"),
        ("", "nothing"),
    ] {
        if let (Some(note), _) = find(text) {
            wrong.push(format!("{text} ({why}): {}", note.place.label));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A word the index knows is not taken for a misspelt town.
#[test]
fn known_words_are_not_corrected() {
    let words = analyzer().words("sucht lepzig");
    let note = FINDER.find("sucht lepzig", &words, &mut [false; 2], &|_: &Word| true);
    assert_eq!(note, None);
}

#[test]
fn near_me_has_no_place() {
    let words = analyzer().words("sucht in meiner nähe");
    let mut taken = vec![false; words.len()];
    assert_eq!(FINDER.find_near_me(&words, &mut taken), Some(1..4));
}

/// "tdo depression" means Nordsachsen; a plate that is a word, an illness or stands among strange
/// words means nothing.
#[test]
fn car_plates_are_met_with_care() {
    let mut wrong = Vec::new();
    for (text, known, id, why) in [
        ("tdo depression", "depression", Some("14730"), "beside a concept"),
        ("depression gruppe tdo", "depression", Some("14730"), "a filler between them"),
        ("TDO DEPRESSION", "DEPRESSION", Some("14730"), "all in capitals"),
        ("EF depression", "depression", Some("erfurt"), "two letters"),
        ("ef depression", "depression", Some("erfurt"), "two small letters"),
        ("depression abg", "depression", Some("16077"), "behind it"),
        ("TDO", "", Some("14730"), "alone in capitals"),
        ("sucht in tdo", "sucht", Some("14730"), "after in"),
        ("tdo", "", None, "alone and small"),
        ("tdo quokka", "", None, "beside a strange word"),
        ("MS", "", None, "Multiple Sklerose"),
        ("MS depression", "depression", None, "Multiple Sklerose, not Münster"),
        ("ms angst", "angst", None, "the same in small letters"),
        ("art depression", "depression", None, "a word"),
        ("depression HOT", "depression", None, "a word, Hohenstein-Ernstthal too"),
        ("depression 20 km", "depression", None, "kilometres"),
        ("depression il", "depression", None, "a foreign word"),
        ("depression hh", "depression", None, "Hamburg is none of ours"),
        ("es ist so schwer depression", "depression", None, "a word"),
    ] {
        let words = analyzer().words(text);
        let is_known: Vec<bool> =
            words.iter().map(|word| text[word.range.clone()] == *known).collect();
        let mut taken = is_known.clone();
        let note = FINDER.find(text, &words, &mut taken, &|_: &Word| false);
        let met = note.as_ref().map(|note| note.place.id.as_str());
        if met != id {
            wrong.push(format!("{text} ({why}): {met:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
