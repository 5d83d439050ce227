//! Cuts the browser app into what a first visit needs and the parts that `frontend/src/lazy.rs` names.
//!
//! The splitter reads the linker's relocations, so it must see the module before wasm-bindgen does. It leaves a module
//! to be bound as ever, modules of parts and a script that fetches them. A part `sales` is `split_sales.wasm`; what
//! several parts share, and a first visit does not need, lies in `chunk_N.wasm`. All that the part `app` needs goes
//! into one file: whoever is signed in needs it, and together its modules are a fifth smaller than one by one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};

use crate::assets::Bundle;

/// What the linker must be told, so that there is something to split by.
pub const LINK_ARGS: [&str; 2] = ["-C", "link-args=--emit-relocs"];

/// Name under which the module of the first visit asks for the script that fetches parts.
const LOADER: &str = "./parts.js";

/// The part whose modules go into one file.
const PACKED: &str = "app";

/// Gives the script modules out of the packed file.
const UNPACK: &str = r#"
let pack;
const packed = (from, to) => {
  pack ??= fetch("@{app.pack}").then((answer) => {
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    return answer.arrayBuffer();
  });
  const slice = (bytes) => new Response(bytes.slice(from, to), { headers: { "content-type": "application/wasm" } });
  pack.catch(() => (pack = undefined));
  return pack.then(slice);
};
"#;

/// The app in parts.
pub struct Split {
    /// The module of the first visit, for wasm-bindgen.
    pub main: PathBuf,
    folder: PathBuf,
    parts: Vec<PathBuf>,
    packed: Vec<String>,
}

/// Splits a module fresh from the linker; the pieces go into `folder`.
pub fn split(wasm: &Path, folder: PathBuf) -> Result<Split> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let main = folder.join("main.wasm");
    let input = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let mut options = Options::new(&input);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = "@{app.js}";
    let mut split =
        transform(options).map_err(|fault| anyhow!("splitting {}: {fault:?}", wasm.display()))?;
    split.split_modules.sort();
    Ok(Split {
        main,
        folder,
        parts: split.split_modules,
        packed: split.prefetch_map.remove(PACKED).unwrap_or_default(),
    })
}

impl Split {
    /// Adds the parts, the script that fetches them, and `glue`, the script of the module of the first visit.
    pub fn add(&self, glue: &str, strip: bool, bundle: &mut Bundle) -> Result<()> {
        let mut loader = fs::read_to_string(self.folder.join(LOADER))? + UNPACK;
        let mut pack = Vec::new();
        for part in &self.parts {
            let stem = part
                .file_stem()
                .and_then(|stem| stem.to_str())
                .context("names of parts are ASCII")?;
            let mut wasm = fs::read(part)?;
            if strip {
                wasm = without_names(&wasm)?;
            }
            let fetched = format!("fetch(new URL(\"./{stem}.wasm\", import.meta.url))");
            ensure!(loader.contains(&fetched), "nothing fetches {stem}.wasm");
            let from = if self.packed.iter().any(|name| name == stem) {
                let start = pack.len();
                pack.extend_from_slice(&wasm);
                format!("packed({start}, {})", pack.len())
            } else {
                format!(
                    "fetch(\"{}\")",
                    bundle.asset(&format!("{stem}.wasm"), &wasm)?
                )
            };
            loader = loader.replace(&fetched, &from);
        }
        bundle.asset("app.pack", &pack)?;
        let from_loader = format!("from \"{LOADER}\"");
        let glue = glue.replace(&from_loader, "from \"@{parts.js}\"");
        // Each of the two imports the other.
        bundle.circle(&[("app.js", &glue), ("parts.js", &loader)])
    }
}

/// A module without its custom sections, which only debuggers read.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    const CUSTOM: u8 = 0;
    let short = || anyhow!("a part ends in the middle of a section");
    let (header, mut rest) = wasm.split_at_checked(HEADER).ok_or_else(short)?;
    let mut kept = header.to_vec();
    while let Some(&kind) = rest.first() {
        let (size, width) = leb128(&rest[1..]).ok_or_else(short)?;
        let (section, after) = rest.split_at_checked(1 + width + size).ok_or_else(short)?;
        if kind != CUSTOM {
            kept.extend_from_slice(section);
        }
        rest = after;
    }
    Ok(kept)
}

/// An unsigned number as WebAssembly writes it, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{leb128, without_names};

    #[test]
    fn reads_long_numbers() {
        assert_eq!(leb128(&[0x7f]), Some((127, 1)));
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26, 9]), Some((624_485, 3)));
        assert_eq!(leb128(&[0x80]), None);
    }

    #[test]
    fn takes_out_custom_sections_alone() {
        let module =
            |sections: &[&[u8]]| [b"\0asm\x01\0\0\0".as_slice(), &sections.concat()].concat();
        let (types, names, code): (&[u8], &[u8], &[u8]) = (
            &[1, 2, 7, 7],
            &[0, 5, 4, b'n', b'a', b'm', b'e'],
            &[10, 1, 0],
        );
        let stripped = without_names(&module(&[types, names, code, names])).expect("a module");
        assert_eq!(stripped, module(&[types, code]));
        assert!(without_names(&module(&[&[1, 9, 7]])).is_err());
    }
}
