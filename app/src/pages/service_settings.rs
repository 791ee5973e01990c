//! `/ufficio/servizi/{slug}`: one service is closed, opened, priced; with its history.

use leptos::prelude::*;

use crate::{
    api::{PlannedView, ServiceSettingsPage},
    components::{
        breadcrumb,
        control::{self, Control, Keyboard},
        error_of, error_pairs, main, notice, pairs,
    },
};

pub fn view(page: ServiceSettingsPage) -> AnyView {
    let crumbs = vec![
        ("Ufficio".into(), "/ufficio".into()),
        ("Servizi".into(), "/ufficio/servizi".into()),
    ];
    let sheet = format!("/servizi/{}", page.slug);
    let changes = match page.may_change {
        true => forms(&page),
        false => {
            view! { <p class="my-4">"Queste cose le cambia chi è responsabile dell’ufficio."</p> }
                .into_any()
        }
    };
    main(
        view! {
            {breadcrumb(crumbs, page.title.clone())}
            {error_pairs(&page.errors)}
            {notice(page.notice.clone())}
            <h1>{page.title.clone()}</h1>
            <p class="subtitle-small">{page.office.clone()}</p>
            <p><a href=sheet>"La scheda, come la vedono i cittadini"</a></p>
            <h2>"Che cosa vale oggi"</h2>
            {now(&page)}
            <h2>"Che cosa varrà"</h2>
            {planned(&page)}
            {changes}
            <h2>"Che cosa è cambiato, e chi l’ha deciso"</h2>
            {history(&page)}
        }
        .into_any(),
    )
}

fn now(page: &ServiceSettingsPage) -> AnyView {
    let state = match (page.open, page.closed.as_str()) {
        (true, _) => "Aperto".to_owned(),
        (false, why) => format!("Chiuso. {why}"),
    };
    let mut lines = vec![
        ("Oggi".to_owned(), state),
        ("Le richieste si fanno".to_owned(), page.period.clone()),
    ];
    let set = page.amounts.iter();
    lines.extend(set.map(|amount| (amount.label.clone(), amount.amount.clone())));
    let settled = page.settled.iter().cloned();
    lines.extend(settled.map(|(what, how)| (what, format!("{how} (non si cambia qui)"))));
    view! { <div data-holds="">{pairs(lines)}</div> }.into_any()
}

fn planned(page: &ServiceSettingsPage) -> AnyView {
    if page.planned.is_empty() {
        return view! { <p>"Non è previsto niente di diverso."</p> }.into_any();
    }
    let items = page
        .planned
        .iter()
        .map(|planned| view! { <li class="mb-3">{planned.text.clone()}{take_back(page, planned)}</li> })
        .collect_view();
    view! { <ul class="list-unstyled" data-planned="">{items}</ul> }.into_any()
}

/// Only what has not begun: the rest is history.
fn take_back(page: &ServiceSettingsPage, planned: &PlannedView) -> Option<AnyView> {
    let action = format!("/ufficio/servizi/{}", page.slug);
    let number = planned.number.to_string();
    let which = format!(": {}", planned.text);
    page.may_change.then(|| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="numero" value=number/>
                <button class="btn btn-outline-primary btn-sm mt-1" type="submit" name="azione" value="ritira_modifica">
                    "Ritira"<span class="visually-hidden">{which}</span>
                </button>
            </form>
        }
        .into_any()
    })
}

/// One of the page's forms, which have controls of the same names.
struct Form<'a> {
    page: &'a ServiceSettingsPage,
    command: &'static str,
    refused: bool,
}

impl<'a> Form<'a> {
    fn new(page: &'a ServiceSettingsPage, command: &'static str) -> Self {
        let refused = typed(page, "azione") == command;
        Self {
            page,
            command,
            refused,
        }
    }

    /// The refused form's controls keep the plain ids: the summary of errors leads to them.
    fn control(&self, name: &str, label: &str, required: bool) -> Control {
        let error = self.refused.then(|| error_of(&self.page.errors, name));
        let mut control = Control::fixed(name, label, required, error.flatten());
        control.id_prefix = (!self.refused).then(|| self.command.to_owned());
        control
    }

    fn value(&self, name: &str) -> String {
        match self.refused {
            true => typed(self.page, name).to_owned(),
            false => String::new(),
        }
    }

    fn text(&self, control: &Control, keyboard: Keyboard) -> AnyView {
        control::text(control, self.value(&control.path), keyboard)
    }

    fn first_day(&self, earliest: &str) -> AnyView {
        let hint = format!("gg/mm/aaaa. Se lo lasci vuoto, dal {earliest}.");
        let day = self.control("dal", "Vale dal", false).with_hint(hint);
        self.text(&day, Keyboard::DAY)
    }

