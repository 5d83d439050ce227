//! The program `relasi`: configuration, wiring, command line, embedded browser app, workers.

pub mod commands;
pub mod config;
pub mod docs;
pub mod logging;
pub mod metrics;
pub mod serve;
mod signal;
pub mod spa;
mod sweep;
pub mod worker;

use std::collections::BTreeMap;

use relasi_app::Refusal;
use relasi_domain::locale::{self, Language};
use relasi_persistence::StoreError;

use config::{Cli, Command};

/// Why the program ended without doing its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// In words.
    #[error("{0}")]
    Said(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A use case refused.
    #[error("{}", said(.0))]
    Refused(#[from] Refusal),
    /// A file or the network.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A refusal in words, as the API says it.
fn said(refusal: &Refusal) -> String {
    let text = |key: String, params: &BTreeMap<&'static str, String>| {
        locale::format(Language::default(), &key, params).unwrap_or(key)
    };
    match refusal {
        Refusal::Invalid(faults) => {
            let all = faults.0.iter().map(|fault| {
                let field = fault.pointer.trim_start_matches('/');
                format!(
                    "{field}: {}",
                    text(format!("fault.{}", fault.code), &fault.params)
                )
            });
            all.collect::<Vec<_>>().join(" ")
        }
        Refusal::Conflict(code) => text(format!("problem.{code}"), &BTreeMap::new()),
        other => other.to_string(),
    }
}

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> Result<(), Failure> {
    logging::start(&cli.place);
    let place = &cli.place;
    match cli.command {
        Command::Serve(settings) => serve::run(place, &settings),
        Command::Worker(settings) => worker::run(place, &settings),
        Command::Migrate => commands::migrate(place),
        Command::Demo => commands::demo(place),
        Command::User { command } => commands::user(place, command),
        Command::Workspace { command } => commands::workspace(place, command),
        Command::Keys { command } => commands::keys(place, &command),
        Command::Openapi => commands::openapi(),
        Command::Backup { to } => commands::backup(place, to),
        Command::Check => commands::check(place),
        Command::Audit { command } => commands::audit(place, &command),
        Command::Move { to } => commands::relocate(place, &to),
    }
}
