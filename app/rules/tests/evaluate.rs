//! The engine on small forms written as JSON, and on the catalogue with random answers.

use std::collections::BTreeMap;

use rules::{
    catalogue::Form,
    civil::Date,
    form::{Answer, Answers, Context, Evaluation, IssueKind, Lists, NoLists, evaluate_json},
};
use serde_json::{Value, json};

struct Known;

impl Lists for Known {
    fn contains(&self, list: &str, code: &str) -> Option<bool> {
        match list {
            "luoghi" => Some(["A893", "H501", "L219"].contains(&code)),
            "nidi" => Some(code == "girasole"),
            _ => None,
        }
    }
}

fn today() -> Date {
    Date::new(2026, 11, 23).expect("a sound fixture")
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).expect("a sound fixture")
}

/// A form of one step with these fields and whole-form rules.
fn form(fields: Value, rules: Value) -> Form {
    serde_json::from_value(json!({
        "steps": [{"id": "uno", "title": "Uno", "sections": [{"fields": fields}]}],
        "attachments": [], "declarations": [], "rules": rules,
    }))
    .expect("a sound fixture")
}

fn evaluate(form: &Form, given: Value) -> Evaluation {
    let identity = answers(json!({"codice_fiscale": "RSSMRA68A01H501Y"}));
    form.evaluate(
        &answers(given),
        &Context {
            today: today(),
            identity: &identity,
            lists: &Known,
        },
    )
}

/// The kinds and messages of one field of this kind and definition, for an answer.
fn told(mut field: Value, answer: Value) -> Vec<(IssueKind, String)> {
    field["name"] = json!("campo");
    field["label"] = json!("Campo");
    let evaluation = evaluate(&form(json!([field]), json!([])), json!({"campo": answer}));
    evaluation
        .issues
        .into_iter()
        .map(|issue| (issue.kind, issue.message))
        .collect()
}

#[test]
fn bad_input_gets_a_plain_answer() {
    let long = "a".repeat(10_000_000);
    let table = [
        (
            json!({"kind": "codice_fiscale"}),
            json!("RSSMRA68A01H501"),
            "16 caratteri, qui sono 15",
        ),
        (
            json!({"kind": "codice_fiscale"}),
            json!("RSSMRA68A01H501X"),
            "ultima lettera",
        ),
        (
            json!({"kind": "codice_fiscale"}),
            json!("RSSMRA68À01H501Y"),
            "senza accento",
        ),
        (
            json!({"kind": "codice_fiscale"}),
            json!("RSSMRA68A32H501G"),
            "data di nascita",
        ),
        (
            json!({"kind": "codice_fiscale"}),
            json!("RSSMRA68A01A000G"),
            "luogo di nascita",
        ),
        (
            json!({"kind": "data", "to_today": 0}),
            json!("24/11/2026"),
            "dopo oggi",
        ),
        (
            json!({"kind": "data", "from_today": 0}),
            json!("22/11/2026"),
            "prima di oggi",
        ),
        (
            json!({"kind": "data", "to_today": 30}),
            json!("24/12/2026"),
            "23/12/2026",
        ),
        (json!({"kind": "data"}), json!("31/02/2026"), "non esiste"),
        (
            json!({"kind": "scelta", "options": [["a", "A"]]}),
            json!("b"),
            "non è nell'elenco",
        ),
        (
            json!({"kind": "scelta_multipla", "options": [["a", "A"]]}),
            json!(["a", "b"]),
            "non è nell'elenco",
        ),
        (
            json!({"kind": "scelta_da_elenco", "list": "nidi"}),
            json!("papavero"),
            "non è nell'elenco",
        ),
        (
            json!({"kind": "testo"}),
            json!("a".repeat(201)),
            "al massimo 200",
        ),
        (
            json!({"kind": "testo_lungo"}),
            json!(long),
            "al massimo 4000",
        ),
        (
            json!({"kind": "testo_lungo", "min": 20.0}),
            json!("poco"),
            "almeno 20",
        ),
        (json!({"kind": "testo"}), json!("a\u{0}b"), "segni nascosti"),
        (
            json!({"kind": "intero", "min": 1.0}),
            json!("0"),
            "più piccolo",
        ),
        (
            json!({"kind": "intero", "max_this_year": true}),
            json!("2027"),
            "2026",
        ),
        (
            json!({"kind": "decimale", "max": 20.0, "unit": "m"}),
            json!("20,01"),
            "20 m",
        ),
        (
            json!({"kind": "importo", "max": 9_999_999.99}),
            json!("10.000.000"),
            "9.999.999,99 €",
        ),
        (json!({"kind": "si_no"}), json!("forse"), "sì o no"),
        (
            json!({"kind": "testo", "pattern": "^[0-9]{14}$"}),
            json!("123"),
            "modo giusto",
        ),
        (
            json!({"kind": "iban"}),
            json!("IT60X0542811101000000123457"),
            "cifre di controllo",
        ),
        (json!({"kind": "targa"}), json!("AI123CD"), "AB123CD"),
        (json!({"kind": "email"}), json!("anna"), "@"),
    ];
    for (field, answer, part) in table {
        let found = told(field.clone(), answer);
        assert_eq!(found.len(), 1, "{field}");
        assert!(
            found[0].0 == IssueKind::Wrong && found[0].1.contains(part),
            "{field}: {found:?}"
        );
    }
}

