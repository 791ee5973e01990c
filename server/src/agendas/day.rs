//! `/ufficio/agenda`: who comes on a day.

use app::api::{AgendaPage, AgendaRow};
use rules::{
    civil::Date,
    protocol::ProtocolNumber,
    roles::{Operation, Place},
    slot::{Slot, day_in_words},
};

use crate::{
    cases::{LoadError, applicant_name},
    roles,
    state::{Counter, Person},
    store::{bookings, cases},
};

/// Of an agenda of hers (the first, if she names none) and a day (today, if none).
pub async fn day(
    counter: &Counter,
    person: &Person,
    agenda: &str,
    day: &str,
) -> Result<AgendaPage, LoadError> {
    roles::check(person, Operation::EnterOffice, Place::Somewhere)?;
    let all = counter.comune.agende.iter();
    let hers =
        all.filter(|(_, agenda)| person.may(Operation::ListCases, Place::Office(&agenda.ufficio)));
    let hers: Vec<_> = hers.collect();
    let shown = hers
        .iter()
        .find(|(name, _)| *name == agenda)
        .or(hers.first());
    let today = counter.today();
    let day = Date::parse(day).unwrap_or(today);
    let mut rows = Vec::new();
    if let Some((name, _)) = shown {
        for (starts, case) in bookings::of_day(&counter.store, name, &day.to_string()).await? {
            rows.extend(row(counter, &starts, &case).await?);
        }
    }
    let title = |name: &String, agenda: &crate::config::Agenda| {
        let office = counter.catalogue.office_name(&agenda.ufficio);
        match hers
            .iter()
            .filter(|(_, a)| a.ufficio == agenda.ufficio)
            .count()
        {
            1 => office.unwrap_or_else(|| name.clone()),
            _ => format!("{} ({name})", office.unwrap_or_default()),
        }
    };
    Ok(AgendaPage {
        agendas: hers
            .iter()
            .map(|(name, agenda)| ((*name).clone(), title(name, agenda)))
            .collect(),
        agenda: shown.map(|(name, _)| (*name).clone()).unwrap_or_default(),
        day: day.italian(),
        day_words: day_in_words(day),
        before: day.plus_days(-1).to_string(),
        after: day.plus_days(1).to_string(),
        rows,
    })
}

async fn row(counter: &Counter, starts: &str, case: &str) -> Result<Option<AgendaRow>, LoadError> {
    let Some(case) = cases::get(&counter.store, case).await? else {
        return Ok(None);
    };
    let title = counter.catalogue.get(&case.slug);
    Ok(Some(AgendaRow {
        time: Slot::parse(starts).map(Slot::time).unwrap_or_default(),
        case: case.id.clone(),
        applicant: applicant_name(counter, &case.person).await?,
        service: title.map_or_else(String::new, |of| of.service.title.clone()),
        protocol: ProtocolNumber {
            year: case.year,
            number: case.number,
        }
        .to_string(),
    }))
}
