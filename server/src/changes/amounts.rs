//! What a service costs on a day, and which amounts of it an office may set.

use std::collections::BTreeMap;

use rules::{
    catalogue::{Expression, Fee, Reference, Service},
    changes::{What, amount, to_come},
    civil::Date,
    t,
};

use super::{Changes, words};
use crate::{config::Comune, services::sheet::euro};

/// Cents by name, as formulas and fees look for them (`Service::fees_due`): those of comune.toml,
/// and over them what the service's office has set by that day.
pub fn tariffs(
    comune: &Comune,
    changes: &Changes,
    service: &Service,
    day: Date,
) -> BTreeMap<String, i64> {
    let own = changes.of(&service.slug);
    let mut tariffs = comune.tariffe.clone();
    for change in own {
        if let What::Fee { name, .. } = &change.what
            && let Some(cents) = amount(own, name, day)
        {
            tariffs.insert(key(service, name), cents);
        }
    }
    tariffs
}

/// Of comune.toml's `tariffe`.
fn key(service: &Service, name: &str) -> String {
    format!("{}.{name}", service.slug)
}

/// "Dal 01/01/2027: 12,00 €." for each amount of the fee that is still to come.
pub fn announced(changes: &Changes, service: &Service, fee: &Fee, today: Date) -> Option<String> {
    let later = to_come(changes.of(&service.slug), today).into_iter();
    let told: Vec<_> = later
        .filter_map(|change| match &change.what {
            What::Fee { name, cents, .. } if *name == fee.id => Some(t!(
                "Dal {day}: {amount}.",
                day = change.from.italian(),
                amount = euro(*cents)
            )),
            _ => None,
        })
        .collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// An amount that the office of a service may set.
pub struct Amount {
    /// The fee's id, or the name of a tariff.
    pub name: String,
    pub label: String,
    /// `None`: a tariff of formulas, which may stand in comune.toml for all services.
    fee: Option<Option<i64>>,
}

impl Amount {
    /// Cents on a day; `None`: nobody has set it.
    pub fn on(
        &self,
        comune: &Comune,
        changes: &Changes,
        service: &Service,
        day: Date,
    ) -> Option<i64> {
        let tariffs = tariffs(comune, changes, service, day);
        let own = tariffs.get(&key(service, &self.name)).copied();
        own.or_else(|| match self.fee {
            Some(of_definition) => of_definition,
            None => tariffs.get(&self.name).copied(),
        })
    }
}

/// `tipo` of the fees that a law sets (D.P.R. 642/1972).
const STAMP: &str = "bollo";

/// The amounts of a service that its office may set: not a stamp's; where a formula computes a
/// fee, the tariffs in it.
pub fn amounts(comune: &Comune, service: &Service) -> Vec<Amount> {
    let mut amounts: Vec<Amount> = Vec::new();
    for fee in service.fees.iter().filter(|fee| fee.kind != STAMP) {
        let fixed = comune.tariffe.contains_key(&key(service, &fee.id));
        let Some(formula) = fee.formula.as_ref().filter(|_| !fixed) else {
            amounts.push(Amount {
                name: fee.id.clone(),
                label: fee.description.clone(),
                fee: Some(fee.amount),
            });
            continue;
        };
        for name in tariffs_of(formula) {
            // A tariff that is called as a fee would be taken for the fee's own amount.
            let taken = amounts.iter().any(|known| known.name == name)
                || service.fees.iter().any(|fee| fee.id == name);
            if !taken {
                amounts.push(Amount {
                    label: words::tariff(&name, &fee.description),
                    name,
                    fee: None,
                });
            }
        }
    }
    amounts
}

/// The fees that no office sets: by law, or by a formula without tariffs.
pub fn settled<'a>(service: &'a Service, amounts: &[Amount]) -> Vec<&'a Fee> {
    let is_set = |fee: &&Fee| {
        let tariffs = fee.formula.iter().flat_map(tariffs_of);
        let mut names = tariffs.chain([fee.id.clone()]);
        names.any(|name| amounts.iter().any(|amount| amount.name == name))
    };
    service.fees.iter().filter(|fee| !is_set(fee)).collect()
}

fn tariffs_of(formula: &Expression) -> Vec<String> {
    let mut names = Vec::new();
    formula.each_reference(None, &mut |reference, _| {
        if let Reference::Tariff(name) = reference {
            names.push(name.to_owned());
        }
    });
    names
}
