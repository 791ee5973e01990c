//! The definitions of `app/catalogue`, read as the server reads them.
#![cfg(all(feature = "yaml", feature = "sample"))]

use std::collections::BTreeMap;

use proptest::prelude::*;
use rules::{
    catalogue::{
        Service,
        source::{Blocks, load_service, parse_blocks, parse_service, plain, resolve},
    },
    civil::Date,
    form::{Answer, Answers, Context, Evaluation, IssueKind, NoLists, sample},
    protocol::ProtocolNumber,
};
use serde_json::{Value, json};

const BLOCKS: &str = include_str!("../../catalogue/_blocchi.yaml");
const VOTER_CARD: &str = include_str!("../../catalogue/05-duplicato-tessera-elettorale.yaml");
const NURSERY: &str = include_str!("../../catalogue/08-iscrizione-asilo-nido.yaml");
const DRIVEWAY: &str = include_str!("../../catalogue/16-passo-carrabile.yaml");
const REFUND: &str = include_str!("../../catalogue/21-rimborso-tributi.yaml");
const DRIVER: &str = include_str!("../../catalogue/17-comunicazione-dati-conducente.yaml");
const ALL: [&str; 4] = [VOTER_CARD, NURSERY, DRIVEWAY, REFUND];

fn blocks() -> Blocks {
    parse_blocks(BLOCKS).expect("a sound fixture")
}

fn load(text: &str) -> Service {
    load_service(text, &blocks()).expect("a sound fixture")
}

fn today() -> Date {
    Date::new(2026, 11, 23).expect("a sound fixture")
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).expect("a sound fixture")
}

fn identity() -> Answers {
    answers(json!({
        "nome": "Mario", "cognome": "Rossi", "codice_fiscale": "RSSMRA68A01H501Y",
        "data_nascita": "1968-01-01", "luogo_nascita": "H501",
    }))
}

fn evaluate(service: &Service, given: &Answers) -> Evaluation {
    let identity = identity();
    let context = Context {
        today: today(),
        identity: &identity,
        lists: &NoLists,
    };
    service.form.evaluate(given, &context)
}

/// The answers to the blocks of the applicant, with others.
fn with_applicant(others: Value) -> Answers {
    let mut all = answers(json!({
        "residenza_indirizzo": "Via Roma", "residenza_civico": "1", "residenza_comune": "A893",
        "email": "mario@esempio.it", "qualita": "se_stesso",
    }));
    all.0.extend(answers(others).0);
    all
}

#[test]
fn the_definitions_resolve() {
    for (text, number, steps) in [
        (VOTER_CARD, 5, 3),
        (NURSERY, 8, 6),
        (DRIVEWAY, 16, 5),
        (REFUND, 21, 4),
    ] {
        let service = load(text);
        assert_eq!((service.number, service.form.steps.len()), (number, steps));
        assert_eq!(
            service.form.office_rules(),
            Vec::<String>::new(),
            "every rule is typed"
        );
        let json = serde_json::to_string(&service).unwrap();
        assert_eq!(serde_json::from_str::<Service>(&json).unwrap(), service);
    }
}

#[test]
fn blocks_bring_their_parts() {
    let driveway = load(DRIVEWAY);
    let ids: Vec<_> = driveway
        .form
        .attachments
        .iter()
        .map(|a| a.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "planimetria",
            "foto",
            "assenso",
            "cartello",
            "delega",
            "nomina",
            "procura"
        ]
    );
    let ids: Vec<_> = driveway
        .form
        .declarations
        .iter()
        .map(|d| d.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "qualita_rappresentante",
            "responsabilita_genitoriale",
            "bollo_uso_esclusivo",
            "bollo_mancante",
            "titolo_immobile",
            "smarrimento",
            "riconsegna",
            "conformita",
            "veridicita",
            "privacy"
        ]
    );
    let capacity = driveway
        .form
        .fields()
        .find(|f| f.name == "qualita")
        .unwrap();
    let codes: Vec<_> = capacity
        .options
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    assert_eq!(
        codes,
        [
            "se_stesso",
            "delegato",
            "legale_rappresentante",
            "professionista"
        ]
    );
    assert_eq!(driveway.office.sector, "Polizia locale");
    assert!(driveway.remedies[0].contains("TAR"));
}

