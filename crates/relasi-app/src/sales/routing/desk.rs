//! The desk at which leads are given away: rules, people and turns as they are at one moment.

use std::{cell::RefCell, collections::BTreeMap};

use chrono::Weekday;
use chrono_tz::Tz;
use relasi_domain::{
    filter::{self, Context},
    record::{Document, Object},
    sales::{
        lead,
        routing::{Candidate, Method, Skip, Wanted, choose},
    },
};
use relasi_persistence::{Statement, store::Store};
use serde::Serialize;
use uuid::Uuid;

use super::{people::People, row, row::Rule, settings};
use crate::{platform::business_hours::zone_of, records::Work, refusal::Result};

/// Why somebody got a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was their turn.
    Turn,
    /// They had the fewest open leads.
    Fewest,
    /// Nobody of the rule could take it.
    Fallback,
    /// No rule took it, or nobody could: the workspace names them.
    Default,
    /// Nobody else is left: they own the workspace.
    Owner,
    /// No rule took it, and they made it.
    Maker,
}

/// A rule that was asked, in the order in which they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// The rule.
    pub rule_id: Uuid,
    /// What it is called.
    pub name: String,
    /// Whether its filter takes the lead; the first one that does decides.
    pub takes: bool,
    /// Who did not get the lead, and why.
    pub skipped: Vec<Skipped>,
}

/// Somebody who did not get a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Who.
    pub user_id: Uuid,
    /// Why.
    pub reason: Skip,
}

/// Who gets a lead, and how that came.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    pub(super) owner: Uuid,
    pub(super) team: Option<Uuid>,
    pub(super) reason: Reason,
    /// The rule that decided: its place among those of the desk.
    pub(super) rule: Option<usize>,
    pub(super) passed: Vec<Passed>,
}

/// See the module.
pub(super) struct Desk {
    pub(super) rules: Vec<Rule>,
    pub(super) people: People,
    default: Option<Uuid>,
    zone: Tz,
    /// The last turns of a rule's people, once somebody asked.
    turns: BTreeMap<Uuid, BTreeMap<Uuid, i64>>,
}

impl Desk {
    /// Opens it; none where nothing is said about who gets what.
    pub(super) fn open(work: &mut Work<'_>) -> Result<Option<Self>> {
        let workspace = work.access.workspace_id;
        let mut rules = row::all(work.conn, workspace)?;
        rules.retain(|rule| rule.active);
        let default = settings::of(work.conn, workspace)?.default_user_id;
        if rules.is_empty() && default.is_none() {
            return Ok(None);
        }
        let zone = zone_of(work.conn, workspace)?;
        let people = People::load(work.conn, workspace, zone, work.now)?;
        Ok(Some(Self {
            rules,
            people,
            default,
            zone,
            turns: BTreeMap::new(),
        }))
    }

    /// Who gets a lead; `maker` keeps what nobody else is named for.
    pub(super) fn decide(
        &mut self,
        work: &mut Work<'_>,
        lead: &Document,
        maker: Option<Uuid>,
    ) -> Result<Decision> {
        let mut passed = Vec::new();
        for place in 0..self.rules.len() {
            let takes = self.takes(work, place, lead);
            let rule = &self.rules[place];
            passed.push(Passed {
                rule_id: rule.id,
                name: rule.name.clone(),
                takes,
                skipped: Vec::new(),
            });
            if takes {
                return self.within(work, place, lead, passed);
            }
        }
        let (owner, reason) = match self
            .default
            .filter(|user| self.people.is_here(*user, work.now))
        {
            Some(user) => (user, Reason::Default),
            None => match maker.filter(|_| self.default.is_none()) {
                Some(maker) => (maker, Reason::Maker),
                None => self.last_resort(maker, work.access.user_id),
            },
        };
        Ok(self.decision(owner, reason, None, passed))
    }

    fn decision(
        &self,
        owner: Uuid,
        reason: Reason,
        rule: Option<usize>,
        passed: Vec<Passed>,
    ) -> Decision {
        let team = self
            .people
            .get(owner)
            .and_then(|p| p.teams.first().copied());
        Decision {
            owner,
            team,
            reason,
            rule,
            passed,
        }
    }

    /// Nobody who was named is there: the oldest owner is, and a workspace always has one.
    fn last_resort(&self, maker: Option<Uuid>, asks: Uuid) -> (Uuid, Reason) {
        match self.people.owner {
            Some(owner) => (owner, Reason::Owner),
            None => (maker.unwrap_or(asks), Reason::Maker),
        }
    }

