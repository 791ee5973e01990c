//! Actions: a plain form's POST (303, or the page again) and its JSON twin
//! ([`app::api::Acted`] or a problem).

use app::api::{Backend, Page, PageData, PreviewPage, Problem, ResumePage, SaveRequest};
use axum::{
    Json,
    extract::{Path, Request, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    document::{self, Wanted},
    pages::Visit,
    session::Who,
};
use crate::{
    cases, changes,
    clock::token,
    cosign, delegations, deliveries, desk,
    error::{self, Refusal, Refused},
    forms::{self, FormBody, FormError},
    payments::{self, Paying},
    profile, ratings,
    requests::{self, ActError},
    roles, services, signing,
    state::{Counter, Person},
};
use rules::{
    roles::{Operation, Place},
    t,
};

/// What an action led to.
pub enum Outcome {
    /// Go there.
    Done { path: String },
    /// Go on at another site, whose address was checked.
    Away { url: String },
    /// Nothing done: the page again, with values and errors.
    Again(Box<Page>),
    /// Nothing was to be done: the page that was asked for.
    Shown(Box<Page>),
    /// Nothing done, because something else was meanwhile: the page as it is now, and the same
    /// in words (409).
    Overtaken(Box<Page>, Problem),
}

impl Outcome {
    /// A page that is asked for by a form, as it turned out.
    fn shown(page: Page) -> Self {
        match &page {
            Page::Preview(preview) if preview.is_refused() => Self::Again(Box::new(page)),
            _ => Self::Shown(Box::new(page)),
        }
    }

    /// Nothing done for this reason: the page again.
    pub fn refused(page: Page, problem: Problem) -> Self {
        let page = Box::new(page);
        match problem.status {
            409 => Self::Overtaken(page, problem),
            _ => Self::Again(page),
        }
    }
}

/// Largest JSON of a step.
const JSON_BYTES: usize = 1 << 20;

pub async fn post(visit: &Visit, path: &str, api: bool, nonce: &str, request: Request) -> Response {
    let bare = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = bare.split('/').filter(|s| !s.is_empty()).collect();
    let wanted = Wanted::of(request.headers());
    let outcome = match segments.as_slice() {
        // The only actions that need no login.
        ["valutazioni"] => rate(&visit.counter, request).await,
        ["servizi", slug, "requisiti"] => precheck(&visit.counter, slug, request).await,
        segments => match visit.actor.person() {
            Some(person) => dispatch(visit, person, segments, request).await,
            None if api => Err(NotLoggedIn.into()),
            None => match FormBody::read_texts(request).await {
                Ok(form) => Ok(Outcome::Again(Box::new(resume(bare, form)))),
                Err(error) => Err(error.into()),
            },
        },
    };
    match outcome {
        Ok(outcome) if api => answer_json(visit, outcome, bare, wanted).await,
        Ok(outcome) => answer_html(visit, outcome, path, nonce).await,
        Err(refused) => {
            let problem = refused.report(|| token::<4>(&*visit.counter.rng));
            document::problem(&visit.counter, &visit.actor, problem, api, nonce).await
        }
    }
}

async fn precheck(counter: &Counter, slug: &str, request: Request) -> Result<Outcome, Refused> {
    let form = FormBody::read_texts(request).await?;
    services::precheck::answer(counter, slug, &form)
}

async fn rate(counter: &Counter, request: Request) -> Result<Outcome, Refused> {
    let form = FormBody::read_texts(request).await?;
    ratings::give(counter, &form).await
}

/// What came without a session, given back: only the page holds it.
fn resume(path: &str, form: FormBody) -> Page {
    Page::Resume(ResumePage {
        action: path.to_owned(),
        files: !form.files.is_empty(),
        fields: form.fields,
    })
}

async fn dispatch(
    visit: &Visit,
    person: &Person,
    segments: &[&str],
    request: Request,
) -> Result<Outcome, Refused> {
    let counter = &visit.counter;
    if segments.first() == Some(&"ufficio") {
        // Before a body is read for who has no part here.
        roles::check(person, Operation::EnterOffice, Place::Somewhere)?;
    }
    match segments {
        ["servizi", slug, "richiesta"] => request_action(counter, person, slug, request).await,
        ["servizi", slug, "richiesta", "firma"] => {
            let form = FormBody::read(request).await?;
            signing::action(counter, person, slug, &form).await
        }
        ["servizi", slug, "richiesta", "mappa"] => {
            let form = FormBody::read_texts(request).await?;
            let draft = Some(form.get("bozza"));
            let applicant = desk::applicant(counter, person, slug, draft).await?;
            Ok(requests::map_action(counter, &applicant, slug, &form).await?)
        }
        ["firme", id] => {
            let form = FormBody::read(request).await?;
            cosign::action(counter, person, id, &form).await
        }
        ["pratiche", id] => {
            let form = FormBody::read(request).await?;
            cases::citizen_action(counter, person, id, &form).await
        }
        ["area-personale", "deleghe"] => {
            let form = FormBody::read(request).await?;
            delegations::action(counter, person, &form).await
        }
        ["area-personale", "profilo"] => {
            let form = FormBody::read(request).await?;
            profile::action(counter, person, &form).await
        }
        ["pagamenti", id] => Ok(match payments::pay(counter, person, id).await? {
            Paying::Go(url) => Outcome::Away { url },
            Paying::Again(page) => Outcome::Again(Box::new(Page::Payment(page))),
        }),
        ["ufficio", "pratiche", id] => {
            let form = FormBody::read(request).await?;
            cases::office_action(counter, person, id, &form).await
        }
        ["ufficio", "consegne"] => {
            let form = FormBody::read(request).await?;
            deliveries::action(counter, person, &form).await
        }
        ["ufficio", "sportello"] => {
            let form = FormBody::read(request).await?;
            desk::action(counter, person, &form).await
        }
        ["ufficio", "ruoli"] => {
            let form = FormBody::read(request).await?;
            roles::action(counter, person, &form).await
        }
        ["ufficio", "servizi", slug] => {
            let form = FormBody::read(request).await?;
            changes::action(counter, person, slug, &form).await
        }
        ["ufficio", "anteprima"] => {
            let form = FormBody::read(request).await?;
            let page = requests::preview(counter, person, &form).await?;
            Ok(Outcome::shown(Page::Preview(Box::new(page))))
        }
        _ => Err(Unknown.into()),
    }
}

/// The guided form. Files come first: what was sent is kept even if the rest is refused.
async fn request_action(
    counter: &Counter,
    person: &Person,
    slug: &str,
    request: Request,
) -> Result<Outcome, Refused> {
    let is_json = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"application/json"));
    let (save, form) = if is_json {
        let body = forms::bytes(request, JSON_BYTES).await?;
        let save: SaveRequest =
            serde_json::from_slice(&body).map_err(|e| FormError::Unreadable(e.to_string()))?;
        (save, FormBody::default())
    } else {
        let form = FormBody::read(request).await?;
        (form.save_request(), form)
    };
    let applicant = desk::applicant(counter, person, slug, Some(&save.bozza)).await?;
    match requests::act(counter, &applicant, slug, &save, &form).await {
        Ok(done) => Ok(Outcome::Done { path: done.path }),
        Err(ActError::Invalid(page)) => Ok(Outcome::Again(Box::new(Page::Request(page)))),
        Err(ActError::Conflict(page)) => Ok(Outcome::Again(Box::new(Page::Conflict(page)))),
        Err(ActError::Unread(page)) => Ok(Outcome::Overtaken(
            Box::new(Page::Request(page)),
            requests::unread(),
        )),
        Err(ActError::Sent(sent)) => Ok(Outcome::Overtaken(
            Box::new(Page::Sent(sent.page(counter, slug))),
            sent.problem(),
        )),
        Err(ActError::Closed { title, reason }) => Ok(Outcome::Again(Box::new(Page::Closed {
            slug: slug.to_owned(),
            title,
            reason,
        }))),
        Err(error) => Err(error.into()),
    }
}

