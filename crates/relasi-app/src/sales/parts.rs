//! Who is part of a deal: people in their roles, and competitors. What the deal itself shows of them follows from here.

use std::collections::BTreeSet;

use relasi_domain::{
    fault::{Fault, Faults},
    record::{Document, Object},
    sales::{
        deal,
        deal_competitor::{self, DealCompetitor, ENGAGED, LOST_TO, WON_AGAINST},
        deal_contact::{self, DealContact, ROLES},
    },
};
use relasi_persistence::{
    Conn, Statement,
    store::{Related, Store, instant_micros, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::members;
use crate::{
    records::{Change, Draft, Rules, Work, in_trash, member_id, validate_as},
    refusal::Result,
    timeline,
};

/// Parts of one deal at most; as many as one page.
const MOST: u32 = 200;

/// What is special to people of deals.
pub struct DealContactRules;

impl Rules for DealContactRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<DealContact>(document, faults);
    }

    /// Nobody has the same role in a deal twice.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let own = ["deal_id", "contact_id", "role"];
        if before.is_some_and(|before| own.iter().all(|name| before.get(*name) == draft.get(*name)))
        {
            return Ok(());
        }
        once(
            work,
            &deal_contact::OBJECT,
            draft,
            &own,
            Fault::field("role", "role_is_there"),
        )
    }

    fn before_restore(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        let own = ["deal_id", "contact_id", "role"];
        once(
            work,
            &deal_contact::OBJECT,
            document,
            &own,
            Fault::field("role", "role_is_there"),
        )
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        let mut told = Vec::new();
        for change in changes.iter().filter(|change| change.before.is_none()) {
            let data = json!({"role": change.is("role")});
            let (object, kind) = (&deal_contact::OBJECT, "deal_contact.created");
            told.extend(events(work, object, kind, change, &data));
        }
        timeline::add(work, &told)?;
        follow(work, changes, keep_roles)
    }
}

/// What is special to competitors in deals.
pub struct DealCompetitorRules;

impl Rules for DealCompetitorRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<DealCompetitor>(document, faults);
    }

    /// Nobody is in a deal twice.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        if before.is_some() {
            return Ok(());
        }
        let fault = Fault::field("competitor_id", "competitor_is_there");
        once(
            work,
            &deal_competitor::OBJECT,
            draft,
            &["deal_id", "competitor_id"],
            fault,
        )
    }

    fn before_restore(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        let fault = Fault::field("competitor_id", "competitor_is_there");
        once(
            work,
            &deal_competitor::OBJECT,
            document,
            &["deal_id", "competitor_id"],
            fault,
        )
    }

    fn written(&self, work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
        let mut told = Vec::new();
        for change in changes.iter().filter(|change| change.touched("state")) {
            let data = json!({"state": change.is("state")});
            let (object, kind) = (&deal_competitor::OBJECT, "deal_competitor.stands");
            told.extend(events(work, object, kind, change, &data));
        }
        timeline::add(work, &told)?;
        follow(work, changes, keep_competitors)
    }
}

/// Refuses what is there already with the same members.
fn once(
    work: &mut Work<'_>,
    object: &'static Object,
    draft: &Document,
    own: &[&str],
    fault: Fault,
) -> Result<()> {
    let mut statement = Statement::new(format!(
        "SELECT 1 FROM {} WHERE workspace_id = ",
        object.table
    ));
    statement
        .bind(work.access.workspace_id)
        .push(" AND deleted_at IS NULL AND id <> ")
        .bind(text_of(draft, "id"));
    for name in own {
        statement
            .push(&format!(" AND {name} = "))
            .bind(text_of(draft, name));
    }
    match work.conn.row(statement.limit(1), |row| row.int(0))? {
        Some(_) => Err(fault.into()),
        None => Ok(()),
    }
}

/// The event of a part on the timeline of its deal, and of the person.
fn events<'e>(
    work: &Work<'_>,
    object: &'static Object,
    kind: &'e str,
    change: &Change<'_>,
    data: &Value,
) -> Vec<timeline::Event<'e>> {
    let made = change.is("created_at").as_str().and_then(instant_micros);
    let at = made.filter(|_| change.before.is_none());
    let id = |name: &str| member_id(&change.after, name);
    let subjects = [
        id("deal_id").map(|id| ("deal", id)),
        id("contact_id").map(|id| ("contact", id)),
    ];
    let event = |subject| timeline::Event {
        subject,
        kind,
        at: at.unwrap_or_else(|| work.micros()),
        about: (object.name, change.id),
        data: data.clone(),
    };
    subjects.into_iter().flatten().map(event).collect()
}

