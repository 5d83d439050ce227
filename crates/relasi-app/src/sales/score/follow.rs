//! Keeping scores right: points by the rules that a lead meets, and its chance by the model.
//!
//! All leads of a change are worked out together, so that an import costs a few statements and not a few for each lead.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{DateTime, Utc, Weekday};
use relasi_domain::{
    filter::{self, Condition, Context},
    identity::access::Access,
    record::{Document, Object},
    sales::{
        lead::{self, CONVERTED},
        score::{Bands, Mark, bayes::Counts, since, total},
    },
};
use relasi_persistence::{
    Conn, Dialect, Statement,
    sql::Value as Sql,
    store::{Store, text_of},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    history::{Past, facts_of, past},
    model, row,
    row::Rule,
    settings::{self, Settings},
};
use crate::{
    identity::product_access,
    platform::business_hours::zone_of,
    records::{Change, Draft, Work, in_trash},
    refusal::Result,
};

/// What leads are scored by, as it is at one moment.
pub(super) struct Scorer {
    access: Access,
    rules: Vec<(Rule, Option<Condition>)>,
    bands: Bands,
    model: Option<Counts>,
    now: DateTime<Utc>,
}

impl Scorer {
    /// Nothing where there is nothing to score by, unless what was scored before is to be taken away.
    fn busy(conn: &mut Conn, workspace: Uuid, now: DateTime<Utc>) -> Result<Option<Self>> {
        let settings = settings::of(conn, workspace)?;
        let mut rules = row::all(conn, workspace)?;
        rules.retain(|rule| rule.active);
        if rules.is_empty() && settings.model_id.is_none() {
            return Ok(None);
        }
        Self::with(conn, workspace, now, (settings, rules)).map(Some)
    }

    /// With rules or without.
    pub(super) fn open(conn: &mut Conn, workspace: Uuid, now: DateTime<Utc>) -> Result<Self> {
        let settings = settings::of(conn, workspace)?;
        let mut rules = row::all(conn, workspace)?;
        rules.retain(|rule| rule.active);
        Self::with(conn, workspace, now, (settings, rules))
    }

