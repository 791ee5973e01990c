//! The drafts of the personal area, and their end.

use app::api::DraftCard;

use super::{act, draft::DraftError};
use crate::{
    clock::{rome_day, rome_text},
    state::{Counter, Person},
    store::{StoreError, drafts},
};

pub async fn draft_cards(counter: &Counter, person: &Person) -> Result<Vec<DraftCard>, DraftError> {
    let days = counter.comune.termini.bozza_giorni;
    let drafts = drafts::of_person(&counter.store, &person.id).await?;
    Ok(drafts
        .into_iter()
        .map(|(slug, saved_at)| DraftCard {
            title: counter
                .catalogue
                .get(&slug)
                .map_or_else(|| slug.clone(), |d| d.service.title.clone()),
            slug,
            saved_at: rome_text(saved_at),
            expires: rome_day(saved_at).plus_days(days).italian(),
        })
        .collect())
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
