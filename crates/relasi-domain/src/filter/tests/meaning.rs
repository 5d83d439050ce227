use super::*;

#[test]
fn keyed_text_overlooks_case_and_order_of_thai_vowels() {
    for text in [
        "city = bandung",
        "city in (Jakarta, Bandung)",
        "full_name ~ RAHMA",
        "full_name ~ \"รงแรม\"",
        "full_name ^= \"siti r\"",
        "city < c and city >= bandung and city <= bandung and not city > bandung",
    ] {
        assert!(takes(text), "{text}");
    }
    assert!(!takes("full_name ^= rahma"));
    assert!(!takes("city != BANDUNG"));
    assert!(!takes("city not in (Jakarta, bandung)"));
}

#[test]
fn other_text_minds_case() {
    assert!(takes("source = Fair") && !takes("source = fair"));
    assert!(takes("nickname ~ Sit") && !takes("nickname ~ sit"));
    assert!(takes("description ~ Kopi") && !takes("description ~ kopi"));
}

#[test]
fn comparing_with_nothing_is_false_and_not_is_plain() {
    for text in [
        "job_title = x",
        "job_title != x",
        "job_title not in (x)",
        "job_title < x",
        "job_title ~ x",
    ] {
        assert!(!takes(text), "{text}");
        assert!(takes(&format!("not {text}")), "{text}");
    }
    assert!(takes("job_title is empty") && !takes("job_title is not empty"));
    assert!(takes("next_step_at is empty") && takes("province is empty"));
}

#[test]
fn several_values_compare_one_by_one() {
    assert!(takes("emails has SITI@kopi.example") && takes("emails ~ kopi.ex"));
    assert!(!takes("emails has kopi.example"));
    assert!(
        takes("phones has \"+62 812 3456 7890\"")
            && takes("phones ~ 34567")
            && !takes("phones ~ 99")
    );
    assert!(takes(&format!("tags has {TAG}")) && !takes(&format!("tags has {ME}")));
    assert!(takes("emails is not empty"));
    let nobody = document(json!({"emails": []}));
    assert!(takes_with("emails is empty and tags is empty", &nobody));
}

#[test]
fn references_lead_to_other_records() {
    assert!(takes(
        "company.industry = retail and company.employees > 10"
    ));
    assert!(takes(
        "company.parent.name = teh and company.parent.parent_id is empty"
    ));
    assert!(!takes("company.parent.name = kopi"));
    let alone = document(json!({"company_id": ME}));
    assert!(takes_with(
        "company.name is empty and not company.name = x",
        &alone
    ));
    assert!(!takes_with("company.name != x", &alone));
}

#[test]
fn days_begin_in_the_zone() {
    // Created on the 22nd at midnight in Jakarta.
    for text in [
        "created_at = today",
        "created_at >= today and created_at <= today and created_at < tomorrow and created_at > yesterday",
        "created_at = 2026-11-22",
        "created_at != yesterday",
        "created_at in (yesterday, today)",
        "created_at < now and created_at >= now-31m and not created_at > now-30m",
        "created_at = this_week and created_at = this_month and created_at = this_year",
        "created_at > this_quarter-3mo",
        "created_at = today+0h",
        "created_at >= 2026-11-21T17:00:00Z",
        "created_at = this_week+0d",
    ] {
        assert!(takes(text), "{text}");
    }
    for text in [
        "created_at > today",
        "created_at < today",
        "created_at = yesterday",
        "created_at = this_week+1w",
        "created_at = this_month-1mo",
        "created_at not in (2026-11-22)",
    ] {
        assert!(!takes(text), "{text}");
    }
}

#[test]
fn spans_of_days_on_dates() {
    for (text, from, until) in [
        ("today", "2026-11-22", "2026-11-23"),
        ("today-30d", "2026-10-23", "2026-10-24"),
        ("this_week", "2026-11-16", "2026-11-23"),
        ("this_week-1w", "2026-11-09", "2026-11-16"),
        ("this_month-9mo", "2026-02-01", "2026-03-01"),
        ("this_quarter", "2026-10-01", "2027-01-01"),
        ("this_quarter-3mo", "2026-07-01", "2026-10-01"),
        ("this_year+1y", "2027-01-01", "2028-01-01"),
        ("tomorrow+2w", "2026-12-07", "2026-12-08"),
        ("today+9999y", "9999-12-31", "9999-12-31"),
        ("today-9999y", "0001-01-01", "0001-01-02"),
    ] {
        let span = Relative::parse(text).expect(text).span(&context());
        let day = |text: &str| text.parse::<NaiveDate>().expect("a valid day");
        assert_eq!(span, relative::Span::Days(day(from), day(until)), "{text}");
    }
    assert!(takes(
        "birth_date < today-18y and birth_date >= 1990-02-28 and birth_date <= 1990-02-28"
    ));
    assert!(takes("birth_date = 1990-02-28 and birth_date != today"));
}

#[test]
fn days_without_midnight_begin_later() {
    let zone = Tz::America__Sao_Paulo;
    let day = NaiveDate::from_ymd_opt(2018, 11, 4).expect("a valid day");
    assert_eq!(
        relative::start_of_day(zone, day),
        instant("2018-11-04T03:00:00Z")
    );
    let skipped = NaiveDate::from_ymd_opt(2011, 12, 30).expect("a valid day");
    assert_eq!(
        relative::start_of_day(Tz::Pacific__Apia, skipped),
        instant("2011-12-30T10:00:00Z")
    );
}

#[test]
fn me_is_who_asks() {
    assert!(takes("owner_id = me and owner_id in (me)") && !takes("owner_id != me"));
    // Has no team, so no record is the team's.
    let teamed = document(json!({"team_id": ME}));
    assert!(!takes_with("team_id = my_team", &teamed) && takes_with("team_id != my_team", &teamed));
}

#[test]
fn nothing_takes_everything() {
    assert!(takes("") && Filter::default().resolve(&context()).is_always());
}
