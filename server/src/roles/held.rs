//! Which roles somebody has now: those of comune.toml and those that administrators gave.

use rules::{
    civil::Date,
    roles::{Held, Period, Role, Scope},
};

use crate::config::{Comune, Operator};

/// Both sources, joined. `given`: all that the database has of her, past and future.
pub fn held(
    comune: &Comune,
    fiscal_code: &str,
    given: Vec<(Held, Period)>,
    today: Date,
) -> Vec<Held> {
    let mut held = of_comune(comune, fiscal_code);
    let now = given
        .into_iter()
        .filter(|(_, period)| period.holds_on(today));
    held.extend(now.map(|(held, _)| held));
    held
}

/// What comune.toml says of her: it holds for as long as it stands there.
pub fn of_comune(comune: &Comune, fiscal_code: &str) -> Vec<Held> {
    let operators = comune.operatori.iter();
    operators
        .filter(|operator| operator.codice_fiscale.eq_ignore_ascii_case(fiscal_code))
        .flat_map(of_operator)
        .collect()
}

pub fn of_operator(operator: &Operator) -> Vec<Held> {
    let town = operator.ruoli.iter().filter(|role| role.is_for_the_town());
    let mut held: Vec<_> = town.map(|role| Held::new(*role, Scope::Town)).collect();
    for office in &operator.uffici {
        let here = operator.ruoli.iter().filter(|role| !role.is_for_the_town());
        held.extend(here.map(|role| Held::new(*role, Scope::Office(office.clone()))));
    }
    if operator.amministratore {
        held.push(Held::new(Role::Administrator, Scope::Town));
    }
    held
}
