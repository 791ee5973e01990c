//! `/area-personale`: drafts and cases, what needs her first.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{AreaPage, CaseCard, CosignCard, DraftCard, Frame},
    components::{breadcrumb, defined, main, state_chip, told},
};

pub fn view(page: AreaPage, frame: &Frame) -> AnyView {
    let hello = match &frame.user {
        Some(user) => t!("Ciao, {name}", name = user.name),
        None => t!("Area personale").into(),
    };
    let empty = page.cases.is_empty() && page.drafts.is_empty();
    let cases = page.cases.into_iter().map(case).collect_view();
    let drafts = (!page.drafts.is_empty()).then(|| {
        let items = page.drafts.into_iter().map(draft).collect_view();
        view! { <section class="my-5"><h2>{t!("Da finire")}</h2><ul class="list-unstyled">{items}</ul></section> }
    });
    let to_sign = (!page.to_sign.is_empty()).then(|| {
        let items = page.to_sign.into_iter().map(cosign).collect_view();
        view! { <section class="my-5"><h2>{t!("Da firmare")}</h2><ul class="list-unstyled" data-to-sign="">{items}</ul></section> }
    });
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Area personale").into())}
            <h1>{hello}</h1>
            {to_sign}
            {empty.then(|| view! { <p>{t!("Non hai ancora fatto richieste.")}</p> })}
            <section class="my-5">
                <h2>{t!("Le mie pratiche")}</h2>
                <ul class="list-unstyled" data-cases="">{cases}</ul>
            </section>
            {drafts}
            <p><a href="/pagamenti">{t!("I miei pagamenti")}</a></p>
            <p><a href="/area-personale/profilo">{t!("Il mio profilo: che cosa sappiamo di te, e come correggerlo")}</a></p>
            <p><a href="/area-personale/deleghe">{t!("Deleghe: chi può agire per te, e per chi puoi agire tu")}</a></p>
            <p><a class="btn btn-primary" href="/servizi">{t!("Fai una nuova richiesta")}</a></p>
        }
        .into_any(),
    )
}

/// What somebody else prepared.
fn cosign(card: CosignCard) -> AnyView {
    let href = format!("/firme/{}", card.id);
    view! {
        <li class="card border rounded shadow-sm p-3 mb-3">
            <h3 class="h5 mb-1" lang=of_definitions()><a href=href>{card.title}</a></h3>
            <p class="mb-0">{t!("Preparata da {name}", name = card.applicant)}</p>
        </li>
    }
    .into_any()
}

fn case(case: CaseCard) -> AnyView {
    let href = format!("/pratiche/{}", case.id);
    view! {
        <li class="card border rounded shadow-sm p-3 mb-3">
            <div class="d-flex flex-wrap justify-content-between gap-2">
                <h3 class="h5 mb-1" lang=of_definitions()><a href=href>{case.title}</a></h3>
                {state_chip(&case.state)}
            </div>
            {case.for_whom.map(for_whom)}
            {case.todo.map(|text| view! { <p class="fw-semibold mb-1" data-todo="">{told(text)}</p> })}
            <p class="mb-0">
                {t!("Protocollo {number}, inviata il {date}", number = case.protocol, date = case.submitted)}
                {case.due.map(|due| view! { ". "{t!("Risposta entro il {due}", due)} })}
            </p>
        </li>
    }
    .into_any()
}

fn for_whom(name: String) -> AnyView {
    view! { <p class="mb-1" data-for-whom="">{t!("Per conto di {name}", name)}</p> }.into_any()
}

fn draft(draft: DraftCard) -> AnyView {
    let href = format!("/servizi/{}/richiesta", draft.slug);
    let action = href.clone();
    let title = match draft.stopped {
        true => defined(draft.title).into_any(),
        false => view! { <a href=href>{t!("Continua: ")}{defined(draft.title)}</a> }.into_any(),
    };
    // The form is shut, and with it its own button.
    let delete = draft.stopped.then(|| {
        view! {
            <p class="mb-1">{t!("La delega non vale più: questa bozza non si può inviare.")}</p>
            <form method="post" action=action>
                <button class="btn btn-outline-danger" type="submit" name="azione" value="elimina">{t!("Elimina la bozza")}</button>
            </form>
        }
    });
    view! {
        <li class="card border rounded shadow-sm p-3 mb-3">
            <h3 class="h5 mb-1">{title}</h3>
            {draft.for_whom.map(for_whom)}
            {delete}
            <p class="mb-0">{t!("Salvata il {saved}. Se non la invii, la cancelliamo il {expires}.", saved = draft.saved_at, expires = draft.expires)}</p>
        </li>
    }
    .into_any()
}
