//! What an office changes of a service while the counter runs, each change from a day on: it closes
//! it, opens it again, sets an amount or the period of requests.
//!
//! Changes are only ever added, in the order of their numbers. What holds of one thing on a day is
//! the change with the latest day not after it; of two of the same day, the one made later. So a
//! change that is planned stays until its day, whatever is decided before. A change can be taken
//! back by another one: then it never was.

use serde::{Deserialize, Serialize};

use crate::civil::Date;

/// One change, as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// From 1, in the order in which they were made.
    pub number: i64,
    /// The first day on which it holds, in Europe/Rome.
    pub from: Date,
    pub what: What,
    /// For citizens, in words; may be empty where nothing closes.
    pub reason: String,
}

/// What is changed, and what was before. The names are those of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum What {
    /// `until`: the last day, if it is known.
    Closing {
        until: Option<Date>,
    },
    Reopening {},
    /// `name`: a fee's id, or a tariff of the formulas. Cents; `was`: none was set.
    Fee {
        name: String,
        cents: i64,
        was: Option<i64>,
    },
    Window {
        period: Period,
        was: Period,
    },
    /// Of a change that had not begun.
    Withdrawal {
        number: i64,
    },
}

/// When requests are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Always,
    /// `MM-GG` (every year) or `AAAA-MM-GG`, both days included.
    Between {
        from: String,
        to: String,
    },
}

/// What a change is about: of each, one holds at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Opening,
    Fee(String),
    Window,
}

impl What {
    /// `None`: of a withdrawal, which is about another change.
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Self::Closing { .. } | Self::Reopening {} => Some(Topic::Opening),
            Self::Fee { name, .. } => Some(Topic::Fee(name.clone())),
            Self::Window { .. } => Some(Topic::Window),
            Self::Withdrawal { .. } => None,
        }
    }
}

/// The changes that were not taken back.
pub fn standing(all: &[Change]) -> impl Iterator<Item = &Change> {
    let gone = |number: i64| {
        all.iter()
            .any(|other| other.what == What::Withdrawal { number })
    };
    all.iter()
        .filter(move |change| change.what.topic().is_some() && !gone(change.number))
}

/// The change of this thing that holds on a day.
pub fn holding<'a>(all: &'a [Change], topic: &Topic, day: Date) -> Option<&'a Change> {
    standing(all)
        .filter(|change| change.from <= day && change.what.topic().as_ref() == Some(topic))
        .max_by_key(|change| (change.from, change.number))
}

/// The closing that keeps the service shut on a day.
pub fn closing(all: &[Change], day: Date) -> Option<&Change> {
    holding(all, &Topic::Opening, day).filter(|change| match &change.what {
        What::Closing { until } => until.is_none_or(|last| day <= last),
        _ => false,
    })
}

/// The period of requests on a day, if an office has set one, and why it is so; may be empty.
pub fn period(all: &[Change], day: Date) -> Option<(&Period, &str)> {
    let change = holding(all, &Topic::Window, day)?;
    match &change.what {
        What::Window { period, .. } => Some((period, &change.reason)),
        _ => None,
    }
}

/// The amount of this name on a day, cents, if an office has set one.
pub fn amount(all: &[Change], name: &str, day: Date) -> Option<i64> {
    match &holding(all, &Topic::Fee(name.to_owned()), day)?.what {
        What::Fee { cents, .. } => Some(*cents),
        _ => None,
    }
}

/// The changes that have not begun on a day, by their days.
pub fn to_come(all: &[Change], day: Date) -> Vec<&Change> {
    let mut later: Vec<_> = standing(all).filter(|change| change.from > day).collect();
    later.sort_by_key(|change| (change.from, change.number));
    later
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> Date {
        Date::from_days_since_epoch(20_000 + n).unwrap()
    }

    fn fee(number: i64, from: i64, cents: i64) -> Change {
        Change {
            number,
            from: day(from),
            what: What::Fee {
                name: "cartello".into(),
                cents,
                was: None,
            },
            reason: String::new(),
        }
    }

    fn opening(number: i64, from: i64, what: What) -> Change {
        Change {
            number,
            from: day(from),
            what,
            reason: String::new(),
        }
    }

    fn withdrawal(number: i64, of: i64) -> Change {
        opening(number, 0, What::Withdrawal { number: of })
    }

    #[test]
    fn a_planned_change_stays_and_the_later_of_a_day_counts() {
        let all = [fee(1, 10, 100), fee(2, 5, 200), fee(3, 10, 300)];
        let amounts = [4, 5, 9, 10, 99].map(|n| amount(&all, "cartello", day(n)));
        assert_eq!(amounts, [None, Some(200), Some(200), Some(300), Some(300)]);
        assert_eq!(amount(&all, "canone", day(99)), None);
        let later: Vec<_> = to_come(&all, day(5)).iter().map(|c| c.number).collect();
        assert_eq!(later, [1, 3]);
    }

    #[test]
    fn a_closing_ends_with_its_last_day_or_with_a_reopening() {
        let until = |last: i64| What::Closing {
            until: Some(day(last)),
        };
        let shut = |all: &[Change], n| closing(all, day(n)).is_some();
        let all = [opening(1, 2, until(4))];
        assert_eq!(
            [1, 2, 4, 5].map(|n| shut(&all, n)),
            [false, true, true, false]
        );
        let all = [
            opening(1, 2, What::Closing { until: None }),
            opening(2, 6, What::Reopening {}),
        ];
        assert_eq!([2, 5, 6].map(|n| shut(&all, n)), [true, true, false]);
        // The same day: what was said last.
        let all = [
            opening(1, 2, What::Closing { until: None }),
            opening(2, 2, What::Reopening {}),
            opening(3, 2, until(3)),
        ];
        assert_eq!([2, 3, 4].map(|n| shut(&all, n)), [true, true, false]);
    }

    #[test]
    fn they_are_written_as_the_database_keeps_them() {
        let what = What::Window {
            period: Period::Between {
                from: "04-01".into(),
                to: "05-31".into(),
            },
            was: Period::Always,
        };
        let json = serde_json::to_value(&what).unwrap();
        assert_eq!(json["kind"], "window");
        assert_eq!(json["value"]["was"], "always");
        assert_eq!(serde_json::from_value::<What>(json).unwrap(), what);
        let json = serde_json::to_value(What::Reopening {}).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"kind": "reopening", "value": {}}),
            "nothing but the day"
        );
    }

    proptest! {
        /// By walking the days, as nobody would at run time.
        #[test]
        fn what_holds_began_last(days in proptest::collection::vec(0..20_i64, 0..8), gone in 0..10_i64, n in 0..25_i64) {
            let numbers = 1..=days.len() as i64;
            let mut all: Vec<_> = numbers.zip(&days).map(|(number, from)| fee(number, *from, number)).collect();
            all.push(withdrawal(90, gone));
            let mut wanted = None;
            for d in 0..=n {
                for change in &all[..days.len()] {
                    if change.from == day(d) && change.number != gone {
                        wanted = Some(change.number);
                    }
                }
            }
            prop_assert_eq!(amount(&all, "cartello", day(n)), wanted);
            let later = to_come(&all, day(n));
            prop_assert!(later.iter().all(|change| change.from > day(n) && change.number != gone));
        }
    }
}
