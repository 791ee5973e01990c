//! The drafts of the personal area, and their end.

use app::api::DraftCard;

use super::{
    act, acting,
    draft::{self, DraftError},
};
use crate::{
    clock::{rome_day, rome_text},
    delegations::{self, DelegationError},
    state::{Counter, Person},
    store::{
        self, StoreError,
        drafts::{self, DraftRow},
    },
};

pub async fn draft_cards(counter: &Counter, person: &Person) -> Result<Vec<DraftCard>, DraftError> {
    let days = counter.comune.termini.bozza_giorni;
    let mut cards = Vec::new();
    for row in drafts::of_person(&counter.store, &person.id).await? {
        let known = counter.catalogue.get(&row.slug);
        let title = known.map_or_else(|| row.slug.clone(), |d| d.service.title.clone());
        let (for_whom, stopped) = for_whom(counter, person, &row).await?;
        cards.push(DraftCard {
            title,
            for_whom,
            stopped,
            slug: row.slug,
            saved_at: rome_text(row.updated_at),
            expires: rome_day(row.updated_at).plus_days(days).italian(),
        });
    }
    Ok(cards)
}

/// The person who delegated her, if it is that person's, and whether the delegation ended.
async fn for_whom(
    counter: &Counter,
    person: &Person,
    row: &DraftRow,
) -> Result<(Option<String>, bool), DraftError> {
    let content = draft::content(counter, row)?;
    let Some(id) = &content.delegation else {
        return Ok((None, false));
    };
    let given = store::delegations::get(&counter.store, id).await?;
    let given = given.map(|given| delegations::open(counter, &given));
    let name = given.transpose()?.map(|given| given.content.giver.full());
    match acting::resume(counter, person, &row.slug, &content).await {
        Ok(_) => Ok((name, false)),
        Err(DraftError::Delegation(DelegationError::Ended(_))) => Ok((name, true)),
        Err(other) => Err(other),
    }
}

/// Deletes drafts idle beyond the comune's term; how many.
pub async fn delete_idle(counter: &Counter) -> Result<usize, StoreError> {
    const DAY: i64 = 86_400_000;
    let before = counter.now_ms() - counter.comune.termini.bozza_giorni * DAY;
    let idle = drafts::idle(&counter.store, before).await?;
    for id in &idle {
        act::delete(counter, id).await?;
    }
    Ok(idle.len())
}