    fn with(
        conn: &mut Conn,
        workspace: Uuid,
        now: DateTime<Utc>,
        (settings, rules): (Settings, Vec<Rule>),
    ) -> Result<Self> {
        let model = match settings.model_id {
            Some(id) => model::counts(conn, workspace, id)?,
            None => None,
        };
        // As rows have it: what is read again is the same.
        let now = DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now);
        let zone = zone_of(conn, workspace)?;
        let access = product_access(conn, workspace)?;
        let context = Context {
            now,
            zone,
            week_start: Weekday::Mon,
            me: None,
            my_team: None,
        };
        let resolved = rules.into_iter().map(|rule| {
            // One that asks for a field that is gone is met by none.
            let filter = filter::parse(&rule.filter, access.whole(&lead::OBJECT));
            let condition = filter.ok().map(|filter| filter.resolve(&context));
            (rule, condition)
        });
        Ok(Self {
            rules: resolved.collect(),
            bands: settings.bands,
            model,
            now,
            access,
        })
    }

    /// Works leads out anew that are as these documents say; what became a contact stays as it was.
    pub(super) fn score(&self, conn: &mut Conn, leads: &[&Document]) -> Result<()> {
        let open = leads
            .iter()
            .copied()
            .filter(|lead| text_of(lead, "status") != CONVERTED && !in_trash(lead));
        let open: Vec<&Document> = open.collect();
        if open.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = open.iter().map(|lead| text_of(lead, "id")).collect();
        let workspace = self.access.workspace_id;
        let listens =
            self.model.is_some() || self.rules.iter().any(|(rule, _)| rule.happening.is_some());
        let pasts = if listens {
            past(conn, workspace, &ids)?
        } else {
            BTreeMap::new()
        };
        let known = known(conn, workspace, &ids)?;
        let mut groups: BTreeMap<Values, Vec<&str>> = BTreeMap::new();
        let (mut gone, mut rows) = (Vec::new(), Vec::new());
        for (lead, id) in open.iter().zip(&ids) {
            let nothing = Past::default();
            let past = pasts.get(id).unwrap_or(&nothing);
            let before = known.get(id);
            let marks = self.marks(conn, lead, past, before);
            if before.map_or(0, BTreeMap::len) != marks.len()
                || before.is_some_and(|before| *before != marks)
            {
                if before.is_some() {
                    gone.push(id.as_str());
                }
                rows.extend(self.rows(id, &marks));
            }
            let values = self.values(lead, past, &marks);
            if values != as_is(lead) {
                groups.entry(values).or_default().push(id);
            }
        }
        forget(conn, workspace, &gone)?;
        let columns = [
            "workspace_id",
            "lead_id",
            "rule_id",
            "points",
            "since",
            "until",
            "counted",
        ];
        Store::new(conn, &self.access).insert_rows("score_marks", &columns, &rows)?;
        for (values, ids) in groups {
            keep(conn, workspace, &values, &ids)?;
        }
        Ok(())
    }

    /// The rules that a lead meets.
    fn marks(
        &self,
        conn: &mut Conn,
        lead: &Document,
        past: &Past,
        known: Option<&BTreeMap<Uuid, Kept>>,
    ) -> BTreeMap<Uuid, Kept> {
        let conn = RefCell::new(conn);
        let behind = |object: &'static Object, id: Uuid| {
            let mut conn = conn.borrow_mut();
            // What can't be read now is not there.
            let found = Store::new(&mut conn, &self.access).find(object, id);
            found.ok().flatten()
        };
        let mut marks = BTreeMap::new();
        for (rule, condition) in &self.rules {
            let matches = condition
                .as_ref()
                .is_some_and(|condition| condition.matches(lead, &behind));
            let happened = rule.happening.map(|happening| past.last(happening));
            let before = known.and_then(|known| known.get(&rule.id));
            let before = before.map(|kept| kept.mark.since);
            if let Some(since) = since(matches, happened, before, self.now) {
                let mark = Mark::new(rule.points, since, rule.days);
                let counted = mark.counts(self.now);
                marks.insert(rule.id, Kept { mark, counted });
            }
        }
        marks
    }

    fn rows(&self, lead: &str, marks: &BTreeMap<Uuid, Kept>) -> Vec<Vec<Sql>> {
        let workspace = self.access.workspace_id;
        let row = |(rule, kept): (&Uuid, &Kept)| {
            vec![
                workspace.into(),
                lead.into(),
                (*rule).into(),
                kept.mark.points.into(),
                kept.mark.since.into(),
                kept.mark.until.map(|until| until.timestamp_micros()).into(),
                kept.counted.into(),
            ]
        };
        marks.iter().map(row).collect()
    }

    fn values(&self, lead: &Document, past: &Past, marks: &BTreeMap<Uuid, Kept>) -> Values {
        let marks = marks.values().map(|kept| &kept.mark);
        let score = (!self.rules.is_empty()).then(|| total(marks, self.now));
        let waits = text_of(lead, "status") != "unqualified";
        let model = self.model.as_ref().filter(|_| waits);
        Values {
            score,
            grade: score.map(|score| self.bands.grade(score).to_owned()),
            chance: model.map(|model| per_cent(model.chance(&facts_of(lead, past, self.now)))),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a chance is between 0 and 1"
)]
fn per_cent(chance: f64) -> i64 {
    (chance * 100.0).round() as i64
}

/// A mark as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    mark: Mark,
    counted: bool,
}

/// What is maintained in a lead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Values {
    score: Option<i64>,
    grade: Option<String>,
    chance: Option<i64>,
}

fn as_is(lead: &Document) -> Values {
    let whole = |name: &str| lead.get(name).and_then(Value::as_i64);
    let grade = lead.get("grade").and_then(Value::as_str);
    Values {
        score: whole("score"),
        grade: grade.map(str::to_owned),
        chance: whole("chance"),
    }
}

