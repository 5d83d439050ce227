//! Who gets a new lead: rules in their order, people who can take it, and fair turns among them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::{Fault, Faults},
    text,
};

/// Entries of one list of a profile at most.
pub const MAX_ENTRIES: usize = 50;
/// The longest entry.
pub const MAX_ENTRY: usize = 80;
/// The most leads that a limit can name.
pub const MAX_LEADS: i64 = 100_000;

/// How a rule chooses among those who can take a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// In turns.
    #[default]
    RoundRobin,
    /// Whoever has the fewest open leads; in turns among those who have as few.
    LeastOpen,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::RoundRobin, Self::LeastOpen];

    /// Its code in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastOpen => "least_open",
        }
    }

    /// The method of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }
}

/// What a rule asks of those who take its leads.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Needs {
    /// They speak the language of the lead.
    pub language: bool,
    /// The lead's country or city is theirs.
    pub territory: bool,
    /// They have all of these skills.
    pub skills: Vec<String>,
}

/// How a member works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// Languages that they speak: `id`, `th`.
    pub languages: Vec<String>,
    /// What they know.
    pub skills: Vec<String>,
    /// Countries by their code, and cities.
    pub territories: Vec<String>,
    /// Open leads at most; as many as come when none.
    pub max_open: Option<i64>,
    /// New leads of one day at most.
    pub max_per_day: Option<i64>,
    /// They take nothing before this moment.
    pub away_until: Option<DateTime<Utc>>,
    /// They are told of leads that wait by e-mail as well.
    pub alerts_by_mail: bool,
}

impl Profile {
    /// What is wrong with it.
    pub fn check(&self, faults: &mut Faults) {
        for (name, entries) in [
            ("languages", &self.languages),
            ("skills", &self.skills),
            ("territories", &self.territories),
        ] {
            check_entries(entries, name, faults);
        }
        for (name, limit) in [
            ("max_open", self.max_open),
            ("max_per_day", self.max_per_day),
        ] {
            if limit.is_some_and(|limit| !(0..=MAX_LEADS).contains(&limit)) {
                faults.push(Fault::field(name, "out_of_range").with("max", MAX_LEADS));
            }
        }
    }
}

/// What is wrong with a list of words.
pub fn check_entries(entries: &[String], name: &str, faults: &mut Faults) {
    if entries.len() > MAX_ENTRIES {
        faults.push(Fault::field(name, "too_many").with("max", MAX_ENTRIES));
    }
    for (place, entry) in entries.iter().enumerate() {
        let at = || format!("/{name}/{place}");
        faults.wrong(entry.trim().is_empty(), at, "required");
        if entry.chars().count() > MAX_ENTRY {
            faults.push(Fault::at(at(), "too_long").with("max", MAX_ENTRY));
        }
    }
}

/// Why somebody does not get a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// They are no active member any more.
    Left,
    /// They are away.
    Away,
    /// They have as many open leads as they can work on.
    Full,
    /// They got as many today as they can take.
    FullToday,
    /// They do not speak the language.
    Language,
    /// Another one's territory.
    Territory,
    /// They do not have the skills.
    Skill,
    /// Others come first.
    Turn,
}

/// What of a lead counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted<'l> {
    /// Its language, if it is known.
    pub language: Option<&'l str>,
    /// Its country.
    pub country: Option<&'l str>,
    /// Its city.
    pub city: Option<&'l str>,
}

/// Somebody who may get a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'p> {
    /// Who.
    pub user: Uuid,
    /// Still an active member.
    pub active: bool,
    /// How they work.
    pub profile: &'p Profile,
    /// Their open leads.
    pub open: i64,
    /// Leads that they got today.
    pub today: i64,
    /// Their last turn in this rule; 0 when they never had one.
    pub turn: i64,
}

impl Candidate<'_> {
    /// What stands against giving them the lead.
    pub fn skip(&self, lead: &Wanted<'_>, needs: &Needs, now: DateTime<Utc>) -> Option<Skip> {
        let profile = self.profile;
        let full = |limit: Option<i64>, count: i64| limit.is_some_and(|limit| count >= limit);
        let reasons = [
            (!self.active, Skip::Left),
            (
                profile.away_until.is_some_and(|until| until > now),
                Skip::Away,
            ),
            (
                needs.language && !speaks(profile, lead.language),
                Skip::Language,
            ),
            (needs.territory && !covers(profile, lead), Skip::Territory),
            (!knows(profile, &needs.skills), Skip::Skill),
            (full(profile.max_open, self.open), Skip::Full),
            (full(profile.max_per_day, self.today), Skip::FullToday),
        ];
        reasons
            .into_iter()
            .find_map(|(against, reason)| against.then_some(reason))
    }
}

/// A lead whose language is not known is for everybody.
fn speaks(profile: &Profile, language: Option<&str>) -> bool {
    language.is_none_or(|language| {
        profile
            .languages
            .iter()
            .any(|known| known.eq_ignore_ascii_case(language))
    })
}

/// A lead from nowhere is for everybody.
fn covers(profile: &Profile, lead: &Wanted<'_>) -> bool {
    let places: Vec<String> = [lead.country, lead.city]
        .into_iter()
        .flatten()
        .map(text::sort_key)
        .filter(|place| !place.is_empty())
        .collect();
    places.is_empty()
        || profile
            .territories
            .iter()
            .any(|territory| places.contains(&text::sort_key(territory)))
}

