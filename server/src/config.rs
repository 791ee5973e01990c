//! Configuration: the environment says where and how, comune.toml says whose counter it is.

mod check;
mod clamd;
mod pagopa;
mod platforms;
mod production;
mod registry;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use app::api::Town;
use rules::{
    civil::Date,
    privacy::{self, Controller, Officer},
    roles::Role,
};
use serde::Deserialize;
use thiserror::Error;

use crate::catalogue::{
    streets,
    territory::{self, Territory},
};

pub use clamd::Clamd;
pub use pagopa::{PagoPa, is_taxonomy};
pub use platforms::{Endpoint, Platforms, Secret};
pub use registry::Registry;

#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("{path}: {message}")]
    File { path: String, message: String },
    #[error("{name}: {message}")]
    Value { name: &'static str, message: String },
}

/// Which keys, addresses and providers are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    Sandbox,
    Production,
}

/// The environment.
#[derive(Clone, Debug, clap::Args)]
pub struct Settings {
    #[arg(long, env = "PORT", default_value_t = 3000)]
    pub port: u16,
    #[arg(long, env = "SANDBOX_PORT", default_value_t = 3001)]
    pub sandbox_port: u16,
    #[arg(long, env = "DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// `sqlite://…` or `postgres://…`; default: `sportello.db` in DATA_DIR.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    #[arg(long, env = "MODE", default_value = "production")]
    pub mode: Mode,
    /// Folder of service definitions.
    #[arg(long, env = "CATALOGUE", default_value = "app/catalogue")]
    pub catalogue: PathBuf,
    /// Address that browsers use; default: http://localhost:PORT.
    #[arg(long, env = "BASE_URL")]
    pub base_url: Option<String>,
    /// Folder of identity-provider metadata, trusted besides the sandbox's.
    #[arg(long, env = "SPID_IDP_METADATA")]
    pub spid_idp_metadata: Option<PathBuf>,
    #[command(flatten)]
    pub registry: Registry,
    /// How many times the limits on requests are multiplied, 0 for none; default: 1, in the sandbox
    /// 100.
    #[arg(long, env = "LIMITS")]
    pub limits: Option<u32>,
    #[arg(long, env = "COMUNE", default_value = "comune.toml")]
    pub comune: PathBuf,
    /// Folder of the browser's bundle.
    #[arg(long, env = "SITE", default_value = "target/site")]
    pub site: PathBuf,
    /// The program that prints documents; default: beside this one.
    #[arg(long, env = "RENDERER")]
    pub renderer: Option<PathBuf>,
    /// Address on which it listens; behind a proxy on the same machine: 127.0.0.1.
    #[arg(long, env = "LISTEN", default_value = "0.0.0.0")]
    pub listen: IpAddr,
    /// Addresses and networks of our own proxies, separated by commas; only theirs is the header
    /// `X-Forwarded-For` believed.
    #[arg(long, env = "TRUSTED_PROXY")]
    pub trusted_proxy: Option<String>,
    /// Where /metrics is told: an address with its port, or `off`; default: 127.0.0.1, PORT + 10.
    #[arg(long, env = "METRICS_ADDR")]
    pub metrics_addr: Option<String>,
    /// PEM of the authorities whose digital signatures are believed; default, in the sandbox only:
    /// its own authority's, in DATA_DIR.
    #[arg(long, env = "SIGNATURE_TRUST")]
    pub signature_trust: Option<PathBuf>,
    /// Where the antivirus listens: `unix:/run/clamav/clamd.ctl` or `host:port`; without it files are
    /// not looked at for viruses.
    #[arg(long, env = "CLAMD")]
    pub clamd: Option<Clamd>,
    /// CSV of the town's streets, with a column ODONIMO; without it, in production, any street is
    /// taken.
    #[arg(long, env = "STREETS")]
    pub streets: Option<PathBuf>,
    /// GeoJSON of the town's border, streets and places (RFC 7946); without it, in production, there
    /// is no map, and points are typed.
    #[arg(long, env = "MAP")]
    pub map: Option<PathBuf>,
    #[command(flatten)]
    pub platforms: Platforms,
}

