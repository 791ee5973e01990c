//! `/ufficio/pratiche/{id}`: answers beside attachments and timeline, and the commands.

use leptos::prelude::*;
use rules::catalogue::{FieldKind, Required};

use super::deliveries;
use crate::{
    api::{OfficeCasePage, OutcomePaper, PaymentView, PointView},
    components::{
        breadcrumb, bullets, control, control::Control, documents, error_of, error_pairs, files,
        live, main, notice, pairs, payment_label, pdf, state_chip, summary, timeline, unsent,
    },
    wizard,
};

pub fn view(page: OfficeCasePage) -> AnyView {
    let live = live(&page.case.id, page.case.seq);
    let commands = commands(&page);
    let facts = facts(&page);
    let case = page.case;
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], case.protocol.clone())}
            {live}
            {error_pairs(&case.errors)}
            {notice(case.notice.clone())}
            <h1>{case.title.clone()}</h1>
            {unsent(case.unsent.clone())}
            <p aria-live="polite" data-state=case.state.code.clone()><span class="visually-hidden">"Stato: "</span>{state_chip(&case.state)}</p>
            {facts}
            {commands}
            <div class="row">
                <div class="col-12 col-lg-7">
                    <h2>"Che cosa chiede"</h2>
                    {summary(case.summary, None)}
                    {page.points.into_iter().map(point).collect_view()}
                </div>
                <div class="col-12 col-lg-5">
                    <h2>"Allegati"</h2>
                    {files(case.attachments)}
                    <h2>"Documenti"</h2>
                    <p class="fw-semibold mb-0">"Ricevuta della richiesta"</p>
                    <div class="mb-4">{pdf(case.receipt_pdf, "ricevuta della richiesta")}</div>
                    {documents(case.documents)}
                    {payments(case.payments)}
                    {notes("Che cosa controllare", page.checks)}
                    {notes("Regole da controllare a mano", page.office_rules)}
                    {notes("Da guardare con attenzione", page.warnings)}
                    {notes("Da verificare nella scheda del servizio", page.doubts)}
                    {(!page.deliveries.is_empty()).then(|| view! { <h2>"Messaggi"</h2>{deliveries::of_case(page.deliveries)} })}
                    <h2>"A che punto è"</h2>
                    {timeline(case.timeline)}
                </div>
            </div>
        }
        .into_any(),
    )
}

/// Where a point of the answers lies; the link opens the maps of a phone.
fn point(point: PointView) -> AnyView {
    view! {
        <figure class="cmp-point">
            <img src=point.image alt="Mappa: il punto è al centro" width="288" height="288"/>
            <figcaption>{point.label}": "{point.place}" "<a href=point.href>"Apri con le mappe del telefono"</a>{point.source.map(|source| view! { <small class="d-block">{source}</small> })}</figcaption>
        </figure>
    }
    .into_any()
}

fn notes(title: &'static str, lines: Vec<String>) -> AnyView {
    (!lines.is_empty())
        .then(|| view! { <h2>{title}</h2>{bullets(lines)} })
        .into_any()
}

/// What was asked to be paid, and how far that is.
fn payments(payments: Vec<PaymentView>) -> AnyView {
    let items = payments
        .into_iter()
        .map(|payment| {
            let mut lines = vec![
                ("Per che cosa".to_owned(), payment.what),
                ("Importo".to_owned(), payment.amount),
                (
                    "Stato del pagamento".to_owned(),
                    payment_label(payment.status).to_owned(),
                ),
                ("Numero avviso".to_owned(), payment.notice),
                ("Entro il".to_owned(), payment.due),
            ];
            let receipts = payment.receipts.len();
            for receipt in payment.receipts {
                lines.push(("Pagato il".into(), receipt.paid_at));
                lines.push(("Ricevuta".into(), receipt.receipt_id));
            }
            if receipts > 1 {
                lines.push((
                    "Attenzione".into(),
                    "pagato più di una volta: c’è un importo da rimborsare".into(),
                ));
            }
            view! { <div class="text-break" data-office-payment="">{pairs(lines)}</div> }
        })
        .collect_view();
    view! { {(!items.is_empty()).then(|| view! { <h2>"Pagamenti"</h2> })}{items} }.into_any()
}

