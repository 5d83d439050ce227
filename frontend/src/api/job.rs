//! A job as the API tells of it.

use serde::Deserialize;
use serde_json::Value;

use super::{Api, ApiError, Reply, Request};

/// Work in the background.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What it does, such as `import.run`.
    pub kind: String,
    /// How it stands.
    pub state: String,
    progress: Progress,
    /// Somebody asked it to stop.
    pub cancel_requested: bool,
    /// When it was put in.
    pub created_at: String,
    /// For whom it works.
    pub created_by: Option<String>,
    /// When it ended.
    pub finished_at: Option<String>,
    /// Code of the last error.
    #[serde(default)]
    pub error: Option<String>,
    /// Tries since the last progress.
    #[serde(default)]
    pub attempts: i64,
    /// The earliest start while it waits.
    #[serde(default)]
    pub due_at: Option<String>,
    /// What came of it; null until it is done.
    #[serde(default)]
    pub result: Value,
}

/// How far a job has come, in units of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct Progress {
    /// Units done.
    pub done: i64,
    /// Units in all; 0 while unknown.
    pub total: i64,
}

impl Api {
    /// Asks a job to stop; the answer is the job.
    pub async fn cancel_job(self, id: &str) -> Result<Reply, ApiError> {
        let path = format!("/jobs/{id}/cancel");
        Request::post(&path).send(self).await
    }
}

impl Job {
    /// Whether it is at work, or will be.
    pub fn runs(&self) -> bool {
        matches!(self.state.as_str(), "ready" | "running")
    }

    /// How far it has come. Work is counted by chunks and at most twice a second, so the last chunk of a finished job
    /// may be missing in what the server says; it is done all the same.
    pub fn progress(&self) -> Progress {
        let Progress { done, total } = self.progress;
        if self.state == "done" {
            let all = total.max(done);
            Progress {
                done: all,
                total: all,
            }
        } else {
            Progress { done, total }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, Progress};
    use serde_json::json;

    fn job(state: &str) -> Job {
        serde_json::from_value(json!({
            "id": "a", "kind": "import.run", "state": state, "progress": {"done": 500, "total": 1000},
            "cancel_requested": false, "created_at": "2026-11-22T08:15:00Z", "created_by": null, "finished_at": null,
        }))
        .unwrap()
    }

    #[test]
    fn a_finished_job_is_done_whole() {
        let progress = |done, total| Progress { done, total };
        assert_eq!(job("done").progress(), progress(1000, 1000));
        assert_eq!(job("running").progress(), progress(500, 1000));
        assert_eq!(job("cancelled").progress(), progress(500, 1000));
    }
}
