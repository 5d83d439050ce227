//! Whose figures a board shows, and whose the reader may ask for.

use std::collections::BTreeSet;

use relasi_domain::{
    fault::Fault,
    identity::{
        access::Action,
        role::{MemberRole, Role},
    },
};
use relasi_persistence::Statement;
use serde::Serialize;
use uuid::Uuid;

use crate::{insight::forecast, records::Work, refusal::Result};

/// Who reads a board, by what they may do and whom they lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Somebody who sells.
    Seller,
    /// Somebody to whom others report, or who manages a team.
    Lead,
    /// Somebody who sees and settles everything.
    Owner,
}

/// Whose figures are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All that the reader sees.
    Everything,
    /// A team.
    Team(Uuid),
    /// Somebody, with those who report to them.
    Person(Uuid),
}

/// A team or a person that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Which one.
    pub id: Uuid,
    /// What they are called.
    pub label: String,
    /// The team of a person.
    pub team_id: Option<Uuid>,
}

/// The same, found.
pub(in crate::insight) enum Whose {
    Everything,
    Team(Uuid),
    Person {
        id: Uuid,
        me: bool,
        below: BTreeSet<Uuid>,
    },
}

impl Whose {
    /// `AND …` for what is theirs among deals, or sums of deals, of this alias.
    pub(in crate::insight) fn push(&self, alias: &str, statement: &mut Statement) {
        match self {
            Self::Everything => {}
            Self::Team(id) => {
                statement
                    .push(&format!(" AND {alias}.team_id = "))
                    .bind(*id);
            }
            Self::Person { id, below, .. } => {
                statement
                    .push(&format!(" AND {alias}.owner_id IN ("))
                    .bind(*id);
                for one in below {
                    statement.push(", ").bind(*one);
                }
                statement.push(")");
            }
        }
    }

    /// The filter that takes their deals, activities and leads.
    pub(in crate::insight) fn filter(&self) -> String {
        match self {
            Self::Everything => String::new(),
            Self::Team(id) => format!("team_id = {id}"),
            Self::Person {
                me: true, below, ..
            } if below.is_empty() => "owner_id = me".to_owned(),
            Self::Person { id, below, .. } if below.is_empty() => format!("owner_id = {id}"),
            Self::Person { id, below, .. } => {
                let ids: Vec<String> = [id].into_iter().chain(below).map(Uuid::to_string).collect();
                format!("owner_id in ({})", ids.join(", "))
            }
        }
    }
}

/// Whose figures the reader may ask for.
pub(in crate::insight) struct Choices {
    pub(in crate::insight) audience: Audience,
    pub(in crate::insight) teams: Vec<Choice>,
    pub(in crate::insight) people: Vec<Choice>,
    reports: Vec<(Uuid, Option<Uuid>)>,
}

pub(in crate::insight) fn choices(work: &mut Work<'_>) -> Result<Choices> {
    let (teams, people, reports) = forecast::readable(work)?;
    let mut choices = Choices {
        audience: Audience::Seller,
        teams,
        people,
        reports,
    };
    let me = work.access.user_id;
    let leads = !choices.below(me).is_empty();
    choices.audience = match work.access.role {
        _ if work.access.may(Action::Settings) => Audience::Owner,
        MemberRole::Built(Role::ReadOnly) => Audience::Owner,
        MemberRole::Built(Role::Manager) => Audience::Lead,
        _ if leads => Audience::Lead,
        _ => Audience::Seller,
    };
    Ok(choices)
}

impl Choices {
    /// Those below somebody whom the reader may see.
    fn below(&self, of: Uuid) -> BTreeSet<Uuid> {
        let mut found = BTreeSet::new();
        let mut next = vec![of];
        while let Some(leader) = next.pop() {
            for (id, manager) in &self.reports {
                if *manager == Some(leader) && *id != of && found.insert(*id) {
                    next.push(*id);
                }
            }
        }
        found
    }

    /// Whose it is: what is asked for, or else what suits the reader.
    pub(in crate::insight) fn whose(&self, work: &Work<'_>, of: Option<Of>) -> Result<Whose> {
        let me = work.access.user_id;
        let person = |id: Uuid| Whose::Person {
            id,
            me: id == me,
            below: self.below(id),
        };
        let of = of.unwrap_or_else(|| match self.audience {
            Audience::Owner => Of::Everything,
            Audience::Seller => Of::Person(me),
            Audience::Lead if !self.below(me).is_empty() => Of::Person(me),
            Audience::Lead => {
                let mut own = work.access.team_ids.iter().copied();
                let known = own.find(|id| self.teams.iter().any(|team| team.id == *id));
                known.map_or(Of::Everything, Of::Team)
            }
        });
        let known = |all: &[Choice], id: Uuid| all.iter().any(|one| one.id == id);
        match of {
            Of::Everything => Ok(Whose::Everything),
            Of::Team(id) if known(&self.teams, id) => Ok(Whose::Team(id)),
            Of::Person(id) if id == me || known(&self.people, id) => Ok(person(id)),
            _ => Err(Fault::at("?id", "no_such_record").into()),
        }
    }

    /// What it is called.
    pub(in crate::insight) fn name(
        &self,
        whose: &Whose,
    ) -> (&'static str, Option<Uuid>, Option<String>) {
        let label = |all: &[Choice], id: Uuid| {
            let found = all.iter().find(|one| one.id == id);
            found.map(|one| one.label.clone())
        };
        match whose {
            Whose::Everything => ("workspace", None, None),
            Whose::Team(id) => ("team", Some(*id), label(&self.teams, *id)),
            Whose::Person { id, .. } => ("person", Some(*id), label(&self.people, *id)),
        }
    }

    /// Whether somebody belongs to a team.
    pub(in crate::insight) fn is_in(&self, person: Uuid, team: Uuid) -> bool {
        let mut people = self.people.iter();
        people.any(|one| one.id == person && one.team_id == Some(team))
    }
}
