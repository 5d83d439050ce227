//! Why a lead has its score and its chance.

use relasi_domain::{
    identity::access::Access,
    record::Document,
    sales::{
        lead::{self, CONVERTED},
        score::{Mark, bayes::Tally},
    },
};
use relasi_persistence::{
    Row, Statement, StoreError,
    store::{instant_text, text_of},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    history::{facts_of, past},
    model, settings,
};
use crate::{records::Work, refusal::Result};

/// A rule that a lead meets.
#[derive(Debug, Clone, Serialize)]
pub struct Met {
    /// The rule.
    pub rule_id: Uuid,
    /// What it is called.
    pub name: String,
    /// What must have happened.
    pub happening: Option<String>,
    /// What it gives.
    pub points: i64,
    /// Since when it is met.
    pub since: String,
    /// When the points expire.
    pub until: Option<String>,
    /// Whether they count now.
    pub counts: bool,
}

/// What a fact does to the chance.
#[derive(Debug, Clone, Serialize)]
pub struct Because {
    /// Which fact.
    pub feature: &'static str,
    /// Its value.
    pub value: String,
    /// The natural logarithm of what the odds are multiplied with, in hundredths.
    pub weight: i64,
    /// Leads with this value that were learnt from, and were won.
    pub won: u32,
    /// The same that were lost.
    pub lost: u32,
}

/// The model that says so.
#[derive(Debug, Clone, Serialize)]
pub struct By {
    /// The model.
    pub id: Uuid,
    /// Its number.
    pub number: i64,
    /// When it was learnt.
    pub learned_at: String,
    /// What it begins with, as with the weights: more were lost than won where it is below 0.
    pub base: i64,
    /// What each fact does, the strongest first.
    pub reasons: Vec<Because>,
}

/// Score and chance of a lead with their reasons.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// The points that count.
    pub score: Option<i64>,
    /// The same as A, B, C or D.
    pub grade: Option<String>,
    /// In per cent.
    pub chance: Option<i64>,
    /// The rules that it meets, in their order.
    pub rules: Vec<Met>,
    /// None where no model is switched on, or the outcome is known.
    pub model: Option<By>,
}

/// See the module. What the caller may not see is left out.
pub fn explain(work: &mut Work<'_>, id: Uuid) -> Result<Explained> {
    let lead = work.visible(&lead::OBJECT, id)?;
    let sees = |name: &str| !work.access.hides(&lead::OBJECT, name);
    let (sees_score, sees_chance) = (sees("score"), sees("chance"));
    let whole = |name: &str| lead.get(name).and_then(Value::as_i64);
    let grade = lead.get("grade").and_then(Value::as_str);
    Ok(Explained {
        score: whole("score").filter(|_| sees_score),
        grade: grade.filter(|_| sees("grade")).map(str::to_owned),
        chance: whole("chance").filter(|_| sees_chance),
        rules: if sees_score {
            rules(work, id)?
        } else {
            Vec::new()
        },
        model: if sees_chance { by(work, &lead)? } else { None },
    })
}

fn rules(work: &mut Work<'_>, lead: Uuid) -> Result<Vec<Met>> {
    let mut statement = Statement::new(
        "SELECT r.id, r.name, r.happening, m.points, m.since, m.until FROM score_marks m \
         JOIN score_rules r ON r.workspace_id = m.workspace_id AND r.id = m.rule_id WHERE m.workspace_id = ",
    );
    statement
        .bind(work.access.workspace_id)
        .push(" AND m.lead_id = ")
        .bind(lead)
        .push(" ORDER BY r.position, r.id");
    let now = work.now;
    let met = |row: &Row<'_>| {
        let mark = Mark {
            points: row.int(3)?,
            since: row.at(4)?,
            until: row.opt_at(5)?,
        };
        Ok::<_, StoreError>(Met {
            rule_id: row.id(0)?,
            name: row.text(1)?,
            happening: row.opt_text(2)?,
            points: mark.points,
            since: instant_text(row.int(4)?),
            until: row.opt_int(5)?.map(instant_text),
            counts: mark.counts(now),
        })
    };
    Ok(work.conn.rows(&statement, met)?)
}

/// The fields from which the facts are taken.
const FIELDS: [(&str, &str); 7] = [
    ("job", "job_title"),
    ("email", "emails"),
    ("phone", "phones"),
    ("company", "company_name"),
    ("response", "first_response_at"),
    ("touches", "last_activity_at"),
    ("website", "website"),
];

fn hidden(access: &Access, feature: &str) -> bool {
    let field = FIELDS.iter().find(|(name, _)| *name == feature);
    access.hides(&lead::OBJECT, field.map_or(feature, |(_, field)| field))
}

fn by(work: &mut Work<'_>, lead: &Document) -> Result<Option<By>> {
    let workspace = work.access.workspace_id;
    let over = ["unqualified", CONVERTED].contains(&text_of(lead, "status").as_str());
    let Some(id) = settings::of(work.conn, workspace)?
        .model_id
        .filter(|_| !over)
    else {
        return Ok(None);
    };
    let model = model::by_id(work.conn, workspace, id)?;
    let counts = model::counts(work.conn, workspace, id)?;
    let Some((model, counts)) = model.zip(counts) else {
        return Ok(None);
    };
    let id = text_of(lead, "id");
    let pasts = past(work.conn, workspace, std::slice::from_ref(&id))?;
    let facts = facts_of(lead, &pasts.get(&id).cloned().unwrap_or_default(), work.now);
    let reasons = counts.reasons(&facts).into_iter();
    let reasons = reasons.filter(|reason| !hidden(work.access, reason.feature));
    let reasons = reasons.map(|reason| {
        let Tally { won, lost } = reason.seen;
        Because {
            feature: reason.feature,
            value: reason.value,
            weight: hundredths(reason.weight),
            won,
            lost,
        }
    });
    Ok(Some(By {
        id: model.id,
        number: model.number,
        learned_at: model.learned_at,
        base: hundredths(counts.base()),
        reasons: reasons.collect(),
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "logarithms of counts are small"
)]
fn hundredths(weight: f64) -> i64 {
    (weight * 100.0).round() as i64
}
