//! Turns `locales/<language>.toml` into one sorted table of texts.
//!
//! Tables nest: `[field.contact] full_name` becomes `field.contact.full_name`. A key that one language lacks,
//! or whose `{holders}` differ between languages, stops the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const LANGUAGES: [&str; 3] = ["en", "id", "th"];

type Texts = BTreeMap<String, String>;

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=locales");
    let texts =
        LANGUAGES.map(|language| read(&root.join("locales").join(format!("{language}.toml"))));
    let faults = compare(&texts);
    assert!(
        faults.is_empty(),
        "locales disagree:\n{}",
        faults.join("\n")
    );
    // In the browser the texts come beside the program, in the language that is shown.
    let apart = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    let code = if apart { keys(&texts) } else { table(&texts) };
    fs::write(out.join("texts.rs"), code).expect("OUT_DIR is writable");
    for (texts, language) in texts.iter().zip(LANGUAGES) {
        let all: Vec<&str> = texts.values().map(String::as_str).collect();
        let target = out.join(format!("{language}.texts"));
        fs::write(target, all.join("\u{1f}")).expect("OUT_DIR is writable");
    }
}

fn read(path: &Path) -> Texts {
    let content = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let nested: toml::Table = content
        .parse()
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut texts = Texts::new();
    flatten("", &nested, &mut texts);
    texts
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut Texts) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, texts),
            toml::Value::String(text) => {
                texts.insert(key, text.clone());
            }
            other => panic!("{key}: {other:?} is no text"),
        }
    }
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
        let english = texts[0].get(key).map(|text| holders(text));
        for (texts, language) in texts.iter().zip(LANGUAGES) {
            match texts.get(key) {
                None => faults.push(format!("  {key}: no text in `{language}`")),
                Some(text) if text.trim().is_empty() => {
                    faults.push(format!("  {key}: empty in `{language}`"));
                }
                Some(text)
                    if english
                        .as_ref()
                        .is_some_and(|holders| *holders != self::holders(text)) =>
                {
                    faults.push(format!(
                        "  {key}: other holders in `{language}` than in `en`"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    faults
}

/// What is compared with whatever somebody wrote, in whatever language: its texts are always there.
const WRITTEN: &str = "point.";

/// The keys alone, in the order of the texts, and the few texts that are needed in every language.
fn keys(texts: &[Texts; 3]) -> String {
    let keys: Vec<&String> = texts[0].keys().collect();
    let written = keys.iter().filter(|key| key.starts_with(WRITTEN));
    let written: Vec<_> = written
        .map(|key| (key, texts.each_ref().map(|texts| &texts[*key])))
        .collect();
    let (count, few) = (keys.len(), written.len());
    format!(
        "static KEYS: [&str; {count}] = {keys:?};\nstatic WRITTEN: [(&str, [&str; 3]); {few}] = {written:?};\n"
    )
}

fn table(texts: &[Texts; 3]) -> String {
    let mut code = format!(
        "static TEXTS: [(&str, [&str; 3]); {}] = [\n",
        texts[0].len()
    );
    for (key, english) in &texts[0] {
        let (indonesian, thai) = (&texts[1][key], &texts[2][key]);
        let _ = writeln!(
            code,
            "    ({key:?}, [{english:?}, {indonesian:?}, {thai:?}]),"
        );
    }
    code.push_str("];\n");
    code
}
