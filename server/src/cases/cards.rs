//! The cases of the personal area: what needs her first on top.

use app::api::CaseCard;
use rules::{
    case::{MustAct, State},
    civil::Date,
    protocol::ProtocolNumber,
    t,
};

use super::{LoadError, Side, circle, of_citizen, read_original, represented, state_view};
use crate::{
    clock::rome_text,
    state::{Counter, Person},
    store::cases::{self, ListRow, OwnRow},
};

pub async fn case_cards(counter: &Counter, person: &Person) -> Result<Vec<CaseCard>, LoadError> {
    let mut rows = cases::of_person(&counter.store, &circle(counter, person)).await?;
    // Stable: the rest stays newest first.
    rows.sort_by_key(|OwnRow { row, .. }| {
        let is_hers = row.index.must_act == MustAct::Cittadino.code();
        let none = if is_hers { "8" } else { "9" };
        row.index
            .answer_by
            .clone()
            .unwrap_or_else(|| none.to_owned())
    });
    let mut cards = Vec::with_capacity(rows.len());
    for OwnRow { row, is_own } in rows {
        let for_whom = match is_own {
            true => None,
            false => match for_whom(counter, person, &row.index.case_id).await {
                Ok(whom) => whom,
                // Her delegation ended: the case is the other person's alone.
                Err(LoadError::Delegation(_) | LoadError::NotFound) => continue,
                Err(other) => return Err(other),
            },
        };
        cards.push(CaseCard {
            for_whom,
            ..card(row)?
        });
    }
    Ok(cards)
}

/// For whom she follows a case; refused where she may not (any more).
async fn for_whom(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<Option<String>, LoadError> {
    let case = of_citizen(counter, person, id).await?;
    if let Side::Delegate { delegation, .. } = &case.side {
        return Ok(Some(delegation.content.giver.full()));
    }
    let original = read_original(&case)?;
    Ok(represented(&original.answers).map(|of| of.name))
}

fn card(row: ListRow) -> Result<CaseCard, LoadError> {
    let index = row.index;
    let state = State::parse(&index.state)
        .ok_or_else(|| LoadError::Corrupt(format!("state {}", index.state)))?;
    let day = |text: &Option<String>| text.as_deref().and_then(Date::parse_iso);
    Ok(CaseCard {
        for_whom: None,
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
