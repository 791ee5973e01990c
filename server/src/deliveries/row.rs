//! A row of the outbox in plain words.

use app::api::DeliveryRow;

use crate::{
    clock::rome_text,
    documents,
    messages::template_of,
    state::Counter,
    store::{
        StoreError,
        outbox::{self, OutboxRow, RowState},
    },
};

/// What a case sent, in the order of its events.
pub async fn of_case(
    counter: &Counter,
    case_id: &str,
    protocol: &str,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let rows = outbox::of_case(&counter.store, case_id).await?;
    Ok(rows
        .into_iter()
        .map(|row| delivery(counter, row, protocol))
        .collect())
}

pub fn delivery(counter: &Counter, row: OutboxRow, protocol: &str) -> DeliveryRow {
    DeliveryRow {
        what: what(counter, &row),
        channel: channel(&row.channel).to_owned(),
        state: row.state.code().to_owned(),
        label: label(&row),
        queued: rome_text(row.created_at),
        changed: rome_text(row.updated_at),
        again: matches!(row.state, RowState::Failed | RowState::Unknown),
        id: row.id,
        case: row.case_id,
        protocol: protocol.to_owned(),
        reason: row.reason,
    }
}

fn channel(code: &str) -> &str {
    match code {
        "io" => "App IO",
        "email" => "E-mail",
        "gpd" => "pagoPA",
        "document" => "Documento PDF",
        other => other,
    }
}

/// A message by its subject on IO; a document by its name; else a fee.
fn what(counter: &Counter, row: &OutboxRow) -> String {
    match counter.templates.get(template_of(&row.template)) {
        Some(template) if template_of(&row.template) != row.template => {
            format!("{} (a chi è rappresentato)", template.subject)
        }
        Some(template) => template.subject.clone(),
        None if row.channel == documents::CHANNEL => documents::title(&row.template).to_owned(),
        None => format!(
            "Avviso di pagamento: {}",
            row.template.replace(['_', '-'], " ")
        ),
    }
}

fn label(row: &OutboxRow) -> String {
    match row.state {
        RowState::Queued if row.attempts > 0 => {
            format!("Non ancora: ci riproviamo il {}", rome_text(row.next_at))
        }
        RowState::Queued => "In partenza".to_owned(),
        RowState::Sending => "In corso".to_owned(),
        RowState::Sent => "Preso in carico, aspettiamo la conferma".to_owned(),
        RowState::Unknown => "Non sappiamo se è arrivato".to_owned(),
        RowState::Done => "Fatto".to_owned(),
        RowState::Failed => "Non riuscito".to_owned(),
    }
}
