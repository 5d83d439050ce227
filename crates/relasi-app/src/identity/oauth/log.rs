//! What apps were used for: all of it for those who may change settings, one's own part for who let them in.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{connected, listed};
use crate::{
    Refusal, Result,
    identity::{
        Identity, Principal, Seen,
        key_log::{Of, list},
    },
};

impl Identity {
    /// What an app was used for by everybody, newest first; for those who may change settings.
    pub async fn app_requests(
        &self,
        principal: &Principal,
        app: Uuid,
        (before, limit): (Option<Uuid>, u32),
        now: DateTime<Utc>,
    ) -> Result<Vec<Seen>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| {
                listed::find(conn, &access, app, now)?;
                list(
                    conn,
                    access.workspace_id,
                    Of::App(app, None),
                    before,
                    limit,
                    now,
                )
            })
            .await
    }

    /// What an app that one has let in was used for in one's name, newest first.
    pub async fn connected_app_requests(
        &self,
        principal: &Principal,
        app: Uuid,
        (before, limit): (Option<Uuid>, u32),
        now: DateTime<Utc>,
    ) -> Result<Vec<Seen>> {
        let access = principal.access.clone();
        self.db
            .within(access.workspace_id)
            .read_short(move |conn| {
                let known = connected::list(conn, &access, now)?;
                if !known.iter().any(|one| one.id == app) {
                    return Err(Refusal::NotFound);
                }
                let of = Of::App(app, Some(access.user_id));
                list(conn, access.workspace_id, of, before, limit, now)
            })
            .await
    }
}
