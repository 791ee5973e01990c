//! The keys by which the federations know us: one signs, and during a change of keys a second one
//! is published beside it.
//!
//! In `DATA_DIR`: `spid.key`, `spid.crt`, and `spid.second.key`, `spid.second.crt`; the same for
//! `cie`. `server spid-keys` makes, adds, switches and drops them.

use std::{
    fmt, fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use saml::{KeyPair, Scheme, keys::Subject};

use super::{ProviderError, provider::instant};
use crate::{
    clock::Rng,
    config::{Comune, Mode, Settings},
};

/// The key that signs, and the one published beside it.
pub struct Keys {
    pub signing: KeyPair,
    pub second: Option<KeyPair>,
}

impl Keys {
    /// Reads them. In the sandbox a missing one is made; in production it must have been, and for
    /// this very entityID: a key of the sandbox is known to everybody who saw it.
    pub fn open(
        scheme: Scheme,
        settings: &Settings,
        comune: &Comune,
        now_ms: i64,
        rng: &dyn Rng,
    ) -> Result<Self, ProviderError> {
        let signing = Pair::of(scheme, settings, Which::Signing);
        let second = Pair::of(scheme, settings, Which::Second);
        if !signing.exists() {
            if settings.mode == Mode::Production {
                return Err(ProviderError::NoKey(signing.key));
            }
            signing.make(scheme, settings, comune, now_ms, rng)?;
        }
        let keys = Self {
            signing: signing.read()?,
            second: second.exists().then(|| second.read()).transpose()?,
        };
        if settings.mode == Mode::Production {
            signing.check_owner(&keys.signing, &entity_id(scheme, settings))?;
            if let Some(key) = &keys.second {
                second.check_owner(key, &entity_id(scheme, settings))?;
            }
        }
        Ok(keys)
    }
}

pub fn entity_id(scheme: Scheme, settings: &Settings) -> String {
    format!("{}/{}/metadata", settings.base_url(), scheme.as_str())
}

#[derive(Clone, Copy)]
enum Which {
    Signing,
    Second,
}

/// Where a key and its certificate lie.
struct Pair {
    key: PathBuf,
    certificate: PathBuf,
}

impl Pair {
    fn of(scheme: Scheme, settings: &Settings, which: Which) -> Self {
        let name = match which {
            Which::Signing => scheme.as_str().to_owned(),
            Which::Second => format!("{}.second", scheme.as_str()),
        };
        Self {
            key: settings.data_dir.join(format!("{name}.key")),
            certificate: settings.data_dir.join(format!("{name}.crt")),
        }
    }

    fn exists(&self) -> bool {
        self.key.exists()
    }

    fn read(&self) -> Result<KeyPair, ProviderError> {
        let private = fs::read_to_string(&self.key).map_err(fault(&self.key))?;
        let public = fs::read_to_string(&self.certificate).map_err(fault(&self.certificate))?;
        Ok(KeyPair::from_pem(&private, &public)?)
    }

    /// A new key (rights 0600) and its certificate, with the subject that AgID's profile asks.
    fn make(
        &self,
        scheme: Scheme,
        settings: &Settings,
        comune: &Comune,
        now_ms: i64,
        rng: &dyn Rng,
    ) -> Result<(), ProviderError> {
        let town = &comune.comune;
        let (name, entity_id) = (
            format!("Comune di {}", town.nome),
            entity_id(scheme, settings),
        );
        let subject = Subject {
            organization: &name,
            locality: &town.nome,
            entity_id: &entity_id,
            ipa_code: Some(&town.codice_ipa),
        };
        let mut serial = [0u8; 16];
        rng.fill(&mut serial);
        let pair = KeyPair::generate(&subject, instant(now_ms), serial)?;
        fs::create_dir_all(&settings.data_dir).map_err(fault(&settings.data_dir))?;
        // The certificate first: a key without one would stop the next start.
        fs::write(&self.certificate, pair.certificate_pem()).map_err(fault(&self.certificate))?;
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.key)
            .and_then(|mut file| file.write_all(pair.private_pem().as_bytes()))
            .map_err(fault(&self.key))
    }

    fn check_owner(&self, key: &KeyPair, entity_id: &str) -> Result<(), ProviderError> {
        match key.entity_id() {
            Some(owner) if owner == entity_id => Ok(()),
            owner => Err(ProviderError::KeyOfAnother {
                path: self.certificate.clone(),
                owner: owner.unwrap_or_default(),
                entity_id: entity_id.to_owned(),
            }),
        }
    }

    fn rename(&self, to: &Self) -> Result<(), ProviderError> {
        fs::rename(&self.certificate, &to.certificate).map_err(fault(&self.certificate))?;
        fs::rename(&self.key, &to.key).map_err(fault(&self.key))
    }

    fn remove(&self) -> Result<(), ProviderError> {
        fs::remove_file(&self.key).map_err(fault(&self.key))?;
        fs::remove_file(&self.certificate).map_err(fault(&self.certificate))
    }
}

