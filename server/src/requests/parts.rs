//! A large file in parts, so that a lost connection costs one part and not the file. When the last
//! part has come the file is an attachment like any other.

use app::api::{AttachmentView, Problem};
use bytes::{Bytes, BytesMut};
use rules::t;
use thiserror::Error;

use super::attach::{self, AttachError, clean_name, forget};
use crate::{
    error::{Refusal, not_found},
    files::FileError,
    state::{Counter, Person},
    store::{
        StoreError,
        uploads::{self, UploadRow},
    },
    vault::VaultError,
};

/// Largest part, bytes.
pub const PART_BYTES: usize = 1 << 20;
/// Files that one person may have on their way; one more, and the oldest is forgotten.
const AT_ONCE: usize = 5;
/// Milliseconds after which a file that does not go on is forgotten.
const PATIENCE: i64 = 24 * 3_600_000;

#[derive(Debug, Error)]
pub enum PartError {
    #[error("no such upload, or somebody else's")]
    Unknown,
    /// How far the file has come.
    #[error("the file has come to {0}")]
    Elsewhere(i64),
    #[error("the part goes beyond the file's end")]
    TooLong,
    #[error("the header {0} is not a number")]
    Header(String),
    #[error(transparent)]
    Attach(#[from] AttachError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for PartError {
    fn problem(&self) -> Problem {
        match self {
            Self::Unknown => not_found(),
            Self::Elsewhere(_) => Problem::new(
                409,
                t!("File da riprendere"),
                t!("Il file è arrivato a un altro punto. Chiedi a quale, e riprendi da lì."),
            ),
            Self::TooLong => Problem::new(
                413,
                t!("File troppo grande"),
                t!("È arrivato più di quanto il file doveva essere. Caricalo di nuovo."),
            ),
            Self::Header(name) => Problem::new(
                400,
                t!("Richiesta non valida"),
                t!("L'intestazione {name} deve essere un numero.", name),
            ),
            Self::Attach(error) => error.problem(),
            Self::File(error) => error.problem(),
            Self::Vault(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub received: i64,
    pub bytes: i64,
}

fn context(id: &str) -> String {
    format!("uploads/{id}/name")
}

/// Announces a file of so many bytes for an attachment; its id. Refused at once where the whole
/// file would be.
pub async fn begin(
    counter: &Counter,
    person: &Person,
    slug: &str,
    bozza: &str,
    attachment: &str,
    name: &str,
    bytes: u64,
) -> Result<String, PartError> {
    let name = clean_name(name);
    let draft = attach::room_for(counter, person, slug, bozza, attachment, &name, bytes).await?;
    let id = counter.new_id();
    let master = counter.vault.master();
    let row = UploadRow {
        sealed_name: master.seal(&*counter.rng, &context(&id), name.as_bytes())?,
        id: id.clone(),
        person: person.id.clone(),
        owner: draft,
        attachment: attachment.to_owned(),
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        received: 0,
        file: None,
        updated_at: counter.now_ms(),
    };
    let begun = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            uploads::insert(tx, &row).await?;
            let mut gone = Vec::new();
            for old in uploads::of_person(tx, &row.person)
                .await?
                .iter()
                .skip(AT_ONCE)
            {
                gone.extend(uploads::delete(tx, old).await?);
            }
            Ok(gone)
        })
    });
    forget(counter, &begun.await?).await;
    Ok(id)
}

pub async fn reached(counter: &Counter, person: &Person, id: &str) -> Result<Reached, PartError> {
    let row = get(counter, person, id).await?;
    Ok(Reached {
        received: row.received,
        bytes: row.bytes,
    })
}

async fn get(counter: &Counter, person: &Person, id: &str) -> Result<UploadRow, PartError> {
    let row = uploads::get(&counter.store, id, &person.id).await?;
    row.ok_or(PartError::Unknown)
}

/// What a part made of the file.
#[derive(Debug)]
pub enum Added {
    Reached(Reached),
    Whole(AttachmentView),
}

