//! Finished steps, kept by the hash of what went into them: a second build takes seconds.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use aws_lc_rs::digest::{Context, SHA256};

/// Part of every key: raise it when a step's commands change.
const FORMAT: &str = "1";

pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The bytes that `make` gives for these inputs, from the disk if they were made before.
    pub fn get(
        &self,
        step: &str,
        inputs: &[&[u8]],
        make: impl FnOnce() -> anyhow::Result<Vec<u8>>,
    ) -> anyhow::Result<Vec<u8>> {
        let mut parts = vec![FORMAT.as_bytes(), step.as_bytes()];
        parts.extend(inputs);
        let path = self.folder.join(format!("{}.{step}", digest(&parts)));
        if let Ok(kept) = std::fs::read(&path) {
            return Ok(kept);
        }
        let made = make()?;
        // Renamed into place: an interrupted build leaves no half file behind.
        let draft = path.with_extension(format!("{}.tmp", std::process::id()));
        std::fs::write(&draft, &made).with_context(|| draft.display().to_string())?;
        std::fs::rename(&draft, &path).with_context(|| path.display().to_string())?;
        Ok(made)
    }
}

/// SHA-256 over the parts, each with its length before it, in hexadecimal.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    hex::encode(context.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_runs_again_only_when_its_input_changes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let first = cache
            .get("css", &[b"a"], || Ok(b"made from a".to_vec()))
            .unwrap();
        let again = cache
            .get("css", &[b"a"], || anyhow::bail!("must not run"))
            .unwrap();
        let other = cache
            .get("css", &[b"b"], || Ok(b"made from b".to_vec()))
            .unwrap();
        assert_eq!(first, again);
        assert_eq!(other, b"made from b");
    }

    #[test]
    fn a_failed_step_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        assert!(
            cache
                .get("css", &[b"a"], || anyhow::bail!("broken"))
                .is_err()
        );
        assert_eq!(
            cache.get("css", &[b"a"], || Ok(b"ok".to_vec())).unwrap(),
            b"ok"
        );
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
    }
}
