//! A message as data: subject, text with `{{variables}}`, button; and the limits of IO.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Subject on IO, characters.
const SUBJECT: std::ops::RangeInclusive<usize> = 10..=120;
/// Text on IO, characters; the button's front matter counts.
const MARKDOWN: std::ops::RangeInclusive<usize> = 80..=10_000;
/// Longest button.
const BUTTON_CHARS: usize = 40;
/// Longest address that a button opens.
pub const URL_CHARS: usize = 200;

/// A file of `messaggi/`: keys are Italian, municipal staff edit it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Without variables: the subject shows no personal data.
    #[serde(rename = "oggetto")]
    pub subject: String,
    /// What happened in neutral words, for the e-mail.
    #[serde(rename = "avviso")]
    pub notice: String,
    #[serde(rename = "pulsante")]
    pub button: String,
    #[serde(rename = "apre", default)]
    pub opens: Opens,
    #[serde(rename = "riservato")]
    pub secure: Secure,
    /// Whether it has a due date.
    #[serde(rename = "scadenza", default)]
    pub due: bool,
    /// Whether it carries a payment.
    #[serde(rename = "pagamento", default)]
    pub payment: bool,
    /// Variables of the text and their longest values, characters.
    #[serde(rename = "variabili")]
    pub variables: BTreeMap<String, usize>,
    #[serde(rename = "testo")]
    pub text: String,
}

/// Which page the button opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opens {
    #[default]
    Pratica,
    Pagamenti,
}

/// Whether IO must keep the content to itself: no copy by e-mail, a nameless notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secure {
    Si,
    No,
    /// Where the service reveals special data.
    ComeScheda,
}

impl Template {
    /// Everything that is wrong: key and fault. `known`: variables that the counter can fill.
    pub fn faults(&self, known: &[&str]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, text: String| faults.push(format!("{key}: {text}"));
        if self.subject.contains("{{") {
            fault(
                "oggetto",
                "niente variabili: nell'oggetto non vanno dati personali".into(),
            );
        }
        if self.notice.contains("{{") || self.notice.trim().is_empty() {
            fault("avviso", "una frase senza variabili".into());
        }
        let subject = self.subject.chars().count();
        if !SUBJECT.contains(&subject) {
            fault(
                "oggetto",
                format!("{subject} caratteri: IO ne vuole da 10 a 120"),
            );
        }
        let button = self.button.chars().count();
        if !(1..=BUTTON_CHARS).contains(&button) || self.button.contains(['"', '\\', '\n']) {
            fault(
                "pulsante",
                format!("{button} caratteri: da 1 a {BUTTON_CHARS}, senza virgolette"),
            );
        }
        let used = used(&self.text);
        for name in &used {
            if !self.variables.contains_key(*name) {
                fault("testo", format!("{{{{{name}}}}} manca in «variabili»"));
            }
        }
        for name in self.variables.keys() {
            if !used.contains(&name.as_str()) {
                fault("variabili", format!("{name} non è nel testo"));
            }
            if !known.contains(&name.as_str()) {
                fault(
                    "variabili",
                    format!("{name} non esiste; ci sono: {}", known.join(", ")),
                );
            }
        }
        for (which, chars) in [
            ("più corti", self.length(false)),
            ("più lunghi", self.length(true)),
        ] {
            if !MARKDOWN.contains(&chars) {
                fault(
                    "testo",
                    format!("{chars} caratteri con i valori {which}: IO ne vuole da 80 a 10.000"),
                );
            }
        }
        faults
    }

    /// Characters with values of one character, without the button; or with the longest, with it.
    fn length(&self, longest: bool) -> usize {
        let value = |(name, most): (&String, &usize)| {
            let chars = if longest { *most } else { 1 };
            (name.clone(), "x".repeat(chars))
        };
        let values = self.variables.iter().map(value).collect();
        let text = self.fill(&values);
        match longest {
            true => self
                .with_button(&text, &"x".repeat(URL_CHARS))
                .chars()
                .count(),
            false => text.chars().count(),
        }
    }

