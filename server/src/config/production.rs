//! What the environment may not say; in production also what is unsafe. All of it is told at
//! once, each with the way out.

use std::{
    net::IpAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use saml::IdentityProvider;
use url::{Host, Url};

use super::{Comune, ConfigError, Mode, Settings};
use crate::signing;

/// pagoPA's example account: what is paid there reaches nobody.
const EXAMPLE_IBAN: &str = "IT60X0542811101000000123456";
/// Where declarations of accessibility are published, without the comune's own.
const ACCESSIBILITY_FORM: &str = "https://form.agid.gov.it";

/// Where anybody may be anybody.
const DEMO: &str = "demo.spid.gov.it";

impl Settings {
    /// Every fault as `NAME: what is wrong`; with one the counter does not start.
    pub fn faults(&self, comune: &Comune) -> Vec<String> {
        let mut faults: Vec<String> = self.platform_faults().iter().map(told).collect();
        faults.extend(self.metrics_addr().as_ref().err().map(told));
        faults.extend(self.trusted_proxies().as_ref().err().map(told));
        faults.extend(self.registry_fault());
        if self.mode == Mode::Production {
            faults.extend(self.base_url_fault());
            faults.extend(self.signature_trust.as_deref().and_then(signing::fault));
            faults.extend(self.remote_faults());
            faults.extend(folder_fault(&self.data_dir));
            faults.extend(self.open_faults());
            faults.extend(self.provider_faults());
            let file = self.comune.display();
            let unreal = placeholders(comune).into_iter();
            faults.extend(unreal.map(|fault| format!("{file}: {fault}")));
        }
        faults
    }

    /// What may be meant so in production, or be forgotten.
    pub fn notes(&self) -> Vec<&'static str> {
        let mut notes = Vec::new();
        let production = self.mode == Mode::Production;
        let registry = &self.registry;
        let listed = registry.spid_registry_url.is_some();
        if production && self.spid_idp_metadata.is_none() && !listed {
            notes.push("SPID_IDP_METADATA e SPID_REGISTRY_URL: mancano, nessuno può entrare.");
        }
        if production && self.signature_trust.is_none() {
            notes.push(
                "SIGNATURE_TRUST: manca, i servizi che chiedono la firma digitale non si possono inviare.",
            );
        }
        if production && self.clamd.is_none() {
            notes.push("CLAMD: manca, nei file che arrivano non si cercano virus.");
        }
        if production && self.streets.is_none() {
            notes.push("STREETS: manca, le vie scritte nei moduli non si controllano.");
        }
        if production && self.map.is_none() {
            notes.push("MAP: manca, i punti si scrivono in gradi e non si scelgono sulla mappa.");
        }
        if production && (self.limits() == 0 || self.limits() > 10) {
            notes.push("LIMITS: così chi prova e riprova non trova quasi limiti.");
        }
        if self.mode == Mode::Production && self.trusted_proxy.is_none() {
            notes.push(
                "TRUSTED_PROXY: manca, ognuno ha l'indirizzo del proxy: nel registro, e per i limiti.",
            );
        }
        notes
    }

    /// Networks whose `X-Forwarded-For` is believed.
    pub fn trusted_proxies(&self) -> Result<Vec<IpNet>, ConfigError> {
        let text = self.trusted_proxy.as_deref().unwrap_or_default();
        let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
        parts.map(network).collect()
    }

    fn base_url_fault(&self) -> Option<String> {
        let Some(text) = &self.base_url else {
            return Some(
                "BASE_URL: manca; in produzione è l'indirizzo pubblico, come https://sportello.comune.it"
                    .to_owned(),
            );
        };
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => return Some(format!("BASE_URL: {text}: {error}")),
        };
        if url.scheme() != "https" {
            return Some(format!(
                "BASE_URL: {text}: in produzione serve https; il certificato sta nel proxy (server/deploy)"
            ));
        }
        is_local(&url).then(|| {
            format!("BASE_URL: {text}: è questa macchina; serve l'indirizzo che usano i cittadini")
        })
    }

    /// Platforms that are this machine. (A mail server may be.)
    fn remote_faults(&self) -> Vec<String> {
        let platforms = [
            ("IO_URL", self.io()),
            ("GPD_URL", self.gpd()),
            ("CHECKOUT_URL", self.checkout()),
            ("RECEIPTS_URL", self.receipts()),
        ];
        let local = |url: &str| Url::parse(url).is_ok_and(|url| is_local(&url));
        platforms
            .into_iter()
            .filter_map(|(name, endpoint)| Some((name, endpoint?.url)))
            .filter(|(_, url)| local(url))
            .map(|(name, url)| {
                format!(
                    "{name}: {url}: è questa macchina; togli {name}: vale l'indirizzo ufficiale"
                )
            })
            .collect()
    }

    /// What would believe or tell everybody.
    fn open_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let trusted = self.trusted_proxies().unwrap_or_default();
        if trusted.iter().any(|network| network.prefix_len() == 0) {
            faults.push(
                "TRUSTED_PROXY: così si crede a chiunque; scrivi solo gli indirizzi del proxy, come 127.0.0.1"
                    .to_owned(),
            );
        }
        if let Ok(Some(address)) = self.metrics_addr()
            && !is_inside(address.ip())
        {
            faults.push(format!(
                "METRICS_ADDR: {address}: si leggerebbe da fuori; serve un indirizzo della rete interna, o off"
            ));
        }
        faults
    }

    /// A list that nobody could verify, or a certificate of nothing.
    fn registry_fault(&self) -> Option<String> {
        let (url, path) = match (
            &self.registry.spid_registry_url,
            &self.registry.spid_registry_cert,
        ) {
            (None, None) => return None,
            (Some(url), Some(path)) => (url, path),
            (Some(_), None) => {
                return Some(
                    "SPID_REGISTRY_CERT: manca il certificato che firma l'elenco di SPID_REGISTRY_URL"
                        .to_owned(),
                );
            }
            (None, Some(_)) => {
                return Some("SPID_REGISTRY_URL: manca l'indirizzo dell'elenco".to_owned());
            }
        };
        let pem = std::fs::read_to_string(path).map_err(|e| e.to_string());
        let read = pem.and_then(|pem| saml::keys::certificates(&pem).map_err(|e| e.to_string()));
        if let Err(error) = read {
            return Some(format!("SPID_REGISTRY_CERT: {}: {error}", path.display()));
        }
        let safe = Url::parse(url).is_ok_and(|url| url.scheme() == "https" && !is_local(&url));
        (self.mode == Mode::Production && !safe).then(|| {
            format!(
                "SPID_REGISTRY_URL: {url}: in produzione serve l'indirizzo https della federazione"
            )
        })
    }

    /// Identity providers that are no real ones.
    fn provider_faults(&self) -> Vec<String> {
        let Some(folder) = &self.spid_idp_metadata else {
            return Vec::new();
        };
        // What cannot be read is told when the keys are opened.
        let files = std::fs::read_dir(folder).into_iter().flatten();
        let files = files.filter_map(|entry| Some(entry.ok()?.path()));
        files.filter_map(|path| provider_fault(&path)).collect()
    }
}

