//! The citizen's answer to a request for documents, protocolled on entry.

use app::api::AttachmentView;
use rules::case::{Command, OpenIntegration, Terms, fold, still_as_seen};

use super::{
    CommandError, LoadError, LoadedCase,
    act::kind,
    chain,
    change::{self, Change},
    load,
};
use crate::{
    register::Direction,
    requests,
    state::{Counter, Person},
    store::{
        StoreError, cases,
        files::{self, FileRow},
    },
};
use rules::t;

const FILE_BYTES: usize = 10 << 20;
/// All files of one answer together.
const ANSWER_BYTES: i64 = 60 << 20;
const FILES: usize = 40;

/// A file for one of the documents asked for.
pub struct Upload<'a> {
    /// Place of the document in the request, from 0.
    pub document: usize,
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// Sends the answer. Good files are kept even if the rest is refused, so that nobody sends them twice.
pub async fn answer_integration(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
    typed: &str,
    uploads: &[Upload<'_>],
) -> Result<i64, CommandError> {
    let case = load::of_citizen(counter, person, id).await?;
    // Files for the request that she saw are kept also where the case went on beside it.
    let Some(open) = case.state.integration.as_ref().filter(|o| o.seq <= seen) else {
        return Err(CommandError::Changed);
    };
    let asked = case
        .act(open.seq)?
        .map(|act| act.documents)
        .unwrap_or_default();
    let mut errors = keep(counter, &case, open, asked.len(), uploads).await?;
    if !still_as_seen(&case.events, seen) {
        return Err(CommandError::Changed);
    }
    let files = kept(counter, &case, open).await?;
    let text = match change::text("testo", typed, false) {
        Ok(text) => text,
        Err(CommandError::Invalid(found)) => {
            errors.extend(found);
            String::new()
        }
        Err(other) => return Err(other),
    };
    if errors.is_empty() && text.is_empty() {
        errors = missing(&asked, &files);
    }
    if !errors.is_empty() {
        return Err(CommandError::Invalid(errors));
    }
    let now = counter.now_ms();
    let mut act = change::blank_act(counter, &case, kind::ANSWER, person, now);
    act.text = text;
    act.documents = asked;
    act.files = files;
    let change = Change::Act {
        act: Box::new(act),
        direction: Direction::In,
        command: Box::new(|act| Command::Rispondi { act }),
        template: None,
    };
    let actor = case.side.actor();
    change::run(counter, &case, seen, actor, now, change).await
}

/// Each document needs a file, unless the text explains why not.
fn missing(asked: &[String], files: &[AttachmentView]) -> Vec<(String, String)> {
    (0..asked.len())
        .filter(|n| !files.iter().any(|file| file.id == format!("richiesta_{n}")))
        .map(|n| {
            let message = t!("Carica questo documento, oppure spiega nel testo perché non puoi.");
            (format!("allegati.richiesta_{n}"), message.to_owned())
        })
        .collect()
}

/// Files of this request: an earlier one's have another prefix.
fn prefix(open: &OpenIntegration) -> String {
    format!("{}.", open.seq)
}

/// `n` of `richiesta_<n>`.
fn place(id: &str) -> Option<usize> {
    id.strip_prefix("richiesta_")?.parse().ok()
}

/// Files already sent for the open request, in the order of its documents; `id` is `richiesta_<n>`.
pub async fn kept(
    counter: &Counter,
    case: &LoadedCase,
    open: &OpenIntegration,
) -> Result<Vec<AttachmentView>, StoreError> {
    let prefix = prefix(open);
    let all = requests::attachments_of(counter, &case.row.id).await?;
    let mut files: Vec<AttachmentView> = all
        .into_iter()
        .filter_map(|file| {
            let id = file.id.strip_prefix(&prefix)?.to_owned();
            Some(AttachmentView { id, ..file })
        })
        .collect();
    files.sort_by_key(|file| place(&file.id));
    Ok(files)
}

/// Stores what can be accepted; what cannot, and why.
pub(super) async fn keep(
    counter: &Counter,
    case: &LoadedCase,
    open: &OpenIntegration,
    asked: usize,
    uploads: &[Upload<'_>],
) -> Result<Vec<(String, String)>, CommandError> {
    let mut errors = Vec::new();
    for upload in uploads.iter().filter(|upload| upload.document < asked) {
        let kept = match check(&requests::clean_name(upload.name), upload.bytes) {
            Ok(mime) => match store(counter, case, open, upload, mime).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(
                    t!("I file di questa risposta sono troppi: al massimo 40, e 60 MB in tutto. Riducili, poi riprova.")
                        .to_owned(),
                ),
                Err(CommandError::Infected(infected)) => Err(infected.told()),
                Err(other) => return Err(other),
            },
            Err(message) => Err(message),
        };
        if let Err(message) = kept {
            errors.push((format!("allegati.richiesta_{}", upload.document), message));
        }
    }
    Ok(errors)
}

fn check(name: &str, bytes: &[u8]) -> Result<&'static str, String> {
    if bytes.is_empty() {
        return Err(t!(
            "Il file «{name}» è vuoto. Controllalo e caricalo di nuovo.",
            name
        ));
    }
    if bytes.len() > FILE_BYTES {
        return Err(t!(
            "Il file «{name}» è troppo grande: al massimo {mb} MB. Riducilo, o dividilo in più file.",
            name,
            mb = FILE_BYTES >> 20
        ));
    }
    requests::sniff(bytes).map(|kind| kind.mime()).ok_or_else(|| {
        t!(
            "Il file «{name}» non è di un tipo accettato. Tipi accettati: {types}. Conta il contenuto, non il nome.",
            name,
            types = "pdf, p7m, jpg, png"
        )
    })
}

