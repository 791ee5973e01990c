//! `POST /ufficio/ruoli`: a role is given or ended.

use app::api::{Page, RolesPage};
use rules::roles::Operation;

use super::{RoleError, end::end, grant::grant, page};
use crate::{
    error::{Refusal, Refused},
    forms::FormBody,
    http::Outcome,
    state::{Counter, Person},
};

/// `azione` is `dai_ruolo` or `togli_ruolo`.
pub async fn action(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    let (done, told) = match Operation::of_command(form.get("azione")) {
        Some(Operation::GrantRole) => (grant(counter, person, form).await, "dato"),
        Some(Operation::EndRole) => (end(counter, person, form).await, "tolto"),
        _ => (Err(RoleError::Unknown), ""),
    };
    let error = match done {
        Ok(()) => {
            return Ok(Outcome::Done {
                path: format!("/ufficio/ruoli?fatto={told}"),
            });
        }
        Err(error) => error,
    };
    let problem = error.problem();
    let errors = match error {
        RoleError::Invalid(errors) => errors,
        RoleError::LastDay => vec![("ultimo_giorno".to_owned(), problem.detail.clone())],
        RoleError::OwnLast | RoleError::Held | RoleError::Gone => {
            vec![(String::new(), problem.detail.clone())]
        }
        other => return Err(other.into()),
    };
    let page = RolesPage {
        errors,
        typed: form.fields.clone(),
        ..page(counter, person, "").await?
    };
    Ok(Outcome::refused(Page::Roles(Box::new(page)), problem))
}
