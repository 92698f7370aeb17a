//! Which groups fit what was understood, and in which tier.

use std::collections::{BTreeMap, HashMap, HashSet};

use tantivy::Searcher;

use super::Tables;
use super::answer::Correction;
use super::filters::distance_km;
use super::interpret::{GROUP_WORDS, Understanding};
use super::live::Live;
use super::request::Tier;
use super::text::{TextHit, as_written, groups_with, groups_with_every, readings_of};
use crate::index::Columns;
use crate::reference::ConceptIndex;

/// A place alone lists groups up to so many kilometres away, beside all of its district.
const AROUND_KM: f64 = 15.0;

/// Labels of so few letters are looked for in names and topics only.
const SHORT: usize = 3;

/// The umbrella of all rare diseases lies behind the nearest topic, before what is further away:
/// who is alone with a disease meets others there who are.
const UMBRELLA_STEPS: u8 = 1;

/// What lies beside a concept comes after what lies above it.
const STEPS_ASIDE: u8 = 2;

/// A concept with so many groups needs no related ones beside it.
const ENOUGH_GROUPS: usize = 20;

/// How much of a concept a group has that is only about something broader.
const BROADER_SHARE: f32 = 0.3;

/// How much the further concepts of a sentence count beside its first: "mein Mann ist
/// spielsüchtig" speaks of gambling before all families of addicts.
const FURTHER_CONCEPT: f32 = 0.4;

/// A label whose stem is so short is met by its own forms only: "Stillen" is not in "still".
const SHORT_STEM: usize = 5;

/// How well one group fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fit {
    pub(super) tier: Tier,
    pub(super) edits: u8,
    /// How much of what was asked for it has, 0 to 1: rare concepts count more than common ones.
    pub(super) share: f32,
    /// Steps up the tree for [`Tier::Broader`].
    pub(super) steps_up: u8,
    /// BM25 of the words.
    pub(super) score: f32,
    /// BM25 of words that only lift.
    pub(super) lift: f32,
    /// Whether only staff's own words made it fit.
    pub(super) only_hidden: bool,
    /// Whether the label itself stands in its name or topics.
    pub(super) is_named: bool,
    /// Whether it is broader and about something else besides.
    pub(super) is_aside: bool,
}

impl Fit {
    fn new(tier: Tier) -> Self {
        Self {
            tier,
            edits: 0,
            share: 0.0,
            steps_up: 0,
            score: 0.0,
            lift: 0.0,
            only_hidden: false,
            is_named: false,
            is_aside: false,
        }
    }
}

/// All groups that fit, in the order of their ordinals, and the words that were looked for.
#[derive(Default)]
pub(super) struct Matches {
    /// `None` where no free text restricts the groups.
    pub(super) fits: Option<BTreeMap<u32, Fit>>,
    /// Terms to mark in texts.
    pub(super) terms: HashSet<String>,
    /// Concepts to mark, with how they relate to those asked for.
    pub(super) tiers: HashMap<ConceptIndex, (Tier, u8)>,
}

/// Finds the groups that fit; words of the rest that had to be corrected are noted.
///
/// # Errors
///
/// When the text index cannot be read.
pub(super) fn find(
    understood: &mut Understanding,
    has_text: bool,
    live: &Live,
    tables: &Tables,
) -> tantivy::Result<Matches> {
    if !has_text {
        return Ok(Matches::default());
    }
    if understood.lists_what_fits() {
        let says_nothing = understood.has_unknown_code || understood.is_empty();
        let fits = if says_nothing { BTreeMap::new() } else { what_fits(understood, live) };
        return Ok(Matches { fits: Some(fits), ..Matches::default() });
    }
    let searcher = live.generation.searcher();
    if understood.goals.is_empty() {
        by_words(understood, live, tables, &searcher)
    } else {
        by_concepts(understood, live, tables, &searcher)
    }
}

