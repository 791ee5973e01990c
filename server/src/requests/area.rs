//! The drafts of the personal area, and their end.

use app::api::DraftCard;

use super::{
    acting,
    attach::forget,
    draft::{self, DraftError},
};
use crate::{
    clock::{rome_day, rome_text},
    delegations::{self, DelegationError},
    state::{Counter, Person},
    store::{
        self, StoreError, cosignatures,
        drafts::{self, DraftRow},
        files,
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
    let mut gone = 0;
    for id in drafts::idle(&counter.store, before).await? {
        gone += usize::from(delete_if_idle(counter, id, before).await?);
    }
    Ok(gone)
}

/// `false`: saved since it was listed, and left alone.
async fn delete_if_idle(counter: &Counter, id: String, before: i64) -> Result<bool, StoreError> {
    let gone = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                Ok(match drafts::delete_idle(tx, &id, before).await? {
                    true => {
                        cosignatures::thaw(tx, &id).await?;
                        Some(files::delete_of(tx, &id).await?)
                    }
                    false => None,
                })
            })
        })
        .await?;
    let Some(files) = gone else { return Ok(false) };
    forget(counter, &files).await;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::ManualClock,
        requests::{fresh, keep},
        testing::{NOW, person, stores, test_counter},
    };

    async fn touch(counter: &Counter, id: &str) {
        let (id, now) = (id.to_owned(), counter.now_ms());
        let touched = counter.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { drafts::touch(tx, &id, now).await })
        });
        assert!(touched.await.unwrap());
    }

    #[tokio::test]
    async fn a_draft_saved_since_it_was_listed_stays() {
        for store in stores().await {
            let clock = ManualClock::at(NOW);
            let counter = test_counter(store, clock.clone()).await;
            let maria = person(&counter, "Maria", "RSSMRA68A41A893X", &[]).await;
            let begun = async |slug| {
                let draft = fresh(&counter, &maria, slug).await.unwrap().unwrap();
                keep(&counter, &maria, draft).await.unwrap().id
            };
            let (idle, saved) = (
                begun("passo-carrabile").await,
                begun("rimborso-tributi").await,
            );
            clock.advance(400 * 86_400_000);
            let before = counter.now_ms();
            assert_eq!(drafts::idle(&counter.store, before).await.unwrap().len(), 2);
            touch(&counter, &saved).await;
            for (id, deleted) in [(saved, false), (idle, true)] {
                assert_eq!(delete_if_idle(&counter, id, before).await.unwrap(), deleted);
            }
            let left = drafts::of_person(&counter.store, &maria.id).await.unwrap();
            assert_eq!(left.len(), 1);
            assert_eq!(left[0].slug, "rimborso-tributi");
            assert_eq!(delete_idle(&counter).await.unwrap(), 0);
        }
    }
}
