//! The server's side: a page's data to what the browser shows.

use leptos::prelude::*;
use rules::{language::parts, t};

use super::{
    agenda, area, case, closed, conflict, cosign, delegations, deliveries, desk, desk_paper, home,
    info, login, map, office, office_case, offline, payment, payments, precheck, preview, privacy,
    problem, processing, profile, rating, ratings, recap, receipt, restart, resume, roles, sent,
    service_settings, services, settings, sheet, signing, step_title,
};
use crate::{
    api::{FormScreen, Frame, Main, Page, PageData, RequestPage, Screen, Town, step},
    components,
};

/// What the browser shows of a page.
pub fn screen(data: PageData) -> Screen {
    let title = title(&data);
    let PageData { frame, page } = data;
    let next = login_next(&page);
    Screen {
        title,
        header: Some(html(|| components::header(&frame, &next))),
        main: main(page, &frame),
    }
}

/// HTML below the main part, the same on every page.
pub fn footer(town: &Town) -> String {
    html(|| components::footer(town))
}

fn html(view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| view().to_html())
}

fn main(page: Page, frame: &Frame) -> Main {
    let view = |view: AnyView| Main::Html(view.to_html());
    Owner::new().with(|| match page {
        Page::Request(page) => Main::Request(Box::new(form_screen(*page))),
        Page::Redirect { to } => Main::Redirect { to },
        Page::Conflict(page) => view(conflict::view(*page)),
        Page::Problem(problem) => view(problem::view(problem)),
        Page::Home(page) => view(home::view(page, frame)),
        Page::Services(page) => view(services::view(page)),
        Page::Sheet(page) => view(sheet::view(*page)),
        Page::Privacy(page) => view(privacy::view(*page)),
        Page::Precheck(page) => view(precheck::view(*page)),
        Page::Login(page) => view(login::view(page)),
        Page::Closed {
            slug,
            title,
            reason,
        } => view(closed::view(&slug, title, reason)),
        Page::Resume(page) => view(resume::view(page)),
        Page::Sent(page) => view(sent::view(page)),
        Page::Receipt(page) => view(receipt::view(*page)),
        Page::Area(page) => view(area::view(page, frame)),
        Page::Delegations(page) => view(delegations::view(page)),
        Page::Cosign(page) => view(cosign::view(*page)),
        Page::Signing(page) => view(signing::view(*page)),
        Page::Map(page) => view(map::view(*page)),
        Page::Profile(page) => view(profile::view(*page)),
        Page::Case(page) => view(case::view(*page)),
        Page::Restart(page) => view(restart::view(page)),
        Page::Payments(page) => view(payments::view(page)),
        Page::Payment(page) => view(payment::view(*page)),
        Page::Office(page) => view(office::view(page)),
        Page::OfficeCase(page) => view(office_case::view(*page)),
        Page::Agenda(page) => view(agenda::view(page)),
        Page::Deliveries(page) => view(deliveries::view(page)),
        Page::Roles(page) => view(roles::view(*page)),
        Page::Settings(page) => view(settings::view(page)),
        Page::ServiceSettings(page) => view(service_settings::view(*page)),
        Page::Preview(page) => view(preview::view(*page)),
        Page::Desk(page) => view(desk::view(*page)),
        Page::DeskPaper(page) => view(desk_paper::view(*page)),
        Page::Rating(page) => view(rating::again(page)),
        Page::Rated(page) => view(rating::thanks(&page)),
        Page::Ratings(page) => view(ratings::view(page)),
        Page::Processing(page) => view(processing::view(page)),
        Page::Info(which) => view(info::view(which, &frame.town)),
        Page::Offline => view(offline::view(frame)),
    })
}

/// The guided form for the browser. Called inside an [`Owner`].
pub(crate) fn form_screen(page: RequestPage) -> FormScreen {
    let recap = if page.step == step::SUMMARY {
        recap::view(&page).to_html()
    } else {
        String::new()
    };
    FormScreen::new(page, recap)
}

