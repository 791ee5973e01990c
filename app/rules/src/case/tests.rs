use proptest::prelude::*;

use super::*;
use crate::{
    catalogue::Counting, civil::Date, clock::Calendar, notice::NoticeNumber,
    protocol::ProtocolNumber,
};

const TERMS: Terms = Terms {
    days: 30,
    counting: Counting::Solari,
    calendar: Calendar {
        saturday: false,
        patron: None,
    },
};

fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

fn act(number: i64) -> Registered {
    Registered {
        protocol: ProtocolNumber { year: 2026, number },
        document: Document {
            id: format!("doc{number}"),
            hash: "00".into(),
        },
    }
}

fn due(fee: &str, base: u64) -> Due {
    Due {
        fee: fee.to_owned(),
        cents: 4000,
        notice: NoticeNumber::mint(2, base).unwrap(),
        by: day("2026-12-31"),
    }
}

fn cash(due: &Due) -> Command {
    Command::Incassa {
        avviso: due.notice,
        ricevuta: "r1".into(),
        impronta: "00".into(),
    }
}

fn event(seq: i64, day: Date, body: EventBody) -> Event {
    Event {
        seq,
        at_ms: day.days_since_epoch() * 86_400_000,
        day,
        actor: Actor::Sistema,
        body,
    }
}

fn opened(on: &str) -> Vec<Event> {
    vec![event(1, day(on), EventBody::Invia { act: act(1) })]
}

fn run(events: &mut Vec<Event>, on: Date, command: Command) -> Result<CaseState, Refusal> {
    let state = fold(events, &TERMS).unwrap();
    for body in decide(&state, command)? {
        let seq = i64::try_from(events.len()).unwrap() + 1;
        events.push(event(seq, on, body));
    }
    Ok(fold(events, &TERMS).unwrap())
}

fn take(events: &mut Vec<Event>, on: &str) -> CaseState {
    let operatore = "op".to_owned();
    run(events, day(on), Command::PrendiInCarico { operatore }).unwrap()
}

fn ask(events: &mut Vec<Event>, on: &str, giorni: i64) -> Result<CaseState, Refusal> {
    let today = day(on);
    run(
        events,
        today,
        Command::ChiediIntegrazione {
            act: act(2),
            today,
            giorni,
        },
    )
}

#[test]
fn the_clock_of_the_worked_example() {
    let mut events = opened("2026-12-01");
    assert_eq!(
        take(&mut events, "2026-12-02").due.rolled,
        day("2026-12-31")
    );
    let waiting = ask(&mut events, "2026-12-11", 30).unwrap();
    assert_eq!(waiting.state, State::AttesaIntegrazione);
    assert_eq!(waiting.must_act, MustAct::Cittadino);
    // 10 January 2027 is a Sunday: she has until Monday, the office's term does not wait that long.
    assert_eq!(waiting.integration.unwrap().due, day("2027-01-11"));
    assert_eq!(waiting.due.raw, day("2027-01-30"));
    let answered = run(
        &mut events,
        day("2026-12-21"),
        Command::Rispondi { act: act(3) },
    )
    .unwrap();
    assert_eq!(answered.due.raw, day("2027-01-10"));
    assert_eq!(answered.due.rolled, day("2027-01-11"));
    assert_eq!(answered.must_act, MustAct::Operatore);
}

#[test]
fn only_the_first_request_stops_the_clock() {
    let mut events = opened("2026-12-01");
    take(&mut events, "2026-12-01");
    ask(&mut events, "2026-12-02", 10).unwrap();
    let first = run(
        &mut events,
        day("2026-12-07"),
        Command::Rispondi { act: act(3) },
    )
    .unwrap();
    let second = ask(&mut events, "2026-12-10", 10).unwrap();
    assert_eq!(second.due, first.due);
    let late = run(
        &mut events,
        day("2026-12-15"),
        Command::Rispondi { act: act(4) },
    )
    .unwrap();
    assert_eq!(late.due, first.due);
    assert_eq!(late.suspensions.len(), 1);
}

#[test]
fn a_late_timer_does_not_lengthen_the_standstill() {
    let mut events = opened("2026-11-02");
    take(&mut events, "2026-11-02");
    ask(&mut events, "2026-11-03", 10).unwrap();
    let early = Command::ScadenzaIntegrazione {
        today: day("2026-11-13"),
    };
    assert_eq!(
        run(&mut events, day("2026-11-13"), early),
        Err(Refusal::NotYet)
    );
    let today = day("2026-11-20");
    let back = run(&mut events, today, Command::ScadenzaIntegrazione { today }).unwrap();
    assert_eq!(back.state, State::Istruttoria);
    assert_eq!(back.due.raw, day("2026-12-12"));
}

