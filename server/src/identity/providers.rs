//! The identity providers that we trust: from files, from the federation's signed list, and, in
//! the sandbox, its own. All of them are read again every day: providers change their keys.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use saml::{IdentityProvider, Scheme, keys};
use url::Url;

use super::ProviderError;
use crate::{
    config::{Mode, Settings},
    remote,
};

/// Most bytes of a list: the real one has some 200 KB.
const LIST_BYTES: usize = 2 << 20;

/// Which button a provider stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Spid,
    Cie,
    /// The Italian node: to SPID one more provider, whose people come from other countries.
    Eidas,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Spid => "SPID",
            Kind::Cie => "CIE",
            Kind::Eidas => "eIDAS",
        }
    }
}

/// A provider as the login page names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub entity_id: String,
    pub name: String,
    pub kind: Kind,
}

/// The providers of one federation.
pub struct Providers {
    scheme: Scheme,
    is_sandbox: bool,
    folder: Option<PathBuf>,
    list: Option<FederationList>,
    /// What the sandbox answers for, whether or not it runs yet.
    sandbox: Vec<Listed>,
    known: RwLock<Known>,
}

#[derive(Clone, Default)]
struct Known {
    /// By the files' names.
    files: Vec<Arc<IdentityProvider>>,
    list: Vec<Arc<IdentityProvider>>,
    sandbox: Vec<Arc<IdentityProvider>>,
}

impl Known {
    fn all(&self) -> impl Iterator<Item = &Arc<IdentityProvider>> {
        self.files.iter().chain(&self.list).chain(&self.sandbox)
    }
}

/// What the federation publishes about its members, signed as a whole.
struct FederationList {
    url: String,
    certificates: Vec<Vec<u8>>,
    /// The last good one, for a start without network.
    copy: PathBuf,
}

impl Providers {
    pub fn open(scheme: Scheme, settings: &Settings) -> Result<Self, ProviderError> {
        let is_sandbox = settings.mode == Mode::Sandbox;
        let providers = Self {
            scheme,
            is_sandbox,
            folder: settings.spid_idp_metadata.clone(),
            list: FederationList::of(scheme, settings)?,
            sandbox: match is_sandbox {
                true => of_sandbox(scheme, &settings.sandbox_url()),
                false => Vec::new(),
            },
            known: RwLock::default(),
        };
        let files = providers.read_folder()?;
        let copied = providers.list.as_ref().and_then(FederationList::copied);
        providers.change(|known| {
            known.files = files;
            known.list = copied.unwrap_or_default();
        });
        Ok(providers)
    }

    /// The provider with this entityID. Without one: the first file, else the sandbox's.
    pub async fn get(
        &self,
        entity_id: Option<&str>,
    ) -> Result<Option<Arc<IdentityProvider>>, ProviderError> {
        if let Some(found) = self.find(entity_id) {
            return Ok(Some(found));
        }
        let wanted = match entity_id {
            Some(id) => self.sandbox.iter().find(|listed| listed.entity_id == id),
            None => self.sandbox.first(),
        };
        let Some(wanted) = wanted else {
            return Ok(None);
        };
        let xml = fetch(&format!("{}/metadata", wanted.entity_id)).await?;
        let found = Arc::new(IdentityProvider::parse(&xml)?);
        self.change(|known| {
            known.sandbox.retain(|p| p.entity_id != found.entity_id);
            known.sandbox.push(found.clone());
        });
        Ok(self.find(Some(&wanted.entity_id)))
    }

    /// A provider that is already known.
    pub fn find(&self, entity_id: Option<&str>) -> Option<Arc<IdentityProvider>> {
        let known = self.known();
        if let Some(id) = entity_id {
            return known.all().find(|p| p.entity_id == id).cloned();
        }
        let own = |p: &&Arc<IdentityProvider>| self.kind(&p.entity_id) == self.usual();
        let first = known.files.iter().find(own);
        if self.is_sandbox {
            let other = known.files.first();
            let sandbox = self.sandbox.first();
            let sandbox = || {
                known
                    .sandbox
                    .iter()
                    .find(|p| Some(&p.entity_id) == sandbox.map(|s| &s.entity_id))
            };
            return first.or(other).or_else(sandbox).cloned();
        }
        first.or_else(|| known.list.iter().find(own)).cloned()
    }

