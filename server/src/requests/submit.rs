//! "Invia": with the identity of the session it is the signature (CAD art. 65 c. 1 b).
//!
//! Everything is checked again; nothing posted is trusted. One transaction allots the
//! protocol number, stores the registered original and the case's first event.

use std::collections::{BTreeMap, BTreeSet};

use app::api::{AttachmentView, Problem, RequestPage, SaveRequest, step};
use rules::{
    catalogue::{DeclarationKind, Service},
    form::{Answers, Evaluation, Issue, IssueKind},
    t,
};
use saml::Level;
use serde::Serialize;
use thiserror::Error;

use super::{
    acting,
    attach::{SIGNED_COPY, forget},
    attachments_of,
    draft::{Draft, DraftError},
    open::{self, OpenError, first_incomplete, step_issues},
    save::{SaveError, store},
    sent::{Submitted, already},
};
use crate::{
    agendas, cases,
    clock::{rfc3339, rome_day},
    cosign::{self, CosignError, Cosignature, Standing},
    delegations::{self, Acting, Ended},
    error::{Refusal, internal},
    identity::sessions,
    payments,
    privacy::{InForce, NoticeRef},
    profile::{self, InRequest, Source, Told},
    scan, signing,
    state::{Counter, Evidence, Person, PersonData},
    store::{StoreError, cosignatures, drafts, files, stamps},
    vault::{VaultError, sha256},
};

#[derive(Debug, Error)]
pub enum SubmitError {
    #[error("missing or wrong answers")]
    Invalid(Box<RequestPage>),
    #[error("the service is closed")]
    Closed { title: String, reason: String },
    /// She read another version: the summary as it is now.
    #[error("the draft is not the one that was read")]
    Unread(Box<RequestPage>),
    /// The service asks for a safer login than hers.
    #[error("the login has a level below the one asked")]
    Level(Level),
    /// The time of the appointment is not free.
    #[error("the time is taken")]
    Taken,
    /// Others must sign it first, or what they signed is not this.
    #[error("signatures are missing")]
    Unsigned,
    #[error(transparent)]
    Cosign(#[from] CosignError),
    /// The draft or its files changed while it was being sent.
    #[error("the draft changed meanwhile")]
    Changed,
    #[error(transparent)]
    Ended(#[from] Ended),
    #[error(transparent)]
    Save(#[from] SaveError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("the original cannot be written: {0}")]
    Original(#[from] serde_json::Error),
    #[error(transparent)]
    Session(#[from] sessions::SessionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for SubmitError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(_) | Self::Taken => Problem::new(
                422,
                t!("Ci sono alcune informazioni mancanti o errate"),
                t!("Correggi i campi indicati e invia di nuovo."),
            ),
            Self::Closed { reason, .. } => Problem::new(403, t!("Servizio chiuso"), reason.clone()),
            Self::Level(_) => Problem::new(
                403,
                t!("Serve un accesso più sicuro"),
                t!(
                    "Per inviare questa richiesta entra di nuovo con il livello 3. Quello che hai scritto resta salvato."
                ),
            ),
            Self::Unsigned => unsigned(),
            Self::Cosign(error) => error.problem(),
            Self::Unread(_) | Self::Changed => unread(),
            Self::Ended(ended) => ended.problem(),
            Self::Save(error) => error.problem(),
            Self::Draft(error) => error.problem(),
            Self::Store(error) => error.problem(),
            Self::Session(error) => error.problem(),
            Self::Vault(_) | Self::Original(_) => internal(),
        }
    }
}

/// The registered original; its canonical JSON (RFC 8785) is stored as it is, for ever.
#[derive(Serialize)]
struct Original<'a> {
    #[serde(flatten)]
    content: Content<'a>,
    evidence: &'a Evidence,
    submitted_at: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cosignatures: Vec<Cosignature>,
    /// The document of this content, digitally signed (CAD art. 65 c. 1 a).
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_document: Option<AttachmentView>,
    /// The notice that she says she read: the one in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy: Option<NoticeRef>,
}

/// What is signed: the same for who sends it and for who signs it too.
#[derive(Serialize)]
struct Content<'a> {
    schema: u32,
    service: ServiceRef<'a>,
    applicant: PersonData,
    answers: &'a Answers,
    declarations: Vec<DeclarationText<'a>>,
    attachments: &'a [AttachmentView],
    #[serde(skip_serializing_if = "Option::is_none")]
    acting: Option<&'a Acting>,
}

