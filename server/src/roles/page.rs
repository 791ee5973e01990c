//! `/ufficio/ruoli`: who has which role, what each role permits, and everything that happened.

use std::collections::BTreeMap;

use app::api::{RoleLine, RolePermits, RoleView, RolesPage};
use rules::{
    civil::Date,
    roles::{End, Held, Operation, Period, Place, Role, Scope},
};

use super::{RoleError, check, grant::context, held::of_operator};
use crate::{
    cases,
    clock::rome_text,
    identity::sessions,
    state::{Counter, Person},
    store::{
        identity as people,
        roles::{self, EndRow, GrantRow},
    },
};

/// Lines of the history on the page.
const MOST: usize = 300;

/// `done`: what was just done, `dato` or `tolto`.
pub async fn page(counter: &Counter, person: &Person, done: &str) -> Result<RolesPage, RoleError> {
    check(person, Operation::SeeRoles, Place::Town)?;
    let today = counter.today();
    let grants = roles::grants(&counter.store).await?;
    let ends = roles::ends(&counter.store).await?;
    let mut known = Known::new(counter);
    let mut views = Vec::new();
    for operator in &counter.comune.operatori {
        let code = operator.codice_fiscale.to_uppercase();
        for held in of_operator(operator) {
            let name = known.name_of(&code).await?;
            views.push(view(counter, &code, name, &held, None, today));
        }
    }
    let mut codes = BTreeMap::new();
    for grant in &grants {
        let code = open(counter, grant)?;
        if !grant.period.is_over_on(today) {
            let name = known.name_of(&code).await?;
            views.push(view(counter, &code, name, &grant.held, Some(grant), today));
        }
        codes.insert(grant.id.clone(), code);
    }
    views.sort_by(|a, b| (&a.name, &a.fiscal_code).cmp(&(&b.name, &b.fiscal_code)));
    let history = history(counter, &mut known, &grants, &ends, &codes).await?;
    Ok(RolesPage {
        unheaded: unheaded(counter, &grants, today),
        views,
        more: i64::try_from(history.len().saturating_sub(MOST)).unwrap_or_default(),
        history: history.into_iter().take(MOST).collect(),
        roles: Role::ALL.map(permits).into(),
        offices: named_offices(counter),
        today: today.italian(),
        notice: match done {
            "dato" => Some("Il ruolo è dato.".to_owned()),
            "tolto" => Some("Il ruolo è tolto.".to_owned()),
            _ => None,
        },
        ..RolesPage::default()
    })
}

fn open(counter: &Counter, grant: &GrantRow) -> Result<String, RoleError> {
    let plain = counter
        .vault
        .master()
        .open(&context(&grant.id), &grant.sealed)?;
    Ok(String::from_utf8_lossy(&plain).into_owned())
}

fn named_offices(counter: &Counter) -> Vec<(String, String)> {
    let offices = counter.catalogue.offices().into_iter();
    offices
        .map(|(id, name)| (id.to_owned(), name.to_owned()))
        .collect()
}

/// Offices where nobody may decide today.
fn unheaded(counter: &Counter, grants: &[GrantRow], today: Date) -> Vec<String> {
    let operators = counter.comune.operatori.iter();
    let mut all: Vec<Held> = operators.flat_map(of_operator).collect();
    let now = grants.iter().filter(|grant| grant.period.holds_on(today));
    all.extend(now.map(|grant| grant.held.clone()));
    let offices = counter.catalogue.offices().into_iter();
    offices
        .filter(|(id, _)| !rules::roles::permits(&all, Operation::Accept, Place::Office(id)))
        .map(|(_, name)| name.to_owned())
        .collect()
}

fn permits(role: Role) -> RolePermits {
    let operations = Operation::ALL.iter();
    let own = operations.filter(|operation| operation.roles().contains(&role));
    RolePermits {
        code: role.code().to_owned(),
        label: role.label().to_owned(),
        town: role.is_for_the_town(),
        operations: own.map(|operation| operation.label().to_owned()).collect(),
    }
}

/// "Responsabile d'ufficio, Tributi"
fn role_words(counter: &Counter, held: &Held) -> String {
    match &held.scope {
        Scope::Town => held.role.label().to_owned(),
        Scope::Office(id) => format!("{}, {}", held.role.label(), office(counter, id)),
    }
}

fn office(counter: &Counter, id: &str) -> String {
    counter
        .catalogue
        .office_name(id)
        .unwrap_or_else(|| id.to_owned())
}

