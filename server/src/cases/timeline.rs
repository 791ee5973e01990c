//! Events in plain words: the same object for citizen and operator.

use std::collections::BTreeMap;

use app::api::{Milestone, MilestoneStatus};
use rules::{
    case::{Actor, Due, Event, EventBody, State},
    catalogue::{Counting, Service, Term, source::plain},
    clock::suspended_days,
    language::quoted,
    number::euro,
    t,
};

use super::{LoadError, LoadedCase};
use crate::{clock::rome_text, identity::sessions, state::Counter};

/// Ids of people and their names.
pub type Names = BTreeMap<String, String>;

/// Names of the operators of a case, and of delegates who did something in it.
pub async fn names(counter: &Counter, case: &LoadedCase) -> Result<Names, LoadError> {
    let mut names = Names::new();
    let actors = case.events.iter().filter_map(|event| match &event.actor {
        Actor::Operatore(id) | Actor::Delegato { person: id, .. } => Some(id),
        Actor::Cittadino(_) | Actor::Sistema => None,
    });
    for id in actors {
        if !names.contains_key(id)
            && let Some(data) = sessions::person_data(counter, id).await?
        {
            names.insert(id.clone(), super::original::name(&data));
        }
    }
    Ok(names)
}

/// Past, current and future.
pub fn timeline(case: &LoadedCase, names: &Names) -> Vec<Milestone> {
    let is_open = !case.state.state.is_final();
    let mut milestones: Vec<Milestone> = case
        .events
        .iter()
        .filter(|event| !matches!(event.body, EventBody::Proponi { .. }) && !event.body.is_aside())
        .map(|event| past(case, names, event))
        .collect();
    if let (true, Some(last)) = (is_open, milestones.last_mut()) {
        last.status = MilestoneStatus::Current;
    }
    milestones.extend(future(case));
    milestones
}

fn past(case: &LoadedCase, names: &Names, event: &Event) -> Milestone {
    let (title, mut text) = words(case, names, event);
    if let Actor::Delegato { person, .. } = &event.actor
        && let Some(name) = names.get(person)
    {
        let who = t!("L'ha fatto {name}, con una delega.", name);
        text = format!("{text} {who}").trim().to_owned();
    }
    Milestone {
        seq: Some(event.seq),
        title: title.to_owned(),
        text,
        at: Some(rome_text(event.at_ms)),
        status: MilestoneStatus::Done,
        protocol: event.body.act().map(|act| act.protocol.to_string()),
    }
}

fn words(case: &LoadedCase, names: &Names, event: &Event) -> (&'static str, String) {
    match &event.body {
        EventBody::Invia { .. } => (
            t!("Richiesta ricevuta"),
            t!("È stata registrata al protocollo.").into(),
        ),
        EventBody::Assegna { operatore } => {
            let who = names
                .get(operatore)
                .map(|name| t!("Se ne occupa {name}.", name));
            (t!("Presa in carico"), who.unwrap_or_default())
        }
        EventBody::AvviaIstruttoria => (
            t!("In lavorazione"),
            t!("L'ufficio controlla quello che hai scritto e allegato.").into(),
        ),
        EventBody::ChiediIntegrazione {
            entro, sospende, ..
        } => {
            let by = entro.italian();
            let text = match *sospende {
                true => t!(
                    "Rispondi entro il {by}. Intanto il termine per la decisione è fermo.",
                    by
                ),
                false => t!(
                    "Rispondi entro il {by}. Il termine per la decisione non si ferma.",
                    by
                ),
            };
            (t!("Servono documenti"), text)
        }
        EventBody::Risponde { .. } => (
            t!("Documenti ricevuti"),
            t!("La tua risposta è stata registrata al protocollo.").into(),
        ),
        EventBody::TermineScaduto => (
            t!("Tempo per rispondere finito"),
            t!("L'ufficio va avanti con quello che ha.").into(),
        ),
        EventBody::Proponi { .. } => (t!("Decisione in firma"), String::new()),
        EventBody::FirmaPositiva { esito, .. } => (
            t!("Accolta"),
            outcome(&case.definition.service, esito)
                .map(|o| quoted(&o.0))
                .unwrap_or_default(),
        ),
        EventBody::ImportoDovuto { due } => (
            t!("Da pagare"),
            t!(
                "{what} Paga entro il {by}.",
                what = due_words(case, due),
                by = due.by.italian()
            ),
        ),
        EventBody::Pagato { avviso, .. } => {
            let due = case.state.dues.iter().find(|due| due.notice == *avviso);
            let what = due.map(|due| due_words(case, due)).unwrap_or_default();
            (
                t!("Pagamento ricevuto"),
                t!("{what} Trovi la ricevuta in questa pagina.", what),
            )
        }
        EventBody::Appuntamento { inizio, .. } => (
            match event.seq {
                2 => t!("Appuntamento prenotato"),
                _ => t!("Appuntamento spostato"),
            },
            t!("Ti aspettiamo {when}.", when = inizio.words()),
        ),
        EventBody::Irricevibile { .. } => (
            t!("Non ammissibile"),
            t!("Trovi i motivi nel documento dell'ufficio.").into(),
        ),
        EventBody::Ritira { .. } => (t!("Ritirata"), t!("La richiesta è chiusa.").into()),
        EventBody::DocumentoPronto { .. } => ("PDF pronto", String::new()),
    }
}

