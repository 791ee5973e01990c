//! Sessions: a random token in the browser, its hash in the database.

use std::{collections::BTreeMap, sync::Arc};

use app::api::{Left, Problem};
use saml::Scheme;
use thiserror::Error;

use crate::{
    clock::token,
    error::{Refusal, internal},
    roles,
    state::{Actor, Counter, Evidence, Person, PersonData},
    store::{
        StoreError, Tx,
        identity::{self as rows, SessionName},
        logins::{self, Judged},
        roles::person_with_roles,
    },
    vault::{VaultError, sha256},
};

#[derive(Debug, Error)]
pub enum SessionError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("a stored person cannot be read: {0}")]
    Corrupt(#[from] serde_json::Error),
}

impl Refusal for SessionError {
    fn problem(&self) -> Problem {
        match self {
            Self::Store(error) => error.problem(),
            Self::Vault(_) | Self::Corrupt(_) => internal(),
        }
    }
}

/// A person's row, sealed and ready to be written.
pub struct SealedPerson {
    id: String,
    lookup: String,
    sealed: Vec<u8>,
}

impl SealedPerson {
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The row of somebody who was never here.
pub fn new_person(counter: &Counter, data: &PersonData) -> Result<SealedPerson, SessionError> {
    seal(counter, &counter.new_id(), data)
}

fn context(id: &str) -> String {
    format!("people/{id}")
}

fn seal(counter: &Counter, id: &str, data: &PersonData) -> Result<SealedPerson, SessionError> {
    let plain = serde_json::to_vec(data)?;
    Ok(SealedPerson {
        id: id.to_owned(),
        lookup: counter.vault.lookup(&data.key()),
        sealed: counter
            .vault
            .master()
            .seal(&*counter.rng, &context(id), &plain)?,
    })
}

/// A login that was believed.
pub struct Login {
    /// Id of our request.
    pub request: String,
    pub scheme: Scheme,
    /// What the provider calls the session.
    pub name: SessionName,
    /// Id of the response.
    pub response: String,
    pub evidence: Evidence,
}

/// Logs a person in: her row is made or brought up to date, a new session begins. The token.
pub async fn begin(
    counter: &Counter,
    mut data: PersonData,
    login: Login,
) -> Result<String, SessionError> {
    let lookup = counter.vault.lookup(&data.key());
    let known = {
        let mut connection = counter.store.read().await?;
        rows::person_by_lookup(&mut connection, &lookup).await?
    };
    let id = match known {
        Some(row) => {
            let before = open(counter, &row.id, &row.sealed)?;
            data.profile = before.profile;
            // CIE tells no contacts: those that SPID told stay.
            for (now, known) in [
                (&mut data.email, before.email),
                (&mut data.mobile, before.mobile),
            ] {
                if now.is_empty() {
                    *now = known;
                }
            }
            row.id
        }
        None => counter.new_id(),
    };
    let person = seal(counter, &id, &data)?;
    let token = token::<32>(&*counter.rng);
    let now = counter.now_ms();
    let evidence = login.evidence;
    let judged = Judged {
        outcome: "riuscito",
        reason: String::new(),
        response: login.response,
        assertion: evidence.assertion.clone(),
        level: evidence.level,
    };
    let session = rows::SessionRow {
        person: id,
        provider: evidence.provider,
        level: evidence.level,
        assertion: evidence.assertion,
        created_at: now,
        seen_at: now,
        expires_at: now + stretch(counter),
        scheme: login.scheme.as_str().to_owned(),
        name: login.name,
    };
    let hash = sha256(token.as_bytes());
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                rows::put_person(tx, &person.id, &person.lookup, &person.sealed, now).await?;
                logins::judge(tx, &login.request, &judged).await?;
                rows::put_session(tx, &hash, &session).await
            })
        })
        .await?;
    Ok(token)
}

/// For how long a session goes on without being extended, milliseconds.
fn stretch(counter: &Counter) -> i64 {
    counter.comune.termini.sessione_minuti * 60_000
}

