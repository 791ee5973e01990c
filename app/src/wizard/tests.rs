//! Steps as the server writes them: the form must work before and without the bundle.

use std::collections::BTreeMap;

use rules::{
    catalogue::{
        Attachment, Condition, Declaration, DeclarationKind, Field, FieldKind, Form, Origin,
        Required, Section, Step,
    },
    form::{Answer, Answers, Issue, IssueKind},
};

use super::view;
use crate::{
    api::{AttachmentView, CostLine, DraftView, RequestPage, SummarySection, step},
    components::check::{EVIL, assert_english, assert_sound, html, values},
};

const KINDS: [FieldKind; 37] = [
    FieldKind::Testo,
    FieldKind::TestoLungo,
    FieldKind::Intero,
    FieldKind::Decimale,
    FieldKind::Importo,
    FieldKind::Percentuale,
    FieldKind::Data,
    FieldKind::Ora,
    FieldKind::DataOra,
    FieldKind::SiNo,
    FieldKind::Scelta,
    FieldKind::SceltaMultipla,
    FieldKind::SceltaDaElenco,
    FieldKind::CodiceFiscale,
    FieldKind::CodiceFiscaleEnte,
    FieldKind::CodiceFiscaleOEnte,
    FieldKind::PartitaIva,
    FieldKind::Iban,
    FieldKind::Email,
    FieldKind::Pec,
    FieldKind::Telefono,
    FieldKind::Cap,
    FieldKind::Targa,
    FieldKind::Provincia,
    FieldKind::Comune,
    FieldKind::ComuneOEstero,
    FieldKind::Stato,
    FieldKind::LuogoBelfiore,
    FieldKind::Stradario,
    FieldKind::Coordinate,
    FieldKind::SlotAppuntamento,
    FieldKind::CatastoFoglio,
    FieldKind::CatastoParticella,
    FieldKind::CatastoSubalterno,
    FieldKind::CatastoCategoria,
    FieldKind::Elenco,
    // Once more, as the second group of the page.
    FieldKind::Elenco,
];

fn field(name: &str, kind: FieldKind) -> Field {
    let json = serde_json::json!({ "name": name, "label": format!("{EVIL} {name}"), "kind": kind });
    let mut field: Field = serde_json::from_value(json).unwrap();
    if matches!(kind, FieldKind::Scelta | FieldKind::SceltaMultipla) {
        let options = [("rosso", EVIL), ("verde", "Verde")];
        field.options = options
            .map(|(code, label)| (code.into(), label.into()))
            .to_vec();
    }
    field
}

/// True while `name` has the answer `value`.
fn when(name: &str, value: &str) -> Condition {
    let json = serde_json::json!({ "field": { "field": name, "is": { "equal": value } } });
    serde_json::from_value(json).unwrap()
}

fn a_step(id: &str, fields: Vec<Field>) -> Step {
    let section = Section {
        title: Some(EVIL.into()),
        fields,
    };
    Step {
        id: id.into(),
        title: format!("Passo {id}"),
        visible_if: None,
        sections: vec![section],
    }
}

fn form(fields: Vec<Field>) -> Form {
    Form {
        steps: vec![
            a_step("primo", vec![field("saluto", FieldKind::Testo)]),
            a_step("dati", fields),
        ],
        attachments: vec![Attachment {
            id: "pianta".into(),
            title: EVIL.into(),
            required: Required::Always,
            formats: vec!["pdf".into(), "jpg".into()],
            max_mb: 5,
            max_files: 3,
            sensitive: false,
            signed: false,
            note: Some(EVIL.into()),
            visible_if: None,
        }],
        declarations: vec![Declaration {
            id: "vero".into(),
            kind: DeclarationKind::Art47,
            text: EVIL.into(),
            visible_if: None,
        }],
        rules: Vec::new(),
    }
}

