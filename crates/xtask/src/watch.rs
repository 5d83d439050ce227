//! The development loop: build again when a source changes.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::bundle::{self, Mode};
use crate::inputs;

const PAUSE: Duration = Duration::from_millis(300);

/// Builds, then polls the sources for ever. A failed build is said and waits for the next change.
pub fn run(root: &Path) -> Result<()> {
    let mut seen = None;
    loop {
        let now = state(root)?;
        if seen != Some(now) {
            seen = Some(now);
            if let Err(error) = bundle::build(root, Mode::Dev) {
                eprintln!("xtask: {error:#}");
            }
        }
        sleep(PAUSE);
    }
}

/// Number of inputs and the newest change among them.
fn state(root: &Path) -> Result<(usize, SystemTime)> {
    let files = inputs::files(root)?;
    let newest = files
        .iter()
        .filter_map(|file| file.metadata().ok()?.modified().ok())
        .max();
    Ok((files.len(), newest.unwrap_or(SystemTime::UNIX_EPOCH)))
}
