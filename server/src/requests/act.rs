//! The wizard's buttons.

use app::api::{ConflictPage, Problem, RequestPage, SaveRequest, step};
use rules::{
    catalogue::FieldKind,
    form::{Issue, IssueKind},
    t,
};
use saml::Level;
use thiserror::Error;

use super::{
    AttachError, SubmitError, Submitted, attach,
    attach::forget,
    attachments_of,
    draft::{Draft, DraftError},
    map,
    open::{self, OpenError, step_issues},
    places, remove_attachment,
    save::{self, SaveError, rows_mut},
    submit,
    submit::{Asked, ask_signatures},
};
use crate::{
    agendas, cosign, desk,
    error::Refusal,
    forms::FormBody,
    scan,
    state::{Counter, Person},
    store::{StoreError, Tx, bookings, cosignatures, drafts, files},
};

#[derive(Debug, Error)]
pub enum ActError {
    /// The page again, with what was typed and what is wrong.
    #[error("missing or wrong answers")]
    Invalid(Box<RequestPage>),
    #[error("a newer draft exists")]
    Conflict(Box<ConflictPage>),
    /// Not sent: the draft is no longer the one that she read. Its summary.
    #[error("the draft is not the one that was read")]
    Unread(Box<RequestPage>),
    #[error("the draft was sent")]
    Sent(Submitted),
    #[error("the service is closed")]
    Closed { title: String, reason: String },
    #[error(transparent)]
    Save(SaveError),
    #[error(transparent)]
    Attach(#[from] AttachError),
    #[error(transparent)]
    Submit(SubmitError),
    #[error(transparent)]
    Draft(#[from] DraftError),
}

impl From<SaveError> for ActError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Conflict(page) => Self::Conflict(page),
            SaveError::Sent(sent) => Self::Sent(sent),
            SaveError::Open(OpenError::Closed { title, reason }) => Self::Closed { title, reason },
            other => Self::Save(other),
        }
    }
}

impl From<SubmitError> for ActError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Invalid(page) => Self::Invalid(page),
            SubmitError::Unread(page) => Self::Unread(page),
            SubmitError::Closed { title, reason } => Self::Closed { title, reason },
            other => Self::Submit(other),
        }
    }
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        Self::Draft(error.into())
    }
}

impl Refusal for ActError {
    fn problem(&self) -> Problem {
        match self {
            Self::Invalid(_) | Self::Conflict(_) => Problem::new(
                422,
                t!("Ci sono alcune informazioni mancanti o errate"),
                t!("Correggi i campi indicati e riprova."),
            ),
            Self::Unread(_) => submit::unread(),
            Self::Sent(sent) => sent.problem(),
            Self::Closed { reason, .. } => Problem::new(403, t!("Servizio chiuso"), reason.clone()),
            Self::Save(error) => error.problem(),
            Self::Attach(error) => error.problem(),
            Self::Submit(error) => error.problem(),
            Self::Draft(error) => error.problem(),
        }
    }
}

/// Where to go next.
#[derive(Debug)]
pub struct Done {
    pub path: String,
}

/// Presses `request.azione`. Files of `form` come first and are kept whatever follows.
pub async fn act(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
    form: &FormBody,
) -> Result<Done, ActError> {
    let mut done = press(counter, person, slug, request, form).await;
    if let Err(ActError::Invalid(page) | ActError::Unread(page)) = &mut done {
        let draft = Draft::load(counter, person, slug).await?;
        let looked_up = open::look_up(counter, person, &draft, page).await;
        looked_up.map_err(SaveError::from)?;
    }
    done
}

