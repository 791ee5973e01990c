//! `/offline`: what the service worker shows where there is no network. Nothing of a person is in
//! it; `app/pwa` lists the drafts that lie on the device, and opens the one asked for.

use leptos::prelude::*;
use rules::t;

use crate::{
    api::Frame,
    components::{breadcrumb, el, main, sentence},
};

pub fn view(frame: &Frame) -> AnyView {
    let town = &frame.town;
    let call = (!town.phone.is_empty()).then(|| {
        let href = format!("tel:{}", town.phone.replace(' ', ""));
        let phone = el("a").class("text-nowrap").set("href", href);
        let phone = phone.child(town.phone.as_str()).view();
        view! { <p>{sentence(t!("Se hai fretta puoi telefonare al Comune: {phone}."), [("phone", phone)])}</p> }
    });
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Senza rete").into())}
            <div data-offline-page="">
                <h1>{t!("Sei senza rete")}</h1>
                <p class="lead">{t!("Questa pagina non si può aprire adesso: il telefono o il computer non è collegato a Internet.")}</p>
                <p>{t!("Quando la rete torna, premi «Riprova». Le pagine dei servizi che hai già visto si aprono anche senza rete.")}</p>
                <p class="d-flex flex-wrap gap-2">
                    <a class="btn btn-primary" href="" rel="external">{t!("Riprova")}</a>
                    <a class="btn btn-outline-primary" href="/servizi" rel="external">{t!("Vai ai servizi")}</a>
                </p>
                {call}
                <section hidden="" data-drafts="">
                    <h2>{t!("Richieste salvate su questo dispositivo")}</h2>
                    <p>{t!("Puoi andare avanti anche senza rete: arrivano al Comune quando la rete torna.")}</p>
                    <ul></ul>
                </section>
            </div>
        }
        .into_any(),
    )
}
