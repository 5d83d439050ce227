//! Who is in the workspace, to whom they report, and whose figures the caller may see.

use std::collections::{BTreeMap, BTreeSet};

use relasi_domain::{
    identity::access::{Action, Limit, OwnedBy},
    sales::deal,
};
use relasi_persistence::Statement;
use uuid::Uuid;

use crate::{insight::board::Choice, records::Work, refusal::Result};

/// A member.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) active: bool,
    pub(super) team_id: Option<Uuid>,
    /// The user to whom they report.
    pub(super) manager: Option<Uuid>,
}

/// Everybody who is or was in the workspace.
pub(super) fn members(work: &mut Work<'_>) -> Result<Vec<Person>> {
    let mut statement = Statement::new(
        "SELECT m.user_id, u.full_name, m.active, m.team_id, b.user_id FROM memberships m JOIN users u ON u.id = m.user_id \
         LEFT JOIN member_places p ON p.workspace_id = m.workspace_id AND p.membership_id = m.id \
         LEFT JOIN memberships b ON b.workspace_id = p.workspace_id AND b.id = p.manager_id WHERE m.workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    Ok(work.conn.rows(&statement, |row| {
        Ok(Person {
            id: row.id(0)?,
            name: row.text(1)?,
            active: row.bool(2)?,
            team_id: row.opt_id(3)?,
            manager: row.opt_id(4)?,
        })
    })?)
}

/// Members that the caller may see the deals of, by their ids.
pub(super) fn seen(work: &mut Work<'_>) -> Result<BTreeMap<Uuid, Person>> {
    let found = members(work)?;
    let limit = work.access.limit(&deal::OBJECT, Action::See);
    let sees = |person: &Person| sees(&limit, Some(person.id), person.team_id);
    Ok(found
        .into_iter()
        .filter(sees)
        .map(|person| (person.id, person))
        .collect())
}

/// Those who report to somebody, directly or further.
pub(super) fn below(people: &[Person], of: Uuid) -> BTreeSet<Uuid> {
    let mut found = BTreeSet::new();
    let mut next = vec![of];
    while let Some(leader) = next.pop() {
        for person in people.iter().filter(|one| one.manager == Some(leader)) {
            if person.id != of && found.insert(person.id) {
                next.push(person.id);
            }
        }
    }
    found
}

/// Teams that the caller may see the deals of, by their ids.
pub(super) fn teams(work: &mut Work<'_>) -> Result<BTreeMap<Uuid, String>> {
    let mut statement = Statement::new("SELECT t.id, t.name FROM teams t WHERE t.workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND t.deleted_at IS NULL");
    let found = work
        .conn
        .rows(&statement, |row| Ok((row.id(0)?, row.text(1)?)))?;
    let limit = work.access.limit(&deal::OBJECT, Action::See);
    Ok(found
        .into_iter()
        .filter(|(team, _)| sees(&limit, None, Some(*team)))
        .collect())
}

/// Teams and people that the caller may ask for, and to whom those people report.
pub(crate) type Readable = (Vec<Choice>, Vec<Choice>, Vec<(Uuid, Option<Uuid>)>);

/// Whose figures the caller may ask for.
pub(crate) fn readable(work: &mut Work<'_>) -> Result<Readable> {
    let by_name =
        |one: &Choice, other: &Choice| (&one.label, one.id).cmp(&(&other.label, other.id));
    let team = |(id, label)| Choice {
        id,
        label,
        team_id: None,
    };
    let mut all: Vec<Choice> = teams(work)?.into_iter().map(team).collect();
    all.sort_by(by_name);
    let people = seen(work)?;
    let reports = people.values().map(|one| (one.id, one.manager)).collect();
    let active = people.into_values().filter(|one| one.active);
    let mut active: Vec<Choice> = active
        .map(|one| Choice {
            id: one.id,
            label: one.name,
            team_id: one.team_id,
        })
        .collect();
    active.sort_by(by_name);
    Ok((all, active, reports))
}

fn sees(limit: &Limit<'_>, owner_id: Option<Uuid>, team_id: Option<Uuid>) -> bool {
    limit.contains(&OwnedBy {
        owner_id,
        team_id,
        ..OwnedBy::default()
    })
}

/// A place in the tree of who reports to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) id: Uuid,
    pub(super) depth: usize,
    /// This one and all who report to them, directly or further, of those that are shown.
    pub(super) below: Vec<Uuid>,
}

/// The tree over some people: each below the one to whom they report, by name; who leads them is shown as well.
pub(super) fn tree(people: &BTreeMap<Uuid, Person>, shown: &BTreeSet<Uuid>) -> Vec<Place> {
    let mut all = BTreeSet::new();
    for id in shown {
        let mut next = Some(*id);
        while let Some(person) = next.and_then(|id| people.get(&id)) {
            if !all.insert(person.id) {
                break;
            }
            next = person.manager;
        }
    }
    let mut below: BTreeMap<Option<Uuid>, Vec<&Person>> = BTreeMap::new();
    for person in all.iter().filter_map(|id| people.get(id)) {
        let manager = person.manager.filter(|manager| all.contains(manager));
        below.entry(manager).or_default().push(person);
    }
    for group in below.values_mut() {
        group.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    }
    let mut places = Vec::new();
    for root in below.get(&None).into_iter().flatten() {
        walk(root, 0, &below, &mut places);
    }
    places
}

fn walk(
    person: &Person,
    depth: usize,
    below: &BTreeMap<Option<Uuid>, Vec<&Person>>,
    places: &mut Vec<Place>,
) -> Vec<Uuid> {
    let at = places.len();
    places.push(Place {
        id: person.id,
        depth,
        below: Vec::new(),
    });
    let mut all = vec![person.id];
    for one in below.get(&Some(person.id)).into_iter().flatten() {
        all.extend(walk(one, depth + 1, below, places));
    }
    places[at].below.clone_from(&all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: u128, name: &str, manager: Option<u128>) -> (Uuid, Person) {
        let id = Uuid::from_u128(id);
        let manager = manager.map(Uuid::from_u128);
        let person = Person {
            id,
            name: name.to_owned(),
            active: true,
            team_id: None,
            manager,
        };
        (id, person)
    }

    #[test]
    fn leaders_stand_above_those_who_report_to_them() {
        let people = BTreeMap::from([
            person(1, "Rudi", None),
            person(2, "Siti", Some(1)),
            person(3, "Dewi", Some(1)),
            person(4, "Budi", Some(2)),
            // To whom this one reports may not be seen.
            person(5, "Ana", Some(9)),
        ]);
        let shown = BTreeSet::from([3, 4, 5].map(Uuid::from_u128));
        let found = tree(&people, &shown);
        let found: Vec<(u128, usize, usize)> = found
            .iter()
            .map(|place| (place.id.as_u128(), place.depth, place.below.len()))
            .collect();
        assert_eq!(
            found,
            [(5, 0, 1), (1, 0, 4), (3, 1, 1), (2, 1, 2), (4, 2, 1)]
        );
        let all: Vec<Person> = people.into_values().collect();
        let of = |id| below(&all, Uuid::from_u128(id)).len();
        assert_eq!([of(1), of(2), of(4), of(9)], [3, 1, 0, 1]);
    }
}
