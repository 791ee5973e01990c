//! `/area-personale/deleghe`: who may act for her, and for whom she may act.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{DelegationView, DelegationsPage},
    components::{
        breadcrumb,
        control::{self, Control, Keyboard},
        error_of, error_pairs, main, notice, pairs, told,
    },
};

const PAGE: &str = "/area-personale/deleghe";

pub fn view(page: DelegationsPage) -> AnyView {
    let form = form(&page);
    let given = page.given.into_iter().map(given).collect_view();
    let received = page.received.into_iter().map(received).collect_view();
    main(
        view! {
            {breadcrumb(vec![(t!("Area personale").into(), "/area-personale".into())], t!("Deleghe").into())}
            {error_pairs(&page.errors)}
            {notice(page.notice)}
            <h1>{t!("Deleghe")}</h1>
            <p class="lead">{t!("Con una delega una persona fa richieste per un’altra, con la propria identità digitale. Chi dà la delega vede tutto, e la revoca quando vuole.")}</p>
            <section class="my-5">
                <h2>{t!("Deleghe ricevute")}</h2>
                {list("received", received, t!("Nessuno ti ha delegato."))}
            </section>
            <section class="my-5">
                <h2>{t!("Deleghe date")}</h2>
                {list("given", given, t!("Non hai dato deleghe."))}
            </section>
            {form}
        }
        .into_any(),
    )
}

fn list(which: &'static str, items: Vec<AnyView>, none: &'static str) -> AnyView {
    if items.is_empty() {
        return view! { <p>{none}</p> }.into_any();
    }
    view! { <ul class="list-unstyled" data-delegations=which>{items}</ul> }.into_any()
}

fn facts(delegation: &DelegationView) -> AnyView {
    pairs(vec![
        (t!("Per che cosa"), delegation.what.clone()),
        (
            t!("Da quando a quando"),
            t!(
                "dal {from} al {to}",
                from = delegation.from,
                to = delegation.to
            ),
        ),
        (t!("Data il"), delegation.given.clone()),
        (t!("Stato"), delegation.label.clone()),
    ])
}

/// Asked twice: the button stands inside a closed block.
fn given(delegation: DelegationView) -> AnyView {
    let facts = facts(&delegation);
    let revoke = delegation.can_revoke.then(|| {
        view! {
            <details>
                <summary>{t!("Revoca la delega")}</summary>
                <p>{t!("Da subito questa persona non può più fare nulla per te, e non vede più le pratiche che seguiva. Quello che ha già fatto resta valido.")}</p>
                <form method="post" action=PAGE>
                    <input type="hidden" name="id" value=delegation.id.clone()/>
                    <button class="btn btn-outline-danger" type="submit" name="azione" value="revoca">{t!("Sì, revoca la delega")}</button>
                </form>
            </details>
        }
    });
    card(&delegation, facts, revoke.into_any())
}

fn received(delegation: DelegationView) -> AnyView {
    let facts = facts(&delegation);
    let case = delegation.case.clone().map(|id| {
        let href = format!("/pratiche/{id}");
        view! { <p class="mb-0"><a href=href>{t!("Vai alla pratica")}</a></p> }
    });
    let begin = (!delegation.begin.is_empty()).then(|| begin(&delegation));
    card(&delegation, facts, view! { {case}{begin} }.into_any())
}

fn card(delegation: &DelegationView, facts: AnyView, below: AnyView) -> AnyView {
    view! {
        <li class="card border rounded shadow-sm p-3 mb-3" data-delegation=delegation.id.clone() data-state=delegation.state.clone()>
            <h3 class="h5 text-break">{told(delegation.who.clone())}</h3>
            <div class="text-break">{facts}</div>
            {below}
        </li>
    }
    .into_any()
}

