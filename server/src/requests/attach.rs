//! Attachments of a draft: limits, type by content, storage.

use app::api::{AttachmentView, Problem};
use bytes::Bytes;
use rules::{
    catalogue::{Attachment, Required, Service},
    form::Evaluation,
    roles::Operation,
    t,
};
use thiserror::Error;

use super::{
    draft::{Draft, DraftError},
    open::{OpenError, check_window},
    save::frozen,
    sent::{Submitted, already},
};
use crate::{
    cases::{self, LoadError},
    desk,
    error::{Refusal, Refused, not_found},
    files::FileError,
    roles::NotPermitted,
    scan::{self, Infected},
    signing::{self, SignatureReport, SigningError},
    state::{Counter, Person},
    store::{
        self, StoreError, cosignatures, desks, drafts, files,
        scans::{self, Scan},
        signing::DocumentRow,
    },
    vault::{VaultError, sha256},
};

/// All files of a draft together.
const DRAFT_BYTES: i64 = 60 << 20;
const NAME_CHARS: usize = 120;

#[derive(Debug, Error)]
pub enum AttachError {
    /// In plain words, for beside the control.
    #[error("file refused: {0}")]
    Refused(String),
    #[error("the document has its {0} files")]
    Full(u32),
    #[error("the draft's files are over the limit")]
    TooMuch,
    #[error(transparent)]
    Infected(#[from] Infected),
    /// Nobody opens it.
    #[error("the file is in quarantine")]
    Quarantined,
    #[error("the antivirus has not judged the file yet")]
    Waiting,
    #[error("no such file, or somebody else's")]
    NotFound,
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// Never saved, deleted, or sent by another window: a file would have no request.
    #[error("there is no draft")]
    NoDraft,
    #[error("the draft was sent")]
    Sent(Submitted),
    #[error("others are signing the draft")]
    Frozen,
    #[error(transparent)]
    Case(Box<LoadError>),
    #[error(transparent)]
    Signing(Box<SigningError>),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<StoreError> for AttachError {
    fn from(error: StoreError) -> Self {
        Self::Draft(error.into())
    }
}

impl AttachError {
    /// What is told beside the control, where it is the file that cannot be taken.
    pub fn of_file(&self) -> Option<String> {
        match self {
            Self::Refused(message) => Some(message.clone()),
            Self::Infected(infected) => Some(infected.told()),
            Self::Full(1) => Some(
                t!("C'è già un file per questo documento. Toglilo, poi carica quello nuovo.")
                    .to_owned(),
            ),
            Self::Full(n) => Some(t!(
                "Puoi caricare al massimo {n} file per questo documento. Togline uno, poi riprova.",
                n
            )),
            Self::TooMuch => Some(
                t!("Gli allegati di questa richiesta superano 60 MB in tutto. Riducili, poi riprova.")
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

impl Refusal for AttachError {
    fn problem(&self) -> Problem {
        match self {
            Self::Refused(_) | Self::Full(_) | Self::TooMuch => {
                let message = self.of_file().unwrap_or_default();
                Problem::new(422, t!("File non accettato"), message)
            }
            Self::Infected(infected) => infected.problem(),
            Self::Quarantined => Problem::new(
                403,
                t!("File in quarantena"),
                t!(
                    "In questo file l'antivirus ha trovato un virus: non si apre più, e nessuno lo può scaricare."
                ),
            ),
            Self::Waiting => Problem::new(
                409,
                t!("File in controllo"),
                t!(
                    "L'antivirus non ha ancora controllato questo file. Riprova tra qualche minuto."
                ),
            ),
            Self::NotFound => not_found(),
            Self::NotPermitted(error) => error.problem(),
            Self::NoDraft => Problem::new(
                409,
                t!("La bozza non c'è più"),
                t!(
                    "Questa richiesta l'hai inviata o eliminata da un'altra finestra. Ricarica la pagina."
                ),
            ),
            Self::Sent(sent) => sent.problem(),
            Self::Frozen => frozen(),
            Self::Case(error) => error.problem(),
            Self::Signing(error) => error.problem(),
            Self::Open(error) => error.problem(),
            Self::Draft(error) => error.problem(),
            Self::File(error) => error.problem(),
            Self::Vault(error) => error.problem(),
        }
    }
}

/// Adds a file to the draft: bytes sealed and on disk first, then the row.
/// `bozza`: the draft that the page shows, where it tells.
pub async fn attach(
    counter: &Counter,
    person: &Person,
    slug: &str,
    bozza: &str,
    attachment: &str,
    file_name: &str,
    bytes: Bytes,
) -> Result<AttachmentView, AttachError> {
    let draft = open_draft(counter, person, slug, bozza).await?;
    let service = std::sync::Arc::clone(&draft.definition.service);
    let wanted = asked(&service, attachment)?;
    let name = clean_name(file_name);
    let kind = check(wanted, &name, &bytes)?;
    // Before megabytes are written; it counts again with the row.
    let present = files::of_owner(&counter.store, &draft.id).await?;
    check_room(wanted, &present, bytes.len())?;
    let report = match wanted.signed {
        true => {
            let evaluation = draft.evaluate(counter, person);
            let signer = signer_of_files(&service, &evaluation);
            let report = signing::examine(counter, bytes.clone(), None, signer).await;
            Some(SignatureReport::of(&report.map_err(unsigned)?))
        }
        false => None,
    };
    if draft.content.at_desk && person.evidence.desk.is_none() {
        take_from_desk(counter, &draft.id).await?;
    }
    let mut file =
        store_file::<AttachError>(counter, &draft.id, attachment, &name, kind.mime(), &bytes)
            .await?;
    file.sealed_report = seal_report(counter, &file.id, report.as_ref())?;
    if let Err(error) = add(counter, wanted.clone(), file.clone()).await {
        // Not after a commit without an answer: it may have been done.
        if error.of_file().is_some() || matches!(error, AttachError::NoDraft) {
            forget(counter, &[file.id]).await;
        }
        // Sent in the meantime: say so.
        let sent = already(counter, person, &draft.id).await?;
        return Err(sent.map_or(error, AttachError::Sent));
    }
    view(counter, &file)
}

/// The draft that takes files now.
async fn open_draft(
    counter: &Counter,
    person: &Person,
    slug: &str,
    bozza: &str,
) -> Result<Draft, AttachError> {
    let draft = Draft::load(counter, person, slug).await?;
    check_window(counter, &draft)?;
    if draft.id != bozza
        && let Some(sent) = already(counter, person, bozza).await?
    {
        return Err(AttachError::Sent(sent));
    }
    if draft.version == 0 {
        return Err(AttachError::NoDraft);
    }
    if draft.frozen {
        return Err(AttachError::Frozen);
    }
    Ok(draft)
}

fn asked<'a>(service: &'a Service, attachment: &str) -> Result<&'a Attachment, AttachError> {
    let mut all = service.form.attachments.iter();
    all.find(|a| a.id == attachment)
        .ok_or(AttachError::NotFound)
}

/// The id of the draft, if a file of so many bytes may come; its content is looked at when it has.
pub async fn room_for(
    counter: &Counter,
    person: &Person,
    slug: &str,
    bozza: &str,
    attachment: &str,
    name: &str,
    bytes: u64,
) -> Result<String, AttachError> {
    let draft = open_draft(counter, person, slug, bozza).await?;
    let wanted = asked(draft.service(), attachment)?;
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    check_size(wanted, name, bytes)?;
    let present = files::of_owner(&counter.store, &draft.id).await?;
    check_room(wanted, &present, bytes)?;
    Ok(draft.id)
}

/// Who must have signed the files of this request that come signed, where the definition says.
pub fn signer_of_files<'a>(service: &Service, evaluation: &'a Evaluation) -> Option<&'a str> {
    service.signature.digital_signer.as_ref()?;
    service.digital_signer(evaluation)
}

fn unsigned(error: SigningError) -> AttachError {
    match error {
        SigningError::Refused(told) => AttachError::Refused(told),
        other => AttachError::Signing(Box::new(other)),
    }
}

fn seal_report(
    counter: &Counter,
    file: &str,
    report: Option<&SignatureReport>,
) -> Result<Option<Vec<u8>>, AttachError> {
    let Some(report) = report else {
        return Ok(None);
    };
    let bytes = serde_json::to_vec(report).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let master = counter.vault.master();
    Ok(Some(master.seal(
        &*counter.rng,
        &report_context(file),
        &bytes,
    )?))
}

fn report_context(file: &str) -> String {
    format!("files/{file}/report")
}

/// What was found of the file's signatures, if they were asked for.
pub fn report_of(
    counter: &Counter,
    file: &files::FileRow,
) -> Result<Option<SignatureReport>, AttachError> {
    let Some(sealed) = &file.sealed_report else {
        return Ok(None);
    };
    let bytes = counter
        .vault
        .master()
        .open(&report_context(&file.id), sealed)?;
    let report = serde_json::from_slice(&bytes);
    Ok(Some(
        report.map_err(|e| StoreError::Corrupt(e.to_string()))?,
    ))
}

/// What she adds herself is not the counter's to see.
async fn take_from_desk(counter: &Counter, draft: &str) -> Result<(), StoreError> {
    let (draft, now) = (draft.to_owned(), counter.now_ms());
    let write = counter
        .store
        .write(move |tx| Box::pin(async move { desks::end_of_draft(tx, &draft, now).await }));
    write.await
}

/// The id under which the signed copy of a request lies, filled at the counter.
pub const SIGNED_COPY: &str = "copia_firmata";
const SIGNED_COPY_MB: u32 = 10;
const DOCUMENT_MB: u32 = 20;

/// Adds the signed copy to a draft of the counter, in the place of one that an earlier attempt left.
pub async fn attach_signed(
    counter: &Counter,
    draft: &str,
    file_name: &str,
    bytes: &[u8],
) -> Result<(), AttachError> {
    let wanted = ours(SIGNED_COPY, &["pdf", "jpg", "png"], SIGNED_COPY_MB);
    let name = clean_name(file_name);
    let kind = check(&wanted, &name, bytes)?;
    for old in files::of_owner(&counter.store, draft).await? {
        if old.attachment == SIGNED_COPY {
            drop_file(counter, draft, &old.id).await?;
        }
    }
    let file =
        store_file::<AttachError>(counter, draft, SIGNED_COPY, &name, kind.mime(), bytes).await?;
    let id = file.id.clone();
    let added = add(counter, wanted, file).await;
    if let Err(AttachError::NoDraft | AttachError::Full(_) | AttachError::TooMuch) = added {
        forget(counter, &[id]).await;
    }
    added
}

/// Adds what came back of `document`, digitally signed, in the place of an earlier one. Refused if
/// the draft was opened again meanwhile: then it is another document's.
pub async fn attach_document(
    counter: &Counter,
    document: &DocumentRow,
    file_name: &str,
    bytes: &[u8],
    report: &SignatureReport,
) -> Result<(), AttachError> {
    let wanted = ours(signing::DOCUMENT, &["pdf", "p7m"], DOCUMENT_MB);
    let name = clean_name(file_name);
    let kind = check(&wanted, &name, bytes)?;
    let draft = &document.draft;
    let mut file =
        store_file::<AttachError>(counter, draft, &wanted.id, &name, kind.mime(), bytes).await?;
    file.sealed_report = seal_report(counter, &file.id, Some(report))?;
    let (new, given, now) = (file.id.clone(), document.sha256.clone(), counter.now_ms());
    let kept = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            if !store::signing::touch(tx, &file.owner, &given, now).await? {
                return Ok(None);
            }
            let old = files::delete_kind(tx, &file.owner, &file.attachment).await?;
            files::insert(tx, &file).await?;
            Ok(Some(old))
        })
    });
    let (gone, done) = match kept.await? {
        Some(old) => (old, Ok(())),
        None => (vec![new], Err(AttachError::NoDraft)),
    };
    forget(counter, &gone).await;
    done
}

