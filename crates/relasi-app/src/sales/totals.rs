//! Deals per stage and currency, kept with each write and read by boards.

use std::collections::BTreeMap;

use relasi_domain::{
    identity::access::{Access, Action, Shared},
    record::Document,
    sales::deal,
};
use relasi_persistence::{
    Conn, StoreError,
    row::Row,
    sql::Statement,
    store::{push_only_shared, push_owned, text_of},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    platform::exchange_rate::Rates,
    records::{Change, Work, in_trash},
    refusal::Result,
};

/// What a stage holds in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageTotal {
    /// The stage.
    pub stage_id: String,
    /// ISO 4217.
    pub currency: String,
    /// Living deals in it.
    pub count: i64,
    /// Sum of their amounts in minor units; none for who may not see amounts.
    pub amount: Option<i64>,
    /// The same times the chance of the stage, and of deals with a chance of their own times that; rounded down.
    pub weighted: Option<i64>,
}

/// What deals add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) count: i64,
    pub(crate) amount: i64,
    /// Of the amount, what belongs to deals with a chance of their own.
    pub(crate) own_amount: i64,
    /// The amounts of those, each times its chance and rounded down.
    pub(crate) own_weighted: i64,
}

/// Columns of the totals `d` and of their stages `s` in the order of [`Parts`], and the chance of the stage.
pub(crate) const PARTS: &str = "CAST(sum(d.count) AS BIGINT), CAST(sum(d.amount) AS BIGINT), CAST(sum(d.own_amount) AS BIGINT), \
     CAST(sum(d.own_weighted) AS BIGINT), s.probability";

impl Parts {
    /// The parts of a row from a place on, and what they are worth by their chances.
    pub(crate) fn read(row: &Row<'_>, at: usize) -> std::result::Result<(Self, i64), StoreError> {
        let parts = Self {
            count: row.int(at)?,
            amount: row.int(at + 1)?,
            own_amount: row.int(at + 2)?,
            own_weighted: row.int(at + 3)?,
        };
        Ok((parts, parts.weighted(row.int(at + 4)?)))
    }

    /// What they are worth in a stage of this chance.
    pub(crate) fn weighted(self, probability: i64) -> i64 {
        deal::weighted(self.amount - self.own_amount, probability) + self.own_weighted
    }

    /// Adds a deal, or takes it away.
    pub(super) fn add(&mut self, deal: &Document, sign: i64) {
        let amount = deal.get("amount").and_then(Value::as_i64).unwrap_or(0);
        self.count += sign;
        self.amount += sign * amount;
        if let Some(own) = deal::own_probability(deal) {
            self.own_amount += sign * amount;
            self.own_weighted += sign * deal::weighted(amount, own);
        }
    }

    /// Adds what others come to, or takes it away.
    pub(crate) fn merge(&mut self, other: Self, sign: i64) {
        self.count += sign * other.count;
        self.amount += sign * other.amount;
        self.own_amount += sign * other.own_amount;
        self.own_weighted += sign * other.own_weighted;
    }
}

/// What a single deal of this alias adds.
pub(super) fn of_one(deal: &str) -> String {
    let own = format!(
        "CASE WHEN {deal}.status = 'open' AND {deal}.probability IS NOT NULL THEN coalesce({deal}.amount, 0)"
    );
    format!(
        "1 AS count, coalesce({deal}.amount, 0) AS amount, {own} ELSE 0 END AS own_amount, \
         {own} * {deal}.probability / 100 ELSE 0 END AS own_weighted"
    )
}

/// What a stage holds over all currencies, in one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnTotal {
    /// The stage.
    pub stage_id: String,
    /// Sum of the amounts for which there is a rate, in minor units.
    pub amount: i64,
    /// The same times the stage's probability.
    pub weighted: i64,
    /// Every currency in the stage has a rate.
    pub complete: bool,
}

/// The totals of each stage in one currency, by the rates of a day; none for who may not see amounts.
pub fn in_currency(totals: &[StageTotal], rates: &Rates, currency: &str) -> Vec<OwnTotal> {
    let mut own: Vec<OwnTotal> = Vec::new();
    for total in totals {
        let (Some(amount), Some(weighted)) = (total.amount, total.weighted) else {
            continue;
        };
        let at = own.iter().position(|own| own.stage_id == total.stage_id);
        let at = at.unwrap_or_else(|| {
            own.push(OwnTotal {
                stage_id: total.stage_id.clone(),
                amount: 0,
                weighted: 0,
                complete: true,
            });
            own.len() - 1
        });
        let converted = |amount| rates.amount_in(amount, &total.currency, currency);
        match converted(amount).zip(converted(weighted)) {
            Some((amount, weighted)) => {
                own[at].amount = own[at].amount.saturating_add(amount);
                own[at].weighted = own[at].weighted.saturating_add(weighted);
            }
            None => own[at].complete = false,
        }
    }
    own
}

/// The place where a deal counts.
type Place = [String; 5];

/// Adds what changed to the totals.
pub(crate) fn follow(work: &mut Work<'_>, changes: &[Change<'_>]) -> Result<()> {
    let mut differences: BTreeMap<Place, Parts> = BTreeMap::new();
    for change in changes {
        if let Some(before) = &change.before {
            count(&mut differences, before, -1);
        }
        count(&mut differences, &change.after, 1);
    }
    for (place, parts) in differences {
        if parts != Parts::default() {
            add(work, &place, parts)?;
        }
    }
    Ok(())
}

fn count(differences: &mut BTreeMap<Place, Parts>, deal: &Document, sign: i64) {
    if in_trash(deal) {
        return;
    }
    let place = ["pipeline_id", "stage_id", "currency", "owner_id", "team_id"]
        .map(|name| text_of(deal, name));
    differences.entry(place).or_default().add(deal, sign);
}

