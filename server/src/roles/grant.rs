//! "Dai il ruolo": to a codice fiscale, for an office or the town, from a day, perhaps to a day.

use rules::{
    civil::Date,
    fields::{fiscal_code, plain},
    roles::{Held, Operation, Period, Place, Role, Scope},
};

use super::{RoleError, check, end::Administrator};
use crate::{
    forms::FormBody,
    state::{Counter, Person},
    store::roles::{self, GrantRow},
};

pub fn context(id: &str) -> String {
    format!("role_grants/{id}")
}

/// Fields `codice_fiscale`, `ruolo`, `ufficio`, `dal`, `al`. She who has the role in these days
/// gets it no second time.
pub async fn grant(counter: &Counter, person: &Person, form: &FormBody) -> Result<(), RoleError> {
    check(person, Operation::GrantRole, Place::Town)?;
    let asked = Asked::read(counter, form)?;
    let (id, today) = (counter.new_id(), counter.today());
    let master = counter.vault.master();
    let row = GrantRow {
        lookup: counter.vault.lookup(&asked.fiscal_code),
        sealed: master.seal(&*counter.rng, &context(&id), asked.fiscal_code.as_bytes())?,
        held: asked.held,
        period: asked.period,
        granted_by: person.id.clone(),
        granted_at: counter.now_ms(),
        id,
    };
    let (given, role) = (row.id.clone(), row.held.role.code());
    let giver = Administrator::of(counter, person);
    counter
        .store
        .write::<_, RoleError, _>(move |tx| {
            Box::pin(async move {
                roles::lock(tx).await?;
                giver.check(tx).await?;
                let before = roles::grants_of(tx, &row.lookup).await?;
                let same = |other: &GrantRow| {
                    other.held == row.held && other.period.meets(&row.period, today)
                };
                if before.iter().any(same) {
                    return Err(RoleError::Held);
                }
                Ok(roles::insert_grant(tx, &row).await?)
            })
        })
        .await?;
    tracing::info!(person.id = %person.id, role.grant = %given, role, "role given");
    Ok(())
}

/// What was typed, sound.
struct Asked {
    fiscal_code: String,
    held: Held,
    period: Period,
}

impl Asked {
    /// Everything that is wrong, told together.
    fn read(counter: &Counter, form: &FormBody) -> Result<Self, RoleError> {
        let today = counter.today();
        let code = fiscal_code::read(form.get("codice_fiscale"), today)
            .map_err(|refusal| ("codice_fiscale", refusal.to_string()));
        let held = held(counter, form);
        let period = period(form, today);
        match (code, held, period) {
            (Ok(code), Ok(held), Ok(period)) => Ok(Self {
                fiscal_code: code.text,
                held,
                period,
            }),
            (code, held, period) => {
                let errors = [code.err(), held.err(), period.err()];
                let errors = errors.into_iter().flatten();
                Err(RoleError::Invalid(
                    errors.map(|(at, told)| (at.to_owned(), told)).collect(),
                ))
            }
        }
    }
}

type Fault = (&'static str, String);

fn held(counter: &Counter, form: &FormBody) -> Result<Held, Fault> {
    let role = Role::parse(form.get("ruolo")).ok_or(("ruolo", "Scegli un ruolo.".to_owned()))?;
    let office = form.get("ufficio");
    match (role.is_for_the_town(), office) {
        (true, "") => Ok(Held::new(role, Scope::Town)),
        (true, _) => Err((
            "ufficio",
            format!(
                "«{}» vale per tutto il Comune: lascia vuoto l'ufficio.",
                role.label()
            ),
        )),
        (false, id) if counter.catalogue.offices().contains_key(id) => {
            Ok(Held::new(role, Scope::Office(id.to_owned())))
        }
        (false, _) => Err(("ufficio", "Scegli per quale ufficio.".to_owned())),
    }
}

/// From today at the earliest: nobody had a role before it was given.
fn period(form: &FormBody, today: Date) -> Result<Period, Fault> {
    let from = day(form, "dal")?.unwrap_or(today);
    let to = day(form, "al")?;
    if from < today {
        return Err((
            "dal",
            "Un ruolo comincia da oggi o da un giorno che viene.".to_owned(),
        ));
    }
    if to.is_some_and(|to| to < from) {
        return Err((
            "al",
            "L'ultimo giorno viene prima del primo: correggi una delle due date.".to_owned(),
        ));
    }
    Ok(Period {
        from,
        to,
        end: None,
    })
}

/// A day as typed; `None`: left empty.
pub fn day(form: &FormBody, field: &'static str) -> Result<Option<Date>, Fault> {
    let typed = form.get(field).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    match plain::date(typed) {
        Ok(_) => Ok(Date::parse(typed)),
        Err(refusal) => Err((field, refusal.to_string())),
    }
}
