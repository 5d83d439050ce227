//! Files on their way up, with how far they have come: `fetch` does not tell that.

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use super::client::Reply;
use super::problem::{ApiError, Problem};
use super::{Api, session};
use crate::i18n::language;

impl Api {
    /// `POST` of a file as it is; `progress` gets the share from 0 to 1 that has left. A 401 leads to one refresh and
    /// one more try.
    pub async fn upload(
        self,
        path: &str,
        file: &File,
        progress: impl Fn(f64) + Clone + 'static,
    ) -> Result<Reply, ApiError> {
        let key = session::random_id();
        let first = once(self, path, file, &key, progress.clone()).await;
        let refused = matches!(&first, Err(ApiError::Problem(problem)) if problem.status == 401);
        if refused && self.refresh().await {
            return once(self, path, file, &key, progress).await;
        }
        first
    }
}

async fn once(
    api: Api,
    path: &str,
    file: &File,
    key: &str,
    progress: impl Fn(f64) + 'static,
) -> Result<Reply, ApiError> {
    let unreadable = |error: JsValue| ApiError::Unreadable(format!("{error:?}"));
    let request = XmlHttpRequest::new().map_err(unreadable)?;
    request
        .open("POST", &format!("{}{path}", super::client::BASE))
        .map_err(unreadable)?;
    let mut headers = vec![
        ("Accept", "application/json".to_owned()),
        ("Accept-Language", untrack(language).tag().to_owned()),
        ("Content-Type", "application/octet-stream".to_owned()),
        ("Idempotency-Key", key.to_owned()),
    ];
    headers.extend(
        api.token()
            .map(|token| ("Authorization", format!("Bearer {token}"))),
    );
    for (name, value) in headers {
        request
            .set_request_header(name, &value)
            .map_err(unreadable)?;
    }
    let moved = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress(event.loaded() / event.total());
        }
    });
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(moved.as_ref().unchecked_ref()));
    }
    request.send_with_opt_blob(Some(file)).map_err(unreadable)?;
    JsFuture::from(ended).await.map_err(|_| ApiError::Offline)?;
    answer(&request)
}

fn answer(request: &XmlHttpRequest) -> Result<Reply, ApiError> {
    let status = request.status().unwrap_or_default();
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match status {
        0 => Err(ApiError::Offline),
        200..300 => serde_json::from_str(&text)
            .map(|body| Reply { status, body })
            .map_err(|error| ApiError::Unreadable(error.to_string())),
        _ => {
            let mut problem: Problem = serde_json::from_str(&text).unwrap_or_default();
            problem.status = status;
            Err(ApiError::Problem(Box::new(problem)))
        }
    }
}
