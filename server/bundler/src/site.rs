//! The folder that the server reads: hashed names, compressed copies, one manifest.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Serialize;

use crate::{
    cache::{Cache, digest},
    program::Program,
    pwa::Pwa,
    style::files,
};

/// What the server puts into every document; paths as the browser asks for them.
#[derive(Serialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
    pwa: String,
    /// The fonts worth loading before the style sheet asks for them.
    fonts: Vec<String>,
}

/// Kinds of file that compression makes smaller; pictures and fonts are compressed already.
const COMPRESSED: [&str; 9] = [
    "js",
    "wasm",
    "css",
    "svg",
    "txt",
    "json",
    "webmanifest",
    "html",
    "xml",
];

/// Of `public/`, what a page needs to look right without network.
const SHOWN: [&str; 2] = ["stemma.svg", "favicon.svg"];

/// Every page has all three above the fold. Those that waited for the style sheet moved what was
/// already read (a layout shift of 0.2 on the home page).
const PRELOADED: [&str; 3] = [
    "fonts/titillium-web-400.woff2",
    "fonts/titillium-web-600.woff2",
    "fonts/titillium-web-700.woff2",
];

pub struct Site<'a> {
    folder: PathBuf,
    draft: PathBuf,
    cache: &'a Cache,
}

impl<'a> Site<'a> {
    /// Prepares the folder beside its place: what is being served stays whole until the end.
    pub fn create(folder: &Path, cache: &'a Cache) -> anyhow::Result<Self> {
        let draft = folder.with_extension("new");
        if draft.exists() {
            std::fs::remove_dir_all(&draft).with_context(|| draft.display().to_string())?;
        }
        std::fs::create_dir_all(&draft).with_context(|| draft.display().to_string())?;
        Ok(Self {
            folder: folder.to_owned(),
            draft,
            cache,
        })
    }

    pub fn copy_public(&mut self, public: &Path) -> anyhow::Result<()> {
        let mut paths = Vec::new();
        files(public, &mut paths)?;
        for path in paths {
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            self.write(path.strip_prefix(public)?, &bytes)?;
        }
        Ok(())
    }

    /// Adds the hashed files and the manifest, and puts the folder in its place.
    pub fn finish(mut self, program: &Program, css: &[u8], pwa: &Pwa) -> anyhow::Result<()> {
        let fonts = PRELOADED
            .iter()
            .filter(|font| self.draft.join(font).exists())
            .map(|font| format!("/{font}"))
            .collect();
        let manifest = Manifest {
            js: self.hashed("app", "js", &program.js)?,
            wasm: self.hashed("app", "wasm", &program.wasm)?,
            css: self.hashed("style", "css", css)?,
            pwa: self.hashed("pwa", "js", &pwa.module)?,
            fonts,
        };
        let worker = self.worker(&manifest, &pwa.worker)?;
        std::fs::write(self.draft.join("sw.js"), worker)?;
        let text = serde_json::to_vec_pretty(&manifest)?;
        std::fs::write(self.draft.join("manifest.json"), text)?;
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder)
                .with_context(|| self.folder.display().to_string())?;
        }
        std::fs::rename(&self.draft, &self.folder)
            .with_context(|| self.folder.display().to_string())
    }

    /// The service worker with what it keeps: another build is another worker.
    fn worker(&self, manifest: &Manifest, code: &[u8]) -> anyhow::Result<Vec<u8>> {
        let Manifest {
            js, wasm, css, pwa, ..
        } = manifest;
        let mut kept = vec![js.clone(), wasm.clone(), css.clone(), pwa.clone()];
        let mut shown = SHOWN.map(PathBuf::from).to_vec();
        let mut fonts = Vec::new();
        let folder = self.draft.join("fonts");
        if folder.exists() {
            files(&folder, &mut fonts)?;
        }
        for font in fonts
            .iter()
            .filter(|f| f.extension().is_some_and(|e| e == "woff2"))
        {
            shown.push(font.strip_prefix(&self.draft)?.to_owned());
        }
        shown.sort();
        for path in shown.iter().filter(|path| self.draft.join(path).exists()) {
            kept.push(format!("/{}", path.display()));
        }
        let list = serde_json::to_string(&kept)?;
        let build: String = digest(&[list.as_bytes(), code]).chars().take(16).collect();
        let mut worker = format!("const BUILD={build:?},FILES={list};\n").into_bytes();
        worker.extend_from_slice(code);
        Ok(worker)
    }

    /// Writes `pkg/NAME.HASH.EXTENSION`, gives the path that a browser asks for.
    fn hashed(&mut self, name: &str, extension: &str, bytes: &[u8]) -> anyhow::Result<String> {
        let hash: String = digest(&[bytes]).chars().take(16).collect();
        let path = format!("pkg/{name}.{hash}.{extension}");
        self.write(Path::new(&path), bytes)?;
        Ok(format!("/{path}"))
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        let target = self.draft.join(path);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        std::fs::write(&target, bytes).with_context(|| target.display().to_string())?;
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        if COMPRESSED.contains(&extension) {
            let small = self.cache.get("br", &[bytes], || compress(bytes))?;
            let beside = target.with_extension(format!("{extension}.br"));
            std::fs::write(&beside, small).with_context(|| beside.display().to_string())?;
        }
        Ok(())
    }
}