#[test]
fn good_input_is_silent_and_normalised() {
    for (field, answer, expected) in [
        (
            json!({"kind": "codice_fiscale"}),
            "rssmra68a01h501y",
            "RSSMRA68A01H501Y",
        ),
        (
            json!({"kind": "data", "to_today": 0}),
            "23/11/2026",
            "2026-11-23",
        ),
        (json!({"kind": "importo"}), "1.234,56", "1234.56"),
        (json!({"kind": "importo"}), "1234.56", "1234.56"),
        (json!({"kind": "si_no"}), "sì", "true"),
        (
            json!({"kind": "testo", "pattern": "^[A-Z0-9]{1,3}$"}),
            "ab1",
            "AB1",
        ),
        (json!({"kind": "comune"}), "a893", "A893"),
        (
            json!({"kind": "stradario"}),
            "Via dei Mille, che nessun elenco ha",
            "Via dei Mille, che nessun elenco ha",
        ),
        (
            json!({"kind": "testo"}),
            "</textarea><script>",
            "</textarea><script>",
        ),
    ] {
        let mut field = field;
        field["name"] = json!("campo");
        field["label"] = json!("Campo");
        let evaluation = evaluate(&form(json!([field]), json!([])), json!({"campo": answer}));
        assert_eq!(evaluation.issues, vec![], "{answer}");
        assert_eq!(evaluation.answers.0["campo"], Answer::Text(expected.into()));
    }
}

#[test]
fn what_is_missing_is_asked_and_what_is_optional_is_not() {
    assert_eq!(told(json!({"kind": "testo"}), json!("  ")).len(), 1);
    assert_eq!(
        told(json!({"kind": "testo"}), json!("  "))[0].0,
        IssueKind::Missing
    );
    assert_eq!(
        told(json!({"kind": "testo", "required": "never"}), json!("")),
        vec![]
    );
    // Wrong shapes are as good as no answer.
    assert_eq!(
        told(json!({"kind": "testo"}), json!([{"a": "b"}]))[0].0,
        IssueKind::Missing
    );
    let group = json!({"kind": "elenco", "fields": []});
    assert_eq!(told(group, json!("x"))[0].0, IssueKind::Missing);
}

/// Whether a field with this condition is visible.
fn shown(condition: Value, given: Value) -> bool {
    let fields = json!([
        {"name": "scelta", "label": "S", "kind": "scelta", "required": "never", "options": [["a", "A"], ["b", "B"], ["c", "C"]]},
        {"name": "tante", "label": "T", "kind": "scelta_multipla", "required": "never", "options": [["a", "A"], ["b", "B"]]},
        {"name": "si", "label": "B", "kind": "si_no", "required": "never"},
        {"name": "numero", "label": "N", "kind": "decimale", "required": "never"},
        {"name": "stato", "label": "C", "kind": "stato", "required": "never"},
        {"name": "nascosto", "label": "H", "kind": "scelta", "options": [["x", "X"], ["y", "Y"]],
         "visible_if": {"field": {"field": "scelta", "is": {"equal": "c"}}}},
        {"name": "persone", "label": "P", "kind": "elenco", "required": "never", "fields": [
            {"name": "cf", "label": "CF", "kind": "codice_fiscale", "required": "never"},
            {"name": "stato", "label": "C", "kind": "stato", "required": "never"},
            {"name": "reddito", "label": "R", "kind": "importo", "required": "never"}]},
        {"name": "mira", "label": "M", "kind": "testo", "visible_if": condition},
    ]);
    evaluate(&form(fields, json!([])), given).is_visible("mira")
}

