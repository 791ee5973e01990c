//! Every page: `GET /x` as HTML, `GET /api/x` as JSON, `POST` of both to `actions`.

use app::api::{AreaPage, Backend, Info, Page, PageData};
use async_trait::async_trait;
use axum::{
    Extension,
    extract::{Request, State},
    http::Method,
    response::Response,
};

use super::{
    actions, anybodys,
    document::{self, Wanted},
    security::ScriptNonce,
    session::Who,
};
use crate::{
    agendas, cases, changes,
    clock::token,
    cosign, delegations, deliveries, desk,
    error::{self, Refused},
    identity, payments, privacy, profile, ratings, requests, roles, services, signing,
    state::{Actor, Counter},
};
use rules::t;

/// One request's view of the server.
pub struct Visit {
    pub counter: Counter,
    pub actor: Actor,
}

#[async_trait]
impl Backend for Visit {
    async fn page(&self, path: &str) -> PageData {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query = |name: &str| {
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(n, _)| n == name)
                .map(|(_, value)| value.into_owned())
        };
        let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
        let page = self.dispatch(path, &segments, &query).await;
        self.data(page)
    }
}

type Query<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

impl Visit {
    /// A page, or the refusal in its place, inside the frame.
    pub fn data(&self, page: Result<Page, Refused>) -> PageData {
        let page = page.unwrap_or_else(|refused| {
            Page::Problem(refused.report(|| token::<4>(&*self.counter.rng)))
        });
        PageData {
            frame: self.counter.frame(&self.actor),
            page,
        }
    }