impl Settings {
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("sportello.db").display()))
    }

    /// comune.toml, with the town's streets among its lists, and its territory.
    pub fn comune(&self) -> Result<Comune, ConfigError> {
        let mut comune = Comune::load(&self.comune)?;
        if let Some(streets) = streets::read(self)? {
            comune.elenchi.insert(streets::LIST.to_owned(), streets);
        }
        comune.territory = territory::read(self)?.map(Arc::new);
        Ok(comune)
    }

    /// Authorities that are believed under digital signatures, PEM.
    pub fn signature_trust(&self) -> Option<PathBuf> {
        let sandbox = || self.data_dir.join("sandbox/sandbox/firma.pem");
        let made_up = (self.mode == Mode::Sandbox).then(sandbox);
        self.signature_trust.clone().or(made_up)
    }

    /// Without a trailing slash.
    pub fn base_url(&self) -> String {
        let url = self
            .base_url
            .clone()
            .unwrap_or_else(|| format!("http://localhost:{}", self.port));
        url.trim_end_matches('/').to_owned()
    }

    /// `None`: off.
    pub fn metrics_addr(&self) -> Result<Option<SocketAddr>, ConfigError> {
        match self.metrics_addr.as_deref() {
            Some("off") => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| ConfigError::Value {
                name: "METRICS_ADDR",
                message: format!("{text}: serve un indirizzo con la porta, o off"),
            }),
            None => {
                let port = self.port.wrapping_add(10);
                Ok(Some((Ipv4Addr::LOCALHOST, port).into()))
            }
        }
    }

    pub fn limits(&self) -> u32 {
        let usual = match self.mode {
            Mode::Sandbox => 100,
            Mode::Production => 1,
        };
        self.limits.unwrap_or(usual)
    }

    pub fn renderer(&self) -> PathBuf {
        let beside = || {
            let this = std::env::current_exe().unwrap_or_default();
            this.with_file_name("renderer")
        };
        self.renderer.clone().unwrap_or_else(beside)
    }

    pub fn sandbox_url(&self) -> String {
        format!("http://localhost:{}", self.sandbox_port)
    }
}

/// comune.toml: everything that says whose counter it is. Keys are Italian: municipal staff edit it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comune {
    pub comune: TownSection,
    /// By the catalogue's office id.
    #[serde(default)]
    pub uffici: BTreeMap<String, OfficeSection>,
    /// Cents, by `<slug>.<costo>` or by a name that formulas use.
    #[serde(default)]
    pub tariffe: BTreeMap<String, i64>,
    /// When a service accepts requests, by slug; a service without one follows its definition.
    #[serde(default)]
    pub finestre: BTreeMap<String, Window>,
    /// Where people book a time: by the name that `agenda` of a definition's field gives.
    #[serde(default)]
    pub agende: BTreeMap<String, Agenda>,
    /// Reference lists: code to label, in order of code.
    #[serde(default)]
    pub elenchi: BTreeMap<String, BTreeMap<String, String>>,
    /// Who works in which office, by codice fiscale.
    #[serde(default)]
    pub operatori: Vec<Operator>,
    #[serde(default)]
    pub termini: Terms,
    /// Without it nothing is collected through pagoPA.
    #[serde(default)]
    pub pagopa: Option<PagoPa>,
    /// What the privacy notices say of the town, besides its addresses.
    #[serde(default)]
    pub privacy: PrivacySection,
    /// Of the file that `MAP` names.
    #[serde(skip)]
    pub territory: Option<Arc<Territory>>,
}

/// Whatever is left empty is not told.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrivacySection {
    /// Who acts for the town as controller: "Sindaco pro tempore".
    pub rappresentante: String,
    /// Of the data protection officer, whose e-mail is `comune.responsabile_protezione_dati`.
    pub dpo_nome: String,
    pub dpo_telefono: String,
    pub dpo_pec: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TownSection {
    pub nome: String,
    pub provincia: String,
    pub belfiore: String,
    pub codice_ipa: String,
    pub codice_fiscale: String,
    pub regione: String,
    pub regione_url: String,
    pub stemma: String,
    /// `#rrggbb`; must leave 4.5:1 with white.
    pub colore: String,
    pub indirizzo: String,
    pub telefono: String,
    pub email: String,
    pub pec: String,
    pub dichiarazione_accessibilita: String,
    /// How to reach the data protection officer (GDPR art. 37).
    #[serde(default)]
    pub responsabile_protezione_dati: String,
    /// Slugs of the services that the home page shows; without them the first ones.
    #[serde(default)]
    pub servizi_in_evidenza: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeSection {
    #[serde(default)]
    pub indirizzo: String,
    #[serde(default)]
    pub orari: String,
    #[serde(default)]
    pub telefono: String,
    #[serde(default)]
    pub email: String,
}

/// Times that an office keeps for appointments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agenda {
    /// Id of the office.
    pub ufficio: String,
    /// From one time to the next, minutes.
    pub minuti: u16,
    /// People at the same time.
    pub posti: u16,
    /// How many days ahead one can book.
    pub giorni: u16,
    /// How long before the latest booking is made.
    #[serde(default)]
    pub preavviso_minuti: u16,
    /// Sundays and holidays are closed anyway.
    pub orari: Vec<OpeningHours>,
    #[serde(default)]
    pub chiusure: Vec<Date>,
}

