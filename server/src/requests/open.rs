//! Opens the guided form: a new draft, or the one left off.

use std::collections::BTreeMap;

use app::api::{AttachmentView, CostLine, DraftView, Problem, RequestPage, SummarySection, step};
use rules::{
    catalogue::{FeeDue, FieldKind, Form, Service},
    civil::Date,
    form::{Evaluation, Issue, IssueKind},
    privacy, t,
};
use thiserror::Error;

use super::{
    acting,
    attach::signer_of_files,
    attachments_of,
    draft::{Draft, DraftError},
    places, submit,
};
use crate::{
    agendas, changes,
    clock::rome_text,
    cosign::{self, CosignError},
    error::Refusal,
    files::FileError,
    privacy::version,
    profile, scan,
    services::sheet,
    signing::{self, SigningError},
    state::{Counter, Person},
    store::StoreError,
};

#[derive(Debug, Error)]
pub enum OpenError {
    #[error("the service is closed")]
    Closed { title: String, reason: String },
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Cosign(#[from] CosignError),
    #[error(transparent)]
    Signing(Box<SigningError>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SigningError> for OpenError {
    fn from(error: SigningError) -> Self {
        Self::Signing(Box::new(error))
    }
}

impl Refusal for OpenError {
    fn problem(&self) -> Problem {
        match self {
            Self::Closed { reason, .. } => Problem::new(403, t!("Servizio chiuso"), reason.clone()),
            Self::Draft(error) => error.problem(),
            Self::File(error) => error.problem(),
            Self::Cosign(error) => error.problem(),
            Self::Signing(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// The page at `step`, or at the first incomplete one.
pub async fn open(
    counter: &Counter,
    person: &Person,
    slug: &str,
    step: Option<&str>,
) -> Result<RequestPage, OpenError> {
    let mut draft = Draft::load(counter, person, slug).await?;
    check_window(counter, &draft)?;
    let evaluation = draft.evaluate(counter, person);
    let attachments = attachments_of(counter, &draft.id).await?;
    let attachments = scan::told(counter, &draft.id, attachments).await?;
    let steps = Draft::steps(&evaluation);
    let reach = match draft.content.unread {
        // What is known already may fill it, and is seen once all the same.
        true => steps[0].clone(),
        false => first_incomplete(&draft, &evaluation, &attachments, &steps),
    };
    let last = steps.iter().position(|s| *s == reach).unwrap_or(0);
    // What others are signing is only read.
    let step = if draft.frozen { None } else { step };
    let shown = match step.and_then(|wanted| steps.iter().position(|s| s == wanted)) {
        Some(position) if position <= last => steps[position].clone(),
        _ => reach,
    };
    draft.propose(person, &shown);
    let evaluation = draft.evaluate(counter, person);
    let notice = match step {
        Some(_) => None,
        None => begun(&draft),
    };
    let signs = shown != step::SUMMARY || person.proves(submit::level(draft.service()));
    let notice = match signs {
        true => notice,
        false => Some(
            t!(
                "Questa richiesta si invia con un accesso di livello 3: dopo «Invia» ti chiediamo di entrare di nuovo. Quello che hai scritto resta salvato."
            )
            .to_owned(),
        ),
    };
    let held = agendas::notice(counter, &draft.id).await?;
    let notice = match (notice, held) {
        (Some(notice), Some(held)) => Some(format!("{notice} {held}")),
        (notice, held) => notice.or(held),
    };
    let mut page = page(
        counter,
        person,
        &draft,
        &evaluation,
        attachments,
        shown,
        Vec::new(),
        notice,
    );
    look_up(counter, person, &draft, &mut page).await?;
    Ok(page)
}

/// What the page shows of other people: who signs too, and which times are free.
pub async fn look_up(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    page: &mut RequestPage,
) -> Result<(), OpenError> {
    if page.step == step::SUMMARY && person.evidence.desk.is_none() {
        let evaluation = draft.evaluate(counter, person);
        let signers = draft.service().cosigners(&evaluation);
        page.signing = match draft.service().digital_signer(&evaluation) {
            Some(signer) => Some(signing::view(counter, draft, signer).await?),
            None if signers.is_empty() => None,
            None => Some(cosign::view(counter, &draft.id, &signers).await?),
        };
    }
    Ok(offer_times(counter, page).await?)
}

/// What she finds in the form that she opens.
fn begun(draft: &Draft) -> Option<String> {
    match (&draft.content.copied, draft.content.unread) {
        (Some(protocol), true) => Some(t!(
            "Abbiamo copiato le risposte della richiesta {protocol}: controllale.",
            protocol
        )),
        _ => draft
            .saved_at
            .map(|at| t!("Hai ripreso la bozza salvata il {at}.", at = rome_text(at))),
    }
}

/// The free times of an appointment, where the page's step asks for one.
pub async fn offer_times(counter: &Counter, page: &mut RequestPage) -> Result<(), StoreError> {
    let step = page.form.steps.iter().find(|step| step.id == page.step);
    let mut fields = step.into_iter().flat_map(|step| step.fields());
    let field = fields.find(|field| field.kind == FieldKind::SlotAppuntamento);
    if let Some(agenda) = field.and_then(|field| field.list.clone()) {
        let times = agendas::offer(counter, &agenda, &page.draft.draft_id).await?;
        page.lists.insert(agenda, times);
    }
    Ok(())
}

pub fn check_window(counter: &Counter, draft: &Draft) -> Result<(), OpenError> {
    let service = draft.service();
    let open = changes::is_open(&counter.comune, &draft.changes, service, counter.today());
    open.map_err(|reason| OpenError::Closed {
        title: service.title.clone(),
        reason,
    })
}

/// The first step with something missing; the summary if nothing is.
pub fn first_incomplete(
    draft: &Draft,
    evaluation: &Evaluation,
    attachments: &[AttachmentView],
    steps: &[String],
) -> String {
    let summary = || step::SUMMARY.to_owned();
    steps
        .iter()
        .find(|id| !step_issues(draft, evaluation, attachments, id).is_empty())
        .cloned()
        .unwrap_or_else(summary)
}

/// What keeps one step from being complete.
pub fn step_issues(
    draft: &Draft,
    evaluation: &Evaluation,
    attachments: &[AttachmentView],
    id: &str,
) -> Vec<Issue> {
    match id {
        step::ATTACHMENTS => missing_attachments(draft, evaluation, attachments),
        step::DECLARATIONS => missing_declarations(draft, evaluation),
        _ => evaluation.errors_in(id).cloned().collect(),
    }
}

fn missing_attachments(
    draft: &Draft,
    evaluation: &Evaluation,
    attachments: &[AttachmentView],
) -> Vec<Issue> {
    let title = |id: &str| {
        let all = &draft.service().form.attachments;
        all.iter()
            .find(|a| a.id == id)
            .map_or_else(String::new, |a| a.title.clone())
    };
    let absent = evaluation
        .attachments
        .iter()
        .filter(|state| state.required && !attachments.iter().any(|a| a.id == state.id))
        .map(|state| {
            missing(
                step::ATTACHMENTS,
                &state.id,
                title(&state.id),
                t!("Allega questo documento per andare avanti."),
            )
        });
    let infected = attachments.iter().filter(|file| file.infected).map(|file| {
        missing(
            step::ATTACHMENTS,
            &file.id,
            title(&file.id),
            t!("In un file l'antivirus ha trovato un virus: toglilo per andare avanti."),
        )
    });
    let others = signed_by_others(draft.service(), evaluation, attachments);
    absent
        .chain(infected)
        .chain(others.map(|file| {
            missing(
                step::ATTACHMENTS,
                &file.id,
                title(&file.id),
                t!(
                    "Questo file è firmato da un'altra persona: toglilo, e carica quello firmato da chi hai indicato."
                ),
            )
        }))
        .collect()
}

/// Files that must come signed by whom the answers name, and were signed by who was named before.
fn signed_by_others<'a>(
    service: &'a Service,
    evaluation: &'a Evaluation,
    attachments: &'a [AttachmentView],
) -> impl Iterator<Item = &'a AttachmentView> {
    let signer = signer_of_files(service, evaluation);
    let must = move |file: &AttachmentView| {
        let asked = service.form.attachments.iter().find(|a| a.id == file.id);
        asked.is_some_and(|asked| asked.signed)
    };
    attachments.iter().filter(move |file| {
        signer.is_some_and(|signer| must(file) && !file.signers.iter().any(|code| code == signer))
    })
}

fn missing_declarations(draft: &Draft, evaluation: &Evaluation) -> Vec<Issue> {
    evaluation
        .declarations
        .iter()
        .filter(|id| !draft.content.declarations.contains(id))
        .map(|id| {
            let message = match draft.unread && id == privacy::DECLARATION {
                true => t!(
                    "L'informativa sui tuoi dati è cambiata: leggila di nuovo e segna la casella."
                ),
                false => t!("Leggi la dichiarazione e segna la casella per andare avanti."),
            };
            let label = t!("Dichiarazione").to_owned();
            missing(step::DECLARATIONS, id, label, message)
        })
        .collect()
}

fn missing(step: &str, id: &str, label: String, message: &str) -> Issue {
    Issue {
        path: format!("{step}.{id}"),
        step: step.to_owned(),
        label,
        kind: IssueKind::Missing,
        message: message.to_owned(),
        from_definition: false,
    }
}

/// Everything the wizard shows.
#[expect(
    clippy::too_many_arguments,
    reason = "the parts of one page, each from another place"
)]
pub fn page(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    evaluation: &Evaluation,
    attachments: Vec<AttachmentView>,
    step: String,
    issues: Vec<Issue>,
    notice: Option<String>,
) -> RequestPage {
    let service = draft.service();
    let lists = &counter.catalogue.lists;
    let (mut summary, mut warnings) = (Vec::new(), Vec::new());
    if step == step::SUMMARY {
        summary = self::summary(counter, draft, evaluation);
        let told = evaluation.issues.iter();
        warnings.extend(told.filter(|i| i.kind == IssueKind::Warning).cloned());
    }
    RequestPage {
        slug: service.slug.clone(),
        title: service.title.clone(),
        form: service.form.clone(),
        today: counter.today().to_string(),
        draft: DraftView {
            version: draft.version,
            answers: draft.content.answers.clone(),
            declarations: draft.content.declarations.clone(),
            attachments,
            saved_at: draft.saved_at.map(rome_text),
            draft_id: draft.id.clone(),
        },
        identity: draft.identity(person),
        lists: small_lists(counter, draft),
        known: profile::marks(
            &person.identity,
            &service.form,
            &step,
            &draft.content.answers,
            evaluation,
        ),
        places: places::names(&service.form, &evaluation.answers, lists),
        issues,
        warnings,
        notice: match (draft.acting.as_ref().map(acting::notice), notice) {
            (Some(whom), Some(told)) => Some(format!("{whom} {told}")),
            (whom, told) => whom.or(told),
        },
        fees: fees(counter, draft, evaluation),
        summary,
        signing: None,
        step,
        device: device(counter, person),
        privacy: version(&draft.notice).to_owned(),
        map: lists.territory().is_some(),
    }
}

/// The same at every login of the person, and nothing to anybody else. Empty at the counter:
/// nothing of a citizen is kept on the office's machine.
fn device(counter: &Counter, person: &Person) -> String {
    if person.evidence.desk.is_some() {
        return String::new();
    }
    let mut name = counter.vault.lookup(&format!("device/{}", person.id));
    name.truncate(32);
    name
}

/// The lists that selects of this form show.
fn small_lists(counter: &Counter, draft: &Draft) -> BTreeMap<String, Vec<(String, String)>> {
    places::fields(&draft.service().form)
        .flat_map(|field| std::iter::once(field).chain(&field.fields))
        .filter(|field| field.kind == FieldKind::SceltaDaElenco)
        .filter_map(|field| {
            let name = field.list.as_ref()?;
            let entries = counter.catalogue.lists.0.get(name)?;
            let entries = entries
                .iter()
                .map(|(code, label)| (code.clone(), label.clone()));
            Some((name.clone(), entries.collect()))
        })
        .collect()
}

/// The answers in human words, by step.
pub fn summary(counter: &Counter, draft: &Draft, evaluation: &Evaluation) -> Vec<SummarySection> {
    describe(counter, &draft.service().form, evaluation)
}

pub fn describe(counter: &Counter, form: &Form, evaluation: &Evaluation) -> Vec<SummarySection> {
    let lists = &counter.catalogue.lists;
    let label = |code: &str| {
        places::label(lists, code).or_else(|| {
            lists
                .0
                .values()
                .find_map(|entries| entries.get(code).cloned())
        })
    };
    let described = form.describe(evaluation, &label);
    described
        .into_iter()
        .map(|part| SummarySection {
            step: part.step,
            title: part.title,
            lines: part.lines,
        })
        .collect()
}

/// What these answers cost if they are sent on that day.
pub fn due_on(counter: &Counter, draft: &Draft, evaluation: &Evaluation, day: Date) -> Vec<FeeDue> {
    let service = draft.service();
    let tariffs = changes::tariffs(&counter.comune, &draft.changes, service, day);
    service.fees_due(evaluation, &tariffs)
}

/// The fees that hold with these answers.
fn fees(counter: &Counter, draft: &Draft, evaluation: &Evaluation) -> Vec<CostLine> {
    let service = draft.service();
    let today = counter.today();
    let tariffs = changes::tariffs(&counter.comune, &draft.changes, service, today);
    let due = due_on(counter, draft, evaluation, today);
    due.iter()
        .filter_map(|due| {
            let fee = service.fees.iter().find(|fee| fee.id == due.id)?;
            Some(CostLine {
                condition: sheet::doubt(&tariffs, service, fee),
                ..sheet::cost(fee, due.cents, None)
            })
        })
        .collect()
}
