//! Rights as SQL, the one place where they become text.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::Utc;
use relasi_domain::{
    identity::access::{Limit, RecordScope, Shared, Shown},
    record::Object,
};
use uuid::Uuid;

use super::{Store, condition::push_joined, driver::FEW, page::Query};
use crate::{Dialect, StoreError, sql::Statement};

/// Tables with an index of owners and one of teams.
const INDEXED: [&str; 4] = ["contacts", "companies", "deals", "activities"];

/// `AND …` for the records `alias` that the caller may see; nothing when those are all.
pub fn push_visible(limit: &Limit<'_>, alias: &str, statement: &mut Statement) {
    push_reached(limit, (alias, "id"), statement);
}

/// The same by whose the rows are, whatever is shared: for rows that are no single records.
pub fn push_owned(limit: &Limit<'_>, alias: &str, statement: &mut Statement) {
    let limit = Limit {
        shared: Shared::Nothing,
        ..*limit
    };
    push_visible(&limit, alias, statement);
}

/// `AND …` for the records `alias` that the caller may see for no other reason than that they are shared.
pub fn push_only_shared(limit: &Limit<'_>, alias: &str, statement: &mut Statement) {
    let owned = Limit {
        shared: Shared::Nothing,
        ..*limit
    };
    statement.push(&format!(" AND {alias}.id IN (SELECT s.record_id"));
    push_shares(limit, "", statement);
    statement
        .push(" AND s.object = ")
        .bind(limit.object)
        .push(") AND ");
    push_joined(
        ways(&owned, (alias, "id"), In::Row),
        " OR ",
        "1 = 0",
        statement,
    );
    // A record of nobody is none of the caller's.
    statement.push(" IS NOT TRUE");
}

/// The same for search rows, which have the owner and the team of their record.
pub(super) fn push_visible_found(limit: &Limit<'_>, alias: &str, statement: &mut Statement) {
    push_reached(limit, (alias, "record_id"), statement);
}

fn push_reached(limit: &Limit<'_>, (alias, id): (&str, &str), statement: &mut Statement) {
    if limit.scope == RecordScope::All {
        return;
    }
    let mut either = ways(limit, (alias, id), In::Row);
    if limit.shown != Shown::Nothing {
        either.push(shown(limit, alias));
    }
    statement.push(" AND ");
    push_joined(either, " OR ", "1 = 0", statement);
}

/// How a statement gets to the people who report to somebody.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    /// It has a row, and asks whether its owner is one of them.
    Row,
    /// It has them, and looks for what they own by an index.
    Index(Dialect),
}

/// Each way in which a scope and shares lead to rows of `alias`, which have the id of their record in a column.
fn ways(limit: &Limit<'_>, (alias, id): (&str, &str), by: In) -> Vec<Statement> {
    let mut ways = Vec::new();
    if limit.scope >= RecordScope::Own {
        let mut own = Statement::new(format!("{alias}.owner_id = "));
        own.bind(limit.user_id);
        ways.push(own);
    }
    if limit.scope == RecordScope::Team && !limit.team_ids.is_empty() {
        let (before, after) = among(limit, by);
        let mut team = Statement::new(format!("{alias}.team_id {before}"));
        push_teams(limit, &mut team);
        team.push(after);
        ways.push(team);
    }
    if limit.scope == RecordScope::Tree && !limit.report_ids.is_empty() {
        let (before, after) = match by {
            In::Index(Dialect::Postgres) => ("= ANY(ARRAY(", "))"),
            _ => ("IN (", ")"),
        };
        let mut tree = Statement::new(format!("{alias}.owner_id {before}"));
        tree.append(&reports(limit)).push(after);
        ways.push(tree);
    }
    if limit.shared != Shared::Nothing {
        let mut shared = match by {
            In::Row => Statement::new("EXISTS (SELECT 1"),
            In::Index(Dialect::Postgres) => {
                Statement::new(format!("{alias}.{id} = ANY(ARRAY(SELECT s.record_id"))
            }
            In::Index(Dialect::Sqlite) => {
                Statement::new(format!("{alias}.{id} IN (SELECT s.record_id"))
            }
        };
        // By the one of whom it is shared with, also where nothing is known of how many there are.
        let index = match by {
            In::Index(Dialect::Sqlite) => " INDEXED BY record_shares_to",
            _ => "",
        };
        push_shares(limit, index, &mut shared);
        match by {
            In::Row => shared.push(&format!(" AND s.record_id = {alias}.{id})")),
            In::Index(Dialect::Postgres) => shared
                .push(" AND s.object = ")
                .bind(limit.object)
                .push("))"),
            In::Index(Dialect::Sqlite) => {
                shared.push(" AND s.object = ").bind(limit.object).push(")")
            }
        };
        ways.push(shared);
    }
    ways
}

