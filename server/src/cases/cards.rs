//! The cases of the personal area: what needs her first on top.

use app::api::CaseCard;
use rules::{
    case::{MustAct, State},
    civil::Date,
    protocol::ProtocolNumber,
    t,
};

use super::{LoadError, state_view};
use crate::{
    clock::rome_text,
    state::{Counter, Person},
    store::cases::{self, ListRow},
};

pub async fn case_cards(counter: &Counter, person: &Person) -> Result<Vec<CaseCard>, LoadError> {
    let mut rows = cases::of_person(&counter.store, &person.id).await?;
    // Stable: the rest stays newest first.
    rows.sort_by_key(|row| {
        let is_hers = row.index.must_act == MustAct::Cittadino.code();
        let none = if is_hers { "8" } else { "9" };
        row.index
            .answer_by
            .clone()
            .unwrap_or_else(|| none.to_owned())
    });
    rows.into_iter().map(card).collect()
}

fn card(row: ListRow) -> Result<CaseCard, LoadError> {
    let index = row.index;
    let state = State::parse(&index.state)
        .ok_or_else(|| LoadError::Corrupt(format!("state {}", index.state)))?;
    let day = |text: &Option<String>| text.as_deref().and_then(Date::parse_iso);
    Ok(CaseCard {
        id: index.case_id,
        title: index.title,
        protocol: ProtocolNumber {
            year: row.year,
            number: row.number,
        }
        .to_string(),
        submitted: rome_text(row.created_at),
        state: state_view(state),
        due: day(&index.due).map(Date::italian),
        todo: match state {
            State::AttesaPagamentoRilascio => Some(t!("Paga per ritirare il documento").to_owned()),
            _ => day(&index.answer_by)
                .map(|day| t!("Servono documenti entro il {day}", day = day.italian())),
        },
    })
}
