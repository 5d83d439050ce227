//! Writing the files of the bundle: hashed names, joined and squeezed CSS, compressed copies.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::inputs;

/// A bundle in the making.
pub struct Bundle {
    folder: PathBuf,
    largest: usize,
    /// Plain name (`plex-thai-400.woff2`) to the address it is served at.
    addresses: BTreeMap<String, String>,
}

impl Bundle {
    /// An empty bundle in `folder`, which must exist. Files that compression makes smaller are kept as `.br` and `.gz`
    /// alone, unless they have more than `largest` bytes, which would take too long.
    pub fn new(folder: PathBuf, largest: usize) -> Self {
        Self {
            folder,
            largest,
            addresses: BTreeMap::new(),
        }
    }

    /// Stores `content` as `assets/<stem>-<hash>.<extension>` and remembers its address.
    pub fn asset(&mut self, name: &str, content: &[u8]) -> Result<String> {
        let (stem, extension) = name
            .rsplit_once('.')
            .context("an asset name needs an extension")?;
        let path = format!("assets/{stem}-{}.{extension}", inputs::of(content));
        self.file(&path, content)?;
        let address = format!("/{path}");
        self.addresses.insert(name.to_owned(), address.clone());
        Ok(address)
    }

    /// Stores scripts that name each other as `@{name}`. All carry one hash: none is known before the others.
    pub fn circle(&mut self, scripts: &[(&str, &str)]) -> Result<()> {
        let whole: String = scripts.iter().map(|(_, script)| *script).collect();
        let hash = inputs::of(whole.as_bytes());
        for (name, _) in scripts {
            let stem = name.trim_end_matches(".js");
            self.addresses
                .insert((*name).to_owned(), format!("/assets/{stem}-{hash}.js"));
        }
        for (name, script) in scripts {
            let path = self.addresses[*name].trim_start_matches('/').to_owned();
            self.file(&path, self.fill(script)?.as_bytes())?;
        }
        Ok(())
    }

    /// Stores `content` under its own name.
    pub fn file(&self, path: &str, content: &[u8]) -> Result<()> {
        let target = self.folder.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        let packed = target
            .extension()
            .is_some_and(|e| e == "woff2" || e == "txt");
        if !packed && content.len() <= self.largest {
            fs::write(with_suffix(&target, "br"), brotli(content)?)?;
            fs::write(with_suffix(&target, "gz"), gzip(content)?)?;
            return Ok(());
        }
        fs::write(&target, content).with_context(|| format!("writing {}", target.display()))
    }

    /// Replaces each `@{name}` of a template by the address of that asset.
    pub fn fill(&self, template: &str) -> Result<String> {
        let mut parts = template.split("@{");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part
                .split_once('}')
                .context("`@{` without `}` in a template")?;
            let address = self
                .addresses
                .get(name)
                .with_context(|| format!("no asset named `{name}`"))?;
            filled.push_str(address);
            filled.push_str(rest);
        }
        Ok(filled)
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &content[..], &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// All `.css` files of a folder joined in the order of their names.
pub fn joined_css(folder: &Path) -> Result<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("reading {}", folder.display()))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "css"));
    files.sort();
    let mut css = String::new();
    for file in files {
        css.push_str(&fs::read_to_string(&file)?);
        css.push('\n');
    }
    Ok(css)
}

/// Fonts and tokens for the pages that the server makes. They have no scripts: the system alone says whether it is dark.
pub fn public_css(fonts: &str, tokens: &str) -> Result<String> {
    let dark = tokens.split_once("[data-theme=\"dark\"] {");
    let dark = dark.and_then(|(_, rest)| rest.split_once('}'));
    let (dark, _) = dark.context("the tokens have no dark theme")?;
    Ok(format!(
        "{fonts}\n{tokens}\n@media (prefers-color-scheme: dark) {{ :root {{{dark}}} }}\n"
    ))
}

/// Takes comments and needless white space out of a style sheet. Strings are kept as they are.
pub fn squeezed_css(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    let mut gap = false;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        }
        if c == '"' || c == '\'' {
            let end = rest[1..].find(c).map_or(rest.len(), |at| at + 2);
            push_gap(&mut out, &mut gap, c);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if c == '}' && out.ends_with(';') {
            out.pop();
        }
        push_gap(&mut out, &mut gap, c);
        out.push(c);
    }
    out
}

/// One blank where there was white space, unless a neighbour makes it needless.
fn push_gap(out: &mut String, gap: &mut bool, next: char) {
    if std::mem::take(gap)
        && !out.is_empty()
        && !out.ends_with(['{', '}', ';', ',', ':', '>'])
        && !"{};,>".contains(next)
    {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::{public_css, squeezed_css};

    #[test]
    fn public_pages_are_dark_when_the_system_is() {
        let tokens =
            "@layer tokens { :root { --bg: white; } [data-theme=\"dark\"] { --bg: black; } }";
        let css = squeezed_css(&public_css("@layer tokens;", tokens).unwrap());
        assert!(
            css.ends_with("@media (prefers-color-scheme:dark){:root{--bg:black}}"),
            "{css}"
        );
        assert!(public_css("", ":root {}").is_err());
    }

    #[test]
    fn keeps_meaning_while_squeezing() {
        let css = "/* note */\n@media (width < 760px) {\n  .a .b > .c:hover ,\n .d :focus {\n    width: calc(1px + 2px);\n content: \" ; \";\n  }\n}\n";
        assert_eq!(
            squeezed_css(css),
            "@media (width < 760px){.a .b>.c:hover,.d :focus{width:calc(1px + 2px);content:\" ; \"}}"
        );
    }
}
