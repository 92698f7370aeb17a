//! Never a dead end: where a recognised condition has no group of its own, the ways on.
//!
//! Each step counts what it offers and carries the request that shows it, so that a step never
//! promises what a search does not keep: the counts come from running these very requests.

use serde_json::{Value, json};

use super::Tables;
use super::answer::{Fallback, FallbackReason, FallbackStep, Hit, Link, RequestMembers, StepKind};
use super::label_in;
use super::live::Live;
use super::lookups::{self, nearest_contact_points};
use super::matching::levels_above;
use super::rank::distance_from;
use super::request::{AnswerLanguage, Expand, SearchRequest, Tier};
use super::run::{self, Found, shown_distance};
use super::searcher::SearchError;
use crate::domain::{Format, State, Status};
use crate::reference::ConceptIndex;

/// Previews in a step.
const PREVIEWS: usize = 3;

/// Groups appended of one step under `expand`.
const APPENDED: usize = 10;

/// Contact points named.
const CONTACT_POINTS: usize = 2;

/// Associations named.
const ASSOCIATIONS: usize = 3;

/// Parameters that say where.
const AREA: &[&str] = &["radius_km", "bbox", "district", "include_online"];

/// Parameters that say who and how, which a step further away keeps.
const NARROWING: &[&str] = &[
    "audience",
    "age_group",
    "gender",
    "language",
    "format",
    "status",
    "contact_point",
    "wheelchair",
    "updated_since",
    "id",
    "min_tier",
];

/// Returns the ladder, or `None` where the condition has groups or none was asked for.
pub(super) fn ladder(
    request: &SearchRequest,
    found: &Found,
    language: AnswerLanguage,
    live: &Live,
    tables: &Tables,
) -> Result<Option<Fallback>, SearchError> {
    let understood = &found.understood;
    let mut concepts: Vec<ConceptIndex> =
        understood.goals.iter().map(|goal| goal.concept).collect();
    for concept in &understood.filter_concepts {
        if !concepts.contains(concept) {
            concepts.push(*concept);
        }
    }
    if concepts.is_empty() {
        let is_unknown = understood.has_unknown_code && found.ranked.is_empty();
        return Ok(is_unknown.then(|| Fallback {
            reason: FallbackReason::UnknownCode,
            steps: contact_point_steps(found, language, live, tables, false),
        }));
    }
    let has_own = match request.q {
        Some(_) if !understood.goals.is_empty() => found.totals()[0] + found.totals()[1] > 0,
        _ => !found.ranked.is_empty(),
    };
    if has_own {
        return Ok(None);
    }
    let climber = Climber { request, found, language, live, tables };
    let anywhere: usize = concepts.iter().map(|concept| live.group_count(*concept)).sum();
    let without_area = climber.base(&concepts, true, &[]);
    let reason = if anywhere == 0 {
        FallbackReason::NoGroupForCondition
    } else if climber.count(&without_area)? > 0 {
        FallbackReason::NoneInArea
    } else {
        FallbackReason::NoneWithFilters
    };
    let mut steps = Vec::new();
    steps.extend(climber.broader_topic(&concepts)?);
    steps.extend(climber.wider_area(&concepts)?);
    steps.extend(climber.other_state(&concepts)?);
    steps.extend(climber.online(&concepts)?);
    steps.extend(climber.seeking_peers(&concepts)?);
    steps.extend(climber.national_association(&concepts));
    steps.extend(contact_point_steps(found, language, live, tables, true));
    Ok(Some(Fallback { reason, steps }))
}

