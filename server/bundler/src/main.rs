//! Turns the compiled browser program, the style sheet and `public/` into a folder to serve.
//!
//! `bundler --wasm target/wasm32-unknown-unknown/wasm/app.wasm --out target/site` leaves
//! `pkg/` with hashed names, a `.br` beside every file worth compressing, and `manifest.json`
//! for the server. Run from the root of the repository, with `end2end/node_modules` installed.
#![forbid(unsafe_code)]

mod cache;
mod program;
mod pwa;
mod site;
mod slim;
mod style;
mod tool;

use std::{path::PathBuf, time::Instant};

use anyhow::Context as _;
use clap::Parser;

use crate::{cache::Cache, site::Site, tool::Node};

#[derive(Parser)]
#[command(about = "Builds target/site: browser program, style sheet, fonts and public files")]
struct Arguments {
    /// What `cargo build -p app --lib --features hydrate --target wasm32-unknown-unknown` left.
    #[arg(long)]
    wasm: PathBuf,
    /// The folder to fill; what a former build left there is replaced.
    #[arg(long, default_value = "target/site")]
    out: PathBuf,
    /// Where finished steps are kept, by the hash of what went into them.
    #[arg(long)]
    cache: PathBuf,
    /// The folder with `node_modules`.
    #[arg(long, default_value = "end2end")]
    node: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let cache = Cache::open(&arguments.cache)?;
    let node = Node::new(&arguments.node)?;

    let wasm = std::fs::read(&arguments.wasm)
        .with_context(|| format!("{}: build the app first", arguments.wasm.display()))?;
    let program = timed("browser program", || program::build(&cache, &node, &wasm))?;
    let css = timed("style sheet", || style::build(&cache, &node))?;
    let pwa = timed("service worker", || pwa::build(&node))?;
    timed("site", || {
        let mut site = Site::create(&arguments.out, &cache)?;
        site.copy_public("public".as_ref())?;
        site.finish(&program, &css, &pwa)
    })
}

/// Runs a step, prints how long it took.
fn timed<T>(name: &str, step: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let start = Instant::now();
    let made = step().with_context(|| format!("while making the {name}"))?;
    println!("    {name}: {:.1} s", start.elapsed().as_secs_f32());
    Ok(made)
}
