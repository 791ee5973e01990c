//! "Irricevibile" (L. 241/1990 art. 2 c. 1): a formal refusal with short reasons.

use rules::{
    case::{Actor, Command},
    roles::Operation,
};

use super::{
    CommandError,
    act::kind,
    change::{self, Change},
    timeline::remedies,
};
use crate::{
    register::Direction,
    state::{Counter, Person},
};

pub async fn refuse_admission(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
    reason: &str,
) -> Result<i64, CommandError> {
    let case = change::operated(counter, person, Operation::RefuseAdmission, id).await?;
    let now = counter.now_ms();
    let mut act = change::blank_act(counter, &case, kind::REFUSAL, person, now);
    act.to = super::original::addressee(&case)?;
    act.text = change::text("motivo", reason, true)?;
    act.remedies = remedies(&case.definition.service);
    let change = Change::Act {
        act: Box::new(act),
        direction: Direction::Out,
        command: Box::new(|act| Command::Irricevibile { act }),
        template: Some("pratica-respinta"),
    };
    let actor = Actor::Operatore(person.id.clone());
    change::run(counter, &case, seen, actor, now, change).await
}
