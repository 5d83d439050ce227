//! What callers read: the rows of their workspace, as they are or as a replica has them.

use relasi_app::records::Work;
use relasi_persistence::Scoped;

use super::Caller;
use crate::problem::Problem;

impl Caller {
    /// Reads a little: single records and short pages.
    pub async fn read_short<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let caller = self.clone();
        let database = &self.state.database;
        Ok(database
            .within(self.principal.access.workspace_id)
            .read_short(move |conn| caller.work_on(conn, work))
            .await?)
    }

    /// Reads what may take a while: searches, counts, reports.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let caller = self.clone();
        let database = &self.state.database;
        Ok(database
            .within(self.principal.access.workspace_id)
            .read(move |conn| caller.work_on(conn, work))
            .await?)
    }

    /// Lists and reports on a large scale: from a replica where there is one, unless the caller wrote a moment ago. Short
    /// as [`read_short`](Self::read_short) without one.
    pub async fn read_page<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let caller = self.clone();
        let rows = self.rows_lately().await?;
        Ok(rows
            .read_short(move |conn| caller.work_on(conn, work))
            .await?)
    }

    /// Like [`read_page`](Self::read_page), for what may take a while: searches, counts, reports.
    pub async fn read_much<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let caller = self.clone();
        let rows = self.rows_lately().await?;
        Ok(rows.read(move |conn| caller.work_on(conn, work)).await?)
    }

    /// The rows of the workspace as they were a moment ago, with everything that the caller wrote.
    async fn rows_lately(&self) -> Result<Scoped, Problem> {
        let (database, access) = (&self.state.database, &self.principal.access);
        let rows = database.within(access.workspace_id);
        let recent = &self.state.recent;
        let current = !database.has_replica()
            || recent
                .has_written(database, access.workspace_id, access.user_id)
                .await?;
        Ok(if current { rows } else { rows.lately() })
    }
}