async fn press(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
    form: &FormBody,
) -> Result<Done, ActError> {
    let (verb, target) = request
        .azione
        .split_once(':')
        .unwrap_or((&request.azione, ""));
    match verb {
        // It is printed and signed first, and closed where it was opened.
        "invia" | "elimina" if person.evidence.desk.is_some() => {
            return Ok(Done {
                path: desk::PATH.to_owned(),
            });
        }
        "invia" => return send(counter, person, slug, request).await,
        "elimina" => return discard(counter, person, slug).await,
        "firme" | "riapri" => return signing(counter, person, slug, verb, request).await,
        "risolvi" => return resolve(counter, person, slug, request, form).await,
        _ => {}
    }
    let mut draft = save::write(counter, person, slug, request).await?;
    let refused_files = keep_files(counter, person, &draft, form).await?;
    match verb {
        "aggiungi" => {
            if is_group(&draft, target) {
                rows_mut(&mut draft.content.answers, target).push(Default::default());
                draft = tidy_and_store(counter, person, draft).await?;
            }
            go(&draft, &request.passo)
        }
        "rimuovi" => {
            if let Some((group, row)) = target.split_once('.')
                && let Ok(row) = row.parse::<usize>()
                && is_group(&draft, group)
            {
                let rows = rows_mut(&mut draft.content.answers, group);
                if row < rows.len() {
                    rows.remove(row);
                }
                draft = tidy_and_store(counter, person, draft).await?;
            }
            go(&draft, &request.passo)
        }
        "mappa" => Ok(Done {
            path: map::path(slug, target),
        }),
        "su" => {
            attach::move_up(counter, person, slug, target).await?;
            go(&draft, &request.passo)
        }
        "togli" => {
            remove_attachment(counter, person, slug, target).await?;
            go(&draft, &request.passo)
        }
        _ => turn(counter, person, &draft, request, verb, refused_files).await,
    }
}

/// Whether the form has a group of rows of this name: no other answer may become one.
pub fn is_group(draft: &Draft, name: &str) -> bool {
    places::fields(&draft.service().form)
        .any(|field| field.name == name && field.kind == FieldKind::Elenco)
}

/// Next, back, or stay.
async fn turn(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    request: &SaveRequest,
    verb: &str,
    mut issues: Vec<Issue>,
) -> Result<Done, ActError> {
    let evaluation = draft.evaluate(counter, person);
    let attachments = attachments_of(counter, &draft.id).await?;
    let attachments = scan::told(counter, &draft.id, attachments).await?;
    let steps = Draft::steps(&evaluation);
    let here = steps.iter().position(|s| *s == request.passo).unwrap_or(0);
    let stays = matches!(verb, "salva" | "indietro");
    if !stays {
        issues.extend(step_issues(draft, &evaluation, &attachments, &steps[here]));
    }
    let form = &draft.service().form;
    let books = agendas::chosen(form, &evaluation);
    let books = books.filter(|choice| places::is_in_step(form, &steps[here], &choice.field));
    if !stays && issues.is_empty() && books.is_some() {
        issues.extend(agendas::hold(counter, form, &evaluation, &draft.id).await?);
    }
    if !issues.is_empty() && verb != "indietro" {
        let shown = steps[here].clone();
        let page = open::page(
            counter,
            person,
            draft,
            &evaluation,
            attachments,
            shown,
            issues,
            None,
        );
        // Another notice than the one that her page names: the whole page is to be shown anew.
        return Err(match draft.unread && page.step == step::DECLARATIONS {
            true => ActError::Unread(Box::new(page)),
            false => ActError::Invalid(Box::new(page)),
        });
    }
    let next = match verb {
        "salva" => here,
        "indietro" => here.saturating_sub(1),
        _ => (here + 1).min(steps.len() - 1),
    };
    go(draft, &steps[next])
}

fn go(draft: &Draft, step: &str) -> Result<Done, ActError> {
    let step: String = url::form_urlencoded::byte_serialize(step.as_bytes()).collect();
    Ok(Done {
        path: format!("/servizi/{}/richiesta?passo={step}", draft.service().slug),
    })
}

async fn tidy_and_store(
    counter: &Counter,
    person: &Person,
    mut draft: Draft,
) -> Result<Draft, ActError> {
    let evaluation = draft.evaluate(counter, person);
    draft.forget_hidden(&evaluation);
    Ok(save::store(counter, person, draft).await?)
}

