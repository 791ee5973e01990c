//! The channel `gpd` of the outbox: the position is created, then asked for until it is paid and
//! its receipt is here. Every call may be repeated: a second creation is a 409, and is compared.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::Client;
use thiserror::Error;

use super::{
    call::CallError,
    gpd::{self, Debtor, Position},
    receipts,
    schedule::ask_at,
    settle::{self, SettleError},
};
use crate::{
    cases::{self, LoadError, LoadedCase, Outgoing, Represented},
    remote,
    state::Counter,
    store::{
        StoreError,
        payments::{self, PaymentRow, PaymentState},
    },
    worker::{Channel, OutboxRow, Outcome, Pace, retry},
};

pub struct Gpd {
    client: Client,
}

impl Gpd {
    pub fn new() -> reqwest::Result<Self> {
        Ok(Self {
            client: remote::client()?,
        })
    }
}

/// The channel, where the comune collects and there is a key.
pub fn channel(counter: &Counter) -> reqwest::Result<Option<Arc<dyn Channel>>> {
    if counter.comune.pagopa.is_none() || counter.settings.gpd().is_none() {
        return Ok(None);
    }
    Ok(Some(Arc::new(Gpd::new()?)))
}

#[derive(Debug, Error)]
enum Trouble {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Settle(#[from] SettleError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("comune.toml no longer has [pagopa], or the payment is gone")]
    Gone,
}

#[async_trait]
impl Channel for Gpd {
    fn name(&self) -> &'static str {
        "gpd"
    }

    fn repeatable(&self) -> bool {
        true
    }

    /// 100 calls in 10 seconds a key (the gateway's policy).
    fn pace(&self) -> Option<Pace> {
        Some(Pace {
            calls: 100,
            per: Duration::from_secs(10),
            each: 3,
        })
    }

    async fn deliver(&self, counter: &Counter, row: &OutboxRow) -> Outcome {
        match self.step(counter, row).await {
            Ok(outcome) => outcome,
            Err(Trouble::Call(error)) => error.again(counter, row),
            Err(Trouble::Settle(SettleError::Receipt(error))) => {
                tracing::warn!(outbox.id = %row.id, error.cause = %error, "receipt not accepted");
                retry(counter, row, NOT_A_PROOF)
            }
            Err(error) => {
                tracing::error!(outbox.id = %row.id, error.cause = %error, "payment not carried on");
                retry(counter, row, "È un errore nostro: riproviamo da soli.")
            }
        }
    }
}

const TAKEN: &str = "Il numero di avviso risulta già usato su pagoPA per un'altra posizione: va chiesto all'assistenza di pagoPA.";
const CANCELLED: &str = "La posizione è stata annullata su pagoPA.";
const LOST: &str = "pagoPA non conosce più questa posizione: riproviamo da soli.";
const NOT_A_PROOF: &str = "pagoPA ha dato una ricevuta che non corrisponde a questo pagamento: va guardata. Intanto riproviamo.";

impl Gpd {
    async fn step(&self, counter: &Counter, row: &OutboxRow) -> Result<Outcome, Trouble> {
        let payment = payments::of_event(&counter.store, &row.case_id, row.seq).await?;
        let payment = payment.ok_or(Trouble::Gone)?;
        match payment.state {
            PaymentState::New | PaymentState::Refused => self.create(counter, &payment).await,
            PaymentState::Open => self.ask(counter, row, &payment).await,
            PaymentState::Paid => self.collect(counter, &payment).await,
            PaymentState::Settled => Ok(Outcome::Done {
                remote_id: payment.iupd,
            }),
        }
    }

    async fn create(&self, counter: &Counter, payment: &PaymentRow) -> Result<Outcome, Trouble> {
        let pagopa = counter.comune.pagopa.as_ref().ok_or(Trouble::Gone)?;
        let case = cases::load(counter, &payment.case_id).await?;
        let debtor = debtor(&case)?;
        let created = gpd::create(&self.client, counter, payment, &debtor, &pagopa.iban).await;
        let position = match created {
            Ok(position) => position,
            Err(CallError::Status { status: 409, .. }) => {
                // An earlier call took effect, or the number is somebody else's.
                match gpd::find(&self.client, counter, payment).await? {
                    Some(known) if known.is_of(payment) => known,
                    _ => return refused(counter, payment, TAKEN).await,
                }
            }
            Err(error) if error.is_refusal() => {
                return refused(counter, payment, &error.reason()).await;
            }
            Err(error) => return Err(error.into()),
        };
        self.opened(counter, &case, payment, position).await
    }

