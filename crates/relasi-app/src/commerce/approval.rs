//! Discounts above what a role may give: asked for, approved, rejected.

use relasi_domain::{
    commerce::{
        exact::Exact,
        quote::{OBJECT, State},
    },
    fault::Fault,
    field::FieldRef,
    identity::{
        access::{Access, Action},
        role::MemberRole,
    },
    record::Document,
};
use relasi_persistence::{Conn, Statement, store::text_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{lines, lines::Owner, quote::members, settings};
use crate::{
    platform::notification::{Topic, notify},
    records::{Referring, Work, member_id},
    refusal::{Refusal, Result},
};

/// The most characters of a reason.
const MAX_REASON: usize = 1_000;
/// The most quotes that go to another approver together.
const MOST_WAITING: u32 = 500;
/// The longest way up that is walked.
const MAX_ABOVE: usize = 50;

/// How far somebody may go without asking.
pub(super) fn limit_of(conn: &mut Conn, access: &Access) -> Result<Exact> {
    let settings = settings::of(conn, access.workspace_id)?;
    Ok(settings.limit(access.role))
}

/// A member who may approve.
struct Approver {
    user: Uuid,
    role: MemberRole,
}

/// Asks for approval: the nearest one above who may give that much, else an owner of the workspace.
pub fn request(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Document> {
    work.change(&OBJECT, id, version, "approval_asked", |work, quote| {
        match State::of(&text_of(quote, "status")) {
            State::Draft => {}
            State::Waiting => return Err(Refusal::Conflict("quote_waits")),
            State::Accepted => return Err(Refusal::Conflict("quote_accepted")),
            State::Approved => return Err(Refusal::Conflict("no_approval_needed")),
            State::Out | State::Over => return Err(Refusal::Conflict("quote_over")),
        }
        let lines = lines::of(work.conn, work.access.workspace_id, Owner::Quote, id)?;
        if lines.is_empty() {
            return Err(Refusal::Conflict("quote_without_lines"));
        }
        let share = lines::largest_share(&lines);
        if share <= limit_of(work.conn, work.access)? {
            return Err(Refusal::Conflict("no_approval_needed"));
        }
        let approver = approver(work, share)?.ok_or(Refusal::Conflict("nobody_approves"))?;
        let data = json!({"title": title(quote), "by": work.access.user_id, "percent": share});
        let about = Some((OBJECT.name, id));
        notify(work, approver, Topic::You, "quote_approval", about, &data)?;
        Ok(members(&[
            ("status", json!("waiting")),
            ("approver_id", json!(approver)),
            ("asked_by", json!(work.access.user_id)),
            ("reason", Value::Null),
        ]))
    })
}

/// Approves the discount of a quote.
pub fn approve(work: &mut Work<'_>, id: Uuid, version: Option<i64>) -> Result<Document> {
    decide(work, (id, version), "approved", None)
}

/// Rejects the discount of a quote for a reason.
pub fn reject(
    work: &mut Work<'_>,
    id: Uuid,
    version: Option<i64>,
    reason: &str,
) -> Result<Document> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Fault::field("reason", "required").into());
    }
    if reason.chars().count() > MAX_REASON {
        return Err(Fault::field("reason", "too_long")
            .with("max", MAX_REASON)
            .into());
    }
    decide(work, (id, version), "rejected", Some(reason))
}

fn decide(
    work: &mut Work<'_>,
    (id, version): (Uuid, Option<i64>),
    verb: &'static str,
    reason: Option<&str>,
) -> Result<Document> {
    work.decide(&OBJECT, id, version, verb, |work, quote| {
        if State::of(&text_of(quote, "status")) != State::Waiting {
            return Err(Refusal::Conflict("quote_not_waiting"));
        }
        let lines = lines::of(work.conn, work.access.workspace_id, Owner::Quote, id)?;
        let share = lines::largest_share(&lines);
        if !may_decide(work, quote, share)? {
            return Err(Refusal::Forbidden);
        }
        if let Some(asked_by) = member_id(quote, "asked_by") {
            let data = json!({"title": title(quote), "by": work.access.user_id, "text": reason});
            let kind = format!("quote_{verb}");
            let about = Some((OBJECT.name, id));
            notify(work, asked_by, Topic::You, &kind, about, &data)?;
        }
        let status = if reason.is_none() {
            "approved"
        } else {
            "draft"
        };
        Ok(members(&[
            ("status", json!(status)),
            ("approver_id", json!(work.access.user_id)),
            ("reason", json!(reason)),
        ]))
    })
}