    /// One of the people of a rule, or whoever stands in for them.
    fn within(
        &mut self,
        work: &mut Work<'_>,
        place: usize,
        lead: &Document,
        mut passed: Vec<Passed>,
    ) -> Result<Decision> {
        let users = self.people_of(place);
        self.people.know_loads(work.conn, &users)?;
        let turns = self.turns_of(work, place)?;
        let rule = &self.rules[place];
        let nobody = super::people::Person::default();
        let candidates: Vec<Candidate<'_>> = users
            .iter()
            .map(|user| {
                let person = self.people.get(*user).unwrap_or(&nobody);
                let (open, today) = self.people.load_of(*user);
                Candidate {
                    user: *user,
                    active: person.active,
                    profile: &person.profile,
                    open,
                    today,
                    turn: turns.get(user).copied().unwrap_or(0),
                }
            })
            .collect();
        let text = |name: &str| lead.get(name).and_then(serde_json::Value::as_str);
        let wanted = Wanted {
            language: text("language"),
            country: text("country"),
            city: text("city"),
        };
        let (chosen, skipped) = choose(rule.method, &candidates, &wanted, &rule.needs, work.now);
        if let Some(last) = passed.last_mut() {
            let skipped = skipped.into_iter();
            last.skipped = skipped
                .map(|(user_id, reason)| Skipped { user_id, reason })
                .collect();
        }
        let (owner, reason) = match chosen {
            Some(chosen) if rule.method == Method::LeastOpen => (users[chosen], Reason::Fewest),
            Some(chosen) => (users[chosen], Reason::Turn),
            None => self.instead(place, work),
        };
        Ok(self.decision(owner, reason, Some(place), passed))
    }

    fn instead(&self, place: usize, work: &Work<'_>) -> (Uuid, Reason) {
        let here = |user: &Uuid| self.people.is_here(*user, work.now);
        let fallback = self.rules[place].fallback_id.filter(here);
        let default = self.default.filter(here);
        fallback
            .map(|user| (user, Reason::Fallback))
            .or_else(|| default.map(|user| (user, Reason::Default)))
            .unwrap_or_else(|| self.last_resort(None, work.access.user_id))
    }

    /// The people of a rule: those it names in their order, then those of its team.
    fn people_of(&self, place: usize) -> Vec<Uuid> {
        let rule = &self.rules[place];
        let mut users = rule.user_ids.clone();
        if let Some(team) = rule.team_id {
            let more: Vec<Uuid> = self.people.of_team(team).collect();
            users.extend(
                more.into_iter()
                    .filter(|user| !rule.user_ids.contains(user)),
            );
        }
        users
    }

    fn turns_of(&mut self, work: &mut Work<'_>, place: usize) -> Result<BTreeMap<Uuid, i64>> {
        let rule = self.rules[place].id;
        if let Some(known) = self.turns.get(&rule) {
            return Ok(known.clone());
        }
        let mut statement =
            Statement::new("SELECT user_id, turn FROM routing_turns WHERE workspace_id = ");
        statement.bind(work.access.workspace_id);
        statement.push(" AND rule_id = ").bind(rule);
        let turns = work
            .conn
            .rows(&statement, |row| Ok((row.id(0)?, row.int(1)?)))?;
        let turns: BTreeMap<Uuid, i64> = turns.into_iter().collect();
        self.turns.insert(rule, turns.clone());
        Ok(turns)
    }

    /// Notes that a lead was given away by the `turn`-th turn of the workspace.
    pub(super) fn gave(
        &mut self,
        work: &mut Work<'_>,
        decision: &Decision,
        turn: i64,
    ) -> Result<()> {
        self.people.gave(decision.owner);
        let in_turn = matches!(decision.reason, Reason::Turn | Reason::Fewest);
        let Some(rule) = decision
            .rule
            .filter(|_| in_turn)
            .map(|place| self.rules[place].id)
        else {
            return Ok(());
        };
        let known = self.turns.entry(rule).or_default();
        known.insert(decision.owner, turn);
        let mut statement = Statement::new(
            "INSERT INTO routing_turns (workspace_id, rule_id, user_id, turn) VALUES (",
        );
        statement
            .bind(work.access.workspace_id)
            .push(", ")
            .bind(rule);
        statement
            .push(", ")
            .bind(decision.owner)
            .push(", ")
            .bind(turn);
        statement.push(
            ") ON CONFLICT (workspace_id, rule_id, user_id) DO UPDATE SET turn = excluded.turn",
        );
        work.conn.execute(&statement)?;
        Ok(())
    }

    /// Whether a rule's filter takes a lead. One that asks for a field that is gone takes none.
    fn takes(&self, work: &mut Work<'_>, place: usize, lead: &Document) -> bool {
        let rule = &self.rules[place];
        let Ok(filter) = filter::parse(&rule.filter, work.access.whole(&lead::OBJECT)) else {
            return false;
        };
        let condition = filter.resolve(&Context {
            now: work.now,
            zone: self.zone,
            week_start: Weekday::Mon,
            me: None,
            my_team: None,
        });
        let access = work.access;
        let conn = RefCell::new(&mut *work.conn);
        let behind = |object: &'static Object, id: Uuid| {
            let mut conn = conn.borrow_mut();
            // What can't be read now is not there: the lead goes on to the next rule rather than get lost.
            let found = Store::new(&mut conn, access).find(object, id);
            found.ok().flatten()
        };
        condition.matches(lead, &behind)
    }
}