/// A file that the counter asks for, not the definition.
fn ours(id: &str, formats: &[&str], max_mb: u32) -> Attachment {
    Attachment {
        id: id.to_owned(),
        title: String::new(),
        required: Required::Always,
        formats: formats.iter().map(|&format| format.to_owned()).collect(),
        max_mb,
        max_files: 1,
        sensitive: false,
        note: None,
        visible_if: None,
        signed: false,
    }
}

/// The row, if the draft is still there and has room: counted in the transaction that adds it.
async fn add(
    counter: &Counter,
    wanted: Attachment,
    row: files::FileRow,
) -> Result<(), AttachError> {
    let now = counter.now_ms();
    counter
        .store
        .write::<_, AttachError, _>(move |tx| {
            Box::pin(async move {
                if !drafts::touch(tx, &row.owner, now).await? {
                    return Err(AttachError::NoDraft);
                }
                let present = files::of_owner_in(tx, &row.owner).await?;
                check_room(
                    &wanted,
                    &present,
                    usize::try_from(row.bytes).unwrap_or(usize::MAX),
                )?;
                Ok(files::insert(tx, &row).await?)
            })
        })
        .await
}

/// Deletes the bytes of files that no row names any more; what stays behind does no harm.
pub async fn forget(counter: &Counter, ids: &[String]) {
    for id in ids {
        if let Err(error) = counter.files.delete(id).await {
            Refused::from(error).report(String::new);
        }
    }
}