/// As many teams are named in the text of a statement.
const NAMED: usize = 8;

/// How a column is compared with the teams of who asks. PostgreSQL looks up those of a subquery one by one in an index
/// when they are an array.
fn among(limit: &Limit<'_>, by: In) -> (&'static str, &'static str) {
    match by {
        In::Index(Dialect::Postgres) if limit.team_ids.len() > NAMED => ("= ANY(ARRAY(", "))"),
        _ => ("IN (", ")"),
    }
}

/// The teams of who asks: named while they are few, else looked for, so that the text stays short and the same.
fn push_teams(limit: &Limit<'_>, statement: &mut Statement) {
    if limit.team_ids.len() <= NAMED {
        statement.bind_all(limit.team_ids);
        return;
    }
    let member = |statement: &mut Statement| {
        statement
            .push("FROM memberships m WHERE m.workspace_id = ")
            .bind(limit.workspace_id)
            .push(" AND m.user_id = ")
            .bind(limit.user_id);
    };
    statement
        .push("SELECT mt.team_id FROM member_teams mt WHERE mt.workspace_id = ")
        .bind(limit.workspace_id)
        .push(" AND mt.membership_id = (SELECT m.id ");
    member(statement);
    statement.push(") UNION ALL SELECT m.team_id ");
    member(statement);
    statement.push(" AND m.team_id IS NOT NULL");
}

/// ` FROM …` the shares `s` that widen a limit now.
fn push_shares(limit: &Limit<'_>, index: &str, statement: &mut Statement) {
    statement
        .push(&format!(
            " FROM record_shares s{index} WHERE s.workspace_id = "
        ))
        .bind(limit.workspace_id)
        .push(" AND s.to_id IN (");
    if limit.team_ids.len() <= NAMED {
        statement.bind(limit.user_id);
        for team in limit.team_ids {
            statement.push(", ").bind(*team);
        }
    } else {
        push_teams(limit, statement);
        statement
            .push(" UNION ALL SELECT m.user_id FROM memberships m WHERE m.workspace_id = ")
            .bind(limit.workspace_id)
            .push(" AND m.user_id = ")
            .bind(limit.user_id);
    }
    statement
        .push(") AND (s.until_at IS NULL OR s.until_at > ")
        .bind(Utc::now())
        .push(")");
    if limit.shared == Shared::ToEdit {
        statement.push(" AND s.may_edit = ").bind(true);
    }
}

/// Who reports to the caller. They are looked for instead of named: there may be thousands, and the text stays the same.
fn reports(limit: &Limit<'_>) -> Statement {
    let mut below = Statement::new(
        "WITH RECURSIVE below (id, user_id) AS (SELECT m.id, m.user_id FROM memberships m WHERE m.workspace_id = ",
    );
    below
        .bind(limit.workspace_id)
        .push(" AND m.user_id = ")
        .bind(limit.user_id)
        .push(
            " UNION SELECT m.id, m.user_id FROM below b JOIN member_places p ON p.manager_id = b.id \
             JOIN memberships m ON m.workspace_id = p.workspace_id AND m.id = p.membership_id WHERE p.workspace_id = ",
        )
        .bind(limit.workspace_id)
        .push(") SELECT user_id FROM below");
    below
}

/// The personal objects that others show to the caller.
fn shown(limit: &Limit<'_>, alias: &str) -> Statement {
    let mut shown = Statement::new(format!("(({alias}.visibility = 'everyone'"));
    if !limit.team_ids.is_empty() {
        shown.push(&format!(
            " OR ({alias}.visibility = 'team' AND {alias}.team_id IN ("
        ));
        push_teams(limit, &mut shown);
        shown.push("))");
    }
    shown.push(")");
    if limit.shown == Shown::Unlocked {
        shown.push(&format!(" AND {alias}.locked = ")).bind(false);
    }
    shown.push(")");
    shown
}

