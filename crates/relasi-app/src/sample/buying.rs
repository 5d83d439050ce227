//! Who is part of deals: people in the roles of a buying centre, and competitors.

use relasi_domain::record::Document;
use serde_json::json;
use uuid::Uuid;

use super::{
    Setting,
    calendar::{self, Calendar},
    cast::Cast,
    course::{Course, Fate},
    document::{members, stamped},
    random::Random,
    words::Words,
};

/// Place of "chose a competitor" among the reasons for losing.
const CHOSE_ANOTHER: usize = 1;

/// Roles by the part that people play in their company: they decide, buy, use, pay, repair.
const ROLES: [&str; 5] = ["decision_maker", "buyer", "user", "influencer", "other"];

/// The competitors, and their ids.
pub(super) fn competitors(
    setting: &Setting<'_>,
    calendar: &Calendar,
) -> (Vec<Document>, Vec<Uuid>) {
    let mut random = Random::new(setting, 11);
    let created = calendar::at(calendar.ago(calendar::HISTORY), setting.zone, 560);
    let lines = setting.language.lines("competitor").iter();
    let made = lines.map(|line| {
        let mut parts = line.split(" | ");
        let mut next = || json!(parts.next());
        let id = random.id(created);
        let mut rival = stamped(id, created, setting.owners[0]);
        rival.extend(members([
            ("name", next()),
            ("website", next()),
            ("strengths", next()),
            ("weaknesses", next()),
        ]));
        // Settings belong to everybody.
        rival.remove("owner_id");
        rival.remove("team_id");
        (rival, id)
    });
    made.unzip()
}

/// Who won a deal that was lost to somebody.
pub(super) fn winner(course: &Course, rivals: &[Uuid]) -> Option<Uuid> {
    let lost = course.fate == Fate::Lost && course.reason == CHOSE_ANOTHER;
    let place = course.number / 3 % rivals.len().max(1);
    rivals.get(place).copied().filter(|_| lost)
}

/// People of the companies in their deals, each with the role of the part that they play.
pub(super) fn people(setting: &Setting<'_>, cast: &Cast, courses: &[Course]) -> Vec<Document> {
    let mut random = Random::new(setting, 12);
    let mut made = Vec::new();
    for course in courses {
        let owner = cast.firms[course.firm].owner;
        let of_firm = cast.people.iter().enumerate();
        let of_firm = of_firm
            .filter(|(_, person)| person.firm == course.firm && person.created <= course.created);
        for (place, person) in of_firm.take(4) {
            if place != course.person && !random.chance(70) {
                continue;
            }
            let role = ROLES.get(person.part).unwrap_or(&"other");
            let mut part = stamped(random.id(course.created), course.created, owner);
            part.extend(members([
                ("deal_id", json!(course.id)),
                ("contact_id", json!(person.id)),
                ("role", json!(role)),
            ]));
            made.push(part);
        }
    }
    made
}

/// Competitors in deals: who won those that were lost to somebody, and some in others.
pub(super) fn rivals(
    setting: &Setting<'_>,
    cast: &Cast,
    courses: &[Course],
    rivals: &[Uuid],
) -> Vec<Document> {
    let mut random = Random::new(setting, 13);
    let mut made = Vec::new();
    for course in courses {
        let winner = winner(course, rivals);
        let other = random.pick(rivals).filter(|_| random.chance(25));
        let state = match course.fate {
            Fate::Won => "won_against",
            Fate::Lost if winner.is_some() => "lost_to",
            _ => "engaged",
        };
        let Some(rival) = winner.or(other) else {
            continue;
        };
        let owner = cast.firms[course.firm].owner;
        let mut part = stamped(random.id(course.created), course.created, owner);
        part.extend(members([
            ("deal_id", json!(course.id)),
            ("competitor_id", json!(rival)),
            ("state", json!(state)),
        ]));
        made.push(part);
    }
    made
}
