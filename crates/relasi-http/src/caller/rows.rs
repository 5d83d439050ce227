//! What callers read: the rows of their workspace, as they are or as a replica has them.

use relasi_app::records::Work;
use relasi_persistence::{Conn, Scoped};

use super::Caller;
use crate::problem::Problem;

impl Caller {
    /// Reads a little: single records and short pages.
    pub async fn read_short<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.rows().read_short(self.doing(work)).await?)
    }

    /// Reads what may take a while: searches, counts, reports.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.rows().read(self.doing(work)).await?)
    }

    /// Lists and reports on a large scale: from a replica where there is one, unless the caller wrote a moment ago. Short
    /// as [`read_short`](Self::read_short) without one.
    pub async fn read_page<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let rows = self.rows_lately().await?;
        Ok(rows.read_short(self.doing(work)).await?)
    }

    /// Like [`read_page`](Self::read_page), for what may take a while: searches, counts, reports.
    pub async fn read_much<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let rows = self.rows_lately().await?;
        Ok(rows.read(self.doing(work)).await?)
    }

    /// `work` as something that the caller does on a connection.
    fn doing<T>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> relasi_app::Result<T> + Send + 'static,
    ) -> impl FnOnce(&mut Conn) -> relasi_app::Result<T> + Send + 'static {
        let caller = self.clone();
        move |conn| caller.work_on(conn, work)
    }

    /// The rows of the caller's workspace.
    pub(super) fn rows(&self) -> Scoped {
        let workspace = self.principal.access.workspace_id;
        self.state.database.within(workspace)
    }

    /// The same as they were a moment ago, with everything that the caller wrote.
    async fn rows_lately(&self) -> Result<Scoped, Problem> {
        let (state, access) = (&self.state, &self.principal.access);
        let current = !state.database.has_replica()
            || state
                .recent
                .has_written(&state.database, access.workspace_id, access.user_id)
                .await?;
        let rows = self.rows();
        Ok(if current { rows } else { rows.lately() })
    }
}
