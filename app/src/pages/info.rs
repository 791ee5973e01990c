//! `/note-legali`, `/privacy`, `/domande-frequenti`: the same for everybody.

use leptos::prelude::*;

use crate::{
    api::{Info, Town},
    components::{breadcrumb, main},
};

pub fn title(which: Info) -> &'static str {
    match which {
        Info::LegalNotes => "Note legali",
        Info::Privacy => "Privacy",
        Info::Questions => "Domande frequenti",
    }
}

pub fn view(which: Info, town: &Town) -> AnyView {
    let text = match which {
        Info::LegalNotes => legal_notes(),
        Info::Privacy => privacy(town),
        Info::Questions => questions(town),
    };
    main(
        view! {
            {breadcrumb(Vec::new(), title(which).into())}
            <h1 class="title-xxxlarge">{title(which)}</h1>
            {text}
        }
        .into_any(),
    )
}

/// Word for word what the model wants (C.SI.3.4).
const LICENCE: &str = "In applicazione del principio open by default ai sensi dell’articolo 52 del decreto legislativo 7 marzo 2005, n. 82 (CAD) e salvo dove diversamente specificato (compresi i contenuti incorporati di terzi), i dati, i documenti e le informazioni pubblicati sul sito sono rilasciati con licenza CC-BY 4.0. Gli utenti sono quindi liberi di condividere (riprodurre, distribuire, comunicare al pubblico, esporre in pubblico), rappresentare, eseguire e recitare questo materiale con qualsiasi mezzo e formato e modificare (trasformare il materiale e utilizzarlo per opere derivate) per qualsiasi fine, anche commerciale con il solo onere di attribuzione, senza apporre restrizioni aggiuntive.";

fn legal_notes() -> AnyView {
    view! {
        <section class="mb-5">
            <h2 data-element="legal-notes-section">"Licenza dei contenuti"</h2>
            <p data-element="legal-notes-body">{LICENCE}</p>
        </section>
        <section class="mb-5">
            <h2>"Quanto vale quello che invii da qui"</h2>
            <p>"Una richiesta inviata da qui, dopo essere entrati con la propria identità digitale, vale come una richiesta firmata su carta (art. 65 del CAD). Il numero di protocollo prova il giorno e l’ora."</p>
            <p>"Chi dichiara il falso ne risponde per legge (D.P.R. 445/2000, artt. 75 e 76)."</p>
        </section>
        <section class="mb-5">
            <h2>"Il programma"</h2>
            <p>"Lo sportello è un programma libero (licenza EUPL-1.2): ogni Comune può riusarlo."</p>
        </section>
    }
    .into_any()
}

fn privacy(town: &Town) -> AnyView {
    let owner = format!("Comune di {}, {}", town.name, town.address);
    let officer = (!town.dpo.is_empty())
        .then(|| view! { <li>"Responsabile della protezione dei dati: "{town.dpo.clone()}</li> });
    view! {
        <p class="subtitle-small">"Che cosa sappiamo di te, perché, e che cosa puoi chiedere."</p>
        <section class="mb-5">
            <h2>"Chi usa i tuoi dati"</h2>
            <ul>
                <li>"Titolare: "{owner}</li>
                <li>"PEC: "{town.pec.clone()}</li>
                {officer}
            </ul>
        </section>
        <section class="mb-5">
            <h2>"Quando guardi il sito"</h2>
            <p>"Puoi leggere tutte le pagine dei servizi senza dirci chi sei. Non ci sono contatori di visite, pubblicità o pezzi di altri siti."</p>
            <p>"I cookie servono solo a riconoscerti mentre sei dentro: uno dice che sei entrato, uno protegge l’accesso. Finiscono quando esci o dopo poche ore. Non serve il tuo consenso."</p>
        </section>
        <section class="mb-5">
            <h2>"Quando fai una richiesta"</h2>
            <p>"Usiamo i dati che ci dà la tua identità digitale e quelli che scrivi, solo per quella richiesta. Ogni servizio ha la sua informativa: dice quali dati, perché, per quanto tempo e chi li vede. La trovi nella scheda del servizio, alla voce «Condizioni di servizio»."</p>
            <p>"I dati delle pratiche sono cifrati. I messaggi per posta elettronica non dicono di che cosa si tratta."</p>
        </section>
        <section class="mb-5">
            <h2>"I tuoi diritti"</h2>
            <p>"Puoi chiedere di vedere i tuoi dati, correggerli, cancellarli quando la legge lo permette, o limitarne l’uso (artt. 15-22 del Regolamento UE 2016/679). Scrivi alla PEC o alla posta elettronica del Comune."</p>
            <p>"Se pensi che li usiamo male puoi rivolgerti al Garante per la protezione dei dati personali (art. 77)."</p>
        </section>
    }
    .into_any()
}

const QUESTIONS: [(&str, &str); 10] = [
    (
        "Che cosa mi serve per fare una richiesta?",
        "SPID, e i documenti scritti nella scheda del servizio alla voce «Cosa serve». Puoi usare il telefono: per allegare un documento basta fotografarlo.",
    ),
    (
        "Devo finire tutto in una volta?",
        "No. La bozza si salva da sola. Puoi chiudere e riprendere quando vuoi, anche da un altro dispositivo: la trovi nella tua area personale.",
    ),
    (
        "Come so che la richiesta è arrivata?",
        "Appena la invii vedi il numero di protocollo e la ricevuta. Li ritrovi sempre nella tua area personale.",
    ),
    (
        "Come so a che punto è?",
        "Apri la pratica nella tua area personale: vedi ogni passo, chi se ne occupa e il giorno entro cui avrai la risposta. Se usi l’app IO ti avvisiamo anche lì; in ogni caso ti mandiamo una e-mail.",
    ),
    (
        "L’ufficio mi chiede un altro documento. Che cosa faccio?",
        "Apri la pratica e premi «Rispondi all’ufficio»: puoi scrivere e allegare. C’è scritto entro quando.",
    ),
    (
        "Posso ritirare una richiesta?",
        "Sì, finché l’ufficio non ha deciso: apri la pratica e premi «Ritira la richiesta».",
    ),
    (
        "Come pago?",
        "Con pagoPA: online dalla pagina del pagamento, oppure con il codice dell’avviso in banca, alle poste, dal tabaccaio o con la tua app. La ricevuta arriva da sola nella tua area personale.",
    ),
    (
        "Ho pagato, ma risulta ancora da pagare.",
        "Di solito bastano pochi minuti. Se hai la ricevuta di chi ha preso il pagamento, il pagamento è valido: non pagare di nuovo.",
    ),
    (
        "Non ho SPID. Come faccio?",
        "Puoi andare all’ufficio: indirizzo e orari sono nella scheda del servizio, alla voce «Contatti».",
    ),
    (
        "Chi può vedere i miei dati?",
        "Solo l’ufficio che si occupa della richiesta. Ogni scheda dice quali dati usiamo e per quanto tempo.",
    ),
];

fn questions(town: &Town) -> AnyView {
    let items = QUESTIONS
        .into_iter()
        .map(|(question, answer)| {
            view! { <details class="faq"><summary>{question}</summary><p>{answer}</p></details> }
        })
        .collect_view();
    let phone = format!("tel:{}", town.phone.replace(' ', ""));
    view! {
        <p class="subtitle-small">"Le cose che ci chiedono più spesso."</p>
        {items}
        <p class="mt-4">"Non hai trovato la risposta? Chiama il "<a href=phone>{town.phone.clone()}</a>" o scrivi a "<a href=format!("mailto:{}", town.email)>{town.email.clone()}</a>"."</p>
    }
    .into_any()
}
