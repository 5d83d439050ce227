//! Bulk operations as the API tells of them.

use relasi_domain::interaction::call_list;
use relasi_domain::record::Object;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{Api, ApiError, Reply, Request};
use crate::download::save_file;

/// What can be done to many records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// One field.
    Edit,
    /// Who answers for them.
    Owner,
    /// Tags that come or go.
    Tag,
    /// The stage of deals.
    Stage,
    /// Why deals ended.
    Reason,
    /// Onto a call list.
    CallList,
    /// Into the trash.
    Delete,
    /// Out of the trash.
    Restore,
    /// Into a file.
    Export,
}

impl Action {
    /// Its name in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Owner => "owner",
            Self::Tag => "tag",
            Self::Stage => "stage",
            Self::Reason => "reason",
            Self::CallList => "call_list",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Export => "export",
        }
    }

    /// Whether records of the object can be its target.
    pub fn suits(self, object: &Object) -> bool {
        match self {
            Self::Tag => object.field("tags").is_some(),
            Self::Stage => object.field("stage_id").is_some(),
            Self::Reason => object.field("lost_reason").is_some(),
            Self::CallList => call_list::object(object.name).is_some(),
            _ => true,
        }
    }

    /// Parameters by which the server can count whom it would concern: what would be set does not matter for that,
    /// only which right it needs.
    pub fn counted(self) -> (&'static str, Value) {
        match self {
            Self::Delete | Self::Restore | Self::Export => (self.code(), json!({})),
            _ => ("owner", json!({"owner_id": null})),
        }
    }
}

/// What became of the records.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
pub struct Counts {
    /// Records in all.
    pub total: i64,
    /// Changed, or in the file.
    pub done: i64,
    /// As wanted already.
    pub unchanged: i64,
    /// As they were.
    pub refused: i64,
}

/// What an undo did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct UndoCounts {
    /// Records with what they had.
    pub restored: i64,
    /// Records left as they are.
    pub kept: i64,
}

/// An operation.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// Name of the object.
    pub object: String,
    /// What is done.
    pub action: Action,
    /// What the action needs to know.
    #[serde(default)]
    pub parameters: Value,
    /// running, done, failed, cancelled, undoing, undone.
    pub state: String,
    /// Fate of the records.
    pub counts: Counts,
    /// Fate of the undo.
    pub undo_counts: Option<UndoCounts>,
    /// Until when it can be undone.
    pub undo_until: Option<String>,
    /// The last job.
    pub job_id: Option<String>,
    /// When it was asked for.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
}

impl Operation {
    /// Whether a job works on it.
    pub fn is_busy(&self) -> bool {
        matches!(self.state.as_str(), "running" | "undoing")
    }

    /// Whether there is a file to fetch.
    pub fn has_file(&self) -> bool {
        self.action == Action::Export && self.state == "done"
    }
}

/// An operation on the screen: how far its job has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Work {
    /// The operation as last heard of.
    pub operation: Operation,
    /// Records done.
    pub done: i64,
    /// Records in all; 0 while unknown.
    pub total: i64,
}

#[derive(Deserialize)]
struct Operations {
    items: Vec<Operation>,
}

/// The newest operations.
pub async fn operations(api: Api) -> Result<Vec<Operation>, ApiError> {
    let page = api.get("/bulk-operations?limit=20").await?;
    Ok(page.read::<Operations>()?.items)
}

/// One operation.
pub async fn get(api: Api, id: &str) -> Result<Operation, ApiError> {
    let path = format!("/bulk-operations/{id}");
    api.get(&path).await.and_then(Reply::read)
}

/// Starts to take an operation back.
pub async fn undo(api: Api, id: &str) -> Result<Operation, ApiError> {
    let path = format!("/bulk-operations/{id}/undo");
    Request::post(&path).send(api).await.and_then(Reply::read)
}

/// Gives the browser the exported file.
pub async fn save_export(api: Api, operation: &Operation) -> Result<(), ApiError> {
    let plural = relasi_domain::object(&operation.object).map_or("records", |one| one.plural);
    let day = operation.created_at.split('T').next().unwrap_or_default();
    let extension = match operation.parameters["format"].as_str() {
        Some("xlsx") => "xlsx",
        Some("vcard" | "vcard3") => "vcf",
        Some("ical") => "ics",
        _ => "csv",
    };
    save(
        api,
        operation,
        "file",
        &format!("{plural}-{day}.{extension}"),
    )
    .await
}

/// Gives the browser the file of records that refused.
pub async fn save_refused(api: Api, operation: &Operation) -> Result<(), ApiError> {
    save(api, operation, "refused", "refused.csv").await
}

async fn save(api: Api, operation: &Operation, part: &str, name: &str) -> Result<(), ApiError> {
    let path = format!("/bulk-operations/{}/{part}", operation.id);
    let file = Request::get(&path).file_of(api).await?;
    // The browser refuses only when it has no room for it.
    save_file(name, &file).map_err(|error| ApiError::Unreadable(format!("{error:?}")))
}