async fn answer_html(visit: &Visit, outcome: Outcome, path: &str, nonce: &str) -> Response {
    match outcome {
        Outcome::Done { path: to } | Outcome::Away { url: to } => Redirect::to(&to).into_response(),
        Outcome::Again(page) | Outcome::Shown(page) => {
            document::html(&visit.counter, visit.data(Ok(*page)), path, nonce).await
        }
        Outcome::Overtaken(page, problem) => {
            let data = visit.data(Ok(*page));
            document::html_as(&visit.counter, data, problem.status, path, nonce).await
        }
    }
}

async fn answer_json(visit: &Visit, outcome: Outcome, path: &str, wanted: Wanted) -> Response {
    match outcome {
        Outcome::Shown(page) => document::acted(path.to_owned(), visit.data(Ok(*page)), wanted),
        Outcome::Done { path } => {
            let data = visit.page(&path).await;
            document::acted(path, data, wanted)
        }
        Outcome::Away { url } => Json(serde_json::json!({ "location": url })).into_response(),
        Outcome::Again(page) => {
            let problem = again_as_problem(visit.data(Ok(*page)));
            document::refused_json(&visit.counter, &visit.actor, problem, wanted)
        }
        Outcome::Overtaken(page, problem) => {
            document::overtaken(visit.data(Ok(*page)), problem, wanted)
        }
    }
}

