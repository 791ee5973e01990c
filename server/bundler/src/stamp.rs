//! A hash over everything that the bundle is made of: nothing new, nothing to do.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use aws_lc_rs::digest::{Context as Digest, SHA256};

use crate::files;

const FILE: &str = ".stamp";

/// Hash of the app, the style sheet and the sources it is purged by, `public/`, the tools'
/// versions, and this program itself.
pub fn of(wasm: &Path, source: &Path) -> Result<String> {
    let mut paths = vec![
        std::env::current_exe()?,
        wasm.to_owned(),
        source.join("end2end/package-lock.json"),
    ];
    for folder in ["style", "public", "app/src"] {
        paths.extend(files::below(&source.join(folder))?);
    }
    let mut digest = Digest::new(&SHA256);
    for path in paths {
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        digest.update(
            path.strip_prefix(source)
                .unwrap_or(&path)
                .as_os_str()
                .as_encoded_bytes(),
        );
        digest.update(&(bytes.len() as u64).to_be_bytes());
        digest.update(&bytes);
    }
    Ok(hex::encode(digest.finish()))
}

/// Whether `site` was made from the same things.
pub fn matches(site: &Path, stamp: &str) -> bool {
    site.join("manifest.json").exists()
        && fs::read_to_string(site.join(FILE)).is_ok_and(|known| known == stamp)
}

pub fn write(site: &Path, stamp: &str) -> Result<()> {
    files::write(&site.join(FILE), stamp.as_bytes())
}
