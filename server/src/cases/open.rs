//! A submitted request becomes a case.

use rules::{
    case::{Actor, Document, EventBody, Registered, Terms, fold},
    catalogue::Service,
    protocol::ProtocolNumber,
};

use super::{
    act::{self, Sealed, key_context},
    chain,
    change::{Outgoing, queue},
    index_row, kind, represented,
};
use crate::{
    agendas::Choice,
    catalogue::Definition,
    register::{self, Direction, Entry},
    state::{Counter, Person},
    store::{
        StoreError, Tx,
        bookings::{self, Time},
        cases::{self, CaseRow, DocumentRow},
        representations::{self, RepresentationRow},
    },
    vault::VaultError,
};

/// Everything of a new case that needs no database: sealed and ready.
pub struct NewCase {
    row: CaseRow,
    wrapped_key: Vec<u8>,
    original: DocumentRow,
    reference: Document,
    subject: String,
    terms: Terms,
    actor: Actor,
    represented: Option<RepresentationRow>,
    appointment: Option<(Choice, Time, Outgoing)>,
    outgoing: Outgoing,
}

impl NewCase {
    /// `original`: the canonical JSON as it will be registered; its bytes are never made again.
    pub fn prepare(
        counter: &Counter,
        person: &Person,
        definition: &Definition,
        case_id: &str,
        draft_id: &str,
        original: Vec<u8>,
        now_ms: i64,
    ) -> Result<Self, VaultError> {
        let service: &Service = &definition.service;
        let (key, wrapped_key) = counter
            .vault
            .new_key(&*counter.rng, &key_context(case_id))?;
        let Sealed { row, reference } =
            act::seal(counter, &key, case_id, kind::ORIGINAL, &original)?;
        Ok(Self {
            row: CaseRow {
                id: case_id.to_owned(),
                draft: draft_id.to_owned(),
                person: person.id.clone(),
                slug: service.slug.clone(),
                definition: definition.hash.clone(),
                office: service.office.id.clone(),
                year: 0,
                number: 0,
                created_at: now_ms,
            },
            wrapped_key,
            original: DocumentRow { seq: 1, ..row },
            reference,
            subject: service.title.clone(),
            terms: Terms::from(&service.term),
            actor: Actor::Cittadino(person.id.clone()),
            represented: None,
            appointment: None,
            outgoing: Outgoing::message(counter, service, "pratica-aperta")
                .documents(counter, kind::ORIGINAL),
        })
    }

    /// It takes a place in an agenda.
    #[must_use]
    pub fn with_appointment(
        self,
        counter: &Counter,
        definition: &Definition,
        choice: Choice,
        time: Time,
    ) -> Self {
        let told = Outgoing::message(counter, &definition.service, "appuntamento-confermato");
        let told = match self.represented.as_ref() {
            Some(of) if of.delegation.is_some() => {
                told.also_to_represented(counter, &definition.service)
            }
            _ => told,
        };
        Self {
            appointment: Some((choice, time, told)),
            ..self
        }
    }

    /// It is about somebody else; who sent it, as the event says.
    #[must_use]
    pub fn for_another(
        self,
        counter: &Counter,
        definition: &Definition,
        actor: Actor,
        represented: RepresentationRow,
    ) -> Self {
        let proven = represented.delegation.is_some();
        let outgoing = match proven {
            true => self
                .outgoing
                .also_to_represented(counter, &definition.service),
            false => self.outgoing,
        };
        Self {
            actor,
            outgoing,
            represented: Some(represented),
            ..self
        }
    }
}

/// Registers the request in the caller's transaction; `None` if its time was taken meanwhile.
/// A conflict if the draft is a case already.
pub async fn open(tx: &mut Tx, new: NewCase) -> Result<Option<ProtocolNumber>, StoreError> {
    let NewCase { mut row, .. } = new;
    let entry = Entry {
        at_ms: row.created_at,
        direction: Direction::In,
        case_id: row.id.clone(),
        correspondent: represented::sender(&row.person, new.represented.as_ref()),
        subject: new.subject.clone(),
        document_hash: new.original.hash.clone(),
    };
    let protocol = register::allot(tx, entry).await?;
    (row.year, row.number) = (protocol.year, protocol.number);
    cases::insert(tx, &row).await?;
    if let Some(represented) = &new.represented {
        representations::insert(tx, represented).await?;
    }
    cases::put_key(tx, &row.id, &new.wrapped_key).await?;
    cases::insert_document(tx, &new.original).await?;
    let act = Registered {
        protocol,
        document: new.reference,
    };
    let actor = new.actor;
    let mut body = vec![EventBody::Invia { act }];
    let mut confirmed = Outgoing::default();
    if let Some((choice, time, told)) = new.appointment {
        confirmed = told;
        if !bookings::hand_over(tx, &time, &row.draft, &row.id, row.created_at).await? {
            return Ok(None);
        }
        body.push(EventBody::Appuntamento {
            agenda: choice.agenda,
            inizio: choice.slot,
        });
    }
    let events = chain::append(tx, &row.id, None, &actor, row.created_at, body).await?;
    let state = fold(&events, &new.terms).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let index = index_row(&row.id, &row.office, &new.subject, &state);
    cases::put_index(tx, &index).await?;
    queue(tx, &row.id, 1, row.created_at, new.outgoing).await?;
    // Of the second event, which is the appointment's.
    queue(tx, &row.id, state.seq, row.created_at, confirmed).await?;
    Ok(Some(protocol))
}
