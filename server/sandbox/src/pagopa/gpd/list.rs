//! `GET …/debtpositions?limit=&page=&status=&due_date_from=…`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::pagopa::gpd::{refuse, with_id};
use crate::pagopa::moment::Moment;
use crate::pagopa::position::{Position, Status};
use crate::pagopa::problem::Problem;
use crate::pagopa::view;
use crate::state::State;

const MAX_LIMIT: usize = 50;
const MAX_DAYS: u64 = 30;

#[derive(Deserialize)]
pub struct Filter {
    #[serde(default = "ten")]
    limit: usize,
    #[serde(default)]
    page: usize,
    status: Option<Status>,
    due_date_from: Option<String>,
    due_date_to: Option<String>,
    payment_date_from: Option<String>,
    payment_date_to: Option<String>,
    payment_date_time_from: Option<Moment>,
    payment_date_time_to: Option<Moment>,
    orderby: Option<Order>,
    ordering: Option<Direction>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Order {
    InsertedDate,
    Iupd,
    Status,
    CompanyName,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
enum Direction {
    #[serde(rename = "ASC")]
    Up,
    #[serde(rename = "DESC")]
    Down,
}

pub async fn get(
    Extract(state): Extract<State>,
    Path(organization): Path<String>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Response {
    let now = Moment::now();
    let filter = filter.map_err(|error| Problem::unreadable(error.body_text()));
    let book = state.pagopa.book();
    let all: Vec<&Position> = book.of(&organization).collect();
    match filter.and_then(|Query(filter)| page(all, &filter, now)) {
        Ok(page) => with_id((StatusCode::OK, Json(page)).into_response()),
        Err(problem) => refuse(problem, ""),
    }
}

fn page(mut all: Vec<&Position>, filter: &Filter, now: Moment) -> Result<Value, Problem> {
    let limit = filter.limit;
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::unreadable("limit: must be between 1 and 50"));
    }
    let due = span(day(&filter.due_date_from)?, day(&filter.due_date_to)?)?;
    let paid = paid_span(filter)?;
    if due.is_some() && paid.is_some() {
        return Err(Problem::unreadable(
            "dates: either due or payment dates, not both",
        ));
    }
    all.retain(|position| {
        let due_in = |(from, to): (Moment, Moment)| {
            let mut options = position.body.payment_option.iter();
            options.any(|option| (from..=to).contains(&option.due_date))
        };
        let paid_in = |(from, to): (Moment, Moment)| {
            position
                .payment_date(now)
                .is_some_and(|at| (from..=to).contains(&at))
        };
        filter
            .status
            .is_none_or(|status| position.status(now) == status)
            && due.is_none_or(due_in)
            && paid.is_none_or(paid_in)
    });
    sort(&mut all, filter, now);
    let shown = all
        .iter()
        .skip(filter.page.saturating_mul(limit))
        .take(limit);
    let shown: Vec<Value> = shown.map(|position| view::detail(position, now)).collect();
    Ok(json!({
        "page_info": {
            "page": filter.page, "limit": limit, "items_found": shown.len(),
            "total_pages": all.len().div_ceil(limit),
        },
        "payment_position_list": shown,
    }))
}

fn sort(all: &mut [&Position], filter: &Filter, now: Moment) {
    match filter.orderby.unwrap_or(Order::InsertedDate) {
        Order::InsertedDate => all.sort_by_key(|position| position.inserted),
        Order::Iupd => all.sort_by_key(|position| position.iupd()),
        Order::Status => all.sort_by_key(|position| position.status(now).name()),
        Order::CompanyName => all.sort_by_key(|position| position.body.company_name.as_str()),
    }
    if filter.ordering != Some(Direction::Up) {
        all.reverse();
    }
}

type Span = Option<(Moment, Moment)>;

fn day(text: &Option<String>) -> Result<Span, Problem> {
    let Some(text) = text else { return Ok(None) };
    let date: Date = text
        .parse()
        .map_err(|_| Problem::unreadable(format!("Invalid value {text} for a date")))?;
    Ok(Some(Moment::day(date)))
}

fn paid_span(filter: &Filter) -> Result<Span, Problem> {
    let at = |moment: Option<Moment>| moment.map(|moment| (moment, moment));
    let from = day(&filter.payment_date_from)?.or(at(filter.payment_date_time_from));
    let to = day(&filter.payment_date_to)?.or(at(filter.payment_date_time_to));
    span(from, to)
}

/// One end may be missing: the window is then as long as it may be.
fn span(from: Span, to: Span) -> Result<Span, Problem> {
    const WINDOW_MS: u64 = MAX_DAYS * 86_400_000;
    let (from, to) = match (from, to) {
        (None, None) => return Ok(None),
        (Some((from, _)), None) => (from, from.plus_ms(WINDOW_MS)),
        (None, Some((_, to))) => (to.minus_ms(WINDOW_MS), to),
        (Some((from, _)), Some((_, to))) => (from, to),
    };
    let days = from.days_until(to);
    if from > to || days > MAX_DAYS as i64 {
        let detail = format!(
            "Debt positions cannot be recovered. Verify that due_date_to >= due_date_from and that \
             the interval between the two dates not exceed the maximum number of days allowed \
             [days_between_from_to= {days}, max_days_interval= {MAX_DAYS}]"
        );
        let title = "The debt positions cannot be recovered";
        return Err(Problem::new(StatusCode::BAD_REQUEST, title, detail));
    }
    Ok(Some((from, to)))
}

fn ten() -> usize {
    10
}
