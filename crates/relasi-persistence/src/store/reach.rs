//! Rights as SQL, the one place where they become text.

use relasi_domain::{
    identity::access::{Limit, RecordScope, Shown},
    record::Object,
};

use super::{Store, condition::push_joined, driver::FEW, page::Query};
use crate::{Dialect, StoreError, sql::Statement};

/// Tables with an index of owners and one of teams.
const INDEXED: [&str; 4] = ["contacts", "companies", "deals", "activities"];

/// `AND …` for the rows of `alias` that the caller may see; nothing when that is everything.
pub fn push_visible(limit: &Limit<'_>, alias: &str, statement: &mut Statement) {
    if limit.scope == RecordScope::All {
        return;
    }
    let mut either = ways(limit, alias, In::Row);
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

/// Each way in which a scope leads to rows of `alias`.
fn ways(limit: &Limit<'_>, alias: &str, by: In) -> Vec<Statement> {
    let mut ways = Vec::new();
    if limit.scope >= RecordScope::Own {
        let mut own = Statement::new(format!("{alias}.owner_id = "));
        own.bind(limit.user_id);
        ways.push(own);
    }
    if limit.scope == RecordScope::Team && !limit.team_ids.is_empty() {
        let mut team = Statement::new(format!("{alias}.team_id IN ("));
        team.bind_all(limit.team_ids).push(")");
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
    ways
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
        shown.bind_all(limit.team_ids).push("))");
    }
    shown.push(")");
    if limit.shown == Shown::Unlocked {
        shown.push(&format!(" AND {alias}.locked = ")).bind(false);
    }
    shown.push(")");
    shown
}

impl Store<'_> {
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
        let mut ids = Statement::new("");
        let mut counted = 0;
        for way in ways(limit, "v", In::Index(self.dialect())) {
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
