//! What went wrong, in words, and the ways out.

use leptos::prelude::*;
use rules::t;

use crate::{
    api::Problem,
    components::{error_summary, main, told},
};

pub fn view(problem: Problem) -> AnyView {
    let login = (problem.status == 401).then(
        || view! { <a class="btn btn-primary" href="/accedi" rel="external">{t!("Accedi")}</a>" " },
    );
    let again = (!problem.again.is_empty()).then(
        || view! { <a class="btn btn-primary" href=problem.again.clone() rel="external">{t!("Torna indietro e riprova")}</a>" " },
    );
    let reference = (!problem.reference.is_empty()).then(|| {
        view! { <p>{t!("Se chiedi aiuto, di’ questo codice: ")}<strong data-reference="">{problem.reference.clone()}</strong></p> }
    });
    main(
        view! {
            {error_summary(&problem.errors)}
            <h1>{told(problem.title)}</h1>
            <p class="lead">{told(problem.detail)}</p>
            {reference}
            <p>
                {login}
                {again}
                <a class="btn btn-outline-primary" href="/servizi">{t!("Vai ai servizi")}</a>" "
                <a class="btn btn-outline-primary" href="/">{t!("Torna alla prima pagina")}</a>
            </p>
        }
        .into_any(),
    )
}