#[test]
fn what_is_due_is_paid_before_the_release() {
    let mut events = opened("2026-11-02");
    take(&mut events, "2026-11-02");
    let (sign, inquiry) = (due("cartello", 1), due("istruttoria", 2));
    let accept = Command::Accogli {
        act: act(2),
        esito: "autorizzato".into(),
        dovuti: vec![sign.clone(), inquiry.clone()],
    };
    let accepted = run(&mut events, day("2026-11-10"), accept).unwrap();
    assert_eq!(accepted.state, State::AttesaPagamentoRilascio);
    assert_eq!(accepted.must_act, MustAct::Cittadino);
    assert!(accepted.state.is_decided() && !accepted.state.is_final());
    assert!(!accepted.can_withdraw() && accepted.office_commands().is_empty());
    assert_eq!(accepted.dues, [sign.clone(), inquiry.clone()]);
    let half = run(&mut events, day("2026-11-12"), cash(&inquiry)).unwrap();
    assert_eq!(half.state, State::AttesaPagamentoRilascio);
    assert_eq!(half.unpaid().collect::<Vec<_>>(), [&sign]);
    // A second receipt of the same notice, and one of a notice of somebody else.
    for stranger in [&inquiry, &due("cartello", 9)] {
        let refused = run(&mut events, day("2026-11-13"), cash(stranger));
        assert_eq!(refused, Err(Refusal::NotDue));
    }
    let released = run(&mut events, day("2026-11-14"), cash(&sign)).unwrap();
    assert_eq!(released.state, State::Rilasciata);
    assert_eq!(released.must_act, MustAct::Nessuno);
    // The term of art. 2 is the one of the acceptance.
    assert_eq!(released.due, accepted.due);
    assert_eq!(
        run(&mut events, day("2026-11-15"), cash(&sign)),
        Err(Refusal::WrongState(State::Rilasciata))
    );
}

#[test]
fn days_for_an_answer_are_one_to_thirty() {
    let mut events = opened("2026-11-02");
    take(&mut events, "2026-11-02");
    for days in [i64::MIN, -1, 0, 31, i64::MAX] {
        assert_eq!(ask(&mut events, "2026-11-03", days), Err(Refusal::Days));
    }
}

#[test]
fn names_in_json_are_those_of_the_procedure() {
    let bodies = [
        (EventBody::Invia { act: act(7) }, "invia"),
        (
            EventBody::Assegna {
                operatore: "x".into(),
            },
            "assegna",
        ),
        (EventBody::AvviaIstruttoria, "avvia_istruttoria"),
        (
            EventBody::ChiediIntegrazione {
                act: act(7),
                entro: day("2026-12-01"),
                sospende: true,
            },
            "chiedi_integrazione",
        ),
        (EventBody::Risponde { act: act(7) }, "risponde"),
        (EventBody::TermineScaduto, "termine_scaduto"),
        (EventBody::Proponi { esito: "si".into() }, "proponi"),
        (
            EventBody::FirmaPositiva {
                act: act(7),
                esito: "si".into(),
            },
            "firma_positiva",
        ),
        (
            EventBody::ImportoDovuto {
                due: due("cartello", 1),
            },
            "importo_dovuto",
        ),
        (
            EventBody::Pagato {
                avviso: due("cartello", 1).notice,
                ricevuta: "r1".into(),
                impronta: "00".into(),
            },
            "pagato",
        ),
        (EventBody::Irricevibile { act: act(7) }, "irricevibile"),
        (EventBody::Ritira { act: act(7) }, "ritira"),
        (
            EventBody::DocumentoPronto {
                documento: act(7).document,
                originale_seq: 1,
            },
            "documento_pronto",
        ),
    ];
    for (body, name) in bodies {
        let json = serde_json::to_value(&body).unwrap();
        assert_eq!(json["evento"], name);
        assert_eq!(
            serde_json::from_value::<EventBody>(json.clone()).unwrap(),
            body
        );
        if body.act().is_some() {
            assert_eq!(json["protocollo"]["number"], 7);
            assert_eq!(json["documento"]["impronta"], "00");
        }
    }
    for actor in [
        Actor::Cittadino("1".into()),
        Actor::Operatore("2".into()),
        Actor::Sistema,
    ] {
        assert_eq!(Actor::parse(&actor.to_string()), Some(actor));
    }
    for wrong in ["", "cittadino:", "sistema:1", "sindaco:3"] {
        assert_eq!(Actor::parse(wrong), None);
    }
}

#[test]
fn state_codes_are_unique_and_read_back() {
    for state in State::ALL {
        assert_eq!(State::parse(state.code()), Some(state));
    }
    assert_eq!(State::parse("bozza"), None);
}

#[test]
fn broken_histories_are_told() {
    let wrong = |events: &[Event]| fold(events, &TERMS).unwrap_err().seq;
    assert_eq!(wrong(&[]), 1);
    assert_eq!(
        wrong(&[event(1, day("2026-12-01"), EventBody::AvviaIstruttoria)]),
        1
    );
    let mut events = opened("2026-12-01");
    take(&mut events, "2026-12-02");
    let mut gap = events.clone();
    gap.remove(1);
    assert_eq!(wrong(&gap), 2);
    events.push(event(
        4,
        day("2026-12-03"),
        EventBody::FirmaPositiva {
            act: act(2),
            esito: "si".into(),
        },
    ));
    assert_eq!(wrong(&events), 4);
}

