//! Writes the sample data into a workspace.

use std::collections::HashMap;

use chrono::{Datelike, Days};
use chrono_tz::Tz;
use relasi_domain::{
    identity::{access::Action, role::Role},
    interaction::activity,
    locale::Language,
    record::Document,
};
use relasi_persistence::{sql::Statement, store::instant_micros};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Owner, SamplePlan, Setting, Way, answers, calendar, calls, catalogue, checklist, consents,
    document::{instant, members, stamped},
    patience, plan, rates, reception, visits,
};
use crate::{
    identity::furnish,
    insight::forecast::furnish_sample,
    platform::vault::Vault,
    records::{Batch, Work, member_id},
    refusal::{Refusal, Result},
    timeline,
};

/// The import that every sample record belongs to, in every workspace.
pub const IMPORT_ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_7361_6d70_6c65);

/// One seed for all: the same data every time.
const SEED: u64 = 2_026;

/// Documents written with one call: bounds the memory of a statement's audit and timeline rows.
const CHUNK: usize = 500;

/// Whether the workspace holds sample data.
pub fn is_present(work: &mut Work<'_>) -> Result<bool> {
    let mut statement = Statement::new("");
    for (index, object) in relasi_domain::OBJECTS.iter().enumerate() {
        statement.push(if index == 0 {
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM "
        } else {
            " OR EXISTS (SELECT 1 FROM "
        });
        statement
            .push(object.table)
            .push(" WHERE workspace_id = ")
            .bind(work.access.workspace_id);
        // Spelled out for the partial index on it.
        statement
            .push(" AND import_id IS NOT NULL AND import_id = ")
            .bind(IMPORT_ID)
            .push(")");
    }
    Ok(work.conn.row(&statement, |row| row.int(0))?.is_some())
}

/// Fills the workspace with sample data; all of it belongs to [`IMPORT_ID`]. The keys are those of the links of quotes.
///
/// # Errors
/// [`Refusal::Forbidden`] without the right to change settings, [`Refusal::Conflict`] when it is there already.
pub fn load(work: &mut Work<'_>, vault: &Vault) -> Result<()> {
    if !work.access.may(Action::Settings) {
        return Err(Refusal::Forbidden);
    }
    if is_present(work)? {
        return Err(Refusal::Conflict("sample_data_present"));
    }
    let workspace = workspace(work)?;
    let language = Language::from_tag(&workspace.language).unwrap_or_default();
    if sales(work)?.is_none() {
        furnish(
            work.conn,
            work.access,
            work.now,
            &workspace.language,
            &workspace.currency,
        )?;
    }
    let sales = sales(work)?.ok_or(Refusal::Conflict("no_pipeline"))?;
    let owners = owners(work)?;
    let setting = Setting {
        seed: SEED,
        round: round(work)?,
        now: work.now,
        zone: workspace.zone,
        language,
        currency: &workspace.currency,
        owners: &owners,
        sales,
        position: next_position(work)?,
        tags: tags(work)?,
    };
    write(work, plan(&setting))?;
    meetings(work, &setting)?;
    patience::furnish(work, &setting)?;
    rates::write(work, &setting, BATCH)?;
    catalogue::write(work, (&setting, vault), BATCH)?;
    reception::furnish(work, language, &owners)?;
    answers::furnish(work)?;
    calls::furnish(work, language)?;
    checklist::furnish(work, language)?;
    consents::furnish(work, language)?;
    visits::furnish(work, &setting, BATCH)?;
    // The past of the forecast joins what was just written: without a look at it PostgreSQL goes through all for each deal.
    work.store().gather_statistics()?;
    furnish_sample(work, workspace.zone)
}