    /// The markdown for IO. `values` by variable: what is too long is cut, a paragraph or list
    /// item of an empty value is left out.
    pub fn markdown(&self, values: &BTreeMap<String, String>, url: &str) -> String {
        self.with_button(&self.fill(values), url)
    }

    /// Front matter first: IO makes the button of it.
    fn with_button(&self, text: &str, url: &str) -> String {
        let button = &self.button;
        let language = |code: &str| {
            format!(
                "{code}:\n  cta_1:\n    text: \"{button}\"\n    action: \"iohandledlink://{url}\"\n"
            )
        };
        format!("---\n{}{}---\n{text}", language("it"), language("en"))
    }

    fn fill(&self, values: &BTreeMap<String, String>) -> String {
        let mut lines: Vec<String> = Vec::new();
        for line in self.text.lines() {
            let filled = self.fill_line(line, values);
            match filled {
                // One empty line between paragraphs, whatever was left out.
                Some(text) if text.is_empty() && lines.last().is_none_or(String::is_empty) => {}
                Some(text) => lines.push(text),
                None => {}
            }
        }
        lines.join("\n").trim_end().to_owned() + "\n"
    }

    /// `None`: the line lives on a value that is empty.
    fn fill_line(&self, line: &str, values: &BTreeMap<String, String>) -> Option<String> {
        let mut filled = line.to_owned();
        for name in used(line) {
            let value = values.get(name).map(String::as_str).unwrap_or_default();
            let most = self.variables.get(name).copied().unwrap_or_default();
            let value = cut(value, most);
            if value.is_empty() {
                return None;
            }
            filled = filled.replace(&format!("{{{{{name}}}}}"), &value);
        }
        Some(filled)
    }
}

/// Names of `{{variables}}`, in order.
fn used(text: &str) -> Vec<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}").map(|(name, _)| name))
        .collect()
}

/// One line of at most `most` characters, the last of them "…" where something is missing.
pub fn cut(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let mut short: String = line.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str, variables: &[(&str, usize)]) -> Template {
        Template {
            subject: "La tua pratica è arrivata".into(),
            notice: "La tua pratica è arrivata.".into(),
            button: "Segui la pratica".into(),
            opens: Opens::Pratica,
            secure: Secure::No,
            due: false,
            payment: false,
            variables: variables
                .iter()
                .map(|(n, m)| ((*n).to_owned(), *m))
                .collect(),
            text: text.to_owned(),
        }
    }

    const LONG: &str =
        "Questo testo è abbastanza lungo da stare nei limiti anche quando le variabili sono vuote.";

    #[test]
    fn a_line_of_an_empty_value_is_left_out() {
        let text = format!("{LONG}\n\n{{{{atto}}}}\n\n- Ufficio: {{{{ufficio}}}}\n\nFine");
        let template = template(&text, &[("atto", 10), ("ufficio", 8)]);
        let values = [("ufficio".to_owned(), "Tributi e\nimposte".to_owned())].into();
        let markdown = template.markdown(&values, "https://x.example/pratiche/1");
        assert!(markdown.starts_with("---\nit:\n  cta_1:\n    text: \"Segui la pratica\"\n    action: \"iohandledlink://https://x.example/pratiche/1\"\nen:\n"));
        assert!(markdown.ends_with(&format!("---\n{LONG}\n\n- Ufficio: Tributi…\n\nFine\n")));
    }

    #[test]
    fn faults_name_the_key() {
        assert_eq!(template(LONG, &[]).faults(&[]), Vec::<String>::new());
        let bad = Template {
            subject: "Ciao {{numero}}".into(),
            ..template("{{numero}} {{altro}}", &[("numero", 10_000), ("oggi", 3)])
        };
        let faults = bad.faults(&["numero"]);
        for start in [
            "oggetto: niente variabili",
            "testo: {{altro}} manca",
            "variabili: oggi non è nel testo",
            "variabili: oggi non esiste",
            "testo: 1 caratteri con i valori più corti",
            "testo: 1",
        ] {
            assert!(
                faults.iter().any(|f| f.starts_with(start)),
                "{start}: {faults:?}"
            );
        }
    }
}