fn test(field: &str, is: Value) -> Value {
    json!({"field": {"field": field, "is": is}})
}

#[test]
fn every_operator() {
    let adult = "RSSMRA68A01H501Y";
    let minor = "FOXLDA26C24H639N";
    let people = |cf: &str| json!({"persone": [{"cf": cf}]});
    let table = [
        (
            test("scelta", json!({"equal": "a"})),
            json!({"scelta": "a"}),
            true,
        ),
        (
            test("scelta", json!({"equal": "a"})),
            json!({"scelta": "b"}),
            false,
        ),
        (test("scelta", json!({"equal": "a"})), json!({}), false),
        (
            test("scelta", json!({"different": "a"})),
            json!({"scelta": "b"}),
            true,
        ),
        (
            test("scelta", json!({"different": "a"})),
            json!({"scelta": "a"}),
            false,
        ),
        (test("scelta", json!({"different": "a"})), json!({}), false),
        (
            test("scelta", json!({"different": "a"})),
            json!({"scelta": "fuori elenco"}),
            false,
        ),
        (
            test("scelta", json!({"in": ["a", "b"]})),
            json!({"scelta": "b"}),
            true,
        ),
        (
            test("scelta", json!({"in": ["a", "b"]})),
            json!({"scelta": "c"}),
            false,
        ),
        (test("si", json!({"true": true})), json!({"si": "on"}), true),
        (
            test("si", json!({"true": true})),
            json!({"si": "no"}),
            false,
        ),
        (
            test("si", json!({"true": false})),
            json!({"si": "no"}),
            true,
        ),
        (test("si", json!({"true": false})), json!({}), false),
        (
            test("tante", json!({"contains": "a"})),
            json!({"tante": ["b", "a"]}),
            true,
        ),
        (
            test("tante", json!({"contains": "a"})),
            json!({"tante": "b"}),
            false,
        ),
        (
            test("persone", json!("not_empty")),
            json!({"persone": [{}]}),
            true,
        ),
        (
            test("persone", json!("not_empty")),
            json!({"persone": []}),
            false,
        ),
        (
            test("numero", json!("not_empty")),
            json!({"numero": " "}),
            false,
        ),
        (
            test("stato", json!("foreign")),
            json!({"stato": "Z330"}),
            true,
        ),
        (
            test("stato", json!("foreign")),
            json!({"stato": "Z000"}),
            false,
        ),
        (
            test("persone.stato", json!("foreign")),
            json!({"persone": [{"stato": "Z000"}, {"stato": "Z330"}]}),
            true,
        ),
        (
            test("persone.stato", json!("foreign")),
            json!({"persone": [{"stato": "Z000"}]}),
            false,
        ),
        (test("persone", json!("has_adults")), people(adult), true),
        (test("persone", json!("has_adults")), people(minor), false),
        (test("persone", json!("has_minors")), people(minor), true),
        (test("persone", json!("has_minors")), people(adult), false),
        (
            test("persone", json!("has_minors")),
            people("sbagliato"),
            false,
        ),
        (
            test("numero", json!({"equal": "3"})),
            json!({"numero": "3,00"}),
            true,
        ),
        (
            test("numero", json!({"number": ["greater", "3"]})),
            json!({"numero": "3,01"}),
            true,
        ),
        (
            test("numero", json!({"number": ["greater", "3"]})),
            json!({"numero": "3"}),
            false,
        ),
        (
            test(
                "persone",
                json!({"sum": {"column": "reddito", "compare": "equal", "value": "0"}}),
            ),
            json!({"persone": [{"reddito": "0"}, {"reddito": "0,00"}]}),
            true,
        ),
        (
            test(
                "persone",
                json!({"sum": {"column": "reddito", "compare": "equal", "value": "0"}}),
            ),
            json!({"persone": [{"reddito": "1"}, {}]}),
            false,
        ),
        (
            test(
                "persone",
                json!({"sum": {"column": "reddito", "compare": "equal", "value": "0"}}),
            ),
            json!({"persone": [{}]}),
            false,
        ),
        (
            json!({"all": [test("si", json!({"true": true})), test("scelta", json!({"equal": "a"}))]}),
            json!({"si": "si", "scelta": "a"}),
            true,
        ),
        (
            json!({"all": [test("si", json!({"true": true})), test("scelta", json!({"equal": "a"}))]}),
            json!({"si": "si"}),
            false,
        ),
        (
            json!({"any": [test("si", json!({"true": true})), test("scelta", json!({"equal": "a"}))]}),
            json!({"scelta": "a"}),
            true,
        ),
        (
            json!({"none": [test("si", json!({"true": true}))]}),
            json!({}),
            true,
        ),
        // A condition on a hidden field is false, whatever was posted for it.
        (
            test("nascosto", json!({"equal": "x"})),
            json!({"scelta": "a", "nascosto": "x"}),
            false,
        ),
        (
            test("nascosto", json!({"different": "y"})),
            json!({"scelta": "a", "nascosto": "x"}),
            false,
        ),
        (
            test("nascosto", json!({"equal": "x"})),
            json!({"scelta": "c", "nascosto": "x"}),
            true,
        ),
    ];
    for (condition, given, expected) in table {
        assert_eq!(
            shown(condition.clone(), given.clone()),
            expected,
            "{condition} {given}"
        );
    }
}

