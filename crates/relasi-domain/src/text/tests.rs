use proptest::prelude::*;

use super::*;

#[test]
fn thai_digits_count() {
    assert_eq!(digits("โทร ๐๘๑-234 x"), "081234");
}

#[test]
fn keys_fold_case_width_and_invisible_marks() {
    assert_eq!(sort_key("  Straße\u{200b}  12 "), "strasse 12");
    assert_eq!(sort_key("STRASSE ๑๒"), "strasse 12");
    assert_eq!(sort_key("ＡＢＣ"), "abc");
    assert_eq!(sort_key("Café"), sort_key("cafe\u{301}"));
    assert_eq!(sort_key("ΟΔΟΣ"), sort_key("οδος"));
    assert_eq!(sort_key("a\u{0}\tb\nc"), "a b c");
}

#[test]
fn thai_spellings_meet() {
    assert_eq!(search_text("เเม่"), search_text("แม่"));
    assert_eq!(search_text("นํ้า"), search_text("น้ำ"));
    assert_eq!(search_text("น้ํา"), search_text("น้ำ"));
}

#[test]
fn thai_sorts_by_consonant() {
    let mut names = ["ไก่", "ขวด", "กา", "เกม", "แก้ว", "โรงแรม", "มานี"];
    names.sort_by_key(|name| sort_key(name));
    assert_eq!(names, ["กา", "เกม", "แก้ว", "ไก่", "ขวด", "มานี", "โรงแรม"]);
}

#[test]
fn fragments_of_thai_are_found_wherever_they_begin() {
    let key = sort_key("โรงแรมสยาม");
    let found = |needle: &str| {
        key_fragments(needle)
            .iter()
            .any(|piece| key.contains(piece.as_str()))
    };
    for needle in ["โรง", "รง", "งแ", "แรม", "รมส", "สยาม", "โ", "โรงแ"]
    {
        assert!(found(needle), "{needle}");
    }
    for needle in ["โรม", "แยาม", "ไ"] {
        assert!(!found(needle), "{needle}");
    }
    let starts = |needle: &str| {
        key_prefixes(needle)
            .iter()
            .any(|piece| key.starts_with(piece.as_str()))
    };
    assert!(
        starts("โ")
            && starts("โร")
            && starts("โรงแ")
            && starts("ร")
            && !starts("รง")
            && !starts("แ")
    );
}

#[test]
fn national_and_international_numbers_are_equal() {
    for (a, b) in [
        ("0812-3456-7890", "+62 812 3456 7890"),
        ("0812-3456-7890", "6281234567890"),
        ("0812-3456-7890", "0062 812 34567890"),
        ("0812-3456-7890", "+62 (0) 812 3456 7890"),
        ("081-234-5678", "+66 81 234 5678"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "66812345678"),
        ("02-123-4567", "+66 2 123 4567"),
        ("(415) 555-2671", "+1 415 555 2671"),
        ("021 345 6789 ext 12", "(+62) 21 345 6789"),
        ("06 1234 5678", "+39 06 1234 5678"),
    ] {
        assert_eq!(phone_key(a), phone_key(b), "{a} {b}");
    }
    assert_ne!(phone_key("0812-3456-7890"), phone_key("0813-3456-7890"));
    assert_eq!(phone_key("112"), "112");
    assert_eq!(phone_key("000"), "000");
    assert_eq!(phone_key("no number"), "");
}

#[test]
fn addresses_fold() {
    assert_eq!(
        email_key(" Siti.Rahma@Kopi.Example "),
        "siti.rahma@kopi.example"
    );
}

#[test]
fn initials_take_the_outer_words() {
    assert_eq!(initials("Siti Nur Rahma"), "SR");
    assert_eq!(initials("budi"), "B");
    assert_eq!(initials("เอก ไพศาล"), "อพ");
    assert_eq!(initials("  "), "");
}

#[test]
fn days_are_written_in_one_way() {
    let day = |text| iso_day(text).map(|day| day.to_string());
    for good in ["2026-11-22", "2024-02-29", "0001-01-01"] {
        assert_eq!(day(good).as_deref(), Some(good));
    }
    for bad in [
        "2026-02-29",
        "2026-13-01",
        "2026-1-001",
        "20261-1-01",
        "2026-11-2",
        "2026/11/22",
        "+026-11-22",
        "----------",
        "2026-11-22 ",
    ] {
        assert_eq!(day(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn search_text_is_idempotent(text in "\\PC{0,40}") {
        let once = search_text(&text);
        prop_assert_eq!(search_text(&once), once);
    }

    #[test]
    fn search_text_of_any_text_is_clean(text in any::<String>()) {
        let key = search_text(&text);
        prop_assert_eq!(search_text(&key), key.clone());
        prop_assert!(key.trim() == key && !key.contains("  ") && !key.chars().any(char::is_control));
    }

    #[test]
    fn the_short_way_leads_to_the_same(text in "[ก-๛A-z0-9 \t]{0,20}|[กAเำํุ่๑\u{1}]{0,12}") {
        prop_assert_eq!(search_text(&text), round(&round(&text)));
    }

    #[test]
    fn sort_key_keeps_the_characters(text in "[ก-๙a-z ]{0,30}") {
        let sorted = |text: &str| { let mut all: Vec<char> = text.chars().collect(); all.sort_unstable(); all };
        prop_assert_eq!(sorted(&sort_key(&text)), sorted(&search_text(&text)));
    }

    #[test]
    fn each_fragment_is_found(text in "([แเโไ]?[กรงม][าิ่]?|[a-c]){1,8}", from in 0usize..12, length in 1usize..6) {
        let plain = search_text(&text);
        let needle: String = plain.chars().skip(from).take(length).collect();
        // A cut through a doubled or composed sign would make another text of the needle.
        if needle.is_empty() || search_text(&needle) != needle {
            return Ok(());
        }
        let key = sort_key(&plain);
        prop_assert!(key_fragments(&needle).iter().any(|piece| key.contains(piece.as_str())), "{} {}", plain, needle);
        if from == 0 {
            prop_assert!(key_prefixes(&needle).iter().any(|piece| key.starts_with(piece.as_str())), "{} {}", plain, needle);
        }
    }

    #[test]
    fn keys_of_numbers_are_stable(text in "[+0-9 ()-]{0,20}") {
        let key = phone_key(&text);
        prop_assert!(key.bytes().all(|b| b.is_ascii_digit()));
        prop_assert!(digits(&text).ends_with(&key));
    }

    #[test]
    fn addresses_are_idempotent(text in "\\PC{0,30}") {
        let once = email_key(&text);
        prop_assert_eq!(email_key(&once), once);
    }
}