/// Lets a session last another stretch, never longer than [`LONGEST`] after the login (WCAG 2.2.1:
/// who needs more time may have it). `None`: it is over.
pub async fn extend(counter: &Counter, token: &str) -> Result<Option<Left>, SessionError> {
    let hash = sha256(token.as_bytes());
    let Some(session) = rows::session(&counter.store, &hash).await? else {
        return Ok(None);
    };
    let now = counter.now_ms();
    let until = (now + stretch(counter)).min(session.created_at + LONGEST);
    let until = until.max(session.expires_at);
    let extended = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { rows::extend_session(tx, &hash, now, until).await })
        })
        .await?;
    Ok(extended.then(|| left(&session, until, now)))
}

/// How long a session still lasts; `None`: it is over.
pub async fn time_left(counter: &Counter, token: &str) -> Result<Option<Left>, SessionError> {
    let session = rows::session(&counter.store, &sha256(token.as_bytes())).await?;
    let now = counter.now_ms();
    let session = session.filter(|session| session.expires_at > now);
    Ok(session.map(|session| left(&session, session.expires_at, now)))
}

fn left(session: &rows::SessionRow, until: i64, now: i64) -> Left {
    Left {
        seconds: (until - now) / 1_000,
        extendable: until < session.created_at + LONGEST,
    }
}

/// However often it is extended, milliseconds.
const LONGEST: i64 = 12 * 3_600_000;

/// Who holds this token.
pub async fn resume(counter: &Counter, token: &str) -> Result<Actor, SessionError> {
    let Some(session) = rows::session(&counter.store, &sha256(token.as_bytes())).await? else {
        return Ok(Actor::Anonymous);
    };
    if session.expires_at <= counter.now_ms() {
        return Ok(Actor::Expired);
    }
    let found = person_with_roles(&counter.store, &session.person).await?;
    let Some((row, given)) = found else {
        return Ok(Actor::Anonymous);
    };
    let identity = open(counter, &row.id, &row.sealed)?;
    let code = &identity.fiscal_code;
    let roles = roles::held(&counter.comune, code, given, counter.today());
    Ok(Actor::Person(Arc::new(Person {
        id: row.id,
        identity,
        roles,
        expires_at: session.expires_at,
        evidence: Evidence {
            provider: session.provider,
            level: session.level,
            assertion: session.assertion,
            at: session.created_at,
            desk: None,
        },
    })))
}

/// Ends a session and tells what it was; ending it twice is fine.
pub async fn end(counter: &Counter, token: &str) -> Result<Option<rows::SessionRow>, StoreError> {
    let hash = sha256(token.as_bytes());
    counter
        .store
        .write(move |tx| Box::pin(async move { rows::take_session(tx, &hash).await }))
        .await
}

fn open(counter: &Counter, id: &str, sealed: &[u8]) -> Result<PersonData, SessionError> {
    Ok(serde_json::from_slice(
        &counter.vault.master().open(&context(id), sealed)?,
    )?)
}

/// What a stored person is called and her codice fiscale; for who may see them.
pub async fn person_data(counter: &Counter, id: &str) -> Result<Option<PersonData>, SessionError> {
    match rows::person(&counter.store, id).await? {
        Some(row) => Ok(Some(open(counter, &row.id, &row.sealed)?)),
        None => Ok(None),
    }
}

/// The stored person of this code: her id, and what is known of her.
pub async fn known_person(
    counter: &Counter,
    who: &PersonData,
) -> Result<Option<(String, PersonData)>, SessionError> {
    let lookup = counter.vault.lookup(&who.key());
    let row = {
        let mut connection = counter.store.read().await?;
        rows::person_by_lookup(&mut connection, &lookup).await?
    };
    row.map(|row| Ok((row.id.clone(), open(counter, &row.id, &row.sealed)?)))
        .transpose()
}

/// She with other data.
pub fn changed_person(
    counter: &Counter,
    id: &str,
    data: &PersonData,
) -> Result<SealedPerson, SessionError> {
    seal(counter, id, data)
}

/// The person with what she just told us added to her profile.
pub fn sealed_profile(
    counter: &Counter,
    person: &Person,
    told: BTreeMap<String, String>,
) -> Result<SealedPerson, SessionError> {
    let mut data = person.identity.clone();
    data.profile.extend(told);
    seal(counter, &person.id, &data)
}

pub async fn put_profile(
    tx: &mut Tx,
    person: &SealedPerson,
    now_ms: i64,
) -> Result<(), StoreError> {
    rows::put_person(tx, &person.id, &person.lookup, &person.sealed, now_ms).await
}
