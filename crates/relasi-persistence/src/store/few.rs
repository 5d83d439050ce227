//! Lists of whoever sees few records begin with those.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use relasi_domain::{
    identity::access::{Limit, RecordScope, Shared},
    record::Object,
};
use uuid::Uuid;

use super::{
    Store,
    driver::FEW,
    page::Query,
    reach::{In, ways},
};
use crate::{Dialect, StoreError, sql::Statement};

/// Tables with an index of owners and one of teams.
const INDEXED: [&str; 4] = ["contacts", "companies", "deals", "activities"];

/// Who sees what: workspace, person, object, how far, and of how many teams and people.
type Sight = (
    Uuid,
    Uuid,
    &'static str,
    RecordScope,
    Shared,
    (usize, usize),
);

/// Who was found to see many records of an object. It chooses the way of a list to its rows, and never which rows it has:
/// who sees few by now waits a little longer for them, as long as this is kept.
static MANY: LazyLock<Mutex<HashMap<Sight, Instant>>> = LazyLock::new(Mutex::default);

/// So long it is taken for granted.
const KEPT: Duration = Duration::from_mins(1);

/// Of so many it is kept at most.
const MOST_KEPT: usize = 10_000;

fn many() -> MutexGuard<'static, HashMap<Sight, Instant>> {
    MANY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sight(limit: &Limit<'_>, object: &'static Object) -> Sight {
    let others = (limit.team_ids.len(), limit.report_ids.len());
    let (workspace, user) = (limit.workspace_id, limit.user_id);
    (
        workspace,
        user,
        object.name,
        limit.scope,
        limit.shared,
        others,
    )
}

fn sees_many(sight: &Sight) -> bool {
    many()
        .get(sight)
        .is_some_and(|found| found.elapsed() < KEPT)
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