fn knows(profile: &Profile, skills: &[String]) -> bool {
    let known: Vec<String> = profile.skills.iter().map(|s| text::sort_key(s)).collect();
    skills
        .iter()
        .all(|skill| known.contains(&text::sort_key(skill)))
}

/// Who gets the lead: its place among the candidates, and why each of the others does not.
pub fn choose(
    method: Method,
    candidates: &[Candidate<'_>],
    lead: &Wanted<'_>,
    needs: &Needs,
    now: DateTime<Utc>,
) -> (Option<usize>, Vec<(Uuid, Skip)>) {
    let reasons: Vec<Option<Skip>> = candidates
        .iter()
        .map(|candidate| candidate.skip(lead, needs, now))
        .collect();
    let able = (0..candidates.len()).filter(|place| reasons[*place].is_none());
    let chosen = able.min_by_key(|place| {
        let candidate = &candidates[*place];
        let load = match method {
            Method::RoundRobin => 0,
            Method::LeastOpen => candidate.open,
        };
        // Whoever stands further up goes first where nobody had a turn yet.
        (load, candidate.turn, *place)
    });
    let others = candidates.iter().zip(reasons).enumerate();
    let others = others
        .filter(|(place, _)| Some(*place) != chosen)
        .map(|(_, (candidate, reason))| (candidate.user, reason.unwrap_or(Skip::Turn)));
    (chosen, others.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).expect("in range")
    }

    fn words(all: &[&str]) -> Vec<String> {
        all.iter().map(|&word| word.to_owned()).collect()
    }

    fn someone(profile: &Profile) -> Candidate<'_> {
        Candidate {
            user: Uuid::nil(),
            active: true,
            profile,
            open: 0,
            today: 0,
            turn: 0,
        }
    }

    #[test]
    fn each_reason_is_told() {
        let profile = Profile {
            languages: words(&["id"]),
            skills: words(&["Mesin Kopi"]),
            territories: words(&["ID", "Chiang Mai"]),
            max_open: Some(2),
            max_per_day: Some(3),
            away_until: None,
            alerts_by_mail: false,
        };
        let lead = Wanted {
            language: Some("th"),
            country: Some("TH"),
            city: Some("chiang mai"),
        };
        let needs = Needs {
            language: true,
            territory: true,
            skills: words(&["mesin kopi"]),
        };
        let skip = |candidate: &Candidate<'_>| candidate.skip(&lead, &needs, now());
        assert_eq!(skip(&someone(&profile)), Some(Skip::Language));
        let thai = Profile {
            languages: words(&["TH"]),
            ..profile.clone()
        };
        assert_eq!(skip(&someone(&thai)), None);
        let full = Candidate {
            open: 2,
            ..someone(&thai)
        };
        assert_eq!(skip(&full), Some(Skip::Full));
        let today = Candidate {
            today: 3,
            ..someone(&thai)
        };
        assert_eq!(skip(&today), Some(Skip::FullToday));
        let elsewhere = Profile {
            territories: words(&["MY"]),
            ..thai.clone()
        };
        assert_eq!(skip(&someone(&elsewhere)), Some(Skip::Territory));
        let untaught = Profile {
            skills: Vec::new(),
            ..thai.clone()
        };
        assert_eq!(skip(&someone(&untaught)), Some(Skip::Skill));
        let away = Profile {
            away_until: Some(now() + chrono::TimeDelta::hours(1)),
            ..thai.clone()
        };
        assert_eq!(skip(&someone(&away)), Some(Skip::Away));
        let gone = Candidate {
            active: false,
            ..someone(&thai)
        };
        assert_eq!(skip(&gone), Some(Skip::Left));
        let unknown = Wanted::default();
        assert_eq!(someone(&profile).skip(&unknown, &needs, now()), None);
    }

    #[test]
    fn whoever_has_the_fewest_goes_first() {
        let profile = Profile::default();
        let with = |user: u128, open, turn| Candidate {
            user: Uuid::from_u128(user),
            open,
            turn,
            ..someone(&profile)
        };
        let all = [with(1, 5, 1), with(2, 3, 7), with(3, 3, 6)];
        let (lead, needs) = (Wanted::default(), Needs::default());
        let chosen = |method| choose(method, &all, &lead, &needs, now());
        assert_eq!(chosen(Method::LeastOpen).0, Some(2));
        let (first, others) = chosen(Method::RoundRobin);
        assert_eq!(first, Some(0));
        let told = [
            (Uuid::from_u128(2), Skip::Turn),
            (Uuid::from_u128(3), Skip::Turn),
        ];
        assert_eq!(others, told);
        assert_eq!(
            choose(Method::RoundRobin, &[], &lead, &needs, now()).0,
            None
        );
    }

    proptest! {
        #[test]
        fn turns_are_fair(people in 1..8_usize, leads in 0..60_i64, start in prop::collection::vec(0..5_i64, 8)) {
            let profile = Profile::default();
            let (lead, needs) = (Wanted::default(), Needs::default());
            let mut turns: Vec<i64> = start.into_iter().take(people).collect();
            let mut got = vec![0; people];
            for number in 0..leads {
                let all: Vec<Candidate<'_>> = turns.iter().map(|turn| Candidate { turn: *turn, ..someone(&profile) }).collect();
                let (chosen, _) = choose(Method::RoundRobin, &all, &lead, &needs, now());
                let chosen = chosen.expect("everybody can take it");
                got[chosen] += 1;
                turns[chosen] = 10 + number;
            }
            let (most, least) = (got.iter().max(), got.iter().min());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1));
        }
    }
}
