use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

#[test]
fn numbers_of_three_languages() {
    for (text, mantissa, scale) in [
        ("1234", 1234, 0),
        ("1.234,56", 123_456, 2),
        ("1,234.56", 123_456, 2),
        ("1.234.567", 1_234_567, 0),
        ("1,234,567", 1_234_567, 0),
        ("12,5", 125, 1),
        ("12.50", 1250, 2),
        ("0.125", 125, 3),
        (".5", 5, 1),
        ("๑,๒๓๔.๕๐", 123_450, 2),
        ("Rp 1.500.000,-", 1_500_000, 0),
        ("Rp1.500.000,00", 150_000_000, 2),
        ("IDR 2.000", 2_000, 0),
        ("฿1,500.75", 150_075, 2),
        ("1,500 บาท", 1_500, 0),
        ("US$ 99", 99, 0),
        ("99 USD", 99, 0),
        ("-1.234,5", -12_345, 1),
        ("- 5", -5, 0),
        ("−5", -5, 0),
        ("$-5", -5, 0),
        ("(1,200)", -1_200, 0),
        ("1 234 567,8", 12_345_678, 1),
        ("1'234.5", 12_345, 1),
    ] {
        assert_eq!(
            parse_number(text, None),
            Some(Decimal { mantissa, scale }),
            "{text}"
        );
    }
    for text in [
        "",
        "abc",
        "1.23.456",
        "1,2,3",
        "12a",
        "--5",
        "1.234,567.8",
        "1e5",
        "99999999999999999999",
        "-",
        "rp",
    ] {
        assert_eq!(parse_number(text, None), None, "{text}");
    }
}

#[test]
fn the_mark_settles_what_can_be_read_twice() {
    let read = |text, mark| parse_number(text, mark).and_then(|number| number.minor_units(3));
    assert_eq!(read("1.234", None), Some(1_234_000));
    assert_eq!(read("1.234", Some(DecimalMark::Comma)), Some(1_234_000));
    assert_eq!(read("1.234", Some(DecimalMark::Point)), Some(1_234));
    assert_eq!(read("1,234", Some(DecimalMark::Comma)), Some(1_234));
    assert_eq!(
        detect_decimal_mark(["1.234", "5,5"]),
        Some(DecimalMark::Comma)
    );
    assert_eq!(
        detect_decimal_mark(["1,234", "1,234.5", ""]),
        Some(DecimalMark::Point)
    );
    assert_eq!(detect_decimal_mark(["1.000.000"]), Some(DecimalMark::Comma));
    assert_eq!(detect_decimal_mark(["1.234", "99", "x"]), None);
}

#[test]
fn amounts_lose_nothing() {
    let number = Decimal {
        mantissa: 12_345,
        scale: 2,
    };
    assert_eq!(
        (
            number.minor_units(2),
            number.minor_units(3),
            number.minor_units(1)
        ),
        (Some(12_345), Some(123_450), None)
    );
    assert_eq!(
        (
            number.whole(),
            Decimal {
                mantissa: 500,
                scale: 2
            }
            .whole()
        ),
        (None, Some(5))
    );
    assert_eq!(
        Decimal {
            mantissa: i64::MAX,
            scale: 0
        }
        .minor_units(2),
        None
    );
}

#[test]
fn dates_of_three_languages() {
    for (text, order, expected) in [
        ("2026-08-09", DateOrder::Mdy, "2026-08-09"),
        ("20260809", DateOrder::Dmy, "2026-08-09"),
        ("2026/8/9", DateOrder::Dmy, "2026-08-09"),
        ("2569-08-09", DateOrder::Dmy, "2026-08-09"),
        ("9/8/2026", DateOrder::Dmy, "2026-08-09"),
        ("8/9/2026", DateOrder::Mdy, "2026-08-09"),
        ("09.08.26", DateOrder::Dmy, "2026-08-09"),
        ("26-08-09", DateOrder::Ymd, "2026-08-09"),
        ("9/8/2569", DateOrder::Dmy, "2026-08-09"),
        ("๙/๘/๒๕๖๙", DateOrder::Dmy, "2026-08-09"),
        ("29/2/2567", DateOrder::Dmy, "2024-02-29"),
        ("12/05/70", DateOrder::Dmy, "1970-05-12"),
        ("9 ส.ค. 2569", DateOrder::Mdy, "2026-08-09"),
        ("9 ส.ค. 69", DateOrder::Mdy, "2026-08-09"),
        ("๙ สิงหาคม พ.ศ. ๒๕๖๙", DateOrder::Dmy, "2026-08-09"),
        ("วันอาทิตย์ที่ 9 สิงหาคม 2569", DateOrder::Dmy, "2026-08-09"),
        ("9ส.ค.2569", DateOrder::Dmy, "2026-08-09"),
        ("14 ก.พ. 2027", DateOrder::Dmy, "2027-02-14"),
        ("12 Agustus 2026", DateOrder::Mdy, "2026-08-12"),
        ("Rabu, 12 Agt 2026", DateOrder::Dmy, "2026-08-12"),
        ("Jum'at 1 Mei 2026", DateOrder::Dmy, "2026-05-01"),
        ("17-Des-2026", DateOrder::Dmy, "2026-12-17"),
        ("August 12, 2026", DateOrder::Dmy, "2026-08-12"),
        ("12th of Aug. 2026", DateOrder::Dmy, "2026-08-12"),
        ("2026 Aug 12", DateOrder::Dmy, "2026-08-12"),
        ("12-Aug-26", DateOrder::Mdy, "2026-08-12"),
        ("2026-08-09 00:00:00", DateOrder::Dmy, "2026-08-09"),
        ("2026-08-09T23:30:00+07:00", DateOrder::Dmy, "2026-08-09"),
    ] {
        let day = parse_date(text, order).map(|day| day.to_string());
        assert_eq!(day.as_deref(), Some(expected), "{text}");
    }
    for text in [
        "",
        "soon",
        "31/2/2026",
        "9/13/2026",
        "1/2",
        "1/2/3/4",
        "2026",
        "9 Foo 2026",
        "9 Aug Sep 2026",
        "9/8/126",
        "29/2/2569",
        "0/8/2026",
        "9/8/2026 25:00",
        "2026-08-09 9:99",
    ] {
        assert_eq!(parse_date(text, DateOrder::Dmy), None, "{text}");
    }
}

