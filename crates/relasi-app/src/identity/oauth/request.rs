//! What an app asks a person for: read in one place, for showing it and for deciding it.

use relasi_domain::{
    fault::Fault,
    identity::access::{Access, Action},
};
use relasi_persistence::Conn;
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    address::is_registered,
    apps::{self, Registered},
    common, heard, parse_client_id,
};
use crate::{
    Result,
    identity::{principal::access_of, sql},
};

/// A request of an app, as its address says it.
pub(super) enum Request {
    /// It can be decided.
    Good(Box<Asked>),
    /// It can't, and the app is told so.
    Back(Back, &'static str),
    /// It is about another workspace, in which the person works as well.
    Elsewhere(Uuid, String),
}

/// Where the person is sent back to.
#[derive(Clone)]
pub(super) struct Back {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
}

/// What an app asks for.
pub(super) struct Asked {
    pub(super) app: Registered,
    pub(super) back: Back,
    pub(super) scopes: Vec<Action>,
    pub(super) challenge: String,
}

/// The parameters of a request.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn parse(raw: &str) -> Self {
        let raw = raw.strip_prefix('?').unwrap_or(raw);
        let pairs = form_urlencoded::parse(raw.as_bytes()).into_owned();
        // An empty parameter is as good as none (OAuth 2.1, section 1.8).
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A parameter; nothing when it is not there, or there more than once.
    fn one(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter().filter(|(key, _)| key == name);
        match (all.next(), all.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    fn is_doubled(&self) -> bool {
        let names = self.0.iter().map(|(name, _)| name);
        names
            .enumerate()
            .any(|(place, name)| self.0[..place].iter().any(|(other, _)| other == name))
    }
}

/// Whether a text can be an S256 challenge: 32 bytes as base64url.
fn is_challenge(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.len() == 43 && text.bytes().all(fits)
}

/// Reads a request. Unless app and address are registered nobody is sent anywhere: that is a fault, and the person reads
/// it.
pub(super) fn read(conn: &mut Conn, access: &Access, raw: &str) -> Result<Request> {
    let parameters = Parameters::parse(raw);
    let unknown = || Fault::field("client_id", "unknown_app");
    let named = parameters.one("client_id").and_then(parse_client_id);
    let (workspace, id) = named.ok_or_else(unknown)?;
    if workspace != access.workspace_id {
        access_of(conn, workspace, access.user_id)?.ok_or_else(unknown)?;
        let statement = sql(
            "SELECT name FROM workspaces WHERE id = ?",
            [workspace.into()],
        );
        let name = conn.row(&statement, |row| row.text(0))?;
        return Ok(Request::Elsewhere(workspace, name.unwrap_or_default()));
    }
    let app = apps::active(conn, workspace, id)?.ok_or_else(unknown)?;
    let redirect_uri = parameters.one("redirect_uri");
    let redirect_uri = redirect_uri.filter(|uri| is_registered(&app.redirect_uris, uri));
    let redirect_uri =
        redirect_uri.ok_or_else(|| Fault::field("redirect_uri", "redirect_not_registered"))?;
    let back = Back {
        redirect_uri: redirect_uri.to_owned(),
        state: parameters.one("state").map(str::to_owned),
    };
    Ok(match wanted(&parameters, &app) {
        Ok((scopes, challenge)) => Request::Good(Box::new(Asked {
            app,
            back,
            scopes,
            challenge,
        })),
        Err(error) => Request::Back(back, error),
    })
}

/// The scopes and the challenge, or the error that the app is told.
fn wanted(
    parameters: &Parameters,
    app: &Registered,
) -> std::result::Result<(Vec<Action>, String), &'static str> {
    if parameters.is_doubled() {
        return Err("invalid_request");
    }
    match parameters.one("response_type") {
        Some("code") => {}
        Some(_) => return Err("unsupported_response_type"),
        None => return Err("invalid_request"),
    }
    let plain = parameters.one("response_mode").unwrap_or("query") == "query";
    let hashed = parameters.one("code_challenge_method") == Some("S256");
    let challenge = parameters
        .one("code_challenge")
        .filter(|text| is_challenge(text));
    let challenge = challenge.filter(|_| plain && hashed);
    let challenge = challenge.ok_or("invalid_request")?.to_owned();
    let Some(scope) = parameters.one("scope") else {
        return Ok((app.scopes.clone(), challenge));
    };
    let scopes = heard(scope).ok_or("invalid_scope")?;
    if scopes.is_empty() || common(&scopes, &app.scopes) != scopes {
        return Err("invalid_scope");
    }
    Ok((scopes, challenge))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn app() -> Registered {
        Registered {
            id: Uuid::nil(),
            name: "Kopi".to_owned(),
            secret_hash: None,
            redirect_uris: Vec::new(),
            scopes: vec![Action::See, Action::Add],
        }
    }

    fn said(query: &str) -> std::result::Result<Vec<Action>, &'static str> {
        wanted(&Parameters::parse(query), &app()).map(|(scopes, _)| scopes)
    }

    #[test]
    fn only_codes_with_a_hashed_challenge_are_given() {
        let good =
            format!("response_type=code&code_challenge={CHALLENGE}&code_challenge_method=S256");
        assert_eq!(said(&good), Ok(vec![Action::See, Action::Add]));
        assert_eq!(said(&format!("{good}&scope=see")), Ok(vec![Action::See]));
        assert_eq!(
            said(&format!("{good}&unheard_of=1")),
            Ok(vec![Action::See, Action::Add])
        );
        for (query, error) in [
            (String::new(), "invalid_request"),
            (
                "response_type=token".to_owned(),
                "unsupported_response_type",
            ),
            ("response_type=code".to_owned(), "invalid_request"),
            (
                format!("response_type=code&code_challenge={CHALLENGE}"),
                "invalid_request",
            ),
            (good.replace("S256", "plain"), "invalid_request"),
            (good.replace(CHALLENGE, "short"), "invalid_request"),
            (format!("{good}&response_mode=fragment"), "invalid_request"),
            (format!("{good}&scope=see&scope=see"), "invalid_request"),
            (format!("{good}&scope=fly"), "invalid_scope"),
            (format!("{good}&scope=delete"), "invalid_scope"),
            (format!("{good}&scope=%20"), "invalid_scope"),
        ] {
            assert_eq!(said(&query), Err(error), "{query}");
        }
    }
}
