//! `/note-legali`, `/privacy`, `/domande-frequenti`: the same for everybody.

use leptos::prelude::*;
use rules::t;

use crate::{
    api::{Info, Town},
    components::{breadcrumb, el, main, sentence},
};

pub fn title(which: Info) -> &'static str {
    match which {
        Info::LegalNotes => t!("Note legali"),
        Info::Privacy => t!("Privacy"),
        Info::Questions => t!("Domande frequenti"),
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
fn licence() -> &'static str {
    t!(
        "In applicazione del principio open by default ai sensi dell’articolo 52 del decreto legislativo 7 marzo 2005, n. 82 (CAD) e salvo dove diversamente specificato (compresi i contenuti incorporati di terzi), i dati, i documenti e le informazioni pubblicati sul sito sono rilasciati con licenza CC-BY 4.0. Gli utenti sono quindi liberi di condividere (riprodurre, distribuire, comunicare al pubblico, esporre in pubblico), rappresentare, eseguire e recitare questo materiale con qualsiasi mezzo e formato e modificare (trasformare il materiale e utilizzarlo per opere derivate) per qualsiasi fine, anche commerciale con il solo onere di attribuzione, senza apporre restrizioni aggiuntive."
    )
}

fn legal_notes() -> AnyView {
    view! {
        <section class="mb-5">
            <h2 data-element="legal-notes-section">{t!("Licenza dei contenuti")}</h2>
            <p data-element="legal-notes-body">{licence()}</p>
        </section>
        <section class="mb-5">
            <h2>{t!("Quanto vale quello che invii da qui")}</h2>
            <p>{t!("Una richiesta inviata da qui, dopo essere entrati con la propria identità digitale, vale come una richiesta firmata su carta (art. 65 del CAD). Il numero di protocollo prova il giorno e l’ora.")}</p>
            <p>{t!("Chi dichiara il falso ne risponde per legge (D.P.R. 445/2000, artt. 75 e 76).")}</p>
        </section>
        <section class="mb-5">
            <h2>{t!("Il programma")}</h2>
            <p>{t!("Lo sportello è un programma libero (licenza EUPL-1.2): ogni Comune può riusarlo.")}</p>
        </section>
    }
    .into_any()
}

fn privacy(town: &Town) -> AnyView {
    let owner = t!(
        "Titolare: Comune di {town}, {address}",
        town = town.name,
        address = town.address,
    );
    let officer = (!town.dpo.is_empty()).then(
        || view! { <li>{t!("Responsabile della protezione dei dati: {dpo}", dpo = town.dpo)}</li> },
    );
    view! {
        <p class="subtitle-small">{t!("Che cosa sappiamo di te, perché, e che cosa puoi chiedere.")}</p>
        <section class="mb-5">
            <h2>{t!("Chi usa i tuoi dati")}</h2>
            <ul>
                <li>{owner}</li>
                <li>{t!("PEC: ")}{town.pec.clone()}</li>
                {officer}
            </ul>
        </section>
        <section class="mb-5">
            <h2>{t!("Quando guardi il sito")}</h2>
            <p>{t!("Puoi leggere tutte le pagine dei servizi senza dirci chi sei. Non ci sono contatori di visite, pubblicità o pezzi di altri siti.")}</p>
            <p>{t!("I cookie servono solo a riconoscerti mentre sei dentro: uno dice che sei entrato, uno protegge l’accesso. Finiscono quando esci o dopo poche ore. Non serve il tuo consenso.")}" "{t!("Un altro ricorda la lingua, se la scegli tu.")}</p>
        </section>
        <section class="mb-5">
            <h2>{t!("Quando fai una richiesta")}</h2>
            <p>{t!("Usiamo i dati che ci dà la tua identità digitale e quelli che scrivi, solo per quella richiesta. Ogni servizio ha la sua informativa: dice quali dati, perché, per quanto tempo e chi li vede. La trovi nella scheda del servizio, alla voce «Condizioni di servizio».")}</p>
            <p>{t!("Se dai una delega conserviamo chi hai delegato, per che cosa, da quando a quando, e come eri entrato. Non la cancelliamo quando finisce: dimostra chi ha agito per te.")}</p>
            <p>{t!("I dati delle pratiche sono cifrati. I messaggi per posta elettronica non dicono di che cosa si tratta.")}</p>
        </section>
        <section class="mb-5">
            <h2>{t!("I tuoi diritti")}</h2>
            <p>{t!("Puoi chiedere di vedere i tuoi dati, correggerli, cancellarli quando la legge lo permette, o limitarne l’uso (artt. 15-22 del Regolamento UE 2016/679). Scrivi alla PEC o alla posta elettronica del Comune.")}</p>
            <p>{t!("Se pensi che li usiamo male puoi rivolgerti al Garante per la protezione dei dati personali (art. 77).")}</p>
        </section>
    }
    .into_any()
}

