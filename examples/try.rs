use std::{collections::BTreeMap, sync::Arc, time::Instant};
use wegweiser::{
    catalogue::{GroupRecord, Snapshot},
    domain::*,
    index::*,
    reference::Reference,
    search::{request::*, *},
};
fn main() {
    let t = Instant::now();
    let reference = Arc::new(Reference::embedded().unwrap());
    println!("reference {:?}", t.elapsed());
    let t = Instant::now();
    let searcher = Searcher::new(reference.clone());
    println!("finders {:?}", t.elapsed());
    let mut groups = vec![];
    for (name, bytes) in wegweiser::reference::embedded::files_below("fixtures/groups/").unwrap() {
        let cp = name.split('/').next().unwrap().to_owned();
        if name.ends_with("source.json") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let vals: Vec<serde_json::Value> = if name.ends_with(".ndjson") {
            text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
        } else if name.ends_with(".json") {
            let v: serde_json::Value = serde_json::from_str(&text).unwrap();
            v.get("groups").cloned().unwrap_or(v).as_array().cloned().unwrap_or_default()
        } else {
            continue;
        };
        for mut v in vals {
            let o = v.as_object_mut().unwrap();
            o.remove("verified_days_ago");
            let cpid: ContactPointId = cp.parse().unwrap();
            o.insert("contact_point".into(), cp.clone().into());
            let n = o["name"].as_str().unwrap().to_owned();
            if !o.contains_key("local_id") {
                o.insert("local_id".into(), derived_local_id(&n, &cp).into());
            }
            let lid = o["local_id"].as_str().unwrap().to_owned();
            o.insert("id".into(), GroupId::of(&cpid, &lid).to_string().into());
            o.insert("source".into(), serde_json::json!({"kind":"upload"}));
            o.insert("updated_at".into(), "2026-01-01T00:00:00Z".into());
            if !o.contains_key("topics") {
                o.insert("topics".into(), serde_json::json!([n]));
            }
            if let Some(ve) = o.get_mut("venue").and_then(|v| v.as_object_mut()) {
                if let Some(pc) = ve
                    .get("postcode")
                    .and_then(|p| p.as_str())
                    .and_then(|p| p.parse::<Postcode>().ok())
                {
                    if let Some(a) = reference.gazetteer.postcode(&pc) {
                        if let Some(d) = a.districts.first() {
                            ve.insert("district".into(), d.to_string().into());
                        }
                        ve.insert("lat".into(), a.point.lat().into());
                        ve.insert("lon".into(), a.point.lon().into());
                        ve.insert("precision".into(), "postcode".into());
                    }
                }
            }
            match serde_json::from_value::<GroupRecord>(v.clone())
                .map_err(|e| e.to_string())
                .and_then(|r| Group::try_from(r).map_err(|e| format!("{e:?}")))
            {
                Ok(g) => groups.push(g),
                Err(e) => eprintln!("{cp}: {e} {}", &n),
            }
        }
    }
    println!("{} groups", groups.len());
    let snapshot = Snapshot {
        revision: 1,
        example_data: true,
        contact_points: reference.contact_points.clone(),
        groups,
        tombstones: vec![],
        last_import_at: BTreeMap::new(),
    };
    let t = Instant::now();
    let plan = Plan::new(
        &snapshot,
        &reference,
        searcher.concepts(),
        searcher.analyzer(),
        "2026-11-21".parse().unwrap(),
    );
    let dir = std::env::temp_dir().join("wwtry");
    let _ = std::fs::remove_dir_all(&dir);
    let store = GenerationStore::open(&dir).unwrap();
    let g = store
        .build(
            &plan,
            searcher.analyzer(),
            &BTreeMap::new(),
            "2026-11-21T00:00:00Z".parse().unwrap(),
            |_| {},
        )
        .unwrap();
    println!("build {:?}", t.elapsed());
    searcher.swap(g).unwrap();
    let unlinked = snapshot
        .groups
        .iter()
        .filter(|g| {
            let Ok((ge, o)) = searcher.group(&g.id) else { return false };
            ge.columns.concepts(o).is_empty()
        })
        .map(|g| format!("{} {:?}", g.name, g.topics))
        .collect::<Vec<_>>();
    println!("unlinked {} {:?}", unlinked.len(), unlinked.iter().take(15).collect::<Vec<_>>());
    for q in std::env::args().skip(1) {
        let t = Instant::now();
        let mut pairs = vec![("q", q.split('@').next().unwrap())];
        if let Some(p) = q.split('@').nth(1) {
            pairs.push(("place", p));
        }
        let r = SearchRequest::from_pairs(pairs).unwrap();
        match searcher.search(&r) {
            Err(e) => println!("{q}: {e:?}"),
            Ok(a) => {
                println!(
                    "\n== {q} [{:?}] total {} {:?} concepts {:?} place {:?} aud {:?} rest '{}' corr {:?} dropped {:?} alt {:?}",
                    t.elapsed(),
                    a.total,
                    a.totals,
                    a.interpretation
                        .concepts
                        .iter()
                        .map(|c| (&c.label, &c.via))
                        .collect::<Vec<_>>(),
                    a.interpretation.place.as_ref().map(|p| &p.label),
                    a.interpretation.audience.iter().map(|c| &c.label).collect::<Vec<_>>(),
                    a.interpretation.text,
                    a.interpretation.corrections,
                    a.interpretation.dropped_words,
                    a.interpretation.alternatives.iter().map(|a| &a.label).collect::<Vec<_>>()
                );
                for h in a.items.iter().take(4) {
                    let t = a.generation.hit_texts(h.group);
                    println!(
                        "   {} {:?} {:?} {:?}",
                        t.name,
                        t.topics,
                        h.distance_km,
                        h.matched.as_ref().map(|m| (m.tier, m.reason, &m.via))
                    );
                }
                if let Some(f) = a.fallback {
                    println!("   FALLBACK {:?}", f.reason);
                    for s in f.steps {
                        println!(
                            "      {:?} {} {} {:?}",
                            s.kind,
                            s.label,
                            s.count,
                            s.links.first().map(|l| &l.label)
                        );
                    }
                }
                if let Some(c) = a.crisis_help {
                    println!("   CRISIS {} {}", c.kind, c.contacts.len());
                }
            }
        }
        let s = searcher.suggest(pairs_q(&q), 5, AnswerLanguage::German).unwrap();
        println!(
            "   suggest {:?}",
            s.items
                .iter()
                .map(|s| format!("{}({})#{}", s.label, s.matched, s.group_count))
                .collect::<Vec<_>>()
        );
    }
}
fn pairs_q(q: &str) -> &str {
    q.split('@').next().unwrap()
}
