//! One file a page; here, which data is shown by which.

mod area;
mod case;
mod closed;
mod conflict;
mod home;
mod login;
mod office;
mod office_case;
mod privacy;
mod problem;
mod receipt;
mod redirect;
mod request;
mod services;
mod sheet;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

use leptos::prelude::*;
pub(crate) use request::step_title;

use crate::{
    api::{Page, PageData},
    components,
};

/// The document's title. "Errore: " in front, so that a refused form is heard at once.
pub fn title(data: &PageData) -> String {
    let page = match &data.page {
        Page::Home(_) => String::new(),
        Page::Services(_) => "Servizi".into(),
        Page::Sheet(page) => page.title.clone(),
        Page::Privacy(page) => format!("Privacy: {}", page.title),
        Page::Login { .. } => "Accedi".into(),
        Page::Closed { title, .. } => title.clone(),
        Page::Request(page) => format!("{}: {}", step_title(page), page.title),
        Page::Conflict(page) => format!("Due versioni: {}", page.title),
        Page::Receipt(page) => format!("Ricevuta {}", page.protocol),
        Page::Area(_) => "Area personale".into(),
        Page::Case(page) => format!("Pratica {}", page.protocol),
        Page::Office(_) => "Ufficio".into(),
        Page::OfficeCase(page) => format!("Pratica {}", page.case.protocol),
        Page::Problem(problem) => problem.title.clone(),
        Page::Redirect { .. } => "Stiamo cambiando pagina".into(),
    };
    let town = &data.frame.town.name;
    let site = if town.is_empty() {
        "Sportello del Comune".to_owned()
    } else {
        format!("Sportello del Comune di {town}")
    };
    let prefix = if has_errors(&data.page) {
        "Errore: "
    } else {
        ""
    };
    if page.is_empty() {
        site
    } else {
        format!("{prefix}{page} · {site}")
    }
}

fn has_errors(page: &Page) -> bool {
    match page {
        Page::Request(page) => !page.issues.is_empty(),
        Page::Case(page) => !page.errors.is_empty(),
        Page::OfficeCase(page) => !page.case.errors.is_empty(),
        _ => false,
    }
}

/// Where a login that starts on this page comes back to.
fn login_next(page: &Page) -> String {
    match page {
        Page::Sheet(page) => format!("/servizi/{}/richiesta", page.slug),
        Page::Login { next, .. } => next.clone(),
        Page::Request(page) => format!("/servizi/{}/richiesta", page.slug),
        _ => "/area-personale".into(),
    }
}

/// The page, whole.
pub fn render(data: PageData) -> AnyView {
    let PageData { frame, page } = data;
    let next = login_next(&page);
    let content = match page {
        Page::Home(page) => home::view(page, &frame),
        Page::Services(page) => services::view(page),
        Page::Sheet(page) => sheet::view(*page),
        Page::Privacy(page) => privacy::view(*page),
        Page::Login { next, notice } => login::view(&next, notice),
        Page::Closed {
            slug,
            title,
            reason,
        } => closed::view(&slug, title, reason),
        Page::Request(page) => request::view(*page, &frame),
        Page::Conflict(page) => conflict::view(*page),
        Page::Receipt(page) => receipt::view(*page),
        Page::Area(page) => area::view(page, &frame),
        Page::Case(page) => case::view(*page),
        Page::Office(page) => office::view(page),
        Page::OfficeCase(page) => office_case::view(*page),
        Page::Problem(problem) => problem::view(problem),
        Page::Redirect { to } => redirect::view(to),
    };
    components::frame(frame, &next, content)
}
