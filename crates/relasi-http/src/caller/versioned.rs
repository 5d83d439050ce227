//! Settings with an id and a version: made, shown, changed and removed in one way.

use actix_web::{HttpResponse, web::Path};
use relasi_app::{idempotency::Answer, records::Work};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{Caller, IfMatch, etag};
use crate::{body::Body, problem::Problem, records::parse_id};

impl Caller {
    /// Answers with what `find` finds, and its version, which comes first.
    pub async fn show<T: Serialize + Send + 'static>(
        &self,
        id: &Path<String>,
        find: impl FnOnce(&mut Work<'_>, Uuid) -> relasi_app::Result<(i64, T)> + Send + 'static,
    ) -> Result<HttpResponse, Problem> {
        let id = parse_id(id)?;
        let (version, found) = self.read_short(move |work| find(work, id)).await?;
        let tag = etag(version);
        Ok(HttpResponse::Ok().insert_header(("ETag", tag)).json(found))
    }

    /// Answers with what was made of a body, and where it is: below `all`, by its id, which comes first.
    pub async fn make<B: Send + Sync + 'static, T: Serialize>(
        &self,
        body: Body<B>,
        all: &'static str,
        make: impl Fn(&mut Work<'_>, &B) -> relasi_app::Result<(Uuid, T)> + Send + Sync + 'static,
    ) -> Result<HttpResponse, Problem> {
        let with = body.value;
        let work = move |work: &mut Work<'_>| {
            let (id, made) = make(work, &with)?;
            Ok(Answer {
                location: Some(format!("/api/v1{all}/{id}")),
                ..Answer::versioned(201, &json!(made))
            })
        };
        self.write(&body.bytes, work).await
    }

    /// Answers with what became of it by a body.
    pub async fn change<B: Send + Sync + 'static, T: Serialize>(
        &self,
        id: &Path<String>,
        IfMatch(version): IfMatch,
        body: Body<B>,
        change: impl Fn(&mut Work<'_>, Uuid, Option<i64>, &B) -> relasi_app::Result<T>
        + Send
        + Sync
        + 'static,
    ) -> Result<HttpResponse, Problem> {
        let (id, with) = (parse_id(id)?, body.value);
        let work = move |work: &mut Work<'_>| {
            let changed = change(work, id, version, &with)?;
            Ok(Answer::versioned(200, &json!(changed)))
        };
        self.write(&body.bytes, work).await
    }

    /// Removes it, and has nothing to say.
    pub async fn remove(
        &self,
        id: &Path<String>,
        IfMatch(version): IfMatch,
        remove: impl Fn(&mut Work<'_>, Uuid, Option<i64>) -> relasi_app::Result<()>
        + Send
        + Sync
        + 'static,
    ) -> Result<HttpResponse, Problem> {
        let id = parse_id(id)?;
        let work = move |work: &mut Work<'_>| {
            remove(work, id, version)?;
            Ok(Answer::nothing())
        };
        self.write(&[], work).await
    }
}
