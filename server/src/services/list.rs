//! `/servizi`: all services, or those that match a search, a category, a life event; and the few of
//! the home page.

use app::api::{Facet, ServiceCard, ServicesPage};
use rules::catalogue::Service;

use crate::{
    changes::{self, Changes},
    state::Counter,
};

/// Longest search that is looked at; the rest is cut.
const QUERY_MAX: usize = 100;
/// How many the home page shows where comune.toml names none.
const SHOWN_AT_HOME: usize = 6;

/// What is looked for; empty: everything.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Every word must be found.
    pub query: String,
    pub category: String,
    pub event: String,
}

impl Asked {
    fn answers(&self, service: &Service) -> bool {
        let text = plain(
            &[
                &service.title,
                " ",
                &service.description,
                " ",
                &service.category,
                " ",
                &words(service),
            ]
            .concat(),
        );
        let mut query = self.query.split_whitespace().map(plain);
        query.all(|word| text.contains(&word))
            && (self.category.is_empty() || service.category == self.category)
            && (self.event.is_empty() || service.life_events.contains(&self.event))
    }
}

/// Services in the order of their number.
pub async fn list(counter: &Counter, asked: Asked) -> ServicesPage {
    let changes = changes::lately(counter).await;
    let asked = Asked {
        query: asked.query.trim().chars().take(QUERY_MAX).collect(),
        ..asked
    };
    let all = counter.catalogue.all().into_iter().map(|d| &*d.service);
    let all: Vec<&Service> = all.collect();
    let found = all.iter().filter(|service| asked.answers(service));
    ServicesPage {
        services: found
            .map(|service| card(counter, &changes, service))
            .collect(),
        categories: facets(all.iter().map(|service| &service.category)),
        events: facets(all.iter().flat_map(|service| &service.life_events)),
        query: asked.query,
        category: asked.category,
        event: asked.event,
    }
}

/// Those that comune.toml puts in front, else the first ones; and all categories.
pub async fn home(counter: &Counter) -> ServicesPage {
    let changes = changes::lately(counter).await;
    let all = counter.catalogue.all();
    let chosen = &counter.comune.comune.servizi_in_evidenza;
    let shown: Vec<&Service> = match chosen.is_empty() {
        true => all
            .iter()
            .take(SHOWN_AT_HOME)
            .map(|d| &*d.service)
            .collect(),
        false => {
            let found = chosen.iter().filter_map(|slug| counter.catalogue.get(slug));
            found.map(|definition| &*definition.service).collect()
        }
    };
    let cards = shown.into_iter();
    ServicesPage {
        services: cards
            .map(|service| card(counter, &changes, service))
            .collect(),
        categories: facets(all.iter().map(|d| &d.service.category)),
        ..ServicesPage::default()
    }
}

fn card(counter: &Counter, changes: &Changes, service: &Service) -> ServiceCard {
    let open = changes::is_open(&counter.comune, changes, service, counter.today());
    ServiceCard {
        slug: service.slug.clone(),
        title: service.title.clone(),
        description: service.description.clone(),
        category: service.category.clone(),
        words: words(service),
        open: open.is_ok(),
    }
}

/// What finds it, besides what is shown.
fn words(service: &Service) -> String {
    service.topics.join(" ")
}

/// Each name with how many services have it, in the order of the alphabet.
fn facets<'a>(names: impl Iterator<Item = &'a String>) -> Vec<Facet> {
    let mut counted = std::collections::BTreeMap::<&str, usize>::new();
    for name in names {
        *counted.entry(name).or_default() += 1;
    }
    let facets = counted.into_iter().map(|(name, services)| Facet {
        name: name.to_owned(),
        services,
    });
    facets.collect()
}

/// Lower case without accents: `Perché` finds `perche`.
pub fn plain(text: &str) -> String {
    let fold = |c: char| match c {
        'à' | 'á' => 'a',
        'è' | 'é' => 'e',
        'ì' | 'í' => 'i',
        'ò' | 'ó' => 'o',
        'ù' | 'ú' => 'u',
        other => other,
    };
    text.to_lowercase().chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::ManualClock,
        testing::{NOW, sqlite, test_counter},
    };

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert_eq!(plain("Perché È CITTÀ"), "perche e citta");
    }

    async fn slugs(counter: &Counter, asked: Asked) -> Vec<String> {
        let page = list(counter, asked).await;
        page.services.into_iter().map(|card| card.slug).collect()
    }

    #[tokio::test]
    async fn words_categories_and_events_narrow_the_list() {
        let counter = test_counter(sqlite().await, ManualClock::at(NOW)).await;
        let all = list(&counter, Asked::default()).await;
        assert_eq!(all.services.len(), counter.catalogue.all().len());
        let found = Asked {
            query: "CARRABILE càrtello".into(),
            ..Asked::default()
        };
        assert_eq!(slugs(&counter, found).await, ["passo-carrabile"]);
        let mut by_category = 0;
        for facet in &all.categories {
            let asked = Asked {
                category: facet.name.clone(),
                ..Asked::default()
            };
            let found = slugs(&counter, asked).await;
            assert_eq!(found.len(), facet.services, "{}", facet.name);
            by_category += found.len();
        }
        assert_eq!(by_category, all.services.len());
        let event = Asked {
            event: all.events[0].name.clone(),
            ..Asked::default()
        };
        assert_eq!(slugs(&counter, event).await.len(), all.events[0].services);
        let nothing = Asked {
            category: "Nessuna".into(),
            ..Asked::default()
        };
        assert!(slugs(&counter, nothing).await.is_empty());
    }

    #[tokio::test]
    async fn the_home_page_shows_a_few() {
        let counter = test_counter(sqlite().await, ManualClock::at(NOW)).await;
        let page = home(&counter).await;
        let chosen = &counter.comune.comune.servizi_in_evidenza;
        let shown: Vec<_> = page.services.iter().map(|card| &card.slug).collect();
        assert_eq!(shown, chosen.iter().collect::<Vec<_>>());
        assert!(!page.categories.is_empty());
    }
}
