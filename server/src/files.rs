//! The bytes of attachments: sealed objects, flushed to disk before the row that names them.

use std::path::Path;

use bytes::Bytes;
use object_store::{ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as ObjectPath};
use thiserror::Error;

use crate::{
    clock::Rng,
    vault::{Vault, VaultError},
};

#[derive(Debug, Error)]
pub enum FileError {
    #[error("file store: {0}")]
    Store(#[from] object_store::Error),
    #[error("file store: {0}")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

pub struct FileStore {
    objects: LocalFileSystem,
}

impl FileStore {
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        std::fs::create_dir_all(folder)?;
        Ok(Self {
            objects: LocalFileSystem::new_with_prefix(folder)?.with_fsync(true),
        })
    }

    /// Seals and stores `plain` under `id`; durable when it returns.
    pub async fn put(
        &self,
        vault: &Vault,
        rng: &dyn Rng,
        id: &str,
        plain: &[u8],
    ) -> Result<(), FileError> {
        let sealed = vault.master().seal(rng, &context(id), plain)?;
        self.objects
            .put(&ObjectPath::from(id), PutPayload::from(Bytes::from(sealed)))
            .await?;
        Ok(())
    }

    pub async fn get(&self, vault: &Vault, id: &str) -> Result<Vec<u8>, FileError> {
        let sealed = self
            .objects
            .get(&ObjectPath::from(id))
            .await?
            .bytes()
            .await?;
        Ok(vault.master().open(&context(id), &sealed)?)
    }

    /// Whether a file can be stored: a block is, and flushed, and removed.
    pub async fn probe(&self) -> Result<(), FileError> {
        let block = PutPayload::from(Bytes::from_static(&[b'.'; 4096]));
        self.objects.put(&ObjectPath::from("probe"), block).await?;
        self.delete("probe").await
    }

    /// Removing what is not there is fine: it was removed before.
    pub async fn delete(&self, id: &str) -> Result<(), FileError> {
        match self.objects.delete(&ObjectPath::from(id)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn context(id: &str) -> String {
    format!("files/{id}")
}
