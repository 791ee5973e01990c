//! `server verify`: recomputes every chain, hash and projection from what is stored.

mod delegations;
mod payments;

use std::collections::{BTreeMap, BTreeSet};

use app::api::AttachmentView;
use rules::{
    case::{Event, EventBody, Terms, fold},
    catalogue::Service,
};
use serde::Deserialize;
use thiserror::Error;

use crate::{
    cases::{self, index_row},
    changes, documents,
    identity::evidence,
    state::Counter,
    store::{
        Store, StoreError, bookings,
        cases::{self as rows, CaseRow, DocumentRow, IndexRow},
        files::{self, FileRow},
        logins, privacy as notice_rows, register as register_rows,
        renderings::{self, RenderingRow},
    },
    vault::{Key, sha256},
};

/// The check itself could not go on.
#[derive(Debug, Error)]
pub enum VerifyError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What does not hold, a line each; empty if all is whole. Of one moment: others go on writing.
pub async fn verify(counter: &Counter) -> Result<Vec<String>, VerifyError> {
    let store = counter.store.of_now().await?;
    let found = verify_in(counter, &store).await;
    store.close().await;
    found
}

async fn verify_in(counter: &Counter, store: &Store) -> Result<Vec<String>, VerifyError> {
    let mut found = Vec::new();
    let Entries {
        registered,
        correspondents,
    } = register(store, &mut found).await?;
    let services = definitions(store, &mut found).await?;
    notices(store, &mut found).await?;
    readings(store, &mut found).await?;
    changes::check_all(store, &mut found).await?;
    let stored = files::all(store).await?;
    let mut check = Check {
        counter,
        store,
        registered,
        correspondents,
        services,
        files: stored
            .iter()
            .map(|f| (f.id.clone(), f.sha256.clone()))
            .collect(),
        acts: BTreeSet::new(),
        found,
    };
    check.cases().await?;
    delegations::check_all(counter, store, &mut check.found).await?;
    for file in &stored {
        check.stored_file(file).await;
    }
    Ok(check.found)
}

/// What people read is what the hash says.
async fn notices(store: &Store, found: &mut Vec<String>) -> Result<(), StoreError> {
    for row in notice_rows::all(store).await? {
        if sha256(&row.body) != row.hash {
            let name = format!("informativa {} di {}", row.hash, row.slug);
            found.push(format!("{name}: il testo è cambiato"));
        }
    }
    Ok(())
}

/// Who read evidence of logins: no row missing, none changed.
async fn readings(store: &Store, found: &mut Vec<String>) -> Result<(), VerifyError> {
    let (mut number, mut previous) = (0, String::new());
    for row in logins::readings(store).await? {
        number += 1;
        if row.number != number || row.previous != previous || evidence::link(&row)? != row.hash {
            found.push(format!(
                "lettura degli accessi {}: la catena è rotta",
                row.number
            ));
            number = row.number;
        }
        previous = row.hash;
    }
    Ok(())
}

/// What was read so far, and what was found.
struct Check<'a> {
    counter: &'a Counter,
    store: &'a Store,
    /// Case and document hash of every entry of the register.
    registered: BTreeMap<Number, (String, String)>,
    /// Correspondents of the entries.
    correspondents: BTreeMap<Number, String>,
    /// By hash.
    services: BTreeMap<String, Service>,
    /// SHA-256 of the stored files, by id.
    files: BTreeMap<String, String>,
    /// Numbers that an event refers to.
    acts: BTreeSet<Number>,
    found: Vec<String>,
}

/// Year and number.
type Number = (i64, i64);

/// What the register holds, by number.
#[derive(Default)]
struct Entries {
    /// Case and document hash.
    registered: BTreeMap<Number, (String, String)>,
    correspondents: BTreeMap<Number, String>,
}

