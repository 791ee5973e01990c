//! What the town tells of personal data: the notice of a service (GDPR art. 13) and its line in
//! the register of processing activities (art. 30). Both are values that follow from the
//! definition and from what the town says of itself; nothing in them is written twice.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Channel, Service, plain};

/// Id of the declaration by which somebody says that she read the notice.
pub const DECLARATION: &str = "privacy";
/// Label of the common part about countries outside the Union.
pub const TRANSFERS: &str = "Trasferimenti";
/// Hex digits of a notice's hash by which people name it.
pub const VERSION_DIGITS: usize = 12;

/// What a town says of itself, the same in all notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Town {
    pub controller: Controller,
    pub officer: Officer,
    /// Days after which a draft that nobody touches is deleted.
    pub draft_days: i64,
    /// Whether it collects through pagoPA.
    pub collects: bool,
}

/// Who processes the data (GDPR art. 4 n. 7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controller {
    /// "Comune di Bitonto"
    pub name: String,
    /// Who acts for it; may be empty.
    pub represented_by: String,
    pub fiscal_code: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub pec: String,
}

/// The data protection officer (GDPR art. 37). What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub pec: String,
}

/// A notice as it is kept: its version is the hash of its canonical JSON. Texts are Italian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub schema: u32,
    pub slug: String,
    pub title: String,
    pub controller: Controller,
    pub officer: Officer,
    pub purpose: String,
    pub legal_basis: Vec<String>,
    /// Of data.
    pub categories: Vec<String>,
    /// Special data (GDPR art. 9 and 10): basis and remarks; empty if there are none.
    pub special: Vec<String>,
    pub recipients: Vec<String>,
    pub retention: String,
    /// Whether the data must be given.
    pub provision: String,
    /// The channels that the service uses.
    pub channels: Vec<ChannelNotice>,
    /// What all notices say: label and text.
    pub common: Vec<(String, String)>,
}

/// What one channel does with the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelNotice {
    pub channel: Channel,
    /// Which data it carries: one or two texts.
    pub data: Vec<String>,
    pub legal_basis: String,
    pub recipients: String,
    pub retention: String,
}

impl Notice {
    /// The notice of a service today. Doubtful facts are left out, as everywhere before citizens.
    pub fn of(service: &Service, town: &Town) -> Self {
        let privacy = &service.privacy;
        let special = privacy.special.iter();
        let special = special.flat_map(|(basis, note)| [basis.clone(), note.clone()]);
        Self {
            schema: 1,
            slug: service.slug.clone(),
            title: service.title.clone(),
            controller: town.controller.clone(),
            officer: town.officer.clone(),
            purpose: privacy.purpose.clone(),
            legal_basis: certain(&privacy.legal_basis),
            categories: privacy.categories.clone(),
            special: certain(&special.collect::<Vec<_>>()),
            recipients: privacy.recipients.clone(),
            retention: privacy.retention.clone(),
            provision: privacy.provision.clone(),
            channels: channels(service, town),
            common: privacy
                .common
                .iter()
                .filter(|(_, text)| plain(text).is_some())
                .cloned()
                .collect(),
        }
    }
}

fn certain(texts: &[String]) -> Vec<String> {
    let known = texts.iter().filter_map(|text| plain(text));
    known.filter(|text| !text.is_empty()).collect()
}

fn channels(service: &Service, town: &Town) -> Vec<ChannelNotice> {
    let days = town.draft_days.to_string();
    let told = |text: &String| text.replace("{bozza_giorni}", &days);
    let discreet = service.io.neutral_title.is_some();
    let terms = service.privacy.channels.iter();
    terms
        .filter(|terms| is_used(service, town, terms.channel))
        .map(|terms| ChannelNotice {
            channel: terms.channel,
            data: std::iter::once(&terms.data)
                .chain(terms.discreet.iter().filter(|_| discreet))
                .map(told)
                .collect(),
            legal_basis: told(&terms.legal_basis),
            recipients: told(&terms.recipients),
            retention: told(&terms.retention),
        })
        .collect()
}