#[derive(Serialize)]
struct ServiceRef<'a> {
    number: u32,
    slug: &'a str,
    title: &'a str,
    definition: &'a str,
}

#[derive(Serialize)]
struct DeclarationText<'a> {
    id: &'a str,
    kind: DeclarationKind,
    text: &'a str,
}

/// Sends the draft. A repeat (double tap, lost answer) gives the same number.
pub async fn submit(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
) -> Result<Submitted, SubmitError> {
    if let Some(done) = already(counter, person, &request.bozza).await? {
        return Ok(done);
    }
    match attempt(counter, person, slug, request).await {
        // Two taps at once: the other one sent it. Or a save, or a file, came in between.
        Err(
            refused @ (SubmitError::Changed | SubmitError::Unread(_) | SubmitError::Invalid(_)),
        ) => match (already(counter, person, &request.bozza).await?, refused) {
            (Some(done), _) => Ok(done),
            (None, SubmitError::Changed) => {
                Err(reread(counter, person, slug, unread().detail).await)
            }
            (None, refused) => Err(refused),
        },
        Err(SubmitError::Unsigned) => Err(reread(counter, person, slug, unsigned().detail).await),
        other => other,
    }
}

fn unsigned() -> Problem {
    Problem::new(
        409,
        t!("Mancano delle firme"),
        t!(
            "Questa richiesta deve essere firmata prima di essere inviata: chiedi le firme qui sotto, e invia quando ci sono tutte."
        ),
    )
}

async fn attempt(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
) -> Result<Submitted, SubmitError> {
    let draft = Draft::load(counter, person, slug).await?;
    match open::check_window(counter, &draft) {
        Err(OpenError::Closed { title, reason }) => {
            return Err(SubmitError::Closed { title, reason });
        }
        Err(other) => return Err(SaveError::from(other).into()),
        Ok(()) => {}
    }
    if request.versione != draft.version {
        return Err(SubmitError::Changed);
    }
    let evaluation = draft.evaluate(counter, person);
    let attachments = attachments_of(counter, &draft.id).await?;
    let shown = scan::told(counter, &draft.id, attachments.clone()).await?;
    check_complete(counter, person, &draft, &evaluation, &shown)?;
    if costs_otherwise(counter, &draft, &evaluation) {
        return Err(told_of_costs(counter, person, slug, draft).await);
    }
    let level = level(draft.service());
    if !person.proves(level) {
        return Err(SubmitError::Level(level));
    }
    let present: Vec<String> = attachments.iter().map(|a| a.file.clone()).collect();
    let at_desk = person.evidence.desk.is_some();
    if at_desk && !attachments.iter().any(|a| a.id == SIGNED_COPY) {
        // Without a signature nothing is sent from the counter.
        return Err(SubmitError::Changed);
    }
    let came = attachments.iter().find(|a| a.id == signing::DOCUMENT);
    let came = came.cloned();
    let attachments = keep_visible(&evaluation, attachments, at_desk);
    let signed = |file: &AttachmentView| file.file.clone();
    let named: Vec<String> = attachments.iter().chain(&came).map(signed).collect();
    let files = Files {
        others: present
            .into_iter()
            .filter(|file| !named.contains(file))
            .collect(),
        named,
    };
    let now = counter.now_ms();
    let content = content(&draft, person, &evaluation, &attachments);
    let document = signed_document(counter, person, &draft, &evaluation, &content, came).await?;
    let original = Original {
        signed_document: document,
        cosignatures: signatures(counter, person, &draft, &evaluation, &content).await?,
        content,
        evidence: &person.evidence,
        submitted_at: rfc3339(now),
        privacy: counter.catalogue.notice(slug).map(InForce::reference),
    };
    let original = serde_json_canonicalizer::to_vec(&original)?;
    match record(counter, person, &draft, &evaluation, files, original, now).await {
        Err(SubmitError::Taken) => Err(taken(counter, person, &draft, &evaluation, attachments)),
        done => done,
    }
}

