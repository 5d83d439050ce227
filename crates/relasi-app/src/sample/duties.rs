//! Who of the sample firm takes which leads: rules with territory, language, skill and turns, and how members work.

use relasi_domain::{
    locale::Language,
    sales::routing::{Method, Needs, Profile},
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{
    Owner,
    reception::{gone, said},
};
use crate::{
    records::Work,
    refusal::Result,
    sales::routing::{self, NewRule},
};

const LANGUAGE: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0002);
const TURNS: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0003);
const TERRITORY: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0020);
const SKILL: Uuid = Uuid::from_u128(0x0190_5a4d_0000_7000_8000_0000_0001_0021);

/// What those know who can speak about machines.
const MACHINES: [&str; 3] = ["Machines", "Mesin", "เครื่องชง"];

/// How the member of a place works: languages, cities, whether they know machines, and open leads at most.
type Row = (
    &'static [&'static str],
    &'static [&'static str],
    bool,
    Option<i64>,
);

const PROFILES: [Row; 4] = [
    (&["id", "en", "th"], &["ID", "TH"], true, None),
    (
        &["id", "en"],
        &["Jakarta", "Bandung", "Semarang", "Yogyakarta"],
        true,
        Some(40),
    ),
    (
        &["id"],
        &["Jakarta", "Bandung", "Bogor", "Tangerang", "Bekasi"],
        false,
        Some(25),
    ),
    (
        &["id", "th"],
        &["Surabaya", "Malang", "Denpasar", "TH"],
        false,
        Some(25),
    ),
];

fn profile(language: Language, place: usize) -> Profile {
    let (languages, territories, machines, most) = PROFILES[place % PROFILES.len()];
    let words = |words: &[&str]| words.iter().map(|one| (*one).to_owned()).collect();
    Profile {
        languages: words(languages),
        territories: words(territories),
        skills: machines
            .then(|| said(language, MACHINES).to_owned())
            .into_iter()
            .collect(),
        max_open: most,
        max_per_day: most.map(|_| 10),
        ..Profile::default()
    }
}

/// Makes them, unless the workspace has rules of its own; who has said how they work keeps to that.
pub(super) fn furnish(work: &mut Work<'_>, language: Language, owners: &[Owner]) -> Result<()> {
    if !routing::list(work)?.is_empty() {
        return Ok(());
    }
    for known in routing::profiles(work)?
        .into_iter()
        .filter(|one| one.version == 0)
    {
        if let Some(place) = owners
            .iter()
            .position(|owner| owner.user_id == known.user_id)
        {
            routing::change_profile(work, known.user_id, Some(0), &profile(language, place))?;
        }
    }
    let users: Vec<Uuid> = owners
        .iter()
        .map(|owner| owner.user_id)
        .take(routing::MAX_PEOPLE)
        .collect();
    let machines = vec![said(language, MACHINES).to_owned()];
    for (id, name, filter, method, needs) in [
        (
            LANGUAGE,
            [
                "Thailand, by language",
                "Thailand, menurut bahasa",
                "ประเทศไทย ตามภาษา",
            ],
            "country = TH",
            Method::LeastOpen,
            Needs {
                language: true,
                ..Needs::default()
            },
        ),
        (
            SKILL,
            [
                "Trade fairs, who knows machines",
                "Pameran, yang paham mesin",
                "งานแสดงสินค้า ผู้รู้เรื่องเครื่อง",
            ],
            "source = \"Trade fair\"",
            Method::LeastOpen,
            Needs {
                skills: machines,
                ..Needs::default()
            },
        ),
        (
            TERRITORY,
            [
                "Indonesia, by city",
                "Indonesia, menurut kota",
                "อินโดนีเซีย ตามเมือง",
            ],
            "country = ID and city is not empty",
            Method::RoundRobin,
            Needs {
                territory: true,
                ..Needs::default()
            },
        ),
        (
            TURNS,
            ["Everybody in turns", "Semua bergiliran", "ทุกคนหมุนเวียน"],
            "",
            Method::RoundRobin,
            Needs::default(),
        ),
    ] {
        let rule = NewRule {
            name: said(language, name).to_owned(),
            filter: filter.to_owned(),
            method,
            user_ids: users.clone(),
            needs,
            active: true,
            ..NewRule::default()
        };
        routing::create_rule_as(work, id, &rule)?;
    }
    Ok(())
}

/// Takes away what nobody has changed.
pub(super) fn clear(work: &mut Work<'_>) -> Result<()> {
    for rule in [LANGUAGE, SKILL, TERRITORY, TURNS] {
        gone(routing::delete(work, rule, Some(1)))?;
    }
    let ours = |one: &Profile| {
        let all = Language::ALL
            .into_iter()
            .flat_map(|language| (0..PROFILES.len()).map(move |place| profile(language, place)));
        all.into_iter().any(|known| known == *one)
    };
    for known in routing::profiles(work)? {
        if known.version == 1 && ours(&known.profile) {
            let mut statement = Statement::new("DELETE FROM work_profiles WHERE workspace_id = ");
            statement.bind(work.access.workspace_id);
            statement.push(" AND user_id = ").bind(known.user_id);
            work.conn.execute(&statement)?;
        }
    }
    Ok(())
}
