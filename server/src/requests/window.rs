//! When a service accepts requests.

use rules::{
    catalogue::{Period, Service},
    civil::Date,
    language::quoted,
    slot::month_name,
    t,
};

use crate::{config::Window, state::Counter};

/// `Err` says why it is closed. comune.toml comes before the definition.
pub fn is_open(counter: &Counter, service: &Service, today: Date) -> Result<(), String> {
    let own = counter.comune.finestre.get(&service.slug).cloned();
    match own.or_else(|| from_definition(service)) {
        Some(window) if !window.contains(today) => Err(reason(&window)),
        _ => Ok(()),
    }
}

fn from_definition(service: &Service) -> Option<Window> {
    match (
        service.window.period,
        &service.window.from,
        &service.window.to,
    ) {
        (Period::Annuale | Period::Bando, Some(dal), Some(al)) => Some(Window {
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

/// `04-01` as "1 aprile", `2026-04-01` as "1 aprile 2026".
fn day(text: &str) -> String {
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