/// Has the bytes looked at for viruses, seals them and makes the row, not yet in the database.
pub async fn store_file<E: From<FileError> + From<VaultError> + From<Infected>>(
    counter: &Counter,
    owner: &str,
    attachment: &str,
    name: &str,
    mime: &str,
    bytes: &[u8],
) -> Result<files::FileRow, E> {
    let scan = scan::arriving(counter, name, bytes).await?;
    let id = counter.new_id();
    counter
        .files
        .put(&counter.vault, &*counter.rng, &id, bytes)
        .await?;
    Ok(files::FileRow {
        sealed_name: counter.vault.master().seal(
            &*counter.rng,
            &name_context(&id),
            name.as_bytes(),
        )?,
        id,
        owner: owner.to_owned(),
        attachment: attachment.to_owned(),
        mime: mime.to_owned(),
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: sha256(bytes),
        created_at: counter.now_ms(),
        sealed_report: None,
        scan,
    })
}

fn name_context(id: &str) -> String {
    format!("files/{id}/name")
}

fn check_room(
    wanted: &Attachment,
    present: &[files::FileRow],
    bytes: usize,
) -> Result<(), AttachError> {
    let count = present
        .iter()
        .filter(|file| file.attachment == wanted.id)
        .count();
    if count >= wanted.max_files as usize {
        return Err(AttachError::Full(wanted.max_files));
    }
    let total: i64 = present.iter().map(|file| file.bytes).sum();
    if total.saturating_add(i64::try_from(bytes).unwrap_or(i64::MAX)) > DRAFT_BYTES {
        return Err(AttachError::TooMuch);
    }
    Ok(())
}

