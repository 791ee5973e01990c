//! What the citizen sent, in full.

use papers::{Petition, Section};

use super::paper::{self, PaperError};
use crate::{
    cases::{self, LoadedCase},
    clock::rome_text,
    state::Counter,
};

pub fn content(counter: &Counter, case: &LoadedCase) -> Result<Petition, PaperError> {
    let original = cases::read_original(case)?;
    let (person, evidence) = (&original.applicant, &original.evidence);
    let name = format!("{} {}", person.name, person.family_name);
    let mut applicant = vec![
        ("Chi ha chiesto".to_owned(), name.trim().to_owned()),
        ("Codice fiscale".to_owned(), person.fiscal_code.clone()),
    ];
    applicant.extend(cases::evidence(case, &original));
    let sections = cases::summary(counter, case, &original).into_iter();
    Ok(Petition {
        applicant,
        sections: sections
            .map(|part| Section {
                title: part.title,
                lines: part.lines,
            })
            .collect(),
        attachments: paper::attachments(case, &original.attachments),
        declarations: original.declarations.into_iter().map(|d| d.text).collect(),
        identity: vec![
            (
                "Identità digitale".to_owned(),
                format!("SPID, livello {}", evidence.level),
            ),
            ("Gestore".to_owned(), evidence.provider.clone()),
            ("Accesso".to_owned(), rome_text(evidence.at)),
            ("Invio".to_owned(), rome_text(case.row.created_at)),
        ],
    })
}
