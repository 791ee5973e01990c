//! The citizen's side of a case: who comes in, and as whom. Every door asks here: page, receipt,
//! documents, attachments, payments, live events, and every command.

use rules::{case::Actor, civil::Date};

use super::{LoadError, LoadedCase};
use crate::{
    clock::rome_day,
    delegations::{self, Delegation, DelegationError, Ended, letters},
    state::{Counter, Person},
    store::{
        cases::{self, CaseRow, Reader},
        delegations as delegation_rows,
        representations::{self, RepresentationRow},
    },
};

/// As whom somebody looks at a case.
#[derive(Clone, Debug)]
pub enum Side {
    /// She sent it: for herself, or by a title that the case holds (a child, a body, a paper).
    Applicant(String),
    /// It is about her; somebody else sent it.
    Represented(String),
    /// By a delegation in the counter that holds today.
    Delegate {
        person: String,
        delegation: Box<Delegation>,
    },
    Office(String),
    /// Nobody: a timer, a worker.
    System,
}

impl Side {
    /// Who acts, as events say it.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Applicant(id) | Self::Represented(id) => Actor::Cittadino(id.clone()),
            Self::Delegate { person, delegation } => Actor::Delegato {
                person: person.clone(),
                delegation: delegation.id.clone(),
            },
            Self::Office(id) => Actor::Operatore(id.clone()),
            Self::System => Actor::Sistema,
        }
    }
}

/// By which the cases of a person are found: those that she sent, those about her, those of which
/// she is a delegate.
pub fn circle(counter: &Counter, person: &Person) -> Reader {
    let data = &person.identity;
    Reader {
        person: person.id.clone(),
        proven: delegations::lookup(counter, &data.key()),
        named: named(counter, &data.key(), &data.family_name),
    }
}

/// Of a person whose code somebody else typed: it must be hers together with her family name, so
/// that a slip of the pen shows nothing to a stranger.
pub fn named(counter: &Counter, fiscal_code: &str, family_name: &str) -> String {
    let code = fiscal_code.to_uppercase();
    let name = letters(family_name);
    counter.vault.lookup(&format!("represented/{code}/{name}"))
}

/// As whom the person comes in; `None`: it is no business of hers. A delegate whose delegation
/// ended is told so: [`LoadError::Delegation`].
pub async fn citizen(
    counter: &Counter,
    person: &Person,
    row: &CaseRow,
    of: Option<&RepresentationRow>,
) -> Result<Option<Side>, LoadError> {
    let circle = circle(counter, person);
    let is_sender = row.person == person.id;
    match of {
        None if is_sender => Ok(Some(Side::Applicant(person.id.clone()))),
        Some(of) if [&circle.proven, &circle.named].contains(&&of.lookup) => {
            Ok(Some(Side::Represented(person.id.clone())))
        }
        Some(of) if is_sender => sender(counter, person, row, of, &circle).await.map(Some),
        _ => {
            let delegation = delegations::one_case(counter, &circle.proven, &row.id).await?;
            Ok(delegation.map(|delegation| delegate(person, delegation)))
        }
    }
}

fn delegate(person: &Person, delegation: Delegation) -> Side {
    Side::Delegate {
        person: person.id.clone(),
        delegation: Box::new(delegation),
    }
}

/// Who sent it for somebody else: while the delegation holds.
async fn sender(
    counter: &Counter,
    person: &Person,
    row: &CaseRow,
    of: &RepresentationRow,
    circle: &Reader,
) -> Result<Side, LoadError> {
    let Some(id) = &of.delegation else {
        let Some(why) = paper_ended(of, counter.today()) else {
            return Ok(Side::Applicant(person.id.clone()));
        };
        // She may have been delegated in the counter since.
        return match delegations::one_case(counter, &circle.proven, &row.id).await {
            Ok(Some(delegation)) => Ok(delegate(person, delegation)),
            Ok(None) | Err(DelegationError::Ended(_)) => Err(DelegationError::from(why).into()),
            Err(other) => Err(other.into()),
        };
    };
    let given = delegation_rows::get(&counter.store, id).await?;
    let given = given.ok_or_else(|| LoadError::Corrupt(format!("delegation {id} is missing")))?;
    let case = Some(row.id.as_str());
    let holds = delegations::covering(counter, &circle.proven, &given.giver, &row.slug, case);
    Ok(delegate(person, holds.await?))
}

/// Why who sent it by a paper may not act any more: it was taken back, or its last day is over.
pub fn paper_ended(of: &RepresentationRow, today: Date) -> Option<Ended> {
    if of.delegation.is_some() {
        return None;
    }
    if let Some(at) = of.ended_at {
        return Some(Ended::Revoked(rome_day(at)));
    }
    let last = of.until_day.as_deref().and_then(Date::parse_iso);
    let last = last.filter(|last| *last < today)?;
    Some(match of.quality.as_str() {
        "tutore" => Ended::Appointment(last),
        _ => Ended::Expired(last),
    })
}

/// Whether somebody sent it whom the represented person herself may send away.
fn is_by_agent(of: &RepresentationRow) -> bool {
    ["delegato", "professionista"].contains(&of.quality.as_str())
}

/// Whether who looks is represented by somebody with a paper, whom she may send away. What was
/// given in the counter is revoked where it was given.
pub fn can_end(case: &LoadedCase) -> bool {
    let of = case.represented.as_ref();
    matches!(case.side, Side::Represented(_))
        && of.is_some_and(|of| of.delegation.is_none() && of.ended_at.is_none() && is_by_agent(of))
}

/// Whether the case is hers to delegate: about herself, or sent for who cannot do so.
pub async fn is_own(counter: &Counter, person: &Person, id: &str) -> Result<bool, LoadError> {
    let Some(row) = cases::get(&counter.store, id).await? else {
        return Ok(false);
    };
    let of = representations::get(&counter.store, id).await?;
    let by_others = of.as_ref().is_some_and(is_by_agent);
    Ok(match citizen(counter, person, &row, of.as_ref()).await {
        Ok(Some(Side::Applicant(_))) => !by_others,
        Ok(Some(Side::Represented(_))) => true,
        Ok(_) | Err(LoadError::Delegation(_)) => false,
        Err(other) => return Err(other),
    })
}

/// Whether she has to do with the case as a citizen, now or before: then another clerk decides on
/// it (L. 241/1990 art. 6-bis).
pub async fn is_party(
    counter: &Counter,
    person: &Person,
    row: &CaseRow,
    of: Option<&RepresentationRow>,
) -> Result<bool, LoadError> {
    match citizen(counter, person, row, of).await {
        Ok(side) => Ok(side.is_some()),
        Err(LoadError::Delegation(DelegationError::Ended(_))) => Ok(true),
        Err(other) => Err(other),
    }
}