#[test]
fn a_pdf_may_come_at_any_time_and_changes_nothing() {
    let mut events = opened("2026-12-01");
    let pdf = |of: i64| EventBody::DocumentoPronto {
        documento: act(1).document,
        originale_seq: of,
    };
    for command in [
        Command::PrendiInCarico {
            operatore: "op".into(),
        },
        Command::Ritira { act: act(2) },
    ] {
        let before = fold(&events, &TERMS).unwrap();
        let seq = before.seq + 1;
        events.push(event(seq, day("2026-12-02"), pdf(1)));
        let after = fold(&events, &TERMS).unwrap();
        assert_eq!(CaseState { seq, ..before }, after);
        run(&mut events, day("2026-12-03"), command).unwrap();
    }
    let seen = events.last().unwrap().seq;
    events.push(event(seen + 1, day("2026-12-04"), pdf(1)));
    assert_eq!(fold(&events, &TERMS).unwrap().state, State::Ritirata);
    assert!(still_as_seen(&events, seen) && still_as_seen(&events, seen + 1));
    assert!(!still_as_seen(&events, seen - 1) && !still_as_seen(&events, seen + 2));
    let next = seen + 2;
    events.push(event(next, day("2026-12-04"), pdf(next)));
    assert_eq!(fold(&events, &TERMS), Err(BadHistory { seq: next }));
}

fn any_command() -> impl Strategy<Value = (i64, u8, i64)> {
    (0i64..40, 0u8..9, -2i64..35)
}

fn command(kind: u8, days: i64, today: Date) -> Command {
    match kind {
        0 => Command::PrendiInCarico {
            operatore: "op".into(),
        },
        1 => Command::ChiediIntegrazione {
            act: act(9),
            today,
            giorni: days,
        },
        2 => Command::Rispondi { act: act(9) },
        3 => Command::ScadenzaIntegrazione { today },
        4 => Command::Accogli {
            act: act(9),
            esito: "accolta".into(),
            dovuti: Vec::new(),
        },
        7 => Command::Accogli {
            act: act(9),
            esito: "accolta".into(),
            dovuti: vec![due("cartello", 1), due("istruttoria", 2)],
        },
        8 => cash(&due("cartello", 1 + days.unsigned_abs() % 3)),
        5 => Command::Irricevibile { act: act(9) },
        _ => Command::Ritira { act: act(9) },
    }
}

proptest! {
    #[test]
    fn accepted_commands_fold_and_final_states_accept_nothing(
        steps in prop::collection::vec(any_command(), 0..25),
    ) {
        let mut today = day("2026-01-15");
        let mut events = opened("2026-01-15");
        let base = fold(&events, &TERMS).unwrap().due;
        for (wait, kind, days) in steps {
            today = today.plus_days(wait);
            let before = fold(&events, &TERMS).unwrap();
            let Ok(bodies) = decide(&before, command(kind, days, today)) else { continue };
            prop_assert!(!before.state.is_final());
            prop_assert!(!bodies.is_empty());
            for body in bodies {
                let seq = i64::try_from(events.len()).unwrap() + 1;
                events.push(event(seq, today, body));
            }
            let after = fold(&events, &TERMS).unwrap();
            prop_assert_eq!(after.seq, i64::try_from(events.len()).unwrap());
            prop_assert_eq!(after.integration.is_some(), after.state == State::AttesaIntegrazione);
            prop_assert_eq!(after.unpaid().count() > 0, after.state == State::AttesaPagamentoRilascio);
            prop_assert!(after.due.raw >= base.raw);
            prop_assert!(base.raw.days_until(after.due.raw) <= 30, "one suspension of 30 days at most");
            prop_assert!(after.due.rolled >= after.due.raw);
        }
        let last = fold(&events, &TERMS).unwrap();
        if last.state.is_final() {
            prop_assert!(last.office_commands().is_empty() && !last.can_withdraw());
            for kind in 0..9 {
                prop_assert_eq!(
                    decide(&last, command(kind, 10, today)),
                    Err(Refusal::WrongState(last.state))
                );
            }
        }
    }

    /// What the page offers is what `decide` accepts.
    #[test]
    fn offered_commands_are_accepted(steps in prop::collection::vec(any_command(), 0..12)) {
        let mut today = day("2026-01-15");
        let mut events = opened("2026-01-15");
        for (wait, kind, days) in steps {
            today = today.plus_days(wait);
            let _ = run(&mut events, today, command(kind, days, today));
            let state = fold(&events, &TERMS).unwrap();
            for (code, kind) in [("prendi_in_carico", 0), ("chiedi_integrazione", 1), ("accogli", 4), ("irricevibile", 5)] {
                let accepted = decide(&state, command(kind, 10, today)).is_ok();
                prop_assert_eq!(state.office_commands().contains(&code), accepted, "{}", code);
            }
            prop_assert_eq!(state.can_withdraw(), decide(&state, command(6, 1, today)).is_ok());
        }
    }
}
