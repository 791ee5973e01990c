//! "Paga online": a cart is made at the click, and she goes to checkout.
//!
//! The attempt is written before the call, so that two clicks make one; while it may still come
//! to something the payment is shown as being checked.

use app::api::PaymentPage;

use super::{
    PaymentError,
    call::CallError,
    checkout::{self, CartError},
    view,
};
use crate::{
    state::{Counter, Person},
    store::{
        StoreError, outbox,
        payments::{self, PaymentRow, PaymentState},
    },
};
use rules::t;

/// Longest time that an attempt may take to come to something: a payment token of the node.
const ATTEMPT_MS: i64 = 30 * 60_000;
/// The same while the cart is not yet made; a lost click blocks no longer.
const CLICK_MS: i64 = 30_000;

/// What "Paga online" led to.
pub enum Paying {
    /// Address of checkout's page.
    Go(String),
    /// Why not, on the payment's own page.
    Again(Box<PaymentPage>),
}

pub async fn pay(counter: &Counter, person: &Person, id: &str) -> Result<Paying, PaymentError> {
    let (payment, _) = view::own(counter, person, id).await?;
    if payment.state != PaymentState::Open {
        let text = not_payable(payment.state);
        return again(counter, person, id, 409, text).await;
    }
    let started = counter.now_ms();
    if !begin(counter, &payment, started).await? {
        return again(counter, person, id, 409, pending()).await;
    }
    match checkout::cart(counter, &payment).await {
        Ok(url) => {
            hold(counter, &payment, started).await?;
            Ok(Paying::Go(url))
        }
        Err(error) => {
            tracing::warn!(payment.id = %id, error.cause = %error, "no cart");
            end(counter, id, started).await?;
            let (status, text) = failure(&error);
            again(counter, person, id, status, text).await
        }
    }
}

fn pending() -> &'static str {
    t!(
        "Stiamo ancora verificando il pagamento che hai iniziato prima: non pagare due volte. Se non l’hai completato puoi riprovare più tardi."
    )
}

fn not_payable(state: PaymentState) -> &'static str {
    match state {
        PaymentState::New => {
            t!(
                "L’avviso non è ancora pronto su pagoPA: riprova tra un minuto. Quello che devi pagare non cambia."
            )
        }
        PaymentState::Paid | PaymentState::Settled => {
            t!("Questo importo risulta già pagato: non devi fare altro.")
        }
        PaymentState::Refused | PaymentState::Open => {
            t!(
                "pagoPA non ha accettato l’avviso: l’ufficio lo sta sistemando. Per ora non si può pagare."
            )
        }
    }
}

fn failure(error: &CartError) -> (u16, &'static str) {
    match error {
        CartError::Call(CallError::Status { status: 422, .. }) => (
            409,
            t!(
                "pagoPA dice che l’avviso adesso non si può pagare online: forse un altro pagamento è in corso. Non ti è stato addebitato nulla. Riprova tra qualche minuto, oppure paga con il numero avviso in un altro modo."
            ),
        ),
        _ => (
            502,
            t!(
                "In questo momento il pagamento online non funziona. Non ti è stato addebitato nulla. Riprova tra qualche minuto, oppure paga con il numero avviso in banca, alla posta, in tabaccheria o con l’app IO."
            ),
        ),
    }
}

async fn again(
    counter: &Counter,
    person: &Person,
    id: &str,
    status: u16,
    text: &str,
) -> Result<Paying, PaymentError> {
    let page = view::page(counter, person, id).await?;
    Ok(Paying::Again(Box::new(PaymentPage {
        error: Some(text.to_owned()),
        status,
        ..page
    })))
}

async fn begin(counter: &Counter, payment: &PaymentRow, now: i64) -> Result<bool, StoreError> {
    let id = payment.id.clone();
    counter
        .store
        .write(move |tx| {
            Box::pin(async move { payments::begin_attempt(tx, &id, now, now + CLICK_MS).await })
        })
        .await
}

/// She leaves: from now on it is asked often.
async fn hold(counter: &Counter, payment: &PaymentRow, started: i64) -> Result<(), StoreError> {
    let payment = payment.clone();
    let now = counter.now_ms();
    counter
        .store
        .write(move |tx| {
            Box::pin(async move {
                payments::hold_attempt(tx, &payment.id, started, now + ATTEMPT_MS).await?;
                outbox::hasten(tx, &payment.case_id, payment.seq, "gpd", now + 2_000).await
            })
        })
        .await
}

async fn end(counter: &Counter, id: &str, started: i64) -> Result<(), StoreError> {
    let id = id.to_owned();
    counter
        .store
        .write(move |tx| Box::pin(async move { payments::end_attempt(tx, &id, started).await }))
        .await
}