fn facts(page: &OfficeCasePage) -> AnyView {
    let case = &page.case;
    let mut lines = vec![
        ("Protocollo".to_owned(), case.protocol.clone()),
        ("Arrivata il".to_owned(), case.submitted.clone()),
        ("Chi ha chiesto".to_owned(), page.applicant.clone()),
        (
            "Codice fiscale".to_owned(),
            page.applicant_fiscal_code.clone(),
        ),
        ("Identità".to_owned(), page.identity.clone()),
        (
            "Se ne occupa".to_owned(),
            case.operator.clone().unwrap_or_else(|| "nessuno".into()),
        ),
    ];
    lines.extend(page.acting.iter().cloned());
    if let Some(due) = &case.due {
        lines.push(("Risposta entro il".into(), due.clone()));
    }
    if let Some(note) = &case.due_note {
        lines.push(("Perché questa data".into(), note.clone()));
    }
    pairs(lines)
}

/// What the operator may do now, one form a command: what she sees is what she sends.
fn commands(page: &OfficeCasePage) -> AnyView {
    let others = page
        .others
        .then(|| view! { <p class="mb-0">"Altro lo decide chi ne è responsabile: il tuo ruolo in questo ufficio non lo permette."</p> });
    if page.commands.is_empty() {
        return match others {
            Some(others) => view! { <div data-commands="">{others}</div> }.into_any(),
            None => {
                view! { <p data-commands="">"Per ora non c’è nulla da fare su questa pratica."</p> }
                    .into_any()
            }
        };
    }
    let forms = page
        .commands
        .iter()
        .filter_map(|code| command(page, code))
        .collect_view();
    view! {
        <section class="card has-bkg-grey p-3 my-4" data-commands=""><h2>"Che cosa vuoi fare"</h2>{forms}{others}</section>
    }
    .into_any()
}

fn command(page: &OfficeCasePage, code: &str) -> Option<AnyView> {
    let refused = refused_command(page) == Some(code);
    let (title, button, fields) = match code {
        "prendi_in_carico" => ("Prendi in carico", "Prendi in carico", ().into_any()),
        "chiedi_integrazione" => (
            "Chiedi documenti",
            "Chiedi i documenti",
            integration_fields(page, refused),
        ),
        "accogli" => (
            "Accogli",
            "Accogli la richiesta",
            accept_fields(page, refused),
        ),
        "irricevibile" => (
            "Dichiara irricevibile",
            "Dichiara irricevibile",
            field(page, code, refused, "motivo", "Motivi, per il cittadino", 5),
        ),
        _ => return None,
    };
    let action = format!("/ufficio/pratiche/{}", page.case.id);
    let form = view! {
        <form method="post" action=action enctype="multipart/form-data" novalidate>
            <input type="hidden" name="seq" value=page.case.seq.to_string()/>
            {fields}
            <button class="btn btn-primary" type="submit" name="azione" value=code.to_owned()>{button}</button>
        </form>
    };
    Some(if code == "prendi_in_carico" {
        view! { <div class="mb-3">{form}</div> }.into_any()
    } else {
        // Open again after a refusal, so that the error is seen.
        view! { <details class="mb-3" data-key=code.to_owned() open=refused><summary>{title}</summary>{form}</details> }
            .into_any()
    })
}

/// The command that the server has just refused: told by `azione`, or by its own fields.
fn refused_command(page: &OfficeCasePage) -> Option<&str> {
    let has = |name: &str| {
        !typed(page, name).is_empty() || page.case.errors.iter().any(|(at, _)| at == name)
    };
    match typed(page, "azione") {
        "" if page.case.errors.is_empty() => None,
        "" if has("documenti") || has("giorni") => Some("chiedi_integrazione"),
        "" if has("esito") => Some("accogli"),
        "" => Some("irricevibile"),
        code => Some(code),
    }
}

/// What was typed in `name` in a refused command.
fn typed<'a>(page: &'a OfficeCasePage, name: &str) -> &'a str {
    page.typed
        .iter()
        .find(|(at, _)| at == name)
        .map_or("", |(_, value)| value)
}

