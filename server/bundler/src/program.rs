//! The browser program: bindings by the library that matches the `wasm-bindgen` of the app,
//! then made small.

use anyhow::Context as _;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    cache::Cache,
    slim::slim,
    tool::{Node, Scratch},
};

/// What rustc's wasm32-unknown-unknown target may emit; nothing newer, so that the result
/// runs wherever the input does.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub struct Program {
    pub js: Vec<u8>,
    pub wasm: Vec<u8>,
}

/// Makes bindings and small files from the bytes that cargo left.
pub fn build(cache: &Cache, node: &Node, input: &[u8]) -> anyhow::Result<Program> {
    let versions = node.versions()?;
    let scratch = Scratch::new("program")?;
    // The raw glue and module are cheap to make; only what follows is worth keeping.
    let bound = slim(&bind(input, &scratch)?)?;
    scratch.write("app.js", &bound.js)?;
    scratch.write("app_bg.wasm", &bound.wasm)?;
    let js = cache.get("js", &[&bound.js, &versions], || minify(node, &scratch))?;
    let wasm = cache.get("wasm", &[&bound.wasm, &versions], || {
        optimise(node, &scratch)
    })?;
    Ok(Program { js, wasm })
}

/// Writes `app.js` and `app_bg.wasm` (and snippets, where a crate has some) into the folder.
fn bind(input: &[u8], scratch: &Scratch) -> anyhow::Result<Program> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("app", input.to_vec())
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true);
    bindgen.generate(scratch.path("")).context("wasm-bindgen")?;
    Ok(Program {
        js: scratch.read("app.js")?,
        wasm: scratch.read("app_bg.wasm")?,
    })
}

/// One minified module: snippets, where there are any, go into it.
fn minify(node: &Node, scratch: &Scratch) -> anyhow::Result<Vec<u8>> {
    let out = format!("--outfile={}", scratch.text("app.min.js"));
    let arguments = [
        scratch.text("app.js"),
        "--bundle".into(),
        "--minify".into(),
        "--format=esm".into(),
        "--target=es2022".into(),
        "--legal-comments=none".into(),
        "--log-level=warning".into(),
        out,
    ];
    node.run("esbuild", arguments.iter().map(String::as_str))?;
    scratch.read("app.min.js")
}

fn optimise(node: &Node, scratch: &Scratch) -> anyhow::Result<Vec<u8>> {
    let (from, to) = (scratch.text("app_bg.wasm"), scratch.text("app.opt.wasm"));
    let strip = [
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ];
    // Twice, until nothing more is found: a hundredth less than once.
    let arguments = [from.as_str(), "-Oz", "-Oz", "--converge"]
        .into_iter()
        .chain(FEATURES)
        .chain(strip);
    node.run("wasm-opt", arguments.chain(["-o", to.as_str()]))?;
    scratch.read("app.opt.wasm")
}