#[test]
fn times_follow_dates() {
    for (text, expected) in [
        ("9/8/2026 14:30", "2026-08-09 14:30:00"),
        ("9/8/2026 2:30 PM", "2026-08-09 14:30:00"),
        ("9/8/2026 12:05am", "2026-08-09 00:05:00"),
        ("9 Agustus 2026 pukul 14.30", "2026-08-09 14:30:00"),
        ("9 ส.ค. 2569 14:30 น.", "2026-08-09 14:30:00"),
        ("2026-08-09T14:30:15", "2026-08-09 14:30:15"),
        ("2026-08-09 14:30:15.250", "2026-08-09 14:30:15"),
        ("9.8.2026", "2026-08-09 00:00:00"),
    ] {
        let time =
            parse_date_time(text, DateOrder::Dmy).map(|time| time.format("%F %T").to_string());
        assert_eq!(time.as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn columns_show_their_order() {
    assert_eq!(
        detect_date_order(["1/2/2026", "13/2/2026", ""]),
        Some(DateOrder::Dmy)
    );
    assert_eq!(
        detect_date_order(["1/2/2026", "2/13/2026 10:00"]),
        Some(DateOrder::Mdy)
    );
    assert_eq!(detect_date_order(["2026-01-02"]), Some(DateOrder::Ymd));
    assert_eq!(detect_date_order(["1/2/2026", "3 Mei 2026"]), None);
    assert_eq!(
        detect_date_order(["13/2/2026", "14/2/2026", "2/15/2026"]),
        Some(DateOrder::Dmy)
    );
}

#[test]
fn headers_choose_languages() {
    assert_eq!(
        Language::accepted("th-TH,th;q=0.9,en;q=0.8"),
        Some(Language::Th)
    );
    assert_eq!(
        Language::accepted("fr, id;q=0.5, en;q=0.7"),
        Some(Language::En)
    );
    assert_eq!(Language::accepted("fr;q=0.9"), None);
    assert_eq!(Language::accepted("en;q=0, id;q=0.1"), Some(Language::Id));
    assert_eq!(Language::from_tag("in_ID"), Some(Language::Id));
}

proptest! {
    #[test]
    fn any_day_survives_any_order(days in 0i64..90_000, order in 0usize..3) {
        let day = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a valid day") + chrono::Duration::days(days);
        let (order, form) =
            [(DateOrder::Dmy, "%-d/%-m/%Y"), (DateOrder::Mdy, "%m-%d-%Y"), (DateOrder::Ymd, "%Y.%m.%d")][order];
        prop_assert_eq!(parse_date(&day.format(form).to_string(), order), Some(day));
    }

    #[test]
    fn reading_is_total(text in "\\PC{0,30}|[0-9./: apmสค,-]{0,24}") {
        let _ = parse_date_time(&text, DateOrder::Dmy);
        let _ = parse_number(&text, None);
        let _ = detect_date_order([text.as_str()]);
        let _ = detect_decimal_mark([text.as_str()]);
    }

    #[test]
    fn whole_numbers_survive_grouping(number in -1_000_000_000_000i64..1_000_000_000_000, comma: bool) {
        let digits = number.unsigned_abs().to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(if comma { ',' } else { '.' });
            }
            grouped.push(digit);
        }
        let sign = if number < 0 { "-" } else { "" };
        let read = parse_number(&format!("{sign}{grouped}"), None).and_then(Decimal::whole);
        prop_assert_eq!(read, Some(number));
    }
}

#[test]
fn texts_come_with_their_values() {
    let params = [("max", "20".to_owned())].into();
    let said = |language| format(language, "fault.too_long", &params);
    assert_eq!(
        said(Language::En).as_deref(),
        Some("Is too long: at most 20 characters.")
    );
    assert_eq!(
        said(Language::Id).as_deref(),
        Some("Terlalu panjang: paling banyak 20 karakter.")
    );
    assert_eq!(text(Language::Th, "object.deal.one"), Some("ดีล"));
    assert_eq!(text(Language::En, "fault.no_such_code"), None);
    assert_eq!(
        field_label(Language::Id, "contact", "owner_id"),
        Some("Penanggung jawab")
    );
    assert_eq!(
        choice_label(Language::Th, "company", "lifecycle_stage", "customer"),
        Some("ลูกค้า")
    );
}
