//! `/pratiche/{id}`: the citizen's case, live.

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::{AppointmentView, CasePage, IntegrationView, PaymentView},
    components::{
        Tone, alert, breadcrumb, bullets, control, control::Control, defined, documents, el,
        error_of, error_pairs, files, live, main, notice, office_card, pairs, payment_box, pdf,
        sentence, state_chip, summary, timeline, told, unsent,
    },
};

pub fn view(page: CasePage) -> AnyView {
    let live = live(&page.id, page.seq);
    let payments = payments(page.payments.clone());
    let receipt = format!("/pratiche/{}/ricevuta", page.id);
    let integration = page.integration.clone().map(|i| integration(&page, i));
    let appointment = page.appointment.clone().map(|a| appointment(&page, a));
    let withdraw = page.can_withdraw.then(|| withdraw(&page));
    let restart = page.can_restart.then(|| restart(&page));
    let send_away = page.can_send_away.then(|| send_away(&page));
    main(
        view! {
            {breadcrumb(vec![(t!("Area personale").into(), "/area-personale".into())], quoted(&page.title))}
            {live}
            {error_pairs(&page.errors)}
            {notice(page.notice.clone())}
            <h1 lang=of_definitions()>{page.title.clone()}</h1>
            {unsent(page.unsent.clone())}
            {state(&page)}
            {outcome(&page)}
            {appointment}
            {payments}
            {integration}
            <section class="my-5"><h2>{t!("A che punto è")}</h2>{timeline(page.timeline)}</section>
            <section class="my-5">
                <h2>{t!("Documenti")}</h2>
                <p class="fw-semibold mb-0"><a href=receipt>{t!("Ricevuta della richiesta")}</a></p>
                <div class="mb-4">{pdf(page.receipt_pdf, t!("ricevuta della richiesta"))}</div>
                {documents(page.documents)}
            </section>
            <section class="my-5"><h2>{t!("Che cosa hai scritto")}</h2>{summary(page.summary, None)}</section>
            <section class="my-5"><h2>{t!("Che cosa hai allegato")}</h2>{files(page.attachments)}</section>
            {restart}
            {send_away}
            {withdraw}
            <section class="my-5"><h2>{t!("Contatti")}</h2>{office_card(&page.office)}</section>
        }
        .into_any(),
    )
}

/// Read out when it changes while the page is open.
fn state(page: &CasePage) -> AnyView {
    let people = page.people.iter();
    let people = people.map(|(label, value)| (label.as_str(), value.clone()));
    let mut lines: Vec<(&str, String)> = vec![
        (t!("Protocollo"), page.protocol.clone()),
        (t!("Inviata il"), page.submitted.clone()),
    ];
    lines.extend(people);
    if let Some(due) = &page.due {
        lines.push((t!("Risposta entro il"), due.clone()));
    }
    if let Some(note) = &page.due_note {
        lines.push((t!("Perché questa data"), note.clone()));
    }
    lines.push((t!("Ufficio"), quoted(&page.office.name)));
    lines.push((t!("Responsabile"), quoted(&page.office.responsible)));
    if let Some(operator) = &page.operator {
        lines.push((t!("Se ne occupa"), operator.clone()));
    }
    view! {
        <p aria-live="polite" data-state=page.state.code.clone()><span class="visually-hidden">{t!("Stato: ")}</span>{state_chip(&page.state)}</p>
        {pairs(lines)}
    }
    .into_any()
}

fn outcome(page: &CasePage) -> AnyView {
    page.outcome
        .clone()
        .map(|(title, text)| {
            let remedies = (!page.remedies.is_empty()).then(|| {
                view! { <p class="mb-1">{t!("Se non sei d’accordo:")}</p>{bullets(page.remedies.clone())} }
            });
            view! {
                <section class="callout callout-highlight" data-outcome="">
                    <div class="callout-inner"><h2 class="h4">{told(title)}</h2><p>{told(text)}</p>{remedies}</div>
                </section>
            }
        })
        .into_any()
}

fn payments(payments: Vec<PaymentView>) -> AnyView {
    let boxes = payments
        .into_iter()
        .map(|payment| {
            let what = defined(payment.what.as_str());
            view! { <h2>{sentence(t!("Pagamento: {what}"), [("what", what)])}</h2>{payment_box(payment)} }
        })
        .collect_view();
    view! { {boxes} }.into_any()
}

