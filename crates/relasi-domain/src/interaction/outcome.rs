//! How calls, meetings and tasks end, as a workspace has it: the outcomes of the product, renamed, put in another order or
//! no longer offered, and outcomes of its own.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::activity;
use crate::{
    choices::LANGUAGES,
    fault::{Fault, Faults},
    field::{Field, Kind, Words},
    platform::custom_field::name_of,
    text::sort_key,
};

/// Kinds of activity that have an outcome.
pub const KINDS: [&str; 3] = ["call", "meeting", "task"];
/// The outcome of what did not take place. The product gives it by itself when a guest cancels.
pub const CANCELLED: &str = "cancelled";
/// Outcomes of a workspace at most.
pub const MAX_ITEMS: usize = 100;
/// Characters of a label at most.
pub const MAX_LABEL: usize = 80;
/// Characters of a code at most.
pub const MAX_CODE: usize = 40;

/// One way in which something can end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outcome {
    /// As activities store it. A new one gets it from its label where none is given.
    pub code: Option<String>,
    /// What it is called; outcomes of the product have a name in every language without it.
    pub label: Option<String>,
    /// The label in other languages.
    pub labels: BTreeMap<String, String>,
    /// For which kinds of activity it is offered.
    pub kinds: Vec<String>,
    /// Whether it counts as reached.
    pub success: bool,
    /// It is no longer offered; what has it keeps it.
    pub retired: bool,
}

impl Outcome {
    /// Its code; empty before [`tidy`].
    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }

    /// Whether it is offered for a kind of activity.
    pub fn suits(&self, kind: &str) -> bool {
        !self.retired && self.kinds.iter().any(|one| one == kind)
    }

    fn words(&self) -> Option<Words> {
        Some(Words {
            main: self.label.clone()?,
            other: self.labels.clone(),
        })
    }
}

/// The outcomes of a workspace in the order in which they are offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outcomes(pub Vec<Outcome>);

impl Default for Outcomes {
    /// Those of the product.
    fn default() -> Self {
        let all = activity::OUTCOMES.iter().map(|code| Outcome {
            code: Some(code.to_string()),
            kinds: built_in_kinds(code),
            success: matches!(code.as_ref(), "reached" | "held"),
            ..Outcome::default()
        });
        Self(all.collect())
    }
}

fn built_in_kinds(code: &str) -> Vec<String> {
    let kinds: &[&str] = match code {
        "reached" | "left_message" | "no_answer" | "wrong_number" => &["call"],
        CANCELLED => &["call", "meeting"],
        _ => &["meeting"],
    };
    kinds.iter().copied().map(str::to_owned).collect()
}

fn is_built_in(code: &str) -> bool {
    activity::OUTCOMES.iter().any(|known| known == code)
}

impl Outcomes {
    /// The outcomes offered for a kind of activity.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Outcome> {
        self.0.iter().filter(move |one| one.suits(kind))
    }

    /// The codes that count as reached, retired ones too.
    pub fn successes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|one| one.success).map(Outcome::code)
    }

    /// Whether a code may be given to an activity that does not have it yet.
    pub fn takes(&self, code: &str) -> bool {
        let mut all = self.0.iter();
        code == CANCELLED || all.any(|one| one.code() == code && !one.retired)
    }

    /// The field of activities with these outcomes: any of them can be read and filtered by.
    pub fn field(&self) -> Field {
        let codes = self.0.iter().map(|one| Cow::Owned(one.code().to_owned()));
        let named = self.0.iter();
        let named = named.filter_map(|one| Some((one.code().to_owned(), one.words()?)));
        let named: BTreeMap<String, Words> = named.collect();
        let mut field = activity::outcome_field().clone();
        field.kind = Kind::Choice(codes.collect());
        field.words = (!named.is_empty()).then(|| Arc::new(named));
        field
    }
}

