//! Encryption of personal content at rest: AES-256-GCM, a data key per case or draft,
//! wrapped by a master key that lies outside the database (`DATA_DIR/master.key`).

use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest, hmac,
};
use thiserror::Error;

use crate::clock::Rng;

#[derive(Debug, Error)]
pub enum VaultError {
    #[error("sealed content cannot be opened: wrong key, or changed")]
    Sealed,
    #[error("the master key cannot be read or made: {0}")]
    MasterKey(#[from] std::io::Error),
    #[error("the master key must have 32 bytes")]
    MasterKeyLength,
}

/// In DATA_DIR.
pub const MASTER_KEY: &str = "master.key";

/// A 256-bit key.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    pub fn random(rng: &dyn Rng) -> Self {
        let mut bytes = [0; 32];
        rng.fill(&mut bytes);
        Self(bytes)
    }

    fn aead(&self) -> Result<LessSafeKey, VaultError> {
        let key = UnboundKey::new(&AES_256_GCM, &self.0).map_err(|_| VaultError::Sealed)?;
        Ok(LessSafeKey::new(key))
    }

    /// Encrypts `plain`, bound to `context` (table and row): nonce, then ciphertext with its tag.
    pub fn seal(&self, rng: &dyn Rng, context: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce);
        let mut body = plain.to_vec();
        self.aead()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut body,
            )
            .map_err(|_| VaultError::Sealed)?;
        Ok([&nonce[..], &body].concat())
    }

    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, body) = sealed
            .split_at_checked(NONCE_LEN)
            .ok_or(VaultError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Sealed)?;
        let mut body = body.to_vec();
        let plain = self
            .aead()?
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut body)
            .map_err(|_| VaultError::Sealed)?;
        Ok(plain.to_vec())
    }
}

/// The master key and what it does: wraps data keys, makes look-up codes.
pub struct Vault {
    master: Key,
    lookup: hmac::Key,
}

impl Vault {
    /// Reads `folder/master.key`, or makes it (rights 0600) where there is none. Two nodes that
    /// start together make one: it has its name only once it is whole.
    pub fn open(folder: &Path, rng: &dyn Rng) -> Result<Self, VaultError> {
        match Self::read(folder) {
            Err(VaultError::MasterKey(error)) if error.kind() == ErrorKind::NotFound => {}
            read => return read,
        }
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&Key::random(rng).0)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(folder.join(MASTER_KEY)) {
            Ok(_) => fs::File::open(folder)?.sync_all()?,
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.error.into()),
        }
        Self::read(folder)
    }

    /// The vault of a folder that has a key.
    pub fn read(folder: &Path) -> Result<Self, VaultError> {
        let bytes = fs::read(folder.join(MASTER_KEY))?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| VaultError::MasterKeyLength)?;
        Ok(Self::new(Key(bytes)))
    }

    pub fn new(master: Key) -> Self {
        let lookup = hmac::Key::new(hmac::HMAC_SHA256, &[&master.0[..], b"lookup"].concat());
        Self { master, lookup }
    }

    pub fn master(&self) -> &Key {
        &self.master
    }

    /// Tells this master key from another, and nothing about it.
    pub fn fingerprint(&self) -> String {
        self.lookup("fingerprint of the master key")
    }

    /// A new data key, and its wrapped form for the database.
    pub fn new_key(&self, rng: &dyn Rng, context: &str) -> Result<(Key, Vec<u8>), VaultError> {
        let key = Key::random(rng);
        let wrapped = self.master.seal(rng, context, &key.0)?;
        Ok((key, wrapped))
    }

    pub fn unwrap_key(&self, context: &str, wrapped: &[u8]) -> Result<Key, VaultError> {
        let bytes = self.master.open(context, wrapped)?;
        Ok(Key(bytes.try_into().map_err(|_| VaultError::Sealed)?))
    }

    /// Finds a person by her code without storing the code in clear (HMAC-SHA-256, hex).
    pub fn lookup(&self, value: &str) -> String {
        hex::encode(hmac::sign(&self.lookup, value.as_bytes()))
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    #[test]
    fn what_is_sealed_opens_only_whole_and_in_its_place() {
        let key = Key::random(&SystemRng);
        let mut sealed = key.seal(&SystemRng, "drafts/1", b"Maria").unwrap();
        assert_eq!(key.open("drafts/1", &sealed).unwrap(), b"Maria");
        assert!(key.open("drafts/2", &sealed).is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(key.open("drafts/1", &sealed).is_err());
        assert!(key.open("drafts/1", b"short").is_err());
    }

    #[test]
    fn the_master_key_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = Vault::open(folder.path(), &SystemRng).unwrap().lookup("x");
        assert_eq!(
            Vault::open(folder.path(), &SystemRng).unwrap().lookup("x"),
            first
        );
    }
}
