//! `/valutazioni`: a rating that was refused, and the thanks.

use leptos::prelude::*;
use rules::{language::quoted, t};

use crate::{
    api::{RatingPage, rating::SERVICE},
    components::{Icon, breadcrumb, group, icon, main, rating_form, sentence},
};

/// The form again, with what was typed.
pub fn again(page: RatingPage) -> AnyView {
    let title = title(&page);
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Il tuo parere").into())}
            <h1>{t!("Il tuo parere")}</h1>
            <p class="subtitle-small">{group(title)}</p>
            <div class="cmp-rating">{rating_form(page)}</div>
        }
        .into_any(),
    )
}

/// A service's is the definition's.
fn title(page: &RatingPage) -> String {
    let title = page.title.as_str();
    let of_service = [SERVICE, "/servizi/"]
        .iter()
        .any(|start| page.subject.starts_with(start));
    if of_service {
        quoted(title)
    } else {
        title.into()
    }
}

pub fn thanks(page: &RatingPage) -> AnyView {
    let back = page.back().to_owned();
    let label = if page.title.is_empty() {
        t!("Torna indietro").into_any()
    } else {
        sentence(t!("Torna a: {title}"), [("title", group(title(page)))])
    };
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Grazie").into())}
            <h1 class="d-flex align-items-center gap-2">{icon(Icon::Check)}<span>{t!("Grazie, il tuo parere ci aiuterà a migliorare il servizio!")}</span></h1>
            <p>{t!("Lo legge chi cura lo sportello. Non è legato al tuo nome.")}</p>
            <p><a class="btn btn-primary" href=back>{label}</a></p>
        }
        .into_any(),
    )
}
