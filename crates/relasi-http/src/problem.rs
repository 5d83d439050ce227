//! Faults as RFC 9457 problem details.

use std::{collections::BTreeMap, fmt};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use relasi_app::Refusal;
use relasi_domain::{
    fault::{Fault, Faults},
    locale::{self, Language},
    record::Document,
};
use relasi_persistence::StoreError;
use serde_json::{Value, json};

/// A refusal on its way to the client; the envelope gives it its language and request id.
#[derive(Debug, Clone)]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code and translation key.
    pub code: &'static str,
    /// What is wrong with which part of the request.
    pub faults: Faults,
    /// Seconds to wait before trying again.
    pub retry_after: Option<u64>,
    /// The record as it is now, for a write based on an older version.
    pub current: Option<Box<Document>>,
}

impl Problem {
    /// A problem that its status and code say all about.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            faults: Faults::default(),
            retry_after: None,
            current: None,
        }
    }

    /// One fault of the request.
    pub fn fault(fault: Fault) -> Self {
        Self {
            faults: fault.into(),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid")
        }
    }

    /// The request body is not what the operation takes.
    pub fn malformed(error: &serde_json::Error) -> Self {
        let fault = Fault::at("", "malformed").with("error", error);
        Self {
            faults: fault.into(),
            ..Self::new(StatusCode::BAD_REQUEST, "malformed")
        }
    }

    /// What an answer of this status means when nothing else is known of it.
    pub fn of_status(status: StatusCode) -> Self {
        let code = match status.as_u16() {
            400 => "malformed",
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            413 => "too_large",
            415 => "unsupported_media_type",
            416 => "no_such_part",
            503 => "unavailable",
            _ if status.is_client_error() => "invalid",
            _ => "internal",
        };
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        Self {
            retry_after,
            ..Self::new(status, code)
        }
    }

    /// The body: JSON in the caller's language.
    pub fn body(&self, language: Language, request_id: &str) -> Value {
        let mut body = json!({
            "type": format!("urn:relasi:problem:{}", self.code),
            "title": text(language, &format!("problem.{}", self.code), &BTreeMap::new()),
            "status": self.status.as_u16(),
            "code": self.code,
            "request_id": request_id,
        });
        if !self.faults.0.is_empty() {
            let errors = self.faults.0.iter().map(|fault| {
                let detail = fault_text(language, fault.code, &fault.params);
                json!({"pointer": fault.pointer, "code": fault.code, "detail": detail, "params": fault.params})
            });
            body["errors"] = errors.collect();
            body["detail"] = body["errors"][0]["detail"].clone();
        }
        if let Some(current) = &self.current {
            body["current"] = Value::Object(current.as_ref().clone());
        }
        body
    }
}

/// What a fault of this code says in a language.
pub fn fault_text(language: Language, code: &str, params: &BTreeMap<&str, String>) -> String {
    text(language, &format!("fault.{code}"), params)
}

/// A text in the caller's language; its key where a text is missing, so that the code still says something.
fn text(language: Language, key: &str, params: &BTreeMap<&str, String>) -> String {
    locale::format(language, key, params).unwrap_or_else(|| key.to_owned())
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status);
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(faults) => Self {
                faults,
                ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid")
            },
            Refusal::NotFound => Self::new(StatusCode::NOT_FOUND, "not_found"),
            Refusal::NotYet => Self::new(StatusCode::NOT_FOUND, "record_not_yet"),
            Refusal::Forbidden => Self::new(StatusCode::FORBIDDEN, "forbidden"),
            Refusal::Barred(code) => Self::new(StatusCode::FORBIDDEN, code),
            Refusal::Unauthorized => Self::new(StatusCode::UNAUTHORIZED, "unauthorized"),
            Refusal::VersionRequired => {
                Self::new(StatusCode::PRECONDITION_REQUIRED, "version_required")
            }
            Refusal::Stale(current) => Self {
                current: Some(current),
                ..Self::new(StatusCode::PRECONDITION_FAILED, "stale_version")
            },
            Refusal::Conflict(code) => Self::new(StatusCode::CONFLICT, code),
            Refusal::FieldsChanged => Self::new(StatusCode::CONFLICT, "fields_changed"),
            Refusal::Throttled { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled")
            },
            Refusal::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Refusal::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let later = |code| Self {
            retry_after: Some(1),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code)
        };
        match &error {
            StoreError::Unique { .. } => Self::new(StatusCode::CONFLICT, "already_exists"),
            StoreError::ForeignKey => Self::new(StatusCode::CONFLICT, "still_referenced"),
            StoreError::Busy => later("busy"),
            StoreError::Conflict | StoreError::Timeout | StoreError::Unavailable(_) => {
                log::error!("database: {error}");
                later("unavailable")
            }
            StoreError::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
            // "Not there" from below the use cases is a fault of ours: they ask for what they may expect.
            StoreError::NotFound
            | StoreError::Schema(_)
            | StoreError::Constraint(_)
            | StoreError::Corrupt(_)
            | StoreError::Other(_) => {
                log::error!("database: {error}");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }
}