#[test]
fn doubts_are_kept_for_the_office() {
    let card = load(VOTER_CARD);
    assert!(
        card.doubts.iter().any(|d| d.contains("L. 147/2013 ?")),
        "{:?}",
        card.doubts
    );
    assert!(card.doubts.iter().any(|d| d.contains("art. 6 ?")));
    assert!(
        load(NURSERY)
            .doubts
            .iter()
            .any(|d| d.starts_with("termine:"))
    );
    assert_eq!(plain("dal 2026 anche digitale ?"), None);
    assert_eq!(plain("(PNRR 2026 ?)"), None);
    assert_eq!(
        plain("Residente nel Comune?"),
        Some("Residente nel Comune?".into())
    );
}

fn driveway_answers(operation: &str) -> Answers {
    with_applicant(json!({
        "operazione": operation, "titolo": "proprietario", "immobile_indirizzo": "Via Verdi",
        "immobile_civico": "3", "catasto_tipo": "fabbricati", "catasto_foglio": "49",
        "catasto_particella": "0123", "larghezza": "3,20", "uso": "box", "posti": "1",
        "distanza_incrocio": "8", "opere": "no", "strada_competenza": "comunale",
        "bollo_modalita": "non_ancora", "numero_autorizzazione": "12", "duplicato_motivo": "furto",
    }))
}

#[test]
fn a_driveway_from_the_form_to_the_fees() {
    let service = load(DRIVEWAY);
    let evaluation = evaluate(&service, &driveway_answers("nuova"));
    let told: Vec<_> = evaluation
        .issues
        .iter()
        .map(|i| (i.path.as_str(), i.kind))
        .collect();
    assert_eq!(told, [("distanza_incrocio", IssueKind::Warning)]);
    assert_eq!(
        evaluation.steps,
        ["richiedente", "richiesta", "immobile", "accesso", "bollo"]
    );
    assert!(!evaluation.answers.0.contains_key("numero_autorizzazione"));
    let required: Vec<_> = evaluation
        .attachments
        .iter()
        .map(|a| (a.id.as_str(), a.required))
        .collect();
    assert_eq!(
        required,
        [("planimetria", true), ("foto", true), ("cartello", false)]
    );
    assert_eq!(
        evaluation.declarations,
        [
            "bollo_mancante",
            "titolo_immobile",
            "conformita",
            "veridicita",
            "privacy"
        ]
    );

    let due = |operation: &str, tariffs: &[(&str, i64)]| -> Vec<(String, Option<i64>)> {
        let tariffs: BTreeMap<String, i64> = tariffs
            .iter()
            .map(|(name, cents)| ((*name).to_owned(), *cents))
            .collect();
        let evaluation = evaluate(&service, &driveway_answers(operation));
        let fees = service.fees_due(&evaluation, &tariffs);
        fees.into_iter().map(|fee| (fee.id, fee.cents)).collect()
    };
    let fee = |id: &str, cents| (id.to_owned(), cents);
    assert_eq!(
        due("nuova", &[]),
        [
            fee("bollo", Some(3200)),
            fee("cartello", None),
            fee("canone", None)
        ]
    );
    let tariffs = [
        ("passo-carrabile.cartello", 4000),
        ("passo-carrabile.canone_metro", 2415),
        ("canone_coefficiente", 150),
    ];
    // 3,20 m × 24,15 € × 1,50
    assert_eq!(
        due("nuova", &tariffs),
        [
            fee("bollo", Some(3200)),
            fee("cartello", Some(4000)),
            fee("canone", Some(11592))
        ]
    );
    assert_eq!(due("duplicato", &tariffs), [fee("cartello", Some(4000))]);
    assert_eq!(due("rinuncia", &tariffs), []);
}