/// The page of the step where another time is chosen.
fn taken(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    evaluation: &Evaluation,
    attachments: Vec<AttachmentView>,
) -> SubmitError {
    let form = &draft.service().form;
    let Some(choice) = agendas::chosen(form, evaluation) else {
        return SubmitError::Changed;
    };
    let issue = agendas::refused(form, &choice);
    let step = issue.step.clone();
    let issues = vec![issue];
    let page = open::page(
        counter,
        person,
        draft,
        evaluation,
        attachments,
        step,
        issues,
        None,
    );
    SubmitError::Invalid(Box::new(page))
}

/// Of the login that signs this service's requests.
pub fn level(service: &Service) -> Level {
    Level::from_number(service.signature.identity_level.into()).unwrap_or(Level::L2)
}

/// "Invia" signs what was read: what was not, is shown first, and why.
async fn reread(counter: &Counter, person: &Person, slug: &str, told: String) -> SubmitError {
    match open::open(counter, person, slug, Some(step::SUMMARY)).await {
        Ok(mut page) => {
            page.issues = vec![Issue {
                path: String::new(),
                step: page.step.clone(),
                label: String::new(),
                kind: IssueKind::Wrong,
                message: told,
                from_definition: false,
            }];
            SubmitError::Unread(Box::new(page))
        }
        Err(error) => SaveError::from(error).into(),
    }
}

/// Whether an office has set another amount since she saved: what is paid is what holds on the day
/// of "Invia", so she reads it first.
fn costs_otherwise(counter: &Counter, draft: &Draft, evaluation: &Evaluation) -> bool {
    let today = counter.today();
    let saved = draft.saved_at.map_or(today, rome_day);
    let due_on = |day| open::due_on(counter, draft, evaluation, day);
    saved < today && due_on(saved) != due_on(today)
}

/// The summary with the new amounts. The draft counts as saved today: the next "Invia" sends it.
async fn told_of_costs(
    counter: &Counter,
    person: &Person,
    slug: &str,
    draft: Draft,
) -> SubmitError {
    match store(counter, person, draft).await {
        Ok(_) => {}
        // Two taps: the other one was told.
        Err(SaveError::Conflict(_)) => return SubmitError::Changed,
        Err(error) => return error.into(),
    }
    let told = t!(
        "Il costo è cambiato dopo che hai salvato la richiesta. Non è stata inviata: rileggi quanto costa adesso, poi premi di nuovo «Invia»."
    );
    reread(counter, person, slug, told.to_owned()).await
}

pub fn unread() -> Problem {
    Problem::new(
        409,
        t!("La richiesta è cambiata"),
        t!(
            "La richiesta è cambiata dopo che hai aperto il riepilogo, forse da un'altra finestra. Non è stata inviata: rileggila, poi premi di nuovo «Invia»."
        ),
    )
}

/// Ids of the draft's files: those that the original names, and those that stay behind.
struct Files {
    named: Vec<String>,
    others: BTreeSet<String>,
}

/// Refuses with the page of the first step that is not complete.
fn check_complete(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    evaluation: &Evaluation,
    attachments: &[AttachmentView],
) -> Result<(), SubmitError> {
    let steps = Draft::steps(evaluation);
    let step = first_incomplete(draft, evaluation, attachments, &steps);
    let issues = step_issues(draft, evaluation, attachments, &step);
    if issues.is_empty() {
        return Ok(());
    }
    let page = open::page(
        counter,
        person,
        draft,
        evaluation,
        attachments.to_vec(),
        step,
        issues,
        None,
    );
    // The notice changed since she ticked it: what her browser shows is of no use any more.
    Err(match draft.unread && page.step == step::DECLARATIONS {
        true => SubmitError::Unread(Box::new(page)),
        false => SubmitError::Invalid(Box::new(page)),
    })
}