/// Place, audience, format and the like alone list everything they fit.
fn what_fits(understood: &Understanding, live: &Live) -> BTreeMap<u32, Fit> {
    let columns = &live.generation.columns;
    let meta = &live.generation.meta;
    let languages =
        understood.languages.iter().filter_map(|tag| meta.languages.iter().position(|l| l == tag));
    let language_bits: u64 = languages.fold(0, |bits, at| bits | 1 << at);
    let fits = |group: u32| {
        let at = group as usize;
        let has = |wanted: u8, own: u8| wanted == 0 || own & wanted != 0;
        let contact_point = columns.contact_point[at];
        let is_published = understood.contact_points.is_empty()
            || meta
                .contact_points
                .get(usize::from(contact_point))
                .is_some_and(|p| understood.contact_points.contains(&p.id));
        has(understood.audience, columns.audience[at])
            && has(understood.age_group, columns.age_group[at])
            && has(understood.gender, 1 << columns.gender[at])
            && has(formats(understood.format), 1 << columns.format[at])
            && has(understood.status, 1 << columns.status[at])
            && (understood.languages.is_empty() || columns.languages[at] & language_bits != 0)
            && is_published
            && lies_there(understood, group, columns, live)
    };
    (0..columns.len() as u32)
        .filter(|group| fits(*group))
        .map(|group| (group, Fit::new(Tier::Exact)))
        .collect()
}

fn formats(wanted: u8) -> u8 {
    use crate::domain::Format;
    let meets_both_ways = wanted & (1 << Format::Online as u8 | 1 << Format::InPerson as u8) != 0;
    if meets_both_ways { wanted | 1 << Format::Hybrid as u8 } else { wanted }
}

fn lies_there(understood: &Understanding, group: u32, columns: &Columns, live: &Live) -> bool {
    let Some(here) = understood.whereabouts.as_ref().filter(|here| !here.words.is_empty()) else {
        return true;
    };
    let at = group as usize;
    let district = live.generation.meta.districts.get(usize::from(columns.district[at]));
    let is_covered = here.place.as_ref().is_some_and(|place| {
        place.covers.iter().any(|key| Some(key.as_str()) == district.map(String::as_str))
    });
    let reach = here.radius_km.unwrap_or(AROUND_KM);
    let is_near =
        distance_km(here.point, columns.lat[at], columns.lon[at]).is_some_and(|km| km <= reach);
    is_covered || is_near
}

/// Without a concept all words must be found.
fn by_words(
    understood: &mut Understanding,
    live: &Live,
    tables: &Tables,
    searcher: &Searcher,
) -> tantivy::Result<Matches> {
    let mut matches = Matches::default();
    let mut lists = Vec::new();
    for at in understood.rest.clone() {
        let word = &understood.words[at];
        let readings = readings_of(word, live, tables, true);
        if let Some(to) = &readings.corrected_to {
            let [from, to] = [understood.typed(at), to.clone()];
            understood.interpretation.corrections.push(Correction { from, to });
        }
        for reading in &readings.readings {
            matches.terms.extend(reading.terms.iter().cloned());
        }
        lists.push(groups_with(&readings, live, searcher)?);
    }
    let mut fits = BTreeMap::new();
    for hit in groups_with_every(&lists) {
        fits.insert(hit.group, fit_of(&hit));
    }
    matches.fits = Some(fits);
    Ok(matches)
}

fn fit_of(hit: &TextHit) -> Fit {
    let (tier, edits) = match hit.title_edits {
        Some(edits) => (Tier::Title, edits),
        None => (Tier::Text, hit.edits),
    };
    Fit { edits, score: hit.score, only_hidden: hit.only_hidden, ..Fit::new(tier) }
}

