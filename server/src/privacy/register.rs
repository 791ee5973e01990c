//! The register of processing activities (GDPR art. 30): a page for the administrator and, by
//! `server privacy-register`, a CSV file (RFC 4180, UTF-8).

use std::io::Write;

use app::api::{ActivityView, ProcessingPage};
use rules::{
    privacy::activity,
    roles::{Operation, Place},
};
use thiserror::Error;

use super::version;
use crate::{
    catalogue::Catalogue,
    clock::rome_day,
    roles::{self, NotPermitted},
    state::{Counter, Person},
};

#[derive(Debug, Error)]
pub enum RegisterError {
    #[error("the register cannot be written: {0}")]
    Csv(#[from] csv::Error),
    #[error("the register cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// `/ufficio/trattamenti`
pub fn register(counter: &Counter, person: &Person) -> Result<ProcessingPage, NotPermitted> {
    roles::check(person, Operation::SeeProcessing, Place::Town)?;
    Ok(ProcessingPage {
        activities: activities(&counter.catalogue),
    })
}

/// A line a service, in the order of their numbers.
fn activities(catalogue: &Catalogue) -> Vec<ActivityView> {
    let services = catalogue.all().into_iter();
    services
        .filter_map(|definition| {
            let service = &definition.service;
            let found = catalogue.notice(&service.slug)?;
            let since = rome_day(found.since).italian();
            let lines = activity(service, &found.notice, &since).into_iter();
            Some(ActivityView {
                slug: service.slug.clone(),
                version: version(&found.hash).to_owned(),
                title: service.title.clone(),
                lines: lines
                    .map(|(label, text)| (label.to_owned(), text))
                    .collect(),
            })
        })
        .collect()
}

/// The same as a table: a header in Italian and a record a service; how many.
pub fn write_csv(catalogue: &Catalogue, to: impl Write) -> Result<usize, RegisterError> {
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(to);
    let activities = activities(catalogue);
    for (n, activity) in activities.iter().enumerate() {
        if n == 0 {
            table.write_record(activity.lines.iter().map(|(label, _)| label))?;
        }
        table.write_record(activity.lines.iter().map(|(_, text)| text))?;
    }
    table.flush()?;
    Ok(activities.len())
}
