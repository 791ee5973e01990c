//! `/pratiche/{id}`: the case for who sent it.

use app::api::{AppointmentView, AttachmentView, CasePage, DocumentView, IntegrationView};
use rules::{catalogue::Office, t};

use super::{
    LoadError, LoadedCase, Side, StoredDocument, access,
    act::{Act, kind},
    answer_integration::kept,
    load,
    original::{self, OriginalView},
    represented, state_view,
    timeline::{self, Names},
};
use crate::{
    agendas,
    clock::rome_text,
    delegations, documents,
    identity::sessions,
    payments::{self, PaymentError},
    scan,
    state::{Counter, Person},
};

/// The applicant's own case; a stranger gets 404.
pub async fn view(counter: &Counter, person: &Person, id: &str) -> Result<CasePage, PaymentError> {
    let case = load::of_citizen(counter, person, id).await?;
    let original = original::read(&case)?;
    let mut page = page(counter, &case, &original).await?;
    if case.state.state == rules::case::State::AttesaPagamentoRilascio {
        withhold(&case, &mut page.documents);
    }
    Ok(page)
}

/// The decision is read at once, and handed out after the payment.
fn withhold(case: &LoadedCase, documents: &mut [DocumentView]) {
    let of_case = case.documents.iter().zip(documents);
    for (_, document) in of_case.filter(|(stored, _)| stored.kind == kind::DECISION) {
        document.href.clear();
    }
}

/// The page of a loaded case: what the citizen reads, the operator reads too.
pub async fn page(
    counter: &Counter,
    case: &LoadedCase,
    original: &OriginalView,
) -> Result<CasePage, PaymentError> {
    let service = &case.definition.service;
    let names = timeline::names(counter, case).await?;
    let outcome = timeline::final_outcome(case)?;
    Ok(CasePage {
        id: case.row.id.clone(),
        seq: case.state.seq,
        slug: case.row.slug.clone(),
        title: service.title.clone(),
        protocol: case.protocol().to_string(),
        submitted: rome_text(case.row.created_at),
        state: state_view(case.state.state),
        due: case.due().map(|day| day.italian()),
        due_note: timeline::due_note(case),
        office: counter.office_card(office(case)),
        operator: operator(case, &names),
        timeline: timeline::timeline(case, &names),
        documents: document_views(case)?,
        receipt_pdf: case.pdf(1, documents::kind::RECEIPT),
        summary: original::summary(counter, case, original),
        attachments: scan::told(counter, &case.row.id, attachments(case, original)?).await?,
        payments: payments::of_case(counter, case).await?,
        integration: integration(counter, case).await?,
        people: people(counter, case, original).await?,
        can_send_away: access::can_end(case),
        unsent: None,
        errors: Vec::new(),
        can_restart: matches!(case.side, Side::Applicant(_)),
        can_withdraw: case.state.can_withdraw(),
        appointment: appointment(counter, case).await?,
        notice: None,
        remedies: match outcome {
            Some(_) if case.state.state != rules::case::State::Ritirata => {
                timeline::remedies(service)
            }
            _ => Vec::new(),
        },
        outcome,
    })
}

/// Name and surname of who sent a case; empty where nothing is known of her any more.
pub async fn applicant_name(counter: &Counter, person: &str) -> Result<String, LoadError> {
    let data = sessions::person_data(counter, person).await?;
    Ok(data.as_ref().map(original::name).unwrap_or_default())
}

/// Her appointment, and the times to which she may still move it.
async fn appointment(
    counter: &Counter,
    case: &LoadedCase,
) -> Result<Option<AppointmentView>, LoadError> {
    let Some(appointment) = &case.state.appointment else {
        return Ok(None);
    };
    let times = match case.state.can_reschedule(&appointment.agenda) {
        true => agendas::offer(counter, &appointment.agenda, "").await?,
        false => Vec::new(),
    };
    Ok(Some(AppointmentView {
        when: appointment.starts.words(),
        times,
    }))
}

