//! `/ufficio/anteprima`: a definition that is not in force, as citizens will see it. The guided form
//! runs on an invented person's draft that only the page holds: nothing is stored, nothing is sent.

use std::sync::Arc;

use app::api::{
    PreviewContent, PreviewFault, PreviewPage, PreviewShown, Problem, SaveRequest, step,
};
use rules::{
    catalogue::{Service, source},
    form::{Answer, Evaluation, Issue},
    roles::{Operation, Place},
};
use thiserror::Error;

use super::{
    act::is_group,
    draft::{Draft, DraftError},
    open::{self, offer_times, step_issues},
    save::{merge, rows_mut},
};
use crate::{
    catalogue::{self, Definition, LoadError},
    changes,
    error::{Refusal, internal},
    forms::FormBody,
    roles::{NotPermitted, check},
    services::sheet,
    state::{Counter, Evidence, Person, PersonData},
    store::StoreError,
};

/// Longest definition; ours have a tenth of it.
const MOST_BYTES: usize = 64 << 10;
/// Controls of the page; the dot keeps them apart from the definition's own fields.
const TEXT: &str = "anteprima.definizione";
const FILE: &str = "anteprima.file";

#[derive(Debug, Error)]
pub enum PreviewError {
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    #[error(transparent)]
    Blocks(#[from] LoadError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for PreviewError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotPermitted(error) => error.problem(),
            Self::Blocks(_) => internal(),
            Self::Draft(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// The page before anything was given to it.
pub fn blank(person: &Person) -> Result<PreviewPage, PreviewError> {
    check(person, Operation::PreviewDefinition, Place::Town)?;
    Ok(PreviewPage::default())
}

/// Fields `anteprima.definizione` or the file `anteprima.file`, and the guided form's own: its
/// buttons, `passo`, its answers. `azione` may be `parte:<id>`, too.
pub async fn preview(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
) -> Result<PreviewPage, PreviewError> {
    check(person, Operation::PreviewDefinition, Place::Town)?;
    let text = match given(form) {
        Ok(text) => text,
        Err(told) => {
            return Ok(PreviewPage {
                text: form.get(TEXT).chars().take(MOST_BYTES).collect(),
                error: Some(told.to_owned()),
                ..PreviewPage::default()
            });
        }
    };
    let blocks = catalogue::blocks(&counter.settings.catalogue)?;
    let mut page = PreviewPage::default();
    match source::load_service(&text, &blocks) {
        Ok(service) => {
            let request = form.save_request();
            page.shown = Some(shown(counter, service, &request).await?);
        }
        Err(faults) => {
            let faults = faults.into_iter().map(|fault| PreviewFault {
                line: fault.line,
                key: fault.key,
                message: fault.message,
            });
            page.faults = faults.collect();
        }
    }
    page.text = text;
    Ok(page)
}

/// The definition's text: a file counts more than what stands in the text area.
fn given(form: &FormBody) -> Result<String, &'static str> {
    const LONG: &str = "Il testo è troppo lungo: al massimo 64 KB.";
    let file = form.files.iter().find(|file| file.field == FILE);
    let text = match file {
        Some(file) if file.bytes.len() > MOST_BYTES => return Err(LONG),
        Some(file) => String::from_utf8(file.bytes.to_vec())
            .map_err(|_| "Il file non è un testo: serve una definizione in YAML (UTF-8).")?,
        None => form.get(TEXT).to_owned(),
    };
    let text = text.replace("\r\n", "\n");
    match text.trim().is_empty() {
        true => Err("Scrivi qui una definizione, o scegli il suo file."),
        false if text.len() > MOST_BYTES => Err(LONG),
        false => Ok(text),
    }
}

/// What the pressed button leads to.
async fn shown(
    counter: &Counter,
    service: Service,
    request: &SaveRequest,
) -> Result<PreviewShown, PreviewError> {
    let changes = changes::now(counter).await?;
    let definition = Definition {
        hash: String::new(),
        service: Arc::new(service),
    };
    let somebody = somebody();
    let mut draft = Draft::fresh(counter, &somebody, definition, Arc::clone(&changes));
    fill(&mut draft, request);
    let evaluation = draft.evaluate(counter, &somebody);
    draft.forget_hidden(&evaluation);
    let steps = Draft::steps(&evaluation);
    let (part, issues) = turn(&draft, &evaluation, &steps, request);
    draft.propose(&somebody, &part);
    let evaluation = draft.evaluate(counter, &somebody);
    let service = Arc::clone(&draft.definition.service);
    let content = if part == PreviewShown::SHEET {
        let page = sheet::of_service(counter, &changes, &service, false);
        PreviewContent::Sheet(Box::new(page))
    } else {
        let notice = (request.azione == "invia")
            .then(|| "Qui l'invio non si prova: in un'anteprima non parte niente.".to_owned());
        let (at, none) = (part.clone(), Vec::new());
        let mut page = open::page(
            counter,
            &somebody,
            &draft,
            &evaluation,
            none,
            at,
            issues,
            notice,
        );
        offer_times(counter, &mut page).await?;
        // It needs a draft that is kept.
        page.map = false;
        PreviewContent::Step(Box::new(page))
    };
    Ok(PreviewShown {
        title: service.title.clone(),
        replaces: counter.catalogue.get(&service.slug).is_some(),
        doubts: service.doubts.clone(),
        office_rules: service.form.office_rules(),
        parts: parts(&service, &steps),
        answers: left_out(&draft, &part),
        part,
        content,
    })
}

/// Takes over what was typed in all the steps, and adds or removes a row.
fn fill(draft: &mut Draft, request: &SaveRequest) {
    if request.passo.is_empty() {
        return;
    }
    let form = &draft.service().form;
    let steps: Vec<String> = form.steps.iter().map(|step| step.id.clone()).collect();
    for passo in steps.into_iter().chain([step::DECLARATIONS.to_owned()]) {
        let of_step = SaveRequest {
            passo,
            ..request.clone()
        };
        merge(draft, &of_step);
    }
    let azione = request.azione.as_str();
    match azione.split_once(':') {
        Some(("aggiungi", group)) if is_group(draft, group) => {
            rows_mut(&mut draft.content.answers, group).push(Default::default());
        }
        Some(("rimuovi", row)) => {
            if let Some((group, n)) = row.split_once('.')
                && let Ok(n) = n.parse::<usize>()
                && is_group(draft, group)
            {
                let rows = rows_mut(&mut draft.content.answers, group);
                if n < rows.len() {
                    rows.remove(n);
                }
            }
        }
        _ => {}
    }
}

/// The part to show, and what keeps the shown step from being complete.
fn turn(
    draft: &Draft,
    evaluation: &Evaluation,
    steps: &[String],
    request: &SaveRequest,
) -> (String, Vec<Issue>) {
    let sheet = || PreviewShown::SHEET.to_owned();
    let known = |id: &str| steps.iter().any(|step| step == id);
    let Some(here) = steps.iter().position(|step| *step == request.passo) else {
        let first = request.azione.strip_prefix("parte:");
        let first = first.filter(|id| known(id)).map(str::to_owned);
        return (first.unwrap_or_else(sheet), Vec::new());
    };
    let at = steps[here].clone();
    match request.azione.split_once(':') {
        Some(("parte", id)) if known(id) => return (id.to_owned(), Vec::new()),
        Some(("parte", _)) => return (sheet(), Vec::new()),
        _ => {}
    }
    match request.azione.as_str() {
        "avanti" => {
            let issues = step_issues(draft, evaluation, &[], &at);
            // Files are not asked for: there is nowhere to keep them.
            match issues.is_empty() || at == step::ATTACHMENTS {
                true => (steps[(here + 1).min(steps.len() - 1)].clone(), Vec::new()),
                false => (at, issues),
            }
        }
        "indietro" => match here {
            0 => (sheet(), Vec::new()),
            _ => (steps[here - 1].clone(), Vec::new()),
        },
        _ => (at, Vec::new()),
    }
}

/// Ids and titles.
fn parts(service: &Service, steps: &[String]) -> Vec<(String, String)> {
    let title = |id: &str| match id {
        step::ATTACHMENTS => "Documenti".to_owned(),
        step::DECLARATIONS => "Dichiarazioni".to_owned(),
        step::SUMMARY => "Riepilogo".to_owned(),
        id => {
            let mut own = service.form.steps.iter();
            let own = own.find(|step| step.id == id);
            own.map_or_else(String::new, |step| step.title.clone())
        }
    };
    let sheet = (PreviewShown::SHEET.to_owned(), "La scheda".to_owned());
    let steps = steps.iter().map(|id| (id.clone(), title(id)));
    std::iter::once(sheet).chain(steps).collect()
}

/// The answers that the shown part has no controls for, as they are posted.
fn left_out(draft: &Draft, part: &str) -> Vec<(String, String)> {
    let steps = draft.service().form.steps.iter();
    let shown = steps.filter(|step| step.id == part);
    let shown: Vec<&str> = shown
        .flat_map(|step| step.fields())
        .map(|field| field.name.as_str())
        .collect();
    let mut fields = Vec::new();
    for (name, answer) in &draft.content.answers.0 {
        if !shown.contains(&name.as_str()) {
            posted(name, answer, &mut fields);
        }
    }
    if part != step::DECLARATIONS {
        let ticked = draft.content.declarations.iter();
        fields.extend(ticked.map(|id| (format!("dichiarazioni.{id}"), "si".to_owned())));
    }
    fields
}

fn posted(name: &str, answer: &Answer, fields: &mut Vec<(String, String)>) {
    match answer {
        Answer::Text(text) => fields.push((name.to_owned(), text.clone())),
        Answer::Many(codes) => {
            fields.extend(codes.iter().map(|code| (name.to_owned(), code.clone())));
        }
        Answer::Rows(rows) => {
            for (n, row) in rows.iter().enumerate() {
                for (column, answer) in row {
                    posted(&format!("{name}.{n}.{column}"), answer, fields);
                }
            }
        }
    }
}

/// Who fills the form in a preview: nobody.
fn somebody() -> Person {
    Person {
        id: String::new(),
        identity: PersonData {
            fiscal_code: "RSSMRA80A41A893N".to_owned(),
            name: "Maria".to_owned(),
            family_name: "Rossi".to_owned(),
            birth_date: "1980-01-01".to_owned(),
            birth_place: "A893".to_owned(),
            ..PersonData::default()
        },
        roles: Vec::new(),
        expires_at: 0,
        scheme: String::new(),
        evidence: Evidence {
            level: 3,
            ..Evidence::default()
        },
    }
}
