//! Pairs whose fate everybody would agree on.

use serde_json::json;

use super::{
    super::{Thresholds, compare, keys},
    features,
};

/// What is expected of a pair.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Fate {
    Apart,
    Shown,
    Sure,
}

#[test]
fn clear_cases_are_decided_clearly() {
    use Fate::{Apart, Shown, Sure};
    let budi = json!({"full_name": "Budi Santoso", "emails": [{"value": "budi.santoso@kopi.example"}],
        "phones": [{"value": "+62 812-3456-7890"}], "birth_date": "1984-03-09", "city": "Bandung", "country": "ID", "company": "PT Kopi Rimba"});
    let somchai =
        json!({"full_name": "สมชาย ใจดี", "phones": [{"value": "081 234 5678"}], "country": "TH"});
    let kopi =
        json!({"name": "PT Kopi Nusantara Tbk", "domain": "kopi.example", "city": "Bandung"});
    let cases = [
        (
            &budi,
            json!({"full_name": "Bpk. Budi Santoso, S.E.", "emails": [{"value": "Budi.Santoso@kopi.example"}]}),
            Sure,
        ),
        (
            &budi,
            json!({"full_name": "Santoso Budi", "phones": [{"value": "0812 3456 7890"}], "country": "ID"}),
            Sure,
        ),
        (
            &budi,
            json!({"full_name": "Budi Santosa", "phones": [{"value": "081234567890"}], "country": "ID"}),
            Shown,
        ),
        (
            &budi,
            json!({"full_name": "B. Santoso", "emails": [{"value": "budi.santoso@kopi.example"}]}),
            Shown,
        ),
        (
            &budi,
            json!({"full_name": "Budi Santoso", "company": "Kopi Rimba"}),
            Shown,
        ),
        (
            &budi,
            json!({"full_name": "Budi Santoso", "birth_date": "1984-09-03", "city": "Kota Bandung"}),
            Shown,
        ),
        (
            &budi,
            json!({"full_name": "Budi Santoso", "city": "Surabaya"}),
            Apart,
        ),
        (
            &budi,
            json!({"full_name": "Budi Santoso", "birth_date": "1999-12-01", "city": "Bandung"}),
            Apart,
        ),
        (
            &budi,
            json!({"full_name": "Siti Rahma", "emails": [{"value": "budi.santoso@kopi.example"}]}),
            Apart,
        ),
        (
            &budi,
            json!({"full_name": "Siti Santoso", "phones": [{"value": "+62 812-3456-7890"}], "company": "PT Kopi Rimba"}),
            Apart,
        ),
        (
            &budi,
            json!({"full_name": "Budi Santoso", "phones": [{"value": "+66 812-3456-7890"}], "city": "Chiang Mai", "country": "TH"}),
            Apart,
        ),
        (
            &somchai,
            json!({"full_name": "Khun Somchai Jaidee", "phones": [{"value": "+66 81 234 5678"}], "country": "TH"}),
            Shown,
        ),
        (
            &somchai,
            json!({"full_name": "คุณสมชาย ใจดี", "phones": [{"value": "+66812345678"}], "country": "TH"}),
            Sure,
        ),
        (
            &kopi,
            json!({"name": "Kopi Nusantara", "website": "https://www.kopi.example/tentang"}),
            Sure,
        ),
        (
            &kopi,
            json!({"name": "KOPI NUSANTARA, PT", "city": "Bandung"}),
            Shown,
        ),
        (
            &kopi,
            json!({"name": "PT Kopi Nusantara Abadi", "city": "Bandung"}),
            Apart,
        ),
        (
            &kopi,
            json!({"name": "CV Teh Melati", "domain": "kopi.example"}),
            Apart,
        ),
    ];
    let limits = Thresholds::default();
    for (one, other, expected) in cases {
        let (a, b) = (features(one), features(&other));
        let verdict = compare(&a, &b);
        let fate = match verdict.score {
            score if score >= limits.sure => Sure,
            score if score >= limits.review => Shown,
            _ => Apart,
        };
        assert_eq!(fate, expected, "{other}: {verdict:?}");
        if expected != Apart {
            let (of_a, of_b) = (keys(&a), keys(&b));
            assert!(
                of_a.iter().any(|key| of_b.contains(key)),
                "no key brings {other} up: {of_a:?} {of_b:?}"
            );
        }
    }
}

#[test]
fn a_verdict_says_why() {
    let one = json!({"full_name": "Siti Rahmawati", "emails": [{"value": "siti.r@gmail.com"}], "city": "Bandung"});
    let other = json!({"full_name": "Rahmawati Siti", "emails": [{"value": "sitir@gmail.com"}], "city": "Jakarta"});
    let verdict = compare(&features(&one), &features(&other));
    let said: Vec<String> = verdict
        .reasons
        .iter()
        .map(|reason| format!("{} {:?} {}", reason.field, reason.agreement, reason.points))
        .collect();
    assert_eq!(
        said,
        ["email Same 55", "name Swapped 40", "city Different -2"]
    );
    assert_eq!(verdict.score, 93);
}
