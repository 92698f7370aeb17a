//! Whether people can read the colours that somebody chooses for the embedded search. The search
//! itself refuses the same pairs in the page (`web/src/colours.ts`).
//!
//! In: colours as the configurator sends them. Out: those that may be used, and the contrast of
//! each pair they take part in.

/// What takes part in a pair: its name in `--wegweiser-…`, its light and its dark colour.
const OWN: [(&str, &str, &str); 7] = [
    ("accent", "#0b5568", "#7fd1e0"),
    ("on-accent", "#ffffff", "#06262d"),
    ("text", "#1b2527", "#e9f0f1"),
    ("background", "#ffffff", "#12191b"),
    ("soft", "#4a585c", "#b4c2c5"),
    ("panel", "#f2f6f6", "#1c2628"),
    ("line", "#7d8d91", "#7d8d91"),
];

/// Colours that the configurator asks for: the first of [`OWN`].
pub const CHOOSABLE: usize = 4;

/// Least contrast of text (WCAG 2.2, 1.4.3).
const TEXT: f64 = 4.5;

/// Least contrast of edges (WCAG 2.2, 1.4.11).
const EDGE: f64 = 3.0;

/// What stands on what.
const PAIRS: [(&str, &str, f64); 9] = [
    ("text", "background", TEXT),
    ("text", "panel", TEXT),
    ("soft", "background", TEXT),
    ("soft", "panel", TEXT),
    ("accent", "background", TEXT),
    ("accent", "panel", TEXT),
    ("on-accent", "accent", TEXT),
    ("line", "background", EDGE),
    ("line", "panel", EDGE),
];

/// One pair with a chosen colour in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// What is to be read.
    pub front: &'static str,
    /// What it stands on.
    pub ground: &'static str,
    /// The contrast.
    pub ratio: f64,
    /// The contrast that is needed.
    pub least: f64,
}

impl Pair {
    /// Says whether people can read it.
    pub fn is_legible(&self) -> bool {
        self.ratio >= self.least
    }
}

/// Colours chosen, and what becomes of them.
#[derive(Debug, Default)]
pub struct Choice {
    /// Colours that may be used: name and value.
    pub kept: Vec<(&'static str, String)>,
    /// The pairs they take part in; those that nobody could read come first.
    pub pairs: Vec<Pair>,
}

/// Returns the names and the colours of ours from which somebody chooses, in a theme.
pub fn choosable(theme: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_dark = theme == "dark";
    OWN.iter()
        .take(CHOOSABLE)
        .map(move |(name, light, dark)| (*name, if is_dark { *dark } else { *light }))
}

/// Looks at chosen colours in a theme; `auto` is both light and dark.
pub fn choose(theme: &str, chosen: impl Fn(&str) -> String) -> Choice {
    let looks: &[bool] = match theme {
        "dark" => &[true],
        "auto" => &[false, true],
        _ => &[false],
    };
    let mut kept: Vec<(&'static str, String)> = Vec::new();
    for (name, light, dark) in OWN.iter().take(CHOOSABLE) {
        let value = chosen(name).to_ascii_lowercase();
        let is_own = value == *light || value == *dark;
        if luminance(&value).is_some() && !is_own {
            kept.push((name, value));
        }
    }
    let mut refused: Vec<Pair> = Vec::new();
    loop {
        let pairs = pairs(&kept, looks);
        let Some(bad) = pairs.iter().find(|pair| !pair.is_legible()).cloned() else {
            refused.extend(pairs);
            return Choice { kept, pairs: refused };
        };
        kept.retain(|(name, _)| *name != bad.front && *name != bad.ground);
        refused.push(bad);
    }
}

/// Returns the pairs with a chosen colour in them, each with its worst contrast over all looks.
fn pairs(chosen: &[(&'static str, String)], looks: &[bool]) -> Vec<Pair> {
    let is_chosen = |name: &str| chosen.iter().any(|(known, _)| *known == name);
    let colour = |name: &str, is_dark: bool| -> f64 {
        let own = OWN.iter().find(|(known, _, _)| *known == name);
        let own = own.map_or("", |(_, light, dark)| if is_dark { dark } else { light });
        let value = chosen.iter().find(|(known, _)| *known == name).map_or(own, |(_, v)| v);
        luminance(value).unwrap_or_default()
    };
    let touched = PAIRS.iter().filter(|(front, ground, _)| is_chosen(front) || is_chosen(ground));
    touched
        .map(|(front, ground, least)| {
            let ratios =
                looks.iter().map(|dark| ratio(colour(front, *dark), colour(ground, *dark)));
            Pair { front, ground, ratio: ratios.fold(f64::INFINITY, f64::min), least: *least }
        })
        .collect()
}

/// Returns the contrast of two luminances, from 1 to 21.
fn ratio(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Returns the relative luminance of a colour such as `#0b5568`, as WCAG 2.2 defines it; `None` for
/// any other text.
fn luminance(colour: &str) -> Option<f64> {
    let digits =
        colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| -> Option<f64> {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).ok()?) / 255.0;
        Some(if value > 0.040_45 { ((value + 0.055) / 1.055).powf(2.4) } else { value / 12.92 })
    };
    Some(0.2126 * part(0)? + 0.7152 * part(2)? + 0.0722 * part(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(theme: &str, colours: &[(&str, &str)]) -> Choice {
        choose(theme, |name| {
            let found = colours.iter().find(|(known, _)| *known == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let of = |one, other| ratio(luminance(one).unwrap(), luminance(other).unwrap());
        assert!((of("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((of("#777777", "#ffffff") - 4.478).abs() < 0.001);
        for wrong in ["", "red", "#fff", "#12345g", "#1234567", "#äöü"] {
            assert_eq!(luminance(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn our_own_colours_can_be_read() {
        for is_dark in [false, true] {
            let all: Vec<(&'static str, String)> = OWN
                .iter()
                .map(|(name, light, dark)| {
                    (*name, (if is_dark { *dark } else { *light }).to_owned())
                })
                .collect();
            for pair in pairs(&all, &[is_dark]) {
                assert!(pair.is_legible(), "{pair:?}");
            }
        }
    }

    #[test]
    fn our_own_colours_are_those_of_the_style_sheet() {
        let styles = include_str!("../../../web/src/widget.css").replace("#fff)", "#ffffff)");
        for (name, light, dark) in OWN {
            let declared = |value: &str| format!("--w-{name}: var(--wegweiser-{name}, {value});");
            assert!(styles.contains(&declared(light)), "{name}");
            assert!(light == dark || styles.matches(&declared(dark)).count() == 2, "{name}");
        }
        let script = include_str!("../../../web/src/colours.ts");
        for (front, ground, _) in PAIRS {
            assert!(
                script.contains(&format!("\"{front}\""))
                    && script.contains(&format!("\"{ground}\""))
            );
        }
    }

    #[test]
    fn a_pair_that_nobody_can_read_is_refused() {
        let good = look("light", &[("accent", "#7A1F5C")]);
        assert_eq!(good.kept, [("accent", "#7a1f5c".to_owned())]);
        assert_eq!(good.pairs.len(), 3);
        let bad = look("light", &[("accent", "#ffd400"), ("text", "#000000")]);
        assert_eq!(bad.kept, [("text", "#000000".to_owned())]);
        assert!(!bad.pairs[0].is_legible() && bad.pairs[1..].iter().all(Pair::is_legible));
        assert!(look("auto", &[("accent", "#7a1f5c")]).kept.is_empty(), "too dark for a dark page");
        assert!(
            look("dark", &[("accent", "#0b5568")]).pairs.is_empty(),
            "ours, of the other theme"
        );
    }
}
