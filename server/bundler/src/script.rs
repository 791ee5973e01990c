//! The app for the browser: wasm-bindgen's glue, minified, and the optimised WASM.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{files, tool};

pub struct Script {
    pub js: String,
    pub wasm: Vec<u8>,
}

/// The features that rustc's own output uses and that every browser has had since 2023.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub fn build(wasm: &Path, source: &Path) -> Result<Script> {
    let work = std::env::temp_dir().join(format!("sportello-bundle-{}", std::process::id()));
    files::empty_folder(&work)?;
    let script = build_in(&work, wasm, source);
    // The work folder goes in any case; an error of its removal hides no other.
    fs::remove_dir_all(&work).ok();
    script
}

fn build_in(work: &Path, wasm: &Path, source: &Path) -> Result<Script> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("app")
        .web(true)?
        .typescript(false)
        // The loader always says which file it wants: the one with the hash.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen
        .generate(work)
        .with_context(|| format!("wasm-bindgen on {}", wasm.display()))?;
    let small = work.join("small.wasm");
    tool::node_bin(source, "wasm-opt")
        .args([
            "-Oz",
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
        ])
        .args(FEATURES)
        .arg(work.join("app_bg.wasm"))
        .arg("-o")
        .arg(&small)
        .run()?;
    // One file: the inline snippets of the dependencies are modules of their own otherwise.
    let js = tool::node_bin(source, "esbuild")
        .arg(work.join("app.js"))
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--log-level=warning",
        ])
        .output()?;
    Ok(Script {
        js,
        wasm: fs::read(&small)?,
    })
}
