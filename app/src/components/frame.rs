//! What is around every page: skip links, header, assistance, footer.

use leptos::prelude::*;
use rules::{
    language::{Language, of_definitions},
    t,
};

use super::{Icon, icon};
use crate::api::{Frame, Town, User};

/// What stands above the main part. `login_next` is the local path to come back to after login.
pub fn header(frame: &Frame, login_next: &str) -> AnyView {
    view! {
        <div class="skiplink">
            <a class="visually-hidden-focusable" href="#main-container" rel="external">{t!("Vai ai contenuti")}</a>
            <a class="visually-hidden-focusable" href="#footer" rel="external">{t!("Vai al footer")}</a>
        </div>
        {frame.sandbox.then(sandbox_band)}
        {masthead(&frame.town, frame.user.clone(), login_next)}
        {frame.user.as_ref().map(|user| session_end(user, login_next))}
    }
    .into_any()
}

/// Shown by `app/pwa/session.js` two minutes before the session ends.
fn session_end(user: &User, login_next: &str) -> AnyView {
    let login = format!("/accedi?next={}", encode(login_next));
    view! {
        <div class="fixed-bottom" role="alert" data-session-left=user.seconds_left.to_string()>
            <div class="container py-2" hidden="">
                <div class="alert alert-warning bg-white shadow mb-0">
                    <p class="mb-2" data-soon="">{t!("Tra meno di due minuti la sessione finisce. Quello che hai salvato resta.")}</p>
                    <p class="mb-0" data-over="" hidden="">
                        {t!("La sessione è finita. Quello che avevi salvato c’è ancora.")}" "
                        <a href=login rel="external" target="_blank">{t!("Accedi di nuovo (si apre in un’altra scheda)")}</a>
                    </p>
                    <button class="btn btn-primary" type="button">{t!("Resta collegato")}</button>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// What stands below the main part: the same help, in the same place on every page
/// (WCAG 3.2.6), and the footer.
pub fn footer(town: &Town) -> AnyView {
    view! {
        {assistance(town)}
        {foot(town)}
    }
    .into_any()
}

fn sandbox_band() -> AnyView {
    view! {
        <p class="sandbox-band bg-warning text-dark text-center mb-0 p-2" data-sandbox="">
            {t!("Questo è un ambiente di prova: persone, pratiche e pagamenti non sono veri.")}
        </p>
    }
    .into_any()
}

/// "Comune di Bitonto"; before the town is known, the counter's own name.
fn town_title(town: &Town) -> String {
    if town.name.is_empty() {
        t!("Sportello del Comune").into()
    } else {
        t!("Comune di {town}", town = town.name)
    }
}

fn masthead(town: &Town, user: Option<User>, login_next: &str) -> AnyView {
    let crest = (!town.crest.is_empty()).then(
        || view! { <img class="icon crest" src=town.crest.clone() alt="" width="48" height="48"/> },
    );
    view! {
        <header class="it-header-wrapper">
            <div class="it-header-slim-wrapper">
                <div class="container">
                    <div class="it-header-slim-wrapper-content">
                        {region(town)}
                        <div class="it-header-slim-right-zone">
                            // The office works in Italian.
                            {(login_next != "/ufficio").then(other_language)}
                            {access(user, login_next)}
                        </div>
                    </div>
                </div>
            </div>
            <div class="it-nav-wrapper">
                <div class="it-header-center-wrapper">
                    <div class="container">
                        <div class="it-header-center-content-wrapper">
                            <div class="it-brand-wrapper">
                                <a href="/">
                                    {crest}
                                    <span class="it-brand-text"><span class="it-brand-title">{town_title(town)}</span></span>
                                </a>
                            </div>
                            <button class="btn menu-button" type="button" popovertarget="menu">{icon(Icon::Menu)}<span>{t!("Menu")}</span></button>
                            {search()}
                        </div>
                    </div>
                </div>
                {navigation(town)}
            </div>
        </header>
    }
    .into_any()
}

fn region(town: &Town) -> AnyView {
    if town.region_url.is_empty() {
        return view! { <span class="navbar-brand" lang=of_definitions()>{town.region.clone()}</span> }.into_any();
    }
    view! { <a class="navbar-brand" lang=of_definitions() href=town.region_url.clone() rel="external">{town.region.clone()}</a> }
        .into_any()
}

/// The page in the other language, named in that language.
fn other_language() -> AnyView {
    let (language, name) = match Language::current() {
        Language::Italian => (Language::English, "English"),
        Language::English => (Language::Italian, "Italiano"),
    };
    let code = language.code();
    view! {
        <form method="post" action="/lingua" data-element="language">
            <input type="hidden" name="lingua" value=code/>
            <button class="btn btn-full text-white" type="submit" lang=code>{name}</button>
        </form>
    }
    .into_any()
}

/// The way in, or who is in and the way out.
fn access(user: Option<User>, login_next: &str) -> AnyView {
    let Some(user) = user else {
        let href = format!("/accedi?next={}", encode(login_next));
        return view! {
            <a class="btn btn-primary btn-icon btn-full" data-element="personal-area-login" href=href rel="external">
                <span class="rounded-icon">{icon(Icon::User)}</span>
                <span>{t!("Accedi all’area personale")}</span>
            </a>
        }
        .into_any();
    };
    let (home, place) = match &user.office {
        Some(office) => ("/ufficio", t!("Ufficio: {office}", office)),
        None => ("/area-personale", t!("La tua area personale").to_owned()),
    };
    view! {
        <div class="user-zone d-flex align-items-center">
            <a class="btn btn-primary btn-icon btn-full" href=home title=place>
                <span class="avatar size-sm rounded-icon">{icon(Icon::User)}</span>
                <span data-user="">{user.name}</span>
            </a>
            <form method="post" action="/esci">
                <button class="btn btn-primary btn-full" type="submit">{t!("Esci")}</button>
            </form>
        </div>
    }
    .into_any()
}

fn search() -> AnyView {
    view! {
        <div class="it-right-zone">
            <form class="it-search-wrapper" role="search" method="get" action="/servizi">
                <label class="visually-hidden" for="cerca-nel-sito">{t!("Cerca un servizio")}</label>
                <input class="form-control" type="search" id="cerca-nel-sito" name="cerca" placeholder=t!("Cerca un servizio")/>
                <button class="search-link rounded-icon" type="submit">
                    {icon(Icon::Search)}<span class="visually-hidden">{t!("Cerca")}</span>
                </button>
            </form>
        </div>
    }
    .into_any()
}

/// The four voices of the model, in its order and words: a row, and on a phone a panel that
/// "Menu" opens without any script. A browser that knows no panels shows the row.
fn navigation(town: &Town) -> AnyView {
    let live = if town.name.is_empty() {
        t!("Vivere il Comune").to_owned()
    } else {
        t!("Vivere {town}", town = town.name)
    };
    view! {
        <div class="it-header-navbar-wrapper" id="menu" popover="">
            <div class="container">
                <button class="btn menu-button" type="button" popovertarget="menu" popovertargetaction="hide">{icon(Icon::Close)}<span>{t!("Chiudi il menu")}</span></button>
                <nav class="navbar" aria-label=t!("Principale")>
                    <ul class="navbar-nav flex-row flex-wrap" data-element="main-navigation">
                        <li class="nav-item"><a class="nav-link" data-element="management" href="/#amministrazione"><span>{t!("Amministrazione")}</span></a></li>
                        <li class="nav-item"><a class="nav-link" data-element="news" href="/#novita"><span>{t!("Novità")}</span></a></li>
                        <li class="nav-item"><a class="nav-link" data-element="all-services" href="/servizi"><span>{t!("Servizi")}</span></a></li>
                        <li class="nav-item"><a class="nav-link" data-element="live" href="/#vivere"><span>{live}</span></a></li>
                    </ul>
                    <ul class="navbar-nav navbar-secondary flex-row">
                        <li class="nav-item"><a class="nav-link" data-element="all-topics" href="/servizi"><span>{t!("Tutti gli argomenti")}</span></a></li>
                    </ul>
                </nav>
            </div>
        </div>
    }
    .into_any()
}

fn assistance(town: &Town) -> AnyView {
    let mail = (!town.email.is_empty()).then(|| {
        let ask = format!("mailto:{}", town.email);
        view! { <li>{icon(Icon::Mail)}<a class="list-item" data-element="contacts" href=ask><span>{t!("Richiedi assistenza")}</span></a></li> }
    });
    let phone = (!town.phone.is_empty()).then(|| {
        let href = format!("tel:{}", town.phone.replace(' ', ""));
        view! { <li>{icon(Icon::Phone)}<a class="list-item" href=href><span>{t!("Chiama il {phone}", phone = town.phone)}</span></a></li> }
    });
    let report = (!town.email.is_empty()).then(|| {
        view! {
            <div class="col-12 col-md-6 mt-4 mt-md-0">
                <h2 class="h4">{t!("Problemi in città")}</h2>
                <ul class="contact-list p-0 list-unstyled mb-0">
                    <li>{icon(Icon::Warning)}<a class="list-item" href=report_to(town)><span>{t!("Segnala disservizio")}</span></a></li>
                </ul>
            </div>
        }
    });
    view! {
        <div class="bg-grey-card shadow-contacts">
            <div class="container py-5">
                <div class="row justify-content-center">
                    <div class="col-12 col-lg-10">
                        <div class="cmp-contacts card p-4">
                            <div class="row">
                                <div class="col-12 col-md-6">
                                    <h2 class="h4">{t!("Contatta il comune")}</h2>
                                    <ul class="contact-list p-0 list-unstyled mb-0">
                                        <li>{icon(Icon::Info)}<a class="list-item" href="/domande-frequenti"><span>{t!("Leggi le domande frequenti")}</span></a></li>
                                        {mail}
                                        {phone}
                                    </ul>
                                </div>
                                {report}
                            </div>
                        </div>
                    </div>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn report_to(town: &Town) -> String {
    format!("mailto:{}?subject=Segnalazione%20disservizio", town.email)
}

fn foot(town: &Town) -> AnyView {
    view! {
        <footer class="it-footer" id="footer" tabindex="-1">
            <div class="it-footer-main">
                <div class="container">
                    <div class="it-brand-wrapper">
                        <a href="/">{icon(Icon::Town)}<span class="it-brand-text"><span class="it-brand-title">{town_title(town)}</span></span></a>
                    </div>
                    <div class="row">
                        <div class="col-md-4 pb-2">{contacts(town)}</div>
                        <div class="col-md-4 pb-2">{places()}</div>
                        <div class="col-md-4 pb-2">{help(town)}</div>
                    </div>
                    {small_print(town)}
                </div>
            </div>
        </footer>
    }
    .into_any()
}

fn contacts(town: &Town) -> AnyView {
    let line = |label: &'static str, value: &str| {
        (!value.is_empty()).then(|| view! { <li>{label}{value.to_owned()}</li> })
    };
    view! {
        <h2 class="h6 footer-heading-title">{t!("Contatti")}</h2>
        <ul class="footer-list list-unstyled">
            {line("", &town.address)}
            {line(t!("Codice fiscale: "), &town.fiscal_code)}
            {line(t!("Telefono: "), &town.phone)}
            {line(t!("PEC: "), &town.pec)}
            {line(t!("Email: "), &town.email)}
        </ul>
    }
    .into_any()
}

fn places() -> AnyView {
    view! {
        <h2 class="h6 footer-heading-title">{t!("Sportello")}</h2>
        <ul class="footer-list list-unstyled">
            <li><a href="/servizi">{t!("Tutti i servizi")}</a></li>
            <li><a href="/area-personale">{t!("La tua area personale")}</a></li>
            <li><a href="/pagamenti">{t!("I tuoi pagamenti")}</a></li>
        </ul>
    }
    .into_any()
}

/// String and marks are the model's (C.SI.2.3, C.SI.2.4).
fn help(town: &Town) -> AnyView {
    let mail = (!town.email.is_empty()).then(|| {
        view! {
            <li><a href=format!("mailto:{}", town.email)>{t!("Richiesta d’assistenza")}</a></li>
            <li><a data-element="report-inefficiency" href=report_to(town)>{t!("Segnalazione disservizio")}</a></li>
        }
    });
    view! {
        <h2 class="h6 footer-heading-title">{t!("Aiuto")}</h2>
        <ul class="footer-list list-unstyled">
            <li><a data-element="faq" href="/domande-frequenti">{t!("Leggi le FAQ")}</a></li>
            {mail}
        </ul>
    }
    .into_any()
}

/// C.SI.3.2 to C.SI.3.4.
fn small_print(town: &Town) -> AnyView {
    let accessibility = (!town.accessibility_url.is_empty()).then(|| {
        view! { <li><a data-element="accessibility-link" rel="external" href=town.accessibility_url.clone()>{t!("Dichiarazione di accessibilità")}</a></li> }
    });
    view! {
        <ul class="footer-list footer-small list-unstyled d-flex flex-wrap">
            <li><a data-element="privacy-policy-link" href="/privacy">{t!("Informativa privacy")}</a></li>
            <li><a data-element="legal-notes" href="/note-legali">{t!("Note legali")}</a></li>
            {accessibility}
        </ul>
    }
    .into_any()
}

/// A local path as the value of a query parameter.
pub(crate) fn encode(path: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