fn told(error: &ConfigError) -> String {
    error.to_string()
}

fn network(text: &str) -> Result<IpNet, ConfigError> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    let parsed = text.parse().or_else(|_| address());
    parsed.map_err(|_| ConfigError::Value {
        name: "TRUSTED_PROXY",
        message: format!("{text}: serve un indirizzo o una rete, come 10.0.0.0/24"),
    })
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unspecified(),
        None => true,
    }
}

/// This machine, or a private network.
fn is_inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

fn folder_fault(folder: &Path) -> Option<String> {
    // One that is not there is made for its owner only.
    let mode = std::fs::metadata(folder).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        let folder = folder.display();
        format!("DATA_DIR: {folder}: altri possono entrarci ({mode:o}); chmod 700 {folder}")
    })
}

fn provider_fault(path: &PathBuf) -> Option<String> {
    let provider = IdentityProvider::parse(&std::fs::read_to_string(path).ok()?).ok()?;
    let real = |text: &str| {
        let url = Url::parse(text);
        url.is_ok_and(|u| u.scheme() == "https" && !is_local(&u) && u.domain() != Some(DEMO))
    };
    let addresses = [&provider.sso_post, &provider.sso_redirect];
    let addresses = addresses
        .into_iter()
        .filter_map(|address| address.as_deref());
    let all = addresses.chain([provider.entity_id.as_str()]);
    let mut unreal = all.filter(|address| !real(address));
    let address = unreal.next()?;
    let file = path.display();
    Some(format!(
        "SPID_IDP_METADATA: {file}: {address} non è un gestore di identità vero; togli il file"
    ))
}