    async fn dispatch(
        &self,
        path: &str,
        segments: &[&str],
        query: Query<'_>,
    ) -> Result<Page, Refused> {
        let counter = &self.counter;
        let asked = || {
            let of = |name| query(name).unwrap_or_default();
            services::Asked {
                query: of("cerca"),
                category: of("categoria"),
                event: of("evento"),
            }
        };
        Ok(match segments {
            [] => Page::Home(services::home(counter).await),
            ["offline"] => Page::Offline,
            ["servizi"] => Page::Services(services::list(counter, asked()).await),
            ["servizi", slug] => {
                Page::Sheet(Box::new(services::sheet(counter, &self.actor, slug).await?))
            }
            ["servizi", slug, "requisiti"] => {
                Page::Precheck(Box::new(services::precheck::page(counter, slug)?))
            }
            ["servizi", slug, "privacy"] => {
                let version = query("versione").unwrap_or_default();
                Page::Privacy(Box::new(privacy::page(counter, slug, &version).await?))
            }
            ["servizi", slug, "richiesta"] => self.request(path, slug, query("passo")).await?,
            ["servizi", slug, "richiesta", "firma"] => match self.actor.person() {
                Some(person) => {
                    Page::Signing(Box::new(signing::page(counter, person, slug).await?))
                }
                None => self.to_login(path),
            },
            ["servizi", slug, "richiesta", "mappa"] => match self.actor.person() {
                Some(person) => {
                    let applicant = desk::applicant(counter, person, slug, None).await?;
                    let field = query("campo").unwrap_or_default();
                    requests::map_page(counter, &applicant, slug, &field).await?
                }
                None => self.to_login(&format!("/servizi/{slug}/richiesta")),
            },
            ["note-legali"] => Page::Info(Info::LegalNotes),
            ["privacy"] => Page::Info(Info::Privacy),
            ["domande-frequenti"] => Page::Info(Info::Questions),
            ["valutazioni"] => Page::Rating(ratings::about(
                counter,
                &query("oggetto").unwrap_or_default(),
            )?),
            ["valutazioni", "grazie"] => Page::Rated(ratings::about(
                counter,
                &query("oggetto").unwrap_or_default(),
            )?),
            ["accedi"] => self.login(query("next"), query("livello")),
            ["area-personale"] => match self.actor.person() {
                Some(person) => Page::Area(AreaPage {
                    to_sign: cosign::asked_of(counter, person).await?,
                    drafts: requests::draft_cards(counter, person).await?,
                    cases: cases::case_cards(counter, person).await?,
                }),
                None => self.to_login(path),
            },
            ["area-personale", "deleghe"] => match self.actor.person() {
                Some(person) => {
                    let mut page = delegations::list(counter, person).await?;
                    page.notice = delegations::notice(&query("fatto").unwrap_or_default());
                    Page::Delegations(page)
                }
                None => self.to_login(path),
            },
            ["firme", id] => match self.actor.person() {
                Some(person) => Page::Cosign(Box::new(cosign::page(counter, person, id).await?)),
                None => self.to_login(path),
            },
            ["area-personale", "profilo"] => match self.actor.person() {
                Some(person) => {
                    let done = query("fatto").unwrap_or_default();
                    Page::Profile(Box::new(profile::page(counter, person, &done).await?))
                }
                None => self.to_login(path),
            },
            ["pratiche", id] => match self.actor.person() {
                Some(person) => Page::Case(Box::new(cases::view(counter, person, id).await?)),
                None => self.to_login(path),
            },
            ["pratiche", id, "ricomincia"] => match self.actor.person() {
                Some(person) => match requests::restart_page(counter, person, id).await {
                    Ok(page) => Page::Restart(page),
                    Err(error) => error.closed()?,
                },
                None => self.to_login(path),
            },
            ["pratiche", id, "ricevuta"] => match self.actor.person() {
                Some(person) => {
                    let mut receipt = requests::receipt(counter, person, id).await?;
                    receipt.fresh = query("inviata").is_some();
                    Page::Receipt(Box::new(receipt))
                }
                None => self.to_login(path),
            },
            ["pagamenti"] => match self.actor.person() {
                Some(person) => Page::Payments(payments::list(counter, person).await?),
                None => self.to_login(path),
            },
            ["pagamenti", id] => match self.actor.person() {
                Some(person) => Page::Payment(Box::new(payments::page(counter, person, id).await?)),
                None => self.to_login(path),
            },
            ["pagamenti", id, "esito"] => match self.actor.person() {
                Some(person) => {
                    let how = query("come").unwrap_or_default();
                    Page::Payment(Box::new(payments::back(counter, person, id, &how).await?))
                }
                None => self.to_login(path),
            },
            ["ufficio"] => match self.actor.person() {
                Some(person) => {
                    let filter = query("stato").unwrap_or_default();
                    Page::Office(cases::office_list(counter, person, &filter).await?)
                }
                None => self.to_login(path),
            },
            ["ufficio", "agenda"] => match self.actor.person() {
                Some(person) => {
                    let [agenda, day] =
                        ["agenda", "giorno"].map(|name| query(name).unwrap_or_default());
                    Page::Agenda(agendas::day(counter, person, &agenda, &day).await?)
                }
                None => self.to_login(path),
            },
            ["ufficio", "consegne"] => match self.actor.person() {
                Some(person) => {
                    let filter = query("stato").unwrap_or_default();
                    Page::Deliveries(deliveries::list(counter, person, &filter).await?)
                }
                None => self.to_login(path),
            },
            ["ufficio", "valutazioni"] => match self.actor.person() {
                Some(person) => Page::Ratings(ratings::list(counter, person).await?),
                None => self.to_login(path),
            },
            ["ufficio", "trattamenti"] => match self.actor.person() {
                Some(person) => Page::Processing(privacy::register(counter, person)?),
                None => self.to_login(path),
            },
            ["ufficio", "sportello"] => match self.actor.person() {
                Some(person) => Page::Desk(Box::new(desk::page(counter, person).await?)),
                None => self.to_login(path),
            },
            ["ufficio", "sportello", "stampa"] => match self.actor.person() {
                Some(person) => match desk::paper(counter, person).await? {
                    Some(paper) => Page::DeskPaper(Box::new(paper)),
                    None => Page::Redirect {
                        to: desk::PATH.to_owned(),
                    },
                },
                None => self.to_login(path),
            },
            ["ufficio", "ruoli"] => match self.actor.person() {
                Some(person) => {
                    let done = query("fatto").unwrap_or_default();
                    Page::Roles(Box::new(roles::page(counter, person, &done).await?))
                }
                None => self.to_login(path),
            },
            ["ufficio", "servizi"] => match self.actor.person() {
                Some(person) => Page::Settings(changes::list(counter, person).await?),
                None => self.to_login(path),
            },
            ["ufficio", "servizi", slug] => match self.actor.person() {
                Some(person) => {
                    let done = query("fatto").unwrap_or_default();
                    let page = changes::page(counter, person, slug, &done).await?;
                    Page::ServiceSettings(Box::new(page))
                }
                None => self.to_login(path),
            },
            ["ufficio", "anteprima"] => match self.actor.person() {
                Some(person) => Page::Preview(Box::new(requests::blank_preview(person)?)),
                None => self.to_login(path),
            },
            ["ufficio", "pratiche", id] => match self.actor.person() {
                Some(person) => {
                    Page::OfficeCase(Box::new(cases::office_view(counter, person, id).await?))
                }
                None => self.to_login(path),
            },
            _ => Page::Problem(error::not_found()),
        })
    }

