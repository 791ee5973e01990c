//! To whom a message goes.
//!
//! A request sent by a delegation in the counter has two people whose codici fiscali are proven:
//! IO writes to both, unless the service reveals special data (procedure rules §1). The delegate
//! is written to only while the delegation holds. In all other cases the applicant is, as long as
//! the paper holds by which she asks for another.

use rules::{catalogue::Service, form::Answer};

use crate::{
    cases::{self, LoadError, LoadedCase},
    delegations::{self, DelegationError},
    identity::sessions,
    state::Counter,
    worker::OutboxRow,
};

/// After the template's name in a row of the outbox: the message of the represented person.
const TO_REPRESENTED: &str = "@rappresentato";

/// The row's template for the represented person.
pub fn to_represented(template: &str) -> String {
    format!("{template}{TO_REPRESENTED}")
}

/// The name of a row's template.
pub fn template_of(row: &str) -> &str {
    row.strip_suffix(TO_REPRESENTED).unwrap_or(row)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub fiscal_code: String,
    /// Empty if she gave none.
    pub email: String,
}

/// Whether what a service writes reveals special data: then one person is written to, not two.
pub fn is_sensitive(service: &Service) -> bool {
    service.io.neutral_title.is_some() || service.privacy.special.is_some()
}

/// Why there is no recipient, for the clerk.
pub fn nobody(case: &LoadedCase) -> &'static str {
    let of = case.represented.as_ref();
    match of.is_some_and(|of| of.delegation.is_some()) {
        true => "La delega è finita: il messaggio va solo alla persona rappresentata.",
        false => "La delega, o la nomina, è finita: scrivi tu alla persona rappresentata.",
    }
}

/// Of a row; `None`: the delegation ended, and the represented person has a row of her own; or
/// the paper by which it was sent did, and nobody's address is proven.
pub async fn recipient(
    counter: &Counter,
    case: &LoadedCase,
    row: &OutboxRow,
) -> Result<Option<Recipient>, LoadError> {
    let original = cases::read_original(case)?;
    let applicant = Recipient {
        fiscal_code: original.applicant.fiscal_code.to_uppercase(),
        email: match original.answers.0.get("email") {
            Some(Answer::Text(email)) if !email.is_empty() => email.clone(),
            _ => original.applicant.email.clone(),
        },
    };
    let Some(acting) = &original.acting else {
        let of = case.represented.as_ref();
        let ended = of.and_then(|of| cases::paper_ended(of, counter.today()));
        return Ok(Some(applicant).filter(|_| ended.is_none()));
    };
    let represented = sessions::person_data(counter, &acting.giver).await?;
    let represented = represented.map(|data| Recipient {
        fiscal_code: data.fiscal_code.to_uppercase(),
        email: data.email,
    });
    if row.template.ends_with(TO_REPRESENTED) {
        return Ok(represented);
    }
    let own = delegations::lookup(counter, &applicant.fiscal_code);
    let (slug, id) = (&case.row.slug, Some(case.row.id.as_str()));
    match delegations::covering(counter, &own, &acting.giver, slug, id).await {
        Ok(_) => Ok(Some(applicant)),
        Err(DelegationError::Ended(_)) => {
            let has_her_own = row.channel == "io" && !is_sensitive(&case.definition.service);
            Ok(represented.filter(|_| !has_her_own))
        }
        Err(other) => Err(other.into()),
    }
}