/// A meeting that comes again every Monday.
fn meetings(work: &mut Work<'_>, setting: &Setting<'_>) -> Result<()> {
    let today = setting.now.with_timezone(&setting.zone).date_naive();
    let days = 7 - u64::from(today.weekday().num_days_from_monday());
    let first = calendar::at(today + Days::new(days), setting.zone, 9 * 60);
    let subject = match setting.language {
        Language::En => "Sales meeting",
        Language::Id => "Rapat penjualan",
        Language::Th => "ประชุมฝ่ายขาย",
    };
    let mut meeting = stamped(Uuid::now_v7(), setting.now, setting.owners[0]);
    meeting.extend(members([
        ("kind", json!("meeting")),
        ("subject", json!(subject)),
        ("due_at", json!(instant(first))),
        ("duration_minutes", json!(45)),
        ("recurrence", json!("FREQ=WEEKLY;BYDAY=MO")),
    ]));
    work.create_many(&activity::OBJECT, vec![meeting], BATCH)
        .map(drop)
}

/// The documents bring their past.
const BATCH: Batch = Batch {
    import_id: Some(IMPORT_ID),
    historic: true,
};

fn write(work: &mut Work<'_>, plan: SamplePlan) -> Result<()> {
    for (object, documents) in plan.parts() {
        let moves: Vec<timeline::Event<'_>> = documents.iter().flat_map(moves).collect();
        let mut left = documents;
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(CHUNK));
            work.create_many(object, left, BATCH)?;
            left = rest;
        }
        timeline::add(work, &moves)?;
    }
    hand_offs(work)
}

/// What the report on leads that were handed over goes by.
fn hand_offs(work: &mut Work<'_>) -> Result<()> {
    let mut leads = Statement::new(
        "SELECT id, handed_off_at, handed_off_by, owner_id, accepted_at, accepted_by, returned_at, return_reason FROM leads \
         WHERE handed_off_at IS NOT NULL AND import_id IS NOT NULL AND workspace_id = ",
    );
    leads
        .bind(work.access.workspace_id)
        .push(" AND import_id = ")
        .bind(IMPORT_ID);
    let workspace = work.access.workspace_id;
    let rows = work.conn.rows(&leads, |row| {
        let (by, owner) = (row.text(2)?, row.opt_text(3)?);
        let returned = row.opt_int(6)?;
        let returned_by = returned.and(owner.clone());
        Ok(vec![
            workspace.into(),
            Uuid::now_v7().into(),
            row.text(0)?.into(),
            row.int(1)?.into(),
            by.into(),
            owner.into(),
            row.opt_int(4)?.into(),
            row.opt_text(5)?.into(),
            returned.into(),
            returned_by.into(),
            row.opt_text(7)?.into(),
        ])
    })?;
    let columns = [
        "workspace_id",
        "id",
        "lead_id",
        "at",
        "by_id",
        "to_owner_id",
        "accepted_at",
        "accepted_by",
        "returned_at",
        "returned_by",
        "return_reason",
    ];
    work.store()
        .insert_rows("lead_hand_offs", &columns, &rows)?;
    Ok(())
}

/// The moves of a deal for all timelines; none for a document without stage history.
fn moves(document: &Document) -> Vec<timeline::Event<'static>> {
    let Some(id) = member_id(document, "id") else {
        return Vec::new();
    };
    let subjects = [
        ("deal", Some(id)),
        ("company", member_id(document, "company_id")),
        ("contact", member_id(document, "contact_id")),
    ];
    let history = document
        .get("stage_changes")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let mut events = Vec::new();
    for pair in history.windows(2) {
        let at = pair[1]["at"]
            .as_str()
            .and_then(instant_micros)
            .unwrap_or_default();
        let data = json!({"from": pair[1]["from"], "to": pair[1]["to"], "since": pair[0]["at"]});
        events.extend(subjects.iter().filter_map(|(subject, of)| {
            Some(timeline::Event {
                subject: (subject, (*of)?),
                kind: "deal.stage_changed",
                at,
                about: ("deal", id),
                data: data.clone(),
            })
        }));
    }
    events
}

struct Workspace {
    language: String,
    currency: String,
    zone: Tz,
}