fn page(form: Form, step: &str, answers: &[(&str, Answer)]) -> RequestPage {
    let answers = answers
        .iter()
        .map(|(name, answer)| ((*name).to_owned(), answer.clone()));
    RequestPage {
        slug: "prova".into(),
        title: EVIL.into(),
        form,
        step: step.into(),
        today: "2026-11-24".into(),
        draft: DraftView {
            version: 4,
            answers: Answers(answers.collect()),
            declarations: Vec::new(),
            attachments: Vec::new(),
            saved_at: Some(EVIL.into()),
            draft_id: "01J".into(),
        },
        identity: Answers::default(),
        lists: BTreeMap::new(),
        known: BTreeMap::new(),
        places: BTreeMap::new(),
        issues: Vec::new(),
        warnings: Vec::new(),
        notice: Some(EVIL.into()),
        fees: Vec::new(),
        summary: Vec::new(),
        signing: None,
        device: String::new(),
        privacy: "0123456789ab".into(),
        map: true,
    }
}

fn show(page: RequestPage) -> String {
    let of = |page| html(|| view(crate::pages::form_screen(page)));
    assert_english(|| of(page.clone()));
    let html = of(page);
    assert_sound(&html);
    html
}

fn text(value: &str) -> Answer {
    Answer::Text(value.into())
}

/// The tag of the control with this name.
fn tag<'a>(html: &'a str, name: &str) -> &'a str {
    let mark = format!(" name=\"{name}\"");
    let at = html
        .find(&mark)
        .unwrap_or_else(|| panic!("no control {name}"));
    let start = html[..at].rfind('<').unwrap();
    let end = at + html[at..].find('>').unwrap();
    &html[start..end]
}

#[test]
fn each_kind_has_a_control_of_its_name() {
    let mut fields: Vec<Field> = KINDS
        .iter()
        .enumerate()
        .map(|(n, kind)| field(&format!("f{n}"), *kind))
        .collect();
    for group in fields.iter_mut().filter(|f| f.kind == FieldKind::Elenco) {
        group.fields = vec![
            field("nome", FieldKind::Testo),
            field("scelta", FieldKind::Scelta),
        ];
        group.min_rows = Some(2);
    }
    let html = show(page(form(fields), "dati", &[]));
    let names = values(&html, "name");
    for (n, kind) in KINDS.iter().enumerate() {
        let name = match kind {
            FieldKind::Elenco => format!("f{n}.1.nome"),
            _ => format!("f{n}"),
        };
        assert!(
            names.contains(&name.as_str()),
            "{kind:?}: {name} not among {names:?}"
        );
    }
    let hidden = ["passo", "versione", "bozza"];
    assert!(hidden.iter().all(|name| names.contains(name)));
    assert!(tag(&html, "f6").contains("inputmode=\"numeric\""), "dates");
    assert!(
        tag(&html, "f4").contains("inputmode=\"decimal\""),
        "amounts"
    );
    assert!(tag(&html, "f18").contains("autocomplete=\"email\""));
    for action in ["avanti", "indietro", "salva", "elimina", "aggiungi:f35"] {
        assert!(html.contains(&format!("value=\"{action}\"")), "{action}");
    }
    assert!(html.contains("action=\"/servizi/prova/richiesta\""));
}

#[test]
fn typed_text_comes_back_as_text() {
    let fields = vec![
        field("corto", FieldKind::Testo),
        field("lungo", FieldKind::TestoLungo),
        field("giorno", FieldKind::Data),
        field("sicuro", FieldKind::SiNo),
        field("colori", FieldKind::SceltaMultipla),
    ];
    let html = show(page(
        form(fields),
        "dati",
        &[
            ("corto", text(EVIL)),
            ("lungo", text(EVIL)),
            ("giorno", text("2026-12-10")),
            ("sicuro", text("false")),
            ("colori", Answer::Many(vec!["verde".into()])),
        ],
    ));
    assert!(
        tag(&html, "corto").contains("&quot; onfocus=&quot;x"),
        "{}",
        tag(&html, "corto")
    );
    assert_eq!(html.matches("</textarea>").count(), 1);
    assert!(tag(&html, "giorno").contains("value=\"10/12/2026\""));
    let chosen = |value: &str| {
        let controls = html.split("<input").filter(|c| c.contains(" checked"));
        controls
            .filter(|c| {
                c.split('>')
                    .next()
                    .unwrap()
                    .contains(&format!("value=\"{value}\""))
            })
            .count()
    };
    assert_eq!(
        (
            chosen("false"),
            chosen("true"),
            chosen("verde"),
            chosen("rosso")
        ),
        (1, 0, 1, 0)
    );
}

