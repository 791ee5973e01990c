//! `.br` and `.gz` beside every file that gains by it, so that the server compresses nothing.

use std::{fs, io::Write, path::Path};

use anyhow::Result;

use crate::{files, tool};

/// A packet more or less is all that smaller files would gain.
const WORTH_BYTES: usize = 512;

pub fn folder(site: &Path) -> Result<()> {
    for path in files::below(site)? {
        let bytes = fs::read(&path)?;
        if bytes.len() >= WORTH_BYTES && is_text(&path) {
            fs::write(files::beside(&path, "br"), brotli(&bytes)?)?;
            let gzip = tool::program("gzip")
                .args(["-9", "-n", "-c"])
                .arg(&path)
                .bytes()?;
            fs::write(files::beside(&path, "gz"), gzip)?;
        }
    }
    Ok(())
}

fn is_text(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    matches!(
        extension,
        "js" | "wasm" | "css" | "svg" | "txt" | "json" | "webmanifest" | "html"
    ) && path.file_name().is_none_or(|name| name != "manifest.json")
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let (quality, window) = (11, 24);
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, window);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_compressed_opens_again() {
        let text = "sportello ".repeat(500);
        let packed = brotli(text.as_bytes()).unwrap();
        assert!(packed.len() < 100);
        let mut opened = String::new();
        brotli::Decompressor::new(packed.as_slice(), 4096)
            .read_to_string(&mut opened)
            .unwrap();
        assert_eq!(opened, text);
    }
}
