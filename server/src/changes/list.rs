//! `/ufficio/servizi`: the services of her offices, what holds of them now, and what is planned.

use app::api::{SettingsPage, SettingsRow};
use rules::{
    catalogue::Service,
    changes::to_come,
    language::parts,
    roles::{Operation, Place},
};

use super::{ChangeError, Changes, is_open, now, words};
use crate::{
    roles::check,
    state::{Counter, Person},
};

pub async fn list(counter: &Counter, person: &Person) -> Result<SettingsPage, ChangeError> {
    check(person, Operation::SeeSettings, Place::Somewhere)?;
    let changes = now(counter).await?;
    let all = counter.catalogue.all().into_iter();
    let hers = all.map(|found| &found.service).filter(|service| {
        let office = Place::Office(&service.office.id);
        person.may(Operation::SeeSettings, office)
    });
    Ok(SettingsPage {
        services: hers
            .map(|service| row(counter, &changes, service))
            .collect(),
    })
}

fn row(counter: &Counter, changes: &Changes, service: &Service) -> SettingsRow {
    let (own, today) = (changes.of(&service.slug), counter.today());
    let open = is_open(&counter.comune, changes, service, today);
    let later = to_come(own, today).into_iter();
    SettingsRow {
        slug: service.slug.clone(),
        title: service.title.clone(),
        office: service.office.name.clone(),
        open: open.is_ok(),
        closed: open.err().map(|why| unmarked(&why)).unwrap_or_default(),
        later: later
            .map(|change| words::change(&counter.comune, service, own, change))
            .collect(),
    }
}

/// A citizen's sentence without the marks around the office's own words.
pub fn unmarked(text: &str) -> String {
    parts(text).map(|(_, part)| part).collect()
}
