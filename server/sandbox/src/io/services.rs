//! The services that may call, each known by its key. In the real platform these are records that
//! the institution keeps in its back office.

/// A service of the institution, as its record says.
#[derive(Debug)]
pub struct Service {
    pub key: &'static str,
    /// A ULID.
    pub id: &'static str,
    pub name: &'static str,
    /// Whom it may write to while it is being tried; empty once it is published.
    pub recipients: &'static [&'static str],
    /// Whether its list of addresses has the one that calls.
    pub known_address: bool,
    /// Cents; 0, the platform's default, forbids payments.
    pub max_payment: i64,
    /// The agreement for `ADVANCED` messages.
    pub premium: bool,
}

pub const ORGANIZATION: &str = "Comune di Bitonto";
pub const ORGANIZATION_FISCAL_CODE: &str = "00382520724";

/// The first is the one the counter has by default; the others show what can go wrong.
pub const SERVICES: [Service; 5] = [
    Service {
        key: "sandbox-io",
        id: "01HZSANDB0X00000000000000A",
        name: "Pratiche e istanze",
        recipients: &[],
        known_address: true,
        max_payment: 1_000_000,
        premium: false,
    },
    Service {
        key: "sandbox-io-premium",
        id: "01HZSANDB0X00000000000000B",
        name: "Pagamenti e ricevute",
        recipients: &[],
        known_address: true,
        max_payment: 1_000_000,
        premium: true,
    },
    Service {
        key: "sandbox-io-in-prova",
        id: "01HZSANDB0X00000000000000C",
        name: "Servizio in prova",
        recipients: &["LVSMRA88C54A893I"],
        known_address: true,
        max_payment: 0,
        premium: false,
    },
    Service {
        key: "sandbox-io-senza-pagamenti",
        id: "01HZSANDB0X00000000000000D",
        name: "Il Comune ti informa",
        recipients: &[],
        known_address: true,
        max_payment: 0,
        premium: false,
    },
    Service {
        key: "sandbox-io-altro-indirizzo",
        id: "01HZSANDB0X00000000000000E",
        name: "Carta d'identità",
        recipients: &[],
        known_address: false,
        max_payment: 0,
        premium: false,
    },
];

/// Configurations of remote contents, and whether they are of this institution.
const CONFIGURATIONS: [(&str, bool); 2] = [
    ("01HZSANDB0XC0NF1GVRAT10N00", true),
    ("01HZSANDB0XC0NF1GVRAT10N01", false),
];

impl Service {
    pub fn by_key(key: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.key == key)
    }

    pub fn by_id(id: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.id == id)
    }

    pub fn may_write_to(&self, fiscal_code: &str) -> bool {
        self.recipients.is_empty() || self.recipients.contains(&fiscal_code)
    }
}

/// Whether the configuration is ours, if it exists at all.
pub fn configuration(id: &str) -> Option<bool> {
    CONFIGURATIONS
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, ours)| *ours)
}
