//! `/`

use leptos::prelude::*;

use super::services::cards;
use crate::{
    api::{Frame, ServicesPage},
    components::{Icon, icon, main},
};

pub fn view(page: ServicesPage, frame: &Frame) -> AnyView {
    let town = &frame.town;
    let contacts = [town.address.clone(), town.phone.clone(), town.pec.clone()];
    let contacts = contacts
        .into_iter()
        .filter(|line| !line.is_empty())
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let name = town.name.clone();
    main(
        view! {
            <h1 class="title-xxxlarge">"I servizi del Comune, da casa tua"</h1>
            <p class="subtitle-small">"Scegli un servizio, leggi che cosa serve, invia la richiesta e segui ogni passo fino alla risposta."</p>
            <form class="my-4" role="search" method="get" action="/servizi">
                <label class="form-label" for="cerca">"Che cosa devi fare?"</label>
                <div class="input-group">
                    <input class="form-control" type="search" id="cerca" name="cerca"/>
                    <button class="btn btn-primary" type="submit">{icon(Icon::Search)}<span>"Cerca"</span></button>
                </div>
            </form>
            <section class="my-5">
                <h2>"Servizi"</h2>
                {cards(page.services)}
                <p><a class="btn btn-outline-primary" href="/servizi">"Vedi tutti i servizi"</a></p>
            </section>
            <section class="my-5" id="novita">
                <h2>"Novità"</h2>
                <p>"In questo momento non ci sono avvisi."</p>
            </section>
            <section class="my-5" id="amministrazione">
                <h2>"Amministrazione"</h2>
                <p>"Come trovare il Comune:"</p>
                <ul>{contacts}</ul>
            </section>
            <section class="my-5" id="vivere">
                <h2>"Vivere "{name}</h2>
                <p>"Hai già inviato una richiesta? Trovi a che punto è nella tua area personale."</p>
                <p><a class="btn btn-outline-primary" href="/area-personale">"Vai all’area personale"</a></p>
            </section>
        }
        .into_any(),
    )
}
