//! What the citizen sent, in full.

use papers::{Petition, Section};

use super::paper::{self, PaperError};
use crate::{
    cases::{self, LoadedCase},
    clock::rome_text,
    state::{Counter, Evidence},
};

pub fn content(counter: &Counter, case: &LoadedCase) -> Result<Petition, PaperError> {
    let original = cases::read_original(case)?;
    let (person, evidence) = (&original.applicant, &original.evidence);
    let name = format!("{} {}", person.name, person.family_name);
    let mut applicant = vec![
        ("Chi ha chiesto".to_owned(), name.trim().to_owned()),
        ("Codice fiscale".to_owned(), person.code().to_owned()),
    ];
    applicant.extend(cases::evidence(case, &original));
    let mut signed = identity(counter, evidence, rome_text(case.row.created_at));
    if let Some(found) = original
        .signed_document
        .as_ref()
        .and_then(|file| file.signed.clone())
    {
        signed.push(("Firma digitale".to_owned(), found));
    }
    if let Some(notice) = &original.privacy {
        let of = notice.told();
        let text = format!("versione {}, dal {}", of.version, of.since);
        signed.push(("Informativa privacy".to_owned(), text));
    }
    let sections = cases::summary(counter, case, &original).into_iter();
    Ok(Petition {
        applicant,
        sections: sections
            .map(|part| Section {
                title: part.title,
                lines: part.lines,
            })
            .collect(),
        attachments: paper::attachments(case, original.files()),
        declarations: original.declarations.into_iter().map(|d| d.text).collect(),
        on_paper: evidence.desk.is_some(),
        identity: signed,
    })
}

/// By what the request is signed.
fn identity(counter: &Counter, evidence: &Evidence, sent: String) -> Vec<(String, String)> {
    let lines = match &evidence.desk {
        None => vec![
            (
                "Identità digitale",
                format!(
                    "{}, livello {}",
                    counter.identity.kind(&evidence.provider).name(),
                    evidence.level
                ),
            ),
            ("Gestore", evidence.provider.clone()),
            ("Accesso", rome_text(evidence.at)),
            ("Invio", sent),
        ],
        Some(desk) => vec![
            (
                "Firma",
                "Su carta, allo sportello (art. 65, c. 1, lett. c, CAD)".to_owned(),
            ),
            ("Davanti a", desk.operator_name.clone()),
            ("Documento", desk.document.clone()),
            ("Registrata", sent),
        ],
    };
    let owned = lines.into_iter();
    owned
        .map(|(label, value)| (label.to_owned(), value))
        .collect()
}
