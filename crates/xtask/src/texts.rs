//! The texts of the app, one file for each language: a visit needs one of the three.
//!
//! The build scripts of the app and of the domain write theirs where cargo lets them, and cargo says where that is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::assets::Bundle;

const LANGUAGES: [&str; 3] = ["en", "id", "th"];

/// Stands between the parts of a file; `frontend/src/i18n/fetched.rs` reads it.
const PART: &str = "\u{1e}";

/// Where the texts of the last build are.
pub struct Texts {
    app: PathBuf,
    domain: PathBuf,
}

impl Texts {
    /// Reads it from cargo's messages, one line of JSON each.
    pub fn of(messages: &str) -> Result<Self> {
        let folder = |package: &str| {
            messages
                .lines()
                .find_map(|line| folder_of(line, package))
                .with_context(|| format!("cargo does not say where {package} was built"))
        };
        Ok(Self {
            app: folder("frontend")?,
            domain: folder("crates/relasi-domain")?,
        })
    }

    /// Adds `en.texts` and so on.
    pub fn add(&self, bundle: &mut Bundle) -> Result<()> {
        for language in LANGUAGES {
            let name = format!("{language}.texts");
            let read = |folder: &Path| {
                let path = folder.join(&name);
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
            };
            let all = [read(&self.app)?, read(&self.domain)?].join(PART);
            bundle.asset(&name, all.as_bytes())?;
        }
        Ok(())
    }
}

/// The output folder of the build script that a message is about, if it is that of the package in this folder.
fn folder_of(message: &str, package: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let id = message["package_id"].as_str()?;
    let folder = id.split_once('#').map_or(id, |(folder, _)| folder);
    let wanted =
        message["reason"] == "build-script-executed" && folder.ends_with(&format!("/{package}"));
    wanted.then(|| message["out_dir"].as_str().map(PathBuf::from))?
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn finds_where_build_scripts_wrote() {
        let line = |reason: &str, package: &str, out: &str| {
            format!(
                r#"{{"reason":"{reason}","package_id":"path+file:///work/{package}#0.1.0","out_dir":"{out}"}}"#
            )
        };
        let messages = [
            line("compiler-artifact", "frontend", "/wrong"),
            line("build-script-executed", "crates/relasi-domain", "/a"),
            line("build-script-executed", "frontend", "/b"),
        ];
        let texts = Texts::of(&messages.join("\n")).expect("both are there");
        assert_eq!(
            (texts.app.to_str(), texts.domain.to_str()),
            (Some("/b"), Some("/a"))
        );
        assert!(Texts::of(&messages[0]).is_err());
    }
}