/// Files of attachments that the answers no longer ask for are not sent.
fn keep_visible(
    evaluation: &Evaluation,
    attachments: Vec<AttachmentView>,
    at_desk: bool,
) -> Vec<AttachmentView> {
    let asked = |id: &str| {
        evaluation.attachments.iter().any(|a| a.id == id) || (at_desk && id == SIGNED_COPY)
    };
    attachments.into_iter().filter(|a| asked(&a.id)).collect()
}

fn content<'a>(
    draft: &'a Draft,
    person: &Person,
    evaluation: &'a Evaluation,
    attachments: &'a [AttachmentView],
) -> Content<'a> {
    let service = draft.service();
    let declared = service
        .form
        .declarations
        .iter()
        .filter(|d| evaluation.declarations.contains(&d.id));
    Content {
        schema: 1,
        service: ServiceRef {
            number: service.number,
            slug: &service.slug,
            title: &service.title,
            definition: &draft.definition.hash,
        },
        applicant: PersonData {
            profile: Default::default(),
            told_at: Default::default(),
            ..person.identity.clone()
        },
        answers: &evaluation.answers,
        declarations: declared
            .map(|d| DeclarationText {
                id: &d.id,
                kind: d.kind,
                text: &d.text,
            })
            .collect(),
        attachments,
        acting: draft.acting.as_ref(),
    }
}

/// The signatures of the others: none are asked at the counter, where all sign the paper.
async fn signatures(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    evaluation: &Evaluation,
    content: &Content<'_>,
) -> Result<Vec<Cosignature>, SubmitError> {
    let signers = draft.service().cosigners(evaluation);
    if signers.is_empty() || person.evidence.desk.is_some() {
        return Ok(Vec::new());
    }
    let hash = sha256(&serde_json_canonicalizer::to_vec(content)?);
    let standing = Standing::of(counter, &draft.id).await?;
    let all = standing.complete(counter, &signers, &hash)?;
    all.ok_or(SubmitError::Unsigned)
}

/// The signed document, where one is asked: of this very content, by whom it names.
async fn signed_document(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    evaluation: &Evaluation,
    content: &Content<'_>,
    came: Option<AttachmentView>,
) -> Result<Option<AttachmentView>, SubmitError> {
    let Some(signer) = draft.service().digital_signer(evaluation) else {
        return Ok(None);
    };
    if person.evidence.desk.is_some() {
        // No such service is filled at the counter.
        return Err(SubmitError::Unsigned);
    }
    let hash = sha256(&serde_json_canonicalizer::to_vec(content)?);
    let standing = Standing::of(counter, &draft.id).await?;
    let by_her = |file: &AttachmentView| file.signers.iter().any(|code| code == signer);
    let came = came.filter(|file| standing.hash == hash && by_her(file));
    came.map(Some).ok_or(SubmitError::Unsigned)
}

/// Whose signatures a request waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Others,
    /// One, under the document.
    Digital,
}

/// "Chiedi le firme": the request as it is, complete, for all who must sign.
pub async fn ask_signatures(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
) -> Result<Asked, SubmitError> {
    let draft = Draft::load(counter, person, slug).await?;
    open::check_window(counter, &draft).map_err(SaveError::from)?;
    if request.versione != draft.version {
        return Err(reread(counter, person, slug, unread().detail).await);
    }
    let evaluation = draft.evaluate(counter, person);
    let attachments = attachments_of(counter, &draft.id).await?;
    let shown = scan::told(counter, &draft.id, attachments.clone()).await?;
    check_complete(counter, person, &draft, &evaluation, &shown)?;
    let attachments = keep_visible(&evaluation, attachments, false);
    let content = content(&draft, person, &evaluation, &attachments);
    let bytes = serde_json_canonicalizer::to_vec(&content)?;
    let signers = draft.service().cosigners(&evaluation);
    cosign::ask(counter, &draft.id, &bytes, &signers).await?;
    Ok(match draft.service().signature.is_digital() {
        true => Asked::Digital,
        false => Asked::Others,
    })
}

