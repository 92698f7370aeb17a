//! When a group meets, read from the words staff write.
//!
//! In: "jeden 2. Dienstag im Monat, 17:00–19:00 Uhr". Out: the rule of recurrence, beginning and
//! end. Careful: a rule with exceptions, or one that could mean two things, is no rule, for a
//! wrong calendar entry sends people to a locked door.

use jiff::civil::{Time, Weekday};

use crate::domain::Recurrence;

/// What could be read of a meeting's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schedule {
    /// The rule, where there is one without exceptions.
    pub rule: Option<Recurrence>,
    /// Local time it starts.
    pub starts: Option<Time>,
    /// Local time it ends.
    pub ends: Option<Time>,
    /// Whether people must call first.
    pub by_appointment: bool,
    /// Whether a day of the week is named: then a reader expects a rule.
    pub names_a_day: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    /// `2.`
    Ordinal(u8),
    /// `18`
    Number(u16),
    /// `18:30`, `18.30`
    Clock(u8, u8),
    /// `–`
    Dash,
    /// `,` and other marks.
    Mark,
}

/// Signs of a rhythm that no rule of ours can hold.
const NO_RULE: [&str; 34] = [
    "14-tägig",
    "14tägig",
    "14-taegig",
    "14 tägig",
    "vierzehntägig",
    "zweiwöch",
    "2-wöch",
    "dreiwöch",
    "3-wöch",
    "vierwöch",
    "4-wöch",
    "6-wöch",
    "gerade",
    "jede 2. woche",
    "jede zweite woche",
    "jeder 2. woche",
    "jährlich",
    "im jahr",
    "halbjahr",
    "täglich",
    "ferien",
    "außer",
    "ausser",
    "nicht im",
    "nicht am",
    "ausgenommen",
    "ca.",
    "etwa",
    "circa",
    "unregelmäßig",
    "tage im monat",
    "sommerpause",
    "saison",
    "werktag",
];

const MONTHS: [&str; 23] = [
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "jan",
    "feb",
    "mrz",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dez",
];

/// Reads the words of a publisher.
pub fn read(text: &str) -> Schedule {
    let lower = text.to_lowercase().replace('\u{a0}', " ");
    let tokens = tokens(&lower);
    let (starts, ends) = times(&tokens);
    let days = days(&tokens);
    let by_appointment = ["vereinbarung", "absprache", "auf anfrage", "nach anfrage"]
        .iter()
        .any(|sign| lower.contains(sign))
        || (lower.contains("anmeldung")
            && ["nur ", "nach ", "erforderlich", "nötig", "notwendig"]
                .iter()
                .any(|w| lower.contains(w)));
    Schedule {
        rule: rule(&lower, &tokens, &days),
        starts,
        ends,
        by_appointment,
        names_a_day: !days.is_empty(),
    }
}

/// Reads a time of day on its own: `18:00`, `18.00 Uhr`, `18 Uhr`, `18`, `9h`.
pub fn read_time(text: &str) -> Option<Time> {
    let lower = text.trim().to_lowercase();
    let core = lower.trim_end_matches("uhr").trim_end_matches('h').trim();
    let (hour, minute) = match core.split_once([':', '.']) {
        Some((hour, minute)) => {
            // `18:00:00` is what a spreadsheet makes of a time.
            (hour, minute.split(':').next().unwrap_or_default())
        }
        None => (core, "0"),
    };
    time(hour.trim().parse().ok()?, minute.trim().parse().ok()?)
}

fn time(hour: u8, minute: u8) -> Option<Time> {
    // 24 Uhr is the end of a day.
    let hour = if hour == 24 && minute == 0 { 0 } else { hour };
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}