    /// pagoPA holds it: from now on it is asked for, and the citizen is told.
    async fn opened(
        &self,
        counter: &Counter,
        case: &LoadedCase,
        payment: &PaymentRow,
        position: Position,
    ) -> Result<Outcome, Trouble> {
        if position.status == "DRAFT" {
            gpd::publish(&self.client, counter, payment).await?;
        }
        let now = counter.now_ms();
        let service = &case.definition.service;
        let outgoing = Outgoing::message(counter, service, "pagamento-richiesto");
        let outgoing = outgoing.to_people_of(counter, case);
        let PaymentRow {
            id, case_id, seq, ..
        } = payment.clone();
        counter
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    if payments::publish(tx, &id, now).await? {
                        cases::queue(tx, &case_id, seq, now, outgoing).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        counter.wake.notify_waiters();
        Ok(Outcome::Sent {
            remote_id: payment.iupd.clone(),
            ask_at: ask_at(now, now),
        })
    }

    async fn ask(
        &self,
        counter: &Counter,
        row: &OutboxRow,
        payment: &PaymentRow,
    ) -> Result<Outcome, Trouble> {
        let Some(position) = gpd::find(&self.client, counter, payment).await? else {
            return Ok(retry(counter, row, LOST));
        };
        if position.is_paid() {
            let (id, now) = (payment.id.clone(), counter.now_ms());
            counter
                .store
                .write::<_, StoreError, _>(move |tx| {
                    Box::pin(async move { payments::pay(tx, &id, now).await })
                })
                .await?;
            let paid = PaymentRow {
                paid_at: now,
                ..payment.clone()
            };
            return self.collect(counter, &paid).await;
        }
        match position.status.as_str() {
            "INVALID" | "EXPIRED" => refused(counter, payment, CANCELLED).await,
            "DRAFT" => {
                gpd::publish(&self.client, counter, payment).await?;
                wait(counter, payment).await
            }
            _ => wait(counter, payment).await,
        }
    }

    /// The receipt, when it is there.
    async fn collect(&self, counter: &Counter, payment: &PaymentRow) -> Result<Outcome, Trouble> {
        let Some(xml) = receipts::fetch(&self.client, counter, payment).await? else {
            return wait(counter, payment).await;
        };
        let receipt_id = settle::settle(counter, payment, &xml).await?;
        Ok(Outcome::Done {
            remote_id: receipt_id,
        })
    }
}

/// Asked again by the time of the last news; she may have gone or come back during the call.
async fn wait(counter: &Counter, payment: &PaymentRow) -> Result<Outcome, Trouble> {
    let fresh = payments::get(&counter.store, &payment.id).await?;
    let payment = fresh.as_ref().unwrap_or(payment);
    let news = [
        payment.published_at,
        payment.attempt_at,
        payment.returned_at,
        payment.paid_at,
    ];
    let since = news.into_iter().max().unwrap_or_default();
    Ok(Outcome::Sent {
        remote_id: payment.iupd.clone(),
        ask_at: ask_at(since, counter.now_ms()),
    })
}

/// It cannot be paid: the office must look.
async fn refused(
    counter: &Counter,
    payment: &PaymentRow,
    reason: &str,
) -> Result<Outcome, Trouble> {
    let id = payment.id.clone();
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { payments::refuse(tx, &id).await })
        })
        .await?;
    Ok(Outcome::Failed {
        reason: reason.to_owned(),
    })
}

/// Who asked, or whom she acts for: a person of age, or a body.
fn debtor(case: &LoadedCase) -> Result<Debtor, LoadError> {
    let original = cases::read_original(case)?;
    let represented = cases::represented(&original.answers).filter(Represented::owes);
    Ok(match represented {
        Some(of) => Debtor {
            kind: if of.quality == "legale_rappresentante" {
                "G"
            } else {
                "F"
            },
            fiscal_code: of.fiscal_code,
            name: of.name,
        },
        None => Debtor {
            kind: "F",
            // pagoPA's own word for a payer without one.
            fiscal_code: match original.applicant.fiscal_code.as_str() {
                "" => "ANONIMO".to_owned(),
                code => code.to_owned(),
            },
            name: cases::name(&original.applicant),
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        cases::NewCase,
        clock::ManualClock,
        state::Person,
        testing::{NOW, definition, person, stores, test_counter},
    };

    /// Kind and code of who owes what a case with these answers costs.
    async fn owes(
        counter: &Counter,
        applicant: &Person,
        answers: serde_json::Value,
    ) -> (&'static str, String) {
        let original = json!({
            "applicant": applicant.identity, "evidence": applicant.evidence, "answers": answers,
            "declarations": [], "attachments": [],
        });
        let bytes = serde_json::to_vec(&original).unwrap();
        let service = definition(counter, "passo-carrabile");
        let (id, draft) = (counter.new_id(), counter.new_id());
        let new = NewCase::prepare(counter, applicant, &service, &id, &draft, bytes, NOW);
        let new = new.unwrap();
        let write = counter
            .store
            .write(move |tx| Box::pin(async move { cases::open(tx, new).await }));
        write.await.unwrap();
        let debtor = debtor(&cases::load(counter, &id).await.unwrap()).unwrap();
        (debtor.kind, debtor.fiscal_code)
    }

    #[tokio::test]
    async fn who_is_represented_owes() {
        for store in stores().await {
            let counter = test_counter(store, ManualClock::at(NOW)).await;
            let applicant = person(&counter, "Luca", "RSSLCU68A01A893X", &[]).await;
            let of = |quality: &str| {
                json!({
                    "qualita": quality, "rappresentato_nome": "Maria",
                    "rappresentato_cognome": "Rossi",
                    "rappresentato_codice_fiscale": "RSSMRA68A41A893X",
                    "ente_denominazione": "Alfa Srl", "ente_codice_fiscale": "01234567897",
                })
            };
            for (quality, kind, code) in [
                ("delegato", "F", "RSSMRA68A41A893X"),
                ("tutore", "F", "RSSMRA68A41A893X"),
                ("legale_rappresentante", "G", "01234567897"),
                // A child owes nothing.
                ("genitore", "F", "RSSLCU68A01A893X"),
                ("se_stesso", "F", "RSSLCU68A01A893X"),
            ] {
                let owed = owes(&counter, &applicant, of(quality)).await;
                assert_eq!(owed, (kind, code.to_owned()), "{quality}");
            }
        }
    }
}