async fn record(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    evaluation: &Evaluation,
    sent: Files,
    original: Vec<u8>,
    now: i64,
) -> Result<Submitted, SubmitError> {
    let case_id = counter.new_id();
    let new = cases::NewCase::prepare(
        counter,
        person,
        &draft.definition,
        &case_id,
        &draft.id,
        original,
        now,
    )?;
    let new = match cases::represented(&evaluation.answers) {
        Some(of) => {
            let acting = draft.acting.as_ref();
            let row = of.row(counter, &case_id, &evaluation.answers, acting);
            new.for_another(
                counter,
                &draft.definition,
                acting::actor(person, acting),
                row,
            )
        }
        None => new,
    };
    let choice = agendas::chosen(&draft.service().form, evaluation);
    let new = match &choice {
        Some(choice) => {
            let time = choice.time(counter).ok_or(SubmitError::Taken)?;
            new.with_appointment(counter, &draft.definition, choice.clone(), time)
        }
        None => new,
    };
    let delegation = draft
        .acting
        .as_ref()
        .map(|acting| acting.delegation.clone());
    let (draft_id, version, case) = (draft.id.clone(), draft.version, case_id.clone());
    // What a clerk typed is not what she told of herself.
    let profile = match person.evidence.desk {
        None => Some((person.clone(), news(person, draft, evaluation))),
        Some(_) => None,
    };
    let (inner, slug) = (counter.clone(), draft.service().slug.clone());
    let lookups = payments::stamp_lookups(counter, &evaluation.answers);
    let (protocol, left) = counter
        .store
        .write::<_, SubmitError, _>(move |tx| {
            Box::pin(async move {
                if let Some(delegation) = &delegation
                    && let Some(ended) = delegations::check_in(tx, delegation, now).await?
                {
                    return Err(ended.into());
                }
                // The draft as it was checked, or nothing: another save or a second tap came first.
                if !drafts::delete_at(tx, &draft_id, version).await? {
                    return Err(SubmitError::Changed);
                }
                cosignatures::thaw(tx, &draft_id).await?;
                // And its files as the original names them, no more and no less.
                for file in &sent.named {
                    if !files::hand_over(tx, file, &draft_id, &case).await? {
                        return Err(SubmitError::Changed);
                    }
                }
                let left = files::delete_of(tx, &draft_id).await?;
                if left.iter().cloned().collect::<BTreeSet<_>>() != sent.others {
                    return Err(SubmitError::Changed);
                }
                let opened = cases::open(tx, new).await?.ok_or(SubmitError::Taken)?;
                for lookup in &lookups {
                    stamps::insert(tx, lookup, &case).await?;
                }
                if let Some((person, news)) = profile.filter(|(_, news)| !news.is_empty()) {
                    let source = Source {
                        at: now,
                        request: Some(InRequest {
                            slug,
                            case,
                            protocol: opened.to_string(),
                        }),
                    };
                    let tell = |data: &mut PersonData| tell(data, news, &source);
                    sessions::change(&inner, tx, &person, tell).await?;
                }
                Ok((opened, left))
            })
        })
        .await?;
    counter.announce(crate::events::CaseChanged {
        case: case_id.clone(),
        seq: 1,
    });
    forget(counter, &left).await;
    Ok(Submitted { case_id, protocol })
}

/// What she told of herself and is not known yet, to be proposed next time.
fn news(person: &Person, draft: &Draft, evaluation: &Evaluation) -> BTreeMap<String, String> {
    let (form, typed) = (&draft.service().form, &draft.content.answers);
    profile::news(&person.identity, form, typed, evaluation)
}

fn tell(data: &mut PersonData, news: BTreeMap<String, String>, source: &Source) {
    data.profile.extend(news.into_iter().map(|(name, value)| {
        let source = Some(source.clone());
        (name, Told { value, source })
    }));
}
