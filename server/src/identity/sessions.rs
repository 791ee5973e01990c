//! Sessions: a random token in the browser, its hash in the database.

use std::sync::Arc;

use app::api::{Left, Problem};
use saml::Scheme;
use thiserror::Error;

use crate::{
    clock::token,
    error::{Refusal, internal},
    profile, roles,
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
    /// The response as it travelled.
    pub sealed_response: Vec<u8>,
    pub evidence: Evidence,
}

/// Logs a person in: her row is made or brought up to date, a new session begins. The token.
pub async fn begin(
    counter: &Counter,
    data: PersonData,
    login: Login,
) -> Result<String, SessionError> {
    let token = token::<32>(&*counter.rng);
    let now = counter.now_ms();
    let evidence = login.evidence;
    let judged = Judged {
        outcome: "riuscito",
        reason: String::new(),
        response: login.response,
        assertion: evidence.assertion.clone(),
        level: evidence.level,
        sealed_response: Some(login.sealed_response),
    };
    let mut session = rows::SessionRow {
        person: String::new(),
        provider: evidence.provider,
        level: evidence.level,
        assertion: evidence.assertion,
        created_at: now,
        seen_at: now,
        expires_at: now + stretch(counter),
        scheme: login.scheme.as_str().to_owned(),
        name: login.name,
    };
    let (inner, hash) = (counter.clone(), sha256(token.as_bytes()));
    counter
        .store
        .write::<_, SessionError, _>(move |tx| {
            Box::pin(async move {
                session.person = recognise(&inner, tx, data, now).await?;
                logins::judge(tx, &login.request, &judged).await?;
                Ok(rows::put_session(tx, &hash, &session).await?)
            })
        })
        .await?;
    Ok(token)
}

/// Her row, made or brought up to date with what a provider says of her; its id.
async fn recognise(
    counter: &Counter,
    tx: &mut Tx,
    mut data: PersonData,
    now_ms: i64,
) -> Result<String, SessionError> {
    let Known { id, before } = know(counter, tx, &data, now_ms).await?;
    if let Some(before) = before {
        data.profile = before.profile;
        // CIE tells no contacts: those that SPID told stay.
        for (field, now, known) in [
            (profile::EMAIL, &mut data.email, before.email),
            (profile::MOBILE, &mut data.mobile, before.mobile),
        ] {
            if now.is_empty() {
                *now = known;
                let at = before.told_at.get(field);
                data.told_at.extend(at.map(|at| (field.to_owned(), *at)));
            }
        }
        let row = seal(counter, &id, &data)?;
        put_profile(tx, &row, now_ms).await?;
    }
    Ok(id)
}

/// A person's row, held until the transaction ends.
struct Known {
    id: String,
    /// `None`: made just now, as was said.
    before: Option<PersonData>,
}

/// Her row, made as `data` says if she was never here: written before it is read, so that of two
/// first times at once the second finds the row of the first.
async fn know(
    counter: &Counter,
    tx: &mut Tx,
    data: &PersonData,
    now_ms: i64,
) -> Result<Known, SessionError> {
    let new = seal(counter, &counter.new_id(), data)?;
    if rows::insert_person(tx, &new.id, &new.lookup, &new.sealed, now_ms).await? {
        return Ok(Known {
            id: new.id,
            before: None,
        });
    }
    let row = rows::hold_person(tx, &new.lookup).await?;
    Ok(Known {
        before: Some(open(counter, &row.id, &row.sealed)?),
        id: row.id,
    })
}

