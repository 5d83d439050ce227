//! The weights were set on other seeds than those measured here.
//!
//! Recall and precision on the labelled set. The figures in `docs/duplicates.md` are those that these tests print
//! (`cargo test -p relasi-domain labelled -- --nocapture`).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{Features, Thresholds, compare, keys},
    features,
    labelled::{self, Labelled},
    random::Random,
};

/// Pairs of a set by what they are and what they were taken for, in percent.
#[derive(Debug)]
#[expect(dead_code, reason = "read by people, as they are printed")]
struct Figures {
    records: usize,
    doubles: usize,
    compared: usize,
    /// Doubles that share a key at all.
    brought_up: f64,
    recall: f64,
    precision: f64,
    recall_sure: f64,
    precision_sure: f64,
}

fn measured(set: &[Labelled]) -> Figures {
    let all: Vec<Features> = set.iter().map(|one| features(&one.record)).collect();
    let mut blocks: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, one) in all.iter().enumerate() {
        for key in keys(one) {
            blocks.entry(key.hash()).or_default().push(index);
        }
    }
    let mut pairs = BTreeSet::new();
    for block in blocks.values() {
        for (at, one) in block.iter().enumerate() {
            pairs.extend(block[at + 1..].iter().map(|other| (*one, *other)));
        }
    }
    let mut who: BTreeMap<usize, usize> = BTreeMap::new();
    for one in set {
        *who.entry(one.who).or_default() += 1;
    }
    let doubles: usize = who.values().map(|count| count * (count - 1) / 2).sum();
    let limits = Thresholds::default();
    let (mut brought_up, mut shown, mut right, mut sure, mut surely_right) = (0, 0, 0, 0, 0);
    for (a, b) in &pairs {
        let same = usize::from(set[*a].who == set[*b].who);
        let score = compare(&all[*a], &all[*b]).score;
        brought_up += same;
        if score >= limits.review {
            (shown, right) = (shown + 1, right + same);
        }
        if score >= limits.sure {
            (sure, surely_right) = (sure + 1, surely_right + same);
        }
    }
    let percent = |part: usize, whole: usize| {
        let exact = |n: usize| f64::from(u32::try_from(n).unwrap());
        (exact(part) * 1000.0 / exact(whole)).round() / 10.0
    };
    Figures {
        records: set.len(),
        doubles,
        compared: pairs.len(),
        brought_up: percent(brought_up, doubles),
        recall: percent(right, doubles),
        precision: percent(right, shown),
        recall_sure: percent(surely_right, doubles),
        precision_sure: percent(surely_right, sure),
    }
}

#[test]
fn labelled_people_are_found() {
    let figures = measured(&labelled::people(4000, &mut Random::new(71)));
    println!("people: {figures:?}");
    assert!(
        figures.recall >= 85.0 && figures.precision >= 95.0,
        "{figures:?}"
    );
    assert!(
        figures.recall_sure >= 70.0 && figures.precision_sure >= 99.0,
        "{figures:?}"
    );
}

#[test]
fn labelled_companies_are_found() {
    let figures = measured(&labelled::companies(1500, &mut Random::new(72)));
    println!("companies: {figures:?}");
    assert!(
        figures.recall >= 88.0 && figures.precision >= 95.0,
        "{figures:?}"
    );
    assert!(figures.precision_sure >= 99.0, "{figures:?}");
}
