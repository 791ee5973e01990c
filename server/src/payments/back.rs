//! The way back from checkout. What the address says proves nothing: only pagoPA's answer to the
//! worker does. It asks at once.

use app::api::{PaymentPage, PaymentStatus};

use super::{PaymentError, view};
use crate::{
    state::{Counter, Person},
    store::{
        StoreError, outbox,
        payments::{self, PaymentState},
    },
};
use rules::t;

/// Coming back more often than this does not make the worker ask more often.
const PAUSE_MS: i64 = 2_000;

/// `how`: `ok`, `annullato`, `errore`, `attesa`.
pub async fn back(
    counter: &Counter,
    person: &Person,
    id: &str,
    how: &str,
) -> Result<PaymentPage, PaymentError> {
    let (payment, _) = view::own(counter, person, id).await?;
    let now = counter.now_ms();
    if payment.state == PaymentState::Open && now - payment.returned_at >= PAUSE_MS {
        let given_up = matches!(how, "annullato" | "errore");
        counter
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    payments::come_back(tx, &payment.id, now).await?;
                    if given_up {
                        payments::end_attempt(tx, &payment.id, payment.attempt_at).await?;
                    }
                    outbox::hasten(tx, &payment.case_id, payment.seq, "gpd", now).await
                })
            })
            .await?;
        counter.wake.notify_waiters();
    }
    let mut page = view::page(counter, person, id).await?;
    page.notice = notice(how, page.payment.status).map(str::to_owned);
    Ok(page)
}

fn notice(how: &str, status: PaymentStatus) -> Option<&'static str> {
    if !matches!(status, PaymentStatus::DaPagare | PaymentStatus::InVerifica) {
        return None;
    }
    Some(match how {
        "annullato" => {
            t!(
                "Sei tornato senza pagare. Lo stiamo verificando con pagoPA; se vuoi puoi riprovare."
            )
        }
        "errore" => {
            t!(
                "Il pagamento non è riuscito. Lo stiamo verificando con pagoPA; se non ti è stato addebitato nulla puoi riprovare."
            )
        }
        _ => {
            t!(
                "Stiamo verificando il pagamento con pagoPA. Di solito bastano pochi secondi: questa pagina si aggiorna da sola, oppure ricaricala."
            )
        }
    })
}