/// `show` reads it in English too.
#[test]
fn what_a_rule_says_is_marked_as_the_definition_s() {
    let mut page = page(form(vec![field("eta", FieldKind::Intero)]), "dati", &[]);
    page.issues = vec![Issue {
        path: "eta".into(),
        step: "dati".into(),
        label: "Età della persona".into(),
        kind: IssueKind::Wrong,
        message: "Non può essere così".into(),
        from_definition: true,
    }];
    assert_eq!(show(page).matches("Non può essere così").count(), 2);
}

#[test]
fn errors_are_above_the_title_and_tied_to_their_controls() {
    let mut group = field("righe", FieldKind::Elenco);
    group.fields = vec![field("nome", FieldKind::Testo)];
    group.min_rows = Some(1);
    let mut page = page(
        form(vec![field("eta", FieldKind::Intero), group]),
        "dati",
        &[],
    );
    let issue = |path: &str| Issue {
        path: path.into(),
        step: "dati".into(),
        label: "Età".into(),
        kind: IssueKind::Wrong,
        message: EVIL.into(),
        from_definition: false,
    };
    page.issues = vec![issue("eta"), issue("righe.0.nome"), issue("righe")];
    let html = show(page);
    assert!(html.find("id=\"errori\"").unwrap() < html.find("<h1").unwrap());
    for (path, id) in [("eta", "c-eta"), ("righe.0.nome", "c-righe-0-nome")] {
        let control = tag(&html, path);
        assert!(control.contains("aria-invalid=\"true\""), "{control}");
        assert!(control.contains(&format!("{id}-errore")), "{control}");
        assert!(html.contains(&format!("href=\"#{id}\"")));
    }
    assert!(html.contains("href=\"#c-righe\""));
    assert!(html.contains("role=\"alert\""));
}

#[test]
fn hidden_fields_are_not_there() {
    let mut extra = field("quale", FieldKind::Testo);
    extra.visible_if = Some(when("tributo", "rosso"));
    let fields = vec![field("tributo", FieldKind::Scelta), extra];
    let without = show(page(
        form(fields.clone()),
        "dati",
        &[("quale", text("vecchio"))],
    ));
    assert!(!values(&without, "name").contains(&"quale"));
    let with = show(page(form(fields), "dati", &[("tributo", text("rosso"))]));
    assert!(values(&with, "name").contains(&"quale"));
}

#[test]
fn identity_is_shown_and_not_asked() {
    let mut name = field("cognome", FieldKind::Testo);
    name.origin = Some(Origin::Identita);
    name.read_only = true;
    let mut page = page(form(vec![name]), "dati", &[("cognome", text("Finto"))]);
    page.identity.0.insert("cognome".into(), text("Rossi"));
    let html = show(page);
    assert!(!values(&html, "name").contains(&"cognome"));
    assert!(html.contains("Rossi") && !html.contains("Finto"));
}

#[test]
fn thirty_three_rows_are_shown_and_no_more_can_be_added() {
    let mut group = field("righe", FieldKind::Elenco);
    group.fields = vec![field("nome", FieldKind::Testo)];
    group.max_rows = Some(32);
    let row = || BTreeMap::from([("nome".to_owned(), text(EVIL))]);
    let rows = Answer::Rows((0..33).map(|_| row()).collect());
    let html = show(page(form(vec![group]), "dati", &[("righe", rows)]));
    assert!(values(&html, "name").contains(&"righe.32.nome"));
    assert!(html.contains("value=\"rimuovi:righe.32\""));
    assert!(!html.contains("value=\"aggiungi:righe\""));
}

