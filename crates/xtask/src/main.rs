//! Build chores for the browser app.
//!
//! `xtask dist [--release]` builds `frontend/dist`; nothing happens when no input has changed.
//! `xtask dev` does that again after each change of a source.

mod assets;
mod bundle;
mod inputs;
mod split;
mod texts;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use bundle::Mode;

const USAGE: &str = "usage: xtask dist [--release] | xtask dev";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = root();
    let result = match words[..] {
        ["dist"] => bundle::build(&root, Mode::Dev),
        ["dist", "--release"] => bundle::build(&root, Mode::Release),
        ["dev"] => watch::run(&root),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace: where this runs, if that is one, else where it was compiled.
fn root() -> PathBuf {
    let here = PathBuf::from(".");
    if here.join("frontend/index.html").exists() {
        return here;
    }
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