fn fault(path: &Path) -> impl FnOnce(std::io::Error) -> ProviderError + '_ {
    move |error| ProviderError::File {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

/// A step of `server spid-keys`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Step {
    /// Makes the key that signs, where there is none.
    Make,
    /// Makes a second key, published beside the one that signs.
    Second,
    /// The second key signs, the first is published beside it.
    Switch,
    /// Takes the second key away.
    Drop,
}

/// What is there after a step, for who looks after the machine.
pub struct Told {
    pub scheme: Scheme,
    keys: Keys,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |what, key: &KeyPair| {
            let owner = key.entity_id().unwrap_or_default();
            format!("  {what}: {owner}, SHA-256 {}", key.fingerprint())
        };
        writeln!(f, "{}:", self.scheme.as_str())?;
        write!(f, "{}", line("firma", &self.keys.signing))?;
        match &self.keys.second {
            Some(key) => write!(f, "\n{}", line("pubblicata accanto", key)),
            None => Ok(()),
        }
    }
}

/// Does one step for one federation. The counter reads its keys when it starts.
pub fn step(
    step: Step,
    scheme: Scheme,
    settings: &Settings,
    comune: &Comune,
    now_ms: i64,
    rng: &dyn Rng,
) -> Result<Told, ProviderError> {
    let signing = Pair::of(scheme, settings, Which::Signing);
    let second = Pair::of(scheme, settings, Which::Second);
    let no_second = || ProviderError::NoKey(second.key.clone());
    match step {
        Step::Make if signing.exists() => {}
        Step::Make => signing.make(scheme, settings, comune, now_ms, rng)?,
        Step::Second if second.exists() => return Err(ProviderError::KeyThere(second.key)),
        Step::Second => second.make(scheme, settings, comune, now_ms, rng)?,
        Step::Switch if !second.exists() => return Err(no_second()),
        Step::Switch => {
            let aside = Pair {
                key: second.key.with_extension("aside"),
                certificate: second.certificate.with_extension("aside-crt"),
            };
            signing.rename(&aside)?;
            second.rename(&signing)?;
            aside.rename(&second)?;
        }
        Step::Drop if !second.exists() => return Err(no_second()),
        Step::Drop => second.remove()?,
    }
    if !signing.exists() {
        return Err(ProviderError::NoKey(signing.key));
    }
    let keys = Keys {
        signing: signing.read()?,
        second: second.exists().then(|| second.read()).transpose()?,
    };
    Ok(Told { scheme, keys })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::SystemRng,
        testing::{self, NOW},
    };

    /// Settings of a production counter, and its comune.
    fn production() -> (Settings, Comune) {
        let settings = Settings {
            mode: Mode::Production,
            base_url: Some("https://sportello.comune.it".to_owned()),
            ..testing::settings()
        };
        let comune = Comune::load(&settings.comune).unwrap();
        (settings, comune)
    }

    fn open(settings: &Settings, comune: &Comune) -> Result<Keys, ProviderError> {
        Keys::open(Scheme::Spid, settings, comune, NOW, &SystemRng)
    }

    #[test]
    fn keys_are_changed_in_three_steps() {
        let (settings, comune) = production();
        let go = |what| step(what, Scheme::Spid, &settings, &comune, NOW, &SystemRng);
        assert!(matches!(
            open(&settings, &comune),
            Err(ProviderError::NoKey(_))
        ));
        let first = go(Step::Make).unwrap().keys.signing.fingerprint();
        assert_eq!(go(Step::Make).unwrap().keys.signing.fingerprint(), first);
        assert!(matches!(go(Step::Switch), Err(ProviderError::NoKey(_))));
        go(Step::Second).unwrap();
        assert!(matches!(go(Step::Second), Err(ProviderError::KeyThere(_))));
        let both = open(&settings, &comune).unwrap();
        assert_eq!(both.signing.fingerprint(), first);
        let next = both.second.unwrap().fingerprint();
        let switched = go(Step::Switch).unwrap().keys;
        assert_eq!(switched.signing.fingerprint(), next);
        assert_eq!(switched.second.unwrap().fingerprint(), first);
        go(Step::Drop).unwrap();
        let alone = open(&settings, &comune).unwrap();
        assert_eq!(alone.signing.fingerprint(), next);
        assert!(alone.second.is_none());
        assert!(matches!(go(Step::Drop), Err(ProviderError::NoKey(_))));
    }

    #[test]
    fn production_takes_no_key_of_another_entity() {
        let (settings, comune) = production();
        let sandbox = Settings {
            mode: Mode::Sandbox,
            base_url: Some("http://localhost:3000".to_owned()),
            ..settings.clone()
        };
        open(&sandbox, &comune).unwrap();
        let refused = open(&settings, &comune).err().unwrap().to_string();
        assert!(refused.contains("spid.crt"), "{refused}");
        assert!(
            refused.contains("http://localhost:3000/spid/metadata"),
            "{refused}"
        );
    }
}