fn workspace(work: &mut Work<'_>) -> Result<Workspace> {
    let mut statement =
        Statement::new("SELECT language, currency, time_zone FROM workspaces WHERE id = ");
    statement.bind(work.access.workspace_id);
    let found = work.conn.row(&statement, |row| {
        let zone = row.text(2)?.parse().unwrap_or(Tz::UTC);
        Ok(Workspace {
            language: row.text(0)?,
            currency: row.text(1)?,
            zone,
        })
    })?;
    found.ok_or(Refusal::NotFound)
}

/// Whoever loads the data first, then the other members who may own records.
fn owners(work: &mut Work<'_>) -> Result<Vec<Owner>> {
    let mut statement =
        Statement::new("SELECT user_id, team_id, role FROM memberships WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND active = ")
        .bind(true)
        .push(" ORDER BY created_at, id");
    let members = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.opt_text(1)?, row.text(2)?))
    })?;
    let me = Owner {
        user_id: work.access.user_id,
        team_id: None,
    };
    let mut owners = vec![me];
    for (user, team, role) in members {
        let Ok(user_id) = Uuid::try_parse(&user) else {
            continue;
        };
        let team_id = team.and_then(|team| Uuid::try_parse(&team).ok());
        if user_id == me.user_id {
            owners[0].team_id = team_id;
        } else if role != Role::ReadOnly.code() {
            owners.push(Owner { user_id, team_id });
        }
    }
    Ok(owners)
}

/// The first pipeline that has stages of every kind.
fn sales(work: &mut Work<'_>) -> Result<Option<Way>> {
    let mut statement = Statement::new(
        "SELECT p.id, s.id, s.kind FROM pipelines p JOIN stages s ON s.workspace_id = p.workspace_id AND s.pipeline_id = p.id WHERE p.workspace_id = ",
    );
    statement.bind(work.access.workspace_id);
    statement.push(" AND p.deleted_at IS NULL AND s.deleted_at IS NULL ORDER BY p.position, p.id, s.position, s.id");
    let rows = work.conn.rows(&statement, |row| {
        Ok((row.text(0)?, row.text(1)?, row.text(2)?))
    })?;
    for of_one in rows.chunk_by(|a, b| a.0 == b.0) {
        let of_kind = |kind: &str| {
            of_one
                .iter()
                .filter(|row| row.2 == kind)
                .filter_map(|row| Uuid::try_parse(&row.1).ok())
                .collect::<Vec<_>>()
        };
        let (open, won, lost) = (of_kind("open"), of_kind("won"), of_kind("lost"));
        if let (false, Some(won), Some(lost), Ok(pipeline)) = (
            open.is_empty(),
            won.first(),
            lost.first(),
            Uuid::try_parse(&of_one[0].0),
        ) {
            return Ok(Some(Way {
                pipeline,
                won: *won,
                lost: *lost,
                open,
            }));
        }
    }
    Ok(None)
}

fn next_position(work: &mut Work<'_>) -> Result<i64> {
    let mut statement = Statement::new("SELECT max(position) FROM pipelines WHERE workspace_id = ");
    statement.bind(work.access.workspace_id);
    let last = work.conn.row(&statement, |row| row.opt_int(0))?;
    Ok(last.flatten().map_or(0, |last| last + 1))
}

/// How often the data was taken away before: what was kept of it has the ids of its round.
fn round(work: &mut Work<'_>) -> Result<u64> {
    let mut statement = Statement::new("SELECT count(*) FROM audit_entries WHERE workspace_id = ");
    let workspace = work.access.workspace_id;
    statement
        .bind(workspace)
        .push(" AND record_id = ")
        .bind(workspace)
        .push(" AND action = ")
        .bind(super::remove::REMOVED);
    let rounds = work.conn.row(&statement, |row| row.int(0))?;
    Ok(rounds.unwrap_or_default().unsigned_abs())
}

fn tags(work: &mut Work<'_>) -> Result<HashMap<String, Uuid>> {
    let mut statement = Statement::new("SELECT name_key, id FROM tags WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND deleted_at IS NULL");
    let rows = work
        .conn
        .rows(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?;
    Ok(rows
        .into_iter()
        .filter_map(|(key, id)| Some((key, Uuid::try_parse(&id).ok()?)))
        .collect())
}
