//! How many messages go by an account, how fast, and to one mail domain.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use relasi_domain::interaction::warm_up::WarmUp;
use relasi_persistence::{Conn, Statement, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::{Account, domain_of};
use crate::{
    platform::{
        jobs::{self, JobContext, JobError, Rate},
        mail::Trouble,
    },
    records::Work,
    refusal::Result,
};

/// How long nothing is sent when the other side wants nothing or is not there: at first, and at most.
const CLOSED: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(1));

/// Messages on the first day of a plan, and percent more on each next one, when nothing else is said.
pub(super) const USUAL: (i64, i64) = (50, 50);

/// A plan as the API shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The first day.
    pub since: NaiveDate,
    /// Messages on that day.
    pub first: i64,
    /// Percent that each day has more than the one before.
    pub growth: i64,
}

impl From<Plan> for WarmUp {
    fn from(plan: Plan) -> Self {
        Self {
            since: plan.since,
            first: plan.first,
            growth: plan.growth,
        }
    }
}

/// A plan as people ask for it; what is left out stays, or is usual.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewPlan {
    /// The first day; today when left out.
    pub since: Option<NaiveDate>,
    /// Messages on that day.
    pub first: Option<i64>,
    /// Percent that each day has more than the one before.
    pub growth: Option<i64>,
}

impl NewPlan {
    pub(super) fn over(self, before: Option<&Plan>, today: NaiveDate) -> Plan {
        let (first, growth) = USUAL;
        let before = before.copied().unwrap_or(Plan {
            since: today,
            first,
            growth,
        });
        Plan {
            since: self.since.unwrap_or(before.since),
            first: self.first.unwrap_or(before.first),
            growth: self.growth.unwrap_or(before.growth),
        }
    }
}

impl Account {
    /// Messages that it may send on a day.
    pub fn cap_on(&self, day: NaiveDate) -> i64 {
        self.warm_up.map_or(self.daily_cap, |plan| {
            WarmUp::from(plan).on(day, self.daily_cap)
        })
    }
}

/// The beginning of a day of UTC.
pub(super) fn midnight(now: DateTime<Utc>) -> DateTime<Utc> {
    let start = now.date_naive().and_hms_opt(0, 0, 0);
    start.map_or(now, |start| start.and_utc())
}

/// Messages that went by accounts since the day began.
pub fn sent_today(work: &mut Work<'_>, accounts: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut count =
        Statement::new("SELECT account_id, COUNT(*) FROM email_messages WHERE workspace_id = ");
    count.bind(work.access.workspace_id);
    count.push(" AND account_id IN (");
    count
        .bind_all(accounts.iter().copied())
        .push(")")
        .uncached();
    count.push(" AND sent_at >= ").bind(midnight(work.now));
    count.push(" AND direction = 'outbound' GROUP BY account_id");
    let rows = work
        .conn
        .rows(&count, |row| Ok((row.id(0)?, row.int(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// Messages that went by an account since the day began.
pub(super) fn count_today(
    conn: &mut Conn,
    (workspace, account): (Uuid, Uuid),
    now: DateTime<Utc>,
) -> std::result::Result<i64, StoreError> {
    let mut count = Statement::new("SELECT COUNT(*) FROM email_messages WHERE workspace_id = ");
    count
        .bind(workspace)
        .push(" AND account_id = ")
        .bind(account);
    count.push(" AND sent_at >= ").bind(midnight(now));
    count.push(" AND direction = 'outbound'");
    Ok(conn.row(&count, |row| row.int(0))?.unwrap_or_default())
}

/// The buckets that a message counts in: that of its account, and one for each domain it goes to.
pub(super) struct Buckets {
    account: String,
    all: Vec<(String, Rate)>,
}

/// So many in a minute. From 60 on no second has more than its part of them.
fn minutely(times: i64) -> Rate {
    let times = u32::try_from(times).unwrap_or(1).max(1);
    if times >= 60 {
        return Rate::per_second(times / 60);
    }
    Rate {
        times,
        per: Duration::from_mins(1),
    }
}

impl Buckets {
    pub(super) fn of<'a>(account: &Account, addresses: impl Iterator<Item = &'a str>) -> Self {
        let of_account = format!("email:{}", account.id);
        let domains: BTreeSet<String> = addresses
            .map(|address| domain_of(address).to_lowercase())
            .collect();
        let mut all = vec![(of_account.clone(), minutely(account.per_minute))];
        all.extend(domains.into_iter().map(|domain| {
            let name = format!("email-domain:{domain}");
            (name, minutely(account.per_domain))
        }));
        Self {
            account: of_account,
            all,
        }
    }

    /// Waits for the moment at which the message may go. `first` is done before, once it is near.
    pub(super) fn wait(
        &self,
        context: &mut JobContext,
        first: impl FnOnce() -> std::result::Result<(), JobError>,
    ) -> std::result::Result<(), JobError> {
        context.permit_of_all(&self.all, first)
    }

    /// Sends nothing for a while where somebody asked for it.
    pub(super) fn close(
        &self,
        context: &mut JobContext,
        trouble: &Trouble,
    ) -> std::result::Result<(), JobError> {
        for (name, rate) in &self.all {
            let slows = if *name == self.account {
                trouble.slows
            } else {
                trouble.slows_domain
            };
            if slows {
                context.back_off((name, *rate), CLOSED)?;
            }
        }
        Ok(())
    }

    /// The message was taken: those who wanted nothing do so again.
    pub(super) fn calm(
        &self,
        conn: &mut Conn,
        workspace: Uuid,
    ) -> std::result::Result<(), StoreError> {
        let names: Vec<String> = self.all.iter().map(|(name, _)| name.clone()).collect();
        jobs::calm(conn, workspace, &names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_no_more_than_its_part_of_a_minute() {
        assert_eq!(minutely(600), Rate::per_second(10));
        assert_eq!(minutely(61), Rate::per_second(1));
        let slow = Rate {
            times: 30,
            per: Duration::from_mins(1),
        };
        assert_eq!(minutely(30), slow);
    }
}