/// A file's type, told by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    Pdf,
    P7m,
    Jpg,
    Png,
}

impl FileType {
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::P7m => "application/pkcs7-mime",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    fn format(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::P7m => "p7m",
            Self::Jpg => "jpg",
            Self::Png => "png",
        }
    }
}

/// The type by content; the name says nothing.
pub fn sniff(bytes: &[u8]) -> Option<FileType> {
    match infer::get(bytes).map(|kind| kind.mime_type()) {
        Some("application/pdf") => Some(FileType::Pdf),
        Some("image/jpeg") => Some(FileType::Jpg),
        Some("image/png") => Some(FileType::Png),
        _ => is_signed_envelope(bytes).then_some(FileType::P7m),
    }
}

/// CAdES: a CMS ContentInfo with the OID of signedData (RFC 5652), as DER or PEM.
fn is_signed_envelope(bytes: &[u8]) -> bool {
    const SIGNED_DATA: [u8; 11] = [
        0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02,
    ];
    let start = &bytes[..bytes.len().min(32)];
    let der =
        start.first() == Some(&0x30) && start.windows(SIGNED_DATA.len()).any(|w| w == SIGNED_DATA);
    der || bytes.starts_with(b"-----BEGIN PKCS7-----") || bytes.starts_with(b"-----BEGIN CMS-----")
}