/// Who sent it, for whom, and by what right she who looks may do so.
async fn people(
    counter: &Counter,
    case: &LoadedCase,
    original: &OriginalView,
) -> Result<Vec<(String, String)>, LoadError> {
    let mut lines = Vec::new();
    if let Some(of) = represented::represented(&original.answers) {
        lines.push((
            t!("Presentata da").to_owned(),
            original::name(&original.applicant),
        ));
        lines.push((t!("Per conto di").to_owned(), of.name));
    }
    if let Side::Delegate { delegation, .. } = &case.side {
        if lines.is_empty() {
            let giver = delegation.content.giver.full();
            lines.push((t!("Per conto di").to_owned(), giver));
        }
        let what = delegations::scope_words(counter, &delegation.scope).await?;
        let words = t!("{what}, fino al {to}", what, to = delegation.to.italian());
        lines.push((t!("La tua delega").to_owned(), words));
    }
    Ok(lines)
}

fn office(case: &LoadedCase) -> &Office {
    &case.definition.service.office
}

fn operator(case: &LoadedCase, names: &Names) -> Option<String> {
    names.get(case.state.operator.as_ref()?).cloned()
}

/// What was sent with the request, then with the answers.
fn attachments(
    case: &LoadedCase,
    original: &OriginalView,
) -> Result<Vec<AttachmentView>, LoadError> {
    let mut all: Vec<_> = original.files().cloned().collect();
    for document in case.documents.iter().filter(|d| d.kind == kind::ANSWER) {
        all.extend(
            case.act(document.seq)?
                .into_iter()
                .flat_map(|act| act.files),
        );
    }
    Ok(all)
}

fn document_views(case: &LoadedCase) -> Result<Vec<DocumentView>, LoadError> {
    case.documents
        .iter()
        .map(|document| {
            let event = case.events.iter().find(|event| event.seq == document.seq);
            let registered = event.and_then(|event| event.body.act());
            let act = match document.kind.as_str() {
                kind::ORIGINAL => None,
                _ => case.act(document.seq)?,
            };
            let issued = act.as_ref().and_then(|act| act.issued.as_ref());
            let own = issued.map(|issued| issued.title.clone());
            Ok(DocumentView {
                title: own.unwrap_or_else(|| title(document).to_owned()),
                protocol: registered
                    .map(|act| act.protocol.to_string())
                    .unwrap_or_default(),
                date: event.map(|event| event.day.italian()).unwrap_or_default(),
                sha256: document.sha256.clone(),
                href: format!("/pratiche/{}/documenti/{}", case.row.id, document.id),
                pdf: documents::kinds_of(&document.kind)
                    .first()
                    .and_then(|kind| case.pdf(document.seq, kind)),
                text: act.map(|act| text(&act)).filter(|text| !text.is_empty()),
            })
        })
        .collect()
}

pub fn title(document: &StoredDocument) -> &'static str {
    match document.kind.as_str() {
        kind::ORIGINAL => t!("La tua richiesta"),
        kind::REQUEST => t!("Richiesta di documenti"),
        kind::ANSWER => t!("Risposta alla richiesta di documenti"),
        kind::DECISION => t!("Decisione"),
        kind::REFUSAL => t!("Dichiarazione di irricevibilità"),
        kind::WITHDRAWAL => t!("Ritiro della richiesta"),
        _ => t!("Documento"),
    }
}

/// An act for people to read: in Italian, as it was registered.
pub fn text(act: &Act) -> String {
    let mut parts = Vec::new();
    if let Some((_, title, text)) = &act.outcome {
        parts.push(format!("{title}. {text}"));
    }
    if !act.text.is_empty() {
        parts.push(act.text.clone());
    }
    if let Some(issued) = &act.issued {
        let lines = issued.stated.iter();
        let lines: Vec<_> = lines
            .map(|(label, value)| format!("{label}: {value}"))
            .collect();
        parts.push(lines.join("\n"));
    }
    if act.kind == kind::REQUEST {
        let lines: Vec<String> = act.documents.iter().map(|d| format!("- {d}")).collect();
        parts.push(lines.join("\n"));
    }
    if let Some(due) = act.due {
        parts.push(format!("Rispondi entro il {}.", due.italian()));
    }
    parts.join("\n\n")
}

async fn integration(
    counter: &Counter,
    case: &LoadedCase,
) -> Result<Option<IntegrationView>, LoadError> {
    let Some(open) = &case.state.integration else {
        return Ok(None);
    };
    let act = case.act(open.seq)?.unwrap_or_default();
    Ok(Some(IntegrationView {
        reason: act.text,
        documents: act.documents,
        due: open.due.italian(),
        files: kept(counter, case, open).await?,
        text: String::new(),
    }))
}
