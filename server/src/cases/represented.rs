//! Whom a request is about, where it was sent for somebody else; and the proof that was given.

use rules::{
    catalogue::Form,
    civil::Date,
    form::{Answer, Answers},
};

use super::{LoadedCase, OriginalView, Side, named};
use crate::{
    clock::rome_text,
    delegations::Acting,
    state::{Counter, Person},
    store::representations::RepresentationRow,
};

/// A person or a body for whom somebody else asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Represented {
    /// The answer to `qualita`.
    pub quality: String,
    /// "Maria Rossi", "Alfa Srl"
    pub name: String,
    /// Empty for a child who is not born yet.
    pub fiscal_code: String,
    pub family_name: String,
}

fn text<'a>(answers: &'a Answers, name: &str) -> Option<&'a str> {
    match answers.0.get(name) {
        Some(Answer::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// By the names of the shared block `titolo_presentazione`, or of the services for children.
pub fn represented(answers: &Answers) -> Option<Represented> {
    let text = |name: &str| text(answers, name);
    let person = |prefix: &str, quality: &str| {
        let part = |name: &str| text(&format!("{prefix}_{name}"));
        let family_name = part("cognome")?;
        Some(Represented {
            quality: quality.to_owned(),
            name: format!("{} {family_name}", part("nome")?),
            fiscal_code: part("codice_fiscale").unwrap_or_default().to_owned(),
            family_name: family_name.to_owned(),
        })
    };
    let guardian = || match text("ruolo")? {
        "tutore" => Some("tutore"),
        _ => Some("genitore"),
    };
    match text("qualita") {
        Some("se_stesso") => None,
        Some(quality @ "legale_rappresentante") => Some(Represented {
            quality: quality.to_owned(),
            name: text("ente_denominazione")?.to_owned(),
            fiscal_code: text("ente_codice_fiscale").unwrap_or_default().to_owned(),
            family_name: String::new(),
        }),
        Some(quality) => person("rappresentato", quality),
        None => person("minore", guardian()?),
    }
}

impl Represented {
    /// As documents say it: they are in Italian, whoever reads.
    pub fn quality_words(&self) -> &'static str {
        match self.quality.as_str() {
            "genitore" => "genitore",
            "tutore" => "tutore, curatore o amministratore di sostegno",
            "delegato" => "delegato",
            "legale_rappresentante" => "legale rappresentante",
            "professionista" => "professionista incaricato",
            _ => "rappresentante",
        }
    }

    /// "Maria Rossi, RSSMRA68A41A893X"
    pub fn line(&self) -> String {
        match self.fiscal_code.as_str() {
            "" => self.name.clone(),
            code => format!("{}, {code}", self.name),
        }
    }

    /// Whether she is the one who owes what is to be paid: a child owes nothing.
    pub fn owes(&self) -> bool {
        self.quality != "genitore" && !self.fiscal_code.is_empty()
    }

    /// The row by which she finds the case when she logs in. Who cannot act by herself, and a
    /// body, have one that no login finds.
    pub fn row(
        &self,
        counter: &Counter,
        case_id: &str,
        answers: &Answers,
        acting: Option<&Acting>,
    ) -> RepresentationRow {
        let code = self.fiscal_code.to_uppercase();
        let lookup = match (acting, self.quality.as_str()) {
            (Some(_), _) => counter.vault.lookup(&code),
            (None, "delegato" | "professionista") => named(counter, &code, &self.family_name),
            _ => counter.vault.lookup(&format!("represented/{code}")),
        };
        let until = match self.quality.as_str() {
            "delegato" => text(answers, "delega_al"),
            "tutore" => text(answers, "nomina_scadenza"),
            _ => None,
        };
        RepresentationRow {
            case_id: case_id.to_owned(),
            lookup,
            quality: self.quality.clone(),
            delegation: acting.map(|acting| acting.delegation.clone()),
            until_day: until.map(str::to_owned),
            ended_at: None,
        }
    }
}

/// Correspondent of what the office receives: who sent it, and for whom.
pub fn sender(person: &str, of: Option<&RepresentationRow>) -> String {
    match of {
        Some(of) => format!("{person} per {}", of.lookup),
        None => person.to_owned(),
    }
}

/// Correspondent of what the office sends: whom it is about, at whose address.
pub fn recipient(person: &str, of: Option<&RepresentationRow>) -> String {
    match of {
        Some(of) => format!("{} presso {person}", of.lookup),
        None => person.to_owned(),
    }
}

/// Who writes an act; a delegate says for whom.
pub fn author(side: &Side, author: &Person) -> String {
    let name = author.display_name();
    match side {
        Side::Delegate { delegation, .. } => {
            format!("{name}, per conto di {}", delegation.content.giver.full())
        }
        _ => name,
    }
}

/// To whom an act goes: the one it is about.
pub fn addressee(original: &OriginalView) -> String {
    let applicant = super::name(&original.applicant);
    match represented(&original.answers) {
        Some(of) => format!(
            "{}, rappresentato da {applicant} ({})",
            of.name,
            of.quality_words()
        ),
        None => applicant,
    }
}

/// What proves it, for the clerk: label and value.
pub fn evidence(case: &LoadedCase, original: &OriginalView) -> Vec<(String, String)> {
    let Some(of) = represented(&original.answers) else {
        return Vec::new();
    };
    let mut lines = vec![
        ("Per conto di".to_owned(), of.line()),
        ("In qualità di".to_owned(), of.quality_words().to_owned()),
    ];
    let form = &case.definition.service.form;
    lines.push(("Prova".to_owned(), proof(form, original, &of)));
    lines
}

fn proof(form: &Form, original: &OriginalView, of: &Represented) -> String {
    if let Some(acting) = &original.acting {
        return format!(
            "delega nello Sportello del {}, data con SPID o CIE di livello {} ({}), vale dal {} al {}",
            rome_text(acting.given_at),
            acting.evidence.level,
            acting.evidence.provider,
            acting.from.italian(),
            acting.to.italian()
        );
    }
    let names: &[&str] = match of.quality.as_str() {
        "delegato" => &["delega_ambito", "delega_dal", "delega_al"],
        "tutore" => &[
            "nomina_tribunale",
            "provvedimento_nomina",
            "nomina_data",
            "nomina_scadenza",
            "tutore_provvedimento",
        ],
        "legale_rappresentante" => &["ente_ruolo"],
        _ => &[],
    };
    let mut parts: Vec<String> = names
        .iter()
        .filter_map(|name| {
            let value = text(&original.answers, name)?;
            let value = Date::parse_iso(value).map_or_else(|| value.to_owned(), Date::italian);
            let field = form.fields().find(|field| field.name == *name)?;
            Some(format!("{}: {value}", field.label))
        })
        .collect();
    let files = ["delega", "nomina", "procura"];
    parts.extend(
        original
            .attachments
            .iter()
            .filter(|file| files.contains(&file.id.as_str()))
            .map(|file| format!("file «{}»", file.name)),
    );
    match parts.is_empty() {
        true => "dichiarazione sostitutiva (D.P.R. 445/2000, artt. 46 e 47)".to_owned(),
        false => parts.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        let text =
            |(name, value): &(&str, &str)| ((*name).to_owned(), Answer::Text((*value).to_owned()));
        Answers(pairs.iter().map(text).collect())
    }

    #[test]
    fn each_way_of_asking_tells_for_whom() {
        let person = [
            ("rappresentato_nome", "Maria"),
            ("rappresentato_cognome", "Rossi"),
            ("rappresentato_codice_fiscale", "RSSMRA68A41A893X"),
        ];
        let body = [
            ("ente_denominazione", "Alfa Srl"),
            ("ente_codice_fiscale", "01234567897"),
        ];
        let child = [("minore_nome", "Ada"), ("minore_cognome", "Neri")];
        let of = |first: &[(&str, &str)], rest: &[(&str, &str)]| {
            let found = represented(&answers(&[first, rest].concat()))?;
            Some((found.quality_words(), found.line(), found.owes()))
        };
        let maria = "Maria Rossi, RSSMRA68A41A893X".to_owned();
        assert_eq!(of(&[("qualita", "se_stesso")], &person), None);
        assert_eq!(
            of(&[("qualita", "delegato")], &person),
            Some(("delegato", maria.clone(), true))
        );
        assert_eq!(
            of(&[("qualita", "genitore")], &person),
            Some(("genitore", maria, false))
        );
        assert_eq!(
            of(&[("qualita", "legale_rappresentante")], &body),
            Some((
                "legale rappresentante",
                "Alfa Srl, 01234567897".to_owned(),
                true
            ))
        );
        assert_eq!(
            of(&[("ruolo", "madre")], &child),
            Some(("genitore", "Ada Neri".to_owned(), false))
        );
        assert_eq!(of(&[("ruolo", "madre")], &[]), None);
        assert_eq!(of(&[], &[]), None);
    }
}
