//! What the bundle is made from, as one hash.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Files and folders (below the workspace) whose change makes a new bundle necessary.
const SOURCES: [&str; 15] = [
    "Cargo.lock",
    "Cargo.toml",
    "crates/relasi-domain/Cargo.toml",
    "crates/relasi-domain/build.rs",
    "crates/relasi-domain/locales",
    "crates/relasi-domain/src",
    "crates/xtask/src",
    "frontend/Cargo.toml",
    "frontend/assets",
    "frontend/boot.js",
    "frontend/build.rs",
    "frontend/index.html",
    "frontend/locales",
    "frontend/src",
    "frontend/styles",
];

/// Every input file, in a stable order.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for source in SOURCES {
        collect(&root.join(source), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("reading {}", path.display()))? {
            collect(&entry?.path(), found)?;
        }
    } else if path.is_file() {
        found.push(path.to_owned());
    }
    Ok(())
}

/// Hash of the names and contents of all inputs.
pub fn hash(root: &Path) -> Result<String> {
    let mut hasher = Sha256::new();
    for file in files(root)? {
        hasher.update(file.to_string_lossy().as_bytes());
        hasher.update([0]);
        hasher.update(fs::read(&file).with_context(|| format!("reading {}", file.display()))?);
        hasher.update([0]);
    }
    Ok(short(&hasher.finalize()))
}

/// Hash of one content, as it stands in asset names.
pub fn of(content: &[u8]) -> String {
    short(&Sha256::digest(content))
}

fn short(digest: &[u8]) -> String {
    digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
