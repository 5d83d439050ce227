//! How leads come in and what becomes of them.

use super::*;
use crate::sales::{lead::report as hand_offs, routing, speed};

#[test]
fn leads_were_answered_soon_late_and_never() {
    let house = House::with_team();
    house.load().expect("sample data");
    let report = |days: i64| {
        house
            .work(move |work| {
                let today = work.now.date_naive();
                let asked = speed::Asked {
                    from: Some(today - TimeDelta::days(days)),
                    ..speed::Asked::default()
                };
                speed::report(work, asked)
            })
            .expect("a report")
    };
    let year = report(700).business;
    let met: Vec<usize> = year.within.iter().map(|within| within.met).collect();
    assert!(year.n > 100 && year.answered < year.n, "{year:?}");
    assert!(
        met[0] >= 10 && met[1] > met[0] + 5 && met[2] > met[1] + 5,
        "{met:?}"
    );
    assert!(met[2] + 10 < year.answered, "some too late: {year:?}");
    let month = report(60).business;
    assert!(month.n >= 14 && month.answered < month.n, "{month:?}");
    assert!(
        month.within[0].met > 0 && month.within[2].met < month.within[2].n,
        "{month:?}"
    );
    assert!(
        month.median < Some(3_600) && month.answered >= 10,
        "{month:?}"
    );
    // Nobody is alarmed of what is made up.
    assert_eq!(
        house.number("SELECT count(*) FROM jobs WHERE kind = 'leads.clock'"),
        0
    );
    assert!(house.number("SELECT count(DISTINCT return_reason) FROM lead_hand_offs") >= 3);
    let handed = house
        .work(|work| hand_offs::of_period(work, (work.now - TimeDelta::days(90), work.now)))
        .expect("a report");
    assert!(
        handed.accepted >= 3 && handed.returned >= 3 && handed.waiting >= 1,
        "{handed:?}"
    );
    assert!(handed.median_seconds < handed.p90_seconds, "{handed:?}");
}

#[test]
fn leads_are_asked_and_agree_and_book() {
    let house = House::with_team();
    house.load().expect("sample data");
    let qualified = "SELECT count(*) FROM leads WHERE status = 'qualified'";
    // Each qualified lead has all that must be ticked off by hand.
    let ticked = "SELECT count(*) FROM (SELECT c.lead_id FROM lead_checks c JOIN leads l ON l.id = c.lead_id \
        WHERE l.status = 'qualified' GROUP BY c.lead_id HAVING count(*) >= 3)";
    assert!(house.number(qualified) > 0);
    assert_eq!(house.number(ticked), house.number(qualified));
    assert_eq!(house.number("SELECT count(*) FROM consent_purposes"), 2);
    assert!(
        house.number("SELECT count(*) FROM consents WHERE state = 'given' AND proof IS NOT NULL")
            >= 25
    );
    assert!(house.number("SELECT count(*) FROM consents WHERE state = 'withdrawn'") >= 3);
    assert!(house.number("SELECT count(*) FROM lead_consents") >= 8);
    // What was sent is of the leads that it made.
    let taken = "SELECT count(*) FROM form_submissions s JOIN leads l ON l.id = s.lead_id AND l.created_at = s.received_at";
    assert!(house.number(taken) >= 6);
    assert_eq!(
        house.number("SELECT count(*) FROM form_submissions WHERE state = 'held'"),
        1
    );
    let talks = "SELECT count(*) FROM bookings b JOIN activities a ON a.id = b.activity_id AND a.due_at = b.start_at \
        JOIN leads l ON l.id = b.lead_id AND l.created_at <= b.created_at WHERE b.created_at <= b.start_at";
    assert_eq!(house.number(talks), 9);
    assert!(house.number("SELECT count(DISTINCT user_id) FROM booking_hosts") >= 3);
    assert_eq!(
        house.number("SELECT count(*) FROM bookings WHERE state = 'cancelled'"),
        2
    );

    house.work(remove).expect("removal");
    for table in [
        "SELECT count(*) FROM lead_checklists",
        "SELECT count(*) FROM lead_checks",
        "SELECT count(*) FROM consent_purposes",
        "SELECT count(*) FROM consents",
        "SELECT count(*) FROM lead_consents",
        "SELECT count(*) FROM form_submissions",
        "SELECT count(*) FROM forms",
        "SELECT count(*) FROM bookings",
        "SELECT count(*) FROM booking_hosts",
        "SELECT count(*) FROM booking_pages",
        "SELECT count(*) FROM routing_rules",
        "SELECT count(*) FROM work_profiles",
    ] {
        assert_eq!(house.number(table), 0, "{table}");
    }
}

#[test]
fn what_others_agreed_to_keeps_its_purpose() {
    let house = House::new();
    house.load().expect("sample data");
    let own = |work: &mut Work<'_>| {
        let person = work.create(&contact::OBJECT, document([("full_name", json!("Rudi"))]))?;
        let id = crate::records::member_id(&person, "id").unwrap_or_default();
        let purpose = crate::people::consent::list(work)?.remove(0);
        let note = crate::people::consent::NewNote {
            purpose_id: Some(purpose.id),
            state: "given".into(),
            ..Default::default()
        };
        crate::people::consent::note(work, crate::people::consent::CONTACT, id, &note)
    };
    house.work(own).expect("an own consent");
    house.work(remove).expect("removal");
    assert_eq!(house.number("SELECT count(*) FROM consent_purposes"), 1);
    assert!(house.number("SELECT count(*) FROM consents") > 0);
}

#[test]
fn rules_know_everybody_and_what_they_can() {
    let house = House::with_team();
    house.load().expect("sample data");
    let rules = house.work(routing::list).expect("rules");
    assert!(
        rules.iter().all(|rule| rule.user_ids.len() == 3),
        "{rules:?}"
    );
    assert!(rules.iter().any(|rule| rule.needs.territory));
    assert!(rules.iter().any(|rule| rule.needs.language));
    assert!(rules.iter().any(|rule| !rule.needs.skills.is_empty()));
    let profiles = house.work(routing::profiles).expect("profiles");
    assert!(profiles.iter().any(|one| one.profile.max_open.is_some()));
    for rule in &rules {
        for skill in &rule.needs.skills {
            assert!(
                profiles
                    .iter()
                    .any(|one| one.profile.skills.contains(skill))
            );
        }
    }
}