#[test]
fn what_is_due_on_acceptance_has_an_amount_and_a_plain_reason() {
    let service = load(DRIVEWAY);
    let tariffs = BTreeMap::from([("passo-carrabile.cartello".to_owned(), 4000)]);
    let due = |operation: &str, tariffs| {
        let evaluation = evaluate(&service, &driveway_answers(operation));
        let due = service.due_on_acceptance(&evaluation, tariffs);
        due.into_iter()
            .map(|(fee, cents)| (fee.id.clone(), cents))
            .collect::<Vec<_>>()
    };
    assert_eq!(due("nuova", &tariffs), [("cartello".to_owned(), 4000)]);
    let none = BTreeMap::new();
    assert_eq!(due("nuova", &none), []);
    assert_eq!(due("rinuncia", &tariffs), []);
    let request = ProtocolNumber {
        year: 2026,
        number: 2,
    };
    let reason = |id: &str| {
        let fee = service.fees.iter().find(|fee| fee.id == id).unwrap();
        fee.remittance(request)
    };
    assert_eq!(
        reason("cartello"),
        "Istruttoria e cartello passo carrabile n. 0000002/2026"
    );
    // Its own text holds the address.
    assert_eq!(
        reason("bollo"),
        "Due marche: domanda e autorizzazione - pratica 0000002/2026"
    );
}

#[test]
fn the_stamp_is_a_number_or_a_promise_and_never_stops_a_request() {
    let service = load(DRIVEWAY);
    let stamp = |answers: serde_json::Value| {
        let mut all = driveway_answers("nuova");
        all.0.extend(with_applicant(answers).0);
        let evaluation = evaluate(&service, &all);
        let wrong = evaluation
            .issues
            .iter()
            .filter(|i| i.kind != IssueKind::Warning);
        let wrong: Vec<_> = wrong.map(|issue| issue.path.clone()).collect();
        (wrong, evaluation.declarations)
    };
    let paper = |serial: &str| {
        stamp(
            json!({"bollo_modalita": "contrassegno", "bollo_identificativo": serial,
            "bollo_data": "01/11/2026"}),
        )
    };
    let (wrong, declared) = paper("01234567890123");
    assert_eq!(wrong, Vec::<String>::new());
    assert!(declared.contains(&"bollo_uso_esclusivo".to_owned()));
    for serial in ["0123456789012", "012345678901234", "0123456789012a", ""] {
        assert_eq!(paper(serial).0, ["bollo_identificativo"], "{serial}");
    }
    let (wrong, declared) = stamp(json!({"bollo_modalita": "non_ancora"}));
    assert_eq!(wrong, Vec::<String>::new());
    assert!(declared.contains(&"bollo_mancante".to_owned()));
    // In the catalogue, and not offered yet.
    let (wrong, _) = stamp(json!({"bollo_modalita": "pagopa"}));
    assert_eq!(wrong, ["bollo_modalita"]);
    let mode = service.form.fields().find(|f| f.name == "bollo_modalita");
    let codes: Vec<_> = mode
        .unwrap()
        .options
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    assert_eq!(codes, ["contrassegno", "non_ancora", "esente"]);
}