/// With concepts the tree decides; their words in texts come after, leftover words only lift.
fn by_concepts(
    understood: &mut Understanding,
    live: &Live,
    tables: &Tables,
    searcher: &Searcher,
) -> tantivy::Result<Matches> {
    let columns = &live.generation.columns;
    let mut matches = Matches::default();
    let mut fits: BTreeMap<u32, Fit> = BTreeMap::new();
    let weights = weights_of(understood, live);
    for (goal, weight) in understood.goals.iter().zip(weights) {
        let mut related = vec![(goal.concept, Tier::Exact, 0)];
        let below = live.used_below(goal.concept).iter().filter(|c| **c != goal.concept);
        related.extend(below.map(|c| (*c, Tier::Narrower, 0)));
        related.extend(
            levels_above(goal.concept, tables).into_iter().map(|(c, up)| (c, Tier::Broader, up)),
        );
        related.extend(kin_of(goal.concept, live, tables));
        let mut own: BTreeMap<u32, Fit> = BTreeMap::new();
        for (concept, tier, steps_up) in related {
            let known = matches.tiers.entry(concept).or_insert((tier, steps_up));
            *known = (*known).min((tier, steps_up));
            let share = if tier == Tier::Broader { weight * BROADER_SHARE } else { weight };
            for group in columns.groups_of_concept.get(&concept).into_iter().flatten() {
                let fit = Fit { steps_up, share, ..Fit::new(tier) };
                let best = own.entry(*group).or_insert(fit);
                if (fit.tier, fit.steps_up) < (best.tier, best.steps_up) {
                    *best = fit;
                }
            }
        }
        if goal.is_text {
            let mut lists = Vec::new();
            for word in tables.analyzer.words(&goal.via) {
                let is_short =
                    word.forms.stem.len() <= SHORT_STEM && word.forms.stem != word.forms.folded;
                let mut readings = if is_short {
                    as_written(&word)
                } else {
                    readings_of(&word, live, tables, false)
                };
                // "Stillgruppe" is in no text because "still" and "Gruppe" are.
                readings.readings.retain(|reading| {
                    let is_group =
                        |term: &String| GROUP_WORDS.iter().any(|start| term.starts_with(start));
                    reading.terms.len() == 1 || !reading.terms.iter().any(is_group)
                });
                matches.terms.extend(
                    readings.readings.iter().flat_map(|reading| reading.terms.iter().cloned()),
                );
                lists.push(groups_with(&readings, live, searcher)?);
            }
            // Three letters are an abbreviation here and a word of another kind in running text.
            let is_short = tables.analyzer.key(&goal.via).chars().count() <= SHORT;
            for hit in groups_with_every(&lists) {
                let fit = fit_of(&hit);
                if is_short && fit.tier == Tier::Text {
                    continue;
                }
                let best = own.entry(hit.group).or_insert(fit);
                best.score = best.score.max(hit.score);
                best.is_named |= hit.title_edits == Some(0);
                if fit.tier < best.tier {
                    *best = Fit { score: best.score, is_named: best.is_named, ..fit };
                }
            }
        }
        for (group, fit) in own {
            fits.entry(group)
                .and_modify(|known| {
                    let share = known.share + fit.share;
                    let score = known.score + fit.score;
                    let is_named = known.is_named || fit.is_named;
                    if (fit.tier, fit.steps_up) < (known.tier, known.steps_up) {
                        *known = fit;
                    }
                    known.share = share;
                    known.is_named = is_named;
                    known.score = score;
                })
                .or_insert(fit);
        }
    }
    for (group, fit) in fits.iter_mut().filter(|(_, fit)| fit.tier == Tier::Broader) {
        let concepts = columns.concepts(*group);
        fit.is_aside = concepts.iter().any(|concept| !matches.tiers.contains_key(concept));
    }
    let has_strange = lift(understood, live, tables, searcher, &mut matches, &mut fits)?;
    // Without a group of the concept words decide, and then all must be found.
    if has_strange && fits.values().all(|fit| fit.tier == Tier::Text) {
        fits.clear();
    }
    matches.fits = Some(fits);
    Ok(matches)
}

