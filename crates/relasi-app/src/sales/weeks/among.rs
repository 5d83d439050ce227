//! Among which deals moves are counted.

use relasi_domain::{
    filter::Condition,
    identity::access::{Access, Action, Limit, Shared},
    sales::deal,
};
use relasi_persistence::{
    Dialect, Statement,
    store::{push_filter, push_only_shared, push_owned, push_taken},
};
use uuid::Uuid;

/// What a filter may ask for where weeks are added up: they are kept by it.
const OF_WEEKS: [&str; 2] = ["owner_id", "team_id"];

/// Weeks as rows `d`, with empty fields as deals have them.
pub(super) const WEEKS: &str = " FROM (SELECT workspace_id, stage_id, week, currency, nullif(owner_id, '') AS owner_id, nullif(team_id, '') AS team_id, \
     entered, further, closed, won, count, amount, own_amount, own_weighted FROM stage_weeks) d WHERE d.workspace_id = ";

/// Among which deals something is counted: those that somebody may see, and a filter takes.
pub(crate) struct Among<'a> {
    pub(super) access: &'a Access,
    filter: Option<Condition>,
}

impl<'a> Among<'a> {
    pub(crate) fn new(access: &'a Access, filter: Option<Condition>) -> Self {
        Self { access, filter }
    }

    /// Weeks say it; otherwise the moves of each deal do.
    pub(crate) fn by_weeks(&self) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| filter.asks_only(&OF_WEEKS))
    }

    fn limit(&self) -> Limit<'a> {
        self.access.limit(&deal::OBJECT, Action::See)
    }

    /// `AND …` for the weeks `d` that belong to somebody whose deals count.
    pub(super) fn push_weeks(&self, dialect: Dialect, statement: &mut Statement) {
        push_owned(&self.limit(), "d", statement);
        push_filter(self.filter.as_ref(), "d", dialect, statement);
    }

    /// `AND …` for the living deals `d` that count.
    pub(crate) fn all(&self, dialect: Dialect) -> Statement {
        let mut all = Statement::new("");
        push_taken(self.filter.as_ref(), &self.limit(), "d", dialect, &mut all);
        all
    }

    /// The same for those that belong to somebody whose deals count.
    pub(super) fn owned(&self, dialect: Dialect) -> Statement {
        let mut owned = Statement::new(" AND d.deleted_at IS NULL");
        self.push_weeks(dialect, &mut owned);
        owned
    }

    /// The same for those that count because they are shared, if any can be.
    pub(crate) fn shared(&self, dialect: Dialect) -> Option<Statement> {
        let limit = self.limit();
        if limit.shared == Shared::Nothing {
            return None;
        }
        let mut shared = Statement::new(" AND d.deleted_at IS NULL");
        push_only_shared(&limit, "d", &mut shared);
        push_filter(self.filter.as_ref(), "d", dialect, &mut shared);
        Some(shared)
    }
}

/// The deal of each move `c`, looked for one by one. PostgreSQL would read all deals for the moves of some days.
pub(super) fn one_each(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "deals",
        Dialect::Postgres => {
            "LATERAL (SELECT * FROM deals e WHERE e.workspace_id = c.workspace_id AND e.id = c.deal_id OFFSET 0)"
        }
    }
}

/// `IN …` the stages of a pipeline.
pub(super) fn push_stages(access: &Access, pipeline: Uuid, statement: &mut Statement) {
    statement
        .push(" IN (SELECT id FROM stages WHERE workspace_id = ")
        .bind(access.workspace_id)
        .push(" AND pipeline_id = ")
        .bind(pipeline)
        .push(")");
}