/// Adds the part that begins at `position`: durable when it returns. With the last one, or with
/// none where all has come, the file is attached.
pub async fn add(
    counter: &Counter,
    person: &Person,
    slug: &str,
    id: &str,
    position: i64,
    part: Bytes,
) -> Result<Added, PartError> {
    let mut row = get(counter, person, id).await?;
    if row.received != position {
        return Err(PartError::Elsewhere(row.received));
    }
    if let Some(file) = &row.file {
        let view = attach::of_draft(counter, &row.owner, file).await?;
        return view.map(Added::Whole).ok_or(PartError::Unknown);
    }
    let bytes = i64::try_from(part.len()).unwrap_or(i64::MAX);
    if position.saturating_add(bytes) > row.bytes {
        return Err(PartError::TooLong);
    }
    if bytes > 0 {
        keep(counter, &row, part, bytes).await?;
        row.received += bytes;
    }
    if row.received < row.bytes {
        return Ok(Added::Reached(Reached {
            received: row.received,
            bytes: row.bytes,
        }));
    }
    Ok(Added::Whole(finish(counter, person, slug, row).await?))
}

/// The bytes first, then the row that counts them: of two that come at once one is told where the
/// file is.
async fn keep(
    counter: &Counter,
    row: &UploadRow,
    part: Bytes,
    bytes: i64,
) -> Result<(), PartError> {
    let file = counter.new_id();
    let put = counter
        .files
        .put(&counter.vault, &*counter.rng, &file, &part);
    put.await?;
    let (id, position, now) = (row.id.clone(), row.received, counter.now_ms());
    let of = file.clone();
    let added = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { uploads::add(tx, &id, position, bytes, &of, now).await })
    });
    if added.await? {
        return Ok(());
    }
    forget(counter, &[file]).await;
    let row = uploads::get(&counter.store, &row.id, &row.person).await?;
    Err(row.map_or(PartError::Unknown, |row| PartError::Elsewhere(row.received)))
}

/// The whole file becomes an attachment. It stays on its way where that failed for a reason of ours:
/// then the last part, or an empty one, may come again.
async fn finish(
    counter: &Counter,
    person: &Person,
    slug: &str,
    row: UploadRow,
) -> Result<AttachmentView, PartError> {
    let mut whole = BytesMut::with_capacity(usize::try_from(row.bytes).unwrap_or(0));
    for part in uploads::parts(&counter.store, &row.id).await? {
        whole.extend_from_slice(&counter.files.get(&counter.vault, &part).await?);
    }
    let master = counter.vault.master();
    let name = master.open(&context(&row.id), &row.sealed_name)?;
    let name = String::from_utf8_lossy(&name);
    let whole = whole.freeze();
    let attached = attach::attach(
        counter,
        person,
        slug,
        &row.owner,
        &row.attachment,
        &name,
        whole,
    )
    .await;
    match &attached {
        Ok(view) => {
            let (id, file) = (row.id, view.file.clone());
            let done = counter.store.write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { uploads::finish(tx, &id, &file).await })
            });
            forget(counter, &done.await?).await;
        }
        Err(error) if error.problem().status >= 500 => {}
        Err(_) => drop_upload(counter, row.id).await?,
    }
    Ok(attached?)
}

/// The person has no more use for it.
pub async fn cancel(counter: &Counter, person: &Person, id: &str) -> Result<(), PartError> {
    let row = get(counter, person, id).await?;
    Ok(drop_upload(counter, row.id).await?)
}

async fn drop_upload(counter: &Counter, id: String) -> Result<(), StoreError> {
    let gone = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { uploads::delete(tx, &id).await })
    });
    forget(counter, &gone.await?).await;
    Ok(())
}

/// Forgets what nobody has gone on with for a day; how many.
pub async fn forget_idle(counter: &Counter) -> Result<usize, StoreError> {
    let idle = uploads::idle(&counter.store, counter.now_ms() - PATIENCE).await?;
    for id in &idle {
        drop_upload(counter, id.clone()).await?;
    }
    Ok(idle.len())
}