/// New outcomes as they are kept: texts without white space around them, no empty ones, each with a code.
pub fn tidy(outcomes: &mut Outcomes) {
    let trimmed = |text: Option<String>| {
        let text = text.map(|text| text.trim().to_owned());
        text.filter(|text| !text.is_empty())
    };
    for one in &mut outcomes.0 {
        one.label = trimmed(one.label.take());
        one.code = trimmed(one.code.take());
        one.labels.retain(|_, text| !text.trim().is_empty());
        for text in one.labels.values_mut() {
            *text = text.trim().to_owned();
        }
        let order = |kind: &String| KINDS.iter().position(|known| known == kind);
        one.kinds.sort_by_key(order);
    }
    let taken = outcomes.0.iter().filter_map(|one| one.code.clone());
    let mut taken: Vec<String> = taken.collect();
    for one in outcomes.0.iter_mut().filter(|one| one.code.is_none()) {
        let made = one.label.as_deref().and_then(name_of);
        let made = made.unwrap_or_else(|| "outcome".to_owned());
        let short: String = made.chars().take(MAX_CODE - 4).collect();
        let others = (2..).map(|n| format!("{short}_{n}"));
        let mut codes = std::iter::once(made).chain(others);
        let free = codes.find(|code| !taken.contains(code) && !is_built_in(code));
        taken.extend(free.clone());
        one.code = free;
    }
}

/// What is wrong with outcomes in their kept form; faults point to `/items/<index>/<member>`. Outcomes of the product stay.
pub fn check(outcomes: &Outcomes, faults: &mut Faults) {
    let all = &outcomes.0;
    if all.len() > MAX_ITEMS {
        faults.push(Fault::at("/items", "too_many").with("max", MAX_ITEMS));
        return;
    }
    for (index, one) in all.iter().enumerate() {
        let at = |member: &str| format!("/items/{index}/{member}");
        let code = one.code();
        faults.wrong(!is_code(code), || at("code"), "not_name");
        let twice = all[..index].iter().any(|other| other.code() == code);
        faults.wrong(twice, || at("code"), "named_twice");
        let nameless = one.label.is_none() && !is_built_in(code);
        faults.wrong(nameless, || at("label"), "required");
        check_texts(one, &at, faults);
        let key = one.label.as_deref().map(sort_key);
        let same = |other: &Outcome| other.label.as_deref().map(sort_key) == key;
        let twice = key.is_some() && all[..index].iter().any(same);
        faults.wrong(twice, || at("label"), "named_twice");
        faults.wrong(one.kinds.is_empty(), || at("kinds"), "required");
        let known = |kind: &String| KINDS.contains(&kind.as_str());
        if !one.kinds.iter().all(known) {
            faults.push(Fault::at(at("kinds"), "not_a_choice").with("choices", KINDS.join(", ")));
        }
        let twice = one.kinds.windows(2).any(|two| two[0] == two[1]);
        faults.wrong(twice, || at("kinds"), "named_twice");
    }
    let gone = activity::OUTCOMES
        .iter()
        .any(|code| !all.iter().any(|one| one.code() == code));
    faults.check(gone, "items", "outcome_stays");
    // Nobody could work on a call list without one.
    let none = outcomes.of("call").next().is_none();
    faults.check(none && !gone, "items", "call_needs_outcome");
}

fn check_texts(one: &Outcome, at: &impl Fn(&str) -> String, faults: &mut Faults) {
    let long = |text: &str| text.chars().count() > MAX_LABEL;
    if one.label.as_deref().is_some_and(long) {
        faults.push(Fault::at(at("label"), "too_long").with("max", MAX_LABEL));
    }
    for (tag, text) in &one.labels {
        let place = || at(&format!("labels/{tag}"));
        faults.wrong(!LANGUAGES.contains(&tag.as_str()), place, "unknown_member");
        if long(text) {
            faults.push(Fault::at(place(), "too_long").with("max", MAX_LABEL));
        }
    }
}

