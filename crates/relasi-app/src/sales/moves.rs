//! The stage history of deals: written with each move, never changed, read as stays.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use relasi_domain::{
    record::Document,
    sales::{
        deal,
        stay::{self, Move},
    },
};
use relasi_persistence::{
    Statement,
    sql::Value as Sql,
    store::{instant_micros, instant_text},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    records::{Change, Work, member_id},
    refusal::Result,
    timeline,
};

/// Moves of one deal that are read at most, the latest.
const MOST: u32 = 1_000;

/// Appends to the stage history; a new deal that brings its history with it (`stage_changes`) keeps that. The ids of the moves
/// that were added.
pub(super) fn record(work: &mut Work<'_>, moved: &[&Change<'_>]) -> Result<BTreeSet<Uuid>> {
    let mut rows = Vec::new();
    let mut events = Vec::new();
    for change in moved {
        if let Some(history) = change.is("stage_changes").as_array() {
            for entry in history {
                let at = entry["at"]
                    .as_str()
                    .and_then(instant_micros)
                    .unwrap_or_else(|| work.micros());
                rows.push(history_row(
                    work,
                    change.id,
                    &entry["from"],
                    &entry["to"],
                    at,
                ));
            }
            continue;
        }
        let micros = |since: &Value| since.as_str().and_then(instant_micros);
        let given = micros(change.is("stage_since"));
        // Who goes back to where they were since long ago goes now.
        let at = given
            .filter(|given| micros(change.was("stage_since")).is_none_or(|was| was <= *given))
            .unwrap_or_else(|| work.micros());
        rows.push(history_row(
            work,
            change.id,
            change.was("stage_id"),
            change.is("stage_id"),
            at,
        ));
        if change.before.is_some() {
            let data = json!({"from": change.was("stage_id"), "to": change.is("stage_id"), "since": change.was("stage_since")});
            events.push((change, data, at));
        }
    }
    let columns = [
        "workspace_id",
        "id",
        "deal_id",
        "from_stage_id",
        "to_stage_id",
        "at",
        "actor_id",
    ];
    let ids = rows.iter().map(|(id, _)| *id).collect();
    let rows: Vec<Vec<Sql>> = rows.into_iter().map(|(_, row)| row).collect();
    work.store().insert_rows("stage_changes", &columns, &rows)?;
    let mut told = Vec::new();
    for (change, data, at) in events {
        for subject in ["deal", "company", "contact"] {
            let id = if subject == "deal" {
                Some(change.id)
            } else {
                member_id(&change.after, &format!("{subject}_id"))
            };
            told.extend(id.map(|id| timeline::Event {
                subject: (subject, id),
                kind: "deal.stage_changed",
                at,
                about: ("deal", change.id),
                data: data.clone(),
            }));
        }
    }
    timeline::add(work, &told)?;
    Ok(ids)
}

fn history_row(work: &Work<'_>, deal: Uuid, from: &Value, to: &Value, at: i64) -> (Uuid, Vec<Sql>) {
    let id = Uuid::now_v7();
    let row = vec![
        work.access.workspace_id.into(),
        id.into(),
        deal.into(),
        from.as_str().into(),
        to.as_str().unwrap_or_default().into(),
        at.into(),
        work.access.user_id.into(),
    ];
    (id, row)
}

/// A stay of a deal in a stage, from the move that took it there.
#[derive(Debug, Serialize)]
pub struct Stay {
    /// The move.
    pub id: Uuid,
    /// Where the deal came from; none when it was made.
    pub from_stage_id: Option<Uuid>,
    /// Where it stayed.
    pub to_stage_id: Uuid,
    /// When it came.
    pub at: String,
    /// Who moved it.
    pub by: Option<Uuid>,
    /// Whole days until it went on, until now, or until it was closed.
    pub days: i64,
}

/// What a deal spent in a stage, all its stays together.
#[derive(Debug, Serialize)]
pub struct Spent {
    /// The stage.
    pub stage_id: Uuid,
    /// Whole days.
    pub days: i64,
    /// How often it came.
    pub visits: i64,
}

/// The way of a deal.
#[derive(Debug, Serialize)]
pub struct Way {
    /// Its stays, the first one first.
    pub items: Vec<Stay>,
    /// The time in each stage that it has been in.
    pub stages: Vec<Spent>,
    /// Days since anything happened to it; none for a closed deal.
    pub quiet_days: Option<i64>,
}

/// The way of a deal that the caller may see.
pub fn of_deal(work: &mut Work<'_>, id: Uuid) -> Result<Way> {
    let deal = work.visible(&deal::OBJECT, id)?;
    if work.access.hides(&deal::OBJECT, "stage_id") {
        let nothing = Way {
            items: Vec::new(),
            stages: Vec::new(),
            quiet_days: None,
        };
        return Ok(nothing);
    }
    let mut statement = Statement::new(
        "SELECT id, from_stage_id, to_stage_id, at, actor_id FROM stage_changes WHERE workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND deal_id = ")
        .bind(id)
        .push(" ORDER BY at DESC, id DESC")
        .limit(MOST);
    let mut rows = work.conn.rows(&statement, |row| {
        let at = row.at(3)?;
        let stay = Stay {
            id: row.id(0)?,
            from_stage_id: row.opt_id(1)?,
            to_stage_id: row.id(2)?,
            at: instant_text(at.timestamp_micros()),
            by: row.opt_id(4)?,
            days: 0,
        };
        Ok((stay, at))
    })?;
    rows.reverse();
    let moves: Vec<Move<Uuid>> = rows
        .iter()
        .map(|(stay, at)| Move {
            to: stay.to_stage_id,
            at: *at,
        })
        .collect();
    let closed = instant(&deal, "closed_at");
    let end = closed.unwrap_or(work.now);
    let lengths = stay::lengths(&moves, end);
    let items = rows.into_iter().zip(lengths);
    let items = items.map(|((stay, _), length)| Stay {
        days: length.num_days(),
        ..stay
    });
    let stages = stay::by_stage(&moves, end);
    let stages = stages.into_iter().map(|(stage_id, stay)| Spent {
        stage_id,
        days: stay.days(),
        visits: stay.visits,
    });
    let (moved, done) = (
        instant(&deal, "stage_since"),
        instant(&deal, "last_activity_at"),
    );
    let quiet = stay::quiet_days(moved, done, work.now);
    Ok(Way {
        items: items.collect(),
        stages: stages.collect(),
        quiet_days: quiet.filter(|_| closed.is_none()),
    })
}

fn instant(deal: &Document, name: &str) -> Option<DateTime<Utc>> {
    let micros = deal.get(name)?.as_str().and_then(instant_micros)?;
    DateTime::from_timestamp_micros(micros)
}
