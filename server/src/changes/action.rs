//! `POST /ufficio/servizi/{slug}`: a change is made or taken back.

use app::api::{Page, ServiceSettingsPage};

use super::{ChangeError, make::make, page};
use crate::{
    error::{Refusal, Refused},
    forms::FormBody,
    http::Outcome,
    state::{Counter, Person},
};

/// See [`make`] for the buttons and their fields.
pub async fn action(
    counter: &Counter,
    person: &Person,
    slug: &str,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    let error = match make(counter, person, slug, form).await {
        Ok(()) => {
            let done = match form.get("azione") {
                "chiudi_servizio" => "chiuso",
                "riapri_servizio" => "riaperto",
                "cambia_costo" => "costo",
                "cambia_periodo" => "periodo",
                _ => "ritirata",
            };
            return Ok(Outcome::Done {
                path: format!("/ufficio/servizi/{slug}?fatto={done}"),
            });
        }
        Err(error) => error,
    };
    let problem = error.problem();
    let errors = match error {
        ChangeError::Invalid(errors) => errors,
        ChangeError::Nothing(_) | ChangeError::Gone => {
            vec![(String::new(), problem.detail.clone())]
        }
        other => return Err(other.into()),
    };
    let page = ServiceSettingsPage {
        errors,
        typed: form.fields.clone(),
        ..page(counter, person, slug, "").await?
    };
    let page = Page::ServiceSettings(Box::new(page));
    Ok(Outcome::refused(page, problem))
}
