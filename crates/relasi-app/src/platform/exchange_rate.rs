//! Exchange rates: rules, the rate of a day, sums over currencies.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use relasi_domain::{
    commerce::money::Rate,
    fault::{Fault, Faults},
    platform::exchange_rate::ExchangeRate,
    record::Document,
};
use relasi_persistence::{Conn, Statement, store::text_of};
use uuid::Uuid;

use crate::{
    records::{Draft, Rules, Work, validate_as},
    refusal::Result,
};

/// What is special to exchange rates.
pub struct ExchangeRateRules;

impl Rules for ExchangeRateRules {
    fn validate(&self, document: &Document, faults: &mut Faults) {
        validate_as::<ExchangeRate>(document, faults);
    }

    /// One rate for each currency and day, and none of the workspace's own.
    fn prepare(
        &self,
        work: &mut Work<'_>,
        draft: &mut Draft<'_>,
        before: Option<&Document>,
    ) -> Result<()> {
        let changed = |name: &str| before.is_none_or(|before| before.get(name) != draft.get(name));
        if changed("currency") {
            let own = own_currency(work.conn, work.access.workspace_id)?;
            if own == text_of(draft, "currency") {
                return Err(Fault::field("currency", "rate_of_own_currency").into());
            }
        }
        if changed("currency") || changed("day") {
            alone(work, draft)?;
        }
        Ok(())
    }

    fn before_restore(&self, work: &mut Work<'_>, document: &Document) -> Result<()> {
        alone(work, document)
    }
}

fn own_currency(conn: &mut Conn, workspace: Uuid) -> Result<String> {
    let mut statement = Statement::new("SELECT currency FROM workspaces WHERE id = ");
    let found = conn.row(statement.bind(workspace), |row| row.text(0))?;
    Ok(found.unwrap_or_default())
}

fn alone(work: &mut Work<'_>, rate: &Document) -> Result<()> {
    let mut statement = Statement::new("SELECT id FROM exchange_rates WHERE workspace_id = ");
    statement
        .bind(work.access.workspace_id)
        .push(" AND currency = ")
        .bind(text_of(rate, "currency"))
        .push(" AND day = ")
        .bind(text_of(rate, "day"))
        .push(" AND deleted_at IS NULL AND id <> ")
        .bind(text_of(rate, "id"))
        .limit(1);
    match work.conn.row(&statement, |row| row.text(0))? {
        Some(_) => Err(Fault::field("day", "taken_day").into()),
        None => Ok(()),
    }
}

/// The rates of a day, by which amounts become those of the workspace's currency.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    own: String,
    rates: BTreeMap<String, (String, Rate)>,
}

/// The rates of a day; everybody in the workspace knows them.
pub fn of_day(work: &mut Work<'_>, day: NaiveDate) -> Result<Rates> {
    Rates::of_day(work.conn, work.access.workspace_id, day)
}

impl Rates {
    /// For each currency the latest rate on a day or before it; one statement for all of them.
    pub(crate) fn of_day(conn: &mut Conn, workspace: Uuid, day: NaiveDate) -> Result<Self> {
        let mut statement = Statement::new(
            "SELECT r.currency, r.rate FROM exchange_rates r JOIN (SELECT currency, max(day) AS day FROM exchange_rates \
             WHERE deleted_at IS NULL AND workspace_id = ",
        );
        statement
            .bind(workspace)
            .push(" AND day <= ")
            .bind(day)
            .push(
                " GROUP BY currency) l ON l.currency = r.currency AND l.day = r.day \
             WHERE r.deleted_at IS NULL AND r.workspace_id = ",
            );
        statement.bind(workspace);
        let rows = conn.rows(&statement, |row| Ok((row.text(0)?, row.text(1)?)))?;
        let rates = rows.into_iter().filter_map(|(currency, text)| {
            let rate = Rate::parse(&text)?;
            Some((currency, (text, rate)))
        });
        Ok(Self {
            own: own_currency(conn, workspace)?,
            rates: rates.collect(),
        })
    }

    /// The currency of the workspace.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Each rate as decimal text, by its currency.
    pub fn texts(&self) -> BTreeMap<&str, &str> {
        let rates = self.rates.iter();
        rates
            .map(|(currency, (text, _))| (currency.as_str(), text.as_str()))
            .collect()
    }

    /// An amount in the workspace's currency; none without a rate.
    pub fn own_amount(&self, amount: i64, currency: &str) -> Option<i64> {
        if currency == self.own {
            return Some(amount);
        }
        let (_, rate) = self.rates.get(currency)?;
        rate.convert(amount, currency, &self.own)
    }
}

impl Rates {
    /// An amount in another currency, by the workspace's own; none without the rates that it takes.
    pub(crate) fn amount_in(&self, amount: i64, from: &str, to: &str) -> Option<i64> {
        if from == to {
            return Some(amount);
        }
        let own = self.own_amount(amount, from)?;
        if to == self.own {
            return Some(own);
        }
        let (_, rate) = self.rates.get(to)?;
        rate.convert_back(own, to, &self.own)
    }
}

/// The rates of all days up to one, for sums over what happened on many.
pub(crate) struct DatedRates {
    own: String,
    rates: BTreeMap<String, Vec<(NaiveDate, Rate)>>,
}

impl DatedRates {
    /// The rates of some currencies up to a day.
    pub(crate) fn of(
        conn: &mut Conn,
        workspace: Uuid,
        own: &str,
        currencies: &BTreeSet<&str>,
        until: NaiveDate,
    ) -> Result<Self> {
        let mut rates: BTreeMap<String, Vec<(NaiveDate, Rate)>> = BTreeMap::new();
        if !currencies.is_empty() {
            let mut statement = Statement::new(
                "SELECT currency, day, rate FROM exchange_rates WHERE deleted_at IS NULL AND workspace_id = ",
            );
            statement.bind(workspace).push(" AND currency IN (");
            statement.bind_all(currencies.iter().copied());
            statement.push(") AND day <= ").bind(until);
            statement.push(" ORDER BY currency, day").uncached();
            let rows = conn.rows(&statement, |row| {
                Ok((row.text(0)?, row.text(1)?, row.text(2)?))
            })?;
            for (currency, day, rate) in rows {
                if let Some(rate) = day.parse().ok().zip(Rate::parse(&rate)) {
                    rates.entry(currency).or_default().push(rate);
                }
            }
        }
        Ok(Self {
            own: own.to_owned(),
            rates,
        })
    }

    /// An amount in the workspace's currency by the latest rate on a day or before it; none without one.
    pub(crate) fn own_amount(&self, amount: i64, currency: &str, day: NaiveDate) -> Option<i64> {
        if currency == self.own {
            return Some(amount);
        }
        let rates = self.rates.get(currency)?;
        let after = rates.partition_point(|(known, _)| *known <= day);
        let (_, rate) = rates.get(after.checked_sub(1)?)?;
        rate.convert(amount, currency, &self.own)
    }
}
