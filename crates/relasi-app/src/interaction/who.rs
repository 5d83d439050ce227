//! Who can see a record, why, and what they may do with it.

use relasi_domain::{
    identity::{
        access::{Access, Action, Limit, OwnedBy, RecordScope, Shared},
        field_right::FieldRight,
        role::MemberRole,
    },
    record::Object,
    shape::Shape,
};
use relasi_persistence::store::instant_text;
use serde::Serialize;
use uuid::Uuid;

use super::share::{self, Share};
use crate::{
    identity::{Somebody, everybody},
    records::{Work, owned_by},
    refusal::Result,
};

/// What may be done to one record.
const ACTIONS: [Action; 4] = [Action::See, Action::Edit, Action::Delete, Action::Export];

/// A member who can see a record.
#[derive(Debug, Clone, Serialize)]
pub struct Seer {
    /// The person.
    pub user_id: Uuid,
    /// The membership.
    pub member_id: Uuid,
    /// The name.
    pub full_name: String,
    /// The role: a code, or an id.
    pub role: MemberRole,
    /// What a role of the workspace's own is called.
    pub role_name: Option<String>,
    /// What they may do with it.
    pub may: Vec<Action>,
    /// Why they see it; each way by itself would do.
    pub reasons: Vec<Reason>,
    /// The fields that their role does not let them see, or only see.
    pub fields: Vec<Closed>,
}

/// A field of the record that somebody's role closes to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// Its name.
    pub field: String,
    /// What they may do with it: `hidden` or `see`.
    pub right: FieldRight,
}

/// Why somebody can see a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// It is theirs.
    Owner,
    /// It belongs to a team of theirs.
    Team {
        /// The team.
        team_id: Uuid,
    },
    /// Its owner reports to them, directly or further.
    Reports {
        /// The owner.
        user_id: Uuid,
    },
    /// Their role sees every record of the kind.
    Role,
    /// It is shared with them or with a team of theirs.
    Share {
        /// The share.
        share_id: Uuid,
        /// The team that it is shared with; none for themselves.
        team_id: Option<Uuid>,
        /// Who shared it.
        by: Uuid,
        /// Until when.
        until: Option<String>,
        /// To change it as well.
        may_edit: bool,
    },
}

/// A page of members, and where the next one begins.
pub type Page = (Vec<Seer>, Option<(i64, String)>);

/// The active members who can see a record, by name, `limit` of them behind a place; and where the next ones begin.
///
/// For whoever sees the record: who is a member is known to every member. Fields that are hidden from who asks are not
/// named.
pub fn who(
    work: &mut Work<'_>,
    object: &'static Object,
    id: Uuid,
    after: Option<(i64, String)>,
    limit: u32,
) -> Result<Page> {
    let record = work.visible(object, id)?;
    let owned = owned_by(object, &record);
    let shares = share::holding(work, id)?;
    let all = everybody(work.conn, work.access.workspace_id)?;
    let shape = work.access.shape(object);
    let first = after.map_or(0, |(place, id)| {
        let found = all
            .iter()
            .position(|one| one.access.membership_id.to_string() == id);
        found.map_or_else(|| usize::try_from(place).unwrap_or(0), |place| place + 1)
    });
    let limit = limit as usize;
    let mut seers = Vec::new();
    let mut last = None;
    for (place, one) in all.iter().enumerate().skip(first) {
        let Some(seer) = seer(one, shape, &owned, &shares) else {
            continue;
        };
        if seers.len() == limit {
            return Ok((seers, last));
        }
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        last = Some((place, seer.member_id.to_string()));
        seers.push(seer);
    }
    Ok((seers, None))
}

fn seer(one: &Somebody, shape: Shape<'_>, owned: &OwnedBy, shares: &[Share]) -> Option<Seer> {
    let (access, object) = (&one.access, shape.object);
    let may = |action: &Action| {
        let limit = access.limit(object, *action);
        limit.contains(owned) || shares.iter().any(|share| widens(&limit, share))
    };
    let may: Vec<Action> = ACTIONS.into_iter().filter(|action| may(action)).collect();
    if !may.contains(&Action::See) {
        return None;
    }
    Some(Seer {
        user_id: access.user_id,
        member_id: access.membership_id,
        full_name: one.name.clone(),
        role: access.role,
        role_name: one.role.clone(),
        may,
        reasons: reasons(&access.limit(object, Action::See), owned, shares),
        fields: closed(access, shape),
    })
}

/// What a role closes of the fields that are there, as far as who asks knows of them.
fn closed(access: &Access, shape: Shape<'_>) -> Vec<Closed> {
    let fields = access.rights().fields().fields(shape.object.name);
    let known = fields.filter(|(name, _)| shape.field(name).is_some());
    let closed = known.map(|(name, right)| Closed {
        field: name.to_owned(),
        right,
    });
    closed.collect()
}

/// Whether a share lets a limit reach its record; the same answer as the database gives.
fn widens(limit: &Limit<'_>, share: &Share) -> bool {
    let theirs = share.user == Some(limit.user_id)
        || share
            .team
            .is_some_and(|team| limit.team_ids.contains(&team));
    theirs
        && match limit.shared {
            Shared::Nothing => false,
            Shared::ToEdit => share.may_edit,
            Shared::ToSee => true,
        }
}

fn reasons(limit: &Limit<'_>, owned: &OwnedBy, shares: &[Share]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if owned.owner_id == Some(limit.user_id) {
        reasons.push(Reason::Owner);
    }
    match (limit.scope, owned.team_id, owned.owner_id) {
        (RecordScope::All, ..) => reasons.push(Reason::Role),
        (RecordScope::Team, Some(team_id), _) if limit.team_ids.contains(&team_id) => {
            reasons.push(Reason::Team { team_id });
        }
        (RecordScope::Tree, _, Some(user_id)) if limit.has_report(user_id) => {
            reasons.push(Reason::Reports { user_id });
        }
        _ => {}
    }
    let shares = shares.iter().filter(|share| widens(limit, share));
    reasons.extend(shares.map(|share| Reason::Share {
        share_id: share.id,
        team_id: share.team,
        by: share.created_by,
        until: share.until.map(instant_text),
        may_edit: share.may_edit,
    }));
    reasons
}
