//! Imports as the API sends them.

use relasi_domain::record::Object;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::{Api, ApiError, Reply};
use crate::i18n::{Key, k};
use crate::records::Record;
use crate::records::fields::whole;
use crate::ui::tag::Tone;

/// Where an import stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The file is there.
    Uploaded,
    /// A dry run goes through it.
    Checking,
    /// The dry run is over.
    Checked,
    /// Records are being written.
    Running,
    /// All rows are through.
    Done,
    /// It ended early by a fault.
    Failed,
    /// A person stopped it.
    Cancelled,
    /// What it wrote is being taken back.
    Undoing,
    /// What it wrote was taken back.
    Undone,
}

impl State {
    /// A job works on it.
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Checking | Self::Running | Self::Undoing)
    }

    /// Mapping and options may still be changed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Uploaded | Self::Checked)
    }

    /// Its name and the colour that goes with it.
    pub const fn shown(self) -> (Key, Tone) {
        match self {
            Self::Uploaded => (k::import::STATE_UPLOADED, Tone::Neutral),
            Self::Checking => (k::import::STATE_CHECKING, Tone::Info),
            Self::Checked => (k::import::STATE_CHECKED, Tone::Accent),
            Self::Running => (k::import::STATE_RUNNING, Tone::Info),
            Self::Done => (k::import::STATE_DONE, Tone::Ok),
            Self::Failed => (k::import::STATE_FAILED, Tone::Bad),
            Self::Cancelled => (k::import::STATE_CANCELLED, Tone::Warn),
            Self::Undoing => (k::import::STATE_UNDOING, Tone::Info),
            Self::Undone => (k::import::STATE_UNDONE, Tone::Neutral),
        }
    }
}

/// What kind of file it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct Source {
    /// csv, xlsx or vcard.
    pub format: String,
    /// Names of a workbook's sheets.
    pub sheets: Vec<String>,
    /// The sheet that is imported, from 0.
    pub sheet: usize,
    /// The program whose export it seems to be.
    pub preset: Option<Program>,
}

/// A program that people come from.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Program {
    /// For requests.
    pub name: String,
    /// For people.
    pub title: String,
}

/// A column of the file.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Column {
    /// From 0.
    pub index: usize,
    /// Its heading.
    pub heading: String,
    /// Its first values.
    pub sample: Vec<String>,
    /// Where it goes.
    pub field: Option<String>,
    /// high, low or none.
    pub confidence: String,
}

/// How the file is read and matched.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Options {
    /// dmy, mdy, ymd.
    pub date_order: Option<String>,
    /// point or comma.
    pub decimal_mark: Option<String>,
    /// email, phone, domain, name, none.
    #[serde(rename = "match")]
    pub matching: String,
    /// update, skip, create.
    pub on_match: String,
    /// domain, name, none.
    pub company: String,
    /// The program whose export the file is read as.
    pub preset: Option<String>,
    /// What columns of consent are about.
    #[serde(default)]
    pub purpose_id: Option<String>,
    /// Whether the time to answer begins for new leads.
    #[serde(default)]
    pub start_clocks: bool,
}

/// What is wrong with a row, as a code.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Reason {
    /// The field; empty for the row as a whole.
    pub field: String,
    /// Code of the text.
    pub code: String,
    /// Values that the text names.
    #[serde(default)]
    pub params: Vec<(String, String)>,
}

/// A row as it will be read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct PreviewRow {
    /// Its number; the headings are row 1.
    pub row: i64,
    /// As it stands in the file.
    pub cells: Vec<String>,
    /// Its values as fields.
    pub record: Option<Record>,
    /// Name of its company.
    pub company: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<Reason>,
}

/// Fate of the rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct Counts {
    /// All rows so far.
    pub rows: i64,
    /// Became a new record.
    pub created: i64,
    /// Were written into a record.
    pub updated: i64,
    /// Were left out.
    pub skipped: i64,
    /// Could not be taken.
    pub rejected: i64,
    /// New companies of contacts.
    pub companies_created: i64,
}

/// A file on its way to becoming records.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Import {
    /// Id.
    pub id: String,
    /// contact or company.
    pub object: String,
    /// Where it stands.
    pub state: State,
    /// Name of the file.
    pub file_name: String,
    /// Bytes.
    pub file_size: i64,
    /// Rows without the headings.
    pub file_rows: i64,
    /// Name of the encoding.
    pub encoding: String,
    /// One character.
    pub delimiter: String,
    /// What kind of file it is.
    pub source: Source,
    /// Columns and where they go.
    pub columns: Vec<Column>,
    /// How it is read and matched.
    pub options: Options,
    /// The first rows.
    pub preview: Vec<PreviewRow>,
    /// Fate of the rows.
    pub counts: Option<Counts>,
    /// Code of the error that ended the last job.
    pub error: Option<String>,
    /// The last job.
    pub job_id: Option<String>,
    /// When it was uploaded.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
}

impl Import {
    /// What its rows become.
    pub fn target(&self) -> &'static Object {
        let object = relasi_domain::object(&self.object);
        whole(object.unwrap_or(&relasi_domain::people::contact::OBJECT))
    }

    /// The place of its step among File, Match, Check, Import, Done.
    pub const fn step(&self) -> usize {
        match self.state {
            State::Uploaded => 1,
            State::Checking | State::Checked => 2,
            State::Running => 3,
            State::Done | State::Failed | State::Cancelled | State::Undoing | State::Undone => 4,
        }
    }
}

#[derive(Deserialize)]
struct Imports {
    items: Vec<Import>,
}

/// The newest imports.
pub async fn list(api: Api) -> Result<Vec<Import>, ApiError> {
    let page = api.get("/imports?limit=50").await?;
    Ok(page.read::<Imports>()?.items)
}

/// One import.
pub async fn get(api: Api, id: &str) -> Result<Import, ApiError> {
    api.get(&format!("/imports/{id}"))
        .await
        .and_then(Reply::read)
}

/// Says where columns go and how rows are read.
pub async fn revise(api: Api, id: &str, body: &Value) -> Result<Import, ApiError> {
    let request = crate::api::Request::patch(&format!("/imports/{id}")).json(body);
    request.send(api).await.and_then(Reply::read)
}

/// Starts a job: `check`, `run` or `undo`.
pub async fn start(api: Api, id: &str, verb: &str) -> Result<Import, ApiError> {
    let path = format!("/imports/{id}/{verb}");
    let request = crate::api::Request::post(&path);
    request.send(api).await.and_then(Reply::read)
}

/// Another sheet of the same file as an import of its own.
pub async fn another_sheet(
    api: Api,
    id: &str,
    sheet: usize,
    object: &str,
) -> Result<Import, ApiError> {
    let path = format!("/imports/{id}/sheets");
    let body = serde_json::json!({"sheet": sheet, "object": object});
    let request = crate::api::Request::post(&path).json(&body);
    request.send(api).await.and_then(Reply::read)
}

/// The rows that could not be taken, as CSV with reasons.
pub async fn rejected(api: Api, id: &str) -> Result<String, ApiError> {
    let reply = api.get(&format!("/imports/{id}/rejected")).await?;
    Ok(reply.body.as_str().unwrap_or_default().to_owned())
}
