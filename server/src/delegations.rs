//! Acting for another person: delegations given in the counter (D.P.R. 445/2000, art. 38, c. 3-bis).
//!
//! A delegation is given by who is logged in with SPID or CIE, to a codice fiscale, for all
//! services, one service or one case, from a day to a day. It is checked at every action
//! ([`covering`]); rows are never deleted.

mod action;
mod begin;
mod give;
mod list;
mod names;
mod revoke;
mod standing;

pub use action::action;
pub use begin::begin;
pub use list::{list, notice, scope_words};
pub use names::{family_code_fits, letters};
pub use standing::{Ended, Standing, check_in, covering, one_case, state};

use app::api::Problem;
use rules::{civil::Date, form::Answer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    error::{Refusal, internal},
    state::{Counter, Evidence, Person},
    store::{StoreError, delegations::DelegationRow},
    vault::VaultError,
};

/// What a delegation is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ambito", content = "oggetto")]
pub enum Scope {
    /// Requests for all services that admit a delegate.
    Tutti,
    /// Requests for one service, by its slug.
    Servizio(String),
    /// One case of the giver's, by its id.
    Pratica(String),
}

impl Scope {
    fn parse(scope: &str, target: &str) -> Option<Self> {
        match (scope, target) {
            ("tutti", "") => Some(Self::Tutti),
            ("servizio", slug) if !slug.is_empty() => Some(Self::Servizio(slug.to_owned())),
            ("pratica", id) if !id.is_empty() => Some(Self::Pratica(id.to_owned())),
            _ => None,
        }
    }

    /// Columns `scope` and `target`.
    fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Tutti => ("tutti", ""),
            Self::Servizio(slug) => ("servizio", slug),
            Self::Pratica(id) => ("pratica", id),
        }
    }
}

/// A person as she is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub name: String,
    pub family_name: String,
    pub fiscal_code: String,
}

impl Name {
    fn of(person: &Person) -> Self {
        let data = &person.identity;
        Self {
            name: data.name.clone(),
            family_name: data.family_name.clone(),
            fiscal_code: data.fiscal_code.to_uppercase(),
        }
    }

    /// "Maria Rossi"
    pub fn full(&self) -> String {
        format!("{} {}", self.name, self.family_name)
            .trim()
            .to_owned()
    }
}

/// The sealed part of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub giver: Name,
    pub delegate: Name,
    /// The login by which it was given: the formality that the law asks for.
    pub evidence: Evidence,
    /// The words that she confirmed.
    pub text: String,
}

/// A delegation, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    pub id: String,
    /// Id of the person who gave it.
    pub giver: String,
    pub scope: Scope,
    pub from: Date,
    pub to: Date,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
    pub content: Content,
}

#[derive(Debug, Error)]
pub enum DelegationError {
    #[error("no such delegation, or somebody else's")]
    NotFound,
    #[error("the delegation does not hold (any more)")]
    Ended(#[from] Ended),
    #[error("a stored delegation cannot be read: {0}")]
    Corrupt(String),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for DelegationError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotFound => crate::error::not_found(),
            Self::Ended(ended) => ended.problem(),
            Self::Store(error) => error.problem(),
            Self::Corrupt(_) | Self::Vault(_) => internal(),
        }
    }
}

/// By which a delegate is found: the same as in `people`.
pub fn lookup(counter: &Counter, fiscal_code: &str) -> String {
    counter.vault.lookup(&fiscal_code.to_uppercase())
}

/// The context binds the sealed part to the row's columns: none can be changed by itself.
fn context(row: &DelegationRow) -> String {
    let parts = [
        &row.id,
        &row.giver,
        &row.delegate,
        &row.scope,
        &row.target,
        &row.from_day,
        &row.to_day,
    ];
    format!("delegations/{}", parts.map(String::as_str).join("/"))
}

/// Opens a row; fails where it was changed.
pub fn open(counter: &Counter, row: &DelegationRow) -> Result<Delegation, DelegationError> {
    let corrupt = |what: &str| DelegationError::Corrupt(format!("{what} of {}", row.id));
    let plain = counter.vault.master().open(&context(row), &row.sealed)?;
    let day = |text: &str| Date::parse_iso(text).ok_or_else(|| corrupt("a day"));
    Ok(Delegation {
        id: row.id.clone(),
        giver: row.giver.clone(),
        scope: Scope::parse(&row.scope, &row.target).ok_or_else(|| corrupt("the scope"))?,
        from: day(&row.from_day)?,
        to: day(&row.to_day)?,
        created_at: row.created_at,
        revoked_at: row.revoked_at,
        content: serde_json::from_slice(&plain).map_err(|_| corrupt("the content"))?,
    })
}

/// A delegation as a registered request keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// Id of the delegation.
    pub delegation: String,
    /// Id of the person who gave it.
    pub giver: String,
    pub represented: Name,
    pub scope: Scope,
    pub from: Date,
    pub to: Date,
    /// Instant at which it was given, milliseconds.
    pub given_at: i64,
    /// The login by which it was given.
    pub evidence: Evidence,
}

impl From<Delegation> for Acting {
    fn from(delegation: Delegation) -> Self {
        Self {
            delegation: delegation.id,
            giver: delegation.giver,
            represented: delegation.content.giver,
            scope: delegation.scope,
            from: delegation.from,
            to: delegation.to,
            given_at: delegation.created_at,
            evidence: delegation.content.evidence,
        }
    }
}

impl Acting {
    /// What the form has from the delegation and nobody may type.
    pub fn answers(&self) -> impl Iterator<Item = (&'static str, Answer)> {
        let represented = &self.represented;
        [
            ("qualita", "delegato"),
            ("rappresentato_nome", &represented.name),
            ("rappresentato_cognome", &represented.family_name),
            ("rappresentato_codice_fiscale", &represented.fiscal_code),
        ]
        .map(|(name, value)| (name, Answer::Text(value.to_owned())))
        .into_iter()
    }
}
