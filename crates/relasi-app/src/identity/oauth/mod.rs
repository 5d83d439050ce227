//! Apps of others that call the API for people who have let them: OAuth 2.1, with the authorization code and PKCE only.
//!
//! An app belongs to a workspace, and so does everything that people let it do. What it may do is what it asked for, what
//! it is registered for and what its person may at that moment, whichever is least. Everything that it is handed is told
//! once and kept as a hash.

mod address;
mod apps;
mod authorize;
mod code;
mod connected;
mod exchange;
mod grant;
mod listed;
mod log;
mod request;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use relasi_domain::identity::access::Action;
use relasi_persistence::StoreError;
use uuid::Uuid;

pub use apps::{AppPatch, MadeApp, NewApp};
pub use authorize::{Asking, Decision};
pub use connected::ConnectedApp;
pub use exchange::{ClientProof, ExchangeFault, TokenRequest, Tokens};
pub use grant::AppGrant;
pub(super) use grant::{Held, access_in, end_of_member, forget, note_use, principal_of};
pub use listed::AppView;

use super::Stored;

/// What ids of apps begin with.
const CLIENT: &str = "rla_";
/// What secrets of apps begin with.
const SECRET: &str = "rls_";
/// What codes begin with.
const CODE: &str = "rlc_";
/// What access tokens of apps begin with.
const ACCESS: &str = "rlo_";
/// What refresh tokens of apps begin with.
const REFRESH: &str = "rlr_";

/// The id by which an app names itself; the workspace in front lets each look-up stay within one.
fn client_id(workspace: Uuid, app: Uuid) -> String {
    let both = [*workspace.as_bytes(), *app.as_bytes()].concat();
    format!("{CLIENT}{}", URL_SAFE_NO_PAD.encode(both))
}

/// The workspace and the app that an id names.
fn parse_client_id(text: &str) -> Option<(Uuid, Uuid)> {
    let raw = URL_SAFE_NO_PAD.decode(text.strip_prefix(CLIENT)?).ok()?;
    let (workspace, app) = raw.split_first_chunk::<16>()?;
    Some((
        Uuid::from_bytes(*workspace),
        Uuid::from_bytes(app.try_into().ok()?),
    ))
}

/// Scopes as they are stored: a JSON list of actions.
fn scopes_of(text: &str) -> Stored<Vec<Action>> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Other(format!("scopes of an app: {error}")))
}

fn stored(scopes: &[Action]) -> String {
    serde_json::json!(scopes).to_string()
}

/// Scopes as the protocol writes them, with blanks between.
fn spoken(scopes: &[Action]) -> String {
    let codes: Vec<&str> = scopes.iter().map(|scope| scope.code()).collect();
    codes.join(" ")
}

/// Scopes as the protocol writes them; none when one is unknown.
fn heard(text: &str) -> Option<Vec<Action>> {
    let mut found = Vec::new();
    for word in text.split_ascii_whitespace() {
        let scope = Action::ALL
            .into_iter()
            .find(|action| action.code() == word)?;
        if !found.contains(&scope) {
            found.push(scope);
        }
    }
    Some(found)
}

/// Those of some scopes that are among others as well.
fn common(some: &[Action], others: &[Action]) -> Vec<Action> {
    let both = some.iter().filter(|scope| others.contains(scope));
    both.copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_apps_name_their_workspace() {
        let (workspace, app) = (Uuid::now_v7(), Uuid::now_v7());
        let text = client_id(workspace, app);
        assert_eq!(parse_client_id(&text), Some((workspace, app)));
        for wrong in ["", "rla_", "rla_abc", &text[4..], &format!("{text}A")] {
            assert_eq!(parse_client_id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn scopes_are_words_that_are_known() {
        assert_eq!(heard("see  add see"), Some(vec![Action::See, Action::Add]));
        assert_eq!(heard(""), Some(vec![]));
        assert_eq!(heard("see fly"), None);
        assert_eq!(spoken(&[Action::See, Action::Add]), "see add");
        assert_eq!(
            common(&[Action::See, Action::Add], &[Action::Add, Action::Edit]),
            [Action::Add]
        );
    }
}
