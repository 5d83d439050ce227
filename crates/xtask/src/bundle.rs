//! The browser bundle: wasm by cargo, glue by the wasm-bindgen library, assets, `index.html`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::assets::{self, Bundle};
use crate::inputs;
use crate::split::{self, Split};
use crate::texts::Texts;

const TARGET: &str = "wasm32-unknown-unknown";

/// Which bundle to build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Quick to build, reloads itself in the browser, modules not compressed.
    Dev,
    /// Small, with brotli and gzip copies.
    Release,
}

impl Mode {
    const fn profile(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "wasm",
        }
    }

    /// How many bytes a file may have to be compressed.
    const fn largest_compressed(self) -> usize {
        match self {
            Self::Dev => 256 * 1024,
            Self::Release => usize::MAX,
        }
    }

    /// Folder cargo puts the profile's output in.
    const fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "wasm",
        }
    }
}

/// Builds `frontend/dist` unless the one there was made from the same inputs in the same mode.
pub fn build(root: &Path, mode: Mode) -> Result<()> {
    let started = Instant::now();
    let id = format!("{}-{}", mode.profile(), inputs::hash(root)?);
    let dist = root.join("frontend/dist");
    if fs::read_to_string(dist.join("build-id.txt")).is_ok_and(|built| built.trim() == id) {
        println!("frontend/dist is up to date ({id})");
        return Ok(());
    }
    let compiled = compile(root, mode)?;
    // Beside the compiler's output, so that the renames stay within one file system and out of git's sight.
    let next = root.join("target/wasm/dist.next");
    remove(&next)?;
    fs::create_dir_all(&next)?;
    write(
        root,
        mode,
        &compiled,
        &id,
        Bundle::new(next.clone(), mode.largest_compressed()),
    )?;
    fs::write(next.join(".gitkeep"), "")?;
    swap(&dist, &next, &root.join("target/wasm/dist.old"))?;
    println!(
        "frontend/dist built in {:.1} s ({id})",
        started.elapsed().as_secs_f32()
    );
    Ok(())
}

/// What cargo made.
struct Compiled {
    wasm: PathBuf,
    texts: Texts,
}

fn compile(root: &Path, mode: Mode) -> Result<Compiled> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "rustc",
            "-p",
            "relasi-frontend",
            "--lib",
            "--target",
            TARGET,
            "--target-dir",
            "target/wasm",
        ])
        .args(["--profile", mode.profile()])
        .arg("--message-format=json-render-diagnostics")
        .arg("--")
        .args(split::LINK_ARGS)
        // Views without the types of all that is in them: far less code, at the price of some boxes.
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "--cfg erase_components",
        )
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .context("starting cargo")?;
    ensure!(
        output.status.success(),
        "cargo could not build the browser app"
    );
    let wasm = root
        .join("target/wasm")
        .join(TARGET)
        .join(mode.folder())
        .join("relasi_frontend.wasm");
    Ok(Compiled {
        wasm,
        texts: Texts::of(&String::from_utf8_lossy(&output.stdout))?,
    })
}

fn write(root: &Path, mode: Mode, compiled: &Compiled, id: &str, mut bundle: Bundle) -> Result<()> {
    let frontend = root.join("frontend");
    let split = split::split(&compiled.wasm, root.join("target/wasm/split"))?;
    let glue = bindgen(&split, mode, &mut bundle)?;
    split.add(&glue, mode == Mode::Release, &mut bundle)?;
    compiled.texts.add(&mut bundle)?;
    for folder in ["fonts", "images"] {
        add_folder(&frontend.join("assets").join(folder), &mut bundle)?;
    }
    let styles = frontend.join("styles");
    let public = assets::public_css(
        &fs::read_to_string(styles.join("00-fonts.css"))?,
        &fs::read_to_string(styles.join("10-tokens.css"))?,
    )?;
    let public = assets::squeezed_css(&bundle.fill(&public)?);
    bundle.file("public.css", public.as_bytes())?;
    let css = bundle.fill(&assets::joined_css(&styles)?)?;
    let css = if mode == Mode::Release {
        assets::squeezed_css(&css)
    } else {
        css
    };
    bundle.asset("app.css", css.as_bytes())?;
    let mut boot = bundle.fill(&fs::read_to_string(frontend.join("boot.js"))?)?;
    if mode == Mode::Release {
        boot = boot
            .split("// dev only")
            .next()
            .unwrap_or_default()
            .to_owned();
    }
    bundle.asset("boot.js", boot.as_bytes())?;
    let sprite = fs::read_to_string(frontend.join("assets/icons.svg"))?;
    let page = bundle
        .fill(&fs::read_to_string(frontend.join("index.html"))?)?
        .replace("<!-- sprite -->", &sprite);
    bundle.file("index.html", page.as_bytes())?;
    bundle.file("build-id.txt", id.as_bytes())
}

fn bindgen(split: &Split, mode: Mode, bundle: &mut Bundle) -> Result<String> {
    let release = mode == Mode::Release;
    let mut output = Bindgen::new()
        .input_path(&split.main)
        .web(true)?
        .typescript(false)
        // Parts share the table of functions and the stack with the module of the first visit.
        .keep_lld_exports(true)
        .omit_default_module_path(true)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate_output()?;
    bundle.asset("app.wasm", &output.wasm_mut().emit_wasm())?;
    let snippets: Vec<&String> = output
        .snippets()
        .iter()
        .filter(|(_, code)| !code.is_empty())
        .map(|(name, _)| name)
        .collect();
    ensure!(
        snippets.is_empty(),
        "JS snippets are not bundled: {snippets:?}"
    );
    let modules: Vec<&String> = output.local_modules().keys().collect();
    ensure!(
        modules.is_empty(),
        "JS modules are not bundled: {modules:?}"
    );
    Ok(output.js().to_owned())
}

fn add_folder(folder: &Path, bundle: &mut Bundle) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .context("asset names are ASCII")?;
        if path.extension().is_some_and(|e| e != "txt") {
            bundle.asset(name, &fs::read(&path)?)?;
        }
    }
    Ok(())
}

/// Old away, new in: a page that reloads in between never finds half a bundle.
fn swap(dist: &Path, next: &Path, old: &Path) -> Result<()> {
    remove(old)?;
    if dist.exists() {
        fs::rename(dist, old)?;
    }
    fs::rename(next, dist)?;
    remove(old)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}