fn is_code(code: &str) -> bool {
    let form = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    code.starts_with(|c: char| c.is_ascii_lowercase())
        && code.len() <= MAX_CODE
        && code.chars().all(form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    fn own(label: &str, kinds: &[&str]) -> Outcome {
        Outcome {
            label: Some(label.to_owned()),
            kinds: kinds.iter().copied().map(str::to_owned).collect(),
            ..Outcome::default()
        }
    }

    fn faults(outcomes: &Outcomes) -> Vec<String> {
        let mut faults = Faults::default();
        check(outcomes, &mut faults);
        let told = faults.0.iter();
        told.map(|one| format!("{} {}", one.pointer, one.code))
            .collect()
    }

    #[test]
    fn those_of_the_product_are_as_they_were() {
        let usual = Outcomes::default();
        let of = |kind: &str| {
            let all = usual.of(kind).map(Outcome::code);
            all.map(str::to_owned).collect::<Vec<_>>()
        };
        let calls = [
            "reached",
            "left_message",
            "no_answer",
            "wrong_number",
            "cancelled",
        ];
        assert_eq!(of("call"), calls);
        assert_eq!(of("meeting"), ["held", "no_show", "moved", "cancelled"]);
        assert!(of("task").is_empty());
        assert_eq!(usual.successes().collect::<Vec<_>>(), ["reached", "held"]);
        assert_eq!(&usual.field(), activity::outcome_field());
        assert!(faults(&usual).is_empty());
    }

    #[test]
    fn new_ones_get_codes_of_their_own() {
        let mut all = Outcomes::default();
        all.0.push(own(" Asked for a quote ", &["task", "call"]));
        all.0.push(own("Asked for a quote!", &["call"]));
        all.0.push(own("ขอใบเสนอราคา", &["call"]));
        all.0.push(own("Reached", &["task"]));
        tidy(&mut all);
        let made: Vec<&str> = all.0[8..].iter().map(Outcome::code).collect();
        let codes = [
            "asked_for_a_quote",
            "asked_for_a_quote_2",
            "outcome",
            "reached_2",
        ];
        assert_eq!(made, codes);
        assert_eq!(all.0[8].kinds, ["call", "task"]);
        assert!(faults(&all).is_empty());
        let field = all.field();
        let words = field.words.as_ref().expect("they have names");
        assert_eq!(words["outcome"].of(Language::Id), "ขอใบเสนอราคา");
        assert!(!words.contains_key("no_answer"));
    }

    #[test]
    fn retired_ones_stay_but_are_not_given_anew() {
        let mut all = Outcomes::default();
        all.0[1].retired = true;
        all.0[4].retired = true;
        assert!(all.of("call").all(|one| one.code() != "left_message"));
        assert!(!all.takes("left_message") && !all.takes("dreamt"));
        assert!(all.takes("reached"));
        let codes = all.field().codes().map(<[_]>::len);
        assert_eq!(codes, Some(8));
        all.0
            .iter_mut()
            .filter(|one| one.code() == CANCELLED)
            .for_each(|one| one.retired = true);
        assert!(all.takes(CANCELLED), "a guest can still cancel");
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        let mut all = Outcomes::default();
        all.0.push(Outcome {
            code: Some("No Code".to_owned()),
            labels: [("fr".to_owned(), "x".repeat(81))].into(),
            ..Outcome::default()
        });
        all.0.push(Outcome {
            code: Some("reached".to_owned()),
            ..own("Again", &["call", "call", "note"])
        });
        all.0.push(own("again", &["call"]));
        tidy(&mut all);
        assert_eq!(
            faults(&all),
            [
                "/items/8/code not_name",
                "/items/8/label required",
                "/items/8/labels/fr unknown_member",
                "/items/8/labels/fr too_long",
                "/items/8/kinds required",
                "/items/9/code named_twice",
                "/items/9/kinds not_a_choice",
                "/items/9/kinds named_twice",
                "/items/10/label named_twice",
            ]
        );
        all.0.truncate(7);
        assert_eq!(faults(&all), ["/items outcome_stays"]);
        let mut none = Outcomes::default();
        none.0.iter_mut().for_each(|one| one.retired = true);
        assert_eq!(faults(&none), ["/items call_needs_outcome"]);
    }
}