    /// Behind a summary, open again after a refusal, so that the error is seen.
    fn view(&self, title: &'static str, inside: AnyView) -> AnyView {
        let action = format!("/ufficio/servizi/{}", self.page.slug);
        view! {
            <details class="my-3" data-change=self.command open=self.refused>
                <summary class="h5">{title}</summary>
                <form class="card has-bkg-grey p-3 my-3" method="post" action=action novalidate>
                    {inside}
                    <div><button class="btn btn-primary" type="submit" name="azione" value=self.command>{title}</button></div>
                </form>
            </details>
        }
        .into_any()
    }
}

/// What was typed in `name` in a refused form.
fn typed<'a>(page: &'a ServiceSettingsPage, name: &str) -> &'a str {
    let found = page.typed.iter().find(|(at, _)| at == name);
    found.map_or("", |(_, value)| value)
}

fn forms(page: &ServiceSettingsPage) -> AnyView {
    let reopen = page.can_reopen.then(|| reopen(page));
    let price = (!page.amounts.is_empty()).then(|| price(page));
    view! {
        <h2>"Cambia"</h2>
        {close(page)}
        {reopen}
        {price}
        {period(page)}
    }
    .into_any()
}

fn close(page: &ServiceSettingsPage) -> AnyView {
    let form = Form::new(page, "chiudi_servizio");
    let why = form.control("motivo", "Perché", true).with_hint(
        "Lo leggono i cittadini al posto del modulo, per esempio: Stiamo rifacendo la graduatoria.",
    );
    let last = form
        .control("al", "Ultimo giorno di chiusura", false)
        .with_hint(
            "gg/mm/aaaa, compreso. Se lo lasci vuoto, finché qualcuno riapre. Le bozze restano.",
        );
    let inside = view! {
        {form.text(&why, Keyboard::PLAIN)}
        {form.first_day(&page.today)}
        {form.text(&last, Keyboard::DAY)}
    };
    form.view("Chiudi il servizio", inside.into_any())
}

fn reopen(page: &ServiceSettingsPage) -> AnyView {
    let form = Form::new(page, "riapri_servizio");
    form.view("Riapri il servizio", form.first_day(&page.today))
}

fn price(page: &ServiceSettingsPage) -> AnyView {
    let form = Form::new(page, "cambia_costo");
    let names = page.amounts.iter();
    let names = names.map(|a| (a.name.clone(), format!("{} (oggi: {})", a.label, a.amount)));
    let which = form.control("costo", "Quale costo", true);
    let which = control::select(&which, names.collect(), &form.value("costo"));
    let amount = form
        .control("importo", "Quanto costerà", true)
        .with_hint("In euro, per esempio: 12,50");
    let inside = view! {
        {which}
        {form.text(&amount, Keyboard::PLAIN)}
        {form.first_day(&page.tomorrow)}
        <p>"Da domani in poi: chi sta compilando oggi paga quello che vede oggi. Vale per le richieste inviate da quel giorno."</p>
    };
    form.view("Cambia un costo", inside.into_any())
}

fn period(page: &ServiceSettingsPage) -> AnyView {
    let form = Form::new(page, "cambia_periodo");
    let kinds = [
        ("sempre", "Tutto l’anno"),
        ("ogni_anno", "Ogni anno, tra due giorni"),
        ("una_volta", "Una volta sola, tra due date"),
    ];
    let kinds = kinds.map(|(code, words)| (code.to_owned(), words.to_owned()));
    let kind = form.control("periodo", "Quando si può fare la richiesta", true);
    let kind = control::radios(&kind, kinds.into(), form.value("periodo"));
    let hint = "gg/mm se è ogni anno, gg/mm/aaaa se è una volta sola.";
    let first = form
        .control("periodo_dal", "Primo giorno", false)
        .with_hint(hint);
    let last = form
        .control("periodo_al", "Ultimo giorno, compreso", false)
        .with_hint(hint);
    let why = form.control("motivo", "Perché fuori dal periodo è chiuso", false);
    let why = why.with_hint("Lo leggono i cittadini. Puoi lasciarlo vuoto.");
    let inside = view! {
        {kind}
        {form.text(&first, Keyboard::PLAIN)}
        {form.text(&last, Keyboard::PLAIN)}
        {form.text(&why, Keyboard::PLAIN)}
        {form.first_day(&page.tomorrow)}
    };
    form.view("Cambia il periodo", inside.into_any())
}

fn history(page: &ServiceSettingsPage) -> AnyView {
    if page.history.is_empty() {
        return view! { <p>"Nessuno ha ancora cambiato niente da qui."</p> }.into_any();
    }
    let items = page
        .history
        .iter()
        .map(|line| view! { <li class="mb-2"><span class="d-block small">{line.when.clone()}</span>{line.text.clone()}</li> })
        .collect_view();
    let more = (page.more > 0).then(|| {
        view! { <p>"Qui ci sono le più recenti: altre "{page.more.to_string()}" sono più vecchie."</p> }
    });
    view! { <ul class="list-unstyled text-break" data-change-history="">{items}</ul>{more} }
        .into_any()
}
