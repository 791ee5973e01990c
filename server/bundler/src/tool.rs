//! The npm tools, run by the machine's node from `end2end/node_modules`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context as _;

pub struct Node {
    folder: PathBuf,
}

impl Node {
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder
            .canonicalize()
            .with_context(|| folder.display().to_string())?;
        let modules = folder.join("node_modules");
        anyhow::ensure!(
            modules.is_dir(),
            "{}: missing, run `npm ci` in {}",
            modules.display(),
            folder.display()
        );
        Ok(Self { folder })
    }

    /// The exact versions of the tools: part of what a step's result depends on.
    pub fn versions(&self) -> anyhow::Result<Vec<u8>> {
        let lock = self.folder.join("package-lock.json");
        std::fs::read(&lock).with_context(|| lock.display().to_string())
    }

    /// Runs a program of `node_modules/.bin`.
    pub fn run<'a>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> anyhow::Result<()> {
        let path = self.folder.join("node_modules/.bin").join(program);
        finish(Command::new(&path).args(arguments), program)
    }

    /// Runs one of the repository's own scripts.
    pub fn script<'a>(
        &self,
        script: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> anyhow::Result<()> {
        let mut command = Command::new("node");
        command
            .arg(script)
            .args(arguments)
            .env("NODE_FOLDER", &self.folder);
        finish(&mut command, script)
    }
}

fn finish(command: &mut Command, name: &str) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {name}"))?;
    anyhow::ensure!(status.success(), "{name} ended with {status}");
    Ok(())
}

/// A folder for a tool's files, gone at the end.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("sportello-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self { folder })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The same path as text, for a tool's arguments.
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path(name);
        std::fs::write(&path, bytes).with_context(|| path.display().to_string())
    }

    pub fn read(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let path = self.path(name);
        std::fs::read(&path).with_context(|| path.display().to_string())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder left in the temporary directory does no harm.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
