//! `/servizi/{slug}/richiesta/mappa`: a point is chosen by keys, by touch, by the name of a street.
//!
//! The map moves under a cross that stands still; `app/pwa/map.js` moves it without another page.

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::MapPage,
    components::{
        breadcrumb, control,
        control::{Control, Keyboard},
        control_id, error_of, error_pairs, main, unseen,
    },
};

/// Side of the picture, where nothing tells the counter how large it is shown.
const SIDE: u16 = 288;

pub fn view(page: MapPage) -> AnyView {
    let form = format!("/servizi/{}/richiesta?passo={}", page.slug, page.step);
    let back = format!("{form}#{}", control_id(&page.field));
    let links = vec![
        (t!("Servizi").into(), "/servizi".into()),
        (quoted(&page.title), format!("/servizi/{}", page.slug)),
        (t!("Richiesta").into(), form),
    ];
    main(
        view! {
            {breadcrumb(links, t!("Mappa").into())}
            {error_pairs(&page.errors)}
            <h1>{t!("Scegli il punto sulla mappa")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.label.clone()}</p>
            {map(&page)}
            <p><a href=back>{t!("Torna alla richiesta senza scegliere")}</a></p>
        }
        .into_any(),
    )
}

fn map(page: &MapPage) -> AnyView {
    // With the field, so that whoever comes back by the address finds the page.
    let action = format!(
        "/servizi/{}/richiesta/mappa?campo={}",
        page.slug, page.field
    );
    let hidden = [
        ("campo", page.field.clone()),
        ("bozza", page.draft.clone()),
        ("larghezza", SIDE.to_string()),
        ("lat", page.lat.to_string()),
        ("lon", page.lon.to_string()),
        ("scala", page.level.to_string()),
    ];
    let hidden = hidden
        .map(|(name, value)| view! { <input type="hidden" name=name value=value data-moves=""/> });
    let picture = t!("Mappa. Il punto è al centro. {place}", place = page.place);
    view! {
        <form method="post" action=action class="cmp-map" novalidate data-map="" data-lost=t!("Il Comune non risponde: controlla la rete e riprova.") data-denied=t!("Il dispositivo non dice dove sei: cerca la via, o sposta la mappa.")>
            {hidden.collect_view()}
            {search(page)}
            <p>{t!("Sposta la mappa finché la croce è sul punto giusto: toccala, o usa i pulsanti.")}<span data-keys="">{t!(" Con la tastiera vanno bene anche le frecce, + e −.")}</span></p>
            <p class="fw-semibold" role="status" data-moves="" data-place="">{page.place.clone()}</p>
            <input type="image" name="punto" src=page.image.clone() alt=picture width=SIDE.to_string() height=SIDE.to_string() tabindex="-1" data-moves=""/>
            {page.source.clone().map(|source| view! { <p class="form-text mb-0">{source}</p> })}
            {moves()}
            <p class="d-flex flex-wrap gap-2">
                <button class="btn btn-primary" type="submit" name="azione" value="usa" data-leaves="">{t!("Usa questo punto")}</button>
                <button class="btn btn-outline-primary" type="button" data-here="">{t!("Vai dove sono io")}</button>
            </p>
        </form>
    }
    .into_any()
}

/// First in the form: Enter in the text looks for the street.
fn search(page: &MapPage) -> AnyView {
    let error = error_of(&page.errors, "via");
    let control = Control::fixed("via", t!("Cerca una via"), false, error);
    let keyboard = Keyboard {
        names: "stradario",
        ..Keyboard::PLAIN
    };
    view! {
        {control::text(&control, page.street.clone(), keyboard)}
        <p><button class="btn btn-outline-primary" type="submit" name="azione" value="cerca">{t!("Vai alla via")}</button></p>
    }
    .into_any()
}

fn moves() -> AnyView {
    let moves = [
        ("nord", "ArrowUp", "↑", t!("In su")),
        ("sud", "ArrowDown", "↓", t!("In giù")),
        ("ovest", "ArrowLeft", "←", t!("A sinistra")),
        ("est", "ArrowRight", "→", t!("A destra")),
        ("avvicina", "+", "+", t!("Più vicino")),
        ("allontana", "-", "−", t!("Più lontano")),
    ];
    let buttons = moves.map(|(action, key, sign, words)| {
        view! {
            <button class="btn btn-outline-primary" type="submit" name="azione" value=action data-press=key>
                <span aria-hidden="true">{sign}</span>{unseen(words).view()}
            </button>
        }
    });
    view! { <div class="cmp-map-moves" role="group" aria-label=t!("Sposta la mappa")>{buttons.collect_view()}</div> }
        .into_any()
}