/// Returns the groups of the steps that `expand` appends to the hits.
pub(super) fn appended(
    fallback: &Fallback,
    expand: Expand,
    shown: &[u32],
    request: &SearchRequest,
    live: &Live,
    tables: &Tables,
) -> Result<Vec<Hit>, SearchError> {
    let mut hits: Vec<Hit> = Vec::new();
    let wanted = |kind: StepKind| match expand {
        Expand::None => false,
        Expand::Online => kind == StepKind::Online,
        Expand::All => true,
    };
    for step in fallback.steps.iter().filter(|step| wanted(step.kind)) {
        let Some(members) = &step.request else { continue };
        for hit in hits_of(members, request, APPENDED, live, tables)? {
            let is_new =
                !shown.contains(&hit.group) && !hits.iter().any(|known| known.group == hit.group);
            if is_new {
                let matched = hit
                    .matched
                    .map(|matched| super::answer::Match { tier: Tier::Fallback, ..matched });
                hits.push(Hit { matched: Some(matched.unwrap_or_else(fallback_match)), ..hit });
            }
        }
    }
    Ok(hits)
}

fn fallback_match() -> super::answer::Match {
    super::answer::Match {
        tier: Tier::Fallback,
        reason: super::answer::Reason::Concept,
        via: None,
        field: None,
        highlights: Vec::new(),
    }
}

/// Runs a step's request and returns its first hits, with distances.
fn hits_of(
    members: &RequestMembers,
    request: &SearchRequest,
    most: usize,
    live: &Live,
    tables: &Tables,
) -> Result<Vec<Hit>, SearchError> {
    let step =
        SearchRequest::from_json(Value::Object(members.clone())).map_err(SearchError::from)?;
    let found = run::find(&step, request.lang.unwrap_or_default(), live, tables)?;
    let here = found.understood.whereabouts.as_ref();
    let first = found.ranked.iter().take(most);
    Ok(first
        .map(|ranked| Hit {
            group: ranked.group,
            distance_km: shown_distance(distance_from(here, ranked.group, live)),
            matched: None,
        })
        .collect())
}

/// Makes the steps of one ladder.
struct Climber<'a> {
    request: &'a SearchRequest,
    found: &'a Found,
    language: AnswerLanguage,
    live: &'a Live,
    tables: &'a Tables,
}

