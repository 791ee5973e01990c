//! `/area-personale/deleghe`: given and received, with their state.

use app::api::{DelegationView, DelegationsPage};
use rules::{language::quoted, protocol::ProtocolNumber, t};

use super::{Delegation, DelegationError, Scope, Standing, give, lookup, open, state};
use crate::{
    clock::rome_text,
    state::{Counter, Person},
    store::{
        cases,
        delegations::{self, DelegationRow},
    },
};

/// The page for a person; the form empty.
pub async fn list(counter: &Counter, person: &Person) -> Result<DelegationsPage, DelegationError> {
    let store = &counter.store;
    let own = lookup(counter, &person.identity.fiscal_code);
    let mut page = DelegationsPage {
        services: services(counter),
        cases: own_cases(counter, person).await?,
        typed: vec![("dal".to_owned(), counter.today().italian())],
        meaning: give::meaning().to_owned(),
        ..DelegationsPage::default()
    };
    for row in delegations::given(store, &person.id).await? {
        page.given.push(given(counter, &row).await?);
    }
    for row in delegations::received(store, &own).await? {
        page.received.push(received(counter, &row).await?);
    }
    Ok(page)
}

/// What was just done, as the address says.
pub fn notice(done: &str) -> Option<String> {
    match done {
        "data" => Some(t!("Delega data. Chi hai delegato la trova nella sua area personale, in «Deleghe»: avvisalo tu.").to_owned()),
        "revocata" => Some(t!("Delega revocata: da questo momento non vale più. Le pratiche già presentate restano tue.").to_owned()),
        _ => None,
    }
}

/// Slug and title of what a delegate may ask for.
pub fn services(counter: &Counter) -> Vec<(String, String)> {
    let all = counter.catalogue.all().into_iter();
    all.map(|definition| &definition.service)
        .filter(|service| give::admits(counter, &service.slug))
        .map(|service| (service.slug.clone(), service.title.clone()))
        .collect()
}

async fn own_cases(
    counter: &Counter,
    person: &Person,
) -> Result<Vec<(String, String)>, DelegationError> {
    let rows = cases::of_person(&counter.store, &crate::cases::circle(counter, person)).await?;
    let mut own = Vec::new();
    for row in rows {
        let id = &row.row.index.case_id;
        let hers = crate::cases::is_own(counter, person, id).await;
        if hers.map_err(|error| DelegationError::Corrupt(error.to_string()))? {
            own.push((id.clone(), case_words(&row.row)));
        }
    }
    Ok(own)
}

fn case_words(row: &cases::ListRow) -> String {
    let number = ProtocolNumber {
        year: row.year,
        number: row.number,
    };
    format!("{} ({number})", row.index.title)
}

async fn given(counter: &Counter, row: &DelegationRow) -> Result<DelegationView, DelegationError> {
    let delegation = open(counter, row)?;
    let who = delegation.delegate_line();
    let view = view(counter, row, &delegation, who).await?;
    Ok(DelegationView {
        can_revoke: matches!(view.state.as_str(), "valida" | "futura"),
        ..view
    })
}

async fn received(
    counter: &Counter,
    row: &DelegationRow,
) -> Result<DelegationView, DelegationError> {
    let delegation = open(counter, row)?;
    let who = delegation.content.giver.full();
    let mut view = view(counter, row, &delegation, who).await?;
    if state(row, counter.today()) == Standing::Valid {
        match &delegation.scope {
            Scope::Tutti => view.begin = services(counter),
            Scope::Servizio(slug) => {
                let all = services(counter).into_iter();
                view.begin = all.filter(|(known, _)| known == slug).collect();
            }
            Scope::Pratica(id) => view.case = Some(id.clone()),
        }
    }
    Ok(view)
}

async fn view(
    counter: &Counter,
    row: &DelegationRow,
    delegation: &Delegation,
    who: String,
) -> Result<DelegationView, DelegationError> {
    let (code, label) = match state(row, counter.today()) {
        Standing::Valid => ("valida", t!("Vale").to_owned()),
        Standing::Early(day) => ("futura", t!("Vale dal {day}", day = day.italian())),
        Standing::Expired(day) => ("scaduta", t!("Finita il {day}", day = day.italian())),
        Standing::Revoked(day) => ("revocata", t!("Revocata il {day}", day = day.italian())),
    };
    Ok(DelegationView {
        id: row.id.clone(),
        who,
        what: scope_words(counter, &delegation.scope).await?,
        from: delegation.from.italian(),
        to: delegation.to.italian(),
        given: t!(
            "{when}, con identità digitale di livello {level}",
            when = rome_text(row.created_at),
            level = delegation.content.evidence.level
        ),
        state: code.to_owned(),
        label,
        can_revoke: false,
        begin: Vec::new(),
        case: None,
    })
}

/// What a delegation is for.
pub async fn scope_words(counter: &Counter, scope: &Scope) -> Result<String, DelegationError> {
    Ok(match scope {
        Scope::Tutti => t!("Tutti i servizi che si possono chiedere con una delega").to_owned(),
        Scope::Servizio(slug) => {
            let known = counter.catalogue.get(slug);
            let title = known.map_or(slug.as_str(), |known| &known.service.title);
            t!("Il servizio «{title}»", title = quoted(title))
        }
        Scope::Pratica(id) => {
            let row = cases::get(&counter.store, id).await?;
            let number = row.map_or_else(String::new, |row| {
                let (year, number) = (row.year, row.number);
                ProtocolNumber { year, number }.to_string()
            });
            t!("La pratica con protocollo {number}", number)
        }
    })
}
