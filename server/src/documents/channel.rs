//! The outbox's channel `document`: a row is a PDF to be made.

use async_trait::async_trait;

use super::{MakeError, PrintError, make, renderer::Bounds};
use crate::{
    state::Counter,
    worker::{Channel, OutboxRow, Outcome, retry},
};

pub const NAME: &str = "document";

/// Then a person looks at it: half an hour after the first try.
const TRIES: i64 = 8;

#[derive(Default)]
pub struct Documents {
    pub bounds: Bounds,
}

#[async_trait]
impl Channel for Documents {
    fn name(&self) -> &'static str {
        NAME
    }

    /// It is made once, however often it is asked for.
    fn repeatable(&self) -> bool {
        true
    }

    /// Each takes a core while it is made.
    fn at_once(&self) -> usize {
        1
    }

    async fn deliver(&self, counter: &Counter, row: &OutboxRow) -> Outcome {
        let made = make(counter, &row.case_id, row.seq, &row.template, self.bounds).await;
        match made {
            Ok(remote_id) => Outcome::Done { remote_id },
            Err(error) => {
                tracing::error!(
                    case.id = %row.case_id, document.kind = %row.template, error.cause = %error,
                    "PDF not made"
                );
                let reason = reason(&error).to_owned();
                match error.is_final() || row.attempts + 1 >= TRIES {
                    true => Outcome::Failed { reason },
                    false => retry(counter, row, reason),
                }
            }
        }
    }
}

/// For the office.
fn reason(error: &MakeError) -> &'static str {
    match error {
        MakeError::Print(PrintError::Start(_)) => "Il programma che prepara i PDF non parte.",
        MakeError::Print(PrintError::Slow(_)) => "Il PDF non è stato pronto in tempo.",
        MakeError::Print(_) => "Il programma che prepara i PDF si è fermato.",
        MakeError::Paper(_) => "Nella pratica non c’è il documento da mettere in PDF.",
        MakeError::Load(_) => "La pratica non si legge.",
        MakeError::Rendering(_) | MakeError::Store(_) => "Il PDF non è stato salvato.",
    }
}
