//! What the whole program shares, and who asks.

use std::{collections::BTreeMap, sync::Arc};

use app::{
    api::{Frame, OfficeCard, User},
    document::Assets,
};
use ipnet::IpNet;
use rules::{
    catalogue::Office,
    civil::Date,
    roles::{Held, Operation, Place, Scope},
    t,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    catalogue::Catalogue,
    changes,
    clock::{Clock, Rng, new_id, rome_day},
    config::{Comune, Mode, Settings},
    events::{CaseChanged, Hub},
    files::FileStore,
    http::{Anybodys, Limits, Probe},
    identity::ServiceProviders,
    messages::Templates,
    metrics::Metrics,
    profile::Told,
    services,
    store::Store,
    vault::Vault,
};

/// One counter.
#[derive(Clone)]
pub struct Counter(Arc<Parts>);

pub struct Parts {
    pub settings: Settings,
    pub comune: Comune,
    pub catalogue: Catalogue,
    /// What offices changed of the services.
    pub changes: changes::Known,
    pub store: Store,
    pub files: FileStore,
    pub vault: Vault,
    pub clock: Arc<dyn Clock>,
    pub rng: Arc<dyn Rng>,
    /// New events of cases, to the open pages of this node.
    pub hub: Hub,
    /// Wakes the workers when something was queued.
    pub wake: Notify,
    pub identity: ServiceProviders,
    /// Messages to citizens.
    pub templates: Templates,
    pub assets: Assets,
    pub metrics: Metrics,
    pub probe: Probe,
    /// Who asked how often.
    pub limits: Limits,
    /// Public pages as they were rendered.
    pub anybodys: Anybodys,
    /// Terms of services as they were printed.
    pub terms: services::Printed,
    /// Told to stop: what is under way is finished, nothing new is begun.
    pub stop: CancellationToken,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl std::ops::Deref for Counter {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Counter {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Today in Europe/Rome.
    pub fn today(&self) -> Date {
        rome_day(self.now_ms())
    }

    pub fn new_id(&self) -> String {
        new_id(self.now_ms(), &*self.rng)
    }

    /// Tells open pages and workers of an event; called after its commit.
    pub fn announce(&self, changed: CaseChanged) {
        self.hub.publish(changed);
        self.wake.notify_waiters();
    }

    pub fn is_sandbox(&self) -> bool {
        self.settings.mode == Mode::Sandbox
    }

    /// Whether cookies must be `Secure` and named `__Host-`.
    pub fn is_https(&self) -> bool {
        self.settings.base_url().starts_with("https://")
    }

    /// What is around every page, for who asks.
    pub fn frame(&self, actor: &Actor) -> Frame {
        Frame {
            town: self.comune.town(),
            user: actor.person().map(|person| User {
                name: person.display_name(),
                seconds_left: (person.expires_at - self.now_ms()).max(0) / 1_000,
                office: self.office_title(person),
            }),
            today: self.today().to_string(),
            sandbox: self.is_sandbox(),
        }
    }

    /// Where somebody with a role works; `None`: she has no part in the office's pages.
    fn office_title(&self, person: &Person) -> Option<String> {
        if !person.may(Operation::EnterOffice, Place::Somewhere) {
            return None;
        }
        let offices = person.roles.iter().find_map(|held| match &held.scope {
            Scope::Office(id) => self.catalogue.office_name(id),
            Scope::Town => None,
        });
        Some(offices.unwrap_or_else(|| t!("tutti gli uffici").to_owned()))
    }

    /// An office as citizens see it.
    pub fn office_card(&self, office: &Office) -> OfficeCard {
        let section = self
            .comune
            .uffici
            .get(&office.id)
            .cloned()
            .unwrap_or_default();
        OfficeCard {
            name: office.name.clone(),
            sector: office.sector.clone(),
            responsible: office.responsible.clone(),
            address: section.indirizzo,
            hours: section.orari,
            phone: section.telefono,
            email: section.email,
        }
    }
}

/// Who asks, as proven by the session.
#[derive(Clone, Debug)]
pub enum Actor {
    Anonymous,
    /// Her session ended: the way on is a new login.
    Expired,
    Person(Arc<Person>),
}

impl Actor {
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Anonymous | Self::Expired => None,
        }
    }
}

/// A person who logged in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Id of the row in `people`; the only thing logs may name.
    pub id: String,
    pub identity: PersonData,
    /// What she may do at the office, as of this request.
    pub roles: Vec<Held>,
    /// When her session ends, milliseconds.
    pub expires_at: i64,
    /// The federation of her login, `spid` or `cie`; empty at the counter.
    pub scheme: String,
    pub evidence: Evidence,
}

/// What the identity provider attested; encrypted at rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PersonData {
    /// Empty: an identity of another country (eIDAS) that has none.
    pub fiscal_code: String,
    /// What names her then: the Italian node's code (`spidCode`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub foreign_code: String,
    pub name: String,
    pub family_name: String,
    /// `AAAA-MM-GG`
    pub birth_date: String,
    /// Belfiore code.
    pub birth_place: String,
    pub email: String,
    pub mobile: String,
    /// Once-only profile: what she told of herself, by field name ([`crate::profile::FIELDS`]).
    #[serde(default)]
    pub profile: BTreeMap<String, Told>,
    /// When a provider last told her e-mail and mobile, by field name; milliseconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told_at: BTreeMap<String, i64>,
    /// A clerk read it from her identity document: no identity provider attested it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
}

/// How she was identified: with "Invia" this is the signature (CAD art. 65 c. 1 b).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// entityID of the provider.
    pub provider: String,
    /// SPID level, 1–3.
    pub level: i64,
    pub assertion: String,
    /// Instant of the login, milliseconds.
    pub at: i64,
    /// At the counter there is no provider and no login, but a signature on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<AtDesk>,
}

/// Before whom she signed on paper (CAD art. 65 c. 1 c; D.P.R. 445/2000 art. 38 c. 3).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AtDesk {
    /// Id of the clerk's person.
    pub operator: String,
    pub operator_name: String,
    /// The identity document that the clerk saw, in words.
    pub document: String,
}

impl PersonData {
    /// What stands for her in papers: the codice fiscale, or the foreign identity's code.
    pub fn code(&self) -> &str {
        match self.fiscal_code.is_empty() {
            true => &self.foreign_code,
            false => &self.fiscal_code,
        }
    }

    /// What her row is found by.
    pub fn key(&self) -> String {
        match self.fiscal_code.is_empty() {
            true => format!("eidas/{}", self.foreign_code),
            false => self.fiscal_code.clone(),
        }
    }
}

impl Person {
    pub fn display_name(&self) -> String {
        format!("{} {}", self.identity.name, self.identity.family_name)
            .trim()
            .to_owned()
    }

    /// Whether her login is as safe as this. On paper, before a clerk, there is none.
    pub fn proves(&self, level: saml::Level) -> bool {
        self.evidence.desk.is_some() || self.evidence.level >= i64::from(level.number())
    }
}