/// The marks of leads, by lead and rule.
fn known(
    conn: &mut Conn,
    workspace: Uuid,
    ids: &[String],
) -> Result<BTreeMap<String, BTreeMap<Uuid, Kept>>> {
    let mut all: BTreeMap<String, BTreeMap<Uuid, Kept>> = BTreeMap::new();
    for ids in ids.chunks(500) {
        let mut statement = Statement::new(
            "SELECT lead_id, rule_id, points, since, until, counted FROM score_marks WHERE workspace_id = ",
        );
        statement.bind(workspace).push(" AND lead_id IN (");
        statement.bind_all(ids).push(")");
        conn.for_each(statement.uncached(), |row| {
            let mark = Mark {
                points: row.int(2)?,
                since: row.at(3)?,
                until: row.opt_at(4)?,
            };
            let counted = row.bool(5)?;
            let lead = all.entry(row.text(0)?).or_default();
            lead.insert(row.id(1)?, Kept { mark, counted });
            Ok(())
        })?;
    }
    Ok(all)
}

fn forget(conn: &mut Conn, workspace: Uuid, leads: &[&str]) -> Result<()> {
    for leads in leads.chunks(500) {
        let mut statement = Statement::new("DELETE FROM score_marks WHERE workspace_id = ");
        statement.bind(workspace).push(" AND lead_id IN (");
        statement.bind_all(leads.iter().copied()).push(")");
        conn.execute(statement.uncached())?;
    }
    Ok(())
}

fn keep(conn: &mut Conn, workspace: Uuid, values: &Values, leads: &[&str]) -> Result<()> {
    for leads in leads.chunks(500) {
        let mut statement = Statement::new("UPDATE leads SET score = ");
        statement.bind(values.score).push(", grade = ");
        statement.bind(values.grade.as_deref()).push(", chance = ");
        statement.bind(values.chance);
        statement.push(" WHERE workspace_id = ").bind(workspace);
        statement.push(" AND id IN (");
        statement.bind_all(leads.iter().copied()).push(")");
        conn.execute(statement.uncached())?;
    }
    Ok(())
}

/// Leads by their ids, with nobody else at work on them until the transaction ends.
pub(super) fn held(conn: &mut Conn, access: &Access, ids: &[String]) -> Result<Vec<Document>> {
    if conn.dialect() == Dialect::Postgres {
        for ids in ids.chunks(500) {
            let mut statement = Statement::new("SELECT version FROM leads WHERE workspace_id = ");
            statement.bind(access.workspace_id).push(" AND id IN (");
            statement.bind_all(ids);
            statement.push(") ORDER BY id FOR NO KEY UPDATE");
            conn.rows(statement.uncached(), |row| row.int(0))?;
        }
    }
    Ok(Store::new(conn, access).find_all(&lead::OBJECT, ids)?)
}

/// Works leads out anew to which something happened.
pub(crate) fn follow(
    conn: &mut Conn,
    workspace: Uuid,
    ids: &BTreeSet<Uuid>,
    now: DateTime<Utc>,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let Some(scorer) = Scorer::busy(conn, workspace, now)? else {
        return Ok(());
    };
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    scorer.again(conn, &ids)
}

impl Scorer {
    /// The same for leads by their ids.
    pub(super) fn again(&self, conn: &mut Conn, ids: &[String]) -> Result<()> {
        let leads = held(conn, &self.access, ids)?;
        self.score(conn, &leads.iter().collect::<Vec<_>>())
    }
}

/// Scores new leads before they are given to anybody, so that it may go by that to whom.
pub(crate) fn begin(work: &mut Work<'_>, drafts: &mut [Draft<'_>]) -> Result<()> {
    let Some(scorer) = Scorer::busy(work.conn, work.access.workspace_id, work.now)? else {
        return Ok(());
    };
    let nothing = Past::default();
    for draft in drafts {
        let draft = draft.to_mut();
        draft.entry("status").or_insert_with(|| json!("new"));
        let marks = scorer.marks(work.conn, draft, &nothing, None);
        let values = scorer.values(draft, &nothing, &marks);
        draft.insert("score".into(), json!(values.score));
        draft.insert("grade".into(), json!(values.grade));
        draft.insert("chance".into(), json!(values.chance));
    }
    Ok(())
}

/// Leads were written.
pub(crate) fn written(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let Some(scorer) = Scorer::busy(work.conn, work.access.workspace_id, work.now)? else {
        return Ok(());
    };
    let leads: Vec<&Document> = changes.iter().map(|change| &*change.after).collect();
    scorer.score(work.conn, &leads)
}
