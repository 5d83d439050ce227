//! One request: headers, a new access token when the old one ran out, answers as JSON.

use gloo_net::http::{Method, RequestBuilder, Response};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::problem::{ApiError, Problem};
use super::{Api, session};
use crate::i18n::language;

pub(super) const BASE: &str = "/api/v1";

/// An answer of the server.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status, 200 to 299.
    pub status: u16,
    /// JSON body; `null` for none.
    pub body: Value,
}

impl Reply {
    /// The body as `T`.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        serde_json::from_value(self.body).map_err(|error| ApiError::Unreadable(error.to_string()))
    }
}

#[derive(Clone, Debug)]
enum Body {
    None,
    Json(String),
    File(web_sys::File),
}

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    path: String,
    body: Body,
    headers: Vec<(&'static str, String)>,
}

impl Request {
    fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: format!("{BASE}{path}"),
            body: Body::None,
            headers: Vec::new(),
        }
    }

    /// `GET`.
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST`; carries an idempotency key, the same one when it is sent again.
    pub fn post(path: &str) -> Self {
        let mut request = Self::new(Method::POST, path);
        request
            .headers
            .push(("Idempotency-Key", session::random_id()));
        request
    }

    /// Merge `PATCH`.
    pub fn patch(path: &str) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// `PUT`.
    pub fn put(path: &str) -> Self {
        Self::new(Method::PUT, path)
    }

    /// `DELETE`.
    pub fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// With a JSON body.
    pub fn json(mut self, body: &Value) -> Self {
        let kind = if self.method == Method::PATCH {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        self.headers.push(("Content-Type", kind.to_owned()));
        self.body = Body::Json(body.to_string());
        self
    }

    /// With a file as the body, as it is.
    pub fn file(mut self, file: web_sys::File) -> Self {
        self.headers
            .push(("Content-Type", "application/octet-stream".to_owned()));
        self.body = Body::File(file);
        self
    }

    /// Only if the record still has this version.
    pub fn version(mut self, version: i64) -> Self {
        self.headers.push(("If-Match", format!("\"{version}\"")));
        self
    }

    /// With one more header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends it. A 401 leads to one refresh and one more try.
    pub async fn send(self, api: Api) -> Result<Reply, ApiError> {
        read(self.answered(api).await?).await
    }

    /// Sends it and answers the body as a file, which the browser keeps where it likes: large ones take no room here.
    pub async fn file_of(self, api: Api) -> Result<web_sys::Blob, ApiError> {
        let response = self.answered(api).await?;
        if !response.ok() {
            let refused = read(response).await.err();
            return Err(refused.unwrap_or(ApiError::Offline));
        }
        let raw: web_sys::Response = response.into();
        let file = raw.blob().map(JsFuture::from);
        let file = file.map_err(|_| ApiError::Offline)?.await;
        file.map(JsCast::unchecked_into)
            .map_err(|_| ApiError::Offline)
    }

    /// Sends it and answers the body as a stream, which may have no end.
    pub(super) async fn stream_of(self, api: Api) -> Result<web_sys::ReadableStream, ApiError> {
        let response = self.answered(api).await?;
        if !response.ok() {
            let refused = read(response).await.err();
            return Err(refused.unwrap_or(ApiError::Offline));
        }
        response.body().ok_or(ApiError::Offline)
    }

    async fn answered(&self, api: Api) -> Result<Response, ApiError> {
        let used = api.token();
        let first = self.once(used.clone()).await?;
        // Another request may have brought a new token while this one was under way.
        let again =
            first.status() == 401 && used.is_some() && (api.token() != used || api.refresh().await);
        if again {
            self.once(api.token()).await
        } else {
            Ok(first)
        }
    }

    /// Sends it without a token and without a second try.
    pub async fn send_open(self) -> Result<Reply, ApiError> {
        read(self.once(None).await?).await
    }

    async fn once(&self, token: Option<String>) -> Result<Response, ApiError> {
        let mut builder = RequestBuilder::new(&self.path)
            .method(self.method.clone())
            .header("Accept", "application/json")
            .header("Accept-Language", untrack(language).tag());
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        if let Some(token) = token {
            builder = builder.header("Authorization", &format!("Bearer {token}"));
        }
        let request = match &self.body {
            Body::None => builder.build(),
            Body::Json(text) => builder.body(text.as_str()),
            Body::File(file) => builder.body(file.clone()),
        };
        let request = request.map_err(|error| ApiError::Unreadable(error.to_string()))?;
        // The browser says no more than that there was no answer.
        request.send().await.map_err(|_| ApiError::Offline)
    }
}

async fn read(response: Response) -> Result<Reply, ApiError> {
    let status = response.status();
    let text = response.text().await.map_err(|_| ApiError::Offline)?;
    if response.ok() {
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        return Ok(Reply { status, body });
    }
    let mut problem: Problem = serde_json::from_str(&text).unwrap_or_default();
    problem.status = status;
    if problem.code == "second_factor_required" {
        // The workspace asks for one from now on; the app begins with that.
        session::start_anew();
    }
    Err(ApiError::Problem(Box::new(problem)))
}
