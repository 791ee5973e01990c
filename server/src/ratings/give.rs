//! `POST /valutazioni`: one to five stars, an answer, a few words. Without a login.

use app::api::{Page, Problem, RatingPage, rating};
use rules::t;
use thiserror::Error;

use crate::{
    error::{Refusal, Refused, not_found},
    forms::FormBody,
    http::Outcome,
    state::Counter,
    store::{
        StoreError,
        ratings::{self, RatingRow},
    },
    vault::VaultError,
};

/// All people together: more in a minute are no people.
const MOST: i64 = 120;
const MINUTE_MS: i64 = 60_000;

#[derive(Debug, Error)]
enum RatingError {
    #[error("no such page to be rated")]
    Subject,
    #[error("too many ratings in a minute")]
    TooMany,
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for RatingError {
    fn problem(&self) -> Problem {
        match self {
            Self::Subject => not_found(),
            Self::TooMany => Problem::new(
                429,
                t!("Troppi pareri in un momento"),
                t!("Stanno arrivando troppi pareri. Torna indietro e riprova tra un minuto."),
            ),
            Self::Vault(_) => crate::error::internal(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// Fields `oggetto`, `voto`, `aspetto`, `dettagli`; what is wrong comes back with what was typed.
pub async fn give(counter: &Counter, form: &FormBody) -> Result<Outcome, Refused> {
    let mut page = RatingPage {
        stars: form.get("voto").to_owned(),
        aspect: form.get("aspetto").to_owned(),
        details: form.get("dettagli").replace("\r\n", "\n"),
        ..about(counter, form.get("oggetto"))?
    };
    page.error = fault(&page);
    if page.error.is_some() {
        return Ok(Outcome::Again(Box::new(Page::Rating(page))));
    }
    keep(counter, &page).await?;
    let subject: String = url::form_urlencoded::byte_serialize(page.subject.as_bytes()).collect();
    Ok(Outcome::Done {
        path: format!("/valutazioni/grazie?oggetto={subject}"),
    })
}

/// The empty form about a page (`/`, `/servizi`, `/servizi/<slug>`) or a service
/// (`servizio/<slug>`); nothing else is rated.
pub fn about(counter: &Counter, subject: &str) -> Result<RatingPage, Refused> {
    let known = |slug: &str| counter.catalogue.get(slug).map(|d| d.service.title.clone());
    let service = subject.strip_prefix(rating::SERVICE);
    let page = subject.strip_prefix("/servizi/");
    let title = match subject {
        "/" => Some(t!("Pagina iniziale").to_owned()),
        "/servizi" => Some(t!("Servizi").to_owned()),
        _ => service.or(page).and_then(known),
    };
    Ok(RatingPage {
        subject: subject.to_owned(),
        title: title.ok_or(RatingError::Subject)?,
        ..RatingPage::default()
    })
}

fn fault(page: &RatingPage) -> Option<String> {
    if rating::stars(&page.stars).is_none() {
        return Some(t!("Scegli da 1 a 5 stelle, poi premi «Invia».").into());
    }
    if !page.aspect.is_empty() && rating::answer(&page.stars, &page.aspect).is_none() {
        return Some(t!("Scegli una delle risposte dell'elenco, oppure nessuna.").into());
    }
    let typed = page.details.chars().count();
    (typed > rating::LONGEST).then(|| {
        t!(
            "Il testo è troppo lungo: {typed} caratteri, al massimo {most}. Accorcialo e premi «Invia».",
            typed,
            most = rating::LONGEST
        )
    })
}

async fn keep(counter: &Counter, page: &RatingPage) -> Result<(), RatingError> {
    let (id, now) = (counter.new_id(), counter.now_ms());
    let details = match page.details.trim() {
        "" => Vec::new(),
        text => {
            let context = context(&id);
            let master = counter.vault.master();
            master.seal(&*counter.rng, &context, text.as_bytes())?
        }
    };
    let row = RatingRow {
        id,
        subject: page.subject.clone(),
        stars: rating::stars(&page.stars).unwrap_or_default(),
        aspect: page.aspect.clone(),
        details,
        created_at: now,
    };
    let kept = counter
        .store
        .write::<_, RatingError, _>(move |tx| {
            Box::pin(async move { Ok(ratings::insert(tx, &row, now - MINUTE_MS, MOST).await?) })
        })
        .await?;
    if kept {
        Ok(())
    } else {
        Err(RatingError::TooMany)
    }
}

/// The context of a text's encryption.
pub fn context(id: &str) -> String {
    format!("ratings/{id}")
}
