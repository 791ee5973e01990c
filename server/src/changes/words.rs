//! Changes in words, for the office's pages.

use rules::{
    catalogue::Service,
    changes::{Change, Period, What},
    number::euro,
};

use super::{amounts::amounts, window::day};
use crate::config::{Comune, Window};

/// "10,00 €", "non stabilito"
pub fn money(cents: Option<i64>) -> String {
    cents.map_or_else(|| "non stabilito".to_owned(), euro)
}

/// Of a tariff in the formula of a fee.
pub fn tariff(name: &str, fee: &str) -> String {
    format!("Tariffa «{name}» ({fee})")
}

pub fn period_of(window: Option<&Window>) -> Period {
    match window {
        None => Period::Always,
        Some(window) => Period::Between {
            from: window.dal.clone(),
            to: window.al.clone(),
        },
    }
}

/// "tutto l'anno", "ogni anno dal 1 aprile al 31 maggio"
pub fn period(period: &Period) -> String {
    match period {
        Period::Always => "tutto l'anno".to_owned(),
        Period::Between { from, to } => {
            let every = if from.len() == 5 { "ogni anno " } else { "" };
            format!("{every}dal {} al {}", day(from), day(to))
        }
    }
}

/// What a change does: "Chiuso dal 10/12/2026. Motivo: «Lavori.»", "Cartello: da 40,00 € a
/// 45,00 €, dal 10/12/2026".
pub fn change(comune: &Comune, service: &Service, all: &[Change], change: &Change) -> String {
    let from = change.from.italian();
    match &change.what {
        What::Closing { until } => {
            let to = until.map(|last| format!(" al {}", last.italian()));
            let to = to.unwrap_or_default();
            format!("Chiuso dal {from}{to}. Motivo: «{}»", change.reason)
        }
        What::Reopening {} => format!("Riaperto dal {from}"),
        What::Fee { name, cents, was } => {
            let known = amounts(comune, service);
            let known = known.into_iter().find(|amount| amount.name == *name);
            let label = known.map_or_else(|| name.clone(), |amount| amount.label);
            let (was, cents) = (money(*was), euro(*cents));
            format!("{label}: da {was} a {cents}, dal {from}")
        }
        What::Window { period: new, was } => format!(
            "Richieste: da «{}» a «{}», dal {from}",
            period(was),
            period(new)
        ),
        What::Withdrawal { number } => {
            let other = all.iter().find(|other| other.number == *number);
            let other = other.map(|other| self::change(comune, service, all, other));
            format!("Modifica ritirata: {}", other.unwrap_or_default())
        }
    }
}
