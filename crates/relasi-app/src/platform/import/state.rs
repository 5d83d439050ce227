//! Where an import can stand.

use relasi_persistence::StoreError;
use serde::{Deserialize, Serialize};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// The file is there.
    Uploaded,
    /// A dry run goes through it.
    Checking,
    /// The dry run has ended and its counts are known.
    Checked,
    /// Records are being written.
    Running,
    /// All rows are through.
    Done,
    /// It ended early by a fault; what was written stays until it is undone.
    Failed,
    /// A person stopped it; what was written stays until it is undone.
    Cancelled,
    /// What it wrote is being taken back.
    Undoing,
    /// What it wrote was taken back.
    Undone,
}

impl ImportState {
    const ALL: [Self; 9] = [
        Self::Uploaded,
        Self::Checking,
        Self::Checked,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::Undoing,
        Self::Undone,
    ];

    /// The code in the table and in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    pub(super) fn from_code(code: &str) -> Result<Self, StoreError> {
        let known = Self::ALL.into_iter().find(|state| state.code() == code);
        known.ok_or_else(|| StoreError::Other(format!("unknown import state {code}")))
    }

    /// Whether its mapping and options may still be changed and it may be checked or run.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Uploaded | Self::Checked)
    }

    /// Whether it has written something that may be taken back.
    pub fn is_undoable(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}
