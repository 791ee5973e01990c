//! From a history to what holds now.

use std::fmt;

use super::{Due, Event, EventBody, MustAct, State};
use crate::{
    catalogue::{Counting, Term},
    civil::Date,
    clock::{Calendar, Deadline, INTEGRATION_DAYS, Suspension},
    notice::NoticeNumber,
    slot::Slot,
};

/// The term of the procedure (L. 241/1990 art. 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub days: u32,
    pub counting: Counting,
    pub calendar: Calendar,
}

impl From<&Term> for Terms {
    fn from(term: &Term) -> Self {
        Self {
            days: term.days,
            counting: term.counting,
            calendar: Calendar::default(),
        }
    }
}

/// What the events come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseState {
    pub state: State,
    /// Of the last event.
    pub seq: i64,
    /// Day of the submission; it does not count.
    pub start: Date,
    /// Last day for the decision. While the term stands still: if the answer comes at the last moment.
    pub due: Deadline,
    pub suspensions: Vec<Suspension>,
    pub integration: Option<OpenIntegration>,
    pub must_act: MustAct,
    /// Id of the person who has it in charge.
    pub operator: Option<String>,
    /// Code of the outcome, once decided.
    pub outcome: Option<String>,
    /// Whether the one suspension of art. 2 c. 7 was used.
    pub suspension_used: bool,
    /// What was asked to be paid before the release.
    pub dues: Vec<Due>,
    /// Notices of what is paid.
    pub paid: Vec<NoticeNumber>,
    pub appointment: Option<Appointment>,
}

/// When she comes, and to which agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub agenda: String,
    pub starts: Slot,
}

/// A request for documents that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIntegration {
    /// Of the event that asked.
    pub seq: i64,
    pub asked: Date,
    /// Last day for the answer.
    pub due: Date,
    pub suspends: bool,
}

/// Events that no command could have led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadHistory {
    /// Place of the first event that does not fit, from 1.
    pub seq: i64,
}

impl fmt::Display for BadHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} does not follow from those before it", self.seq)
    }
}

impl std::error::Error for BadHistory {}

/// Computes the state. The first event is `invia`; an empty history is a bad one.
pub fn fold(events: &[Event], terms: &Terms) -> Result<CaseState, BadHistory> {
    let (first, rest) = events.split_first().ok_or(BadHistory { seq: 1 })?;
    if first.seq != 1 || !matches!(first.body, EventBody::Invia { .. }) {
        return Err(BadHistory { seq: 1 });
    }
    let mut case = CaseState {
        state: State::Protocollata,
        seq: 1,
        start: first.day,
        due: due(first.day, terms, &[]),
        suspensions: Vec::new(),
        integration: None,
        must_act: State::Protocollata.must_act(),
        operator: None,
        outcome: None,
        suspension_used: false,
        dues: Vec::new(),
        paid: Vec::new(),
        appointment: None,
    };
    for event in rest {
        let next = case.seq + 1;
        if event.seq != next {
            return Err(BadHistory { seq: next });
        }
        case.apply(event).ok_or(BadHistory { seq: next })?;
    }
    case.must_act = case.state.must_act();
    case.due = due(case.start, terms, &case.pauses());
    Ok(case)
}

fn due(start: Date, terms: &Terms, pauses: &[Suspension]) -> Deadline {
    terms
        .calendar
        .deadline(start, terms.days, terms.counting, pauses)
}

impl OpenIntegration {
    /// The standstill if the answer comes on `day`: never beyond its own term, nor 30 days.
    fn pause_until(&self, day: Date) -> Suspension {
        let longest = self.due.min(self.asked.plus_days(INTEGRATION_DAYS));
        Suspension {
            from: self.asked,
            to: day.min(longest).max(self.asked),
        }
    }

    /// The standstill if no answer comes.
    pub fn longest_pause(&self) -> Option<Suspension> {
        self.suspends.then(|| self.pause_until(self.due))
    }
}

impl CaseState {
    /// What is still to be paid.
    pub fn unpaid(&self) -> impl Iterator<Item = &Due> {
        self.dues
            .iter()
            .filter(|due| !self.paid.contains(&due.notice))
    }

    /// Past suspensions, and the open one at its longest.
    fn pauses(&self) -> Vec<Suspension> {
        let open = self
            .integration
            .as_ref()
            .and_then(OpenIntegration::longest_pause);
        self.suspensions.iter().copied().chain(open).collect()
    }

    /// `None` if the event does not fit the state.
    fn apply(&mut self, event: &Event) -> Option<()> {
        use State as S;
        self.state = match (&event.body, self.state) {
            (EventBody::Assegna { operatore }, S::Protocollata) => {
                self.operator = Some(operatore.clone());
                S::Assegnata
            }
            (EventBody::AvviaIstruttoria, S::Assegnata) => S::Istruttoria,
            (
                EventBody::ChiediIntegrazione {
                    entro, sospende, ..
                },
                S::Istruttoria,
            ) => {
                if *sospende && self.suspension_used {
                    return None;
                }
                self.suspension_used |= *sospende;
                self.integration = Some(OpenIntegration {
                    seq: event.seq,
                    asked: event.day,
                    due: *entro,
                    suspends: *sospende,
                });
                S::AttesaIntegrazione
            }
            (EventBody::Risponde { .. } | EventBody::TermineScaduto, S::AttesaIntegrazione) => {
                self.resume(event.day);
                S::Istruttoria
            }
            (EventBody::Proponi { esito }, S::Istruttoria) => {
                self.outcome = Some(esito.clone());
                S::InDecisione
            }
            (EventBody::FirmaPositiva { esito, .. }, S::InDecisione)
                if self.outcome.as_ref() == Some(esito) =>
            {
                S::Accolta
            }
            (EventBody::ImportoDovuto { due }, S::Accolta | S::AttesaPagamentoRilascio) => {
                if self.dues.iter().any(|known| known.notice == due.notice) {
                    return None;
                }
                self.dues.push(due.clone());
                S::AttesaPagamentoRilascio
            }
            (EventBody::Pagato { avviso, .. }, S::AttesaPagamentoRilascio) => {
                self.unpaid().find(|due| due.notice == *avviso)?;
                self.paid.push(*avviso);
                match self.unpaid().next() {
                    Some(_) => S::AttesaPagamentoRilascio,
                    None => S::Rilasciata,
                }
            }
            // The first comes with the request; later ones stay in its agenda.
            (EventBody::Appuntamento { agenda, inizio }, open)
                if event.seq == 2 || self.can_reschedule(agenda) =>
            {
                self.appointment = Some(Appointment {
                    agenda: agenda.clone(),
                    starts: *inizio,
                });
                open
            }
            (EventBody::Irricevibile { .. }, S::Assegnata | S::Istruttoria) => {
                self.appointment = None;
                S::Irricevibile
            }
            (EventBody::Ritira { .. }, open) if !open.is_decided() => {
                self.appointment = None;
                self.resume(event.day);
                S::Ritirata
            }
            // Of an event that there is; also after the end.
            (EventBody::DocumentoPronto { originale_seq, .. }, any)
                if (1..event.seq).contains(originale_seq) =>
            {
                any
            }
            _ => return None,
        };
        self.seq = event.seq;
        Some(())
    }

    /// Closes the open request: the term runs again from `day`.
    fn resume(&mut self, day: Date) {
        if let Some(open) = self.integration.take().filter(|open| open.suspends) {
            self.suspensions.push(open.pause_until(day));
        }
    }
}