/// Keeps a list of the deals concerned.
fn follow(
    work: &mut Work<'_>,
    changes: &[Change<'_>],
    keep: impl Fn(&mut Conn, Uuid, Uuid) -> Result<()>,
) -> Result<()> {
    let mut deals = BTreeSet::new();
    for change in changes {
        let before = change.before.as_ref();
        deals.extend(before.and_then(|before| member_id(before, "deal_id")));
        deals.extend(member_id(&change.after, "deal_id"));
    }
    for deal in deals {
        // Two that work on parts of the same deal must see each other's.
        work.store().lock(&deal::OBJECT, deal)?;
        keep(work.conn, work.access.workspace_id, deal)?;
    }
    Ok(())
}

/// Writes down which roles are filled in a deal.
pub(crate) fn keep_roles(conn: &mut Conn, workspace: Uuid, deal: Uuid) -> Result<()> {
    let filled = column(
        conn,
        workspace,
        "SELECT DISTINCT role FROM deal_contacts",
        deal,
    )?;
    let roles = ROLES.iter().map(ToString::to_string);
    let roles: Vec<String> = roles.filter(|role| filled.contains(role)).collect();
    let mut store = Store::of_workspace(conn, workspace);
    Ok(store.maintain_list(&deal::OBJECT, deal, "contact_roles", &roles)?)
}

fn keep_competitors(conn: &mut Conn, workspace: Uuid, deal: Uuid) -> Result<()> {
    let select = "SELECT competitor_id FROM deal_competitors";
    let ids = column(conn, workspace, select, deal)?;
    let mut store = Store::of_workspace(conn, workspace);
    Ok(store.maintain_list(&deal::OBJECT, deal, "competitors", &ids)?)
}

/// The deals in which somebody has a role.
pub(crate) fn deals_of(conn: &mut Conn, workspace: Uuid, people: &[String]) -> Result<Vec<Uuid>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement =
        Statement::new("SELECT DISTINCT deal_id FROM deal_contacts WHERE workspace_id = ");
    statement
        .bind(workspace)
        .push(" AND contact_id IN (")
        .bind_all(people)
        .push(") ORDER BY deal_id")
        .uncached();
    Ok(conn.rows(&statement, |row| row.id(0))?)
}

fn column(conn: &mut Conn, workspace: Uuid, select: &str, deal: Uuid) -> Result<Vec<String>> {
    let mut statement = Statement::new(format!("{select} WHERE workspace_id = "));
    statement
        .bind(workspace)
        .push(" AND deleted_at IS NULL AND deal_id = ")
        .bind(deal)
        .push(" ORDER BY 1")
        .limit(MOST);
    Ok(conn.rows(&statement, |row| row.text(0))?)
}

/// Parts of a deal, and names by the plural of what they are about.
type Parts = (Vec<Document>, Vec<(String, Vec<Related>)>);

/// The parts of a deal that the caller may see, whoever they belong to, and the names of those whom they are about.
pub fn of_deal(work: &mut Work<'_>, object: &'static Object, id: Uuid) -> Result<Parts> {
    work.visible(&deal::OBJECT, id)?;
    let parts = living(work, object, id)?;
    let about = if object.name == deal_contact::OBJECT.name {
        "contact"
    } else {
        "competitor"
    };
    let named: BTreeSet<String> = parts
        .iter()
        .map(|part| text_of(part, &format!("{about}_id")))
        .collect();
    let named: Vec<String> = named.into_iter().collect();
    let named = work.store().named(about, &named)?;
    let included = named.map(|(plural, names)| (plural.to_owned(), names));
    let access = work.access;
    let seen = parts.into_iter().map(|part| access.seen(object, part));
    Ok((seen.collect(), included.into_iter().collect()))
}

fn living(work: &mut Work<'_>, object: &'static Object, deal: Uuid) -> Result<Vec<Document>> {
    let select = format!("SELECT id FROM {}", object.table);
    let ids = column(work.conn, work.access.workspace_id, &select, deal)?;
    let mut parts = work.store().find_all(object, &ids)?;
    parts.retain(|part| !in_trash(part));
    parts.sort_by_key(|part| text_of(part, "id"));
    Ok(parts)
}

/// How it went with the competitors follows from how the deal ended.
pub(super) fn settle(work: &mut Work<'_>, change: &Change<'_>) -> Result<()> {
    let winner = member_id(&change.after, "lost_to_id");
    let status = text_of(&change.after, "status");
    let mut known = false;
    for part in living(work, &deal_competitor::OBJECT, change.id)? {
        let is_winner = winner.is_some() && member_id(&part, "competitor_id") == winner;
        known |= is_winner;
        let state = match (status.as_str(), text_of(&part, "state").as_str()) {
            ("lost", _) if is_winner => LOST_TO,
            ("won", ENGAGED) => WON_AGAINST,
            ("open", _) => ENGAGED,
            _ => continue,
        };
        if text_of(&part, "state") != state {
            let patch = members(&[("state", json!(state))]);
            work.apply_always(&deal_competitor::OBJECT, part, patch, "updated")?;
        }
    }
    if let (Some(winner), "lost", false) = (winner, status.as_str(), known) {
        let part = members(&[
            ("deal_id", json!(change.id)),
            ("competitor_id", json!(winner)),
            ("state", json!(LOST_TO)),
        ]);
        work.create(&deal_competitor::OBJECT, part)?;
    }
    Ok(())
}

/// What belonged to the owner of a deal belongs to the next one.
pub(super) fn hand_over(work: &mut Work<'_>, change: &Change<'_>) -> Result<()> {
    let Some(before) = change
        .before
        .as_ref()
        .and_then(|deal| member_id(deal, "owner_id"))
    else {
        return Ok(());
    };
    for object in [&deal_contact::OBJECT, &deal_competitor::OBJECT] {
        let mut statement = Statement::new(format!("UPDATE {} SET owner_id = ", object.table));
        statement
            .bind(member_id(&change.after, "owner_id"))
            .push(", team_id = ")
            .bind(member_id(&change.after, "team_id"))
            .push(" WHERE workspace_id = ")
            .bind(work.access.workspace_id)
            .push(" AND deal_id = ")
            .bind(change.id)
            .push(" AND owner_id = ")
            .bind(before);
        work.conn.execute(&statement)?;
    }
    Ok(())
}
