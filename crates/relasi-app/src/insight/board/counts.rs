//! What the forecast does not count: deals closed in any currency, activities finished, deals that need attention; and what
//! was won in the period beside it. All of it by owner and team.

use std::collections::BTreeMap;

use relasi_domain::{
    insight::sales::Period,
    interaction::activity,
    locale::{Language, text},
    record::Object,
    sales::{attention::NEEDY, deal},
};
use relasi_persistence::Statement;
use uuid::Uuid;

use super::{Asked, whose::Whose};
use crate::{
    insight::forecast::{self, By, Row},
    records::{ListRequest, Work},
    refusal::Result,
};

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

/// Says once more that deals are open: an index of open ones is found by these very words.
const OPEN: &str = " AND r.status = 'open'";

/// An owner and a team.
type Key = (Option<Uuid>, Option<Uuid>);

/// Records of a filter by owner and team.
struct Found {
    by_key: BTreeMap<Key, i64>,
    filter: String,
}

/// The counts of a board; none of what the caller may not ask for.
pub(super) struct Counts<'a> {
    whose: &'a Whose,
    won: Option<Found>,
    won_before: Option<Found>,
    closed: Option<Found>,
    closed_before: Option<Found>,
    done: Option<Found>,
    done_before: Option<Found>,
    needy: Option<Found>,
}

/// Whose records a line counts.
pub(super) enum Of {
    All,
    Some(By, Vec<Option<Uuid>>),
}

impl Of {
    /// A person, those below somebody, or a team.
    pub(super) fn row(by: By, row: &Row) -> Self {
        if row.below.is_empty() {
            Self::Some(by, vec![row.id])
        } else {
            Self::Some(by, row.below.iter().copied().map(Some).collect())
        }
    }

    fn has(&self, (owner, team): Key) -> bool {
        match self {
            Self::All => true,
            Self::Some(By::Person, _) => self.names(owner),
            Self::Some(By::Team, _) => self.names(team),
        }
    }

    /// Whether an owner, or a team where lines are those of teams, is one of them.
    pub(super) fn names(&self, key: Option<Uuid>) -> bool {
        match self {
            Self::All => true,
            Self::Some(_, keys) => keys.contains(&key),
        }
    }

    fn filter(&self) -> String {
        let Self::Some(by, keys) = self else {
            return String::new();
        };
        let column = match by {
            By::Person => "owner_id",
            By::Team => "team_id",
        };
        match keys.as_slice() {
            [Some(id)] => format!("{column} = {id}"),
            [] | [None] => format!("{column} is empty"),
            all => {
                let ids: Vec<String> = all.iter().flatten().map(Uuid::to_string).collect();
                format!("{column} in ({})", ids.join(", "))
            }
        }
    }

    /// The filter of what a line counts, which opens its rows.
    pub(super) fn within(&self, whose: &Whose, filter: &str) -> String {
        // Who asks for a team gets its line among those of teams, which says so itself.
        let whose = match (self, whose) {
            (Self::Some(By::Team, _), Whose::Team(_)) => String::new(),
            _ => whose.filter(),
        };
        both(&both(&whose, filter), &self.filter())
    }
}

fn both(one: &str, other: &str) -> String {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other.to_owned(),
        (_, true) => one.to_owned(),
        _ => format!("{one} and {other}"),
    }
}

/// Won deals of a period.
pub(super) fn won(period: Period) -> String {
    format!("status = won and {}", period.filter("closed_at"))
}

fn closed(period: Period) -> String {
    // Named one by one, so that an index finds those of the period.
    format!("status in (won, lost) and {}", period.filter("closed_at"))
}

/// Reads records of a filter by owner and team.
fn read(
    work: &mut Work<'_>,
    asked: &Asked,
    object: &'static Object,
    filter: String,
    also: &str,
) -> Result<Found> {
    let list = ListRequest {
        filter: Some(both(&asked.whose.filter(), &filter)),
        zone: Some(asked.zone),
        ..ListRequest::default()
    };
    let mut statement = Statement::new(format!(
        "SELECT r.owner_id, r.team_id, count(*) FROM {} r WHERE r.workspace_id = ",
        object.table
    ));
    statement.bind(work.access.workspace_id);
    statement.push(also);
    work.push_taken(object, &list, "r", &mut statement)?;
    statement.push(" GROUP BY r.owner_id, r.team_id");
    let rows = work.conn.rows(&statement, |row| {
        Ok(((row.opt_id(0)?, row.opt_id(1)?), row.int(2)?))
    })?;
    Ok(Found {
        by_key: rows.into_iter().collect(),
        filter,
    })
}

impl<'a> Counts<'a> {
    pub(super) fn read(work: &mut Work<'_>, asked: &'a Asked) -> Result<Self> {
        let hides = |object: &Object, names: &[&str]| {
            let mut names = names.iter().chain([&"owner_id", &"team_id"]);
            names.any(|name| work.access.hides(object, name))
        };
        let no_needy = hides(&deal::OBJECT, &["close_date", "next_step_at", "quiet_at"]);
        let no_done = hides(&activity::OBJECT, &["done_at"]);
        let no_end = hides(&deal::OBJECT, &["status", "closed_at"]);
        let mut of = |object: &'static Object, hidden: bool, (filter, also): (String, &str)| {
            (!hidden)
                .then(|| read(work, asked, object, filter, also))
                .transpose()
        };
        let (now, then) = (asked.period, asked.against);
        Ok(Self {
            whose: &asked.whose,
            won: of(&deal::OBJECT, no_end, (won(now), ""))?,
            won_before: of(&deal::OBJECT, no_end, (won(then), ""))?,
            closed: of(&deal::OBJECT, no_end, (closed(now), ""))?,
            closed_before: of(&deal::OBJECT, no_end, (closed(then), ""))?,
            done: of(&activity::OBJECT, no_done, (now.filter("done_at"), ""))?,
            done_before: of(&activity::OBJECT, no_done, (then.filter("done_at"), ""))?,
            needy: of(&deal::OBJECT, no_needy, (format!("({NEEDY})"), OPEN))?,
        })
    }

    /// Those of a line.
    pub(super) fn of(&self, whom: &Of) -> Sums {
        let of = |found: &Option<Found>| {
            let found = found.as_ref()?;
            let theirs = found.by_key.iter().filter(|(key, _)| whom.has(**key));
            let n = theirs.map(|(_, n)| n).sum();
            Some((n, whom.within(self.whose, &found.filter)))
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
