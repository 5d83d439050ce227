//! Turns `locales/<language>/<area>.toml` into typed text keys and the icon sprite into typed icon names.
//!
//! A plain string becomes `k::area::name: Key`; one with `{place}` holders becomes a function that asks for
//! each of them; a table with `one` and `other` becomes a function of a count. A key that one language
//! lacks, or whose holders differ between languages, stops the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const LANGUAGES: [&str; 3] = ["en", "id", "th"];

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Entry {
    Plain(String),
    Counted { one: Option<String>, other: String },
}

impl Entry {
    fn other(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Counted { other, .. } => other,
        }
    }

    fn one(&self) -> &str {
        match self {
            Self::Counted { one: Some(one), .. } => one,
            _ => self.other(),
        }
    }

    fn counted(&self) -> bool {
        matches!(self, Self::Counted { .. })
    }
}

type Texts = BTreeMap<String, Entry>;

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=assets/icons.svg");
    let texts = LANGUAGES.map(|language| read_language(&root.join("locales").join(language)));
    let faults = compare(&texts);
    assert!(
        faults.is_empty(),
        "locales disagree:\n{}",
        faults.join("\n")
    );
    // In the browser the texts come beside the program, in the language that is shown.
    let apart = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    fs::write(out.join("texts.rs"), text_code(&texts, apart)).expect("OUT_DIR is writable");
    for (texts, language) in texts.iter().zip(LANGUAGES) {
        let target = out.join(format!("{language}.texts"));
        fs::write(target, text_file(texts)).expect("OUT_DIR is writable");
    }
    let sprite =
        fs::read_to_string(root.join("assets/icons.svg")).expect("assets/icons.svg is there");
    fs::write(out.join("icons.rs"), icon_code(&sprite)).expect("OUT_DIR is writable");
}

/// All texts of one language as `area.name`.
fn read_language(folder: &Path) -> Texts {
    let mut texts = Texts::new();
    for file in fs::read_dir(folder).expect("the language has a folder") {
        let path = file.expect("the folder can be read").path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let area = path
            .file_stem()
            .and_then(|s| s.to_str())
            .expect("area names are ASCII")
            .to_owned();
        let content = fs::read_to_string(&path).expect("the file can be read");
        let entries: BTreeMap<String, Entry> =
            toml::from_str(&content).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        texts.extend(
            entries
                .into_iter()
                .map(|(name, entry)| (format!("{area}.{name}"), entry)),
        );
    }
    texts
}

fn holders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

fn compare(texts: &[Texts; 3]) -> Vec<String> {
    let keys: BTreeSet<&String> = texts.iter().flat_map(Texts::keys).collect();
    let mut faults = Vec::new();
    for key in keys {
        let found: Vec<Option<&Entry>> = texts.iter().map(|t| t.get(key)).collect();
        for (entry, language) in found.iter().zip(LANGUAGES) {
            if entry.is_none() {
                faults.push(format!("  {key}: no text in `{language}`"));
            }
        }
        let Some(first) = found[0] else { continue };
        for (entry, language) in found.iter().zip(LANGUAGES).skip(1) {
            let Some(entry) = entry else { continue };
            if holders(entry.other()) != holders(first.other())
                || entry.counted() != first.counted()
            {
                faults.push(format!(
                    "  {key}: other holders in `{language}` than in `en`"
                ));
            }
        }
    }
    faults
}

/// The texts of one language as the browser reads them: all in the order of their keys, then a singular for each or
/// nothing. No text has the marks between them.
fn text_file(texts: &Texts) -> String {
    let all: Vec<&str> = texts.values().map(Entry::other).collect();
    let ones: Vec<&str> = texts.values().map(singular).collect();
    let file = [all.join("\u{1f}"), ones.join("\u{1f}")].join("\u{1e}");
    let marks = file.matches(['\u{1e}', '\u{1f}']).count();
    assert_eq!(marks, 2 * texts.len() - 1, "a text has a mark in it");
    file
}

/// The text for one, empty where nothing is counted.
fn singular(entry: &Entry) -> &str {
    if entry.counted() { entry.one() } else { "" }
}

fn text_code(texts: &[Texts; 3], apart: bool) -> String {
    let mut code = String::new();
    let keys: Vec<&String> = texts[0].keys().collect();
    let list = |code: &mut String, name: &str, of: &dyn Fn(&str) -> String| {
        let _ = writeln!(code, "pub(super) static {name}: [&str; {}] = [", keys.len());
        for key in &keys {
            let _ = writeln!(code, "    {:?},", of(key));
        }
        code.push_str("];\n");
    };
    list(&mut code, "NAMES", &str::to_owned);
    if !apart {
        for (at, language) in LANGUAGES.iter().enumerate() {
            let name = language.to_uppercase();
            list(&mut code, &name, &|key| texts[at][key].other().to_owned());
        }
        // Only English has a singular of its own among the three languages.
        list(&mut code, "EN_ONE", &|key| {
            singular(&texts[0][key]).to_owned()
        });
    }
    code.push_str("/// Every text of the app by area.\npub mod k {\n");
    let mut area = "";
    for (at, key) in keys.iter().enumerate() {
        let (here, name) = key.split_once('.').expect("read_language joins with a dot");
        if here != area {
            if !area.is_empty() {
                code.push_str("    }\n");
            }
            area = here;
            let _ = writeln!(
                code,
                "    /// Texts of `locales/*/{area}.toml`.\n    pub mod {area} {{\n        use super::super::Key;"
            );
        }
        item(&mut code, at, name, &texts[0][*key]);
    }
    code.push_str("    }\n}\n");
    code
}

fn item(code: &mut String, at: usize, name: &str, entry: &Entry) {
    // As code: what stands in texts means nothing to rustdoc.
    let doc = format!("`{}`", entry.other().replace('\n', " ").replace('`', "'"));
    let _ = writeln!(code, "        #[doc = {doc:?}]");
    let mut names: Vec<&str> = holders(entry.other()).into_iter().collect();
    if entry.counted() {
        names.retain(|n| *n != "n");
    }
    if names.is_empty() && !entry.counted() {
        let _ = writeln!(
            code,
            "        pub const {}: Key = Key({at});",
            name.to_uppercase()
        );
        return;
    }
    let count = if entry.counted() { "n: i64, " } else { "" };
    // Raw names, so that a holder may be a word of the language.
    let args: String = names.iter().fold(String::new(), |mut all, n| {
        let _ = write!(all, "r#{n}: &str, ");
        all
    });
    let pairs: String = names.iter().fold(String::new(), |mut all, n| {
        let _ = write!(all, "({n:?}, r#{n}), ");
        all
    });
    let call = if entry.counted() { "counted" } else { "filled" };
    let first = if entry.counted() { "n, " } else { "" };
    let _ = writeln!(
        code,
        "        pub fn {name}({count}{args}) -> String {{ Key({at}).{call}({first}&[{pairs}]) }}"
    );
}

fn icon_code(sprite: &str) -> String {
    let mut code = String::new();
    for id in sprite
        .split("id=\"i-")
        .skip(1)
        .filter_map(|part| part.split('"').next())
    {
        let name = id.replace('-', "_").to_uppercase();
        let _ = writeln!(
            code,
            "/// The sprite's `{id}`.\npub const {name}: Icon = Icon(\"#i-{id}\");"
        );
    }
    code
}
