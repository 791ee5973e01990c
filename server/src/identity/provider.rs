//! Our side of SAML: keys, metadata, and the identity providers that we trust.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{Arc, RwLock},
    time::Duration,
};

use jiff::Timestamp;
use saml::{
    IdentityProvider, KeyPair, Scheme,
    keys::Subject,
    metadata::{AttributeSet, Body, ServiceProviderDraft, cie_attributes, spid_attributes},
};
use thiserror::Error;

use crate::{
    clock::Rng,
    config::{Comune, Mode, Settings},
};

#[derive(Debug, Error)]
pub enum ProviderError {
    #[error("SAML: {0}")]
    Saml(#[from] saml::Error),
    #[error("{path}: {message}")]
    File { path: String, message: String },
    #[error("the identity provider of the sandbox does not answer: {0}")]
    Sandbox(String),
}

/// The counter towards both federations: each has its own entityID, key, metadata and providers.
pub struct ServiceProviders {
    spid: ServiceProvider,
    cie: ServiceProvider,
}

impl ServiceProviders {
    pub fn open(
        settings: &Settings,
        comune: &Comune,
        now_ms: i64,
        rng: &dyn Rng,
    ) -> Result<Self, ProviderError> {
        let open = |scheme| ServiceProvider::open(scheme, settings, comune, now_ms, rng);
        Ok(Self {
            spid: open(Scheme::Spid)?,
            cie: open(Scheme::Cie)?,
        })
    }

    pub fn of(&self, scheme: Scheme) -> &ServiceProvider {
        match scheme {
            Scheme::Spid => &self.spid,
            Scheme::Cie => &self.cie,
        }
    }

    /// Origins that login forms may post to (CSP `form-action`).
    pub fn sso_origins(&self) -> Vec<String> {
        let mut origins = [self.spid.sso_origins(), self.cie.sso_origins()].concat();
        origins.sort();
        origins.dedup();
        origins
    }
}

/// The counter as a service provider of one federation.
pub struct ServiceProvider {
    pub scheme: Scheme,
    pub entity_id: String,
    pub acs_url: String,
    pub key: KeyPair,
    metadata: String,
    /// From files, by name; then the sandbox's, once it answered.
    providers: RwLock<Vec<Arc<IdentityProvider>>>,
    /// Metadata address of the sandbox's provider; `None` in production.
    sandbox: Option<String>,
}

impl ServiceProvider {
    /// Reads or makes the keys (`DATA_DIR/spid.key`, `spid.crt`; `cie.key`, `cie.crt`), reads the
    /// providers' files.
    fn open(
        scheme: Scheme,
        settings: &Settings,
        comune: &Comune,
        now_ms: i64,
        rng: &dyn Rng,
    ) -> Result<Self, ProviderError> {
        let base = settings.base_url();
        let path = scheme.as_str();
        let entity_id = format!("{base}/{path}/metadata");
        let key = key(scheme, settings, comune, &entity_id, now_ms, rng)?;
        let town = &comune.comune;
        let (name, acs_url) = (
            format!("Comune di {}", town.nome),
            format!("{base}/{path}/acs"),
        );
        let mut random = [0u8; 20];
        rng.fill(&mut random);
        let metadata = ServiceProviderDraft {
            scheme,
            entity_id: &entity_id,
            acs_url: &acs_url,
            slo_url: &format!("{base}/{path}/slo"),
            body: Body {
                name: &name,
                url: &base,
                ipa_code: &town.codice_ipa,
                municipality: &town.belfiore,
                email: &town.email,
                phone: Some(&phone(&town.telefono)),
            },
            attribute_sets: &[AttributeSet {
                index: 0,
                name: "Sportello online",
                attributes: match scheme {
                    Scheme::Spid => spid_attributes(),
                    Scheme::Cie => cie_attributes(),
                },
            }],
        }
        .to_xml(&saml::new_id(&random), &key, &[])?;
        let providers = match &settings.spid_idp_metadata {
            Some(folder) => from_folder(folder)?,
            None => Vec::new(),
        };
        Ok(Self {
            scheme,
            acs_url,
            entity_id,
            key,
            metadata,
            providers: RwLock::new(providers),
            sandbox: (settings.mode == Mode::Sandbox)
                .then(|| format!("{}/{path}/metadata", settings.sandbox_url())),
        })
    }