    /// For the login page, each once, by name.
    pub fn listed(&self) -> Vec<Listed> {
        let known = self.known();
        let known = known.all().map(|p| Listed {
            entity_id: p.entity_id.clone(),
            name: p.display_name.clone(),
            kind: self.kind(&p.entity_id),
        });
        let mut all: Vec<Listed> = known.chain(self.sandbox.clone()).collect();
        all.sort_by(|a, b| (&a.name, &a.entity_id).cmp(&(&b.name, &b.entity_id)));
        let mut seen = std::collections::HashSet::new();
        all.retain(|listed| seen.insert(listed.entity_id.clone()));
        all
    }

    pub fn kind(&self, entity_id: &str) -> Kind {
        let sandbox = self.sandbox.iter().find(|s| s.entity_id == entity_id);
        sandbox.map_or_else(|| kind(entity_id), |listed| listed.kind)
    }

    fn usual(&self) -> Kind {
        match self.scheme {
            Scheme::Spid => Kind::Spid,
            Scheme::Cie => Kind::Cie,
        }
    }

    /// Where browsers are sent, as origins.
    pub fn origins(&self) -> Vec<String> {
        let known = self.known();
        let addresses = known.all().flat_map(|p| {
            let each = [&p.sso_post, &p.sso_redirect, &p.slo_post, &p.slo_redirect];
            each.into_iter().flatten().cloned().collect::<Vec<_>>()
        });
        let sandbox = self.sandbox.iter().map(|listed| listed.entity_id.clone());
        addresses
            .chain(sandbox)
            .filter_map(|url| Some(Url::parse(&url).ok()?.origin().ascii_serialization()))
            .collect()
    }

    /// Reads files and list again. What cannot be read leaves what was known; it is told.
    pub async fn refresh(&self) -> Vec<ProviderError> {
        let mut faults = Vec::new();
        match self.read_folder() {
            Ok(files) => self.change(|known| known.files = files),
            Err(error) => faults.push(error),
        }
        if let Some(list) = &self.list {
            match list.fetch().await {
                Ok(members) => self.change(|known| known.list = members),
                Err(error) => faults.push(error),
            }
        }
        // The sandbox's are asked for again when somebody needs them.
        self.change(|known| known.sandbox.clear());
        faults
    }

    fn known(&self) -> Known {
        let known = self.known.read();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Known)) {
        let known = self.known.write();
        change(&mut known.unwrap_or_else(PoisonError::into_inner));
    }

    fn read_folder(&self) -> Result<Vec<Arc<IdentityProvider>>, ProviderError> {
        let Some(folder) = &self.folder else {
            return Ok(Vec::new());
        };
        let entries = fs::read_dir(folder).map_err(|e| fault(folder, &e))?;
        let mut files: Vec<_> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        files.retain(|path| path.extension().is_some_and(|e| e == "xml"));
        files.sort();
        let read = |path: &PathBuf| {
            let xml = fs::read_to_string(path).map_err(|e| fault(path, &e))?;
            let parsed = IdentityProvider::parse(&xml).map_err(|e| fault(path, &e))?;
            Ok(Arc::new(parsed))
        };
        files.iter().map(read).collect()
    }
}

impl FederationList {
    /// CIE has one provider, in a file; SPID publishes a list.
    fn of(scheme: Scheme, settings: &Settings) -> Result<Option<Self>, ProviderError> {
        let registry = &settings.registry;
        let (Scheme::Spid, Some(url), Some(path)) = (
            scheme,
            &registry.spid_registry_url,
            &registry.spid_registry_cert,
        ) else {
            return Ok(None);
        };
        let pem = fs::read_to_string(path).map_err(|e| fault(path, &e))?;
        Ok(Some(Self {
            url: url.clone(),
            certificates: keys::certificates(&pem).map_err(|e| fault(path, &e))?,
            copy: settings.data_dir.join("spid-registry.xml"),
        }))
    }