/// "40,00 €: Cartello ed esame della domanda."
fn due_words(case: &LoadedCase, due: &Due) -> String {
    let fees = &case.definition.service.fees;
    let what = fees.iter().find(|fee| fee.id == due.fee);
    let what = what.map_or("", |fee| fee.description.as_str());
    format!("{}: {}.", euro(due.cents), quoted(what))
}

fn future(case: &LoadedCase) -> Vec<Milestone> {
    let milestone = |title: &str, by: String| Milestone {
        seq: None,
        title: title.to_owned(),
        text: String::new(),
        at: Some(t!("entro il {by}", by)),
        status: MilestoneStatus::Future,
        protocol: None,
    };
    let answer = case
        .state
        .integration
        .as_ref()
        .map(|open| milestone(t!("La tua risposta"), open.due.italian()));
    let decision = case.due().map(|due| {
        milestone(
            &t!("Decisione entro il {by}", by = due.italian()),
            due.italian(),
        )
    });
    let release = (case.state.state == State::AttesaPagamentoRilascio).then(|| Milestone {
        seq: None,
        title: t!("Documento disponibile").to_owned(),
        text: t!("Dopo il pagamento, appena ci arriva.").to_owned(),
        at: None,
        status: MilestoneStatus::Future,
        protocol: None,
    });
    answer.into_iter().chain(decision).chain(release).collect()
}

/// Title and text of an outcome of the definition.
pub fn outcome(service: &Service, code: &str) -> Option<(String, String)> {
    let found = service
        .outcomes
        .iter()
        .find(|outcome| outcome.code == code)?;
    Some((found.title.clone(), found.text.clone()))
}

/// The final outcome, in the definition's and the office's words.
pub fn final_outcome(case: &LoadedCase) -> Result<Option<(String, String)>, LoadError> {
    let last = case.events.iter().rev().find(|event| {
        let is_end = |body: &EventBody| {
            matches!(
                body,
                EventBody::FirmaPositiva { .. } | EventBody::Irricevibile { .. }
            )
        };
        is_end(&event.body)
    });
    let act = match last {
        Some(event) => case.act(event.seq)?,
        None => None,
    };
    let note = act.map(|act| act.text).unwrap_or_default();
    Ok(match case.state.state {
        State::Accolta | State::AttesaPagamentoRilascio | State::Rilasciata => {
            let code = case.state.outcome.as_deref().unwrap_or_default();
            outcome(&case.definition.service, code).map(|(title, text)| {
                let text = format!("{text} {note}");
                (quoted(&title), quoted(text.trim()))
            })
        }
        State::Irricevibile => Some((t!("Richiesta non ammissibile").to_owned(), quoted(&note))),
        State::Ritirata => Some((
            t!("Hai ritirato la richiesta").to_owned(),
            t!("La pratica è chiusa e l'ufficio non la guarda più. Puoi presentarne un'altra.")
                .to_owned(),
        )),
        _ => None,
    })
}

/// The remedies, without doubtful ones.
pub fn remedies(service: &Service) -> Vec<String> {
    service
        .remedies
        .iter()
        .filter_map(|text| plain(text))
        .collect()
}

/// Why the due date is that one.
pub fn due_note(case: &LoadedCase) -> Option<String> {
    case.due()?;
    let term = &case.definition.service.term;
    let mut note = counted(term);
    if term.doubtful {
        note.push_str(t!(" (termine da confermare con l'ufficio)"));
    }
    match suspended_days(&case.state.suspensions) {
        ..=0 => {}
        1 => note.push_str(t!(", fermo 1 giorno per l'integrazione")),
        n => note.push_str(&t!(", fermi {n} giorni per l'integrazione", n)),
    }
    let open = case.state.integration.as_ref();
    if let Some(pause) = open.and_then(rules::case::OpenIntegration::longest_pause) {
        note.push_str(&t!(
            "; adesso il termine è fermo dal {from}, e riparte quando rispondi o al più tardi il {to}",
            from = pause.from.italian(),
            to = pause.to.italian()
        ));
    }
    let due = &case.state.due;
    if due.raw != due.rolled {
        note.push_str(&t!(
            "; il {day} è festivo, quindi vale il primo giorno non festivo",
            day = due.raw.italian()
        ));
    }
    Some(note)
}

/// The term in words.
fn counted(term: &Term) -> String {
    match (term.counting, term.days) {
        (Counting::Solari, 1) => t!("1 giorno dalla presentazione").to_owned(),
        (Counting::Solari, n) => t!("{n} giorni dalla presentazione", n),
        (Counting::Lavorativi, 1) => t!("1 giorno lavorativo dalla presentazione").to_owned(),
        (Counting::Lavorativi, n) => t!("{n} giorni lavorativi dalla presentazione", n),
        (Counting::Immediato, _) => t!("Il Comune risponde subito").to_owned(),
    }
}