#[test]
fn hidden_unknown_computed_and_locked_values_are_not_taken() {
    let fields = json!([
        {"name": "codice_fiscale", "label": "CF", "kind": "codice_fiscale", "origin": "identita", "read_only": true},
        {"name": "nome", "label": "Nome", "kind": "testo", "origin": "identita", "read_only": true},
        {"name": "si", "label": "Sì?", "kind": "si_no"},
        {"name": "perche", "label": "Perché", "kind": "testo", "visible_if": test("si", json!({"true": true}))},
        {"name": "righe", "label": "Righe", "kind": "elenco", "max_rows": 3, "fields": [
            {"name": "a", "label": "A", "kind": "importo"},
            {"name": "b", "label": "B", "kind": "importo"},
            {"name": "c", "label": "C", "kind": "testo", "visible_if": test("a", json!({"number": ["greater", "10"]}))}]},
        {"name": "totale", "label": "Totale", "kind": "importo", "origin": "calcolato",
         "formula": {"sum": {"group": "righe", "of": {"minus": [{"field": "a"}, {"field": "b"}]}}}},
    ]);
    let form = form(fields, json!([]));
    let given = json!({
        "codice_fiscale": "FRRGRL75E71A893G", "nome": "Altro", "si": "no", "perche": "x",
        "ignoto": "x", "totale": "1000000",
        "righe": [{"a": "20,50", "b": "0,50", "c": "resta", "d": "ignoto"}, {"a": "3", "b": "1", "c": "via"}, {"a": "7"}],
    });
    let evaluation = evaluate(&form, given);
    let expected = answers(json!({
        "codice_fiscale": "RSSMRA68A01H501Y", "si": "false", "totale": "22.00",
        "righe": [{"a": "20.50", "b": "0.50", "c": "resta"}, {"a": "3.00", "b": "1.00"}, {"a": "7.00"}],
    }));
    assert_eq!(evaluation.answers, expected);
    let told: Vec<_> = evaluation
        .issues
        .iter()
        .map(|i| (i.path.as_str(), i.kind))
        .collect();
    assert_eq!(
        told,
        [
            ("nome", IssueKind::Missing),
            ("righe.2.b", IssueKind::Missing)
        ]
    );
    assert_eq!(evaluation.issues[1].label, "Righe, riga 3: B");
    assert!(evaluation.is_visible("righe.0.c") && !evaluation.is_visible("righe.1.c"));
    assert!(!evaluation.required.contains(&"totale".to_owned()));
}

#[test]
fn rows_have_limits() {
    let group = json!({"name": "righe", "label": "Righe", "kind": "elenco", "min_rows": 2,
        "fields": [{"name": "a", "label": "A", "kind": "testo"}]});
    let form = form(json!([group]), json!([]));
    let rows = |n: usize| json!({"righe": vec![BTreeMap::from([("a", "x")]); n]});
    let kinds = |n| -> Vec<_> {
        evaluate(&form, rows(n))
            .issues
            .into_iter()
            .map(|i| (i.path, i.kind))
            .collect()
    };
    assert_eq!(kinds(0), [("righe".to_owned(), IssueKind::Missing)]);
    assert_eq!(kinds(1), [("righe".to_owned(), IssueKind::Missing)]);
    assert_eq!(kinds(2), []);
    assert_eq!(kinds(32), []);
    assert_eq!(kinds(33), [("righe".to_owned(), IssueKind::Wrong)]);
    assert_eq!(kinds(100_000), [("righe".to_owned(), IssueKind::Wrong)]);
}

