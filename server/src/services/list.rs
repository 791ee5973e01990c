//! `/servizi`: all services, or those that match a search.

use app::api::{ServiceCard, ServicesPage};

use crate::{catalogue::Definition, changes, state::Counter};

/// Longest search that is looked at; the rest is cut.
const QUERY_MAX: usize = 100;

/// Services in the order of their number; with `query`, those with all its words.
pub async fn list(counter: &Counter, query: &str) -> ServicesPage {
    let changes = changes::lately(counter).await;
    let query: String = query.trim().chars().take(QUERY_MAX).collect();
    let words: Vec<String> = query.split_whitespace().map(plain).collect();
    let today = counter.today();
    let services = counter
        .catalogue
        .all()
        .into_iter()
        .filter(|definition| matches(definition, &words))
        .map(|definition| ServiceCard {
            slug: definition.service.slug.clone(),
            title: definition.service.title.clone(),
            description: definition.service.description.clone(),
            category: definition.service.category.clone(),
            open: changes::is_open(&counter.comune, &changes, &definition.service, today).is_ok(),
        })
        .collect();
    ServicesPage { services, query }
}

fn matches(definition: &Definition, words: &[String]) -> bool {
    let service = &definition.service;
    let text = plain(&format!(
        "{} {} {} {}",
        service.title,
        service.description,
        service.category,
        service.topics.join(" ")
    ));
    words.iter().all(|word| text.contains(word))
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
    use super::plain;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert_eq!(plain("Perché È CITTÀ"), "perche e citta");
    }
}
