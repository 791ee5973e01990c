//! When a service accepts requests.

use rules::{
    catalogue::{self, Service},
    changes::{Change, Period, What, closing, period, to_come},
    civil::Date,
    language::quoted,
    slot::month_name,
    t,
};

use super::Changes;
use crate::config::{Comune, Window};

/// How far ahead a day on which it opens again is looked for.
const AHEAD_DAYS: i64 = 366;

/// `Err` says why it is closed, and until when.
pub fn is_open(
    comune: &Comune,
    changes: &Changes,
    service: &Service,
    day: Date,
) -> Result<(), String> {
    let own = changes.of(&service.slug);
    if let Some(change) = closing(own, day) {
        let mut later = (1..=AHEAD_DAYS).map(|n| day.plus_days(n));
        let again = later.find(|later| takes(comune, own, service, *later));
        return Err(closed(change, again));
    }
    match window(comune, own, service, day) {
        Some(window) if !window.contains(day) => Err(reason(&window)),
        _ => Ok(()),
    }
}

fn takes(comune: &Comune, own: &[Change], service: &Service, day: Date) -> bool {
    let window = window(comune, own, service, day);
    closing(own, day).is_none() && window.is_none_or(|window| window.contains(day))
}

/// `again`: the day on which it opens, if it is known.
fn closed(change: &Change, again: Option<Date>) -> String {
    let until = match again {
        Some(day) => t!("Riapre il {day}.", day = day.italian()),
        None => t!("Non c'è ancora una data di riapertura.").to_owned(),
    };
    format!("{} {until}", quoted(&change.reason))
}

/// The window that holds on a day, of the office, of comune.toml or of the definition; `None`: the
/// whole year.
pub fn window(comune: &Comune, own: &[Change], service: &Service, day: Date) -> Option<Window> {
    let before = || {
        let own = comune.finestre.get(&service.slug).cloned();
        own.or_else(|| from_definition(service))
    };
    match period(own, day) {
        None => before(),
        Some((Period::Always, _)) => None,
        Some((Period::Between { from, to }, why)) => Some(Window {
            dal: from.clone(),
            al: to.clone(),
            motivo: Some(why.to_owned()).filter(|why| !why.is_empty()),
        }),
    }
}

fn from_definition(service: &Service) -> Option<Window> {
    use catalogue::Period::{Annuale, Bando};
    match (
        service.window.period,
        &service.window.from,
        &service.window.to,
    ) {
        (Annuale | Bando, Some(dal), Some(al)) => Some(Window {
            dal: dal.clone(),
            al: al.clone(),
            motivo: None,
        }),
        _ => None,
    }
}

fn reason(window: &Window) -> String {
    let when = t!(
        "Le domande si presentano dal {from} al {to}.",
        from = day(&window.dal),
        to = day(&window.al)
    );
    match &window.motivo {
        Some(words) => format!("{} {when}", quoted(words)),
        None => t!(
            "In questo periodo non si possono presentare domande. {when}",
            when
        ),
    }
}

/// Closings that are still to come, for the sheet.
pub fn announcement(changes: &Changes, service: &Service, today: Date) -> Option<String> {
    let later = to_come(changes.of(&service.slug), today).into_iter();
    let told: Vec<_> = later
        .filter_map(|change| match &change.what {
            What::Closing { until: Some(last) } => Some(t!(
                "Dal {from} al {to} il servizio è chiuso: {reason}",
                from = change.from.italian(),
                to = last.italian(),
                reason = quoted(&change.reason)
            )),
            What::Closing { until: None } => Some(t!(
                "Dal {from} il servizio è chiuso: {reason}",
                from = change.from.italian(),
                reason = quoted(&change.reason)
            )),
            _ => None,
        })
        .collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// `04-01` as "1 aprile", `2026-04-01` as "1 aprile 2026".
pub fn day(text: &str) -> String {
    let whole = if text.len() == 5 {
        format!("2024-{text}")
    } else {
        text.to_owned()
    };
    let Some(date) = Date::parse_iso(&whole) else {
        return text.to_owned();
    };
    let month = month_name(date);
    if text.len() == 5 {
        format!("{} {month}", date.day())
    } else {
        format!("{} {month} {}", date.day(), date.year())
    }
}