/// Every entry; checks numbers, chain and the years' last entries.
async fn register(store: &Store, found: &mut Vec<String>) -> Result<Entries, StoreError> {
    let mut entries = Entries::default();
    let mut ends: BTreeMap<i64, (i64, String)> = BTreeMap::new();
    for row in register_rows::all(store).await? {
        let name = format!("protocollo {}/{}", row.number, row.year);
        let (last, previous) = ends.get(&row.year).cloned().unwrap_or_default();
        if row.number != last + 1 {
            found.push(format!("{name}: manca il numero {}", last + 1));
        }
        if row.previous != previous {
            found.push(format!("{name}: non segue dalla registrazione precedente"));
        }
        if crate::register::link(&row)? != row.hash {
            found.push(format!("{name}: la registrazione è cambiata"));
        }
        ends.insert(row.year, (row.number, row.hash));
        let number = (row.year, row.number);
        let document = (row.case_id, row.document_hash);
        entries.registered.insert(number, document);
        entries.correspondents.insert(number, row.correspondent);
    }
    let years = register_rows::years(store).await?;
    let told: BTreeMap<i64, (i64, String)> = years
        .into_iter()
        .map(|(year, last, hash)| (year, (last, hash)))
        .collect();
    if told != ends {
        found.push("registro: l'ultimo numero di un anno non torna".to_owned());
    }
    Ok(entries)
}

/// Definitions by hash; checks that each is what its hash says.
async fn definitions(
    store: &Store,
    found: &mut Vec<String>,
) -> Result<BTreeMap<String, Service>, StoreError> {
    let mut services = BTreeMap::new();
    for (hash, body) in rows::all_definitions(store).await? {
        if sha256(&body) != hash {
            found.push(format!("definizione {hash}: il contenuto è cambiato"));
        }
        if let Ok(service) = serde_json::from_slice(&body) {
            services.insert(hash, service);
        }
    }
    Ok(services)
}

