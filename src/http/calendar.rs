//! A group's meetings as iCalendar text (RFC 5545).
//!
//! In: the public record, which holds the published place only. Out: one recurring event with the
//! zone of the meetings, lines folded at 75 octets and ended by CRLF.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::site::Site;
use crate::domain::Recurrence;

/// Longest line in octets, without its end.
const MAX_LINE_OCTETS: usize = 75;

/// The rules of Central European time since 1996.
const ZONE: [&str; 17] = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Berlin",
    "BEGIN:DAYLIGHT",
    "DTSTART:19960331T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// Returns the calendar of a group; `None` without a rule whose next day is known.
pub fn of_group(site: &Site, as_of: &str, record: &Value) -> Option<String> {
    let meeting = &record["meeting"];
    let rrule = meeting["rrule"].as_str()?;
    let first_day = first_day(meeting, Recurrence::parse(rrule)?, as_of.parse().ok()?)?;
    let id = record["id"].as_str()?;
    let stamp = record["updated_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok())?;
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();

    let mut calendar = Lines::default();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Wegweiser//Selbsthilfegruppen//DE"] {
        calendar.push(line);
    }
    calendar.push("CALSCALE:GREGORIAN");
    calendar.push("METHOD:PUBLISH");
    let starts = clock(&meeting["starts"]);
    if starts.is_some() {
        for line in ZONE {
            calendar.push(line);
        }
    }
    calendar.push("BEGIN:VEVENT");
    calendar.push(&format!("UID:urn:uuid:{id}"));
    calendar.push(&format!("DTSTAMP:{stamp}"));
    calendar.push(&format!("LAST-MODIFIED:{stamp}"));
    let day = first_day.strftime("%Y%m%d");
    match starts {
        Some(starts) => {
            calendar.push(&format!("DTSTART;TZID=Europe/Berlin:{day}T{starts}00"));
            if let Some(ends) = clock(&meeting["ends"]).filter(|ends| *ends > starts) {
                calendar.push(&format!("DTEND;TZID=Europe/Berlin:{day}T{ends}00"));
            }
        }
        None => calendar.push(&format!("DTSTART;VALUE=DATE:{day}")),
    }
    calendar.push(&format!("RRULE:{rrule}"));
    calendar.text("SUMMARY", record["name"].as_str());
    calendar.text("LOCATION", location(&record["venue"]).as_deref());
    calendar.text("DESCRIPTION", description(record).as_deref());
    calendar.push(&format!("URL:{}", site.page_url(id)));
    if record["status"] == "paused" {
        calendar.push("STATUS:TENTATIVE");
    }
    calendar.push("END:VEVENT");
    calendar.push("END:VCALENDAR");
    Some(calendar.0)
}

/// Returns the day of the next meeting in local time.
fn first_day(meeting: &Value, rule: Recurrence, as_of: Date) -> Option<Date> {
    let next_at = meeting["next_at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
    match next_at {
        Some(next_at) => {
            let zone = TimeZone::get(meeting["timezone"].as_str()?).ok()?;
            Some(next_at.to_zoned(zone).date())
        }
        None => rule.next_day(as_of),
    }
}

/// Returns `18:00` as `1800`.
fn clock(time: &Value) -> Option<String> {
    time.as_str().map(|time| time.replace(':', "")).filter(|time| time.len() == 4)
}

fn location(venue: &Value) -> Option<String> {
    let town = [&venue["postcode"], &venue["town"]];
    let town: Vec<&str> = town.iter().filter_map(|part| part.as_str()).collect();
    let town = town.join(" ");
    let parts = [venue["name"].as_str(), venue["street"].as_str(), Some(town.as_str())];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn description(record: &Value) -> Option<String> {
    let contact_point = &record["contact_point"];
    let contact: Vec<&str> =
        ["name", "phone", "email"].iter().filter_map(|name| contact_point[name].as_str()).collect();
    let contact = contact.join(", ");
    let parts = [record["meeting"]["text"].as_str(), Some(contact.as_str())];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// Content lines.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Adds a line, folded; control characters have no place in one.
    fn push(&mut self, line: &str) {
        let mut room = MAX_LINE_OCTETS;
        for c in line.chars().filter(|c| !c.is_control()) {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = MAX_LINE_OCTETS - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Adds a property of type TEXT, escaped.
    fn text(&mut self, name: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let mut escaped = String::with_capacity(value.len() + 16);
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                _ => escaped.push(c),
            }
        }
        self.push(&format!("{name}:{escaped}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", Some(&"Müdigkeit; Erschöpfung, Ängste\r\nBEGIN:VEVENT ".repeat(5)));
        for line in lines.0.split_terminator("\r\n") {
            assert!(line.len() <= MAX_LINE_OCTETS, "{line}");
        }
        let unfolded = lines.0.replace("\r\n ", "");
        assert_eq!(unfolded.matches("\r\n").count(), 1);
        assert!(unfolded.contains("Müdigkeit\\; Erschöpfung\\, Ängste\\nBEGIN"));
    }
}
