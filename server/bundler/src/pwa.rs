//! What makes an app of the site: the service worker, and the module that every page loads.

use crate::tool::{Node, Scratch};

/// Sources, from the root of the repository.
const MODULE: &str = "app/pwa/pwa.js";
const WORKER: &str = "app/pwa/sw.js";

pub struct Pwa {
    /// `pwa.js` with what it imports.
    pub module: Vec<u8>,
    /// `sw.js`, which still lacks the list of files of the build.
    pub worker: Vec<u8>,
}

pub fn build(node: &Node) -> anyhow::Result<Pwa> {
    Ok(Pwa {
        module: minify(node, MODULE)?,
        worker: minify(node, WORKER)?,
    })
}

fn minify(node: &Node, source: &str) -> anyhow::Result<Vec<u8>> {
    let scratch = Scratch::new("pwa")?;
    let out = format!("--outfile={}", scratch.text("out.js"));
    let arguments = [
        source,
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
        out.as_str(),
    ];
    node.run("esbuild", arguments)?;
    scratch.read("out.js")
}