/// Her row, for a clerk who read her identity document: made if she was never here, mended if only
/// a clerk wrote it; what a provider said of her stays. Her id, and what is known of her now.
pub async fn at_desk(
    counter: &Counter,
    mut data: PersonData,
) -> Result<(String, PersonData), SessionError> {
    let (inner, now) = (counter.clone(), counter.now_ms());
    let write = counter.store.write(move |tx| {
        Box::pin(async move {
            let Known { id, before } = know(&inner, tx, &data, now).await?;
            match before {
                Some(before) if before.by_hand => {
                    data.profile = before.profile;
                    put_profile(tx, &seal(&inner, &id, &data)?, now).await?;
                    Ok::<_, SessionError>((id, data))
                }
                Some(before) => Ok((id, before)),
                None => Ok((id, data)),
            }
        })
    });
    write.await
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
        scheme: session.scheme,
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

/// Changes her data as they are now, held until the transaction ends: a login beside it may have
/// changed them since she came in.
pub async fn change<T>(
    counter: &Counter,
    tx: &mut Tx,
    person: &Person,
    change: impl FnOnce(&mut PersonData) -> T,
) -> Result<T, SessionError> {
    let lookup = counter.vault.lookup(&person.identity.key());
    let row = rows::hold_person(tx, &lookup).await?;
    let mut data = open(counter, &row.id, &row.sealed)?;
    let done = change(&mut data);
    put_profile(tx, &seal(counter, &row.id, &data)?, counter.now_ms()).await?;
    Ok(done)
}

pub async fn put_profile(
    tx: &mut Tx,
    person: &SealedPerson,
    now_ms: i64,
) -> Result<(), StoreError> {
    rows::put_person(tx, &person.id, &person.lookup, &person.sealed, now_ms).await
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;
    use crate::{
        clock::ManualClock,
        profile::Told,
        testing::{NOW, stores, test_counter},
    };

    fn maria(email: &str) -> PersonData {
        PersonData {
            fiscal_code: "RSSMRA68A41A893X".to_owned(),
            name: "Maria".to_owned(),
            email: email.to_owned(),
            ..PersonData::default()
        }
    }

    async fn login(counter: &Counter, email: &str) -> Result<Person, SessionError> {
        let login = Login {
            request: counter.new_id(),
            scheme: Scheme::Spid,
            name: SessionName::default(),
            response: "_r".to_owned(),
            sealed_response: Vec::new(),
            evidence: Evidence {
                provider: "https://idp.example".to_owned(),
                level: 2,
                assertion: "_a".to_owned(),
                at: NOW,
                desk: None,
            },
        };
        let token = begin(counter, maria(email), login).await?;
        match resume(counter, &token).await? {
            Actor::Person(person) => Ok((*person).clone()),
            _ => panic!("nobody is in"),
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_new_person_who_enters_twice_at_once_is_one() {
        for store in stores().await {
            let counter = test_counter(store, ManualClock::at(NOW)).await;
            let logins = join_all((0..8).map(|_| login(&counter, "a@b.it")));
            let (logins, at_the_desk) = tokio::join!(logins, at_desk(&counter, maria("")));
            let (id, _) = at_the_desk.unwrap();
            for person in logins {
                let person = person.unwrap();
                assert_eq!(
                    (person.id, person.identity.email),
                    (id.clone(), "a@b.it".to_owned())
                );
            }
        }
    }

    #[tokio::test]
    async fn a_login_and_a_profile_told_beside_it_are_both_kept() {
        for store in stores().await {
            let counter = test_counter(store, ManualClock::at(NOW)).await;
            let before = login(&counter, "old@b.it").await.unwrap();
            login(&counter, "new@b.it").await.unwrap();
            let told = Told {
                value: "Roma".to_owned(),
                source: None,
            };
            let inner = counter.clone();
            counter
                .store
                .write(move |tx| {
                    Box::pin(async move {
                        let add =
                            |data: &mut PersonData| data.profile.insert("via".to_owned(), told);
                        change(&inner, tx, &before, add).await
                    })
                })
                .await
                .unwrap();
            let now = login(&counter, "").await.unwrap().identity;
            assert_eq!(now.email, "new@b.it");
            assert_eq!(now.profile["via"].value, "Roma");
        }
    }
}
