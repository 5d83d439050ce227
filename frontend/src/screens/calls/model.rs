//! Call lists as the API shows them.

use std::collections::BTreeMap;

use relasi_domain::record::Object;
use serde::Deserialize;
use serde_json::json;

use crate::api::{Api, ApiError, Reply};
use crate::records::store::encode;
use crate::ui::select::Choice;

/// Where they are.
pub const PATH: &str = "/call-lists";

/// How far a list has come.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
pub struct Progress {
    pub(super) total: i64,
    pub(super) waiting: i64,
    pub(super) later: i64,
    pub(super) done: i64,
    pub(super) skipped: i64,
    pub(super) reached: i64,
    pub(super) outcomes: BTreeMap<String, i64>,
}

impl Progress {
    /// Who is still to be called.
    pub(super) fn left(&self) -> i64 {
        self.waiting + self.later
    }
}

/// A call list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct CallList {
    /// Its id.
    pub id: String,
    pub(super) version: i64,
    /// Its name.
    pub name: String,
    pub(super) object: String,
    pub(super) script: Option<String>,
    pub(super) owner_id: String,
    pub(super) team_id: Option<String>,
    pub(super) members: Vec<String>,
    pub(super) progress: Progress,
}

impl CallList {
    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.id)
    }

    /// What stands in it.
    pub(super) fn of(&self) -> Option<&'static Object> {
        relasi_domain::object(&self.object)
    }
}

/// Somebody in a list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Entry {
    pub(super) id: String,
    pub(super) record_id: String,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) call_at: Option<String>,
    pub(super) taken_by: Option<String>,
    pub(super) calls: i64,
}

impl Entry {
    pub(super) fn path(&self) -> String {
        format!("/call-list-entries/{}", self.id)
    }
}

/// Who is called next.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Next {
    pub(super) entry: Option<Entry>,
    /// When somebody is to be called again, if nobody is now.
    #[serde(rename = "next_at")]
    pub(super) later_at: Option<String>,
    pub(super) list: CallList,
}

/// A page of entries.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Entries {
    pub(super) items: Vec<Entry>,
    pub(super) next_after: Option<i64>,
}

#[derive(Deserialize)]
struct Lists {
    items: Vec<CallList>,
    next_cursor: Option<String>,
}

/// The lists from a place on, and where the next ones begin.
pub(super) async fn lists(
    api: Api,
    from: Option<&str>,
) -> Result<(Vec<CallList>, Option<String>), ApiError> {
    let from = from.map(|cursor| format!("&cursor={}", encode(cursor)));
    let path = format!("{PATH}?limit=50{}", from.unwrap_or_default());
    let page = api.get(&path).await.and_then(Reply::read::<Lists>)?;
    Ok((page.items, page.next_cursor))
}

/// The newest lists of people of this kind, as choices.
pub async fn find_lists(api: Api, object: &'static Object) -> Result<Vec<Choice>, ApiError> {
    let path = format!("{PATH}?limit=200");
    let page = api.get(&path).await.and_then(Reply::read::<Lists>)?;
    let fits = page
        .items
        .into_iter()
        .filter(|list| list.object == object.name);
    Ok(fits.map(|list| Choice::new(list.id, list.name)).collect())
}

/// Makes a list of people of this kind.
pub async fn make_list(api: Api, object: &'static Object, name: &str) -> Result<Choice, ApiError> {
    let body = json!({"name": name, "object": object.name});
    let made: CallList = api.post(PATH, &body).await.and_then(Reply::read)?;
    Ok(Choice::new(made.id, made.name))
}