/// Bytes first, then the row that names them; `false`: there is no room.
async fn store(
    counter: &Counter,
    case: &LoadedCase,
    open: &OpenIntegration,
    upload: &Upload<'_>,
    mime: &str,
) -> Result<bool, CommandError> {
    // Before megabytes are written; it counts again with the row.
    let present = files::of_owner(&counter.store, &case.row.id).await?;
    let bytes = i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX);
    if !has_room(&present, &prefix(open), bytes) {
        return Ok(false);
    }
    let attachment = format!("{}richiesta_{}", prefix(open), upload.document);
    let name = requests::clean_name(upload.name);
    let (owner, bytes) = (&case.row.id, upload.bytes);
    let row = requests::store_file::<CommandError>(counter, owner, &attachment, &name, mime, bytes);
    let row = row.await?;
    let id = row.id.clone();
    let added = add(counter, case, open, row).await;
    // Not after a commit without an answer: it may have been done.
    if matches!(added, Ok(false) | Err(CommandError::Changed)) {
        requests::forget(counter, &[id]).await;
    }
    added
}

/// Whether the request whose files begin with `prefix` takes `bytes` more.
fn has_room(present: &[FileRow], prefix: &str, bytes: i64) -> bool {
    let of_request = present
        .iter()
        .filter(|file| file.attachment.starts_with(prefix));
    let sizes: Vec<i64> = of_request.map(|file| file.bytes).collect();
    sizes.len() < FILES && sizes.iter().sum::<i64>().saturating_add(bytes) <= ANSWER_BYTES
}

/// The row, if its request is still open and has room: looked at in the transaction that adds it.
async fn add(
    counter: &Counter,
    case: &LoadedCase,
    open: &OpenIntegration,
    row: FileRow,
) -> Result<bool, CommandError> {
    let (seq, prefix) = (open.seq, prefix(open));
    let terms = Terms::from(&case.definition.service.term);
    counter
        .store
        .write(move |tx| {
            Box::pin(async move {
                cases::lock(tx, &row.owner).await?;
                let events = chain::read(&cases::events_in(tx, &row.owner).await?)?;
                let state = fold(&events, &terms).map_err(LoadError::from)?;
                if state.integration.is_none_or(|now| now.seq != seq) {
                    return Err(CommandError::Changed);
                }
                let present = files::of_owner_in(tx, &row.owner).await?;
                if !has_room(&present, &prefix, row.bytes) {
                    return Ok(false);
                }
                files::insert(tx, &row).await?;
                Ok(true)
            })
        })
        .await
}