fn check_size(wanted: &Attachment, name: &str, bytes: usize) -> Result<(), AttachError> {
    if bytes == 0 {
        return Err(AttachError::Refused(t!(
            "Il file «{name}» è vuoto. Controllalo e caricalo di nuovo.",
            name
        )));
    }
    if bytes > (wanted.max_mb as usize) << 20 {
        return Err(AttachError::Refused(t!(
            "Il file «{name}» è troppo grande: al massimo {mb} MB. Riducilo, o dividilo in più file.",
            name,
            mb = wanted.max_mb
        )));
    }
    Ok(())
}

fn check(wanted: &Attachment, name: &str, bytes: &[u8]) -> Result<FileType, AttachError> {
    check_size(wanted, name, bytes.len())?;
    match sniff(bytes) {
        Some(kind) if wanted.formats.iter().any(|f| f == kind.format()) => Ok(kind),
        _ => Err(AttachError::Refused(t!(
            "Il file «{name}» non è di un tipo accettato. Tipi accettati: {types}. Conta il contenuto, non il nome.",
            name,
            types = wanted.formats.join(", ")
        ))),
    }
}

/// No folders, no control characters, at most 120 characters.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_CHARS)
        .collect();
    if clean.trim().is_empty() {
        "documento".to_owned()
    } else {
        clean.trim().to_owned()
    }
}

/// Files of a draft or a case.
pub async fn attachments_of(
    counter: &Counter,
    owner: &str,
) -> Result<Vec<AttachmentView>, StoreError> {
    let rows = files::of_owner(&counter.store, owner).await?;
    rows.iter()
        .map(|row| view(counter, row).map_err(|e| StoreError::Corrupt(e.to_string())))
        .collect()
}

/// One of a draft's files; `None`: it was taken out, or sent.
pub async fn of_draft(
    counter: &Counter,
    draft: &str,
    file: &str,
) -> Result<Option<AttachmentView>, AttachError> {
    let row = files::get(&counter.store, file).await?;
    let row = row.filter(|row| row.owner == draft);
    row.map(|row| view(counter, &row)).transpose()
}

fn view(counter: &Counter, file: &files::FileRow) -> Result<AttachmentView, AttachError> {
    let report = report_of(counter, file)?;
    Ok(AttachmentView {
        file: file.id.clone(),
        id: file.attachment.clone(),
        name: name_of(counter, file)?,
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        signers: report
            .as_ref()
            .map(SignatureReport::signers)
            .unwrap_or_default(),
        signed: report.as_ref().map(SignatureReport::told),
        held: None,
        infected: false,
    })
}

fn name_of(counter: &Counter, file: &files::FileRow) -> Result<String, AttachError> {
    let name = counter
        .vault
        .master()
        .open(&name_context(&file.id), &file.sealed_name)?;
    Ok(String::from_utf8_lossy(&name).into_owned())
}

/// Takes a file out of the person's draft.
pub async fn remove_attachment(
    counter: &Counter,
    person: &Person,
    slug: &str,
    file: &str,
) -> Result<(), AttachError> {
    let draft = id_of_draft(counter, person, slug).await?;
    drop_file(counter, &draft, file).await
}

async fn id_of_draft(
    counter: &Counter,
    person: &Person,
    slug: &str,
) -> Result<String, AttachError> {
    let draft = drafts::get(&counter.store, &person.id, slug).await?;
    Ok(draft.ok_or(AttachError::NotFound)?.id)
}