impl Check<'_> {
    async fn cases(&mut self) -> Result<(), StoreError> {
        let indexes = rows::all_indexes(self.store).await?;
        let mut indexes: BTreeMap<String, IndexRow> = indexes
            .into_iter()
            .map(|row| (row.case_id.clone(), row))
            .collect();
        for row in rows::all(self.store).await? {
            let index = indexes.remove(&row.id);
            self.case(&row, index).await?;
        }
        for id in indexes.keys() {
            self.found
                .push(format!("pratica {id}: è nell'indice ma non esiste"));
        }
        let orphans = self
            .registered
            .keys()
            .filter(|number| !self.acts.contains(*number));
        self.found.extend(
            orphans.map(|(year, number)| format!("protocollo {number}/{year}: nessun documento")),
        );
        Ok(())
    }

    async fn case(&mut self, row: &CaseRow, index: Option<IndexRow>) -> Result<(), StoreError> {
        let name = format!("pratica {}", row.id);
        let events = self.chain(&row.id, &name).await?;
        if let Some(event) = events.first() {
            let number = event.body.act().map(|act| act.protocol);
            let own = number.is_some_and(|n| (n.year, n.number) == (row.year, row.number));
            let sender = event.actor.person() == Some(&row.person) && event.at_ms == row.created_at;
            if !own || !sender {
                self.found
                    .push(format!("{name}: la riga non corrisponde al primo evento"));
            }
        }
        delegations::check_case(self, row, &events, &name).await?;
        self.documents(row, &events, &name).await?;
        self.renderings(&row.id, &events, &name).await?;
        let Some(service) = self.services.get(&row.definition) else {
            self.found.push(format!("{name}: manca la sua definizione"));
            return Ok(());
        };
        if (&service.slug, &service.office.id) != (&row.slug, &row.office) {
            self.found.push(format!(
                "{name}: servizio o ufficio non sono quelli della definizione"
            ));
        }
        match fold(&events, &Terms::from(&service.term)) {
            Ok(state) => {
                let has = state.appointment.as_ref();
                let has = has.map(|has| (has.agenda.clone(), has.starts.to_string()));
                if bookings::of_case(self.store, &row.id).await? != Vec::from_iter(has) {
                    self.found
                        .push(format!("{name}: l'agenda non corrisponde agli eventi"));
                }
                let expected = index_row(&row.id, &row.office, &service.title, &state);
                if index.as_ref() != Some(&expected) {
                    self.found
                        .push(format!("{name}: l'indice non corrisponde agli eventi"));
                }
            }
            Err(error) => {
                self.found.push(format!(
                    "{name}: l'evento {} non segue dai precedenti",
                    error.seq
                ));
            }
        }
        Ok(())
    }

    /// The events that can be read; checks their chain.
    async fn chain(&mut self, case_id: &str, name: &str) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::new();
        let mut previous = String::new();
        for (row, seq) in rows::events(self.store, case_id)
            .await?
            .into_iter()
            .zip(1..)
        {
            if row.seq != seq || row.previous != previous {
                self.found.push(format!(
                    "{name}: l'evento {} non segue dal precedente",
                    row.seq
                ));
            }
            if cases::link(&row)? != row.hash {
                self.found
                    .push(format!("{name}: l'evento {} è cambiato", row.seq));
            }
            previous.clone_from(&row.hash);
            match cases::read(std::slice::from_ref(&row)) {
                Ok(read) => events.extend(read),
                Err(_) => self
                    .found
                    .push(format!("{name}: l'evento {} non si legge", row.seq)),
            }
        }
        Ok(events)
    }

    /// Each act has its document and its entry, and each document its act.
    async fn documents(
        &mut self,
        row: &CaseRow,
        events: &[Event],
        name: &str,
    ) -> Result<(), StoreError> {
        let stored = rows::documents(self.store, &row.id).await?;
        let key = self.key(&row.id, name).await?;
        let mut known = BTreeSet::new();
        for (event, act) in events.iter().filter_map(|e| Some((e, e.body.act()?))) {
            let number = (i64::from(act.protocol.year), act.protocol.number);
            self.acts.insert(number);
            known.insert(&act.document.id);
            let Some(document) = stored.iter().find(|d| d.id == act.document.id) else {
                self.found.push(format!(
                    "{name}: manca il documento dell'evento {}",
                    event.seq
                ));
                continue;
            };
            let entry = (row.id.clone(), document.hash.clone());
            let fits =
                document.seq == event.seq && Some(document.kind.as_str()) == kind_of(&event.body);
            if !fits || self.registered.get(&number) != Some(&entry) {
                let id = &document.id;
                self.found.push(format!(
                    "{name}: il documento {id} non corrisponde al protocollo"
                ));
            }
            // An erased key leaves nothing to open: register and events still hold.
            if let Some(key) = &key {
                self.content(key, document, &act.document.hash, name);
            }
        }
        let store = self.store;
        payments::check(store, &row.id, events, key.as_ref(), name, &mut self.found).await?;
        for document in stored
            .iter()
            .filter(|document| !known.contains(&document.id))
        {
            self.found.push(format!(
                "{name}: il documento {} non ha un evento",
                document.id
            ));
        }
        Ok(())
    }

    /// Each event of a PDF has its row, and each row its event.
    async fn renderings(
        &mut self,
        case_id: &str,
        events: &[Event],
        name: &str,
    ) -> Result<(), StoreError> {
        let stored = renderings::of_case(self.store, case_id).await?;
        let key = match stored.is_empty() {
            true => None,
            false => self.key(case_id, name).await?,
        };
        let mut known = BTreeSet::new();
        for event in events {
            let EventBody::DocumentoPronto {
                documento,
                originale_seq,
            } = &event.body
            else {
                continue;
            };
            known.insert(&documento.id);
            let row = stored.iter().find(|row| row.id == documento.id);
            let original = events.iter().find(|event| event.seq == *originale_seq);
            let kinds = original
                .and_then(|event| kind_of(&event.body))
                .map_or(&[][..], documents::kinds_of);
            let whole = row.is_some_and(|row| {
                row.seq == *originale_seq
                    && row.created_at == event.at_ms
                    && kinds.contains(&row.kind.as_str())
                    && key
                        .as_ref()
                        .is_none_or(|key| is_whole(key, row, &documento.hash))
            });
            if !whole {
                let id = &documento.id;
                self.found
                    .push(format!("{name}: il PDF {id} manca o è cambiato"));
            }
        }
        for row in stored.iter().filter(|row| !known.contains(&row.id)) {
            self.found
                .push(format!("{name}: il PDF {} non ha un evento", row.id));
        }
        Ok(())
    }

    async fn key(&mut self, case_id: &str, name: &str) -> Result<Option<Key>, StoreError> {
        let Some(wrapped) = rows::key(self.store, case_id).await? else {
            return Ok(None);
        };
        let key = self
            .counter
            .vault
            .unwrap_key(&cases::key_context(case_id), &wrapped);
        if key.is_err() {
            self.found.push(format!("{name}: la chiave non si apre"));
        }
        Ok(key.ok())
    }

    /// The document's bytes against register and event, and its files against what is stored.
    fn content(&mut self, key: &Key, document: &DocumentRow, salted: &str, name: &str) {
        let id = &document.id;
        let whole = key
            .open(&cases::document_context(id), &document.sealed)
            .ok()
            .filter(|bytes| sha256(bytes) == document.hash)
            .filter(|bytes| cases::salted(&document.salt, bytes) == salted);
        let Some(bytes) = whole else {
            self.found
                .push(format!("{name}: il documento {id} è cambiato"));
            return;
        };
        let Ok(sent) = serde_json::from_slice::<Sent>(&bytes) else {
            self.found
                .push(format!("{name}: il documento {id} non si legge"));
            return;
        };
        let files = sent.attachments.iter().chain(&sent.files);
        for file in files.chain(&sent.signed_document) {
            if self.files.get(&file.file) != Some(&file.sha256) {
                self.found.push(format!(
                    "{name}: il file {} manca o non è quello inviato",
                    file.file
                ));
            }
        }
    }

    /// The bytes that lie in the file store are those that were sent.
    async fn stored_file(&mut self, file: &FileRow) {
        match self.counter.files.get(&self.counter.vault, &file.id).await {
            Ok(bytes) if sha256(&bytes) == file.sha256 => {}
            Ok(_) => self
                .found
                .push(format!("file {}: il contenuto è cambiato", file.id)),
            Err(_) => self.found.push(format!("file {}: non si legge", file.id)),
        }
    }
}