/// Messages go by both ways; something is collected where a fee has a taxonomy or is stamp duty.
fn is_used(service: &Service, town: &Town, channel: Channel) -> bool {
    match channel {
        Channel::Sportello => true,
        Channel::Io | Channel::Email => !service.io.messages.is_empty(),
        Channel::PagoPa => {
            let mut fees = service.fees.iter();
            let has = |taxonomy: &Option<String>| taxonomy.as_ref().is_some_and(|t| !t.is_empty());
            town.collects && fees.any(|fee| has(&fee.taxonomy) || fee.kind == "bollo")
        }
    }
}

/// One processing activity of the register (GDPR art. 30 par. 1): its letters in the law's order,
/// each with its Italian name.
pub fn activity(service: &Service, notice: &Notice, since: &str) -> Vec<(&'static str, String)> {
    let privacy = &service.privacy;
    let all = |texts: &[String]| texts.join("; ");
    let common = |label: &str| {
        let mut found = notice.common.iter().filter(|(name, _)| name == label);
        found
            .next()
            .map_or_else(String::new, |(_, text)| text.clone())
    };
    let mut recipients = notice.recipients.clone();
    let channels = notice.channels.iter();
    recipients.extend(
        channels
            .filter(|c| c.channel != Channel::Sportello)
            .map(|c| c.recipients.clone()),
    );
    vec![
        ("Trattamento", service.title.clone()),
        ("Ufficio", service.office.name.clone()),
        ("Titolare", notice.controller.line()),
        (
            "Responsabile della protezione dei dati",
            notice.officer.line(),
        ),
        ("Finalità", notice.purpose.clone()),
        ("Base giuridica", all(&notice.legal_basis)),
        ("Categorie di interessati", all(&people(service))),
        ("Categorie di dati", all(&notice.categories)),
        (
            "Dati particolari o giudiziari",
            match privacy.special {
                Some(_) => all(&notice.special),
                None => "Nessuno".to_owned(),
            },
        ),
        ("Categorie di destinatari", all(&recipients)),
        ("Trasferimenti verso paesi terzi", common(TRANSFERS)),
        ("Termini di cancellazione", notice.retention.clone()),
        ("Misure di sicurezza", all(&privacy.measures)),
        ("Informativa dal", since.to_owned()),
    ]
}

impl Controller {
    /// In one line, for the register.
    pub fn line(&self) -> String {
        let by = match self.represented_by.is_empty() {
            true => String::new(),
            false => format!("rappresentato da {}", self.represented_by),
        };
        let code = format!("codice fiscale {}", self.fiscal_code);
        let known = [
            &self.name,
            &by,
            &code,
            &self.address,
            &self.phone,
            &self.email,
            &self.pec,
        ];
        joined(known)
    }
}

impl Officer {
    /// In one line, for the register; empty if nothing is known.
    pub fn line(&self) -> String {
        joined([&self.name, &self.email, &self.phone, &self.pec])
    }
}

fn joined<const N: usize>(parts: [&String; N]) -> String {
    let known = parts.into_iter().filter(|part| !part.is_empty());
    known.cloned().collect::<Vec<_>>().join(", ")
}

/// Whose data they are: who asks, and for whom.
fn people(service: &Service) -> Vec<String> {
    let audience = &service.audience;
    let asking = audience.subjects.iter().filter_map(|subject| {
        Some(match subject.as_str() {
            "persona_fisica" => "cittadini che presentano la richiesta",
            "persona_giuridica" => "chi rappresenta imprese, associazioni ed enti",
            "professionista" => "professionisti incaricati",
            _ => return None,
        })
    });
    let represented = audience.on_behalf_of.iter().filter_map(|by| {
        Some(match by.as_str() {
            "genitore" => "minori",
            "tutore" => "persone con tutore, curatore o amministratore di sostegno",
            "delegato" => "persone che hanno dato una delega",
            _ => return None,
        })
    });
    asking.chain(represented).map(str::to_owned).collect()
}
