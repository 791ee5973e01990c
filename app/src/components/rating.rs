//! The rating at the end of a page (Modello Comuni `cmp-rating`): stars, then a question that
//! depends on them. Plain form and style: it works the same with and without the browser program.

use leptos::prelude::*;
use rules::t;

use super::{Icon, TextArea, icon};
use crate::api::{
    RatingPage,
    rating::{LONGEST, SERVICE, bad, good},
};

/// Below the text of a page, or of a service just used.
pub fn rating(subject: String) -> AnyView {
    view! {
        <section class="cmp-rating my-5" id="valutazione">
            {rating_form(RatingPage::of(subject))}
        </section>
    }
    .into_any()
}

/// The form alone, with what was typed.
pub fn rating_form(page: RatingPage) -> AnyView {
    let question = match page.subject.starts_with(SERVICE) {
        true => t!("Quanto è stato facile usare questo servizio?"),
        false => t!("Quanto sono chiare le informazioni su questa pagina?"),
    };
    let error = page
        .error
        .clone()
        .map(|text| view! { <div class="cmp-warning-box mb-3" id="errori" role="alert" tabindex="-1"><p class="mb-0">{text}</p></div> });
    view! {
        <form class="card shadow-sm p-4" method="post" action="/valutazioni" data-element="feedback">
            {error}
            <input type="hidden" name="oggetto" value=page.subject.clone()/>
            <fieldset class="rating">
                <legend><h2 class="h5 mb-0" data-element="feedback-title">{question}</h2></legend>
                <div class="rating-stars">{stars(&page.stars)}</div>
            </fieldset>
            {answers("feedback-rating-positive", t!("Quali sono stati gli aspetti che hai preferito?"), good(), &page.aspect)}
            {answers("feedback-rating-negative", t!("Dove hai incontrato le maggiori difficoltà?"), bad(), &page.aspect)}
            <div class="rating-more">
                <label class="form-label" for="valutazione-dettagli">{t!("Vuoi aggiungere altri dettagli?")}</label>
                <p class="form-text" id="valutazione-aiuto">
                    {t!("Al massimo {n} caratteri. Non scrivere nomi o altri dati personali.", n = LONGEST)}
                </p>
                <div data-element="feedback-input-text">
                    <TextArea id="valutazione-dettagli".into() name="dettagli".into() value=page.details rows=3
                        describedby=Some(Signal::stored(Some("valutazione-aiuto".to_owned())))/>
                </div>
                <button class="btn btn-primary mt-3" type="submit">{t!("Invia")}</button>
            </div>
        </form>
    }
    .into_any()
}

/// From one to five, in the order in which they are read.
fn stars(chosen: &str) -> AnyView {
    (1..=5)
        .map(|n: u8| {
            let value = n.to_string();
            let label = if n == 1 {
                t!("1 stella su 5").to_owned()
            } else {
                t!("{n} stelle su 5", n)
            };
            let checked = value == chosen;
            view! {
                <label class="rating-star" data-element=format!("feedback-rate-{n}")>
                    <input type="radio" name="voto" value=value checked=checked/>
                    {icon(Icon::Star)}
                    <span class="visually-hidden">{label}</span>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

/// Shown by the style when the stars fit.
fn answers(
    element: &'static str,
    question: &'static str,
    answers: [(&'static str, &'static str); 5],
    chosen: &str,
) -> AnyView {
    let choices = answers
        .into_iter()
        .map(|(code, text)| {
            let id = format!("aspetto-{code}");
            let checked = code == chosen;
            view! {
                <div class="form-check">
                    <input type="radio" id=id.clone() name="aspetto" value=code checked=checked/>
                    <label for=id data-element="feedback-rating-answer">{text}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="rating-answers" data-element=element>
            <legend class="h6" data-element="feedback-rating-question">{question}</legend>
            {choices}
        </fieldset>
    }
    .into_any()
}
