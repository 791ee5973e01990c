//! Why a signed file is not taken, and what to do, in plain words.

use esign::Refusal;
use rules::t;

pub fn sentence(reason: &Refusal) -> &'static str {
    match reason {
        Refusal::TooLarge => t!("Il file è troppo grande: carica solo il documento firmato."),
        Refusal::NotRecognised => {
            t!("Questo non è un documento firmato: carica il PDF firmato o il file .p7m.")
        }
        Refusal::NotSigned => {
            t!("Il file non è firmato: firmalo con la tua firma digitale e caricalo di nuovo.")
        }
        Refusal::Detached => t!(
            "Il file contiene la firma ma non il documento: scegli nel programma di firma il formato PAdES, o CAdES con il documento incluso."
        ),
        Refusal::OtherDocument => t!(
            "È stato firmato un documento diverso da quello che ti abbiamo dato: scarica di nuovo il PDF e firma quello, senza salvarlo con altri programmi."
        ),
        Refusal::Altered(_) | Refusal::BadSignature | Refusal::Coverage(_) => {
            t!("Il file è stato cambiato dopo la firma: firmalo di nuovo.")
        }
        Refusal::Rewritten(_) => t!(
            "Insieme alla firma il documento è stato cambiato: scarica di nuovo il PDF e firma quello, senza aggiungere altro."
        ),
        Refusal::DocumentTimestamp => t!(
            "Il file ha una marca temporale al posto della firma: firmalo senza aggiungere marche temporali al documento."
        ),
        Refusal::TooMany(_) => t!("Il file contiene troppe firme o troppi certificati."),
        Refusal::OtherKind | Refusal::UnknownAlgorithm(_) => t!(
            "Il tipo di firma non è tra quelli ammessi: scegli nel programma di firma il formato PAdES o CAdES."
        ),
        Refusal::WeakAlgorithm(_) | Refusal::SigningCertificate => t!(
            "La firma non ha la sicurezza che la legge chiede: aggiorna il programma di firma e firma di nuovo."
        ),
        Refusal::NoCertificate => t!(
            "Nella firma manca il certificato di chi ha firmato: firma di nuovo con un altro programma di firma."
        ),
        Refusal::Expired => {
            t!("Il certificato di firma è scaduto: rinnovalo e firma di nuovo il documento.")
        }
        Refusal::NotYetValid => {
            t!("Il certificato di firma non è ancora valido: firma di nuovo quando lo sarà.")
        }
        Refusal::KeyUsage => t!(
            "Il certificato usato non serve a firmare documenti: scegli quello di firma digitale, non quello di autenticazione."
        ),
        Refusal::UnknownAuthority | Refusal::BadPath(_) => t!(
            "Il certificato non è di un ente che conosciamo per la firma digitale qualificata: firma con una firma digitale qualificata."
        ),
        Refusal::OtherSigner => t!(
            "Il documento è firmato da un'altra persona: deve firmarlo chi presenta la richiesta."
        ),
        // BadPdf, BadCms, Attribute.
        _ => t!(
            "Non riusciamo a leggere la firma: firma di nuovo il documento, o prova con un altro programma di firma."
        ),
    }
}