/// Brotli at its best quality, window 24 bits: what every browser accepts.
fn compress(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Program {
        Program {
            js: b"export default 1".to_vec(),
            wasm: b"\0asm".to_vec(),
        }
    }

    fn pwa() -> Pwa {
        Pwa {
            module: b"export {}".to_vec(),
            worker: b"caches.open(BUILD)".to_vec(),
        }
    }

    #[test]
    fn the_manifest_names_files_that_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("cache")).unwrap();
        let public = folder.path().join("public");
        std::fs::create_dir_all(public.join("fonts")).unwrap();
        for font in PRELOADED {
            std::fs::write(public.join(font), b"woff2").unwrap();
        }
        std::fs::write(public.join("robots.txt"), b"User-agent: *\n").unwrap();
        let out = folder.path().join("site");
        let mut site = Site::create(&out, &cache).unwrap();
        site.copy_public(&public).unwrap();
        site.finish(&program(), b"p{color:red}", &pwa()).unwrap();

        let text = std::fs::read_to_string(out.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let worker = std::fs::read_to_string(out.join("sw.js")).unwrap();
        for key in ["js", "wasm", "css", "pwa"] {
            let path = manifest[key].as_str().unwrap();
            assert!(worker.contains(&format!("{path:?}")), "{worker}");

            let path = manifest[key]
                .as_str()
                .unwrap()
                .trim_start_matches('/')
                .to_owned();
            assert!(out.join(&path).exists(), "{path}");
            assert!(out.join(format!("{path}.br")).exists(), "{path}.br");
        }
        assert_eq!(
            manifest["fonts"],
            serde_json::json!(PRELOADED.map(|font| format!("/{font}")))
        );
        for font in PRELOADED {
            assert!(worker.contains(&format!("\"/{font}\"")), "{worker}");
            assert!(!out.join(format!("{font}.br")).exists());
        }
        assert!(!worker.contains("robots.txt"), "{worker}");
        assert!(out.join("robots.txt.br").exists());
    }

    #[test]
    fn a_changed_file_changes_its_name_and_the_old_one_goes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("cache")).unwrap();
        let out = folder.path().join("site");
        Site::create(&out, &cache)
            .unwrap()
            .finish(&program(), b"p{color:red}", &pwa())
            .unwrap();
        Site::create(&out, &cache)
            .unwrap()
            .finish(&program(), b"p{color:blue}", &pwa())
            .unwrap();
        let sheets = std::fs::read_dir(out.join("pkg")).unwrap();
        let names: Vec<_> = sheets
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(
            names.iter().filter(|n| n.ends_with(".css")).count(),
            1,
            "{names:?}"
        );
    }

    #[test]
    fn what_is_compressed_comes_back_whole() {
        let text = b"Comune di Bitonto ".repeat(50);
        let small = compress(&text).unwrap();
        assert!(small.len() < text.len());
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut small.as_slice(), &mut back).unwrap();
        assert_eq!(back, text);
    }
}