    /// Signed metadata, as published.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    fn sso_origins(&self) -> Vec<String> {
        let known = self.known();
        let sso = known
            .iter()
            .filter_map(|p| p.sso_post.clone())
            .chain(self.sandbox.clone());
        sso.filter_map(|url| Some(url::Url::parse(&url).ok()?.origin().ascii_serialization()))
            .collect()
    }

    /// The provider with this entityID; without one the first that is known, else the sandbox's.
    pub async fn provider(
        &self,
        entity_id: Option<&str>,
    ) -> Result<Option<Arc<IdentityProvider>>, ProviderError> {
        if let Some(found) = self.find(entity_id) {
            return Ok(Some(found));
        }
        let Some(url) = &self.sandbox else {
            return Ok(None);
        };
        let found = Arc::new(fetch(url).await?);
        if let Ok(mut known) = self.providers.write() {
            known.retain(|p| p.entity_id != found.entity_id);
            known.push(found);
        }
        Ok(self.find(entity_id))
    }

    /// A provider that is already known.
    pub fn find(&self, entity_id: Option<&str>) -> Option<Arc<IdentityProvider>> {
        let known = self.known();
        match entity_id {
            Some(id) => known.iter().find(|p| p.entity_id == id).cloned(),
            None => known.first().cloned(),
        }
    }

    fn known(&self) -> Vec<Arc<IdentityProvider>> {
        self.providers
            .read()
            .map(|known| known.clone())
            .unwrap_or_default()
    }
}

/// `080 3716111` as `+390803716111`.
fn phone(text: &str) -> String {
    let digits: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    if digits.starts_with('+') {
        digits
    } else {
        format!("+39{digits}")
    }
}

fn from_folder(folder: &Path) -> Result<Vec<Arc<IdentityProvider>>, ProviderError> {
    let fault = |path: &Path, message: String| ProviderError::File {
        path: path.display().to_string(),
        message,
    };
    let entries = fs::read_dir(folder).map_err(|e| fault(folder, e.to_string()))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "xml"));
    files.sort();
    files
        .iter()
        .map(|path| {
            let xml = fs::read_to_string(path).map_err(|e| fault(path, e.to_string()))?;
            let parsed = IdentityProvider::parse(&xml).map_err(|e| fault(path, e.to_string()))?;
            Ok(Arc::new(parsed))
        })
        .collect()
}

async fn fetch(url: &str) -> Result<IdentityProvider, ProviderError> {
    let fault = |e: reqwest::Error| ProviderError::Sandbox(e.to_string());
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build()
        .map_err(fault)?;
    let response = client.get(url).send().await.map_err(fault)?;
    let xml = response
        .error_for_status()
        .map_err(fault)?
        .text()
        .await
        .map_err(fault)?;
    Ok(IdentityProvider::parse(&xml)?)
}

pub fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn key(
    scheme: Scheme,
    settings: &Settings,
    comune: &Comune,
    entity_id: &str,
    now_ms: i64,
    rng: &dyn Rng,
) -> Result<KeyPair, ProviderError> {
    let (key, certificate) = (
        settings.data_dir.join(format!("{}.key", scheme.as_str())),
        settings.data_dir.join(format!("{}.crt", scheme.as_str())),
    );
    let fault = |path: &Path, e: std::io::Error| ProviderError::File {
        path: path.display().to_string(),
        message: e.to_string(),
    };
    if key.exists() {
        let private = fs::read_to_string(&key).map_err(|e| fault(&key, e))?;
        let public = fs::read_to_string(&certificate).map_err(|e| fault(&certificate, e))?;
        return Ok(KeyPair::from_pem(&private, &public)?);
    }
    let town = &comune.comune;
    let name = format!("Comune di {}", town.nome);
    let subject = Subject {
        organization: &name,
        locality: &town.nome,
        entity_id,
        ipa_code: Some(&town.codice_ipa),
    };
    let mut serial = [0u8; 16];
    rng.fill(&mut serial);
    let pair = KeyPair::generate(&subject, instant(now_ms), serial)?;
    fs::create_dir_all(&settings.data_dir).map_err(|e| fault(&settings.data_dir, e))?;
    fs::write(&certificate, pair.certificate_pem()).map_err(|e| fault(&certificate, e))?;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&key)
        .and_then(|mut file| file.write_all(pair.private_pem().as_bytes()))
        .map_err(|e| fault(&key, e))?;
    Ok(pair)
}