fn add(work: &mut Work<'_>, place: &Place, parts: Parts) -> Result<()> {
    let mut statement = Statement::new(
        "INSERT INTO deal_totals (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id, count, amount, own_amount, own_weighted) VALUES (",
    );
    statement.bind(work.access.workspace_id);
    for part in place {
        statement.push(", ").bind(part);
    }
    let Parts {
        count,
        amount,
        own_amount,
        own_weighted,
    } = parts;
    for number in [count, amount, own_amount, own_weighted] {
        statement.push(", ").bind(number);
    }
    statement.push(
        ") ON CONFLICT (workspace_id, pipeline_id, stage_id, currency, owner_id, team_id) DO UPDATE SET count = deal_totals.count + excluded.count, \
         amount = deal_totals.amount + excluded.amount, own_amount = deal_totals.own_amount + excluded.own_amount, \
         own_weighted = deal_totals.own_weighted + excluded.own_weighted",
    );
    work.conn.execute(&statement)?;
    Ok(())
}

/// The totals of a pipeline's stages over the deals that the caller may see.
pub fn of_pipeline(conn: &mut Conn, access: &Access, pipeline: Uuid) -> Result<Vec<StageTotal>> {
    let mut statement = Statement::new(format!("SELECT d.stage_id, d.currency, {PARTS}"));
    let of_pipeline = |alias: &str, statement: &mut Statement| {
        statement
            .push(&format!(" AND {alias}.pipeline_id = "))
            .bind(pipeline);
    };
    push_totals(access, &of_pipeline, &mut statement);
    statement.push(" GROUP BY d.stage_id, d.currency, s.probability HAVING sum(d.count) > 0 ORDER BY d.stage_id, d.currency");
    let totals = conn.rows(&statement, |row| {
        let of = (row.text(0)?, row.text(1)?);
        Ok(StageTotal::new(access, of, Parts::read(row, 2)?))
    })?;
    Ok(totals)
}

impl StageTotal {
    /// What a stage holds, without amounts for who may not see them.
    pub(super) fn new(
        access: &Access,
        (stage_id, currency): (String, String),
        (parts, weighted): (Parts, i64),
    ) -> Self {
        let shown = sees_amounts(access);
        Self {
            stage_id,
            currency,
            count: parts.count,
            amount: Some(parts.amount).filter(|_| shown),
            weighted: Some(weighted).filter(|_| shown),
        }
    }
}

/// Whether one may see what deals are worth.
pub(crate) fn sees_amounts(access: &Access) -> bool {
    !access.hides(&deal::OBJECT, "amount")
}

/// ` FROM …` the totals `d` of what the caller may see, with their stages `s`: those kept by owner and team, and each deal
/// that is shared besides. `narrow` adds `AND …` for those that are meant, sums and deals alike.
pub(crate) fn push_totals(
    access: &Access,
    narrow: &dyn Fn(&str, &mut Statement),
    statement: &mut Statement,
) {
    let limit = access.limit(&deal::OBJECT, Action::See);
    statement
        .push(" FROM (SELECT d.workspace_id, d.stage_id, d.currency, d.count, d.amount, d.own_amount, d.own_weighted FROM deal_totals d WHERE d.workspace_id = ")
        .bind(access.workspace_id);
    narrow("d", statement);
    push_owned(&limit, "d", statement);
    if limit.shared != Shared::Nothing {
        statement
            .push(&format!(
                " UNION ALL SELECT t.workspace_id, t.stage_id, t.currency, {} FROM deals t \
                 WHERE t.deleted_at IS NULL AND t.workspace_id = ",
                of_one("t")
            ))
            .bind(access.workspace_id);
        narrow("t", statement);
        push_only_shared(&limit, "t", statement);
    }
    statement.push(") d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn deal((open, amount, own): (bool, i64, Option<i64>)) -> Document {
        let status = if open { "open" } else { "won" };
        let document = json!({"status": status, "amount": amount, "probability": own});
        serde_json::from_value(document).unwrap()
    }

    prop_compose! {
        fn any_deal()(open in any::<bool>(), amount in 0..deal::MAX_AMOUNT, own in prop::option::of(0_i64..=100)) -> Document {
            deal((open, amount, own))
        }
    }

    proptest! {
        /// Whatever comes and goes, what is kept is what counting anew gives, and what is gone leaves nothing behind.
        #[test]
        fn what_is_kept_is_what_counting_gives(deals in prop::collection::vec((any_deal(), any_deal(), any::<bool>()), 0..40)) {
            let (mut kept, mut anew) = (Parts::default(), Parts::default());
            for (before, after, stays) in &deals {
                kept.add(before, 1);
                kept.add(before, -1);
                kept.add(after, 1);
                if *stays {
                    anew.add(after, 1);
                } else {
                    kept.add(after, -1);
                }
            }
            prop_assert_eq!(kept, anew);
            prop_assert!(kept.own_weighted <= kept.own_amount && kept.own_amount <= kept.amount);
        }

        /// A chance of one's own that is that of the stage makes no difference but for rounding.
        #[test]
        fn an_own_chance_weighs_like_one_of_the_stage(amounts in prop::collection::vec(0..deal::MAX_AMOUNT, 0..40), chance in 0_i64..=100) {
            let (mut own, mut plain) = (Parts::default(), Parts::default());
            for amount in &amounts {
                own.add(&deal((true, *amount, Some(chance))), 1);
                plain.add(&deal((true, *amount, None)), 1);
            }
            let (own, plain) = (own.weighted(0), plain.weighted(chance));
            prop_assert!(own <= plain && plain - own <= i64::try_from(amounts.len()).unwrap());
        }
    }
}