fn answered() -> [(&'static str, &'static str); 11] {
    [
        (
            t!("Che cosa mi serve per fare una richiesta?"),
            t!(
                "SPID, e i documenti scritti nella scheda del servizio alla voce «Cosa serve». Puoi usare il telefono: per allegare un documento basta fotografarlo."
            ),
        ),
        (
            t!("Devo finire tutto in una volta?"),
            t!(
                "No. La bozza si salva da sola. Puoi chiudere e riprendere quando vuoi, anche da un altro dispositivo: la trovi nella tua area personale."
            ),
        ),
        (
            t!("Come so che la richiesta è arrivata?"),
            t!(
                "Appena la invii vedi il numero di protocollo e la ricevuta. Li ritrovi sempre nella tua area personale."
            ),
        ),
        (
            t!("Come so a che punto è?"),
            t!(
                "Apri la pratica nella tua area personale: vedi ogni passo, chi se ne occupa e il giorno entro cui avrai la risposta. Se usi l’app IO ti avvisiamo anche lì; in ogni caso ti mandiamo una e-mail."
            ),
        ),
        (
            t!("L’ufficio mi chiede un altro documento. Che cosa faccio?"),
            t!(
                "Apri la pratica e premi «Rispondi all’ufficio»: puoi scrivere e allegare. C’è scritto entro quando."
            ),
        ),
        (
            t!("Posso fare una richiesta per un’altra persona?"),
            t!(
                "Sì, se il servizio lo prevede: per un figlio minore, come tutore, per una società, o con una delega. La delega si dà dall’area personale, in «Deleghe»: chi la riceve comincia da lì, con la propria identità digitale."
            ),
        ),
        (
            t!("Posso ritirare una richiesta?"),
            t!(
                "Sì, finché l’ufficio non ha deciso: apri la pratica e premi «Ritira la richiesta»."
            ),
        ),
        (
            t!("Come pago?"),
            t!(
                "Con pagoPA: online dalla pagina del pagamento, oppure con il codice dell’avviso in banca, alle poste, dal tabaccaio o con la tua app. La ricevuta arriva da sola nella tua area personale."
            ),
        ),
        (
            t!("Ho pagato, ma risulta ancora da pagare."),
            t!(
                "Di solito bastano pochi minuti. Se hai la ricevuta di chi ha preso il pagamento, il pagamento è valido: non pagare di nuovo."
            ),
        ),
        (
            t!("Non ho SPID. Come faccio?"),
            t!(
                "Puoi andare all’ufficio: indirizzo e orari sono nella scheda del servizio, alla voce «Contatti»."
            ),
        ),
        (
            t!("Chi può vedere i miei dati?"),
            t!(
                "Solo l’ufficio che si occupa della richiesta. Ogni scheda dice quali dati usiamo e per quanto tempo."
            ),
        ),
    ]
}

fn questions(town: &Town) -> AnyView {
    let items = answered()
        .into_iter()
        .map(|(question, answer)| {
            view! { <details class="faq"><summary>{question}</summary><p>{answer}</p></details> }
        })
        .collect_view();
    let link = |to: String, label: &str| el("a").set("href", to).child(label).view();
    let phone = link(format!("tel:{}", town.phone.replace(' ', "")), &town.phone);
    let email = link(format!("mailto:{}", town.email), &town.email);
    view! {
        <p class="subtitle-small">{t!("Le cose che ci chiedono più spesso.")}</p>
        {items}
        <p class="mt-4">{sentence(t!("Non hai trovato la risposta? Chiama il {phone} o scrivi a {email}."), [("phone", phone), ("email", email)])}</p>
    }
    .into_any()
}
