//! Our side of SAML, a federation each: entityID, keys, metadata, and the providers we trust.

use std::{path::PathBuf, sync::Arc};

use jiff::Timestamp;
use saml::{
    IdentityProvider, Scheme,
    metadata::{
        AttributeSet, Body, EIDAS_MINIMUM, ServiceProviderDraft, cie_attributes, eidas_sets,
        spid_attributes,
    },
};
use thiserror::Error;

use super::{
    keys::{self, Keys},
    providers::{Kind, Listed, Providers},
};
use crate::{
    clock::Rng,
    config::{Comune, Settings},
};

#[derive(Debug, Error)]
pub enum ProviderError {
    #[error("SAML: {0}")]
    Saml(#[from] saml::Error),
    #[error("{path}: {message}")]
    File { path: String, message: String },
    #[error("{0}: manca; la crea «server spid-keys»")]
    NoKey(PathBuf),
    #[error("{0}: c'è già; «server spid-keys switch» la usa, «drop» la toglie")]
    KeyThere(PathBuf),
    #[error(
        "{path}: è il certificato di «{owner}», non di {entity_id}; in produzione serve una chiave nata per questo indirizzo: «server spid-keys»"
    )]
    KeyOfAnother {
        path: PathBuf,
        owner: String,
        entity_id: String,
    },
    #[error("{url} does not answer: {message}")]
    Unreachable { url: String, message: String },
}

/// The counter towards both federations: each has its own entityID, keys, metadata and providers.
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

    /// What kind of identity this provider attests.
    pub fn kind(&self, entity_id: &str) -> Kind {
        match self.cie.providers.kind(entity_id) {
            Kind::Cie => Kind::Cie,
            Kind::Spid | Kind::Eidas => self.spid.providers.kind(entity_id),
        }
    }

    /// Origins that our forms may lead to (CSP `form-action`).
    pub fn origins(&self) -> Vec<String> {
        let mut origins = [self.spid.providers.origins(), self.cie.providers.origins()].concat();
        origins.sort();
        origins.dedup();
        origins
    }

    /// Reads all providers again; what could not be read is in the log, and what was known stays.
    /// Whether all could.
    pub async fn refresh(&self) -> bool {
        let mut whole = true;
        for sp in [&self.spid, &self.cie] {
            let faults = sp.providers.refresh().await;
            whole &= faults.is_empty();
            for fault in &faults {
                tracing::error!(error.cause = %fault, saml.scheme = sp.scheme.as_str(), "identity providers not read again");
            }
            let known = sp.providers.listed().len();
            tracing::info!(
                saml.scheme = sp.scheme.as_str(),
                saml.providers = known,
                "identity providers read"
            );
        }
        whole
    }
}

/// The counter as a service provider of one federation.
pub struct ServiceProvider {
    pub scheme: Scheme,
    pub entity_id: String,
    pub acs_url: String,
    pub slo_url: String,
    pub keys: Keys,
    metadata: String,
    pub providers: Providers,
}

impl ServiceProvider {
    fn open(
        scheme: Scheme,
        settings: &Settings,
        comune: &Comune,
        now_ms: i64,
        rng: &dyn Rng,
    ) -> Result<Self, ProviderError> {
        let address = |end: &str| format!("{}/{}/{end}", settings.base_url(), scheme.as_str());
        let mut service_provider = Self {
            scheme,
            entity_id: keys::entity_id(scheme, settings),
            acs_url: address("acs"),
            slo_url: address("slo"),
            keys: Keys::open(scheme, settings, comune, now_ms, rng)?,
            metadata: String::new(),
            providers: Providers::open(scheme, settings)?,
        };
        let mut random = [0u8; 20];
        rng.fill(&mut random);
        let id = saml::new_id(&random);
        service_provider.metadata = service_provider.describe(&id, settings, comune)?;
        Ok(service_provider)
    }

    fn describe(
        &self,
        id: &str,
        settings: &Settings,
        comune: &Comune,
    ) -> Result<String, ProviderError> {
        let town = &comune.comune;
        let name = format!("Comune di {}", town.nome);
        let mut sets = vec![AttributeSet {
            index: 0,
            name: "Sportello online",
            attributes: match self.scheme {
                Scheme::Spid => spid_attributes(),
                Scheme::Cie => cie_attributes(),
            },
        }];
        if self.scheme == Scheme::Spid {
            sets.extend(eidas_sets());
        }
        let draft = ServiceProviderDraft {
            scheme: self.scheme,
            entity_id: &self.entity_id,
            acs_url: &self.acs_url,
            slo_url: &self.slo_url,
            body: Body {
                name: &name,
                url: &settings.base_url(),
                ipa_code: &town.codice_ipa,
                municipality: &town.belfiore,
                email: &town.email,
                phone: Some(&phone(&town.telefono)),
            },
            attribute_sets: &sets,
        };
        let also: Vec<_> = self.keys.second.iter().collect();
        Ok(draft.to_xml(id, &self.keys.signing, &also)?)
    }

    /// Signed metadata, as published.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// What is asked of this provider: the index in our metadata.
    pub fn attribute_index(&self, provider: &IdentityProvider) -> u16 {
        match self.providers.kind(&provider.entity_id) {
            Kind::Eidas => EIDAS_MINIMUM,
            Kind::Spid | Kind::Cie => 0,
        }
    }

    pub async fn provider(
        &self,
        entity_id: Option<&str>,
    ) -> Result<Option<Arc<IdentityProvider>>, ProviderError> {
        self.providers.get(entity_id).await
    }

    pub fn find(&self, entity_id: Option<&str>) -> Option<Arc<IdentityProvider>> {
        self.providers.find(entity_id)
    }

    pub fn listed(&self) -> Vec<Listed> {
        self.providers.listed()
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

pub fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}
