//! `server verify`: recomputes every chain, hash and projection from what is stored.

use std::collections::{BTreeMap, BTreeSet};

use rules::{
    case::{Event, Terms, fold},
    catalogue::Service,
};
use thiserror::Error;

use crate::{
    cases::{self, index_row},
    state::Counter,
    store::{
        Store, StoreError,
        cases::{self as rows, CaseRow, IndexRow},
        files::{self, FileRow},
        register as register_rows,
    },
    vault::sha256,
};

/// The check itself could not go on.
#[derive(Debug, Error)]
pub enum VerifyError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What does not hold, a line each; empty if all is whole.
pub async fn verify(counter: &Counter) -> Result<Vec<String>, VerifyError> {
    let mut found = Vec::new();
    let registered = register(&counter.store, &mut found).await?;
    let services = definitions(&counter.store, &mut found).await?;
    let mut indexes: BTreeMap<String, IndexRow> = rows::all_indexes(&counter.store)
        .await?
        .into_iter()
        .map(|row| (row.case_id.clone(), row))
        .collect();
    let mut acts = BTreeSet::new();
    for row in rows::all(&counter.store).await? {
        let index = indexes.remove(&row.id);
        case(counter, &row, index, &services, &registered, &mut acts, &mut found).await?;
    }
    for id in indexes.keys() {
        found.push(format!("pratica {id}: è nell'indice ma non esiste"));
    }
    for number in registered.keys().filter(|number| !acts.contains(*number)) {
        found.push(format!("protocollo {}/{}: nessun documento", number.1, number.0));
    }
    for file in files::all(&counter.store).await? {
        stored_file(counter, &file, &mut found).await;
    }
    Ok(found)
}

/// Year and number.
type Number = (i64, i64);

/// Case and document hash of every entry; checks numbers, chain and the years' last entries.
async fn register(
    store: &Store,
    found: &mut Vec<String>,
) -> Result<BTreeMap<Number, (String, String)>, StoreError> {
    let mut entries = BTreeMap::new();
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
        entries.insert((row.year, row.number), (row.case_id, row.document_hash));
    }
    let years = register_rows::years(store).await?;
    let told: BTreeMap<i64, (i64, String)> =
        years.into_iter().map(|(year, last, hash)| (year, (last, hash))).collect();
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

async fn case(
    counter: &Counter,
    row: &CaseRow,
    index: Option<IndexRow>,
    services: &BTreeMap<String, Service>,
    registered: &BTreeMap<Number, (String, String)>,
    acts: &mut BTreeSet<Number>,
    found: &mut Vec<String>,
) -> Result<(), StoreError> {
    let name = format!("pratica {}", row.id);
    let events = chain(&counter.store, &row.id, &name, found).await?;
    if let Some(event) = events.first() {
        let number = event.body.act().map(|act| act.protocol);
        let own = number.is_some_and(|n| (n.year, n.number) == (row.year, row.number));
        let sender = event.actor.person() == Some(&row.person) && event.at_ms == row.created_at;
        if !own || !sender {
            found.push(format!("{name}: la riga non corrisponde al primo evento"));
        }
    }
    documents(counter, row, &events, registered, &name, acts, found).await?;
    let Some(service) = services.get(&row.definition) else {
        found.push(format!("{name}: manca la sua definizione"));
        return Ok(());
    };
    if (&service.slug, &service.office.id) != (&row.slug, &row.office) {
        found.push(format!("{name}: servizio o ufficio non sono quelli della definizione"));
    }
    match fold(&events, &Terms::from(&service.term)) {
        Ok(state) if index.as_ref() != Some(&index_row(&row.id, &row.office, &service.title, &state)) => {
            found.push(format!("{name}: l'indice non corrisponde agli eventi"));
        }
        Ok(_) => {}
        Err(error) => found.push(format!("{name}: l'evento {} non segue dai precedenti", error.seq)),
    }
    Ok(())
}

/// The events that can be read; checks their chain.
async fn chain(
    store: &Store,
    case_id: &str,
    name: &str,
    found: &mut Vec<String>,
) -> Result<Vec<Event>, StoreError> {
    let mut events = Vec::new();
    let mut previous = String::new();
    for (row, seq) in rows::events(store, case_id).await?.into_iter().zip(1..) {
        if row.seq != seq || row.previous != previous {
            found.push(format!("{name}: l'evento {} non segue dal precedente", row.seq));
        }
        if cases::link(&row)? != row.hash {
            found.push(format!("{name}: l'evento {} è cambiato", row.seq));
        }
        previous.clone_from(&row.hash);
        match cases::read(std::slice::from_ref(&row)) {
            Ok(read) => events.extend(read),
            Err(_) => found.push(format!("{name}: l'evento {} non si legge", row.seq)),
        }
    }
    Ok(events)
}

/// Each act has its document and its entry, and each document its act.
async fn documents(
    counter: &Counter,
    row: &CaseRow,
    events: &[Event],
    registered: &BTreeMap<Number, (String, String)>,
    name: &str,
    acts: &mut BTreeSet<Number>,
    found: &mut Vec<String>,
) -> Result<(), StoreError> {
    let stored = rows::documents(&counter.store, &row.id).await?;
    let wrapped = rows::key(&counter.store, &row.id).await?;
    let key = wrapped.map(|w| counter.vault.unwrap_key(&cases::key_context(&row.id), &w));
    if let Some(Err(_)) = &key {
        found.push(format!("{name}: la chiave non si apre"));
    }
    for (event, act) in events.iter().filter_map(|e| Some((e, e.body.act()?))) {
        let number = (i64::from(act.protocol.year), act.protocol.number);
        acts.insert(number);
        let Some(document) = stored.iter().find(|d| d.id == act.document.id) else {
            found.push(format!("{name}: manca il documento dell'evento {}", event.seq));
            continue;
        };
        let entry = (row.id.clone(), document.hash.clone());
        if document.seq != event.seq || registered.get(&number) != Some(&entry) {
            found.push(format!(
                "{name}: il documento {} non corrisponde al protocollo",
                document.id
            ));
        }
        // An erased key leaves nothing to open: register and events still hold.
        if let Some(Ok(key)) = &key {
            let bytes = key.open(&cases::document_context(&document.id), &document.sealed);
            let whole = bytes.is_ok_and(|bytes| {
                sha256(&bytes) == document.hash
                    && cases::salted(&document.salt, &bytes) == act.document.hash
            });
            if !whole {
                found.push(format!("{name}: il documento {} è cambiato", document.id));
            }
        }
    }
    for document in &stored {
        let known = |event: &Event| event.body.act().is_some_and(|a| a.document.id == document.id);
        if !events.iter().any(known) {
            found.push(format!("{name}: il documento {} non ha un evento", document.id));
        }
    }
    Ok(())
}

/// The bytes that lie in the file store are those that were sent.
async fn stored_file(counter: &Counter, file: &FileRow, found: &mut Vec<String>) {
    match counter.files.get(&counter.vault, &file.id).await {
        Ok(bytes) if sha256(&bytes) == file.sha256 => {}
        Ok(_) => found.push(format!("file {}: il contenuto è cambiato", file.id)),
        Err(_) => found.push(format!("file {}: non si legge", file.id)),
    }
}