/// The last time begins so that it ends by `alle`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    pub giorni: Vec<Weekday>,
    /// `HH:MM`.
    pub dalle: String,
    pub alle: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Lunedi = 1,
    Martedi,
    Mercoledi,
    Giovedi,
    Venerdi,
    Sabato,
}

/// `dal` and `al` as `MM-GG` (every year) or `AAAA-MM-GG`, both included.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub dal: String,
    pub al: String,
    /// Why it is closed outside, in words.
    #[serde(default)]
    pub motivo: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    pub codice_fiscale: String,
    #[serde(default)]
    pub uffici: Vec<String>,
    /// What she is there; a role for the town needs no office.
    #[serde(default = "head")]
    pub ruoli: Vec<Role>,
    /// Gives roles, sees what is delivered for all offices, and may have it sent again.
    #[serde(default)]
    pub amministratore: bool,
}

/// In a small town who works for an office does all of its work.
fn head() -> Vec<Role> {
    vec![Role::Head]
}

/// Choices of the regulation, with the usual values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// Days without a save after which a draft is deleted.
    pub bozza_giorni: i64,
    /// Longest session, minutes.
    pub sessione_minuti: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            bozza_giorni: 90,
            sessione_minuti: 120,
        }
    }
}

impl Comune {
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let file = || path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| ConfigError::File {
            path: file(),
            message: e.to_string(),
        })?;
        toml::from_str(&text).map_err(|e| ConfigError::File {
            path: file(),
            message: e.to_string(),
        })
    }

    /// What every privacy notice says of the town.
    pub fn privacy(&self) -> privacy::Town {
        let (town, privacy) = (&self.comune, &self.privacy);
        privacy::Town {
            controller: Controller {
                name: format!("Comune di {}", town.nome),
                represented_by: privacy.rappresentante.clone(),
                fiscal_code: town.codice_fiscale.clone(),
                address: town.indirizzo.clone(),
                phone: town.telefono.clone(),
                email: town.email.clone(),
                pec: town.pec.clone(),
            },
            officer: Officer {
                name: privacy.dpo_nome.clone(),
                email: town.responsabile_protezione_dati.clone(),
                phone: privacy.dpo_telefono.clone(),
                pec: privacy.dpo_pec.clone(),
            },
            draft_days: self.termini.bozza_giorni,
            collects: self.pagopa.is_some(),
        }
    }

    pub fn town(&self) -> Town {
        let c = &self.comune;
        Town {
            name: c.nome.clone(),
            region: c.regione.clone(),
            region_url: c.regione_url.clone(),
            crest: c.stemma.clone(),
            colour: c.colore.clone(),
            address: c.indirizzo.clone(),
            phone: c.telefono.clone(),
            email: c.email.clone(),
            pec: c.pec.clone(),
            fiscal_code: c.codice_fiscale.clone(),
            accessibility_url: c.dichiarazione_accessibilita.clone(),
            dpo: c.responsabile_protezione_dati.clone(),
        }
    }
}

impl Window {
    pub fn contains(&self, day: Date) -> bool {
        let text = day.to_string();
        // `AAAA-MM-GG` compares whole; `MM-GG` every year, also across the new year.
        let key = if self.dal.len() == 10 {
            text.as_str()
        } else {
            &text[5..]
        };
        let (from, to) = (self.dal.as_str(), self.al.as_str());
        if from <= to {
            from <= key && key <= to
        } else {
            key >= from || key <= to
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_may_cross_the_new_year() {
        let window = |dal: &str, al: &str| Window {
            dal: dal.into(),
            al: al.into(),
            motivo: None,
        };
        let day = |text| Date::parse_iso(text).unwrap();
        assert!(window("04-01", "05-31").contains(day("2026-04-01")));
        assert!(!window("04-01", "05-31").contains(day("2026-06-01")));
        assert!(window("11-15", "01-10").contains(day("2027-01-10")));
        assert!(!window("11-15", "01-10").contains(day("2026-11-14")));
        assert!(!window("2026-01-01", "2026-02-01").contains(day("2027-01-15")));
    }
}
