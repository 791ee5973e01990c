//! `POST /ufficio/sportello`: begin, register, close.

use app::api::{DeskPage, Page};

use super::{
    DeskError, PATH, page,
    send::{close, send},
    start::start,
};
use crate::{
    error::{Refusal, Refused},
    forms::FormBody,
    http::Outcome,
    state::{Counter, Person},
};

/// `azione` is `comincia`, `registra` or `chiudi`.
pub async fn action(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    let done = match form.get("azione") {
        "comincia" => start(counter, person, form).await.map(|()| PATH.to_owned()),
        "registra" => send(counter, person, form)
            .await
            .map(|case| format!("/ufficio/pratiche/{case}")),
        "chiudi" => close(counter, person).await.map(|()| PATH.to_owned()),
        _ => Err(DeskError::Unknown),
    };
    let error = match done {
        Ok(path) => return Ok(Outcome::Done { path }),
        Err(error) => error,
    };
    let problem = error.problem();
    let errors = match error {
        DeskError::Invalid(errors) => errors,
        error if problem.status == 409 && !error.words().is_empty() => {
            vec![(String::new(), problem.detail.clone())]
        }
        other => return Err(other.into()),
    };
    let page = DeskPage {
        errors,
        typed: form.fields.clone(),
        ..page(counter, person).await?
    };
    Ok(Outcome::refused(Page::Desk(Box::new(page)), problem))
}
