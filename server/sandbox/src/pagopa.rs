//! pagoPA's side: debt positions (GPD v1), checkout v2, receipts, and a page of what is due.
//!
//! A position is due, a cart takes a person to pay it, the payment shows in the position and as a
//! receipt. What the official descriptions leave out is taken from the public code of the real
//! services: states, checks, limits.

mod book;
mod cart;
mod cart_page;
mod checks;
mod door;
mod gpd;
mod model;
mod moment;
mod position;
mod positions;
mod problem;
mod receipt_xml;
mod receipts;
mod view;

use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};

use crate::gateway;
use crate::state::{State, random};
use book::Book;
use door::Doors;
use moment::Moment;
use problem::Problem;

/// How long a payment takes until its position shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayDelay {
    After(Duration),
    Never,
}

impl PayDelay {
    /// At once.
    pub const NONE: Self = Self::After(Duration::ZERO);
}

impl std::str::FromStr for PayDelay {
    type Err = String;

    /// Milliseconds, or `never`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let ms = text
            .parse()
            .map_err(|_| "milliseconds, or never".to_owned())?;
        Ok(Self::After(Duration::from_millis(ms)))
    }
}

pub struct Pagopa {
    book: Mutex<Book>,
    delay: PayDelay,
    doors: Doors,
}

impl Pagopa {
    /// With what an earlier run wrote into `folder`.
    pub fn open(folder: &Path, delay: PayDelay) -> anyhow::Result<Self> {
        Ok(Self {
            book: Mutex::new(Book::open(folder.join("pagopa.jsonl"))?),
            delay,
            doors: Doors::default(),
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// When a payment made now is there.
    fn settles(&self, now: Moment) -> Option<Moment> {
        match self.delay {
            PayDelay::Never => None,
            PayDelay::After(delay) => {
                Some(now.plus_ms(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)))
            }
        }
    }
}

pub fn routes(state: &State) -> Router<State> {
    Router::new()
        .merge(positions_api(state))
        .merge(receipts_api(state))
        .merge(checkout_api(state))
        .merge(pages())
}

/// Debt positions, under `/gpd/debt-positions-service/v1`.
fn positions_api(state: &State) -> Router<State> {
    let routes = Router::new()
        .route("/info", get(gpd::info))
        .route(
            "/organizations/{organization}/debtpositions",
            get(gpd::list::get).post(gpd::create::post),
        )
        .route(
            "/organizations/{organization}/debtpositions/transfers",
            patch(gpd::iban::patch),
        )
        .route(
            "/organizations/{organization}/debtpositions/{iupd}",
            get(gpd::get::get)
                .put(gpd::update::put)
                .delete(gpd::delete::delete),
        )
        .route(
            "/organizations/{organization}/debtpositions/{iupd}/publish",
            post(gpd::publish::post),
        )
        .route(
            "/organizations/{organization}/debtpositions/{iupd}/invalidate",
            post(gpd::invalidate::post),
        )
        .route(
            "/organizations/{organization}/paymentoptions/paids/{nav}",
            post(gpd::paid::post),
        )
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn_with_state(state.clone(), door::positions));
    Router::new().nest("/gpd/debt-positions-service/v1", routes)
}

/// Receipts, under `/gpd/payments-receipts-service/v1`.
fn receipts_api(state: &State) -> Router<State> {
    let routes = Router::new()
        .route("/payments/{organization}/receipts", get(receipts::list))
        .route(
            "/payments/{organization}/receipts/{iuv}",
            get(receipts::get),
        )
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn_with_state(state.clone(), door::receipts));
    Router::new().nest("/gpd/payments-receipts-service/v1", routes)
}

/// Checkout, under `/checkout/ec/v2`.
fn checkout_api(state: &State) -> Router<State> {
    let routes = Router::new()
        .route("/carts", post(cart::post))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn_with_state(state.clone(), door::checkout));
    Router::new().nest("/checkout/ec/v2", routes)
}

/// What people see.
fn pages() -> Router<State> {
    Router::new()
        .route(
            "/checkout/carts/{id}",
            get(cart_page::get).post(cart_page::post),
        )
        .route(
            "/pagopa/positions",
            get(positions::get).post(positions::post),
        )
}

/// The gateway knows no such operation.
async fn nothing() -> Response {
    gateway::not_found()
}

/// A failure of the sandbox itself, such as a full disk.
fn internal(error: &anyhow::Error) -> Response {
    tracing::error!("pagoPA: {error:#}");
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Problem::new(status, "INTERNAL SERVER ERROR", error.to_string()).into_response()
}

fn receipt_id() -> String {
    hex::encode(random::<16>())
}

/// `1234` cents are "12,34 €".
fn euro(cents: i64) -> String {
    format!("{},{:02} €", cents / 100, cents % 100)
}