/// Values of comune.toml that stand for something else.
fn placeholders(comune: &Comune) -> Vec<String> {
    let town = &comune.comune;
    let mut contacts = vec![
        ("comune.email".to_owned(), &town.email),
        ("comune.pec".to_owned(), &town.pec),
        ("comune.telefono".to_owned(), &town.telefono),
        ("comune.indirizzo".to_owned(), &town.indirizzo),
    ];
    for (id, office) in &comune.uffici {
        contacts.push((format!("uffici.{id}.email"), &office.email));
        contacts.push((format!("uffici.{id}.telefono"), &office.telefono));
    }
    let mut faults = Vec::new();
    for (key, value) in contacts {
        if value.trim().is_empty() {
            faults.push(format!("{key}: manca; i cittadini ne hanno bisogno"));
        } else if value.contains("example") {
            faults.push(format!("{key}: {value}: è un esempio; scrivi quello vero"));
        }
    }
    let form = town.dichiarazione_accessibilita.trim_end_matches('/');
    if form == ACCESSIBILITY_FORM {
        faults.push(
            "comune.dichiarazione_accessibilita: manca quella del Comune; scrivi l'indirizzo intero"
                .to_owned(),
        );
    }
    if comune
        .pagopa
        .as_ref()
        .is_some_and(|p| p.iban == EXAMPLE_IBAN)
    {
        faults.push("pagopa.iban: è il conto di esempio; scrivi quello della tesoreria".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::testing;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        settings: Settings,
    }

    /// A production counter with nothing wrong, and then these.
    fn settings(change: &[&str]) -> Settings {
        let data_dir = testing::folder();
        std::fs::set_permissions(&data_dir, PermissionsExt::from_mode(0o700)).unwrap();
        let data_dir = data_dir.display().to_string();
        let usual = [
            ("--base-url", "https://sportello.comune.bitonto.ba.it"),
            ("--trusted-proxy", "127.0.0.1"),
            ("--data-dir", &data_dir),
        ];
        let mut arguments = vec!["server", "--mode", "production"];
        for (name, value) in usual {
            if !change.contains(&name) {
                arguments.extend([name, value]);
            }
        }
        let given = change.chunks(2).filter(|pair| pair[1] != "none");
        arguments.extend(given.flatten());
        Cli::try_parse_from(arguments).unwrap().settings
    }

    fn comune() -> Comune {
        let mut comune = Comune::load(&testing::settings().comune).unwrap();
        let town = &mut comune.comune;
        town.email = "urp@comune.bitonto.ba.it".into();
        town.pec = "protocollo@pec.comune.bitonto.ba.it".into();
        town.dichiarazione_accessibilita = "https://form.agid.gov.it/view/1".into();
        for office in comune.uffici.values_mut() {
            office.email = "ufficio@comune.bitonto.ba.it".into();
        }
        comune.pagopa.as_mut().unwrap().iban = "IT40S0542811101000000123456".into();
        comune
    }

    #[test]
    fn a_safe_production_has_no_fault() {
        assert_eq!(settings(&[]).faults(&comune()), Vec::<String>::new());
    }

    #[test]
    fn each_unsafe_setting_is_named_with_the_way_out() {
        let open = testing::folder();
        std::fs::set_permissions(&open, PermissionsExt::from_mode(0o755)).unwrap();
        let open = open.display().to_string();
        let wrong: [(&str, &[&str], &str); 16] = [
            ("BASE_URL", &["--base-url", "none"], "indirizzo pubblico"),
            (
                "BASE_URL",
                &["--base-url", "http://sportello.it"],
                "serve https",
            ),
            (
                "BASE_URL",
                &["--base-url", "https://localhost"],
                "cittadini",
            ),
            (
                "BASE_URL",
                &["--base-url", "https://127.0.0.1"],
                "cittadini",
            ),
            ("IO_API_KEY", &["--io-api-key", "sandbox-io"], "sandbox"),
            ("GPD_API_KEY", &["--gpd-api-key", "sandbox-gpd"], "sandbox"),
            (
                "CHECKOUT_API_KEY",
                &["--checkout-api-key", "sandbox-c"],
                "sandbox",
            ),
            (
                "RECEIPTS_API_KEY",
                &["--receipts-api-key", "sandbox-r"],
                "sandbox",
            ),
            (
                "IO_URL",
                &["--io-url", "http://io.it", "--io-api-key", "k"],
                "https",
            ),
            (
                "GPD_URL",
                &["--gpd-url", "https://localhost:1", "--gpd-api-key", "k"],
                "togli",
            ),
            ("SMTP_URL", &["--smtp-url", "smtp://mail.it"], "smtps://"),
            ("DATA_DIR", &["--data-dir", &open], "chmod 700"),
            (
                "TRUSTED_PROXY",
                &["--trusted-proxy", "0.0.0.0/0"],
                "indirizzi del proxy",
            ),
            ("TRUSTED_PROXY", &["--trusted-proxy", "proxy"], "una rete"),
            (
                "METRICS_ADDR",
                &["--metrics-addr", "0.0.0.0:9000"],
                "rete interna",
            ),
            ("METRICS_ADDR", &["--metrics-addr", "9000"], "con la porta"),
        ];
        for (name, change, way_out) in wrong {
            let faults = settings(change).faults(&comune());
            let [fault] = &faults[..] else {
                panic!("{change:?}: {faults:?}");
            };
            assert!(fault.starts_with(&format!("{name}: ")), "{fault}");
            assert!(fault.contains(way_out), "{fault}");
        }
    }

    #[test]
    fn what_stands_for_something_else_is_named() {
        type Slip = fn(&mut Comune);
        let wrong: [(&str, Slip); 7] = [
            ("comune.email", |c| c.comune.email = "urp@example.it".into()),
            ("comune.pec", |c| c.comune.pec = "p@pec.example.it".into()),
            ("comune.telefono", |c| c.comune.telefono.clear()),
            ("uffici.tributi.email", |c| {
                c.uffici.get_mut("tributi").unwrap().email = "t@example.it".into();
            }),
            ("uffici.tributi.telefono", |c| {
                c.uffici.get_mut("tributi").unwrap().telefono.clear();
            }),
            ("comune.dichiarazione_accessibilita", |c| {
                c.comune.dichiarazione_accessibilita = "https://form.agid.gov.it/".into();
            }),
            ("pagopa.iban", |c| {
                c.pagopa.as_mut().unwrap().iban = EXAMPLE_IBAN.into();
            }),
        ];
        for (key, change) in wrong {
            let mut comune = comune();
            change(&mut comune);
            let faults = settings(&[]).faults(&comune);
            assert_eq!(faults.len(), 1, "{key}: {faults:?}");
            assert!(faults[0].contains(&format!(": {key}: ")), "{}", faults[0]);
        }
    }

    #[test]
    fn a_provider_of_the_sandbox_is_refused() {
        let subject = saml::keys::Subject {
            organization: "Prova",
            locality: "Bitonto",
            entity_id: "https://sportello.it",
            ipa_code: None,
        };
        let now = jiff::Timestamp::from_millisecond(testing::NOW).unwrap();
        let key = saml::KeyPair::generate(&subject, now, [1; 16]).unwrap();
        for (entity_id, good) in [
            ("https://identita.gestore.it", true),
            ("http://localhost:3001/spid", false),
            ("https://localhost/spid", false),
            ("https://demo.spid.gov.it", false),
        ] {
            let provider = saml::metadata::IdentityProviderDraft {
                bindings: &[saml::logout::Binding::Post],
                entity_id,
                display_name: "Prova",
                sso_url: &format!("{entity_id}/sso"),
                slo_url: None,
            };
            let folder = testing::folder();
            let xml = provider.to_xml("_1", &key).unwrap();
            std::fs::write(folder.join("prova.xml"), xml).unwrap();
            let folder = folder.display().to_string();
            let faults = settings(&["--spid-idp-metadata", &folder]).faults(&comune());
            assert_eq!(faults.is_empty(), good, "{entity_id}: {faults:?}");
            assert!(faults.iter().all(|f| f.contains("prova.xml")), "{faults:?}");
        }
    }

    #[test]
    fn the_sandbox_may_do_what_production_may_not() {
        let settings = testing::settings();
        let comune = Comune::load(&settings.comune).unwrap();
        assert_eq!(settings.faults(&comune), Vec::<String>::new());
    }
}
