//! Meetings go into a calendar, where their rule is known.

use crate::support::{TestApp, group};
use wegweiser::domain::{Meeting, Recurrence};

#[actix_web::test]
async fn a_monthly_meeting_becomes_an_event() {
    let app = TestApp::start().await;

    let answer = app.get(&format!("/v1/groups/{}/calendar.ics", app.groups[0].id)).await;

    assert_eq!(answer.field("content-type"), "text/calendar; charset=utf-8");
    let text = answer.text();
    let unfolded = text.replace("\r\n ", "");
    for line in [
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "DTSTART;TZID=Europe/Berlin:20261110T180000",
        "DTEND;TZID=Europe/Berlin:20261110T200000",
        "RRULE:FREQ=MONTHLY;BYDAY=2TU",
        "SUMMARY:Lichtblick",
        "LOCATION:Haus der Begegnung\\, Beispielweg 1\\, 07743 Jena",
        "END:VCALENDAR",
    ] {
        assert!(unfolded.lines().any(|found| found == line), "no {line} in\n{text}");
    }
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[actix_web::test]
async fn a_group_without_a_rule_has_no_calendar() {
    let app = TestApp::start().await;

    let answer = app.get(&format!("/v1/groups/{}/calendar.ics", app.groups[2].id)).await;

    assert_eq!(answer.status, 404);
    answer.is_problem("not_found");
}

/// Where a rule is shown there is a calendar; of "every two months" nobody tells the first one.
#[actix_web::test]
async fn a_rule_without_a_first_day_is_not_shown() {
    assert_eq!(Recurrence::parse("FREQ=MONTHLY;INTERVAL=2;BYDAY=1WE"), None);
    let mut groups = Vec::new();
    for (at, rule) in
        ["FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=2TH,4TH", "FREQ=MONTHLY;BYDAY=-1SU"]
            .into_iter()
            .enumerate()
    {
        let mut group = group("ikos-jena", &at.to_string(), &format!("Gruppe {at}"), &["Angst"]);
        group.meeting = Meeting { rule: Recurrence::parse(rule), ..Meeting::default() };
        groups.push(group);
    }
    let app = TestApp::with(groups, |_| {}).await;

    for group in &app.groups {
        let shown = app.get(&format!("/v1/groups/{}", group.id)).await.json();
        assert!(shown["meeting"]["rrule"].is_string(), "{shown}");
        let calendar = app.get(&format!("/v1/groups/{}/calendar.ics", group.id)).await;
        assert_eq!(calendar.status, 200, "{}", calendar.text());
    }
}

/// Text of a group cannot begin a line of its own.
#[actix_web::test]
async fn a_name_cannot_smuggle_lines_into_a_calendar() {
    let mut group = group("ikos-jena", "x", "A\r\nATTACH:http://bad.example", &["Angst"]);
    group.meeting =
        Meeting { rule: Recurrence::parse("FREQ=WEEKLY;BYDAY=TU"), ..Meeting::default() };
    let app = TestApp::with(vec![group], |_| {}).await;

    let text = app.get(&format!("/v1/groups/{}/calendar.ics", app.groups[0].id)).await.text();

    assert!(!text.lines().any(|line| line.starts_with("ATTACH")), "{text}");
    assert!(text.contains("DTSTART;VALUE=DATE:20261103"), "{text}");
}
