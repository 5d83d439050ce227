//! Requests that came with an API key or from an app: how many of them are let through, and a note of each with a key.

use std::num::NonZeroU32;

use actix_web::{
    HttpMessage, HttpRequest,
    body::BoxBody,
    dev::ServiceResponse,
    http::header::{HeaderName, HeaderValue},
    web::Data,
};
use chrono::{DateTime, Utc};
use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::{StateInformationMiddleware, StateSnapshot},
    state::keyed::DefaultKeyedStateStore,
};
use relasi_app::identity::{KeyRequest, Principal};
use uuid::Uuid;

use crate::{problem::Problem, state::State};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// The window of every limit, in seconds.
const WINDOW: u32 = 60;

/// Requests that one key or one app for one person, and all of a workspace, may send within a minute. This process counts
/// for itself.
pub struct Limits {
    key: Limit,
    workspace: Limit,
}

/// One kind of limit, for many.
struct Limit {
    a_minute: NonZeroU32,
    counted: Counted,
}

type Counted =
    RateLimiter<Uuid, DefaultKeyedStateStore<Uuid>, DefaultClock, StateInformationMiddleware>;

/// What is left of a limit after a request.
#[derive(Debug, Clone, Copy)]
struct Left {
    name: &'static str,
    a_minute: u32,
    remaining: u32,
    /// Seconds until another request is let through; none when this one was.
    wait: Option<u64>,
}

impl Limit {
    fn new(a_minute: NonZeroU32) -> Self {
        let quota = Quota::per_minute(a_minute);
        let counted = RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        Self { a_minute, counted }
    }

    /// Counts one; the name is what the caller reads of the limit.
    fn take(&self, name: &'static str, of: Uuid) -> Left {
        let (remaining, wait) = match self.counted.check_key(&of) {
            Ok(state) => (StateSnapshot::remaining_burst_capacity(&state), None),
            Err(refused) => (0, Some(wait(&refused, self.counted.clock()))),
        };
        Left {
            name,
            a_minute: self.a_minute.get(),
            remaining,
            wait,
        }
    }
}

fn wait(refused: &NotUntil<<DefaultClock as Clock>::Instant>, clock: &DefaultClock) -> u64 {
    let wait = refused.wait_time_from(clock.now());
    wait.as_secs() + 1
}

impl Limits {
    /// So many requests a minute of one key, and of all keys of a workspace.
    pub fn new(key: NonZeroU32, workspace: NonZeroU32) -> Self {
        Self {
            key: Limit::new(key),
            workspace: Limit::new(workspace),
        }
    }

    /// Counts what comes to the inbound hook of this name as a key's request; 429 when it is one too many.
    pub fn admit_hook(&self, name: Uuid) -> Result<(), Problem> {
        match self.key.take("hook", name).wait {
            None => Ok(()),
            Some(retry_after) => Err(relasi_app::Refusal::Throttled { retry_after }.into()),
        }
    }

    /// Forgets keys and workspaces that have been quiet.
    pub fn tidy(&self) {
        for limit in [&self.key, &self.workspace] {
            limit.counted.retain_recent();
        }
    }
}

/// What the answer of a request with a key is told by.
#[derive(Clone)]
struct Machine {
    workspace_id: Uuid,
    /// The key; none for an app, of which no log is kept.
    key_id: Option<Uuid>,
    at: DateTime<Utc>,
    ip: String,
    left: Vec<Left>,
}

/// Counts a request that came with a key or from an app; 429 when it is one too many.
pub fn admit(
    request: &HttpRequest,
    state: &State,
    principal: &Principal,
    ip: std::net::IpAddr,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let (name, caller) = match (principal.key_id, &principal.app) {
        (Some(key), _) => ("key", key),
        (None, Some(app)) => ("app", app.grant_id),
        (None, None) => return Ok(()),
    };
    let workspace = principal.workspace.id;
    // One that calls too often takes nothing from the others.
    let mut left = vec![state.limits.key.take(name, caller)];
    if left[0].wait.is_none() {
        left.push(state.limits.workspace.take("workspace", workspace));
    }
    let wait = left.iter().find_map(|left| left.wait);
    request.extensions_mut().insert(Machine {
        workspace_id: workspace,
        key_id: principal.key_id,
        at: now,
        ip: ip.to_canonical().to_string(),
        left,
    });
    match wait {
        None => Ok(()),
        Some(retry_after) => Err(relasi_app::Refusal::Throttled { retry_after }.into()),
    }
}

/// Tells the answer of a request with a key or from an app what is left, and notes it in the log of the key.
pub fn finish(response: &mut ServiceResponse<BoxBody>, request_id: &str, micros: u128) {
    let request = response.request().clone();
    let Some(machine) = request.extensions().get::<Machine>().cloned() else {
        return;
    };
    let headers = response.headers_mut();
    let told = |of: fn(&Left) -> String| machine.left.iter().map(of).collect::<Vec<_>>().join(", ");
    let policy = told(|one| format!("\"{}\";q={};w={WINDOW}", one.name, one.a_minute));
    let left = told(|one| {
        format!(
            "\"{}\";r={};t={}",
            one.name,
            one.remaining,
            one.until_whole()
        )
    });
    for (name, text) in [(POLICY, policy), (LEFT, left)] {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
    let (Some(state), Some(key_id)) = (request.app_data::<Data<State>>(), machine.key_id) else {
        return;
    };
    state.key_log.note(KeyRequest {
        workspace_id: machine.workspace_id,
        key_id,
        at: machine.at,
        method: request.method().to_string(),
        route: request
            .match_pattern()
            .unwrap_or_else(|| "unmatched".to_owned()),
        status: response.status().as_u16(),
        micros: i64::try_from(micros).unwrap_or(i64::MAX),
        ip: machine.ip,
        request_id: request_id.to_owned(),
    });
}

impl Left {
    /// Seconds until the whole limit is there again, when nothing more comes.
    fn until_whole(&self) -> u64 {
        let used = u64::from(self.a_minute.saturating_sub(self.remaining));
        (used * u64::from(WINDOW)).div_ceil(u64::from(self.a_minute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).expect("more than none")
    }

    #[test]
    fn each_key_has_its_own_limit_and_they_share_one() {
        let limits = Limits::new(many(3), many(5));
        let (one, other, home) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let taken: Vec<u32> = (0..3)
            .map(|_| limits.key.take("key", one).remaining)
            .collect();
        assert_eq!(taken, [2, 1, 0]);
        let refused = limits.key.take("key", one);
        assert!(
            refused.wait.is_some_and(|wait| (1..=21).contains(&wait)),
            "{refused:?}"
        );
        assert_eq!(limits.key.take("key", other).wait, None);
        let shared = (0..6)
            .filter(|_| limits.workspace.take("workspace", home).wait.is_none())
            .count();
        assert_eq!(shared, 5);
    }

    #[test]
    fn the_whole_limit_comes_back_within_the_window() {
        let left = Left {
            name: "key",
            a_minute: 600,
            remaining: 590,
            wait: None,
        };
        assert_eq!(left.until_whole(), 1);
        assert_eq!(
            Left {
                remaining: 0,
                ..left
            }
            .until_whole(),
            60
        );
    }
}
