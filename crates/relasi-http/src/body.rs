//! JSON bodies and queries whose every member is known.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::Bytes,
};
use relasi_domain::{fault::Fault, record::Document};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use std::{future::Future, pin::Pin};

use crate::problem::Problem;

/// The largest JSON body in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

/// A JSON object together with its bytes.
pub struct Body<T = Document> {
    /// What it says.
    pub value: T,
    /// As it was sent, for comparing repeated requests.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes
                .await
                .map_err(|error| Problem::of_status(error.as_response_error().status_code()))?;
            if !json && !bytes.is_empty() {
                return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
            }
            let text = if bytes.is_empty() {
                b"{}".as_slice()
            } else {
                &bytes
            };
            refuse_nul(text)?;
            let value = parsed(text)?;
            Ok(Self { value, bytes })
        })
    }
}

/// A JSON object or the fields of a form, whoever sent it; a field that comes several times becomes a list.
pub fn read_object(request: &HttpRequest, bytes: &[u8]) -> Result<Document, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let text =
            std::str::from_utf8(bytes).map_err(|_| Problem::of_status(StatusCode::BAD_REQUEST))?;
        let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(text);
        let pairs = pairs.map_err(|_| Problem::of_status(StatusCode::BAD_REQUEST))?;
        let fields = fields(pairs.into_inner());
        return match nul_in(&Value::Object(fields.clone()), &mut String::new()) {
            Some(pointer) => Err(Problem::fault(Fault::at(pointer, "control_character"))),
            None => Ok(fields),
        };
    }
    if !is_json(request) {
        return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    refuse_nul(bytes)?;
    parsed(bytes)
}

fn fields(pairs: Vec<(String, String)>) -> Document {
    let mut fields = Document::new();
    for (name, value) in pairs {
        match fields.get_mut(&name) {
            None => {
                fields.insert(name, Value::String(value));
            }
            Some(Value::Array(items)) => items.push(Value::String(value)),
            Some(first) => *first = Value::Array(vec![first.take(), Value::String(value)]),
        }
    }
    fields
}

/// PostgreSQL can't store U+0000, wherever it stands: no text of ours has one, on either database.
fn refuse_nul(text: &[u8]) -> Result<(), Problem> {
    // In JSON it can only be written like this; what contains it is rare enough to be read twice.
    if !text.windows(6).any(|part| part == b"\\u0000") {
        return Ok(());
    }
    // What is no JSON at all is told by the reading that follows.
    let value = serde_json::from_slice::<Value>(text).unwrap_or_default();
    match nul_in(&value, &mut String::new()) {
        Some(pointer) => Err(Problem::fault(Fault::at(pointer, "control_character"))),
        None => Ok(()),
    }
}

/// The first query parameter with U+0000.
fn parameter_with_nul(query: &str) -> Option<String> {
    if !query.contains("%00") {
        return None;
    }
    let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(query).ok()?;
    let mut pairs = pairs.into_inner().into_iter();
    let (name, _) = pairs.find(|(name, value)| name.contains('\0') || value.contains('\0'))?;
    Some(name.replace('\0', ""))
}

/// The pointer of the first text with U+0000.
fn nul_in(value: &Value, at: &mut String) -> Option<String> {
    let here = at.len();
    let mut inside = |name: &str, value: &Value| {
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        let found = if name.contains('\0') {
            Some(at[..here].to_owned())
        } else {
            nul_in(value, at)
        };
        at.truncate(here);
        found
    };
    match value {
        Value::String(text) => text.contains('\0').then(|| at.clone()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| inside(&index.to_string(), item)),
        Value::Object(members) => members.iter().find_map(|(name, value)| inside(name, value)),
        _ => None,
    }
}

/// JSON, a merge patch, or no type said.
fn is_json(request: &HttpRequest) -> bool {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.is_none_or(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
            || kind.eq_ignore_ascii_case("application/merge-patch+json")
    })
}

/// Text that is no JSON is malformed; JSON of another shape is invalid, and the fault says where.
fn parsed<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    let mut source = serde_json::Deserializer::from_slice(text);
    let found = serde_path_to_error::deserialize(&mut source).map_err(|error| {
        let at: String = error.path().iter().filter_map(step).collect();
        let error = error.into_inner();
        if error.is_data() {
            Problem::fault(misshapen(&at, &error.to_string()))
        } else {
            Problem::malformed(&error)
        }
    })?;
    source.end().map_err(|error| Problem::malformed(&error))?;
    Ok(found)
}

/// A step of the way to what can't be read, as a JSON Pointer has it.
fn step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// What serde says of a member, in the words of the API.
fn misshapen(at: &str, text: &str) -> Fault {
    let mut quoted = text.split('`').skip(1).step_by(2);
    if text.starts_with("unknown field `") {
        // The way leads to the member itself.
        let name = quoted.next().unwrap_or_default();
        let own = format!("/{name}");
        let at = if at.ends_with(&own) {
            at.to_owned()
        } else {
            format!("{at}{own}")
        };
        return Fault::at(at, "unknown_member");
    }
    if text.starts_with("missing field `") {
        return Fault::at(
            format!("{at}/{}", quoted.next().unwrap_or_default()),
            "required",
        );
    }
    if text.starts_with("unknown variant `") {
        let choices: Vec<&str> = quoted.skip(1).collect();
        return Fault::at(at, "not_a_choice").with("choices", choices.join(", "));
    }
    Fault::at(at, "malformed").with("error", text)
}

/// Query parameters, each of which the operation knows.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Some(name) = parameter_with_nul(request.query_string()) {
            let fault = Fault::at(format!("?{name}"), "control_character");
            return std::future::ready(Err(Problem::fault(fault)));
        }
        let parsed = actix_web::web::Query::<T>::from_query(request.query_string());
        std::future::ready(
            parsed
                .map(|query| Self(query.into_inner()))
                .map_err(|error| {
                    let text = error.to_string();
                    let name = text
                        .split('`')
                        .nth(1)
                        .filter(|_| text.contains("unknown field"));
                    Problem::fault(match name {
                        Some(name) => Fault::at(format!("?{name}"), "unknown_parameter"),
                        None => Fault::at("?", "malformed").with("error", text),
                    })
                }),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Tls {
        None,
        Starttls,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Server {
        tls: Tls,
        port: u16,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Account {
        smtp: Vec<Server>,
    }

    #[test]
    fn a_body_of_another_shape_is_told_where_it_is() {
        let fault = |text: &str| {
            let text = format!("{{\"smtp\": [{text}]}}");
            let problem = parsed::<Account>(text.as_bytes()).unwrap_err();
            let faults = problem.faults.0;
            assert_eq!(faults.len(), 1, "{text}");
            format!("{} {}", faults[0].pointer, faults[0].code)
        };
        assert_eq!(
            fault(r#"{"tls": "ssl", "port": 1}"#),
            "/smtp/0/tls not_a_choice"
        );
        assert_eq!(fault(r#"{"tls": "none"}"#), "/smtp/0/port required");
        assert_eq!(
            fault(r#"{"tls": "none", "port": "x"}"#),
            "/smtp/0/port malformed"
        );
        assert_eq!(
            fault(r#"{"tls": "none", "colour": 1}"#),
            "/smtp/0/colour unknown_member"
        );
    }
}
