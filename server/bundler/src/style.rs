//! The style sheet: compiled, and purged of what no page uses, by `style/build.mjs`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::{
    cache::Cache,
    tool::{Node, Scratch},
};

/// Whatever decides the result: rules, safelist, and the sources whose class names are kept.
const SOURCES: [&str; 2] = ["style", "app/src"];

pub fn build(cache: &Cache, node: &Node) -> anyhow::Result<Vec<u8>> {
    let versions = node.versions()?;
    let contents = sources()?;
    let mut inputs: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
    inputs.push(&versions);
    cache.get("css", &inputs, || {
        let scratch = Scratch::new("style")?;
        node.script("style/build.mjs", [scratch.text("style.css").as_str()])?;
        scratch.read("style.css")
    })
}

fn sources() -> anyhow::Result<Vec<Vec<u8>>> {
    let mut paths = Vec::new();
    for folder in SOURCES {
        files(Path::new(folder), &mut paths)?;
    }
    paths.sort();
    let read = |path: &PathBuf| std::fs::read(path).with_context(|| path.display().to_string());
    paths.iter().map(read).collect()
}

/// Every file below a folder.
pub fn files(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