#[test]
fn a_refund_sums_its_rows_and_reads_well() {
    let service = load(REFUND);
    let given = with_applicant(json!({
        "tributo": "tari", "qualita_contribuente": "contribuente", "motivo": "doppio",
        "spiegazione": "Ho pagato due volte la rata di giugno.", "modo": "bonifico",
        "iban": "it60 x054 2811 1010 0000 0123 456", "iban_intestatario": "Mario Rossi",
        "annualita": [
            {"anno": "2024", "pagato": "1.234,56", "dovuto": "0", "data_pagamento": "1/7/2024"},
            {"anno": "2020", "pagato": "100", "dovuto": "40,5", "data_pagamento": "1/7/2020"}],
        "totale": "999999",
    }));
    let evaluation = evaluate(&service, &given);
    assert_eq!(
        evaluation.answers.0["totale"],
        Answer::Text("1294.06".into())
    );
    let told: Vec<_> = evaluation
        .issues
        .iter()
        .map(|i| (i.path.as_str(), i.kind))
        .collect();
    assert_eq!(told, [("annualita.1.data_pagamento", IssueKind::Warning)]);

    let names = |code: &str| (code == "A893").then(|| "Bitonto".to_owned());
    let described = service.form.describe(&evaluation, &names);
    let all: Vec<(&str, &str)> = described
        .iter()
        .flat_map(|step| &step.lines)
        .map(|(label, value)| (label.as_str(), value.as_str()))
        .collect();
    for line in [
        ("Comune o Stato estero di residenza", "Bitonto"),
        ("Data di nascita", "01/01/1968"),
        ("Tributo", "TARI"),
        ("Anni, riga 1: Anno", "2024"),
        ("Anni, riga 1: Pagato", "1.234,56 €"),
        ("Anni, riga 2: Data del pagamento", "01/07/2020"),
        ("Totale chiesto", "1.294,06 €"),
    ] {
        assert!(all.contains(&line), "{line:?} in {all:?}");
    }
    assert_eq!(described[1].title, "Il tributo");

    let mut wrong = given;
    wrong.0.insert(
        "annualita".into(),
        answers(json!({"x": [
        {"anno": "2024", "pagato": "10", "dovuto": "10", "data_pagamento": "1/7/2024"}]}))
        .0["x"]
            .clone(),
    );
    let evaluation = evaluate(&service, &wrong);
    assert_eq!(evaluation.issues[0].path, "annualita.0.dovuto");
    assert_eq!(evaluation.first_incomplete(), Some("importi"));
}

#[test]
fn a_nursery_place_has_many_conditions() {
    let service = load(NURSERY);
    let base = json!({
        "ruolo": "madre", "nascituro": "false", "minore_nome": "Aldo", "minore_cognome": "Fo",
        "minore_codice_fiscale": "FOXLDA26C24H639N", "minore_data_nascita": "25/03/2026",
        "minore_residente": "true", "disabilita": "no", "composizione": "uno", "fratelli": "0",
        "fratello_iscritto": "no", "gemello": "no", "lavoro_richiedente": "studente",
        "nido_1": "girasole", "nido_2": "girasole", "orario": "pieno", "mese_inizio": "gennaio",
        "isee_presente": "no", "altro_codice_fiscale": "RSSMRA68A01H501Y", "verbale_data": "2020-01-01",
    });
    let evaluation = evaluate(&service, &with_applicant(base.clone()));
    let told: Vec<_> = evaluation
        .issues
        .iter()
        .map(|i| (i.path.as_str(), i.kind))
        .collect();
    let expected = [
        ("minore_data_nascita", IssueKind::Warning),
        ("nido_2", IssueKind::Wrong),
    ];
    assert_eq!(told, expected);
    for hidden in ["altro_codice_fiscale", "verbale_data"] {
        assert!(!evaluation.answers.0.contains_key(hidden), "{hidden}");
    }
    let mut unborn = base;
    unborn["nascituro"] = json!("true");
    unborn["data_presunta_parto"] = json!("10/02/2027");
    unborn["nido_2"] = json!("");
    let evaluation = evaluate(&service, &with_applicant(unborn));
    assert_eq!(evaluation.issues, vec![]);
    assert!(!evaluation.answers.0.contains_key("minore_nome"));
}

