//! Rights as SQL, the one place where they become text.

use std::collections::BTreeSet;

use chrono::Utc;
use relasi_domain::{
    filter::Condition,
    identity::access::{Limit, RecordScope, Shared, Shown},
};
use uuid::Uuid;

use super::{
    Store,
    condition::{push_condition, push_joined},
};
use crate::{Dialect, StoreError, database::sight::Sight, sql::Statement};

/// `AND …` for the records `alias` that the caller may see; nothing when those are all.
pub fn push_visible(limit: &Limit<'_>, alias: &str, statement: &mut Statement) {
    push_reached(limit, (alias, "id"), statement);
}

/// `AND …` for the living records `alias` that a filter takes and the caller may see. For reports, which read other tables
/// beside them.
pub fn push_taken(
    filter: Option<&Condition>,
    limit: &Limit<'_>,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    statement.push(&format!(" AND {alias}.deleted_at IS NULL"));
    push_visible(limit, alias, statement);
    push_filter(filter, alias, dialect, statement);
}

/// `AND …` for what a filter takes, whoever may see it.
pub fn push_filter(
    filter: Option<&Condition>,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    if let Some(filter) = filter {
        statement.push(" AND ").cached_if_common();
        push_condition(filter, alias, dialect, statement);
    }
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

/// The same for a page, which looks at few rows, and each by itself.
pub(super) fn push_visible_page(
    limit: &Limit<'_>,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    push_reached_in(limit, (alias, "id"), In::Page(dialect), statement);
}

/// The same for search rows, which have the owner and the team of their record.
pub(super) fn push_visible_found(
    limit: &Limit<'_>,
    alias: &str,
    dialect: Dialect,
    statement: &mut Statement,
) {
    push_reached_in(limit, (alias, "record_id"), In::Page(dialect), statement);
}

fn push_reached(limit: &Limit<'_>, row: (&str, &str), statement: &mut Statement) {
    push_reached_in(limit, row, In::Row, statement);
}

fn push_reached_in(
    limit: &Limit<'_>,
    (alias, id): (&str, &str),
    by: In,
    statement: &mut Statement,
) {
    if limit.scope == RecordScope::All {
        return;
    }
    let mut either = ways(limit, (alias, id), by);
    if limit.shown != Shown::Nothing {
        either.push(shown(limit, alias));
    }
    statement.push(" AND ");
    push_joined(either, " OR ", "1 = 0", statement);
}

/// How a statement gets to the people who report to somebody.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    /// It has a row, and asks whether its owner is one of them.
    Row,
    /// The same, and it has few rows: what is asked of each costs less than to gather all that may be asked for.
    Page(Dialect),
    /// It has them, and looks for what they own by an index.
    Index(Dialect),
}

/// Each way in which a scope and shares lead to rows of `alias`, which have the id of their record in a column.
pub(super) fn ways(limit: &Limit<'_>, (alias, id): (&str, &str), by: In) -> Vec<Statement> {
    let mut ways = Vec::new();
    if limit.scope >= RecordScope::Own {
        let mut own = Statement::new(format!("{alias}.owner_id = "));
        own.bind(limit.user_id);
        ways.push(own);
    }
    if limit.scope == RecordScope::Team && !limit.team_ids.is_empty() {
        let column = format!("{alias}.team_id");
        if let In::Page(dialect) = by
            && limit.team_ids.len() > NAMED
        {
            ways.push(is_own_team(limit, &column, dialect));
        } else {
            let (before, after) = among(limit, by);
            let mut team = Statement::new(format!("{column} {before}"));
            push_teams(limit, &mut team);
            team.push(after);
            ways.push(team);
        }
    }
    if limit.scope == RecordScope::Tree && !limit.report_ids.is_empty() {
        let mut tree = Statement::new(format!("{alias}.owner_id "));
        match by {
            In::Row => tree.push("IN (").append(&reports(limit)).push(")"),
            In::Page(Dialect::Sqlite) if limit.report_ids.len() > NAMED => {
                tree = Statement::new(format!("in_own_people({alias}.owner_id)"));
                tree.seen_by(sight(limit))
            }
            In::Page(Dialect::Postgres) if limit.report_ids.len() > NAMED => {
                push_listed(limit.report_ids, &mut tree)
            }
            In::Page(dialect) | In::Index(dialect) => push_reports(limit, dialect, &mut tree),
        };
        ways.push(tree);
    }
    if limit.shared != Shared::Nothing {
        let mut shared = match by {
            In::Row | In::Page(_) => Statement::new("EXISTS (SELECT 1"),
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
        match by {
            In::Page(dialect) if limit.team_ids.len() > NAMED => {
                push_shares_of_row(limit, dialect, &mut shared);
            }
            _ => push_shares(limit, index, &mut shared),
        }
        match by {
            In::Row | In::Page(_) => shared.push(&format!(" AND s.record_id = {alias}.{id})")),
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

/// What SQLite's functions are to know of who asks.
fn sight(limit: &Limit<'_>) -> Sight {
    let mut teams = limit.team_ids.to_vec();
    teams.sort_unstable();
    Sight {
        teams,
        people: limit.report_ids.to_vec(),
    }
}

/// Whether a column is one of the teams of who asks, of however many.
fn is_own_team(limit: &Limit<'_>, column: &str, dialect: Dialect) -> Statement {
    if dialect == Dialect::Sqlite {
        let mut own = Statement::new(format!("in_own_teams({column})"));
        own.seen_by(sight(limit));
        return own;
    }
    let mut own = Statement::new(format!("{column} "));
    push_listed(limit.team_ids, &mut own);
    own
}

/// `IN …` these ids. PostgreSQL makes a table of hashes of them once for each run, of however many there are, whether it
/// plans with their values or without.
fn push_listed<'s>(ids: &[Uuid], statement: &'s mut Statement) -> &'s mut Statement {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    statement
        .push("IN (SELECT unnest(string_to_array(")
        .bind(ids.join(","))
        .push(", ',')))")
}

/// `= …` any of the people who report to who asks, as far as they are known.
fn push_reports<'s>(
    limit: &Limit<'_>,
    dialect: Dialect,
    statement: &'s mut Statement,
) -> &'s mut Statement {
    let ids: Vec<String> = limit.report_ids.iter().map(Uuid::to_string).collect();
    match dialect {
        Dialect::Sqlite => statement
            .push("IN (SELECT value FROM json_each(")
            .bind(format!("[\"{}\"]", ids.join("\",\"")))
            .push("))"),
        Dialect::Postgres => statement
            .push("= ANY(string_to_array(")
            .bind(ids.join(","))
            .push(", ','))"),
    }
}

/// The same as [`push_shares`] where a record has few: whom each is shared with is asked of each.
fn push_shares_of_row(limit: &Limit<'_>, dialect: Dialect, statement: &mut Statement) {
    statement
        .push(" FROM record_shares s WHERE s.workspace_id = ")
        .bind(limit.workspace_id)
        .push(" AND (s.to_id = ")
        .bind(limit.user_id)
        .push(" OR ")
        .append(&is_own_team(limit, "s.to_id", dialect));
    push_in_force(limit, statement);
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
    push_in_force(limit, statement);
}

/// `) AND …` for shares `s` that have not ended and reach far enough.
fn push_in_force(limit: &Limit<'_>, statement: &mut Statement) {
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
}
