//! `/`

use leptos::prelude::*;
use rules::t;

use super::services::{cards, facets};
use crate::{
    api::{Frame, ServicesPage},
    components::{Icon, icon, main, rating},
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
            <div class="hero has-bkg-grey">
                <h1 class="title-xxxlarge">{t!("I servizi del Comune, da casa tua")}</h1>
                <p class="subtitle-small">{t!("Scegli un servizio, leggi che cosa serve, invia la richiesta e segui ogni passo fino alla risposta.")}</p>
                <form class="mt-4" role="search" method="get" action="/servizi">
                    <label class="form-label" for="cerca">{t!("Che cosa devi fare?")}</label>
                    <div class="input-group">
                        <input class="form-control" type="search" id="cerca" name="cerca"/>
                        <button class="btn btn-primary" type="submit">{icon(Icon::Search)}<span>{t!("Cerca")}</span></button>
                    </div>
                </form>
            </div>
            <section class="my-5">
                <h2 class="mb-3">{t!("In evidenza")}</h2>
                {cards(page.services)}
                <p><a class="btn btn-outline-primary" href="/servizi">{t!("Vedi tutti i servizi")}</a></p>
            </section>
            <section class="my-5">
                <h2 class="mb-3">{t!("Servizi per categoria")}</h2>
                {facets("categoria", page.categories, "")}
            </section>
            <div class="row my-5">
                <section class="col-12 col-md-4 mb-4" id="novita">
                    <h2>{t!("Novità")}</h2>
                    <p>{t!("In questo momento non ci sono avvisi.")}</p>
                </section>
                <section class="col-12 col-md-4 mb-4" id="amministrazione">
                    <h2>{t!("Amministrazione")}</h2>
                    <ul class="list-unstyled">{contacts}</ul>
                </section>
                <section class="col-12 col-md-4 mb-4" id="vivere">
                    <h2>{t!("Vivere {town}", town = name)}</h2>
                    <p>{t!("Hai già inviato una richiesta? Guarda a che punto è.")}</p>
                    <p><a class="btn btn-outline-primary" href="/area-personale">{t!("La tua area personale")}</a></p>
                </section>
            </div>
            {rating("/".into())}
        }
        .into_any(),
    )
}
