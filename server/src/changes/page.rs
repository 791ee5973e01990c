//! `/ufficio/servizi/{slug}`: one service: what holds, what is planned, and everything that was changed.

use std::collections::BTreeMap;

use app::api::{AmountView, PlannedView, RoleLine, ServiceSettingsPage};
use rules::{
    catalogue::Service,
    changes::{Change, What, closing, to_come},
    roles::{Operation, Place},
};

use super::{
    ChangeError, Changes,
    amounts::{amounts, settled},
    is_open,
    known::decode,
    list::unmarked,
    now,
    window::window,
    words,
};
use crate::{
    cases,
    clock::rome_text,
    identity::sessions,
    roles::check,
    state::{Counter, Person},
    store::service_changes::{self as rows, ChangeRow},
};

/// Lines of the history on the page.
const MOST: usize = 300;

/// `done`: what was just done, `chiuso`, `riaperto`, `costo`, `periodo` or `ritirata`.
pub async fn page(
    counter: &Counter,
    person: &Person,
    slug: &str,
    done: &str,
) -> Result<ServiceSettingsPage, ChangeError> {
    let found = counter.catalogue.get(slug);
    let service = &found.ok_or(ChangeError::UnknownService)?.service;
    let office = Place::Office(&service.office.id);
    check(person, Operation::SeeSettings, office)?;
    let changes = now(counter).await?;
    let history = history(counter, service).await?;
    Ok(ServiceSettingsPage {
        may_change: person.may(Operation::ChangeSettings, office),
        more: i64::try_from(history.len().saturating_sub(MOST)).unwrap_or_default(),
        history: history.into_iter().take(MOST).collect(),
        notice: match done {
            "chiuso" => Some("La chiusura è scritta.".to_owned()),
            "riaperto" => Some("La riapertura è scritta.".to_owned()),
            "costo" => Some("Il nuovo costo è scritto.".to_owned()),
            "periodo" => Some("Il nuovo periodo è scritto.".to_owned()),
            "ritirata" => Some("La modifica è ritirata.".to_owned()),
            _ => None,
        },
        ..what_holds(counter, &changes, service)
    })
}

fn what_holds(counter: &Counter, changes: &Changes, service: &Service) -> ServiceSettingsPage {
    let (comune, today) = (&counter.comune, counter.today());
    let own = changes.of(&service.slug);
    let open = is_open(comune, changes, service, today);
    let window = window(comune, own, service, today);
    let later = to_come(own, today);
    let amounts = amounts(comune, service);
    let settled = settled(service, &amounts).into_iter();
    let will_close = |change: &&Change| matches!(change.what, What::Closing { .. });
    ServiceSettingsPage {
        slug: service.slug.clone(),
        title: service.title.clone(),
        office: service.office.name.clone(),
        open: open.is_ok(),
        closed: open.err().map(|why| unmarked(&why)).unwrap_or_default(),
        period: words::period(&words::period_of(window.as_ref())),
        settled: settled
            .map(|fee| {
                let how = match (&fee.formula, fee.amount) {
                    (None, Some(cents)) => words::money(Some(cents)),
                    _ => "calcolato dalle risposte".to_owned(),
                };
                (fee.description.clone(), how)
            })
            .collect(),
        amounts: amounts
            .into_iter()
            .map(|amount| AmountView {
                amount: words::money(amount.on(comune, changes, service, today)),
                name: amount.name,
                label: amount.label,
            })
            .collect(),
        can_reopen: closing(own, today).is_some() || later.iter().any(will_close),
        planned: later
            .into_iter()
            .map(|change| PlannedView {
                number: change.number,
                text: words::change(comune, service, own, change),
            })
            .collect(),
        today: today.italian(),
        tomorrow: today.plus_days(1).italian(),
        ..ServiceSettingsPage::default()
    }
}

/// The newest first.
async fn history(counter: &Counter, service: &Service) -> Result<Vec<RoleLine>, ChangeError> {
    let all = rows::all(&counter.store).await?;
    let own: Vec<ChangeRow> = all
        .into_iter()
        .filter(|row| row.slug == service.slug)
        .collect();
    let changes: Vec<Change> = own.iter().map(decode).collect::<Result<_, _>>()?;
    let mut names = BTreeMap::new();
    let mut lines = Vec::new();
    for (row, change) in own.iter().zip(&changes).rev() {
        let who = name_of(counter, &mut names, &row.made_by).await?;
        let what = words::change(&counter.comune, service, &changes, change);
        lines.push(RoleLine {
            when: rome_text(row.made_at),
            text: format!("{who}: {what}"),
        });
    }
    Ok(lines)
}

async fn name_of(
    counter: &Counter,
    known: &mut BTreeMap<String, String>,
    id: &str,
) -> Result<String, ChangeError> {
    if let Some(name) = known.get(id) {
        return Ok(name.clone());
    }
    let data = sessions::person_data(counter, id).await?;
    let name = data.as_ref().map(cases::name).unwrap_or_default();
    known.insert(id.to_owned(), name.clone());
    Ok(name)
}
