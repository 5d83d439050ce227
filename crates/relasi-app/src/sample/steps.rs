//! What is still to do: overdue, today and in the coming weeks.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Setting, Way,
    calendar::{self, Calendar},
    cast::Cast,
    course::{Course, Fate},
    history::Entry,
    random::{Deck, Random},
    scene,
};

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Late,
    Today,
    Coming,
    /// Nobody has planned anything.
    Never,
}

/// What becomes of open deals, mixed: about one in six has no next step.
const DEALS: [Due; 12] = [
    Due::Coming,
    Due::Coming,
    Due::Coming,
    Due::Coming,
    Due::Coming,
    Due::Coming,
    Due::Late,
    Due::Late,
    Due::Today,
    Due::Today,
    Due::Never,
    Due::Never,
];

/// The same for people without a deal.
const PEOPLE: [Due; 26] = {
    let mut due = [Due::Coming; 26];
    let mut index = 0;
    while index < 8 {
        due[index] = if index < 4 { Due::Late } else { Due::Today };
        index += 1;
    }
    due
};

/// Everything that is still to do.
pub(super) fn steps(
    setting: &Setting<'_>,
    calendar: &Calendar,
    cast: &Cast,
    courses: &[Course],
    service: &Way,
) -> Vec<Entry> {
    let mut random = Random::new(setting, 4);
    let mut deck = Deck::default();
    let mut steps = Vec::new();
    for (index, course) in courses
        .iter()
        .enumerate()
        .filter(|(_, course)| course.fate == Fate::Open)
    {
        let due = DEALS[deck.draw(DEALS.len(), &mut random)];
        // What began a few days ago is not late yet.
        let fresh = calendar.start - course.created < TimeDelta::days(16);
        let due = if due == Due::Late && fresh {
            Due::Coming
        } else {
            due
        };
        let Some(at) = time(due, course.firm, calendar, cast, &mut random) else {
            continue;
        };
        let way = if course.service {
            service
        } else {
            &setting.sales
        };
        let phase = Course::phase(course.entered.len().saturating_sub(1), way);
        let scene = if course.service {
            "task.service"
        } else {
            random
                .pick(scene::STEPS[phase.min(3)])
                .unwrap_or("task.new")
        };
        steps.push(Entry {
            scene,
            at,
            done: false,
            firm: course.firm,
            person: course.person,
            deal: Some(index),
        });
    }
    let mut people: Vec<usize> = (0..cast.people.len())
        .filter(|index| courses.iter().all(|course| course.person != *index))
        .collect();
    people.retain(|index| calendar.start - cast.people[*index].created > TimeDelta::days(16));
    random.shuffle(&mut people);
    for (due, person) in PEOPLE.into_iter().zip(people) {
        let firm = cast.people[person].firm;
        if let Some(at) = time(due, firm, calendar, cast, &mut random) {
            let scene = random
                .pick(&["task.care", "task.care", "call.care", "meeting.care"])
                .unwrap_or("task.care");
            steps.push(Entry {
                scene,
                at,
                done: false,
                firm,
                person,
                deal: None,
            });
        }
    }
    steps
}

fn time(
    due: Due,
    firm: usize,
    calendar: &Calendar,
    cast: &Cast,
    random: &mut Random,
) -> Option<DateTime<Utc>> {
    let firm = &cast.firms[firm];
    match due {
        Due::Late => Some(calendar.done(
            calendar.ago(random.between(1, 11)),
            firm.zone,
            firm.country(),
            random,
        )),
        Due::Today => Some(calendar.today_at(random)),
        Due::Coming => Some(calendar::planned(
            calendar.ago(-random.between(1, 28)),
            firm.zone,
            firm.country(),
            random,
        )),
        Due::Never => None,
    }
}
