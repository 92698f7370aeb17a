//! What a host lets programs fetch: `robots.txt` as in RFC 9309.
//!
//! In: the file's text. Out: [`Robots`], which says yes or no to a path. The groups for our name
//! count, else those for `*`; the longest rule decides, and where two are as long, leave wins.
//! `*` and `$` are matched without backtracking over more than one star at a time.

/// The name by which we are called.
pub const PRODUCT: &str = "wegweiser";

/// So much of the file is read; the RFC asks for at least 500 KiB.
pub const MAX_BYTES: usize = 512 << 10;

/// More rules than this are not kept: such a file is no rule for us but a mistake.
const MAX_RULES: usize = 5_000;

/// Longest pause that a `Crawl-delay` can ask for, in seconds.
const MAX_DELAY_S: f64 = 10.0;

/// The rules for us.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Robots {
    rules: Vec<Rule>,
    /// Seconds between two requests, where the host asks for a pause.
    pub delay_s: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    is_leave: bool,
    pattern: String,
}

impl Robots {
    /// Returns the rules of a host that has none.
    pub fn open() -> Self {
        Self::default()
    }

    /// Reads a file; lines that are no rules are passed over.
    pub fn read(text: &str) -> Self {
        let (mut ours, mut everybodys) = (Self::default(), Self::default());
        let mut has_ours = false;
        let (mut for_us, mut for_all, mut in_rules) = (false, false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" => {
                    if in_rules {
                        (for_us, for_all, in_rules) = (false, false, false);
                    }
                    let name: String = value
                        .chars()
                        .take_while(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'))
                        .collect();
                    for_all |= value.starts_with('*');
                    for_us |= name.eq_ignore_ascii_case(PRODUCT);
                    has_ours |= for_us;
                }
                "allow" | "disallow" | "crawl-delay" => {
                    in_rules = true;
                    for (is_meant, robots) in [(for_us, &mut ours), (for_all, &mut everybodys)] {
                        if is_meant {
                            robots.add(&key, value);
                        }
                    }
                }
                _ => {}
            }
        }
        if has_ours { ours } else { everybodys }
    }

    fn add(&mut self, key: &str, value: &str) {
        if key == "crawl-delay" {
            let asked = value.parse::<f64>().ok().filter(|s| s.is_finite() && *s >= 0.0);
            self.delay_s = asked.map(|seconds| seconds.min(MAX_DELAY_S)).or(self.delay_s);
        } else if !value.is_empty() && self.rules.len() < MAX_RULES {
            self.rules.push(Rule { is_leave: key == "allow", pattern: normal(value) });
        }
    }

    /// Says whether a path, with its query, may be fetched.
    pub fn allows(&self, path: &str) -> bool {
        let path = normal(path);
        if path == "/robots.txt" {
            return true;
        }
        let fitting = self.rules.iter().filter(|rule| matches(&rule.pattern, &path));
        let strongest = fitting.max_by_key(|rule| (rule.pattern.len(), rule.is_leave));
        strongest.is_none_or(|rule| rule.is_leave)
    }
}

/// Returns a path in which the same letter is always written the same way.
fn normal(path: &str) -> String {
    let mut normal = String::with_capacity(path.len());
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| path.get(at + 1..at + 3))
            .flatten()
            .filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(byte) = hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            at += 3;
            // Only letters that need no escape lose it; an escaped slash is no slash.
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                normal.push(char::from(byte));
            } else {
                normal.push_str(&format!("%{byte:02X}"));
            }
        } else {
            match bytes[at] {
                byte @ 0x21..=0x7e => normal.push(char::from(byte)),
                byte => normal.push_str(&format!("%{byte:02X}")),
            }
            at += 1;
        }
    }
    normal
}

/// Says whether a pattern with `*` and a final `$` fits the beginning of a path.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    // The last part must stand at the end; those before take the first place that fits.
    let last = if to_the_end { parts.pop() } else { None };
    if to_the_end && last.is_none() {
        return rest.is_empty();
    }
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    last.is_none_or(|last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_for_our_name_beats_the_one_for_all() {
        let robots = Robots::read(
            "\u{feff}User-agent: *\nDisallow: /\n\nUser-Agent: otherbot\nUser-agent: Wegweiser/1.0\n\
             Disallow: /intern # nobody\nAllow: /intern/liste\nCrawl-delay: 2\n\n\
             user-agent: wegweiser-news\nDisallow: /gruppen\n\nUser-agent: WEGWEISER\nDisallow: /x",
        );
        for (path, allowed) in [
            ("/", true),
            ("/gruppen", true), // that rule is for another name
            ("/intern", false),
            ("/intern/liste.csv", true), // the longer rule
            ("/x", false),               // a second group for us
            ("/robots.txt", true),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
        assert_eq!(robots.delay_s, Some(2.0));
    }

    /// Cases of RFC 9309 and of the files that really stand on servers.
    #[test]
    fn patterns_mean_what_the_standard_says() {
        for (rules, path, allowed) in [
            ("", "/a", true),
            ("Disallow:", "/a", true), // an empty rule forbids nothing
            ("Disallow: /", "/a", false),
            ("Disallow: /a", "/abc", false),
            ("Disallow: /a", "/b/a", true),
            ("Disallow: /*.csv$", "/liste.csv", false),
            ("Disallow: /*.csv$", "/liste.csv?x=1", true),
            ("Disallow: /*.csv", "/liste.csv?x=1", false),
            ("Disallow: /a$", "/a", false),
            ("Disallow: /a$", "/ab", true),
            ("Disallow: /*/b*/c$", "/x/b1/c", false),
            ("Disallow: /*/b*/c$", "/x/b1/cd", true),
            ("Disallow: *", "/a", false),
            ("Disallow: /a*a$", "/a", true), // the same letter cannot be both
            ("Disallow: /p\nAllow: /p", "/p", true), // as long: leave wins
            ("Disallow: /page\nAllow: /p", "/page", false),
            ("Disallow: /m%C3%BCnchen", "/münchen", false),
            ("Disallow: /münchen", "/m%c3%bcnchen", false),
            ("Disallow: /%7Ea", "/~a", false),
            ("Disallow: /a%2Fb", "/a/b", true), // an escaped slash is no slash
            ("Disallow: /100%", "/100%", false),
            ("DISALLOW : /a", "/a", false),
            ("Noindex: /a", "/a", true),
        ] {
            let robots = Robots::read(&format!("User-agent: *\n{rules}\n"));
            assert_eq!(robots.allows(path), allowed, "{rules:?}: {path}");
        }
    }

    #[test]
    fn rules_before_any_name_and_endless_files_do_no_harm() {
        assert!(Robots::read("Disallow: /").allows("/a"));
        let long = format!("User-agent: *\n{}", "Disallow: /*a*a*a*a*a*a*a*a*b\n".repeat(20_000));
        let robots = Robots::read(&long);
        assert_eq!(robots.rules.len(), MAX_RULES);
        assert!(robots.allows(&format!("/{}", "a".repeat(2_000))));
        assert_eq!(Robots::read("User-agent: *\nCrawl-delay: 1e9").delay_s, Some(MAX_DELAY_S));
    }
}
