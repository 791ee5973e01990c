//! A receipt of pagoPA: the payment is told to the case, and with the last one the document is
//! released.

use rules::case::{Actor, Command};

use super::{
    CommandError, LoadedCase,
    change::{self, Change, Outgoing},
};
use crate::{state::Counter, store::payments::ReceiptRow};

/// Keeps the receipt with the event that it proves; the number of the case's last event.
pub async fn receive_payment(
    counter: &Counter,
    case: &LoadedCase,
    receipt: ReceiptRow,
    command: Command,
) -> Result<i64, CommandError> {
    let service = &case.definition.service;
    let mut outgoing = Outgoing::message(counter, service, "ricevuta-pagamento");
    if case.state.unpaid().count() == 1 {
        outgoing = outgoing.plus(Outgoing::message(counter, service, "documento-pronto"));
    }
    let change = Change::Receipt {
        command,
        receipt: Box::new(receipt),
        outgoing,
    };
    let (seen, now) = (case.state.seq, counter.now_ms());
    change::run(counter, case, seen, Actor::Sistema, now, change).await
}