/// A control of a command. The refused command's controls keep the plain path, so that the
/// summary of errors leads to them; the others get ids of their own.
fn labelled(page: &OfficeCasePage, refused: bool, name: &str, label: &str) -> Control {
    let error = refused.then(|| error_of(&page.case.errors, name)).flatten();
    Control::fixed(name, label, true, error)
}

fn field(
    page: &OfficeCasePage,
    command: &str,
    refused: bool,
    name: &str,
    label: &str,
    rows: u8,
) -> AnyView {
    let mut control = labelled(page, refused, name, label);
    control.id_prefix = (!refused).then(|| command.to_owned());
    let value = if refused {
        typed(page, name).to_owned()
    } else {
        String::new()
    };
    control::long_text(&control, value, rows)
}

fn integration_fields(page: &OfficeCasePage, refused: bool) -> AnyView {
    let code = "chiedi_integrazione";
    let mut days =
        labelled(page, refused, "giorni", "Giorni per rispondere").with_hint("Di solito 10.");
    days.id_prefix = (!refused).then(|| code.to_owned());
    let value = if refused {
        typed(page, "giorni").to_owned()
    } else {
        String::new()
    };
    view! {
        {field(page, code, refused, "documenti", "Documenti che mancano, uno per riga", 4)}
        {field(page, code, refused, "motivo", "Perché servono, per il cittadino", 4)}
        {control::text(&days, value, control::Keyboard { inputmode: "numeric", ..Default::default() })}
    }
    .into_any()
}

fn accept_fields(page: &OfficeCasePage, refused: bool) -> AnyView {
    let code = "accogli";
    let mut outcome = labelled(page, refused, "esito", "Esito");
    outcome.id_prefix = (!refused).then(|| code.to_owned());
    let chosen = match (refused, page.outcomes.as_slice()) {
        (true, _) => typed(page, "esito").to_owned(),
        (false, [(only, _)]) => only.clone(),
        _ => String::new(),
    };
    let mut reason = labelled(
        page,
        refused,
        "motivo",
        "Motivi e istruzioni, per il cittadino",
    );
    // Each outcome has words of its own.
    reason.required = Signal::stored(false);
    reason.id_prefix = (!refused).then(|| code.to_owned());
    let value = if refused {
        typed(page, "motivo").to_owned()
    } else {
        String::new()
    };
    view! {
        {control::radios(&outcome, page.outcomes.clone(), chosen)}
        {page.papers.iter().map(|paper| paper_fields(page, refused, paper)).collect_view()}
        {control::long_text(&reason, value, 4)}
        {(!page.papers.is_empty()).then(|| view! {
            <p><button class="btn btn-outline-primary" type="submit" formaction=format!("/ufficio/pratiche/{}/anteprima", page.case.id) formtarget="_blank">"Guarda il documento in anteprima"</button></p>
        })}
    }
    .into_any()
}

/// What stands in the paper of one outcome.
fn paper_fields(page: &OfficeCasePage, refused: bool, paper: &OutcomePaper) -> AnyView {
    let several = page.outcomes.len() > 1;
    let outcome = page
        .outcomes
        .iter()
        .find(|(code, _)| *code == paper.outcome);
    let outcome = outcome.filter(|_| several).map(|(_, title)| title.clone());
    let fields = paper.fields.iter().map(|field| {
        let name = format!("documento.{}.{}", paper.outcome, field.name);
        let mut control = labelled(page, refused, &name, &field.label);
        control.hint.clone_from(&field.hint);
        control.required = Signal::stored(!matches!(field.required, Required::Never));
        control.id_prefix = (!refused).then(|| "accogli".to_owned());
        let value = if refused { typed(page, &name) } else { "" }.to_owned();
        match field.kind {
            FieldKind::TestoLungo => control::long_text(&control, value, 4),
            _ => control::text(&control, value, wizard::keyboard(field)),
        }
    });
    view! {
        <fieldset class="card p-3 mb-4">
            <legend class="h6">{paper.title.clone()}</legend>
            {outcome.map(|title| view! { <p class="mb-2">"Solo con l’esito «"{title}"»."</p> })}
            {fields.collect_view()}
        </fieldset>
    }
    .into_any()
}
