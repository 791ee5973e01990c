use proptest::prelude::*;

use super::*;
use crate::fields::vectors;

fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

fn pause(from: &str, to: &str) -> Suspension {
    Suspension {
        from: day(from),
        to: day(to),
    }
}

const LAW: Calendar = Calendar {
    saturday: false,
    patron: None,
};

fn due(start: &str, suspensions: &[Suspension]) -> (String, String) {
    let due = LAW.deadline(day(start), 30, Counting::Solari, suspensions);
    (due.raw.to_string(), due.rolled.to_string())
}

fn pair(raw: &str, rolled: &str) -> (String, String) {
    (raw.to_owned(), rolled.to_owned())
}

/// Procedure rules §3.3.
#[test]
fn the_worked_example() {
    let start = "2026-12-01";
    assert_eq!(due(start, &[]), pair("2026-12-31", "2026-12-31"));
    let integration = pause("2026-12-11", "2026-12-21");
    assert_eq!(due(start, &[integration]), pair("2027-01-10", "2027-01-11"));
    let notice = Suspension::of_rejection_notice(day("2027-01-04"), Some(day("2027-01-12")));
    assert_eq!((notice.to, notice.days()), (day("2027-01-22"), 18));
    assert_eq!(
        due(start, &[integration, notice]),
        pair("2027-01-28", "2027-01-28")
    );
}

#[test]
fn without_observations_the_notice_stands_ten_days() {
    let notice = Suspension::of_rejection_notice(day("2027-01-04"), None);
    assert_eq!(notice, pause("2027-01-04", "2027-01-14"));
}

fn read(v: &serde_json::Value, name: &str) -> Date {
    day(v[name].as_str().unwrap())
}

fn number(v: &serde_json::Value) -> u32 {
    v.as_u64().unwrap().try_into().unwrap()
}

#[test]
fn easter_as_in_the_vectors_and_the_almanac() {
    let all = vectors();
    let vectors = all["pasqua"].as_object().unwrap();
    assert_eq!(vectors.len(), 12);
    for (year, date) in vectors {
        let easter = easter(year.parse().unwrap());
        assert_eq!(easter, Some(day(date.as_str().unwrap())));
    }
    for (year, date) in [
        (1961, "1961-04-02"),
        (2000, "2000-04-23"),
        (2008, "2008-03-23"),
        (2038, "2038-04-25"),
    ] {
        assert_eq!(easter(year), Some(day(date)));
    }
}

#[test]
fn terms_as_in_the_vectors() {
    let all = vectors();
    let list = |name: &str| all[name].as_array().unwrap().clone();
    for (name, counting) in [
        ("scadenze_solari", Counting::Solari),
        ("scadenze_lavorative", Counting::Lavorativi),
    ] {
        assert!(list(name).len() >= 6, "{name}");
        for v in list(name) {
            let patron = v["patrono"].as_array();
            let patron = patron.map(|p| (number(&p[0]) as u8, number(&p[1]) as u8));
            let calendar = Calendar { patron, ..LAW };
            let due = calendar.deadline(read(&v, "inizio"), number(&v["giorni"]), counting, &[]);
            assert_eq!(due.rolled, read(&v, "scadenza"), "{v}");
        }
    }
    assert_eq!(list("termini_con_sospensioni").len(), 5);
    for v in list("termini_con_sospensioni") {
        let pauses = v["sospensioni"].as_array().unwrap().iter();
        let pauses = pauses.map(|p| pause(p[0].as_str().unwrap(), p[1].as_str().unwrap()));
        let pauses: Vec<_> = pauses.collect();
        let (start, days) = (read(&v, "inizio"), number(&v["base"]));
        let due = LAW.deadline(start, days, Counting::Solari, &pauses);
        assert_eq!(
            (due.raw, due.rolled),
            (read(&v, "grezza"), read(&v, "scadenza")),
            "{v}"
        );
    }
}

