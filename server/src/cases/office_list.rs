//! `/ufficio`: the cases of the operator's offices, what needs her first on top.

use std::collections::BTreeMap;

use app::api::{OfficePage, OfficeRow};
use rules::{
    case::{MustAct, State},
    civil::Date,
    protocol::ProtocolNumber,
    roles::{Operation, Place},
};

use super::{LoadError, original, state_view};
use crate::{
    clock::rome_text,
    identity::sessions,
    roles,
    state::{Counter, Person},
    store::cases::{self, ListRow},
};

/// Filter, its label, and who must act in its cases.
const FILTERS: [(&str, &str, &str); 4] = [
    ("da_fare", "Da fare", "operatore"),
    ("in_attesa", "In attesa del cittadino", "cittadino"),
    ("concluse", "Concluse", "nessuno"),
    ("tutte", "Tutte", ""),
];

/// An unknown filter is the first one.
pub async fn office_list(
    counter: &Counter,
    person: &Person,
    filter: &str,
) -> Result<OfficePage, LoadError> {
    roles::check(person, Operation::EnterOffice, Place::Somewhere)?;
    let (filter, _, must_act) = *FILTERS
        .iter()
        .find(|(code, ..)| *code == filter)
        .unwrap_or(&FILTERS[0]);
    let mut rows = Vec::new();
    let mut totals: BTreeMap<String, i64> = BTreeMap::new();
    let offices = roles::offices(counter, person, Operation::ListCases);
    for office in &offices {
        rows.extend(cases::of_office(&counter.store, office, must_act).await?);
        for (code, count) in cases::counts(&counter.store, office).await? {
            *totals.entry(code).or_default() += count;
        }
    }
    rows.sort_by_key(urgency);
    let mut names = Names::default();
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        listed.push(office_row(counter, &mut names, row).await?);
    }
    let total = |must_act: &str| match must_act {
        "" => totals.values().sum(),
        code => totals.get(code).copied().unwrap_or_default(),
    };
    Ok(OfficePage {
        offices: offices
            .iter()
            .map(|id| {
                counter
                    .catalogue
                    .office_name(id)
                    .unwrap_or_else(|| id.clone())
            })
            .collect(),
        cases: listed,
        filter: filter.to_owned(),
        counts: FILTERS
            .iter()
            .map(|(code, label, must_act)| {
                ((*code).to_owned(), (*label).to_owned(), total(must_act))
            })
            .collect(),
        links: links(person),
    })
}

/// Other pages that are hers to see.
fn links(person: &Person) -> Vec<(String, String)> {
    let pages = [
        (
            Operation::Assist,
            Place::Somewhere,
            "/ufficio/sportello",
            "Compila allo sportello, per chi non ha un’identità digitale",
        ),
        (
            Operation::EnterOffice,
            Place::Somewhere,
            "/ufficio/agenda",
            "Gli appuntamenti di oggi",
        ),
        (
            Operation::SeeSettings,
            Place::Somewhere,
            "/ufficio/servizi",
            "I servizi: chiusure, costi e periodo",
        ),
        (
            Operation::PreviewDefinition,
            Place::Town,
            "/ufficio/anteprima",
            "L’anteprima di un servizio nuovo",
        ),
        (
            Operation::SeeDeliveries,
            Place::Town,
            "/ufficio/consegne",
            "Che cosa è stato consegnato, e che cosa no",
        ),
        (
            Operation::SeeRatings,
            Place::Town,
            "/ufficio/valutazioni",
            "Che cosa ne pensano le persone",
        ),
        (
            Operation::SeeProcessing,
            Place::Town,
            "/ufficio/trattamenti",
            "Il registro dei trattamenti di dati personali",
        ),
        (
            Operation::SeeRoles,
            Place::Town,
            "/ufficio/ruoli",
            "Chi può fare che cosa",
        ),
    ];
    let hers = pages.into_iter();
    let hers = hers.filter(|(operation, place, ..)| person.may(*operation, *place));
    hers.map(|(.., href, label)| (href.to_owned(), label.to_owned()))
        .collect()
}

/// The operator's turn first, then the citizen's, then what is over; the nearest deadline first,
/// then what waits longest; of what is over the newest first.
fn urgency(row: &ListRow) -> (u8, String, i64) {
    let turn = match row.index.must_act.as_str() {
        "operatore" => 0,
        "cittadino" => 1,
        _ => 2,
    };
    let due = row.index.due.clone().unwrap_or_else(|| "9".to_owned());
    let age = if turn == 2 {
        -row.created_at
    } else {
        row.created_at
    };
    (turn, due, age)
}

/// Names already opened for this page.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    async fn of(&mut self, counter: &Counter, id: &str) -> Result<String, LoadError> {
        if let Some(name) = self.0.get(id) {
            return Ok(name.clone());
        }
        let data = sessions::person_data(counter, id).await?;
        let name = data.as_ref().map(original::name).unwrap_or_default();
        self.0.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}

async fn office_row(
    counter: &Counter,
    names: &mut Names,
    row: ListRow,
) -> Result<OfficeRow, LoadError> {
    let index = row.index;
    let state = State::parse(&index.state)
        .ok_or_else(|| LoadError::Corrupt(format!("state {}", index.state)))?;
    let due = index.due.as_deref().and_then(Date::parse_iso);
    let operator = match &index.operator {
        Some(id) => Some(names.of(counter, id).await?),
        None => None,
    };
    Ok(OfficeRow {
        id: index.case_id,
        protocol: ProtocolNumber {
            year: row.year,
            number: row.number,
        }
        .to_string(),
        service: index.title,
        applicant: names.of(counter, &row.person).await?,
        submitted: rome_text(row.created_at),
        state: state_view(state),
        due: due.map(Date::italian),
        days_left: due.map(|day| counter.today().days_until(day)),
        operator,
        mine: index.must_act == MustAct::Operatore.code(),
    })
}
