//! "Prendi in carico": the operator becomes the one who handles the case, and begins.

use rules::{
    case::{Actor, Command},
    roles::Operation,
};

use super::{
    CommandError,
    change::{self, Change},
};
use crate::state::{Counter, Person};

pub async fn take_charge(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
) -> Result<i64, CommandError> {
    let case = change::operated(counter, person, Operation::TakeCharge, id).await?;
    let command = Command::PrendiInCarico {
        operatore: person.id.clone(),
    };
    let actor = Actor::Operatore(person.id.clone());
    let now = counter.now_ms();
    change::run(counter, &case, seen, actor, now, Change::Plain(command)).await
}