/// Quotes that wait for somebody's approval.
pub(crate) fn waiting_for(work: &mut Work<'_>, user: Uuid) -> Result<Vec<Uuid>> {
    let mut statement = Statement::new(
        "SELECT id FROM quotes WHERE status = 'waiting' AND deleted_at IS NULL AND workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND approver_id = ")
        .bind(user)
        .push(" ORDER BY id")
        .limit(MOST_WAITING);
    Ok(work.conn.rows(&statement, |row| row.id(0))?)
}

/// Asks somebody else for the approvals that wait for a member, but for those that they asked for themselves.
pub(crate) fn ask_instead(work: &mut Work<'_>, from: Uuid, to: Uuid) -> Result<()> {
    let field = OBJECT.field("approver_id");
    let by = Referring {
        object: &OBJECT,
        field: FieldRef::Built(field.expect("quotes have it")),
    };
    for id in waiting_for(work, from)? {
        let Some(quote) = work.store().find(&OBJECT, id)? else {
            continue;
        };
        let asked_by = member_id(&quote, "asked_by");
        if asked_by == Some(to) {
            continue;
        }
        let lines = lines::of(work.conn, work.access.workspace_id, Owner::Quote, id)?;
        let share = lines::largest_share(&lines);
        let data = json!({"title": title(&quote), "by": asked_by, "percent": share});
        let about = Some((OBJECT.name, id));
        work.repoint(&by, quote, json!(to))?;
        notify(work, to, Topic::You, "quote_approval", about, &data)?;
    }
    Ok(())
}

/// Whoever was asked, others above who asked, and who runs the workspace: each as far as their own limit goes, and nobody
/// for themselves.
fn may_decide(work: &mut Work<'_>, quote: &Document, share: Exact) -> Result<bool> {
    let asked_by = member_id(quote, "asked_by");
    let own = work.access.user_id;
    if asked_by == Some(own) || share > limit_of(work.conn, work.access)? {
        return Ok(false);
    }
    if member_id(quote, "approver_id") == Some(own) || work.access.may(Action::Settings) {
        return Ok(true);
    }
    let Some(asked_by) = asked_by else {
        return Ok(false);
    };
    Ok(above(work, asked_by)?.iter().any(|one| one.user == own))
}

fn title(quote: &Document) -> String {
    format!("{} {}", text_of(quote, "number"), text_of(quote, "name"))
}

/// Who is to approve a discount of somebody.
fn approver(work: &mut Work<'_>, share: Exact) -> Result<Option<Uuid>> {
    let settings = settings::of(work.conn, work.access.workspace_id)?;
    let enough = |one: &Approver| settings.limit(one.role) >= share;
    let own = work.access.user_id;
    let managers = above(work, own)?;
    if let Some(found) = managers.into_iter().find(enough) {
        return Ok(Some(found.user));
    }
    let mut statement =
        Statement::new("SELECT user_id FROM memberships WHERE role = 'owner' AND workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND active = ")
        .bind(true)
        .push(" AND user_id <> ")
        .bind(own)
        .push(" ORDER BY created_at, id")
        .limit(1);
    Ok(work.conn.row(&statement, |row| row.id(0))?)
}

/// Active members above somebody, the nearest first.
fn above(work: &mut Work<'_>, user: Uuid) -> Result<Vec<Approver>> {
    let workspace = work.access.workspace_id;
    let mut found = Vec::new();
    let mut statement = Statement::new("SELECT id FROM memberships WHERE workspace_id = ");
    statement.bind(workspace).push(" AND user_id = ").bind(user);
    let mut at: Option<Uuid> = work.conn.row(&statement, |row| row.id(0))?;
    let mut seen = Vec::new();
    while let Some(membership) = at {
        if seen.contains(&membership) || seen.len() > MAX_ABOVE {
            break;
        }
        seen.push(membership);
        let mut next = Statement::new(
            "SELECT m.id, m.user_id, m.role, m.active, own.role_id FROM member_places p \
             JOIN memberships m ON m.workspace_id = p.workspace_id AND m.id = p.manager_id \
             LEFT JOIN member_places own ON own.workspace_id = m.workspace_id AND own.membership_id = m.id \
             WHERE p.workspace_id = ",
        );
        next.bind(workspace)
            .push(" AND p.membership_id = ")
            .bind(membership);
        let manager = work.conn.row(&next, |row| {
            let role = row.opt_id(4)?.map(MemberRole::Made);
            let role = role.or_else(|| MemberRole::parse(&row.text(2).unwrap_or_default()));
            Ok((row.id(0)?, row.id(1)?, role, row.bool(3)?))
        })?;
        at = manager.as_ref().map(|(id, ..)| *id);
        if let Some((_, user, Some(role), true)) = manager {
            found.push(Approver { user, role });
        }
    }
    Ok(found)
}
