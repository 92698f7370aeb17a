//! Why a hit is a hit, and where to mark it: ranges in code points of the original texts.

use super::Tables;
use super::answer::{Highlight, Match, Reason};
use super::interpret::{Goal, Understanding};
use super::live::Live;
use super::matching::{Fit, Matches};
use super::request::Tier;
use crate::analysis::code_points;
use crate::index::{HitTexts, LinkField};

/// Explains why `group` is a hit.
pub(super) fn explain(
    group: u32,
    fit: &Fit,
    matches: &Matches,
    understood: &Understanding,
    live: &Live,
    tables: &Tables,
) -> Match {
    let hidden = Match {
        tier: fit.tier,
        reason: Reason::Text,
        via: None,
        field: None,
        highlights: Vec::new(),
    };
    if fit.only_hidden {
        return hidden;
    }
    let texts = live.generation.hit_texts(group);
    let linked = linked_ranges(group, fit, matches, live);
    let mut highlights = Marks::default();
    for (field, range) in &linked {
        highlights.add(*field, *range);
    }
    mark_words(&texts, matches, tables, &mut highlights);
    let is_by_concept =
        matches!(fit.tier, Tier::Exact | Tier::Narrower | Tier::Broader) && !linked.is_empty();
    if is_by_concept {
        let (field, range) = linked[0];
        let via = cut(text_at(&texts, field), range);
        let reason = reason_of(group, fit, field, &via, understood, live, tables);
        let name = if matches!(field, LinkField::Name) { "name" } else { "topics" };
        return Match {
            tier: fit.tier,
            reason,
            via: Some(via),
            field: Some(name),
            highlights: highlights.finish(),
        };
    }
    let (via, field) = highlights.first(&texts);
    let reason = match field {
        _ if fit.edits > 0 => Reason::Correction,
        Some("name") => Reason::Name,
        _ => Reason::Text,
    };
    Match { tier: fit.tier, reason, via, field, highlights: highlights.finish() }
}

/// Returns where the concepts that made the tier stand in name and topics.
fn linked_ranges(
    group: u32,
    fit: &Fit,
    matches: &Matches,
    live: &Live,
) -> Vec<(LinkField, [usize; 2])> {
    live.generation
        .columns
        .links(group)
        .filter(|link| {
            matches.tiers.get(&link.concept).is_some_and(|(tier, up)| {
                *tier == fit.tier && (*tier != Tier::Broader || *up == fit.steps_up)
            })
        })
        .map(|link| (link.field, [usize::from(link.range[0]), usize::from(link.range[1])]))
        .collect()
}

fn reason_of(
    group: u32,
    fit: &Fit,
    field: LinkField,
    via: &str,
    understood: &Understanding,
    live: &Live,
    tables: &Tables,
) -> Reason {
    let own = live.generation.columns.concepts(group);
    let reaches = |goal: &&Goal| own.contains(&goal.concept) || fit.tier != Tier::Exact;
    let Some(goal) = understood.goals.iter().find(reaches).or(understood.goals.first()) else {
        return Reason::Concept;
    };
    if matches!(goal.reason, Reason::Code | Reason::Correction) {
        return goal.reason;
    }
    if tables.analyzer.key(via) != tables.analyzer.key(&goal.via) {
        return Reason::Synonym;
    }
    if matches!(field, LinkField::Name) { Reason::Name } else { Reason::Concept }
}

/// Marks every word one of whose terms was looked for.
fn mark_words(texts: &HitTexts<'_>, matches: &Matches, tables: &Tables, marks: &mut Marks) {
    if matches.terms.is_empty() {
        return;
    }
    let mut mark = |text: &str, target: Target| {
        for word in tables.analyzer.words(text) {
            let forms = &word.forms;
            let is_meant = matches.terms.contains(&forms.stem)
                || forms.parts.iter().any(|part| matches.terms.contains(part));
            if is_meant {
                marks.push(target, code_points(text, &word.range));
            }
        }
    };
    mark(texts.name, Target::Name);
    for (position, topic) in texts.topics.iter().enumerate() {
        mark(topic, Target::Topic(position));
    }
    mark(texts.summary, Target::Summary);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Name,
    Topic(usize),
    Summary,
}

impl Target {
    fn field(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Topic(_) => "topics",
            Self::Summary => "summary",
        }
    }
}

/// Gathers ranges and makes them ascending and apart.
#[derive(Default)]
struct Marks(Vec<(Target, [usize; 2])>);

impl Marks {
    fn add(&mut self, field: LinkField, range: [usize; 2]) {
        self.push(
            match field {
                LinkField::Name => Target::Name,
                LinkField::Topic(position) => Target::Topic(usize::from(position)),
            },
            range,
        );
    }

    fn push(&mut self, target: Target, range: [usize; 2]) {
        self.0.push((target, range));
    }

    /// Returns the first marked words and their field.
    fn first(&mut self, texts: &HitTexts<'_>) -> (Option<String>, Option<&'static str>) {
        self.0.sort_unstable();
        let Some((target, range)) = self.0.first() else { return (None, None) };
        match target {
            Target::Name => (Some(cut(texts.name, *range)), Some("name")),
            Target::Topic(at) => {
                (texts.topics.get(*at).map(|topic| cut(topic, *range)), Some("topics"))
            }
            Target::Summary => (Some(cut(texts.summary, *range)), Some("description")),
        }
    }

    fn finish(mut self) -> Vec<Highlight> {
        self.0.sort_unstable();
        let mut highlights: Vec<Highlight> = Vec::new();
        for (target, range) in self.0 {
            let index = if let Target::Topic(at) = target { at } else { 0 };
            let field = target.field();
            match highlights.last_mut().filter(|last| last.field == field && last.index == index) {
                Some(last) => match last.ranges.last_mut().filter(|before| range[0] < before[1]) {
                    Some(before) => before[1] = before[1].max(range[1]),
                    None => last.ranges.push(range),
                },
                None => highlights.push(Highlight { field, index, ranges: vec![range] }),
            }
        }
        highlights
    }
}

fn text_at<'t>(texts: &HitTexts<'t>, field: LinkField) -> &'t str {
    match field {
        LinkField::Name => texts.name,
        LinkField::Topic(at) => texts.topics.get(usize::from(at)).copied().unwrap_or_default(),
    }
}

/// Returns a range of code points.
fn cut(text: &str, [start, end]: [usize; 2]) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}