#[test]
fn a_codice_fiscale_is_held_against_the_person() {
    let service = load(DRIVER);
    let driver = json!({
        "chi_guidava": "altro", "conducente_nome": "Aldo", "conducente_cognome": "Fò",
        "conducente_data_nascita": "24/3/1926", "conducente_luogo_nascita": "h639",
        "conducente_codice_fiscale": "foxlda26c24h639n",
    });
    let told = |changed: Value| {
        let mut all = with_applicant(driver.clone());
        all.0.extend(answers(changed).0);
        let found = evaluate(&service, &all).issues.into_iter();
        let found = found.filter(|issue| issue.path == "conducente_codice_fiscale");
        found.map(|issue| issue.kind).collect::<Vec<_>>()
    };
    for agreeing in [
        json!({}),
        json!({"conducente_nome": "", "conducente_luogo_nascita": ""}),
        json!({"conducente_data_nascita": "il 24 marzo"}),
        json!({"conducente_codice_fiscale": ""}),
    ] {
        assert_eq!(told(agreeing.clone()), [], "{agreeing}");
    }
    for other in [
        json!({"conducente_nome": "Dario"}),
        json!({"conducente_cognome": "Foà"}),
        json!({"conducente_data_nascita": "25/3/1926"}),
        json!({"conducente_luogo_nascita": "A893"}),
    ] {
        assert_eq!(told(other.clone()), [IssueKind::Warning], "{other}");
    }
    let blocking = DRIVER.replace(
        ", gravita: avviso, messaggio: \"Questo codice",
        ", messaggio: \"Questo codice",
    );
    let refused = load_service(&blocking, &blocks()).expect_err("it blocks");
    assert!(
        format!("{refused:?}").contains("può solo avvisare"),
        "{refused:?}"
    );
    let nothing = DRIVER.replace("coerente: {cognome: conducente_cognome, nome: conducente_nome, data_nascita: conducente_data_nascita, luogo_nascita: conducente_luogo_nascita}", "coerente: {}");
    assert!(nothing != DRIVER && load_service(&nothing, &blocks()).is_err());
}

/// The definition of the driveway with one thing changed.
fn broken(from: &str, to: &str) -> String {
    assert!(DRIVEWAY.contains(from), "{from}");
    DRIVEWAY.replacen(from, to, 1)
}

