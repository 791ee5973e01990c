//! Events in plain words: the same object for citizen and operator.

use std::collections::BTreeMap;

use app::api::{Milestone, MilestoneStatus};
use rules::{
    case::{Actor, Due, Event, EventBody, State},
    catalogue::{Counting, Service, source::plain},
    clock::suspended_days,
    number::euro,
};

use super::{LoadError, LoadedCase};
use crate::{clock::rome_text, identity::sessions, state::Counter};

/// Ids of people and their names.
pub type Names = BTreeMap<String, String>;

/// Names of the operators of a case.
pub async fn names(counter: &Counter, case: &LoadedCase) -> Result<Names, LoadError> {
    let mut names = Names::new();
    let actors = case.events.iter().filter_map(|event| match &event.actor {
        Actor::Operatore(id) => Some(id),
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
    let (title, text) = words(case, names, event);
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
            "Richiesta ricevuta",
            "È stata registrata al protocollo.".into(),
        ),
        EventBody::Assegna { operatore } => {
            let who = names
                .get(operatore)
                .map(|name| format!("Se ne occupa {name}."));
            ("Presa in carico", who.unwrap_or_default())
        }
        EventBody::AvviaIstruttoria => (
            "In lavorazione",
            "L'ufficio controlla quello che hai scritto e allegato.".into(),
        ),
        EventBody::ChiediIntegrazione {
            entro, sospende, ..
        } => {
            let pause = if *sospende {
                " Intanto il termine per la decisione è fermo."
            } else {
                " Il termine per la decisione non si ferma."
            };
            (
                "Servono documenti",
                format!("Rispondi entro il {}.{pause}", entro.italian()),
            )
        }
        EventBody::Risponde { .. } => (
            "Documenti ricevuti",
            "La tua risposta è stata registrata al protocollo.".into(),
        ),
        EventBody::TermineScaduto => (
            "Tempo per rispondere finito",
            "L'ufficio va avanti con quello che ha.".into(),
        ),
        EventBody::Proponi { .. } => ("Decisione in firma", String::new()),
        EventBody::FirmaPositiva { esito, .. } => (
            "Accolta",
            outcome(&case.definition.service, esito)
                .map(|o| o.0)
                .unwrap_or_default(),
        ),
        EventBody::ImportoDovuto { due } => (
            "Da pagare",
            format!(
                "{} Paga entro il {}.",
                due_words(case, due),
                due.by.italian()
            ),
        ),
        EventBody::Pagato { avviso, .. } => {
            let due = case.state.dues.iter().find(|due| due.notice == *avviso);
            let what = due.map(|due| due_words(case, due)).unwrap_or_default();
            (
                "Pagamento ricevuto",
                format!("{what} Trovi la ricevuta in questa pagina."),
            )
        }
        EventBody::Irricevibile { .. } => (
            "Non ammissibile",
            "Trovi i motivi nel documento dell'ufficio.".into(),
        ),
        EventBody::Ritira { .. } => ("Ritirata", "La richiesta è chiusa.".into()),
        EventBody::DocumentoPronto { .. } => ("PDF pronto", String::new()),
    }
}

/// "40,00 €: Cartello e istruttoria."
fn due_words(case: &LoadedCase, due: &Due) -> String {
    let fees = &case.definition.service.fees;
    let what = fees.iter().find(|fee| fee.id == due.fee);
    let what = what.map_or("", |fee| fee.description.as_str());
    format!("{}: {what}.", euro(due.cents))
}

fn future(case: &LoadedCase) -> Vec<Milestone> {
    let milestone = |title: &str, by: String| Milestone {
        seq: None,
        title: title.to_owned(),
        text: String::new(),
        at: Some(format!("entro il {by}")),
        status: MilestoneStatus::Future,
        protocol: None,
    };
    let answer = case
        .state
        .integration
        .as_ref()
        .map(|open| milestone("La tua risposta", open.due.italian()));
    let decision = case.due().map(|due| {
        milestone(
            &format!("Decisione entro il {}", due.italian()),
            due.italian(),
        )
    });
    let release = (case.state.state == State::AttesaPagamentoRilascio).then(|| Milestone {
        seq: None,
        title: "Documento disponibile".to_owned(),
        text: "Dopo il pagamento, appena ci arriva.".to_owned(),
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

/// The final outcome, in the definition's words.
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
            outcome(&case.definition.service, code)
                .map(|(title, text)| (title, format!("{text} {note}").trim().to_owned()))
        }
        State::Irricevibile => Some(("Richiesta non ammissibile".to_owned(), note)),
        State::Ritirata => Some((
            "Hai ritirato la richiesta".to_owned(),
            "La pratica è chiusa e l'ufficio non la guarda più. Puoi presentarne un'altra."
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
    let mut note = match term.counting {
        Counting::Solari => format!("{} dalla presentazione", days(term.days.into())),
        Counting::Lavorativi => {
            let unit = if term.days == 1 {
                "giorno lavorativo"
            } else {
                "giorni lavorativi"
            };
            format!("{} {unit} dalla presentazione", term.days)
        }
        Counting::Immediato => "Il Comune risponde subito".to_owned(),
    };
    let past = suspended_days(&case.state.suspensions);
    if past > 0 {
        let stood = if past == 1 { "fermo" } else { "fermi" };
        note.push_str(&format!(", {stood} {} per l'integrazione", days(past)));
    }
    let open = case.state.integration.as_ref();
    if let Some(pause) = open.and_then(rules::case::OpenIntegration::longest_pause) {
        note.push_str(&format!(
            "; adesso il termine è fermo dal {}, e riparte quando rispondi o al più tardi il {}",
            pause.from.italian(),
            pause.to.italian()
        ));
    }
    if case.state.due.raw != case.state.due.rolled {
        note.push_str(&format!(
            "; il {} è festivo, quindi vale il primo giorno non festivo",
            case.state.due.raw.italian()
        ));
    }
    Some(note)
}

fn days(count: i64) -> String {
    if count == 1 {
        "1 giorno".to_owned()
    } else {
        format!("{count} giorni")
    }
}