/// The refused page's errors, for a browser that already shows the page.
fn again_as_problem(data: PageData) -> Problem {
    let status = data.status();
    let mut problem = Problem::new(
        status,
        t!("Ci sono alcune informazioni mancanti o errate"),
        t!("Correggi i campi indicati e riprova."),
    );
    match data.page {
        Page::Request(page) => {
            problem.version = Some(page.draft.version);
            problem.errors = page.issues;
        }
        Page::Conflict(page) => {
            problem.title = t!("La bozza è cambiata").into();
            problem.detail = t!("L'hai modificata in un'altra finestra o da un altro dispositivo. Scegli quali risposte tenere.").into();
            problem.conflict = Some(page);
        }
        Page::Case(page) => problem.errors = field_errors(&page.errors),
        Page::OfficeCase(page) => problem.errors = field_errors(&page.case.errors),
        Page::Roles(page) => problem.errors = field_errors(&page.errors),
        Page::ServiceSettings(page) => problem.errors = field_errors(&page.errors),
        Page::Preview(page) => problem.errors = field_errors(&preview_errors(*page)),
        Page::Desk(page) => problem.errors = field_errors(&page.errors),
        Page::Signing(page) => problem.errors = field_errors(&page.errors),
        Page::Map(page) => problem.errors = field_errors(&page.errors),
        Page::Precheck(page) => problem.errors = field_errors(&page.errors),
        Page::Profile(page) => problem.errors = field_errors(&page.errors),
        Page::Delegations(page) => problem.errors = field_errors(&page.errors),
        Page::Rating(page) => {
            problem.title = t!("Il parere non è stato inviato").into();
            problem.detail = page.error.unwrap_or_default();
        }
        Page::Payment(page) => {
            problem.title = t!("Il pagamento non è cominciato").into();
            problem.detail = page.error.unwrap_or_default();
        }
        Page::Closed { reason, .. } => {
            problem.status = 403;
            problem.title = t!("Servizio chiuso").into();
            problem.detail = reason;
        }
        _ => {}
    }
    problem
}

fn preview_errors(page: PreviewPage) -> Vec<(String, String)> {
    let faults = page.faults.into_iter();
    let faults = faults.map(|fault| (fault.key, format!("riga {}: {}", fault.line, fault.message)));
    let error = page.error.map(|told| (String::new(), told));
    error.into_iter().chain(faults).collect()
}

fn field_errors(errors: &[(String, String)]) -> Vec<rules::form::Issue> {
    errors
        .iter()
        .map(|(field, message)| rules::form::Issue {
            path: field.clone(),
            step: String::new(),
            label: field.clone(),
            kind: rules::form::IssueKind::Wrong,
            message: message.clone(),
            from_definition: false,
        })
        .collect()
}

/// `PUT /api/servizi/{slug}/richiesta`: autosave.
pub async fn autosave(
    State(counter): State<Counter>,
    Who(actor): Who,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let wanted = Wanted::of(request.headers());
    let actor = match actor {
        Ok(actor) => actor,
        Err(refused) => {
            return document::problem_json(&refused.report(|| token::<4>(&*counter.rng)));
        }
    };
    let saved = async {
        let person = actor.person().ok_or(NotLoggedIn)?;
        let body = forms::bytes(request, JSON_BYTES).await?;
        let save: SaveRequest =
            serde_json::from_slice(&body).map_err(|e| FormError::Unreadable(e.to_string()))?;
        let applicant = desk::applicant(&counter, person, &slug, Some(&save.bozza)).await?;
        Ok::<_, Refused>(requests::save(&counter, &applicant, &slug, &save).await?)
    };
    match saved.await {
        Ok(saved) => Json(saved).into_response(),
        Err(refused) => {
            let problem = refused.report(|| token::<4>(&*counter.rng));
            document::refused_json(&counter, &actor, problem, wanted)
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no session, or an expired one")]
pub struct NotLoggedIn;

impl Refusal for NotLoggedIn {
    fn problem(&self) -> Problem {
        error::login_required()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no such action")]
struct Unknown;

impl Refusal for Unknown {
    fn problem(&self) -> Problem {
        error::not_found()
    }
}
