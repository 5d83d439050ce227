//! What the forecast does not count: deals closed in any currency, activities finished, deals that need attention; by owner or team.

use std::collections::BTreeMap;

use relasi_domain::{
    insight::sales::Period,
    interaction::activity,
    locale::{Language, text},
    record::Object,
    sales::{attention::NEEDY, deal},
};
use uuid::Uuid;

use super::Asked;
use crate::{
    insight::forecast::{self, By, Row},
    records::{GroupsRequest, ListRequest, Work},
    refusal::Result,
};

/// Owners or teams that are told apart.
const MOST: usize = 200;

/// A number of records and the filter that opens them; none of what is not known.
pub(super) type Counted = Option<(i64, String)>;

/// The counts of one line.
pub(super) struct Sums {
    /// Deals won, and those closed in all.
    pub(super) closed: Option<(i64, i64, String)>,
    pub(super) closed_before: Option<(i64, i64, String)>,
    pub(super) done: Counted,
    pub(super) done_before: Counted,
    pub(super) needy: Counted,
}

/// Records of a filter by owner or team.
struct Found {
    by_key: BTreeMap<Option<Uuid>, i64>,
    filter: String,
    /// Of all; none when there are more owners than are told apart.
    all: Option<i64>,
}

/// The counts of a board by owner or team; none of what the caller may not ask for.
pub(super) struct Counts {
    won: Option<Found>,
    won_before: Option<Found>,
    closed: Option<Found>,
    closed_before: Option<Found>,
    done: Option<Found>,
    done_before: Option<Found>,
    needy: Option<Found>,
}

fn column(by: By) -> &'static str {
    match by {
        By::Person => "owner_id",
        By::Team => "team_id",
    }
}

fn both(one: &str, other: &str) -> String {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other.to_owned(),
        (_, true) => one.to_owned(),
        _ => format!("{one} and {other}"),
    }
}

fn closed(status: &str, period: Period) -> String {
    format!("status {status} and {}", period.filter("closed_at"))
}

impl Counts {
    pub(super) fn read(work: &mut Work<'_>, asked: &Asked, by: By, whose: &str) -> Result<Self> {
        let hides = |object: &Object, names: &[&str]| {
            let mut names = names.iter().chain([&"owner_id", &"team_id"]);
            names.any(|name| work.access.hides(object, name))
        };
        let no_needy = hides(&deal::OBJECT, &["close_date", "next_step_at", "quiet_at"]);
        let no_done = hides(&activity::OBJECT, &["done_at"]);
        let no_end = hides(&deal::OBJECT, &["status", "closed_at"]);
        let mut read =
            |object: &'static Object, filter: &str, hidden: bool| -> Result<Option<Found>> {
                if hidden {
                    return Ok(None);
                }
                let filter = both(whose, filter);
                let request = GroupsRequest {
                    list: ListRequest {
                        filter: Some(filter.clone()),
                        zone: Some(asked.zone),
                        ..ListRequest::default()
                    },
                    by: column(by).to_owned(),
                    sum: None,
                    limit: Some(MOST),
                };
                let found = work.groups(object, &request)?;
                let all = found.groups.iter().map(|group| group.count).sum();
                let key = |value: &serde_json::Value| value.as_str().and_then(|id| id.parse().ok());
                let groups = found.groups.iter();
                Ok(Some(Found {
                    by_key: groups
                        .map(|group| (key(&group.value), group.count))
                        .collect(),
                    all: (!found.more).then_some(all),
                    filter,
                }))
            };
        let done = |period: Period| period.filter("done_at");
        Ok(Self {
            won: read(&deal::OBJECT, &closed("= won", asked.period), no_end)?,
            won_before: read(&deal::OBJECT, &closed("= won", asked.against), no_end)?,
            closed: read(&deal::OBJECT, &closed("!= open", asked.period), no_end)?,
            closed_before: read(&deal::OBJECT, &closed("!= open", asked.against), no_end)?,
            done: read(&activity::OBJECT, &done(asked.period), no_done)?,
            done_before: read(&activity::OBJECT, &done(asked.against), no_done)?,
            needy: read(&deal::OBJECT, &format!("({NEEDY})"), no_needy)?,
        })
    }

    /// Of everything that is asked for.
    pub(super) fn total(&self) -> Sums {
        self.sums(&|found| found.all, "")
    }

    /// Of a person, of those below somebody, or of a team.
    pub(super) fn of(&self, by: By, row: &Row) -> Sums {
        let column = column(by);
        let keys: Vec<Option<Uuid>> = if row.below.is_empty() {
            vec![row.id]
        } else {
            row.below.iter().copied().map(Some).collect()
        };
        let own = match (row.below.as_slice(), row.id) {
            ([], Some(id)) => format!("{column} = {id}"),
            ([], None) => format!("{column} is empty"),
            (all, _) => {
                let ids: Vec<String> = all.iter().map(Uuid::to_string).collect();
                format!("{column} in ({})", ids.join(", "))
            }
        };
        let n = |found: &Found| {
            let of = keys.iter().filter_map(|key| found.by_key.get(key));
            Some(of.sum())
        };
        self.sums(&n, &own)
    }

    fn sums(&self, n: &dyn Fn(&Found) -> Option<i64>, own: &str) -> Sums {
        let of = |found: &Option<Found>| {
            let found = found.as_ref()?;
            Some((n(found)?, both(&found.filter, own)))
        };
        let rate = |won: &Option<Found>, closed: &Option<Found>| {
            let ((won, _), (closed, filter)) = of(won).zip(of(closed))?;
            Some((won, closed, filter))
        };
        Sums {
            closed: rate(&self.won, &self.closed),
            closed_before: rate(&self.won_before, &self.closed_before),
            done: of(&self.done),
            done_before: of(&self.done_before),
            needy: of(&self.needy),
        }
    }
}

/// What each figure means, in words: those of the forecast and the board's own.
pub(super) fn formulas(language: Language) -> BTreeMap<&'static str, &'static str> {
    let own = ["close_rate", "activities", "attention"].map(|name| {
        let words = text(language, &format!("sales_board.{name}"));
        (name, words.unwrap_or_default())
    });
    let mut all = forecast::formulas(language);
    all.extend(own);
    all
}