/// Whether the check, as a rule of field `a`, finds nothing wrong.
fn passes(check: Value, given: Value) -> bool {
    let rule = json!([{"text": "NO", "check": check, "field": "a"}]);
    let kind = |name: &str, kind: &str| json!({"name": name, "label": name, "kind": kind, "required": "never"});
    let fields = json!([
        kind("a", "data"), kind("b", "data"), kind("n", "importo"), kind("m", "importo"),
        kind("cf", "codice_fiscale"), kind("cf2", "codice_fiscale"), kind("o1", "ora"), kind("o2", "ora"),
        {"name": "righe", "label": "Righe", "kind": "elenco", "required": "never", "fields": [kind("x", "intero"), kind("y", "testo")]},
    ]);
    let evaluation = evaluate(&form(fields, rule), given);
    !evaluation.issues.iter().any(|issue| issue.message == "NO")
}

#[test]
fn every_check() {
    let less = |l: &str, r: &str| json!({"compare": {"left": {"field": l}, "compare": "less", "right": {"field": r}}});
    let age = |of: &str, min: Value, max: Value, under: Value| json!({"age": {"of": of, "on": "today", "min": min, "max": max, "under": under}});
    let gap = |min: Value, max: Value| json!({"distance": {"from": {"field": "a"}, "to": "today", "min": min, "max": max}});
    let none = || Value::Null;
    let distinct = json!({"distinct_rows": {"group": "righe", "columns": ["x", "y"]}});
    let birth = json!({"birth_date": {"code": "cf", "date": "a"}});
    let different = json!({"different_from": {"of": "cf", "others": ["cf2"]}});
    let table = [
        (less("n", "m"), json!({"n": "1,99", "m": "2"}), true),
        (less("n", "m"), json!({"n": "2", "m": "2"}), false),
        (less("n", "m"), json!({"n": "2"}), true),
        (less("n", "m"), json!({"n": "due", "m": "1"}), true),
        (
            less("a", "b"),
            json!({"a": "1/2/2026", "b": "2026-02-02"}),
            true,
        ),
        (
            less("a", "b"),
            json!({"a": "2/2/2026", "b": "2026-02-02"}),
            false,
        ),
        (less("o1", "o2"), json!({"o1": "9:30", "o2": "10.00"}), true),
        (
            less("o1", "o2"),
            json!({"o1": "10:30", "o2": "9.00"}),
            false,
        ),
        (
            age("cf", json!({"years": 18}), none(), none()),
            json!({"cf": "RSSMRA68A01H501Y"}),
            true,
        ),
        (
            age("cf", none(), none(), json!({"years": 18})),
            json!({"cf": "RSSMRA68A01H501Y"}),
            false,
        ),
        // Born in 2010: in 1910 she would be older than anybody.
        (
            age("cf", json!({"years": 18}), none(), none()),
            json!({"cf": "RSSMRA10A01H501B"}),
            false,
        ),
        (
            age("cf", none(), json!({"months": 36}), none()),
            json!({"cf": "rotto"}),
            true,
        ),
        (
            age("a", none(), json!({"months": 36}), none()),
            json!({"a": "23/11/2023"}),
            true,
        ),
        (
            age("a", none(), json!({"months": 36}), none()),
            json!({"a": "22/11/2023"}),
            false,
        ),
        (
            age("a", none(), none(), json!({"years": 18})),
            json!({"a": "24/11/2008"}),
            true,
        ),
        (
            age("a", none(), none(), json!({"years": 18})),
            json!({"a": "23/11/2008"}),
            false,
        ),
        (
            age("a", json!({"years": 18}), none(), none()),
            json!({"a": "23/11/2008"}),
            true,
        ),
        (
            gap(none(), json!({"years": 5})),
            json!({"a": "23/11/2021"}),
            true,
        ),
        (
            gap(none(), json!({"years": 5})),
            json!({"a": "22/11/2021"}),
            false,
        ),
        (
            gap(json!({"days": 30}), none()),
            json!({"a": "24/10/2026"}),
            true,
        ),
        (
            gap(json!({"days": 30}), none()),
            json!({"a": "25/10/2026"}),
            false,
        ),
        (
            gap(none(), json!({"months": 6})),
            json!({"a": "23/05/2026"}),
            true,
        ),
        (
            gap(none(), json!({"months": 6})),
            json!({"a": "22/05/2026"}),
            false,
        ),
        (
            distinct.clone(),
            json!({"righe": [{"x": "1", "y": "a"}, {"x": "1", "y": "b"}]}),
            true,
        ),
        (
            distinct.clone(),
            json!({"righe": [{"x": "1", "y": "a"}, {"x": "01", "y": "a"}]}),
            false,
        ),
        (distinct, json!({"righe": [{"x": "1"}, {"x": "1"}]}), true),
        (
            birth.clone(),
            json!({"cf": "RSSMRA68A01H501Y", "a": "1/1/1968"}),
            true,
        ),
        (
            birth.clone(),
            json!({"cf": "RSSMRA68A01H501Y", "a": "2/1/1968"}),
            false,
        ),
        (
            birth.clone(),
            json!({"cf": "FOXLDA26C24H639N", "a": "24/3/1926"}),
            true,
        ),
        (birth, json!({"a": "2/1/1968"}), true),
        (
            different.clone(),
            json!({"cf": "RSSMRA68A01H501Y", "cf2": "rssmra68a01h501y"}),
            false,
        ),
        (
            different,
            json!({"cf": "RSSMRA68A01H501Y", "cf2": "FRRGRL75E71A893G"}),
            true,
        ),
        (
            json!({"holds": test("n", json!({"number": ["less", "5"]}))}),
            json!({"n": "5"}),
            false,
        ),
        (
            json!({"holds": test("n", json!({"number": ["less", "5"]}))}),
            json!({"n": "4"}),
            true,
        ),
        (
            json!({"holds": test("n", json!({"number": ["less", "5"]}))}),
            json!({}),
            true,
        ),
    ];
    for (check, given, expected) in table {
        assert_eq!(
            passes(check.clone(), given.clone()),
            expected,
            "{check} {given}"
        );
    }
}