/// One button a service; more of them are chosen from a list.
fn begin(delegation: &DelegationView) -> AnyView {
    let id = delegation.id.clone();
    let choice = match delegation.begin.as_slice() {
        [(slug, title)] => view! {
            <input type="hidden" name="servizio" value=slug.clone()/>
            <p>{t!("Servizio: ")}<span lang=of_definitions()>{title.clone()}</span></p>
        }
        .into_any(),
        many => {
            let mut service = Control::fixed("servizio", t!("Servizio"), true, None);
            service.lang = of_definitions();
            service.id_prefix = Some(id.clone());
            control::select(&service, many.to_vec(), "")
        }
    };
    view! {
        <form method="post" action=PAGE>
            <input type="hidden" name="id" value=id/>
            {choice}
            <button class="btn btn-primary" type="submit" name="azione" value="comincia">{t!("Comincia una richiesta per questa persona")}</button>
        </form>
    }
    .into_any()
}

/// The value typed in `name`.
fn typed(page: &DelegationsPage, name: &str) -> String {
    let mut all = page.typed.iter().rev();
    all.find(|(at, _)| at == name)
        .map_or_else(String::new, |(_, value)| value.clone())
}

fn fixed(page: &DelegationsPage, name: &str, label: &'static str) -> Control {
    Control::fixed(name, label, true, error_of(&page.errors, name))
}

fn form(page: &DelegationsPage) -> AnyView {
    let line = |name: &str, label: &'static str, hint: &'static str, keyboard: Keyboard| {
        let control = fixed(page, name, label);
        let control = match hint {
            "" => control,
            hint => control.with_hint(hint),
        };
        control::text(&control, typed(page, name), keyboard)
    };
    let code = Keyboard {
        capitals: true,
        ..Keyboard::default()
    };
    let day = t!("Giorno, mese e anno. Per esempio: 31/12/2026");
    let confirm = Control::fixed(
        "conferma",
        page.meaning.as_str(),
        true,
        error_of(&page.errors, "conferma"),
    );
    view! {
        <section class="card has-bkg-grey p-3 my-5" id="nuova">
            <h2>{t!("Delega una persona")}</h2>
            <p>{t!("Vale come una delega firmata, perché sei entrato con la tua identità digitale (D.P.R. 445/2000, art. 38, c. 3-bis). Dei tuoi dati la persona vede nome, cognome, codice fiscale e le pratiche che segue per te.")}</p>
            <form method="post" action=PAGE novalidate>
                {line("nome", t!("Nome della persona"), "", Keyboard::default())}
                {line("cognome", t!("Cognome della persona"), "", Keyboard::default())}
                {line("codice_fiscale", t!("Codice fiscale della persona"), t!("16 lettere e numeri"), code)}
                {scope(page)}
                {line("dal", t!("Dal"), day, Keyboard::default())}
                {line("al", t!("Fino al"), t!("Al massimo un anno dopo. Per esempio: 31/12/2026"), Keyboard::default())}
                {control::tick(&confirm, "si", typed(page, "conferma") == "si")}
                <button class="btn btn-primary" type="submit" name="azione" value="delega">{t!("Dai la delega")}</button>
            </form>
        </section>
    }
    .into_any()
}

/// For what; the lists below count for their own choice alone.
fn scope(page: &DelegationsPage) -> AnyView {
    let mut choices = vec![
        ("servizio".to_owned(), t!("Un solo servizio").to_owned()),
        (
            "tutti".to_owned(),
            t!("Tutti i servizi che si possono chiedere con una delega").to_owned(),
        ),
    ];
    if !page.cases.is_empty() {
        choices.push((
            "pratica".to_owned(),
            t!("Una pratica che ho già presentato").to_owned(),
        ));
    }
    let optional = |name: &str, label: &'static str| {
        let error = error_of(&page.errors, name);
        let mut control = Control::fixed(name, label, false, error);
        control.lang = of_definitions();
        control
    };
    let service = optional("servizio", t!("Quale servizio, se è uno solo"));
    let case = optional("pratica", t!("Quale pratica, se è una sola"));
    let cases = (!page.cases.is_empty())
        .then(|| control::select(&case, page.cases.clone(), &typed(page, "pratica")));
    view! {
        {control::radios(&fixed(page, "ambito", t!("Per che cosa")), choices, typed(page, "ambito"))}
        {control::select(&service, page.services.clone(), &typed(page, "servizio"))}
        {cases}
    }
    .into_any()
}