impl Climber<'_> {
    /// Returns a request for concepts: the caller's place and language, his narrowing filters where
    /// `keeps_narrowing`, and what is to be set besides.
    fn base(
        &self,
        concepts: &[ConceptIndex],
        keeps_narrowing: bool,
        set: &[(&str, Value)],
    ) -> RequestMembers {
        let vocabulary = &self.tables.reference.vocabulary;
        let mut members = RequestMembers::new();
        for (name, value) in &self.request.members {
            let is_kept = matches!(name.as_str(), "place" | "lat" | "lon" | "lang")
                || (keeps_narrowing && (NARROWING.contains(&name.as_str()) || name == "state"));
            if is_kept {
                members.insert(name.clone(), normal(name, value));
            }
        }
        // A place inside the text becomes a parameter, so that distances stay.
        let here = self.found.understood.whereabouts.as_ref();
        if let Some(place) =
            here.filter(|here| !here.words.is_empty()).and_then(|here| here.place.as_ref())
        {
            members.entry("place").or_insert_with(|| Value::String(place.label.clone()));
        }
        let ids: Vec<&str> =
            concepts.iter().map(|concept| vocabulary.concept(*concept).id.as_str()).collect();
        members.insert("topic".to_owned(), json!(ids));
        for (name, value) in set {
            members.insert((*name).to_owned(), value.clone());
        }
        members
    }

    fn count(&self, members: &RequestMembers) -> Result<usize, SearchError> {
        let step =
            SearchRequest::from_json(Value::Object(members.clone())).map_err(SearchError::from)?;
        Ok(run::find(&step, self.language, self.live, self.tables)?.ranked.len())
    }

    fn step(
        &self,
        kind: StepKind,
        label: String,
        members: RequestMembers,
        previews: usize,
    ) -> Result<Option<FallbackStep>, SearchError> {
        let count = self.count(&members)?;
        if count == 0 {
            return Ok(None);
        }
        let items = if previews == 0 {
            Vec::new()
        } else {
            hits_of(&members, self.request, previews, self.live, self.tables)?
        };
        Ok(Some(FallbackStep {
            kind,
            label,
            count,
            request: Some(members),
            items,
            contact_points: Vec::new(),
            links: Vec::new(),
        }))
    }

    fn say(&self, german: &'static str, english: &'static str) -> String {
        self.language.say(german, english).to_owned()
    }

    fn label(&self, concept: ConceptIndex) -> &str {
        label_in(self.tables.reference.vocabulary.concept(concept), self.language)
    }

    /// Returns the nearest broader concept that has groups.
    fn nearest_above(&self, concepts: &[ConceptIndex]) -> Option<ConceptIndex> {
        let above = concepts.iter().flat_map(|concept| levels_above(*concept, self.tables));
        let mut with_groups: Vec<(u8, ConceptIndex)> = above
            .filter(|(concept, _)| self.live.group_count(*concept) > 0)
            .map(|(concept, up)| (up, concept))
            .collect();
        with_groups.sort_by_key(|(up, concept)| (*up, self.live.group_count(*concept), *concept));
        with_groups.first().map(|(_, concept)| *concept)
    }

    fn broader_topic(
        &self,
        concepts: &[ConceptIndex],
    ) -> Result<Option<FallbackStep>, SearchError> {
        let Some(above) = self.nearest_above(concepts) else { return Ok(None) };
        let label = self.label(above).to_owned();
        let sentence = self.say("Gruppen zum weiteren Thema {}", "Groups on the broader topic {}");
        let members = self.base(&[above], false, &[]);
        self.step(StepKind::BroaderTopic, sentence.replace("{}", &label), members, 0)
    }

    fn wider_area(&self, concepts: &[ConceptIndex]) -> Result<Option<FallbackStep>, SearchError> {
        let is_limited = self.request.members.keys().any(|name| AREA.contains(&name.as_str()))
            || self
                .found
                .understood
                .whereabouts
                .as_ref()
                .is_some_and(|here| here.radius_km.is_some());
        if !is_limited {
            return Ok(None);
        }
        let mut members = self.base(concepts, true, &[]);
        if members.contains_key("place") || members.contains_key("lat") {
            members.insert("sort".to_owned(), json!("distance"));
        }
        let label = self.say("Weiter entfernt", "Further away");
        self.step(StepKind::WiderArea, label, members, PREVIEWS)
    }

    fn other_state(&self, concepts: &[ConceptIndex]) -> Result<Option<FallbackStep>, SearchError> {
        let states = &self.request.filters.state;
        if states.is_empty() {
            return Ok(None);
        }
        let here = &self.live.generation.meta.districts;
        let mut others: Vec<State> = here
            .iter()
            .filter_map(|key| key.parse::<crate::domain::DistrictKey>().ok()?.state())
            .filter(|state| !states.contains(state))
            .collect();
        others.sort_unstable();
        others.dedup();
        if others.is_empty() {
            return Ok(None);
        }
        let names: Vec<&str> = others.iter().map(|state| state.name()).collect();
        let words: Vec<&str> = others.iter().map(|state| state.as_str()).collect();
        let members = self.base(concepts, true, &[("state", json!(words))]);
        let label = self.say("In {}", "In {}").replace("{}", &names.join(", "));
        self.step(StepKind::OtherState, label, members, PREVIEWS)
    }

    /// Online groups for the condition, else for the nearest broader topic.
    fn online(&self, concepts: &[ConceptIndex]) -> Result<Option<FallbackStep>, SearchError> {
        let set = [("format", json!([Format::Online.as_str()]))];
        let own = self.base(concepts, false, &set);
        let label = self.say("Gruppen, die sich online treffen", "Groups that meet online");
        if let Some(step) = self.step(StepKind::Online, label.clone(), own, PREVIEWS)? {
            return Ok(Some(step));
        }
        for above in self.all_above(concepts) {
            let members = self.base(&[above], false, &set);
            let label = format!("{label}: {}", self.label(above));
            if let Some(step) = self.step(StepKind::Online, label, members, PREVIEWS)? {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    fn seeking_peers(
        &self,
        concepts: &[ConceptIndex],
    ) -> Result<Option<FallbackStep>, SearchError> {
        let set = [("status", json!([Status::SeekingPeers.as_str(), Status::Founding.as_str()]))];
        let label = self.say("Menschen, die Gleichbetroffene suchen", "People who look for others");
        let own = self.base(concepts, false, &set);
        if let Some(step) = self.step(StepKind::SeekingPeers, label.clone(), own, PREVIEWS)? {
            return Ok(Some(step));
        }
        let Some(above) = self.nearest_above(concepts) else { return Ok(None) };
        let label = format!("{label}: {}", self.label(above));
        self.step(StepKind::SeekingPeers, label, self.base(&[above], false, &set), PREVIEWS)
    }

    fn all_above(&self, concepts: &[ConceptIndex]) -> Vec<ConceptIndex> {
        let mut above: Vec<(u8, ConceptIndex)> = concepts
            .iter()
            .flat_map(|concept| levels_above(*concept, self.tables))
            .map(|(concept, up)| (up, concept))
            .collect();
        above.sort_unstable();
        above.into_iter().map(|(_, concept)| concept).collect()
    }

    /// The association of the condition, else of the nearest broader topic that has one.
    fn national_association(&self, concepts: &[ConceptIndex]) -> Option<FallbackStep> {
        let associations = &self.tables.reference.vocabulary.associations;
        let for_one_of = |wanted: &[ConceptIndex]| -> Vec<Link> {
            let own = associations.iter().filter(|a| a.concepts.iter().any(|c| wanted.contains(c)));
            // The one that is for the fewest topics knows this one best.
            let mut own: Vec<_> = own.collect();
            own.sort_by_key(|association| (association.concepts.len(), &association.name));
            let link = |a: &&crate::reference::Association| Link {
                label: a.name.clone(),
                url: a.website.clone(),
                phone: None,
            };
            own.iter().take(ASSOCIATIONS).map(link).collect()
        };
        let mut links = for_one_of(concepts);
        for above in self.all_above(concepts) {
            if !links.is_empty() {
                break;
            }
            links = for_one_of(&[above]);
        }
        if links.is_empty() {
            return None;
        }
        Some(FallbackStep {
            kind: StepKind::NationalAssociation,
            label: self.say("Bundesweite Verbände", "National associations"),
            count: links.len(),
            request: None,
            items: Vec::new(),
            contact_points: Vec::new(),
            links,
        })
    }
}

/// Found a group, and the contact point that helps with it.
fn contact_point_steps(
    found: &Found,
    language: AnswerLanguage,
    live: &Live,
    tables: &Tables,
    with_founding: bool,
) -> Vec<FallbackStep> {
    let say =
        |german: &'static str, english: &'static str| language.say(german, english).to_owned();
    let here = found.understood.whereabouts.as_ref();
    let contact_points = nearest_contact_points(here, CONTACT_POINTS, live, tables);
    if contact_points.is_empty() {
        return Vec::new();
    }
    let step = |kind: StepKind, label: String| FallbackStep {
        kind,
        label,
        count: contact_points.len(),
        request: None,
        items: Vec::new(),
        contact_points: contact_points.clone(),
        links: lookups::links_of(&contact_points, live),
    };
    let mut steps = Vec::new();
    if with_founding {
        let label = say(
            "Selbst eine Gruppe gründen: die Kontaktstelle hilft",
            "Found a group: the contact point helps",
        );
        steps.push(step(StepKind::FoundAGroup, label));
    }
    let label = say("Die Kontaktstelle fragen", "Ask the contact point");
    steps.push(step(StepKind::ContactPoint, label));
    steps
}

/// A list parameter is an array in JSON, however it came.
fn normal(name: &str, value: &Value) -> Value {
    match (name, value) {
        ("lat" | "lon", Value::String(text)) => {
            text.parse::<f64>().map_or_else(|_| value.clone(), |n| json!(n))
        }
        _ => value.clone(),
    }
}