/// `grant`: `None` for what comune.toml says.
fn view(
    counter: &Counter,
    fiscal_code: &str,
    name: Option<String>,
    held: &Held,
    grant: Option<&GrantRow>,
    today: Date,
) -> RoleView {
    RoleView {
        id: grant.map(|grant| grant.id.clone()).unwrap_or_default(),
        name: name.unwrap_or_default(),
        fiscal_code: fiscal_code.to_owned(),
        role: held.role.label().to_owned(),
        office: match &held.scope {
            Scope::Town => "Tutto il Comune".to_owned(),
            Scope::Office(id) => office(counter, id),
        },
        period: grant.map_or_else(
            || "Finché sta in comune.toml".to_owned(),
            |grant| days(&grant.period),
        ),
        now: grant.is_none_or(|grant| grant.period.holds_on(today)),
    }
}

/// "dal 1/12/2026", "dal 1/12/2026 al 31/12/2026"
fn days(period: &Period) -> String {
    let from = period.from.italian();
    match period.last() {
        Some(last) => format!("dal {from} al {}", last.italian()),
        None => format!("dal {from}"),
    }
}

/// The newest first: what was given, and what was ended.
async fn history(
    counter: &Counter,
    known: &mut Known<'_>,
    grants: &[GrantRow],
    ends: &[EndRow],
    codes: &BTreeMap<String, String>,
) -> Result<Vec<RoleLine>, RoleError> {
    let mut lines = Vec::new();
    for grant in grants {
        let code = codes.get(&grant.id).map_or("", String::as_str);
        let (who, by) = (
            known.called(code).await?,
            known.by_id(&grant.granted_by).await?,
        );
        let role = role_words(counter, &grant.held);
        let given = Period {
            end: None,
            ..grant.period
        };
        let text = format!("{by} ha dato a {who} il ruolo: {role}, {}.", days(&given));
        lines.push((grant.granted_at, text));
    }
    for end in ends {
        let Some(grant) = grants.iter().find(|grant| grant.id == end.grant) else {
            continue;
        };
        let code = codes.get(&grant.id).map_or("", String::as_str);
        let (who, by) = (known.called(code).await?, known.by_id(&end.ended_by).await?);
        let role = role_words(counter, &grant.held);
        let when = match end.end {
            End::AtOnce => "subito".to_owned(),
            End::After(day) => format!("ultimo giorno {}", day.italian()),
        };
        let text = format!("{by} ha tolto a {who} il ruolo: {role}, {when}.");
        lines.push((end.ended_at, text));
    }
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let line = |(at, text)| RoleLine {
        when: rome_text(at),
        text,
    };
    Ok(lines.into_iter().map(line).collect())
}

/// Names already looked for.
struct Known<'a> {
    counter: &'a Counter,
    /// By codice fiscale; `None`: never logged in.
    by_code: BTreeMap<String, Option<String>>,
    by_id: BTreeMap<String, String>,
}

impl<'a> Known<'a> {
    fn new(counter: &'a Counter) -> Self {
        Self {
            counter,
            by_code: BTreeMap::new(),
            by_id: BTreeMap::new(),
        }
    }

    async fn name_of(&mut self, fiscal_code: &str) -> Result<Option<String>, RoleError> {
        if let Some(name) = self.by_code.get(fiscal_code) {
            return Ok(name.clone());
        }
        let lookup = self.counter.vault.lookup(fiscal_code);
        let row = {
            let mut connection = self.counter.store.read().await?;
            people::person_by_lookup(&mut connection, &lookup).await?
        };
        let name = match row {
            Some(row) => sessions::person_data(self.counter, &row.id).await?,
            None => None,
        };
        let name = name.as_ref().map(cases::name);
        self.by_code.insert(fiscal_code.to_owned(), name.clone());
        Ok(name)
    }

    /// Her name, or her codice fiscale if she never logged in.
    async fn called(&mut self, fiscal_code: &str) -> Result<String, RoleError> {
        let name = self.name_of(fiscal_code).await?;
        Ok(name.unwrap_or_else(|| fiscal_code.to_owned()))
    }

    async fn by_id(&mut self, id: &str) -> Result<String, RoleError> {
        if let Some(name) = self.by_id.get(id) {
            return Ok(name.clone());
        }
        let data = sessions::person_data(self.counter, id).await?;
        let name = data.as_ref().map(cases::name).unwrap_or_default();
        self.by_id.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}