/// Stores the posted files; a refused one becomes an issue beside its control.
async fn keep_files(
    counter: &Counter,
    person: &Person,
    draft: &Draft,
    form: &FormBody,
) -> Result<Vec<Issue>, ActError> {
    let slug = &draft.service().slug;
    let mut issues = Vec::new();
    for file in &form.files {
        let Some(id) = file.field.strip_prefix("allegati.") else {
            continue;
        };
        let bytes = file.bytes.clone();
        match attach(counter, person, slug, &draft.id, id, &file.name, bytes).await {
            Ok(_) => {}
            Err(error) => match error.of_file() {
                Some(message) => issues.push(Issue {
                    path: file.field.clone(),
                    step: step::ATTACHMENTS.to_owned(),
                    label: t!("Allegato").to_owned(),
                    kind: IssueKind::Wrong,
                    message,
                    from_definition: false,
                }),
                None => return Err(error.into()),
            },
        }
    }
    Ok(issues)
}

async fn send(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
) -> Result<Done, ActError> {
    let submitted = match submit(counter, person, slug, request).await {
        Err(SubmitError::Level(level)) => return Ok(step_up(slug, level)),
        submitted => submitted?,
    };
    Ok(Done {
        path: format!("/pratiche/{}/ricevuta?inviata=1", submitted.case_id),
    })
}

/// Asks the others for their signatures, or takes these away so that the request changes again.
async fn signing(
    counter: &Counter,
    person: &Person,
    slug: &str,
    verb: &str,
    request: &SaveRequest,
) -> Result<Done, ActError> {
    match verb {
        "firme" => {
            if ask_signatures(counter, person, slug, request).await? == Asked::Digital {
                let path = format!("/servizi/{slug}/richiesta/firma");
                return Ok(Done { path });
            }
        }
        _ => {
            if let Some(row) = drafts::get(&counter.store, &person.id, slug).await? {
                cosign::reopen(counter, &row.id).await?;
            }
        }
    }
    Ok(Done {
        path: format!("/servizi/{slug}/richiesta?passo={}", step::SUMMARY),
    })
}

/// To a safer login, and back to the summary.
fn step_up(slug: &str, level: Level) -> Done {
    let next = format!("/servizi/{slug}/richiesta?passo={}", step::SUMMARY);
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Done {
        path: format!("/accedi?livello={}&next={next}", level.number()),
    }
}

/// Deletes the draft with its files.
async fn discard(counter: &Counter, person: &Person, slug: &str) -> Result<Done, ActError> {
    if let Some(row) = drafts::get(&counter.store, &person.id, slug).await? {
        delete(counter, &row.id).await?;
    }
    Ok(Done {
        path: "/area-personale".to_owned(),
    })
}

/// Rows first, bytes after: a file without a row does no harm.
pub async fn delete(counter: &Counter, id: &str) -> Result<(), StoreError> {
    let draft = id.to_owned();
    let gone = counter
        .store
        .write::<_, StoreError, _>(move |tx| Box::pin(async move { delete_in(tx, &draft).await }))
        .await?;
    forget(counter, &gone).await;
    Ok(())
}

/// The same in the caller's transaction: the files whose bytes are to be forgotten.
pub async fn delete_in(tx: &mut Tx, id: &str) -> Result<Vec<String>, StoreError> {
    // The draft first: a file that comes at the same time finds none.
    drafts::delete(tx, id).await?;
    bookings::let_go(tx, id).await?;
    cosignatures::thaw(tx, id).await?;
    files::delete_of(tx, id).await
}

/// The conflict page's choices: `scelta.<campo>` = `mia` takes the answer under `mia.<campo>`.
async fn resolve(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: &SaveRequest,
    form: &FormBody,
) -> Result<Done, ActError> {
    let mine = form.answers_under("mia.");
    let chosen = form.fields.iter().filter_map(|(name, value)| {
        let path = name.strip_prefix("scelta.")?;
        (value == "mia").then(|| (path.to_owned(), mine.0.get(path).cloned()))
    });
    let choices: Vec<_> = chosen.collect();
    let draft = save::resolve(counter, person, slug, request, &choices).await?;
    let evaluation = draft.evaluate(counter, person);
    let steps = Draft::steps(&evaluation);
    let step = if steps.contains(&request.passo) {
        request.passo.clone()
    } else {
        steps[0].clone()
    };
    go(&draft, &step)
}