#[test]
fn bad_definitions_are_named_by_key_and_line() {
    let table = [
        (
            broken("uso, etichetta", "uso, colore: rosso, etichetta"),
            "modulo.passi[3].campi[1]",
            "colore",
        ),
        (
            broken("tipo: decimale", "tipo: decimali"),
            "modulo.passi[3].campi[0].tipo",
            "decimali",
        ),
        (broken("slug: passo-carrabile", "slug: [a]"), "slug", ""),
        (broken("titolo: \"Passo carrabile\"\n", ""), "", "titolo"),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{campo: operazione, diversa: nuova}",
            ),
            "visibile_se",
            "diversa",
        ),
        (
            broken("{campo: operazione, diverso: nuova}", "{campo: operazione}"),
            "visibile_se",
            "operatore",
        ),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{campo: operazion, diverso: nuova}",
            ),
            "numero_autorizzazione",
            "«operazion» non esiste",
        ),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{campo: operazione, diverso: nuovo}",
            ),
            "numero_autorizzazione",
            "«nuovo»",
        ),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{campo: operazione, vero: true}",
            ),
            "numero_autorizzazione",
            "operatore",
        ),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{campo: numero_autorizzazione, non_vuoto: true}",
            ),
            "visibile_se",
            "girano in tondo",
        ),
        // Conditions that exclude each other, at once or through what they ask about.
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{tutte: [{campo: operazione, uguale: nuova}, {campo: operazione, uguale: voltura}]}",
            ),
            "modulo.numero_autorizzazione.visibile_se",
            "non si vede mai",
        ),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{tutte: [{campo: operazione, uguale: nuova}, {nessuna: [{campo: operazione, uguale: nuova}]}]}",
            ),
            "modulo.numero_autorizzazione.visibile_se",
            "non si vede mai",
        ),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{tutte: [{campo: operazione, uguale: voltura}, {campo: larghezza, maggiore: 2}]}",
            ),
            "modulo.numero_autorizzazione.visibile_se",
            "non si vede mai",
        ),
        (
            broken(
                "{campo: operazione, diverso: nuova}",
                "{almeno_una: [{campo: larghezza, maggiore: 25}, {tutte: [{campo: larghezza, maggiore: 5}, {campo: larghezza, minore: 3}]}]}",
            ),
            "modulo.numero_autorizzazione.visibile_se",
            "non si vede mai",
        ),
        (
            broken(
                "{campo: duplicato_motivo, in: [furto, smarrimento]}",
                "{tutte: [{campo: operazione, uguale: nuova}, {campo: duplicato_motivo, uguale: furto}]}",
            ),
            "dichiarazioni.smarrimento",
            "non si chiede mai",
        ),
        (
            broken(
                "se: {campo: operazione, in: [nuova, duplicato]}",
                "se: {tutte: [{campo: operazione, uguale: rinuncia}, {campo: posti, almeno: 1}]}",
            ),
            "costi.cartello",
            "non si paga mai",
        ),
        (
            broken(
                "{nome: operazione,",
                "{nome: operazione, visibile_se: {campo: titolo, uguale: altro},",
            ),
            "visibile_se",
            "→",
        ),
        (broken("nome: posti", "nome: uso"), "modulo.uso", "c'è già"),
        (
            broken("nome: posti", "nome: Posti"),
            "modulo.Posti",
            "minuscole",
        ),
        (
            broken("blocchi: [immobile]", "blocchi: [immobili]"),
            "modulo.passi.immobile.blocchi",
            "«immobili»",
        ),
        (
            broken("ufficio: {id: polizia_locale", "ufficio: {id: polizia"),
            "ufficio.id",
            "«polizia»",
        ),
        (broken("rimedi: [tar", "rimedi: [tarr"), "rimedi", "«tarr»"),
        (
            broken("comuni: [veridicita", "comuni: [verita"),
            "dichiarazioni.comuni",
            "«verita»",
        ),
        (
            broken("calcolo: {per: [larghezza", "calcolo: {per: [lunghezza"),
            "costi.canone.calcolo",
            "«lunghezza»",
        ),
        (
            broken("calcolo: {per: [larghezza,", "calcolo: {per: [uso,"),
            "costi.canone.calcolo",
            "non è un numero",
        ),
        (
            broken("calcolo: {per: [", "calcolo: {volte: ["),
            "costi[2].calcolo",
            "volte",
        ),
        (
            broken("{immobile_civico}\"", "{civico}\""),
            "costi.bollo.pagopa.causale",
            "«civico»",
        ),
        (
            broken("confronta: {maggiore_o_uguale: 12}", "confronta: {}"),
            "distanza_incrocio.controlli",
            "confronto",
        ),
        (
            broken(
                "confronta: {maggiore_o_uguale: 12}",
                "confronta: {maggiore: lato}",
            ),
            "distanza_incrocio.controlli",
            "«lato»",
        ),
        (
            broken(
                "tipo: testo, max: 80",
                "tipo: testo, max: 80, modello: \"^.*$\"",
            ),
            "titolo_edilizio.modello",
            "«.»",
        ),
        (
            broken("obbligatorio: false, formati", "formati"),
            "allegati.cartello",
            "obbligatorio",
        ),
        (
            broken("formati: [pdf, p7m]", "formati: [exe]"),
            "allegati.planimetria",
            "«exe»",
        ),
        (
            broken("unita: m,", "unita: m, elenco: nidi,"),
            "modulo.larghezza",
            "scelta_da_elenco",
        ),
        (
            broken("slug: passo-carrabile", "slug: Passo"),
            "slug",
            "minuscole",
        ),
    ];
    for (text, key, part) in table {
        let errors = load_service(&text, &blocks()).unwrap_err();
        let found = errors
            .iter()
            .any(|e| e.key.contains(key) && e.message.contains(part) && e.line > 0);
        assert!(found, "{key} {part}: {errors:#?}");
    }
    let errors = load_service(
        &broken("{nome: larghezza,", "{nome: operazione,"),
        &blocks(),
    );
    let wanted = DRIVEWAY
        .lines()
        .position(|l| l.contains("nome: operazione"))
        .unwrap()
        + 1;
    assert_eq!(errors.unwrap_err()[0].line, u64::try_from(wanted).unwrap());
    let error = parse_service("schema: 1\nnumero: uno\n").unwrap_err();
    assert_eq!((error.line, error.key.as_str()), (2, "numero"));
    let error = parse_service("schema: [1\n").unwrap_err();
    assert!(error.line > 0, "{error}");
}

