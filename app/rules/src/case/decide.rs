//! From a command to the events that it adds.

use std::fmt;

use super::{CaseState, Due, EventBody, Registered, State};
use crate::{civil::Date, clock::Calendar, notice::NoticeNumber, slot::Slot};

/// Most days for the answer to a request for documents.
pub const MOST_DAYS: i64 = 30;

/// What somebody wants to do. Acts are already registered when they come here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    PrendiInCarico {
        operatore: String,
    },
    ChiediIntegrazione {
        act: Registered,
        today: Date,
        /// Days for the answer, 1 to 30.
        giorni: i64,
    },
    Rispondi {
        act: Registered,
    },
    /// The timer.
    ScadenzaIntegrazione {
        today: Date,
    },
    Accogli {
        act: Registered,
        esito: String,
        /// What is to be paid before the release; its numbers are minted already.
        dovuti: Vec<Due>,
    },
    /// A receipt of pagoPA.
    Incassa {
        avviso: NoticeNumber,
        ricevuta: String,
        impronta: String,
    },
    /// Another time for the appointment, in the same agenda.
    Fissa {
        agenda: String,
        inizio: Slot,
    },
    Irricevibile {
        act: Registered,
    },
    Ritira {
        act: Registered,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The case is not in a state that allows it.
    WrongState(State),
    /// Days for the answer outside 1 to 30.
    Days,
    /// The time for the answer is not over.
    NotYet,
    /// Paid already, or never asked for.
    NotDue,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongState(state) => write!(f, "not allowed in state {}", state.code()),
            Self::Days => write!(f, "days outside 1 to {MOST_DAYS}"),
            Self::NotYet => write!(f, "the term is not over"),
            Self::NotDue => write!(f, "nothing is due on this notice"),
        }
    }
}

impl std::error::Error for Refusal {}

impl CaseState {
    /// Last day for an answer asked for today: a term for the citizen moves off holidays.
    pub fn answer_by(today: Date, days: i64) -> Date {
        Calendar::default().roll(today.plus_days(days))
    }

    /// Codes of what the office may do now.
    pub fn office_commands(&self) -> Vec<&'static str> {
        match self.state {
            State::Protocollata => vec!["prendi_in_carico"],
            State::Assegnata => vec!["irricevibile"],
            State::Istruttoria => vec!["chiedi_integrazione", "accogli", "irricevibile"],
            State::AttesaIntegrazione
            | State::InDecisione
            | State::Accolta
            | State::AttesaPagamentoRilascio
            | State::Rilasciata
            | State::Irricevibile
            | State::Ritirata => Vec::new(),
        }
    }

    /// Until the final act, in the agenda that it has.
    pub fn can_reschedule(&self, agenda: &str) -> bool {
        let has = self.appointment.as_ref();
        !self.state.is_decided() && has.is_some_and(|has| has.agenda == agenda)
    }

    /// The applicant may give up until the final act.
    pub fn can_withdraw(&self) -> bool {
        !self.state.is_decided()
    }
}

/// The events that `command` adds to a case in this state, in order; or why not.
pub fn decide(case: &CaseState, command: Command) -> Result<Vec<EventBody>, Refusal> {
    use State as S;
    match (command, case.state) {
        (Command::PrendiInCarico { operatore }, S::Protocollata) => Ok(vec![
            EventBody::Assegna { operatore },
            EventBody::AvviaIstruttoria,
        ]),
        (Command::ChiediIntegrazione { act, today, giorni }, S::Istruttoria) => {
            if !(1..=MOST_DAYS).contains(&giorni) {
                return Err(Refusal::Days);
            }
            Ok(vec![EventBody::ChiediIntegrazione {
                act,
                entro: CaseState::answer_by(today, giorni),
                sospende: !case.suspension_used,
            }])
        }
        (Command::Rispondi { act }, S::AttesaIntegrazione) => Ok(vec![EventBody::Risponde { act }]),
        (Command::ScadenzaIntegrazione { today }, S::AttesaIntegrazione) => {
            match &case.integration {
                Some(open) if today > open.due => Ok(vec![EventBody::TermineScaduto]),
                _ => Err(Refusal::NotYet),
            }
        }
        (Command::Accogli { act, esito, dovuti }, S::Istruttoria) => {
            let mut events = vec![
                EventBody::Proponi {
                    esito: esito.clone(),
                },
                EventBody::FirmaPositiva { act, esito },
            ];
            events.extend(
                dovuti
                    .into_iter()
                    .map(|due| EventBody::ImportoDovuto { due }),
            );
            Ok(events)
        }
        (
            Command::Incassa {
                avviso,
                ricevuta,
                impronta,
            },
            S::AttesaPagamentoRilascio,
        ) => {
            if !case.unpaid().any(|due| due.notice == avviso) {
                return Err(Refusal::NotDue);
            }
            Ok(vec![EventBody::Pagato {
                avviso,
                ricevuta,
                impronta,
            }])
        }
        (Command::Fissa { agenda, inizio }, _) if case.can_reschedule(&agenda) => {
            Ok(vec![EventBody::Appuntamento { agenda, inizio }])
        }
        (Command::Irricevibile { act }, S::Assegnata | S::Istruttoria) => {
            Ok(vec![EventBody::Irricevibile { act }])
        }
        (Command::Ritira { act }, open) if !open.is_decided() => {
            Ok(vec![EventBody::Ritira { act }])
        }
        (_, state) => Err(Refusal::WrongState(state)),
    }
}
