//! `/ufficio/sportello`, and the request as it is printed to be signed.

use app::api::{DeskOpen, DeskPage, DeskPaper, RequestPage, step};
use rules::roles::{Operation, Place};

use super::{
    DeskError,
    applicant::{citizen, has_draft, may_assist, open},
    start::DOCUMENTS,
};
use crate::{
    requests, roles,
    state::{Counter, Person},
    store::desks::{self, DeskRow},
    vault::sha256,
};

/// The desk that she has open, or the form to open one.
pub async fn page(counter: &Counter, person: &Person) -> Result<DeskPage, DeskError> {
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let open = match desks::open(&counter.store, &person.id).await? {
        Some(desk) if may_assist(counter, person, &desk.slug) => {
            Some(open_desk(counter, person, &desk).await?)
        }
        Some(_) => Some(DeskOpen {
            over: "Non lavori più per l'ufficio di questa richiesta: qui puoi solo chiuderla."
                .to_owned(),
            ..DeskOpen::default()
        }),
        None => None,
    };
    Ok(DeskPage {
        open,
        services: services(counter, person),
        documents: DOCUMENTS
            .map(|(code, words)| (code.to_owned(), words.to_owned()))
            .into(),
        ..DeskPage::default()
    })
}

/// Services of the offices where she may.
fn services(counter: &Counter, person: &Person) -> Vec<(String, String)> {
    let all = counter
        .catalogue
        .all()
        .into_iter()
        .map(|found| &found.service);
    all.filter(|service| may_assist(counter, person, &service.slug))
        .map(|service| (service.slug.clone(), service.title.clone()))
        .collect()
}

async fn open_desk(
    counter: &Counter,
    person: &Person,
    desk: &DeskRow,
) -> Result<DeskOpen, DeskError> {
    let applicant = citizen(counter, person, desk).await?;
    let draft = draft_of(counter, &applicant, desk).await;
    let sent = requests::already(counter, &applicant, &desk.draft).await?;
    let found = counter.catalogue.get(&desk.slug);
    Ok(DeskOpen {
        applicant: applicant.display_name(),
        fiscal_code: applicant.identity.fiscal_code.clone(),
        document: document_of(&applicant),
        service: found.map_or_else(|| desk.slug.clone(), |found| found.service.title.clone()),
        form: format!("/servizi/{}/richiesta", desk.slug),
        over: match &draft {
            Err(DeskError::Gone) => {
                "La bozza non c'è più: la persona l'ha inviata o eliminata dal suo accesso."
                    .to_owned()
            }
            _ => String::new(),
        },
        stamp: draft
            .ok()
            .filter(is_complete)
            .map(|page| stamp(&page))
            .unwrap_or_default(),
        case: sent.map(|sent| sent.case_id).unwrap_or_default(),
    })
}

/// The identity document that the operator saw.
fn document_of(applicant: &Person) -> String {
    let desk = applicant.evidence.desk.as_ref();
    desk.map_or_else(String::new, |desk| desk.document.clone())
}

pub fn is_complete(page: &RequestPage) -> bool {
    page.step == step::SUMMARY
}

/// The desk's draft at its summary, or at the step that comes before it.
pub async fn draft_of(
    counter: &Counter,
    applicant: &Person,
    desk: &DeskRow,
) -> Result<RequestPage, DeskError> {
    if !has_draft(counter, desk).await? {
        return Err(DeskError::Gone);
    }
    let page = requests::open(counter, applicant, &desk.slug, Some(step::SUMMARY)).await?;
    match page.draft.draft_id == desk.draft {
        true => Ok(page),
        false => Err(DeskError::Gone),
    }
}

/// What tells one state of the draft from another: its answers' version and its files. Printed,
/// and posted with the signed copy. A signed copy that an earlier attempt left is not in it.
pub fn stamp(page: &RequestPage) -> String {
    let mut parts = vec![page.draft.draft_id.clone(), page.draft.version.to_string()];
    let files = page.draft.attachments.iter();
    let files = files.filter(|file| file.id != requests::SIGNED_COPY);
    parts.extend(files.map(|file| file.sha256.clone()));
    let mut stamp = sha256(parts.join("/").as_bytes());
    stamp.truncate(16);
    stamp
}

/// The request on paper; `None`: there is nothing to be printed yet.
pub async fn paper(counter: &Counter, person: &Person) -> Result<Option<DeskPaper>, DeskError> {
    roles::check(person, Operation::Assist, Place::Somewhere)?;
    let Some(desk) = open(counter, person).await? else {
        return Ok(None);
    };
    let applicant = citizen(counter, person, &desk).await?;
    let page = match draft_of(counter, &applicant, &desk).await {
        Ok(page) if is_complete(&page) => page,
        Ok(_) | Err(DeskError::Gone) => return Ok(None),
        Err(error) => return Err(error),
    };
    let declared = page.form.declarations.iter();
    let declared = declared.filter(|d| page.draft.declarations.contains(&d.id));
    Ok(Some(DeskPaper {
        declarations: declared.map(|d| d.text.clone()).collect(),
        stamp: stamp(&page),
        title: page.title,
        applicant: applicant.display_name(),
        fiscal_code: applicant.identity.fiscal_code.clone(),
        document: document_of(&applicant),
        operator: person.display_name(),
        summary: page.summary,
        attachments: page
            .draft
            .attachments
            .into_iter()
            .filter(|file| file.id != requests::SIGNED_COPY)
            .collect(),
        fees: page.fees,
        day: counter.today().italian(),
    }))
}
