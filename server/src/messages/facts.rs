//! What a message tells: the values of its variables, from the case and the event.

use std::collections::BTreeMap;

use rules::{
    case::{Due, Event, EventBody, Registered, Terms, fold},
    catalogue::Counting,
    civil::Date,
    number::euro,
    slot::month_name,
};

use crate::{
    cases::{LoadError, LoadedCase},
    clock::rome_day,
    services::sheet::silence,
    state::Counter,
};

/// Every variable that a template may use.
pub const VARIABLES: &[&str] = &[
    "adempimento",
    "atto",
    "causa",
    "causale",
    "comune",
    "contatto",
    "data",
    "documento",
    "effetto_tempi",
    "giorni",
    "giorno_ora",
    "importo",
    "istruzioni",
    "iur",
    "numero",
    "oggetto",
    "orari",
    "protocollo",
    "responsabile",
    "rimedio",
    "scadenza",
    "sede",
    "tempi",
    "termine",
    "ufficio",
];

/// What the office is called where its name would tell too much.
const NEUTRAL_OFFICE: &str = "Sportello telematico";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// By variable; what is absent is empty.
    pub values: BTreeMap<String, String>,
    /// Last day to act.
    pub due: Option<Date>,
    /// What is to be paid.
    pub payment: Option<Payment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub cents: i64,
    /// 18 digits.
    pub notice: String,
}

impl Facts {
    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }
}

/// The facts of a message about the event `seq` of the case.
pub fn facts(counter: &Counter, case: &LoadedCase, seq: i64) -> Result<Facts, LoadError> {
    let event = case.events.iter().find(|event| event.seq == seq);
    let event = event.ok_or_else(|| LoadError::Corrupt(format!("no event {seq}")))?;
    let mut facts = Facts::default();
    of_case(&mut facts, counter, case);
    of_event(&mut facts, case, event)?;
    Ok(facts)
}

fn of_case(facts: &mut Facts, counter: &Counter, case: &LoadedCase) {
    let service = &case.definition.service;
    let town = &counter.comune.comune;
    let neutral = service.io.neutral_title.as_deref();
    let number = case.protocol().to_string();
    facts.set("comune", &town.nome);
    facts.set("numero", &number);
    facts.set("protocollo", number);
    facts.set("data", long(rome_day(case.row.created_at)));
    facts.set("oggetto", neutral.unwrap_or(&service.title));
    let office = if neutral.is_some() {
        NEUTRAL_OFFICE
    } else {
        &service.office.name
    };
    facts.set("ufficio", office);
    facts.set("responsabile", &service.office.responsible);
    let card = counter.office_card(&service.office);
    if neutral.is_none() {
        facts.set("sede", card.address);
        facts.set("orari", card.hours);
    }
    let phone = match card.phone {
        phone if phone.is_empty() || neutral.is_some() => town.telefono.clone(),
        phone => phone,
    };
    facts.set("contatto", format!("telefono {phone}"));
}

fn of_event(facts: &mut Facts, case: &LoadedCase, event: &Event) -> Result<(), LoadError> {
    let service = &case.definition.service;
    match &event.body {
        EventBody::Invia { .. } => facts.set("tempi", times(case)?),
        EventBody::ChiediIntegrazione {
            entro, sospende, ..
        } => {
            facts.due = Some(*entro);
            facts.set("termine", long(*entro));
            facts.set("giorni", event.day.days_until(*entro).to_string());
            if *sospende {
                let effect = "Fino alla tua risposta, e per 30 giorni al massimo, i tempi della pratica sono fermi.";
                facts.set("effetto_tempi", effect);
            }
        }
        EventBody::FirmaPositiva { act, .. } => facts.set("atto", decision(act, event.day)),
        EventBody::Irricevibile { act } => {
            facts.set("atto", decision(act, event.day));
            if !service.remedies.is_empty() {
                facts.set(
                    "rimedio",
                    "Nella decisione trovi anche come e a chi fare ricorso.",
                );
            }
        }
        EventBody::Appuntamento { inizio, .. } => facts.set("giorno_ora", inizio.words()),
        EventBody::Ritira { .. } => facts.set("causa", "hai ritirato la richiesta."),
        EventBody::ImportoDovuto { due } => {
            of_due(facts, case, due);
            facts.due = Some(due.by);
            facts.set("scadenza", long(due.by));
            facts.payment = Some(Payment {
                cents: due.cents,
                notice: due.notice.to_string(),
            });
        }
        EventBody::Pagato {
            avviso, ricevuta, ..
        } => {
            if let Some(due) = case.state.dues.iter().find(|due| due.notice == *avviso) {
                of_due(facts, case, due);
            }
            facts.set("data", long(event.day));
            facts.set("iur", ricevuta);
        }
        EventBody::Assegna { .. }
        | EventBody::AvviaIstruttoria
        | EventBody::Risponde { .. }
        | EventBody::TermineScaduto
        | EventBody::Proponi { .. }
        | EventBody::DocumentoPronto { .. } => {}
    }
    Ok(())
}

/// How much, and what for; no more than the number where the fee's name would tell too much.
fn of_due(facts: &mut Facts, case: &LoadedCase, due: &Due) {
    let service = &case.definition.service;
    let fee = service.fees.iter().find(|fee| fee.id == due.fee);
    let fee = fee.filter(|_| service.io.neutral_title.is_none());
    let reason = fee.map(|fee| fee.remittance(case.protocol()));
    facts.set("importo", euro(due.cents));
    facts.set(
        "causale",
        reason.unwrap_or_else(|| format!("pratica {}", case.protocol())),
    );
}

/// When the answer comes, as it stood on the day of the submission; and what silence means.
fn times(case: &LoadedCase) -> Result<String, LoadError> {
    let service = &case.definition.service;
    let opening = case.events.get(..1).unwrap_or_default();
    let due = fold(opening, &Terms::from(&service.term))?.due.rolled;
    let answer = match service.term.counting {
        Counting::Immediato => "il Comune risponde subito.".to_owned(),
        Counting::Solari | Counting::Lavorativi => format!("risposta entro il {}.", long(due)),
    };
    Ok(match silence(service) {
        Some(effect) => format!("{answer} {effect}"),
        None => answer,
    })
}

fn decision(act: &Registered, day: Date) -> String {
    format!("Decisione: protocollo {} del {}.", act.protocol, long(day))
}

/// "23 novembre 2026"
fn long(day: Date) -> String {
    format!("{} {} {}", day.day(), month_name(day), day.year())
}