fn tokens(lower: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = lower;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            let number: u16 = digits.parse().unwrap_or(u16::MAX);
            let minutes = after.strip_prefix([':', '.']).and_then(|after| {
                let minutes = after.get(..2)?;
                let ends = !after[2..].starts_with(|c: char| c.is_ascii_digit());
                (minutes.bytes().all(|b| b.is_ascii_digit()) && ends).then_some(minutes)
            });
            if let (Some(minutes), true) = (minutes, number <= 24) {
                let minute: u8 = minutes.parse().unwrap_or(99);
                // `01.03.` is a date.
                let is_date = after.as_bytes().get(3) == Some(&b'.')
                    && after.starts_with('.')
                    && minute <= 12;
                tokens.push(if is_date || minute > 59 {
                    Token::Number(u16::MAX)
                } else {
                    Token::Clock(number as u8, minute)
                });
                rest = &after[3..];
            } else if let Some(after) = after.strip_prefix('.') {
                tokens.push(Token::Ordinal(u8::try_from(number).unwrap_or(u8::MAX)));
                rest = after;
            } else {
                tokens.push(Token::Number(number));
                rest = after;
            }
        } else if c.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..end]));
            rest = &rest[end..];
        } else {
            if matches!(c, '-' | '–' | '—' | '−') {
                tokens.push(Token::Dash);
            } else if !c.is_whitespace() && c != '.' {
                tokens.push(Token::Mark);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    tokens
}

/// Returns beginning and end; nothing when more than one time or span is named.
fn times(tokens: &[Token<'_>]) -> (Option<Time>, Option<Time>) {
    let is_uhr = |at: usize| matches!(tokens.get(at), Some(Token::Word("uhr" | "h")));
    let joins = |at: usize| matches!(tokens.get(at), Some(Token::Dash | Token::Word("bis")));
    let clock = |at: usize| match tokens.get(at) {
        Some(Token::Clock(hour, minute)) => Some((*hour, *minute)),
        Some(Token::Number(hour)) if *hour <= 24 => Some((*hour as u8, 0)),
        _ => None,
    };
    let mut spans: Vec<(Option<Time>, Option<Time>)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(first) = clock(at) else {
            at += 1;
            continue;
        };
        let is_clock = matches!(tokens[at], Token::Clock(..));
        // `16–18 Uhr`, `18 bis 20 Uhr`, `17 Uhr bis 19 Uhr`
        let after = if is_uhr(at + 1) { at + 2 } else { at + 1 };
        if let (true, Some(second)) = (joins(after), clock(after + 1)) {
            let is_time = is_clock
                || is_uhr(at + 1)
                || is_uhr(after + 2)
                || matches!(tokens.get(after + 1), Some(Token::Clock(..)));
            if is_time {
                spans.push((time(first.0, first.1), time(second.0, second.1)));
                at = after + 2;
                continue;
            }
        }
        if is_clock || is_uhr(at + 1) {
            spans.push((time(first.0, first.1), None));
        }
        at += 1;
    }
    match spans.as_slice() {
        [one] => *one,
        _ => (None, None),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    weekday: Weekday,
    /// Where it stands among the tokens.
    at: usize,
    /// Whether its form means every week: `dienstags`.
    is_weekly: bool,
}

fn days(tokens: &[Token<'_>]) -> Vec<Day> {
    const NAMES: [(&str, &str, Weekday); 7] = [
        ("montag", "mo", Weekday::Monday),
        ("dienstag", "di", Weekday::Tuesday),
        ("mittwoch", "mi", Weekday::Wednesday),
        ("donnerstag", "do", Weekday::Thursday),
        ("freitag", "fr", Weekday::Friday),
        ("samstag", "sa", Weekday::Saturday),
        ("sonntag", "so", Weekday::Sunday),
    ];
    let mut days = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        for (name, short, weekday) in NAMES {
            let rest = word.strip_prefix(name).or_else(|| {
                word.strip_prefix("sonnabend").filter(|_| weekday == Weekday::Saturday)
            });
            // "so" is also a word of its own, so it needs a number or an ordinal beside it.
            let is_short = *word == short
                && (*word != "so"
                    || matches!(tokens.get(at + 1), Some(Token::Number(_) | Token::Clock(..)))
                    || matches!(at.checked_sub(1).map(|i| tokens[i]), Some(Token::Ordinal(_))));
            let evening = ["vormittag", "nachmittag", "abend", "mittag", "morgen"];
            match rest {
                Some("" | "e" | "es") => days.push(Day { weekday, at, is_weekly: false }),
                Some("s") => days.push(Day { weekday, at, is_weekly: true }),
                Some(rest) if evening.iter().any(|part| rest.starts_with(part)) => {
                    days.push(Day { weekday, at, is_weekly: rest.ends_with('s') });
                }
                _ if is_short => days.push(Day { weekday, at, is_weekly: false }),
                _ => {}
            }
        }
    }
    days
}

fn ordinal_of(token: Token<'_>) -> Option<i8> {
    match token {
        Token::Ordinal(n) => Some(i8::try_from(n).unwrap_or(i8::MAX)),
        Token::Word(word) => {
            let stem = word.trim_end_matches(['r', 'n', 'm', 's']).trim_end_matches('e');
            match stem {
                "erst" => Some(1),
                "zweit" => Some(2),
                "dritt" => Some(3),
                "viert" => Some(4),
                "fünft" => Some(5),
                "letzt" => Some(-1),
                _ => None,
            }
        }
        _ => None,
    }
}

fn rule(lower: &str, tokens: &[Token<'_>], days: &[Day]) -> Option<Recurrence> {
    let [day] = days else { return None };
    let has_word = |word: &str| tokens.contains(&Token::Word(word));
    let names_a_month = tokens.iter().any(|token| match token {
        Token::Word(word) => MONTHS.contains(word),
        _ => false,
    });
    if names_a_month || NO_RULE.iter().any(|sign| lower.contains(sign)) {
        return None;
    }
    let ordinals: Vec<(usize, i8)> = tokens
        .iter()
        .enumerate()
        .filter_map(|(at, token)| Some((at, ordinal_of(*token)?)))
        .collect();
    let is_monthly = lower.contains("monat");
    let every_other_month = [
        "alle zwei monate",
        "alle 2 monate",
        "jeden 2. monat",
        "jeden zweiten monat",
        "zweimonatlich",
    ]
    .iter()
    .any(|sign| lower.contains(sign));
    // Every so many weeks or months, and nobody tells which is the first.
    if every_other_month || lower.contains("quartal") || lower.contains("alle ") {
        return None;
    }
    let before_day: Vec<i8> = ordinals.iter().map(|(_, nth)| *nth).collect();
    match before_day.as_slice() {
        [] => {
            let once_a_month = lower.contains("monatlich")
                || lower.contains("mal im monat")
                || lower.contains("x im monat")
                || lower.contains("mal pro monat");
            let every_week = day.is_weekly
                || lower.contains("wöchentlich")
                || lower.contains("jede woche")
                || has_word("jeden")
                || has_word("jeder")
                || has_word("immer")
                || only_day_and_time(tokens, day.at);
            (every_week && !once_a_month).then_some(Recurrence::Weekly { weekday: day.weekday })
        }
        [nth @ (1..=4 | -1)] => {
            let stands_before = ordinals.iter().any(|(at, n)| n == nth && at + 1 == day.at);
            // "jeden 2. Dienstag" without "im Monat" may mean every second week.
            let is_clear = *nth != 2 || is_monthly;
            (stands_before && is_clear && !day.is_weekly)
                .then_some(Recurrence::Monthly { nth: *nth, weekday: day.weekday })
        }
        _ => None,
    }
}

/// `Mi 14:30 - 16:30`, `Dienstag, 18 Uhr`: nothing but a day and a time means every week.
fn only_day_and_time(tokens: &[Token<'_>], day: usize) -> bool {
    let mut has_time = false;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Clock(..) => has_time = true,
            Token::Word("uhr" | "h") => has_time = true,
            Token::Number(n) if *n <= 24 => {}
            Token::Word("von" | "bis" | "ab" | "um" | "am") | Token::Dash | Token::Mark => {}
            Token::Word(_) if at == day => {}
            _ => return false,
        }
    }
    has_time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_staff_become_rules() {
        for (text, rule, starts, ends) in [
            (
                "jeden 1. Montag im Monat, 17:00–19:00 Uhr",
                "FREQ=MONTHLY;BYDAY=1MO",
                "17:00",
                "19:00",
            ),
            (
                "jeden 2. Dienstag im Monat, 17:00–19:00 Uhr",
                "FREQ=MONTHLY;BYDAY=2TU",
                "17:00",
                "19:00",
            ),
            ("jeden 3. Mittwoch im Monat, 16–18 Uhr", "FREQ=MONTHLY;BYDAY=3WE", "16:00", "18:00"),
            (
                "jeden letzten Donnerstag im Monat, 18:30 Uhr",
                "FREQ=MONTHLY;BYDAY=-1TH",
                "18:30",
                "",
            ),
            ("letzter Freitag im Monat 15 Uhr", "FREQ=MONTHLY;BYDAY=-1FR", "15:00", ""),
            ("jeden ersten Samstag im Monat ab 10 Uhr", "FREQ=MONTHLY;BYDAY=1SA", "10:00", ""),
            ("monatlich, 2. Mittwoch, 17 Uhr", "FREQ=MONTHLY;BYDAY=2WE", "17:00", ""),
            ("monatlich am ersten Freitag, 18.00 Uhr", "FREQ=MONTHLY;BYDAY=1FR", "18:00", ""),
            ("jeden 4. Mittwoch von 15 bis 17 Uhr", "FREQ=MONTHLY;BYDAY=4WE", "15:00", "17:00"),
            ("1. Do im Monat 18 Uhr", "FREQ=MONTHLY;BYDAY=1TH", "18:00", ""),
            ("jeden 2. Samstag im Monat, 10:00-12:30", "FREQ=MONTHLY;BYDAY=2SA", "10:00", "12:30"),
            ("wöchentlich dienstags 19:30–21:00 Uhr", "FREQ=WEEKLY;BYDAY=TU", "19:30", "21:00"),
            ("jeden Montag 18 Uhr", "FREQ=WEEKLY;BYDAY=MO", "18:00", ""),
            ("jeden Montag 19.00 Uhr (auch an Feiertagen)", "FREQ=WEEKLY;BYDAY=MO", "19:00", ""),
            ("mittwochs 10–12 Uhr", "FREQ=WEEKLY;BYDAY=WE", "10:00", "12:00"),
            ("Mi 14:30 - 16:30", "FREQ=WEEKLY;BYDAY=WE", "14:30", "16:30"),
            ("dienstags von 9 bis 11 Uhr", "FREQ=WEEKLY;BYDAY=TU", "09:00", "11:00"),
            (
                "freitags 15.00–16.30 Uhr, Anmeldung erwünscht",
                "FREQ=WEEKLY;BYDAY=FR",
                "15:00",
                "16:30",
            ),
            ("sonnabends 16 Uhr", "FREQ=WEEKLY;BYDAY=SA", "16:00", ""),
            // What could mean two things, or has exceptions, is no rule.
            ("alle zwei Monate, 1. Mittwoch, 16:30 Uhr", "", "16:30", ""), // which is the first?
            ("jeden 2. Monat, 1. Mittwoch 17 Uhr", "", "17:00", ""),
            ("1. Donnerstag im Quartal, 17:00 Uhr", "", "17:00", ""),
            ("jeden zweiten Sonntag 15 Uhr", "", "15:00", ""), // every second, or the second?
            ("2. und 4. Donnerstag, 18 bis 20 Uhr", "", "18:00", "20:00"),
            ("1. und 3. Dienstag im Monat, 16:00 Uhr", "", "16:00", ""),
            ("14-tägig donnerstags 18 Uhr", "", "18:00", ""),
            ("14-tägig montags, 17.30 - 19.00 Uhr", "", "17:30", "19:00"),
            ("alle zwei Wochen mittwochs (gerade Kalenderwochen) 19 Uhr", "", "19:00", ""),
            ("ungerade Wochen, Di 18:00", "", "18:00", ""),
            ("Do. 17 Uhr, 14tägig", "", "17:00", ""),
            ("Di, 18–20 Uhr, jede 2. Woche", "", "18:00", "20:00"),
            ("ca. alle 4 Wochen montags 18 Uhr", "", "18:00", ""),
            ("alle 6 Wochen, freitags 17 Uhr", "", "17:00", ""),
            ("Mo und Do 19 Uhr", "", "19:00", ""),
            ("Mo 10 Uhr, Do 19 Uhr", "", "", ""), // which one?
            ("täglich 20 Uhr per Video", "", "20:00", ""),
            ("jeweils am 15. des Monats, 18 Uhr", "", "18:00", ""),
            ("Jan., April, Juli, Okt., letzter Dienstag 16 Uhr", "", "16:00", ""),
            ("jeden 1. Dienstag von März bis November, 14 Uhr", "", "14:00", ""),
            ("jeden 3. Samstag im Monat, 14:00 Uhr, nicht im Juli und August", "", "14:00", ""),
            ("donnerstags 16:15–17:45 Uhr, außer in den Schulferien", "", "16:15", "17:45"),
            ("einmal im Monat, mittwochs um 17 Uhr", "", "17:00", ""),
            ("vierteljährlich samstags, Termin bitte erfragen", "", "", ""),
            ("viermal im Jahr, samstags 14–17 Uhr", "", "14:00", "17:00"),
            ("Montag, 03.03.2026, 18 Uhr", "", "18:00", ""), // one day only
            ("nach Vereinbarung", "", "", ""),
            ("", "", "", ""),
        ] {
            let read = read(text);
            let clock = |time: Option<Time>| {
                time.map_or(String::new(), |t| format!("{:02}:{:02}", t.hour(), t.minute()))
            };
            assert_eq!(read.rule.map_or(String::new(), Recurrence::to_rrule), rule, "{text}");
            assert_eq!(clock(read.starts), starts, "{text}");
            assert_eq!(clock(read.ends), ends, "{text}");
        }
    }

    #[test]
    fn appointments_are_seen() {
        for (text, expected) in [
            ("nach Vereinbarung", true),
            ("monatlich nach Absprache", true),
            ("Termine auf Anfrage", true),
            ("nur nach telefonischer Anmeldung", true),
            ("freitags, Anmeldung erwünscht", false),
            ("montags 18 Uhr", false),
        ] {
            assert_eq!(read(text).by_appointment, expected, "{text}");
        }
    }

    #[test]
    fn times_on_their_own_are_read() {
        for (text, expected) in [
            ("18:00", Some((18, 0))),
            ("18.30 Uhr", Some((18, 30))),
            ("9 Uhr", Some((9, 0))),
            ("9", Some((9, 0))),
            ("18:00:00", Some((18, 0))),
            ("25:00", None),
            ("abends", None),
        ] {
            let time = read_time(text).map(|t| (t.hour(), t.minute()));
            assert_eq!(time, expected, "{text}");
        }
    }
}