/// Puts a file of the person's draft before the one that comes before it.
pub async fn move_up(
    counter: &Counter,
    person: &Person,
    slug: &str,
    file: &str,
) -> Result<(), AttachError> {
    let draft = id_of_draft(counter, person, slug).await?;
    let (owner, id, now) = (draft.clone(), file.to_owned(), counter.now_ms());
    let moved =
        counter
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    Ok(drafts::touch(tx, &owner, now).await?
                        && files::move_up(tx, &id, &owner).await?)
                })
            })
            .await?;
    changed(counter, &draft, moved).await
}

/// The row first; bytes without a row do no harm.
async fn drop_file(counter: &Counter, draft: &str, file: &str) -> Result<(), AttachError> {
    let (owner, id, now) = (draft.to_owned(), file.to_owned(), counter.now_ms());
    let removed = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                Ok(drafts::touch(tx, &owner, now).await? && files::delete(tx, &id, &owner).await?)
            })
        })
        .await?;
    changed(counter, draft, removed).await?;
    Ok(counter.files.delete(file).await?)
}

/// Why nothing was done, where nothing was.
async fn changed(counter: &Counter, draft: &str, done: bool) -> Result<(), AttachError> {
    if done {
        return Ok(());
    }
    let frozen = cosignatures::frozen(&counter.store, draft).await?;
    Err(match frozen {
        Some(_) => AttachError::Frozen,
        None => AttachError::NotFound,
    })
}

/// Name, MIME type and bytes, for the owner, and who may at the case's office.
pub async fn read_file(
    counter: &Counter,
    person: &Person,
    file: &str,
) -> Result<(String, String, Vec<u8>), AttachError> {
    let row = files::get(&counter.store, file)
        .await?
        .ok_or(AttachError::NotFound)?;
    let own = check_reader(counter, person, &row.owner).await?;
    match scans::get(&counter.store, &row.id).await? {
        Some(Scan::Infected(_)) => return Err(AttachError::Quarantined),
        // What she sent herself she may read.
        Some(Scan::Waiting) if !own => return Err(AttachError::Waiting),
        _ => {}
    }
    let bytes = counter.files.get(&counter.vault, &row.id).await?;
    Ok((name_of(counter, &row)?, row.mime, bytes))
}

/// Of a draft only its person, and who has it open at the counter; of a case also who may at its office. Anybody else with a role is
/// refused, and that is logged; for a citizen there is no such file. Whether it is a draft's: its
/// readers sent it themselves.
async fn check_reader(
    counter: &Counter,
    person: &Person,
    owner: &str,
) -> Result<bool, AttachError> {
    match cases::row_for(counter, person, Operation::ReadAttachment, owner).await {
        Ok(row) => return Ok(row.person == person.id),
        // The owner may be a draft.
        Err(LoadError::NotFound) => {}
        Err(LoadError::Forbidden(refused)) => return Err(refused.into()),
        Err(other) => return Err(AttachError::Case(Box::new(other))),
    }
    let hers = drafts::belongs(&counter.store, owner, &person.id).await?
        || desk::holds(counter, person, owner).await?;
    match hers {
        true => Ok(true),
        false => Err(AttachError::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_type() {
        assert_eq!(sniff(b"%PDF-1.7\n..."), Some(FileType::Pdf));
        assert_eq!(sniff(&[0xff, 0xd8, 0xff, 0xe0, 0, 0]), Some(FileType::Jpg));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n...."), Some(FileType::Png));
        let cms = [
            &[0x30, 0x80][..],
            &[
                0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02,
            ],
        ]
        .concat();
        assert_eq!(sniff(&cms), Some(FileType::P7m));
        assert_eq!(sniff(b"MZ\x90\0"), None);
        assert_eq!(sniff(b"<svg onload=alert(1)>"), None);
        assert_eq!(sniff(b""), None);
    }

    #[test]
    fn names_lose_folders_and_control_characters() {
        assert_eq!(clean_name("C:\\Users\\maria\\plan\u{7}.pdf"), "plan.pdf");
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("\n"), "documento");
        assert_eq!(clean_name(&"à".repeat(500)).chars().count(), NAME_CHARS);
    }
}
