//! Who may act for another, and that the form asks for what proves it.

use super::DefinitionError;
use crate::{
    catalogue::{Check, Field, Service},
    civil::Date,
    form::{Answer, Answers, Context, Evaluation, NoLists},
};

/// What a form must ask of who acts in a capacity (procedure rules §1).
struct Evidence {
    capacity: &'static str,
    fields: &'static [&'static str],
    attachments: &'static [&'static str],
    declarations: &'static [&'static str],
}

const REPRESENTED: [&str; 3] = [
    "rappresentato_nome",
    "rappresentato_cognome",
    "rappresentato_codice_fiscale",
];

/// By the names of the shared block `titolo_presentazione`.
const EVIDENCE: [Evidence; 5] = [
    Evidence {
        capacity: "genitore",
        fields: &REPRESENTED,
        attachments: &[],
        declarations: &["qualita_rappresentante", "responsabilita_genitoriale"],
    },
    Evidence {
        capacity: "tutore",
        fields: &[
            REPRESENTED[0],
            REPRESENTED[1],
            REPRESENTED[2],
            "nomina_tribunale",
            "provvedimento_nomina",
            "nomina_data",
            "nomina_scadenza",
        ],
        attachments: &["nomina"],
        declarations: &["qualita_rappresentante"],
    },
    Evidence {
        capacity: "delegato",
        fields: &[
            REPRESENTED[0],
            REPRESENTED[1],
            REPRESENTED[2],
            "delega_ambito",
            "delega_dal",
            "delega_al",
        ],
        attachments: &["delega"],
        declarations: &["qualita_rappresentante"],
    },
    Evidence {
        capacity: "legale_rappresentante",
        fields: &["ente_denominazione", "ente_codice_fiscale", "ente_ruolo"],
        attachments: &[],
        declarations: &["qualita_rappresentante"],
    },
    Evidence {
        capacity: "professionista",
        fields: &REPRESENTED,
        attachments: &["procura"],
        declarations: &["qualita_rappresentante"],
    },
];

/// The capacity that needs no proof.
const ONESELF: &str = "se_stesso";

/// A valid codice fiscale of somebody born in 1980.
const ADULT: &str = "RSSMRA80A01H501U";

/// Refuses a capacity of `per_conto_di` whose evidence the form does not ask for.
pub(super) fn check(service: &Service, errors: &mut Vec<DefinitionError>) {
    let admitted = &service.audience.on_behalf_of;
    if admitted.is_empty() {
        errors.push(wrong("scrivi almeno una qualità, per esempio se_stesso"));
    }
    let asked = service.form.fields().find(|field| field.name == "qualita");
    for capacity in admitted {
        if let Some(message) = fault(service, asked, capacity) {
            errors.push(wrong(message));
        }
    }
}

fn wrong(message: impl Into<String>) -> DefinitionError {
    DefinitionError {
        key: "destinatari.per_conto_di".into(),
        anchor: "per_conto_di:".into(),
        message: message.into(),
    }
}

fn fault(service: &Service, asked: Option<&Field>, capacity: &str) -> Option<String> {
    let evidence = EVIDENCE.iter().find(|known| known.capacity == capacity);
    match (asked, evidence) {
        (None, _) if capacity == ONESELF => None,
        (Some(field), _) if !field.options.iter().any(|(code, _)| code == capacity) => Some(
            format!("«{capacity}» non è tra le scelte del campo «qualita»"),
        ),
        (Some(_), None) if capacity == ONESELF => None,
        (_, None) => Some(format!("la qualità «{capacity}» non esiste")),
        (Some(_), Some(evidence)) => {
            let missing = missing(service, evidence);
            (!missing.is_empty()).then(|| {
                format!(
                    "ammette «{capacity}», ma il modulo non chiede: {}",
                    missing.join(", ")
                )
            })
        }
        (None, Some(_)) if asks_in_its_words(service, capacity) => None,
        (None, Some(_)) => Some(format!(
            "ammette «{capacity}», ma il modulo non chiede chi rappresenta e con quale prova: usa il blocco titolo_presentazione"
        )),
    }
}

/// The form as somebody sees it who chose that capacity, and wrote the code of an adult.
fn chosen(service: &Service, capacity: &str) -> Option<Evaluation> {
    let answers = [
        ("qualita", capacity),
        ("rappresentato_codice_fiscale", ADULT),
    ];
    let text = |(name, value): (&str, &str)| (name.to_owned(), Answer::Text(value.to_owned()));
    let mut form = service.form.clone();
    for step in &mut form.steps {
        // Steps that other answers show are looked at as well.
        step.visible_if = None;
    }
    let context = Context {
        today: Date::new(2026, 1, 1)?,
        identity: &Answers::default(),
        lists: &NoLists,
    };
    Some(form.evaluate(&Answers(answers.map(text).into()), &context))
}

fn missing(service: &Service, evidence: &Evidence) -> Vec<String> {
    let Some(form) = chosen(service, evidence.capacity) else {
        return Vec::new();
    };
    let fields = evidence.fields.iter().filter(|name| !form.is_visible(name));
    let attachments = evidence
        .attachments
        .iter()
        .filter(|id| !form.attachments.iter().any(|a| a.id == **id));
    let declarations = evidence
        .declarations
        .iter()
        .filter(|id| !form.declarations.iter().any(|d| d == *id));
    let names = fields.chain(attachments).chain(declarations);
    let mut missing: Vec<String> = names.map(|name| (*name).to_owned()).collect();
    let code = REPRESENTED[2];
    let refused = form.issues.iter().any(|issue| issue.path == code);
    if evidence.capacity == "genitore" && form.is_visible(code) && !refused {
        missing.push(format!("un controllo su {code}: meno di 18 anni"));
    }
    missing
}

/// Services for children ask for the child and the guardian's decree in words of their own.
fn asks_in_its_words(service: &Service, capacity: &str) -> bool {
    let field = |name: &str| service.form.fields().find(|field| field.name == name);
    match capacity {
        "genitore" => field("minore_codice_fiscale").is_some_and(|child| {
            let is_age = |check: &Check| {
                matches!(check, Check::Age { max, under, .. } if max.is_some() || under.is_some())
            };
            let mut checks = child.rules.iter().filter_map(|rule| rule.check.as_ref());
            checks.any(is_age)
        }),
        "tutore" => field("tutore_provvedimento").is_some(),
        _ => false,
    }
}
