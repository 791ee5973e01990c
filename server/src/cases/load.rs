//! A case with its events, documents and the definition it was sent under.

use std::sync::Arc;

use app::api::Problem;
use rules::{
    case::{BadHistory, CaseState, Event, Terms, fold},
    catalogue::Service,
    civil::Date,
    protocol::ProtocolNumber,
    roles::{Operation, Place},
    t,
};
use thiserror::Error;

use super::{
    access::{self, Side},
    act::{self, Act, key_context},
    chain, kind,
};
use crate::{
    catalogue::Definition,
    delegations::DelegationError,
    error::{Refusal, internal, not_found},
    identity::sessions::SessionError,
    roles::{self, NotPermitted},
    state::{Counter, Person},
    store::{
        StoreError,
        cases::{self, CaseRow},
        definitions,
        renderings::{self, Order, RenderingName},
        representations::{self, RepresentationRow},
    },
    vault::{Key, VaultError},
};

#[derive(Debug, Error)]
pub enum LoadError {
    #[error("no such case, or somebody else's")]
    NotFound,
    #[error(transparent)]
    Forbidden(#[from] NotPermitted),
    #[error(transparent)]
    Delegation(#[from] DelegationError),
    #[error("the document waits for its payment")]
    NotReleased,
    #[error("the case's key was erased")]
    Erased,
    #[error("a stored part of the case cannot be read: {0}")]
    Corrupt(String),
    #[error(transparent)]
    History(#[from] BadHistory),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Person(#[from] SessionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for LoadError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotFound => not_found(),
            Self::Forbidden(error) => error.problem(),
            Self::NotReleased => Problem::new(
                403,
                t!("Il documento non è ancora disponibile"),
                t!(
                    "Prima va pagato quello che è dovuto: nella pagina della pratica trovi come. Appena il pagamento ci arriva lo scarichi da lì."
                ),
            ),
            Self::Store(error) => error.problem(),
            Self::Delegation(error) => error.problem(),
            Self::Person(error) => error.problem(),
            Self::Erased | Self::Corrupt(_) | Self::History(_) | Self::Vault(_) => internal(),
        }
    }
}

/// A document, opened.
#[derive(Clone, Debug)]
pub struct StoredDocument {
    pub id: String,
    /// Of its event.
    pub seq: i64,
    pub kind: String,
    pub sha256: String,
    pub bytes: Vec<u8>,
}

pub struct LoadedCase {
    pub row: CaseRow,
    /// Whom it is about, where somebody else sent it.
    pub represented: Option<RepresentationRow>,
    /// As whom it was opened.
    pub side: Side,
    pub events: Vec<Event>,
    pub definition: Definition,
    pub state: CaseState,
    /// The registered original: canonical JSON, as stored.
    pub original: Vec<u8>,
    /// All documents, the original first.
    pub documents: Vec<StoredDocument>,
    /// PDFs that are there, and those that were ordered.
    pub pdfs: Vec<RenderingName>,
    pub orders: Vec<Order>,
    pub(super) key: Key,
}

/// A row, and whom it is about where somebody else sent it.
pub(super) type Found = (CaseRow, Option<RepresentationRow>);

async fn find(counter: &Counter, id: &str) -> Result<Found, LoadError> {
    let row = cases::get(&counter.store, id).await?;
    let row = row.ok_or(LoadError::NotFound)?;
    let represented = representations::get(&counter.store, id).await?;
    Ok((row, represented))
}

/// For whom may see everything; who asks is checked by the caller.
pub async fn load(counter: &Counter, id: &str) -> Result<LoadedCase, LoadError> {
    let found = find(counter, id).await?;
    load_row(counter, found, Side::System).await
}

/// The citizen's own case, as whomever she comes ([`access`]): a stranger does not learn that it
/// exists.
pub async fn of_citizen(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<LoadedCase, LoadError> {
    let (row, of) = find(counter, id).await?;
    let side = access::citizen(counter, person, &row, of.as_ref()).await?;
    let side = side.ok_or(LoadError::NotFound)?;
    load_row(counter, (row, of), side).await
}

/// A case of an office where she may do this with it.
pub async fn of_office(
    counter: &Counter,
    person: &Person,
    operation: Operation,
    id: &str,
) -> Result<LoadedCase, LoadError> {
    // Who may so nowhere does not learn whether the case is there.
    roles::check(person, operation, Place::Somewhere)?;
    let found = find(counter, id).await?;
    roles::check(person, operation, Place::Office(&found.0.office))?;
    load_row(counter, found, Side::Office(person.id.clone())).await
}

/// As whom somebody comes to the case: who may do this at its office, or a citizen ([`access`]).
/// Anybody else with a role is refused, and that is logged; for a citizen there is no such case.
pub(super) async fn enter(
    counter: &Counter,
    person: &Person,
    operation: Operation,
    id: &str,
) -> Result<(Found, Side), LoadError> {
    let (row, of) = find(counter, id).await?;
    let permitted = roles::check(person, operation, Place::Office(&row.office));
    if permitted.is_ok() {
        return Ok(((row, of), Side::Office(person.id.clone())));
    }
    match access::citizen(counter, person, &row, of.as_ref()).await? {
        Some(side) => Ok(((row, of), side)),
        None if person.is_staff() => Err(permitted.err().map_or(LoadError::NotFound, Into::into)),
        None => Err(LoadError::NotFound),
    }
}

/// The row, for who may see the case.
pub async fn row_for(
    counter: &Counter,
    person: &Person,
    operation: Operation,
    id: &str,
) -> Result<CaseRow, LoadError> {
    let ((row, _), _) = enter(counter, person, operation, id).await?;
    Ok(row)
}

/// The case, for the same people.
pub async fn load_for(
    counter: &Counter,
    person: &Person,
    operation: Operation,
    id: &str,
) -> Result<LoadedCase, LoadError> {
    let (found, side) = enter(counter, person, operation, id).await?;
    load_row(counter, found, side).await
}

async fn load_row(
    counter: &Counter,
    (row, represented): Found,
    side: Side,
) -> Result<LoadedCase, LoadError> {
    let events = chain::read(&cases::events(&counter.store, &row.id).await?)?;
    let definition = definition(counter, &row).await?;
    let state = fold(&events, &Terms::from(&definition.service.term))?;
    let wrapped = cases::key(&counter.store, &row.id)
        .await?
        .ok_or(LoadError::Erased)?;
    let key = counter.vault.unwrap_key(&key_context(&row.id), &wrapped)?;
    let documents = cases::documents(&counter.store, &row.id)
        .await?
        .into_iter()
        .map(|document| {
            Ok(StoredDocument {
                bytes: key.open(&act::context(&document.id), &document.sealed)?,
                id: document.id,
                seq: document.seq,
                kind: document.kind,
                sha256: document.hash,
            })
        })
        .collect::<Result<Vec<_>, VaultError>>()?;
    let original = documents
        .iter()
        .find(|document| document.kind == kind::ORIGINAL)
        .map(|document| document.bytes.clone())
        .ok_or_else(|| LoadError::Corrupt("no original".into()))?;
    Ok(LoadedCase {
        pdfs: renderings::names(&counter.store, &row.id).await?,
        orders: renderings::orders(&counter.store, &row.id).await?,
        row,
        represented,
        side,
        events,
        definition,
        state,
        original,
        documents,
        key,
    })
}

/// The definition of its day: the one in force, or an older one from the table.
async fn definition(counter: &Counter, row: &CaseRow) -> Result<Definition, LoadError> {
    if let Some(current) = counter.catalogue.get(&row.slug)
        && current.hash == row.definition
    {
        return Ok(current.clone());
    }
    let missing = || LoadError::Corrupt("its definition is not stored".into());
    let body = definitions::body(&counter.store, &row.definition)
        .await?
        .ok_or_else(missing)?;
    let service: Service =
        serde_json::from_slice(&body).map_err(|e| LoadError::Corrupt(e.to_string()))?;
    Ok(Definition {
        hash: row.definition.clone(),
        service: Arc::new(service),
    })
}

impl LoadedCase {
    /// The case as it was right after the event `seq`.
    pub fn as_at(mut self, seq: i64) -> Result<Self, LoadError> {
        self.events.retain(|event| event.seq <= seq);
        self.documents.retain(|document| document.seq <= seq);
        self.state = fold(&self.events, &Terms::from(&self.definition.service.term))?;
        Ok(self)
    }

    pub fn protocol(&self) -> ProtocolNumber {
        ProtocolNumber {
            year: self.row.year,
            number: self.row.number,
        }
    }

    /// Last day for the decision, while it is open.
    pub fn due(&self) -> Option<Date> {
        (!self.state.state.is_decided()).then_some(self.state.due.rolled)
    }

    /// Opens what lies sealed under the case's key.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.key.open(context, sealed)
    }

    /// Seals under the case's key.
    pub fn seal(
        &self,
        counter: &Counter,
        context: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        self.key.seal(&*counter.rng, context, plain)
    }

    /// The last event that people decide on.
    pub fn last_step(&self) -> i64 {
        let steps = self.events.iter().rev();
        let mut steps = steps.filter(|event| !event.body.is_aside());
        steps.next().map_or(0, |event| event.seq)
    }

    pub fn original_sha256(&self) -> &str {
        self.documents
            .iter()
            .find(|document| document.kind == kind::ORIGINAL)
            .map_or("", |document| &document.sha256)
    }

    /// The act that the event `seq` is about.
    pub fn act(&self, seq: i64) -> Result<Option<Act>, LoadError> {
        let found = self
            .documents
            .iter()
            .find(|document| document.seq == seq && document.kind != kind::ORIGINAL);
        found
            .map(|document| serde_json::from_slice(&document.bytes))
            .transpose()
            .map_err(|e| LoadError::Corrupt(e.to_string()))
    }
}