/// Every path that a clean answer stands at.
fn kept_paths(answers: &Answers) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, answer) in &answers.0 {
        paths.push(name.clone());
        if let Answer::Rows(rows) = answer {
            for (i, row) in rows.iter().enumerate() {
                paths.extend(row.keys().map(|column| format!("{name}.{i}.{column}")));
            }
        }
    }
    paths
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_answers_never_break_the_engine(seed: u64, which in 0_usize..4) {
        let service = load(ALL[which]);
        let given = sample(&service.form, seed);
        let first = evaluate(&service, &given);
        // Hidden fields are never asked and never kept.
        for path in kept_paths(&first.answers).iter().chain(&first.required) {
            prop_assert!(first.is_visible(path), "{} kept but hidden", path);
        }
        // Its own clean answers give the same again.
        let again = evaluate(&service, &first.answers);
        prop_assert_eq!(&again, &first);
        for issue in &first.issues {
            prop_assert!(first.is_visible(&issue.path) && first.steps.contains(&issue.step));
        }
        prop_assert!(!first.answers.0.contains_key("sconosciuto"));
        let _ = service.fees_due(&first, &BTreeMap::new());
        let _ = service.form.describe(&first, &|_| None);
    }
}

#[test]
fn rules_of_the_whole_form_are_typed_or_left_to_the_office() {
    let with = |rules: &str| {
        let from = "modulo:\n  passi:";
        load(&broken(
            from,
            &format!("modulo:\n  regole:\n{rules}\n  passi:"),
        ))
    };
    let words = with("    - {id: a, testo: \"Lo guarda l'ufficio.\"}");
    assert_eq!(words.form.office_rules(), ["Lo guarda l'ufficio."]);
    let typed = with(
        "    - {id: a, testo: \"Troppi posti per un varco stretto.\", controlli: [{campo: posti, \
         se: {campo: larghezza, minore: 5}, confronta: {minore_o_uguale: 10}}]}",
    );
    assert_eq!(typed.form.office_rules(), Vec::<String>::new());
    let mut given = driveway_answers("nuova");
    given.0.insert("posti".into(), Answer::Text("11".into()));
    let evaluation = evaluate(&typed, &given);
    let issue = evaluation
        .issues
        .iter()
        .find(|issue| issue.path == "posti")
        .unwrap();
    assert_eq!(issue.message, "Troppi posti per un varco stretto.");
    given.0.insert("larghezza".into(), Answer::Text("5".into()));
    assert!(
        evaluate(&typed, &given)
            .issues
            .iter()
            .all(|issue| issue.path != "posti")
    );
}

#[test]
fn samples_are_the_same_for_a_seed_and_reach_most_states() {
    let form = load(NURSERY).form;
    assert_eq!(sample(&form, 7), sample(&form, 7));
    assert_ne!(sample(&form, 7), sample(&form, 8));
    let service = load(DRIVEWAY);
    let seen: std::collections::BTreeSet<String> = (0..200)
        .flat_map(|seed| evaluate(&service, &sample(&service.form, seed)).steps)
        .collect();
    assert_eq!(seen.len(), 5, "every step is reached: {seen:?}");
}

/// The definition with another list of capacities: what is wrong with it.
fn admitting(text: &str, capacities: &str) -> Vec<String> {
    let line = text
        .lines()
        .find(|line| line.trim().starts_with("per_conto_di:"))
        .expect("a sound fixture");
    let changed = text.replace(line, &format!("  per_conto_di: [{capacities}]"));
    faults(BLOCKS, &changed)
}

fn faults(blocks: &str, text: &str) -> Vec<String> {
    let blocks = parse_blocks(blocks).expect("a sound fixture");
    let file = parse_service(text).expect("a sound fixture");
    match resolve(&blocks, file) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|e| e.to_string()).collect(),
    }
}