/// The document's title. "Errore: " in front, so that a refused form is heard at once.
pub fn title(data: &PageData) -> String {
    let page = match &data.page {
        Page::Home(_) => String::new(),
        Page::Services(_) => t!("Servizi").into(),
        Page::Sheet(page) => page.title.clone(),
        Page::Privacy(page) => t!("Privacy: {title}", title = page.title),
        Page::Precheck(page) => t!("Ho i requisiti? {title}", title = page.title),
        Page::Login(_) => t!("Accedi").into(),
        Page::Closed { title, .. } => title.clone(),
        Page::Request(page) => format!("{}: {}", step_title(&page.form, &page.step), page.title),
        Page::Conflict(page) => t!("Due versioni: {title}", title = page.title),
        Page::Resume(_) => t!("La sessione è scaduta").into(),
        Page::Sent(page) => t!("Già inviata: {title}", title = page.title),
        Page::Receipt(page) => t!("Ricevuta {number}", number = page.protocol),
        Page::Area(_) => t!("Area personale").into(),
        Page::Delegations(_) => t!("Deleghe").into(),
        Page::Cosign(page) => t!("Firma: {title}", title = page.title),
        Page::Signing(page) => t!("Firma digitale: {title}", title = page.title),
        Page::Map(page) => t!("Mappa: {title}", title = page.title),
        Page::Profile(_) => t!("Profilo").into(),
        Page::Restart(page) => t!("Ricomincia: {title}", title = page.title),
        Page::Case(page) => t!("Pratica {number}", number = page.protocol),
        Page::Payments(_) => t!("Pagamenti").into(),
        Page::Payment(page) => t!("Pagamento: {what}", what = page.payment.what),
        Page::Office(_) => t!("Ufficio").into(),
        Page::OfficeCase(page) => t!("Pratica {number}", number = page.case.protocol),
        Page::Agenda(_) => "Appuntamenti".into(),
        Page::Deliveries(_) => "Consegne".into(),
        Page::Roles(_) => "Ruoli".into(),
        Page::Settings(_) => "Servizi".into(),
        Page::ServiceSettings(page) => format!("{}: chiusure e costi", page.title),
        Page::Preview(_) => "Anteprima".into(),
        Page::Desk(_) => "Sportello".into(),
        Page::DeskPaper(page) => page.title.clone(),
        Page::Rating(_) => t!("Il tuo parere").into(),
        Page::Rated(_) => t!("Grazie").into(),
        Page::Ratings(_) => "Valutazioni".into(),
        Page::Processing(_) => "Trattamenti".into(),
        Page::Info(which) => info::title(*which).into(),
        Page::Offline => t!("Sei senza rete").into(),
        Page::Problem(problem) => problem.title.clone(),
        Page::Redirect { .. } => t!("Stiamo cambiando pagina").into(),
    };
    let town = &data.frame.town.name;
    let site = if town.is_empty() {
        t!("Sportello del Comune").to_owned()
    } else {
        t!("Sportello del Comune di {town}", town)
    };
    let prefix = if has_errors(&data.page) {
        t!("Errore: ")
    } else {
        ""
    };
    if page.is_empty() {
        return site;
    }
    // No part of a title can be marked.
    let page: String = parts(&page).map(|(_, part)| part).collect();
    format!("{prefix}{page} · {site}")
}

fn has_errors(page: &Page) -> bool {
    match page {
        Page::Request(page) => !page.issues.is_empty(),
        Page::Case(page) => !page.errors.is_empty(),
        Page::OfficeCase(page) => !page.case.errors.is_empty(),
        Page::Roles(page) => !page.errors.is_empty(),
        Page::ServiceSettings(page) => !page.errors.is_empty(),
        Page::Preview(page) => page.is_refused(),
        Page::Desk(page) => !page.errors.is_empty(),
        Page::Signing(page) => !page.errors.is_empty(),
        Page::Precheck(page) => !page.errors.is_empty(),
        Page::Map(page) => !page.errors.is_empty(),
        Page::Profile(page) => !page.errors.is_empty(),
        Page::Delegations(page) => !page.errors.is_empty(),
        Page::Payment(page) => page.error.is_some(),
        Page::Rating(page) => page.error.is_some(),
        _ => false,
    }
}

/// Where a login that starts on this page comes back to.
fn login_next(page: &Page) -> String {
    match page {
        Page::Sheet(page) => format!("/servizi/{}/richiesta", page.slug),
        Page::Login(page) => page.next.clone(),
        Page::Request(page) => format!("/servizi/{}/richiesta", page.slug),
        Page::Office(_)
        | Page::OfficeCase(_)
        | Page::Agenda(_)
        | Page::Deliveries(_)
        | Page::Roles(_)
        | Page::Settings(_)
        | Page::ServiceSettings(_)
        | Page::Preview(_)
        | Page::Desk(_)
        | Page::DeskPaper(_)
        | Page::Processing(_)
        | Page::Ratings(_) => "/ufficio".into(),
        _ => "/area-personale".into(),
    }
}
