//! What the page of delegations posts.

use app::api::{DelegationsPage, Page};

use super::{
    DelegationError,
    begin::{BeginError, begin},
    give::give,
    list,
    revoke::revoke,
};
use crate::{
    error::Refused,
    forms::FormBody,
    http::Outcome,
    state::{Counter, Person},
};

const PAGE: &str = "/area-personale/deleghe";

/// `azione` is `delega`, `revoca` (`id`) or `comincia` (`id`, `servizio`).
pub async fn action(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    match form.get("azione") {
        "delega" => match give(counter, person, form).await {
            Ok(_) => Ok(done(format!("{PAGE}?fatto=data"))),
            Err(error) => again(counter, person, form, error.told()?).await,
        },
        "revoca" => {
            revoke(counter, person, form.get("id")).await?;
            Ok(done(format!("{PAGE}?fatto=revocata")))
        }
        "comincia" => match begin(counter, person, form.get("id"), form.get("servizio")).await {
            Ok(path) => Ok(done(path)),
            Err(BeginError::Refused(message)) => {
                let errors = vec![(String::new(), message)];
                again(counter, person, &FormBody::default(), errors).await
            }
            Err(BeginError::Delegation(error)) => Err(error.into()),
            Err(BeginError::Draft(error)) => Err(error.into()),
        },
        _ => Err(DelegationError::NotFound.into()),
    }
}

fn done(path: String) -> Outcome {
    Outcome::Done { path }
}

/// The page with what was typed and what is wrong.
async fn again(
    counter: &Counter,
    person: &Person,
    form: &FormBody,
    errors: Vec<(String, String)>,
) -> Result<Outcome, Refused> {
    let page = list(counter, person).await?;
    let typed = form.fields.iter().filter(|(name, _)| name != "azione");
    let typed: Vec<_> = typed.cloned().collect();
    Ok(Outcome::Again(Box::new(Page::Delegations(
        DelegationsPage {
            typed: if typed.is_empty() {
                page.typed.clone()
            } else {
                typed
            },
            errors,
            ..page
        },
    ))))
}