#[test]
fn holidays_of_the_law() {
    for holiday in [
        "2026-01-01",
        "2026-01-06",
        "2026-04-05",
        "2026-04-06",
        "2026-04-25",
        "2026-05-01",
        "2026-06-02",
        "2026-08-15",
        "2027-10-04",
        "2028-10-04",
        "2026-11-01",
        "2026-12-08",
        "2026-12-25",
        "2026-12-26",
        "2026-11-29",
    ] {
        assert!(LAW.is_holiday(day(holiday)), "{holiday}");
    }
    for weekday in [
        // Before the law of 2025; abolished in 1977; the patron of Bitonto; a Saturday.
        "2024-10-04",
        "2026-03-19",
        "2026-06-29",
        "2026-11-04",
        "2026-05-26",
        "2026-11-28",
    ] {
        assert!(!LAW.is_holiday(day(weekday)), "{weekday}");
    }
    let taxes = Calendar {
        saturday: true,
        patron: Some((5, 26)),
    };
    assert!(taxes.is_holiday(day("2026-11-28")) && taxes.is_holiday(day("2026-05-26")));
    assert_eq!(taxes.roll(day("2026-12-25")), day("2026-12-28"));
}

#[test]
fn working_days_skip_the_weekend_and_holidays() {
    assert_eq!(
        LAW.plus_working_days(day("2026-12-04"), 2),
        day("2026-12-09")
    );
    assert_eq!(
        LAW.plus_working_days(day("2026-12-04"), 0),
        day("2026-12-04")
    );
    let due = LAW.deadline(
        day("2026-12-04"),
        2,
        Counting::Lavorativi,
        &[pause("2026-12-07", "2026-12-10")],
    );
    assert_eq!(
        (due.raw, due.rolled),
        (day("2026-12-12"), day("2026-12-14"))
    );
}

#[test]
fn overlapping_suspensions_count_once() {
    let pauses = [
        pause("2026-12-05", "2026-12-20"),
        pause("2026-12-01", "2026-12-10"),
        pause("2026-12-06", "2026-12-07"),
        pause("2026-12-30", "2026-12-30"),
    ];
    assert_eq!(suspended_days(&pauses), 19);
}

#[test]
fn the_end_of_the_calendar_is_no_panic() {
    let last = day("9999-12-31");
    let due = LAW.deadline(last, u32::MAX, Counting::Solari, &[]);
    assert_eq!(due.rolled, last);
    assert_eq!(LAW.plus_working_days(last, 3), last);
}

fn any_day() -> impl Strategy<Value = Date> {
    (-20_000i64..60_000).prop_map(|days| Date::from_days_since_epoch(days).unwrap())
}

proptest! {
    #[test]
    fn rolling_lands_on_the_first_that_is_no_holiday(day in any_day(), saturday: bool) {
        let calendar = Calendar { saturday, patron: None };
        let rolled = calendar.roll(day);
        prop_assert!(!calendar.is_holiday(rolled));
        prop_assert!((0..7).contains(&day.days_until(rolled)));
        for skipped in 0..day.days_until(rolled) {
            prop_assert!(calendar.is_holiday(day.plus_days(skipped)));
        }
        prop_assert_eq!(calendar.roll(rolled), rolled);
    }

    #[test]
    fn a_suspension_moves_the_raw_date_by_its_days(
        start in any_day(), days in 0u32..200, offset in 0i64..90, length in 0i64..60,
    ) {
        let from = start.plus_days(offset);
        let pause = Suspension { from, to: from.plus_days(length) };
        let plain = LAW.deadline(start, days, Counting::Solari, &[]);
        let moved = LAW.deadline(start, days, Counting::Solari, &[pause]);
        prop_assert_eq!(plain.raw.days_until(moved.raw), length);
        prop_assert!(moved.rolled >= moved.raw && moved.rolled >= plain.rolled);
        // The same pause told twice, or in two halves, is the same pause.
        let half = from.plus_days(length / 2);
        let halves = [Suspension { from: half, to: pause.to }, Suspension { from, to: half }, pause];
        prop_assert_eq!(LAW.deadline(start, days, Counting::Solari, &halves), moved);
    }

    #[test]
    fn working_days_are_working_days(start in any_day(), days in 1u32..60) {
        let end = LAW.plus_working_days(start, days);
        prop_assert!(LAW.is_working_day(end));
        let between = (1..=start.days_until(end)).filter(|n| LAW.is_working_day(start.plus_days(*n)));
        prop_assert_eq!(between.count(), days as usize);
    }
}
