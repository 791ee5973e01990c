//! Whether a delegation holds, now and for this: asked again at every action.

use app::api::Problem;
use rules::{civil::Date, t};
use thiserror::Error;

use super::{Delegation, DelegationError, open};
use crate::{
    clock::rome_day,
    error::Refusal,
    state::Counter,
    store::{
        StoreError, Tx,
        delegations::{self, DelegationRow},
    },
};

/// How a delegation is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Valid,
    /// Its first day is still to come.
    Early(Date),
    /// Its last day is over.
    Expired(Date),
    Revoked(Date),
}

/// Why somebody may not act (any more) for another person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Ended {
    #[error("the delegation was revoked")]
    Revoked(Date),
    #[error("the delegation expired")]
    Expired(Date),
    #[error("the guardian's appointment is over")]
    Appointment(Date),
    #[error("the delegation has not begun")]
    Early(Date),
    #[error("the delegation is for something else")]
    Elsewhere,
}

impl Refusal for Ended {
    fn problem(&self) -> Problem {
        let why = match self {
            Self::Revoked(day) => t!(
                "La persona che ti aveva delegato ha revocato la delega il {day}.",
                day = day.italian()
            ),
            Self::Expired(day) => {
                t!("La delega è finita il {day}.", day = day.italian())
            }
            Self::Appointment(day) => {
                let why = t!(
                    "La nomina con cui agivi per questa persona è finita il {day}. Se è stata prorogata, porta o manda il nuovo provvedimento all'ufficio.",
                    day = day.italian()
                );
                return Problem::new(403, t!("Non puoi agire per questa persona"), why);
            }
            Self::Early(day) => t!("La delega vale solo dal {day}.", day = day.italian()),
            Self::Elsewhere => t!("La delega che hai non vale per questa pratica.").to_owned(),
        };
        let title = t!("Non puoi agire per questa persona");
        let what = t!(
            "Quello che hai già fatto resta valido e la pratica resta alla persona: la segue dalla sua area personale. Se devi ancora occupartene tu, chiedile una nuova delega: la dà da «Deleghe», nella sua area personale."
        );
        Problem::new(403, title, format!("{why} {what}"))
    }
}

/// The row as it is on `today`.
pub fn state(row: &DelegationRow, today: Date) -> Standing {
    let day = |text: &str| Date::parse_iso(text);
    match (row.revoked_at, day(&row.from_day), day(&row.to_day)) {
        (Some(at), ..) => Standing::Revoked(rome_day(at)),
        (None, Some(from), _) if today < from => Standing::Early(from),
        (None, Some(_), Some(to)) if today <= to => Standing::Valid,
        // A day that cannot be read holds nothing.
        (None, _, to) => Standing::Expired(to.unwrap_or(today)),
    }
}

fn ended(row: &DelegationRow, today: Date) -> Result<(), Ended> {
    match state(row, today) {
        Standing::Valid => Ok(()),
        Standing::Early(day) => Err(Ended::Early(day)),
        Standing::Expired(day) => Err(Ended::Expired(day)),
        Standing::Revoked(day) => Err(Ended::Revoked(day)),
    }
}

/// Whether it is for requests of this service, or for this case.
fn covers(row: &DelegationRow, slug: &str, case: Option<&str>) -> bool {
    match row.scope.as_str() {
        "tutti" => true,
        "servizio" => row.target == slug,
        "pratica" => case == Some(row.target.as_str()),
        _ => false,
    }
}

/// The delegation by which `delegate` (see [`super::lookup`]) may act today for `giver` in a
/// request for `slug` that she sends or sent herself. A new one takes the place of one that ended.
pub async fn covering(
    counter: &Counter,
    delegate: &str,
    giver: &str,
    slug: &str,
    case: Option<&str>,
) -> Result<Delegation, DelegationError> {
    let rows = delegations::received(&counter.store, delegate).await?;
    let own = rows.iter().filter(|row| row.giver == giver);
    first_valid(counter, own.filter(|row| covers(row, slug, case)))?
        .ok_or_else(|| Ended::Elsewhere.into())
}

/// The delegation by which `delegate` may act today in a case of somebody else's that was
/// delegated to her by itself; `None`: there never was one.
pub async fn one_case(
    counter: &Counter,
    delegate: &str,
    case: &str,
) -> Result<Option<Delegation>, DelegationError> {
    let rows = delegations::received(&counter.store, delegate).await?;
    let of_case = |row: &&DelegationRow| row.scope == "pratica" && row.target == case;
    first_valid(counter, rows.iter().filter(of_case))
}

/// The newest one that holds, or why the newest does not.
fn first_valid<'a>(
    counter: &Counter,
    rows: impl Iterator<Item = &'a DelegationRow>,
) -> Result<Option<Delegation>, DelegationError> {
    let today = counter.today();
    let mut first = None;
    for row in rows {
        match ended(row, today) {
            Ok(()) => return open(counter, row).map(Some),
            Err(why) => first = first.or(Some(why)),
        }
    }
    first.map_or(Ok(None), |why| Err(why.into()))
}

/// In the transaction of the action itself: it was not revoked meanwhile, nor is until this ends.
pub async fn check_in(tx: &mut Tx, id: &str, now_ms: i64) -> Result<Option<Ended>, StoreError> {
    delegations::lock(tx, id).await?;
    let row = delegations::get_in(tx, id).await?;
    Ok(match row {
        Some(row) => ended(&row, rome_day(now_ms)).err(),
        None => Some(Ended::Elsewhere),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(from: i64, to: i64, revoked_at: Option<i64>) -> DelegationRow {
        let day = |n| Date::from_days_since_epoch(n).unwrap().to_string();
        DelegationRow {
            id: "d".into(),
            giver: "p".into(),
            delegate: "l".into(),
            scope: "servizio".into(),
            target: "tari".into(),
            from_day: day(from),
            to_day: day(to),
            sealed: Vec::new(),
            created_at: 0,
            revoked_at,
        }
    }

    proptest! {
        #[test]
        fn it_holds_from_its_first_day_to_its_last(
            from in 10_000i64..30_000, days in 0i64..366, today in 9_000i64..31_000,
        ) {
            let today_is = Date::from_days_since_epoch(today).unwrap();
            let holds = (from..=from + days).contains(&today);
            let standing = state(&row(from, from + days, None), today_is);
            prop_assert_eq!(standing == Standing::Valid, holds);
            prop_assert_eq!(ended(&row(from, from + days, None), today_is).is_ok(), holds);
            let revoked = state(&row(from, from + days, Some(1)), today_is);
            prop_assert!(matches!(revoked, Standing::Revoked(_)));
        }
    }

    #[test]
    fn a_scope_covers_itself_only() {
        let of = |scope: &str, target: &str| DelegationRow {
            scope: scope.into(),
            target: target.into(),
            ..row(0, 1, None)
        };
        let covered = |row: &DelegationRow| {
            [
                covers(row, "tari", None),
                covers(row, "imu", None),
                covers(row, "imu", Some("c1")),
            ]
        };
        assert_eq!(covered(&of("tutti", "")), [true, true, true]);
        assert_eq!(covered(&of("servizio", "tari")), [true, false, false]);
        assert_eq!(covered(&of("pratica", "c1")), [false, false, true]);
        assert_eq!(covered(&of("altro", "")), [false, false, false]);
    }
}
