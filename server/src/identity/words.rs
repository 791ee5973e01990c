//! What a citizen is told whose login was refused, with status 403. The words never say which
//! check failed.

use app::api::Problem;
use rules::t;
use saml::{ErrorCode, Refusal, response::BadInstant};

struct Words {
    title: &'static str,
    text: &'static str,
    /// What to do now.
    way_out: &'static str,
}

pub fn problem(refusal: &Refusal) -> Problem {
    let words = words(refusal);
    let mut detail = format!("{} {}", words.text, words.way_out);
    if let Refusal::Status(code) = refusal {
        // What who helps on the telephone knows it by.
        let code = format!("nr{}", code.number());
        detail.push(' ');
        detail.push_str(&t!(
            "(Codice del gestore di identità: {code}.)",
            code = code
        ));
    }
    Problem::new(403, words.title, detail)
}

fn words(refusal: &Refusal) -> Words {
    match refusal {
        Refusal::Status(code) => of_anomaly(*code),
        Refusal::ConfirmationNotOnOrAfter(BadInstant::Past)
        | Refusal::NotOnOrAfter(BadInstant::Past)
        | Refusal::SessionNotOnOrAfter(BadInstant::Past) => Words {
            title: t!("L'accesso è scaduto"),
            text: t!("La risposta del tuo gestore di identità è arrivata troppo tardi."),
            way_out: t!("Riprova dall'inizio."),
        },
        _ => generic(),
    }
}

fn generic() -> Words {
    Words {
        title: t!("Accesso non riuscito"),
        text: t!("Non siamo riusciti a riconoscerti. I tuoi dati sono al sicuro."),
        way_out: t!(
            "Riprova dall'inizio. Se succede ancora, scegli un altro gestore di identità o \
             chiedi aiuto allo sportello."
        ),
    }
}

/// AgID, "Messaggi di errore".
fn of_anomaly(code: ErrorCode) -> Words {
    use ErrorCode as E;
    match code {
        E::Nr19 => Words {
            title: t!("Nome utente o password sbagliati"),
            text: t!("Hai inserito più volte dati di accesso sbagliati."),
            way_out: t!(
                "Controlla nome utente e password e riprova. Se non li ricordi, chiedi \
                 aiuto al tuo gestore di identità."
            ),
        },
        E::Nr20 => Words {
            title: t!("Serve un livello di sicurezza più alto"),
            text: t!("La tua identità digitale non ha il livello di sicurezza che serve qui."),
            way_out: t!(
                "Chiedi al tuo gestore di identità di attivare il livello che serve, \
                 poi riprova."
            ),
        },
        E::Nr21 => Words {
            title: t!("È passato troppo tempo"),
            text: t!("L'accesso è scaduto perché è passato troppo tempo."),
            way_out: t!("Riprova e completa l'accesso senza fermarti."),
        },
        E::Nr22 => Words {
            title: t!("Non hai dato il consenso"),
            text: t!(
                "Non hai accettato di inviarci i tuoi dati. Senza, non possiamo sapere chi \
                 sei."
            ),
            way_out: t!("Riprova e, quando te lo chiedono, accetta l'invio dei dati."),
        },
        E::Nr23 => Words {
            title: t!("La tua identità digitale è bloccata"),
            text: t!("La tua identità digitale è sospesa, revocata o bloccata."),
            way_out: t!("Chiedi al tuo gestore di identità come riattivarla."),
        },
        E::Nr25 => Words {
            title: t!("Hai annullato l'accesso"),
            text: t!("Hai annullato l'accesso prima della fine."),
            way_out: t!("Puoi riprovare quando vuoi."),
        },
        E::Nr30 => Words {
            title: t!("Serve un altro tipo di identità"),
            text: t!("L'identità digitale che hai usato non è del tipo che serve qui."),
            way_out: t!("Riprova con la tua identità personale, non con quella professionale."),
        },
        E::Nr24 => generic(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_anomaly_has_its_words() {
        let told = |refusal: &Refusal| problem(refusal).title;
        for code in ErrorCode::ALL {
            let is_generic = told(&Refusal::Status(code)) == told(&Refusal::NotXml);
            assert_eq!(is_generic, code == ErrorCode::Nr24, "{code:?}");
        }
    }
}