/// Returns for each goal its part of all that is asked for; they add up to 1.
fn weights_of(understood: &Understanding, live: &Live) -> Vec<f32> {
    let groups = live.generation.columns.len() as f32;
    let goals = &understood.goals;
    let is_further = |at: usize| goals[..at].iter().any(|goal| goal.words == goals[at].words);
    let mut weights: Vec<f32> = (0..goals.len())
        .map(|at| {
            let rarity = (1.0 + groups / (1 + live.group_count(goals[at].concept)) as f32).ln();
            if is_further(at) { rarity * FURTHER_CONCEPT } else { rarity }
        })
        .collect();
    let all: f32 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= all.max(f32::MIN_POSITIVE));
    weights
}

/// Returns what is nearest to a concept with few groups: related concepts; and where it has none,
/// what else lies below the first broader one that leads anywhere.
fn kin_of(concept: ConceptIndex, live: &Live, tables: &Tables) -> Vec<(ConceptIndex, Tier, u8)> {
    let vocabulary = &tables.reference.vocabulary;
    if live.group_count(concept) >= ENOUGH_GROUPS {
        return Vec::new();
    }
    let has_groups = live.group_count(concept) > 0;
    let steps = if has_groups { STEPS_ASIDE } else { 1 };
    let related = vocabulary.concept(concept).related.iter();
    let mut kin: Vec<(ConceptIndex, Tier, u8)> =
        related.map(|related| (*related, Tier::Broader, steps)).collect();
    if has_groups {
        return kin;
    }
    let umbrella = vocabulary.rare_umbrella();
    let above = levels_above(concept, tables).into_iter().find(|(above, _)| {
        let is_own = !vocabulary.concept(*above).is_topic_group && Some(*above) != umbrella;
        is_own && live.group_count(*above) > 0
    });
    if let Some((above, up)) = above {
        let below = live.used_below(above).iter().filter(|below| **below != above);
        kin.extend(below.map(|below| (*below, Tier::Broader, up.saturating_add(STEPS_ASIDE))));
    }
    kin
}

/// Lets leftover words lift groups that fit already; words that are nowhere are dropped and named.
/// Says whether there were such words.
fn lift(
    understood: &mut Understanding,
    live: &Live,
    tables: &Tables,
    searcher: &Searcher,
    matches: &mut Matches,
    fits: &mut BTreeMap<u32, Fit>,
) -> tantivy::Result<bool> {
    let mut has_strange = false;
    for at in understood.rest.clone() {
        let word = &understood.words[at];
        let readings = readings_of(word, live, tables, false);
        if readings.readings.is_empty() {
            let typed = understood.typed(at);
            understood.interpretation.dropped_words.push(typed);
            has_strange = true;
            continue;
        }
        for hit in groups_with(&readings, live, searcher)? {
            if let Some(fit) = fits.get_mut(&hit.group) {
                fit.lift += hit.score;
            }
        }
        matches.terms.extend(readings.readings.into_iter().flat_map(|reading| reading.terms));
    }
    Ok(has_strange)
}

/// Returns everything above a concept with its steps up, nearest first.
pub(super) fn levels_above(concept: ConceptIndex, tables: &Tables) -> Vec<(ConceptIndex, u8)> {
    let vocabulary = &tables.reference.vocabulary;
    let umbrella = vocabulary.rare_umbrella();
    let mut levels: Vec<(ConceptIndex, u8)> = Vec::new();
    let mut level = vec![concept];
    for up in 1..=u8::MAX {
        let mut next: Vec<ConceptIndex> = Vec::new();
        for below in &level {
            for above in &vocabulary.concept(*below).broader {
                let is_known = *above == concept || levels.iter().any(|(known, _)| known == above);
                if !is_known {
                    let extra = if Some(*above) == umbrella { UMBRELLA_STEPS } else { 0 };
                    levels.push((*above, up + extra));
                    next.push(*above);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    levels
}