#[test]
fn a_capacity_needs_its_evidence() {
    let all = "se_stesso, genitore, tutore, delegato, legale_rappresentante, professionista";
    assert_eq!(admitting(DRIVEWAY, all), Vec::<String>::new());
    assert_eq!(admitting(NURSERY, "genitore, tutore"), Vec::<String>::new());
    for (text, capacities, told) in [
        (
            NURSERY,
            "genitore, delegato",
            "usa il blocco titolo_presentazione",
        ),
        (DRIVEWAY, "se_stesso, re", "non è tra le scelte"),
        (NURSERY, "re", "la qualità «re» non esiste"),
        (DRIVEWAY, "", "almeno una qualità"),
    ] {
        let faults = admitting(text, capacities);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].starts_with("destinatari.per_conto_di: "),
            "{faults:?}"
        );
        assert!(faults[0].contains(told), "{faults:?}");
    }
    // A block that does not ask for it any more.
    for (gone, told) in [
        ("{nome: delega_dal,", "delega_dal"),
        ("{id: delega,", "delega"),
        ("{nome: ente_ruolo,", "ente_ruolo"),
        ("{id: qualita_rappresentante,", "qualita_rappresentante"),
        (
            "{se: {campo: qualita, uguale: genitore}, eta:",
            "meno di 18 anni",
        ),
    ] {
        let line = BLOCKS.lines().find(|line| line.contains(gone)).unwrap();
        // The rule stands at the end of its field.
        let rest = if gone.starts_with("{se:") { "]}" } else { "" };
        let blocks = BLOCKS.replace(line, rest);
        let text = DRIVEWAY.replace(
            "[se_stesso, delegato, legale_rappresentante, professionista]",
            &format!("[{all}]"),
        );
        let faults = faults(&blocks, &text);
        assert!(
            faults.iter().any(|fault| fault.contains(told)),
            "{told}: {faults:?}"
        );
    }
}

#[test]
fn each_capacity_asks_for_its_own_evidence() {
    let service = load(DRIVEWAY);
    let asked = |quality: &str| {
        let all = with_applicant(json!({ "qualita": quality, "operazione": "duplicato" }));
        let form = evaluate(&service, &all);
        let of_step = |path: &&String| {
            ["rappresentato_", "delega_", "nomina_", "ente_"]
                .iter()
                .any(|start| path.starts_with(start))
        };
        let fields: Vec<String> = form.required.iter().filter(of_step).cloned().collect();
        let files = form.attachments.into_iter().filter(|a| a.required);
        (fields, files.map(|a| a.id).collect::<Vec<_>>())
    };
    let person = [
        "rappresentato_nome",
        "rappresentato_cognome",
        "rappresentato_codice_fiscale",
    ];
    let of_delegate = [&person[..], &["delega_ambito", "delega_dal"]].concat();
    assert_eq!(asked("se_stesso"), (vec![], vec![]));
    assert_eq!(
        asked("delegato"),
        (
            of_delegate.into_iter().map(str::to_owned).collect(),
            vec!["delega".to_owned()]
        )
    );
    assert_eq!(asked("professionista").1, ["procura"]);
    assert!(
        asked("legale_rappresentante")
            .0
            .contains(&"ente_ruolo".to_owned())
    );
    // Over before it began, and not begun yet.
    let days = |from: &str, to: &str| {
        let given = json!({ "qualita": "delegato", "delega_dal": from, "delega_al": to });
        let form = evaluate(&service, &with_applicant(given));
        let wrong = form
            .issues
            .into_iter()
            .filter(|i| i.kind == IssueKind::Wrong);
        wrong.map(|i| i.path).collect::<Vec<_>>()
    };
    assert_eq!(days("01/06/2026", "31/12/2027"), Vec::<String>::new());
    assert_eq!(
        days("31/12/2099", "01/01/2020"),
        ["delega_dal", "delega_al"]
    );
}