    async fn request(&self, path: &str, slug: &str, step: Option<String>) -> Result<Page, Refused> {
        if self.counter.catalogue.get(slug).is_none() {
            return Ok(Page::Problem(error::not_found()));
        }
        let Some(person) = self.actor.person() else {
            return Ok(self.to_login(path));
        };
        let applicant = desk::applicant(&self.counter, person, slug, None).await?;
        match requests::open(&self.counter, &applicant, slug, step.as_deref()).await {
            Ok(mut page) => {
                page.notice = desk::words(&applicant).or(page.notice);
                Ok(Page::Request(Box::new(page)))
            }
            Err(requests::OpenError::Closed { title, reason }) => Ok(Page::Closed {
                slug: slug.to_owned(),
                title,
                reason,
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// The ways in. Who is in already goes on, unless more is asked than her session proves.
    fn login(&self, next: Option<String>, level: Option<String>) -> Page {
        let next = identity::local_path(next.as_deref().unwrap_or_default());
        let level = identity::asked_level(level.as_deref());
        let mut page = identity::ways(&self.counter, &next, level);
        if let Some(person) = self.actor.person() {
            if person.proves(level) {
                return Page::Redirect { to: next };
            }
            page.notice = Some(
                t!(
                    "Per andare avanti serve un accesso più sicuro, di livello 3: entra di nuovo. Quello che hai scritto resta salvato."
                )
                .to_owned(),
            );
        } else if matches!(self.actor, Actor::Expired) {
            page.notice = Some(
                t!("La sessione è scaduta. Entra di nuovo: quello che avevi salvato c'è ancora.")
                    .to_owned(),
            );
        }
        Page::Login(page)
    }

    /// To the login, and back here afterwards.
    pub fn to_login(&self, path: &str) -> Page {
        let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        Page::Redirect {
            to: format!("/accedi?next={next}"),
        }
    }
}

/// The fallback of the router: all pages and all actions.
pub async fn any(
    State(counter): State<Counter>,
    Who(actor): Who,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    request: Request,
) -> Response {
    let full = request
        .uri()
        .path_and_query()
        .map_or("/", |pq| pq.as_str())
        .to_owned();
    let (api, path) = match full.strip_prefix("/api") {
        Some(rest) if rest.starts_with('/') => (true, rest.to_owned()),
        _ => (false, full),
    };
    let actor = match actor {
        Ok(actor) => actor,
        Err(refused) => {
            let problem = refused.report(|| token::<4>(&*counter.rng));
            return document::problem(&counter, &Actor::Anonymous, problem, api, &nonce).await;
        }
    };
    let visit = Visit { counter, actor };
    match *request.method() {
        Method::GET | Method::HEAD => {
            if api {
                let data = visit.page(&path).await;
                document::json(data, Wanted::of(request.headers()))
            } else {
                anybodys::html(&visit, &path, &nonce).await
            }
        }
        Method::POST => actions::post(&visit, &path, api, &nonce, request).await,
        _ => {
            document::problem(
                &visit.counter,
                &visit.actor,
                error::not_found(),
                api,
                &nonce,
            )
            .await
        }
    }
}
