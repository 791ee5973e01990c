//! "Ritira": the applicant gives up, until the final act.

use rules::case::Command;

use super::{
    CommandError,
    act::kind,
    change::{self, Change},
    load,
};
use crate::{
    register::Direction,
    state::{Counter, Person},
};

pub async fn withdraw(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
) -> Result<i64, CommandError> {
    let case = load::of_citizen(counter, person, id).await?;
    let now = counter.now_ms();
    let mut act = change::blank_act(counter, &case, kind::WITHDRAWAL, person, now);
    act.text = "Ritiro la richiesta.".to_owned();
    let change = Change::Act {
        act: Box::new(act),
        direction: Direction::In,
        command: Box::new(|act| Command::Ritira { act }),
        template: Some("pratica-archiviata"),
    };
    let actor = case.side.actor();
    change::run(counter, &case, seen, actor, now, change).await
}