fn sent_file() -> AttachmentView {
    AttachmentView {
        file: "01F".into(),
        id: "pianta".into(),
        name: EVIL.into(),
        bytes: 10,
        sha256: "00".into(),
        signers: Vec::new(),
        signed: None,
        held: None,
        infected: false,
    }
}

#[test]
fn attachments_ask_for_files_and_list_those_sent() {
    let mut page = page(form(Vec::new()), step::ATTACHMENTS, &[]);
    page.draft.attachments = vec![sent_file()];
    let html = show(page);
    let control = tag(&html, "allegati.pianta");
    for part in ["type=\"file\"", "multiple", "accept=\".pdf,.jpg\""] {
        assert!(control.contains(part), "{part} not in {control}");
    }
    assert!(html.contains("value=\"togli:01F\"") && html.contains("multipart/form-data"));
}

#[test]
fn a_file_in_quarantine_is_named_and_not_opened() {
    let mut page = page(form(Vec::new()), step::ATTACHMENTS, &[]);
    page.draft.attachments = vec![sent_file()];
    assert!(show(page.clone()).contains("href=\"/allegati/01F\""));
    let file = &mut page.draft.attachments[0];
    (file.held, file.infected) = (Some(EVIL.into()), true);
    let html = show(page);
    assert!(!html.contains("href=\"/allegati/01F\"") && html.contains("data-held"));
    assert!(html.contains("value=\"togli:01F\""));
}

#[test]
fn declarations_are_ticked_with_si() {
    let mut page = page(form(Vec::new()), step::DECLARATIONS, &[]);
    let control = |html: &str| tag(html, "dichiarazioni.vero").to_owned();
    let html = show(page.clone());
    assert!(control(&html).contains("value=\"si\"") && !control(&html).contains(" checked"));
    // Which notice she was shown goes back with the tick.
    assert!(html.contains("href=\"/servizi/prova/privacy?versione=0123456789ab\""));
    assert!(tag(&html, "informativa").contains("value=\"0123456789ab\""));
    page.draft.declarations = vec!["vero".into()];
    assert!(control(&show(page)).contains(" checked"));
}

#[test]
fn summary_comes_last_and_leads_back() {
    let fields = vec![field("corto", FieldKind::Testo)];
    let mut page = page(form(fields), step::SUMMARY, &[]);
    page.summary = vec![SummarySection {
        step: "dati".into(),
        title: EVIL.into(),
        lines: vec![(EVIL.into(), String::new())],
    }];
    page.fees = vec![CostLine {
        description: EVIL.into(),
        amount: "16,00 €".into(),
        when: EVIL.into(),
        condition: None,
    }];
    let html = show(page);
    assert!(html.contains("href=\"/servizi/prova/richiesta?passo=dati\""));
    assert!(html.contains("value=\"invia\"") && !html.contains("value=\"avanti\""));
    assert!(html.contains("Non fornito") && html.contains("16,00 €"));
    assert_eq!(
        html.matches("class=\"confirmed\"").count(),
        4,
        "the steps before are links"
    );
}

#[test]
fn what_is_known_is_marked_with_the_way_to_correct_it() {
    let fields = vec![
        field("email", FieldKind::Email),
        field("note", FieldKind::Testo),
    ];
    let mut page = page(form(fields), "dati", &[("email", text("a@b.it"))]);
    page.known.insert("email".into(), EVIL.into());
    let html = show(page);
    assert_eq!(html.matches("Correggi nel profilo").count(), 1);
    assert!(html.contains("href=\"/area-personale/profilo#c-email\""));
    assert!(tag(&html, "email").contains("aria-describedby=\"c-email-aiuto\""));
}