/// The PDF's bytes against its row and the salted hash of its event.
fn is_whole(key: &Key, row: &RenderingRow, salted: &str) -> bool {
    cases::open_rendering(key, row)
        .is_ok_and(|pdf| sha256(&pdf) == row.hash && cases::salted(&row.salt, &pdf) == salted)
}

/// The files that a document names.
#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    attachments: Vec<AttachmentView>,
    #[serde(default)]
    files: Vec<AttachmentView>,
    #[serde(default)]
    signed_document: Option<AttachmentView>,
}

/// The kind of document that an event is about.
fn kind_of(body: &EventBody) -> Option<&'static str> {
    Some(match body {
        EventBody::Invia { .. } => cases::kind::ORIGINAL,
        EventBody::ChiediIntegrazione { .. } => cases::kind::REQUEST,
        EventBody::Risponde { .. } => cases::kind::ANSWER,
        EventBody::FirmaPositiva { .. } => cases::kind::DECISION,
        EventBody::Irricevibile { .. } => cases::kind::REFUSAL,
        EventBody::Ritira { .. } => cases::kind::WITHDRAWAL,
        EventBody::Assegna { .. }
        | EventBody::AvviaIstruttoria
        | EventBody::TermineScaduto
        | EventBody::Proponi { .. }
        | EventBody::ImportoDovuto { .. }
        | EventBody::Pagato { .. }
        | EventBody::Appuntamento { .. }
        | EventBody::DocumentoPronto { .. } => return None,
    })
}

#[cfg(test)]
mod tests;
