//! `/area-personale`: drafts and cases, what needs her first.

use leptos::prelude::*;

use crate::{
    api::{AreaPage, CaseCard, DraftCard, Frame},
    components::{breadcrumb, main, state_chip},
};

pub fn view(page: AreaPage, frame: &Frame) -> AnyView {
    let hello = match &frame.user {
        Some(user) => format!("Ciao, {}", user.name),
        None => "Area personale".into(),
    };
    let empty = page.cases.is_empty() && page.drafts.is_empty();
    let cases = page.cases.into_iter().map(case).collect_view();
    let drafts = (!page.drafts.is_empty()).then(|| {
        let items = page.drafts.into_iter().map(draft).collect_view();
        view! { <section class="my-5"><h2>"Da finire"</h2><ul class="list-unstyled">{items}</ul></section> }
    });
    main(
        view! {
            {breadcrumb(Vec::new(), "Area personale".into())}
            <h1>{hello}</h1>
            {empty.then(|| view! { <p>"Non hai ancora fatto richieste."</p> })}
            <section class="my-5">
                <h2>"Le mie pratiche"</h2>
                <ul class="list-unstyled" data-cases="">{cases}</ul>
            </section>
            {drafts}
            <p><a href="/pagamenti">"I miei pagamenti"</a></p>
            <p><a class="btn btn-primary" href="/servizi">"Fai una nuova richiesta"</a></p>
        }
        .into_any(),
    )
}

fn case(case: CaseCard) -> AnyView {
    let href = format!("/pratiche/{}", case.id);
    view! {
        <li class="card border rounded shadow-sm p-3 mb-3">
            <div class="d-flex flex-wrap justify-content-between gap-2">
                <h3 class="h5 mb-1"><a href=href>{case.title}</a></h3>
                {state_chip(&case.state)}
            </div>
            {case.todo.map(|text| view! { <p class="fw-semibold mb-1" data-todo="">{text}</p> })}
            <p class="mb-0">
                "Protocollo "{case.protocol}", inviata il "{case.submitted}
                {case.due.map(|due| format!(". Risposta entro il {due}"))}
            </p>
        </li>
    }
    .into_any()
}

fn draft(draft: DraftCard) -> AnyView {
    let href = format!("/servizi/{}/richiesta", draft.slug);
    view! {
        <li class="card border rounded shadow-sm p-3 mb-3">
            <h3 class="h5 mb-1"><a href=href>"Continua: "{draft.title}</a></h3>
            <p class="mb-0">"Salvata il "{draft.saved_at}". Se non la invii, la cancelliamo il "{draft.expires}"."</p>
        </li>
    }
    .into_any()
}
