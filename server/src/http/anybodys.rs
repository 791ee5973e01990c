//! Pages that are the same for everybody, rendered once a day, and again when an office changes a
//! service: what they say of windows and fees follows the day and the changes, the rest is as it was
//! when the counter started. Each answer has a nonce of its
//! own, so a page is kept in pieces, cut where it stood.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use app::api::{Backend as _, Page, PageData};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use rules::{civil::Date, language::Language};

use super::{document, pages::Visit};
use crate::changes;

/// Largest page that is kept, bytes; ours are a tenth of it.
const LARGEST: usize = 1 << 20;

#[derive(Default)]
pub struct Anybodys(RwLock<Kept>);

#[derive(Default)]
struct Kept {
    of: Option<Moment>,
    /// By path and language; no more than the catalogue has pages.
    pages: HashMap<(String, Language), Arc<Kind>>,
}

/// The day, and the number of the last change of a service.
type Moment = (Date, i64);

struct Kind {
    headers: HeaderMap,
    pieces: Vec<String>,
}

impl Anybodys {
    fn get(&self, path: &str, of: Moment) -> Option<Arc<Kind>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (kept.of == Some(of)).then(|| kept.pages.get(&key(path)).cloned())?
    }

    fn put(&self, path: &str, of: Moment, page: Kind) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.of != Some(of) {
            *kept = Kept {
                of: Some(of),
                ..Kept::default()
            };
        }
        kept.pages.insert(key(path), Arc::new(page));
    }
}

fn key(path: &str) -> (String, Language) {
    (path.to_owned(), Language::current())
}

/// The page at `path`, for whoever asks.
pub async fn html(visit: &Visit, path: &str, nonce: &str) -> Response {
    let counter = &visit.counter;
    // Before the page is made: one made at midnight is not taken for tomorrow's.
    let of = (counter.today(), changes::lately(counter).await.last());
    let anybody = visit.actor.person().is_none();
    if anybody && let Some(page) = counter.anybodys.get(path, of) {
        return (page.headers.clone(), page.pieces.join(nonce)).into_response();
    }
    let data = visit.page(path).await;
    let keep = is_anybodys(&data) && data.status() == 200 && is_plain(path);
    let response = document::html(counter, data, path, nonce).await;
    if !keep {
        return response;
    }
    let (head, body) = response.into_parts();
    let Ok(body) = to_bytes(Body::new(body), LARGEST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let text = String::from_utf8_lossy(&body);
    let page = Kind {
        headers: head.headers.clone(),
        pieces: text.split(nonce).map(str::to_owned).collect(),
    };
    counter.anybodys.put(path, of, page);
    Response::from_parts(head, Body::from(body))
}

/// Whether the page is the same for everybody: the service worker keeps a copy of it. All other
/// pages are `no-store`, these too for who is logged in, since they show her name.
pub fn is_anybodys(data: &PageData) -> bool {
    data.frame.user.is_none()
        && matches!(
            data.page,
            Page::Home(_) | Page::Services(_) | Page::Sheet(_) | Page::Privacy(_) | Page::Offline
        )
}

/// Without what people search for, and written in one way: strangers cannot fill the memory.
fn is_plain(path: &str) -> bool {
    !path.contains('?') && !path.contains("//") && (path == "/" || !path.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use axum::{Router, extract::Request, http::header::CONTENT_SECURITY_POLICY};
    use tower::ServiceExt as _;

    use super::*;
    use crate::{
        clock::{ManualClock, rome_day},
        http::router,
        testing::{NOW, counter_with, stores, test_counter},
    };

    /// A page without its nonce, and the nonce.
    async fn visit(router: &Router, path: &str) -> (String, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["cache-control"], "no-cache");
        let policy = response.headers()[CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        let nonce = policy.split("'nonce-").nth(1).unwrap();
        let nonce = nonce.split('\'').next().unwrap().to_owned();
        let body = to_bytes(response.into_body(), LARGEST).await.unwrap();
        let page = String::from_utf8(body.to_vec()).unwrap();
        assert!(page.contains(&format!("nonce=\"{nonce}\"")), "{page}");
        (page.replace(&nonce, ""), nonce)
    }

    #[tokio::test]
    async fn a_kept_page_is_the_same_with_another_nonce() {
        for store in stores().await {
            let router = router(test_counter(store, ManualClock::at(NOW)).await);
            for path in ["/", "/servizi", "/servizi/passo-carrabile"] {
                let (first, one) = visit(&router, path).await;
                let (second, other) = visit(&router, path).await;
                assert_ne!(one, other);
                assert_eq!(first, second);
            }
        }
    }

    #[tokio::test]
    async fn a_page_is_kept_no_longer_than_its_day() {
        for store in stores().await {
            let clock = ManualClock::at(NOW);
            let counter = counter_with(store, clock.clone(), |settings| {
                let mut comune = fs::read_to_string(&settings.comune).unwrap();
                let today = rome_day(NOW);
                comune.push_str(&format!(
                    "\n[finestre.duplicato-tessera-elettorale]\ndal = \"{today}\"\nal = \"{today}\"\n\
                     motivo = \"Sono finite.\"\n"
                ));
                settings.comune = settings.data_dir.join("comune.toml");
                fs::write(&settings.comune, comune).unwrap();
            })
            .await;
            let router = router(counter);
            let sheet = "/servizi/duplicato-tessera-elettorale";
            for _ in 0..2 {
                assert!(!visit(&router, sheet).await.0.contains("Sono finite."));
            }
            clock.set(NOW + 86_400_000);
            assert!(visit(&router, sheet).await.0.contains("Sono finite."));
        }
    }

    #[tokio::test]
    async fn what_people_search_for_is_not_kept() {
        for store in stores().await {
            let counter = test_counter(store, ManualClock::at(NOW)).await;
            let router = router(counter.clone());
            for path in ["/servizi?cerca=tari", "/servizi/", "//servizi", "/servizi"] {
                visit(&router, path).await;
            }
            let kept = counter.anybodys.0.read().unwrap();
            assert_eq!(kept.pages.keys().collect::<Vec<_>>(), [&key("/servizi")]);
        }
    }

    #[tokio::test]
    async fn each_language_has_its_own() {
        for store in stores().await {
            let router = router(test_counter(store, ManualClock::at(NOW)).await);
            for _ in 0..2 {
                for code in ["it", "en"] {
                    let request =
                        Request::get("/servizi").header("cookie", format!("lingua={code}"));
                    let request = request.body(Body::empty()).unwrap();
                    let response = router.clone().oneshot(request).await.unwrap();
                    assert_eq!(response.headers()["content-language"], code);
                    let body = to_bytes(response.into_body(), LARGEST).await.unwrap();
                    let page = String::from_utf8(body.to_vec()).unwrap();
                    assert!(page.contains(&format!("<html lang=\"{code}\"")), "{page}");
                }
            }
        }
    }
}