    fn members(&self, xml: &str) -> Result<Vec<Arc<IdentityProvider>>, saml::Error> {
        let members = IdentityProvider::parse_list(xml, &self.certificates)?;
        Ok(members.into_iter().map(Arc::new).collect())
    }

    /// The copy was verified when it came, and is again: it lies on a disk.
    fn copied(&self) -> Option<Vec<Arc<IdentityProvider>>> {
        let xml = fs::read_to_string(&self.copy).ok()?;
        self.members(&xml).ok()
    }

    async fn fetch(&self) -> Result<Vec<Arc<IdentityProvider>>, ProviderError> {
        let xml = fetch(&self.url).await?;
        let members = self.members(&xml)?;
        let write = || {
            let folder = self.copy.parent().unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            std::io::Write::write_all(&mut file, xml.as_bytes())?;
            file.persist(&self.copy).map_err(|e| e.error)
        };
        write().map_err(|e| fault(&self.copy, &e))?;
        Ok(members)
    }
}

/// Who a real provider is: CIE and the eIDAS node have one address each, in two environments.
fn kind(entity_id: &str) -> Kind {
    let host = Url::parse(entity_id).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
    let within = |domain: &str| {
        let rest = host.strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if within("servizicie.interno.gov.it") {
        Kind::Cie
    } else if within("eid.gov.it") {
        Kind::Eidas
    } else {
        Kind::Spid
    }
}

fn of_sandbox(scheme: Scheme, url: &str) -> Vec<Listed> {
    let listed = |path: &str, name: &str, kind| Listed {
        entity_id: format!("{url}/{path}"),
        name: name.to_owned(),
        kind,
    };
    match scheme {
        Scheme::Spid => vec![
            listed("spid", "SPID di prova", Kind::Spid),
            listed("eidas", "eIDAS di prova", Kind::Eidas),
        ],
        Scheme::Cie => vec![listed("cie", "CIE di prova", Kind::Cie)],
    }
}

fn fault(path: &Path, error: &dyn std::fmt::Display) -> ProviderError {
    ProviderError::File {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

/// The text at this address, which is no personal one.
async fn fetch(url: &str) -> Result<String, ProviderError> {
    let fault = |message: String| ProviderError::Unreachable {
        url: url.to_owned(),
        message,
    };
    let client = remote::client().map_err(|e| fault(e.to_string()))?;
    let response = client.get(url).send().await;
    let response = response.and_then(reqwest::Response::error_for_status);
    let mut response = response.map_err(|e| fault(e.without_url().to_string()))?;
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|e| fault(e.without_url().to_string()))?
    {
        body.extend_from_slice(&chunk);
        if body.len() > LIST_BYTES {
            return Err(fault("too large".to_owned()));
        }
    }
    String::from_utf8(body).map_err(|_| fault("not UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_providers_are_told_apart_by_their_address() {
        for (entity_id, wanted) in [
            ("https://posteid.poste.it", Kind::Spid),
            (
                "https://idserver.servizicie.interno.gov.it/idp/profile/SAML2/POST/SSO",
                Kind::Cie,
            ),
            (
                "https://preproduzione.idserver.servizicie.interno.gov.it/idp",
                Kind::Cie,
            ),
            ("https://sp-proxy.eid.gov.it/spproxy/idpit", Kind::Eidas),
            ("https://sp-proxy.pre.eid.gov.it/spproxy/idpit", Kind::Eidas),
            ("https://falso-eid.gov.it", Kind::Spid),
            ("https://eid.gov.it.example.com", Kind::Spid),
            ("niente", Kind::Spid),
        ] {
            assert_eq!(kind(entity_id), wanted, "{entity_id}");
        }
    }
}
