//! Which times an agenda has, and which are still free.

use std::collections::HashMap;

use rules::{
    clock::Calendar,
    slot::{Slot, day_in_words, minute_of_day},
};

use crate::{
    clock::{rome_day, rome_wall},
    config::{Agenda, OpeningHours},
    state::Counter,
    store::{StoreError, bookings},
};

/// Most times that one form offers; the days after them come as these fill or pass.
const OFFERED: usize = 240;

impl Agenda {
    /// What is wrong, by key.
    pub fn faults(&self) -> Vec<&'static str> {
        let mut faults = Vec::new();
        if !(5..=480).contains(&self.minuti) {
            faults.push("minuti: da 5 a 480");
        }
        if !(1..=50).contains(&self.posti) {
            faults.push("posti: da 1 a 50");
        }
        if !(1..=366).contains(&self.giorni) {
            faults.push("giorni: da 1 a 366");
        }
        if self.orari.is_empty() {
            faults.push("orari: serve almeno un orario");
        }
        for hours in &self.orari {
            match hours.minutes() {
                None => faults.push("orari: «dalle» e «alle» si scrivono HH:MM"),
                Some((from, to)) if from + self.minuti > to => {
                    faults.push("orari: tra «dalle» e «alle» non ci sta nemmeno un appuntamento");
                }
                Some(_) if hours.giorni.is_empty() => faults.push("orari: mancano i giorni"),
                Some(_) => {}
            }
        }
        faults
    }

    /// Every time that can be booked at this moment, in order.
    pub fn times(&self, now_ms: i64) -> Vec<Slot> {
        let today = rome_day(now_ms);
        let soon = Self::wall(now_ms + i64::from(self.preavviso_minuti) * 60_000);
        let days = (0..=i64::from(self.giorni)).map(|n| today.plus_days(n));
        let open = days
            .filter(|day| !self.chiusure.contains(day) && !Calendar::default().is_holiday(*day));
        let times = open.flat_map(|day| {
            let hours = self.orari.iter();
            let hours = hours.filter(move |hours| hours.are_on(day.weekday()));
            let mut times: Vec<Slot> = hours
                .flat_map(|hours| hours.starts(self.minuti))
                .filter_map(|minute| Slot::new(day, minute))
                .collect();
            times.sort();
            times.dedup();
            times
        });
        times
            .filter(|slot| soon.is_none_or(|soon| *slot > soon))
            .collect()
    }

    fn wall(ms: i64) -> Option<Slot> {
        let at = rome_wall(ms);
        Slot::new(rome_day(ms), u16::from(at.hour) * 60 + u16::from(at.minute))
    }
}

impl OpeningHours {
    fn minutes(&self) -> Option<(u16, u16)> {
        Some((minute_of_day(&self.dalle)?, minute_of_day(&self.alle)?))
    }

    fn are_on(&self, weekday: u8) -> bool {
        self.giorni.iter().any(|day| *day as u8 == weekday)
    }

    fn starts(&self, step: u16) -> impl Iterator<Item = u16> + use<> {
        let (from, to) = self.minutes().unwrap_or_default();
        (from..to)
            .step_by(usize::from(step.max(1)))
            .take_while(move |start| start + step <= to)
    }
}

/// Free times as the form's choices: each day's name with an empty code, then its times.
pub async fn offer(
    counter: &Counter,
    name: &str,
    draft: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let Some(agenda) = counter.comune.agende.get(name) else {
        return Ok(Vec::new());
    };
    let now = counter.now_ms();
    let taken = bookings::taken(&counter.store, name, draft, now).await?;
    let taken: HashMap<String, i64> = taken.into_iter().collect();
    let seats = i64::from(agenda.posti);
    let times = agenda.times(now).into_iter();
    let free =
        times.filter(|slot| taken.get(&slot.to_string()).copied().unwrap_or_default() < seats);
    let mut choices = Vec::new();
    let mut last = None;
    for slot in free.take(OFFERED) {
        if last.replace(slot.day) != Some(slot.day) {
            choices.push((String::new(), day_in_words(slot.day)));
        }
        choices.push((slot.to_string(), slot.time()));
    }
    Ok(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agenda(text: &str) -> Agenda {
        toml::from_str(text).unwrap()
    }

    fn morning() -> Agenda {
        agenda(
            "ufficio = 'demografici'\nminuti = 30\nposti = 2\ngiorni = 7\npreavviso_minuti = 60\n\
             chiusure = ['2026-12-04']\n\
             orari = [{giorni = ['giovedi', 'venerdi', 'martedi'], dalle = '09:00', alle = '10:15'}]",
        )
    }

    /// 2026-12-03T08:00:00+01:00, a Thursday.
    const MORNING: i64 = 1_796_281_200_000;

    fn times(agenda: &Agenda, at: i64) -> Vec<String> {
        agenda.times(at).iter().map(Slot::to_string).collect()
    }

    #[test]
    fn times_follow_hours_closures_and_holidays() {
        // Friday is closed, Tuesday the 8th a holiday, the next Thursday is the last day.
        assert_eq!(
            times(&morning(), MORNING - 60_000),
            [
                "2026-12-03T09:00",
                "2026-12-03T09:30",
                "2026-12-10T09:00",
                "2026-12-10T09:30"
            ]
        );
    }

    #[test]
    fn nothing_sooner_than_the_notice() {
        assert_eq!(times(&morning(), MORNING)[0], "2026-12-03T09:30");
        assert_eq!(
            times(&morning(), MORNING + 90 * 60_000)[0],
            "2026-12-10T09:00"
        );
    }

    #[test]
    fn faults_are_told_by_key() {
        assert_eq!(morning().faults(), Vec::<&str>::new());
        let bad = agenda(
            "ufficio = 'x'\nminuti = 0\nposti = 0\ngiorni = 0\n\
             orari = [{giorni = [], dalle = '9', alle = '10:00'}]",
        );
        assert_eq!(bad.faults().len(), 4, "{:?}", bad.faults());
    }
}