/// When she comes; another time is chosen in a closed block.
fn appointment(page: &CasePage, appointment: AppointmentView) -> AnyView {
    let action = format!("/pratiche/{}", page.id);
    let when = el("strong").child(appointment.when).view();
    let error = error_of(&page.errors, "slot");
    let open = error.is_some();
    let movable = (!appointment.times.is_empty()).then(|| {
        let slot = Control::fixed("slot", t!("Nuovo giorno e ora"), true, error);
        view! {
            <details open=open>
                <summary>{t!("Sposta l’appuntamento")}</summary>
                <form method="post" action=action enctype="multipart/form-data" novalidate>
                    <input type="hidden" name="seq" value=page.seq.to_string()/>
                    {control::select(&slot, appointment.times, "")}
                    <button class="btn btn-outline-primary" type="submit" name="azione" value="sposta">{t!("Sposta l’appuntamento")}</button>
                </form>
            </details>
        }
    });
    view! {
        <section class="my-5" data-appointment="">
            <h2>{t!("Il tuo appuntamento")}</h2>
            <p>{sentence(t!("Ti aspettiamo {when}."), [("when", when)])}</p>
            {movable}
        </section>
    }
    .into_any()
}

/// The answer to a request for documents, as a guided form.
fn integration(page: &CasePage, wanted: IntegrationView) -> AnyView {
    let action = format!("/pratiche/{}", page.id);
    let uploads = wanted
        .documents
        .into_iter()
        .enumerate()
        .map(|(n, title)| {
            let path = format!("allegati.richiesta_{n}");
            let sent: Vec<_> = wanted
                .files
                .iter()
                .filter(|f| path.ends_with(&f.id))
                .cloned()
                .collect();
            let sent = (!sent.is_empty())
                .then(|| view! { <p class="mb-0">{t!("Già caricati:")}</p>{files(sent)} });
            let field = Control::fixed(&path, quoted(&title), false, error_of(&page.errors, &path));
            view! { {sent}{control::file(&field, None, true)} }
        })
        .collect_view();
    let due = el("strong").child(wanted.due).view();
    let text = Control::fixed(
        "testo",
        t!("Vuoi spiegare qualcosa?"),
        false,
        error_of(&page.errors, "testo"),
    );
    view! {
        <section class="card has-bkg-grey p-3 my-4" id="integrazione" data-integration="">
            <h2>{t!("L’ufficio ti chiede dei documenti")}</h2>
            {alert(Tone::Warning, view! { <p class="mb-0">{sentence(t!("Rispondi entro il {due}."), [("due", due)])}</p> }.into_any())}
            <p class="act-text" lang=of_definitions()>{wanted.reason}</p>
            <form method="post" action=action enctype="multipart/form-data" novalidate>
                <input type="hidden" name="seq" value=page.seq.to_string()/>
                {uploads}
                {control::long_text(&text, wanted.text, 4)}
                <button class="btn btn-primary" type="submit" name="azione" value="rispondi">{t!("Invia i documenti")}</button>
            </form>
        </section>
    }
    .into_any()
}

fn restart(page: &CasePage) -> AnyView {
    let action = format!("/pratiche/{}", page.id);
    view! {
        <section class="my-5">
            <h2>{t!("Devi chiederlo di nuovo?")}</h2>
            <p>{t!("Copiamo le tue risposte in una bozza nuova dello stesso servizio: le controlli, e cambi quello che serve. Documenti, dichiarazioni, appuntamento e marca da bollo non si copiano.")}</p>
            <form method="post" action=action enctype="multipart/form-data">
                <button class="btn btn-outline-primary" type="submit" name="azione" value="ricomincia">{t!("Ricomincia da questa richiesta")}</button>
            </form>
        </section>
    }
    .into_any()
}

/// Asked twice, like the withdrawal.
fn send_away(page: &CasePage) -> AnyView {
    let action = format!("/pratiche/{}", page.id);
    view! {
        <details class="my-5">
            <summary>{t!("Togli l’incarico a chi l’ha presentata")}</summary>
            <p>{t!("Da subito chi ha presentato la richiesta per te non la vede più e non può più rispondere all’ufficio. Quello che ha già fatto resta valido, e la pratica la segui tu.")}</p>
            <form method="post" action=action enctype="multipart/form-data">
                <button class="btn btn-outline-danger" type="submit" name="azione" value="togli_delega">{t!("Sì, togli l’incarico")}</button>
            </form>
        </details>
    }
    .into_any()
}

/// Asked twice: the button stands inside a closed block.
fn withdraw(page: &CasePage) -> AnyView {
    let action = format!("/pratiche/{}", page.id);
    view! {
        <details class="my-5">
            <summary>{t!("Ritira la richiesta")}</summary>
            <p>{t!("Se la ritiri l’ufficio si ferma e la pratica si chiude. Non si può tornare indietro.")}</p>
            <form method="post" action=action enctype="multipart/form-data">
                <input type="hidden" name="seq" value=page.seq.to_string()/>
                <button class="btn btn-outline-danger" type="submit" name="azione" value="ritira">{t!("Sì, ritira la richiesta")}</button>
            </form>
        </details>
    }
    .into_any()
}
