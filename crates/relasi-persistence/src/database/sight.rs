//! Functions that SQLite asks whether somebody is of the teams, or of the people, of whoever a statement is for.
//!
//! A list asks it of every row. Tables hold the answers as well, but several hundred teams looked up there, or named in
//! the statement, cost more than the list itself.

use std::{cell::RefCell, sync::Arc};

use diesel::{SqliteConnection, declare_sql_function};
use uuid::Uuid;

use crate::StoreError;

/// Whose records a statement may give besides those of its caller.
#[derive(Debug)]
pub(crate) struct Sight {
    /// Teams of the caller in the order of their ids.
    pub teams: Vec<Uuid>,
    /// People who report to the caller, in the order of their ids.
    pub people: Vec<Uuid>,
}

thread_local! {
    /// That of the statement which runs on this thread: SQLite calls from there. Without one nobody is seen.
    static SIGHT: RefCell<Option<Arc<Sight>>> = const { RefCell::new(None) };
}

/// Runs a statement with its sight.
pub(super) fn seeing<T>(sight: Option<&Arc<Sight>>, run: impl FnOnce() -> T) -> T {
    /// Also when the statement panics, the next one does not see what it saw.
    struct Before(Option<Arc<Sight>>);
    impl Drop for Before {
        fn drop(&mut self) {
            SIGHT.set(self.0.take());
        }
    }
    let _before = Before(SIGHT.replace(sight.map(Arc::clone)));
    run()
}

fn among(id: Option<&String>, ids: impl Fn(&Sight) -> &[Uuid]) -> bool {
    let id = id.and_then(|id| Uuid::try_parse(id).ok());
    id.is_some_and(|id| {
        SIGHT.with_borrow(|sight| {
            sight
                .as_ref()
                .is_some_and(|sight| ids(sight).binary_search(&id).is_ok())
        })
    })
}

#[declare_sql_function]
extern "SQL" {
    /// Whether an id is that of one of the caller's teams.
    fn in_own_teams(
        id: diesel::sql_types::Nullable<diesel::sql_types::Text>,
    ) -> diesel::sql_types::Bool;
    /// Whether an id is that of somebody who reports to the caller.
    fn in_own_people(
        id: diesel::sql_types::Nullable<diesel::sql_types::Text>,
    ) -> diesel::sql_types::Bool;
}

/// Makes the functions known to a connection.
pub(super) fn register(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    // The answer depends on the statement as well as on the id.
    in_own_teams_utils::register_nondeterministic_impl(conn, |id: Option<String>| {
        among(id.as_ref(), |sight| &sight.teams)
    })?;
    in_own_people_utils::register_nondeterministic_impl(conn, |id: Option<String>| {
        among(id.as_ref(), |sight| &sight.people)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_seen_but_by_the_statement_that_says_so() {
        let (mine, other) = (Uuid::now_v7(), Uuid::now_v7());
        let sight = Arc::new(Sight {
            teams: vec![mine],
            people: Vec::new(),
        });
        let seen = |id: Uuid| among(Some(&id.to_string()), |sight| &sight.teams);
        assert!(!seen(mine));
        seeing(Some(&sight), || {
            assert!(seen(mine) && !seen(other));
            assert!(!among(Some(&mine.to_string()), |sight| &sight.people));
            assert!(!among(None, |sight| &sight.teams));
            // A statement within has its own sight.
            seeing(None, || assert!(!seen(mine)));
            assert!(seen(mine));
        });
        let panicked =
            std::panic::catch_unwind(|| seeing(Some(&sight), || panic!("while it runs")));
        assert!(panicked.is_err() && !seen(mine));
    }
}