#[test]
fn a_repeated_row_shows_the_message_on_itself() {
    let group = json!({"name": "righe", "label": "Righe", "kind": "elenco", "fields": [{"name": "x", "label": "X", "kind": "intero"}],
        "rules": [{"text": "doppia", "check": {"distinct_rows": {"group": "righe", "columns": ["x"]}}, "severity": "avviso"}]});
    let form = form(json!([group]), json!([]));
    let evaluation = evaluate(
        &form,
        json!({"righe": [{"x": "1"}, {"x": "2"}, {"x": "1"}]}),
    );
    assert_eq!(evaluation.issues.len(), 1);
    assert_eq!(
        (
            evaluation.issues[0].path.as_str(),
            evaluation.issues[0].kind
        ),
        ("righe.2.x", IssueKind::Warning)
    );
    assert!(evaluation.issues[0].from_definition, "the rule's words");
    let typed = evaluate(&form, json!({"righe": [{"x": "abc"}]}));
    assert!(!typed.issues[0].from_definition, "ours");
    assert!(
        evaluation.first_incomplete().is_none(),
        "a warning does not block"
    );
}

#[test]
fn a_cycle_that_slips_in_does_not_hang() {
    let fields = json!([
        {"name": "a", "label": "A", "kind": "testo", "visible_if": {"none": [test("b", json!("not_empty"))]}},
        {"name": "b", "label": "B", "kind": "testo", "visible_if": test("a", json!("not_empty"))},
    ]);
    let _ = evaluate(&form(fields, json!([])), json!({"a": "x", "b": "y"}));
}

#[test]
fn the_json_door_says_the_same() {
    let form = form(
        json!([{"name": "comune", "label": "Comune", "kind": "comune"}]),
        json!([]),
    );
    let given = json!({"comune": "h501"});
    let identity = Answers::default();
    let direct = form.evaluate(
        &answers(given.clone()),
        &Context {
            today: today(),
            identity: &identity,
            lists: &NoLists,
        },
    );
    let context = json!({"today": "2026-11-23"});
    let text = evaluate_json(
        &serde_json::to_string(&form).unwrap(),
        &given.to_string(),
        &context.to_string(),
    );
    assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), direct);
    let context = json!({"today": "2026-11-23", "identity": {}, "lists": {"comuni": ["A893"]}});
    let text = evaluate_json(
        &serde_json::to_string(&form).unwrap(),
        &given.to_string(),
        &context.to_string(),
    );
    assert!(text.contains("non è nell'elenco"), "{text}");
    assert!(evaluate_json("{}", "{}", "{}").contains("error"));
}