/// Who sees what: workspace, person, object, how far, and of how many teams and people.
type Sight = (Uuid, Uuid, &'static str, RecordScope, Shared, (usize, usize));

/// Who was found to see many records of an object. It chooses the way of a list to its rows, and never which rows it has:
/// who sees few by now waits a little longer for them, as long as this is kept.
static MANY: LazyLock<Mutex<HashMap<Sight, Instant>>> = LazyLock::new(Mutex::default);

/// So long it is taken for granted.
const KEPT: Duration = Duration::from_secs(60);

/// Of so many it is kept at most.
const MOST_KEPT: usize = 10_000;

fn many() -> MutexGuard<'static, HashMap<Sight, Instant>> {
    MANY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sight(limit: &Limit<'_>, object: &'static Object) -> Sight {
    let others = (limit.team_ids.len(), limit.report_ids.len());
    let (workspace, user) = (limit.workspace_id, limit.user_id);
    (workspace, user, object.name, limit.scope, limit.shared, others)
}

fn sees_many(sight: &Sight) -> bool {
    many().get(sight).is_some_and(|found| found.elapsed() < KEPT)
}

fn keep_many(sight: Sight) {
    let mut many = many();
    if many.len() >= MOST_KEPT {
        many.retain(|_, found| found.elapsed() < KEPT);
        if many.len() >= MOST_KEPT {
            many.clear();
        }
    }
    many.insert(sight, Instant::now());
}

impl Store<'_> {
    /// Which of these records a limit lets through because they are shared.
    pub fn shared(
        &mut self,
        limit: &Limit<'_>,
        ids: &[String],
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut shared = BTreeSet::new();
        if limit.shared == Shared::Nothing {
            return Ok(shared);
        }
        for ids in ids.chunks(500) {
            let mut statement = Statement::new("SELECT s.record_id");
            push_shares(limit, "", &mut statement);
            if let [id] = ids {
                statement.push(" AND s.record_id = ").bind(id.as_str());
            } else {
                statement.push(" AND s.record_id IN (").bind_all(ids);
                statement.push(")").uncached();
            }
            shared.extend(self.conn().rows(&statement, |row| row.text(0))?);
        }
        Ok(shared)
    }

    /// The ids of all records that the caller sees, when those are few: a list begins with them instead of looking for
    /// them in its order among everybody's. None when they are many, or all.
    pub(super) fn few_visible(
        &mut self,
        object: &'static Object,
        query: &Query<'_>,
    ) -> Result<Option<Statement>, StoreError> {
        let limit = &query.visible;
        if limit.scope == RecordScope::All || query.trashed || !INDEXED.contains(&object.table) {
            return Ok(None);
        }
        let sight = sight(limit, object);
        if sees_many(&sight) {
            return Ok(None);
        }
        let mut ids = Statement::new("");
        let mut counted = 0;
        for way in ways(limit, ("v", "id"), In::Index(self.dialect())) {
            let mut rows =
                Statement::new(format!("FROM {} v WHERE v.workspace_id = ", object.table));
            rows.bind(self.workspace())
                .push(" AND v.deleted_at IS NULL AND ")
                .append(&way);
            let mut count = Statement::new("SELECT count(*) FROM (SELECT 1 AS one ");
            count.append(&rows);
            count.push(&format!(" LIMIT {}) AS counted", FEW + 1));
            let found = self.conn().row(&count, |row| row.int(0))?;
            counted += found.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            if counted > FEW {
                keep_many(sight);
                return Ok(None);
            }
            ids.push(if ids.is_empty() {
                "SELECT v.id "
            } else {
                " UNION SELECT v.id "
            });
            ids.append(&rows);
        }
        Ok(Some(ids).filter(|ids| !ids.is_empty()))
    }

    /// ` FROM …` these ids, each with its record `t`; ends in its WHERE.
    pub(super) fn push_few(
        &self,
        object: &'static Object,
        ids: &Statement,
        statement: &mut Statement,
    ) {
        let table = object.table;
        statement
            .push(" FROM (")
            .append(ids)
            .push(") few CROSS JOIN ");
        if self.dialect() == Dialect::Sqlite {
            statement.push(&format!(
                "{table} t WHERE t.id = few.id AND t.workspace_id = "
            ));
            statement.bind(self.workspace());
        } else {
            // As in searches: one by one, by primary key.
            statement.push(&format!(
                "LATERAL (SELECT t.* FROM {table} t WHERE t.id = few.id AND t.workspace_id = "
            ));
            statement
                .bind(self.workspace())
                .push(" OFFSET 0) t WHERE 1 = 1");
        }
    }
}
