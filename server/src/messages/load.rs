//! Reads the templates at start: the built-in ones, and those of the catalogue's folder
//! `messaggi` in their place. A bad one stops the server with file and key.

use std::{collections::BTreeMap, path::Path};

use thiserror::Error;

use super::{facts::VARIABLES, template::Template};

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../app/catalogue/messaggi/", $name, ".yaml")))),*]
    };
}

/// Every template that an event of a case sends.
const BUILT_IN: [(&str, &str); 11] = built_in![
    "appuntamento-confermato",
    "appuntamento-promemoria",
    "documento-pronto",
    "pagamento-richiesto",
    "pratica-accolta",
    "pratica-aperta",
    "pratica-archiviata",
    "pratica-integrazione",
    "pratica-respinta",
    "ricevuta-pagamento",
    "tessera-elettorale-pronta",
];

#[derive(Debug, Error)]
pub enum TemplateError {
    #[error("{path}: {message}")]
    Read { path: String, message: String },
    /// One line a fault: file, key, and what is wrong.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
}

/// Templates by name.
#[derive(Clone, Debug)]
pub struct Templates(BTreeMap<String, Template>);

impl Templates {
    pub fn get(&self, name: &str) -> Option<&Template> {
        self.0.get(name)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The templates for the catalogue in `folder`; or every fault that was found.
pub fn read(folder: &Path) -> Result<Templates, TemplateError> {
    let mut templates = BTreeMap::new();
    let mut faults = Vec::new();
    for (name, text) in BUILT_IN {
        take(&mut templates, &mut faults, name, name, text);
    }
    let folder = folder.join("messaggi");
    for (name, path) in files(&folder)? {
        let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
        take(
            &mut templates,
            &mut faults,
            &name,
            &path.display().to_string(),
            &text,
        );
    }
    if faults.is_empty() {
        Ok(Templates(templates))
    } else {
        Err(TemplateError::Faults(faults))
    }
}

fn take(
    templates: &mut BTreeMap<String, Template>,
    faults: &mut Vec<String>,
    name: &str,
    file: &str,
    text: &str,
) {
    let named = |fault: &String| format!("{file}: {fault}");
    match parse(text) {
        Ok(template) => {
            faults.extend(template.faults(VARIABLES).iter().map(named));
            templates.insert(name.to_owned(), template);
        }
        Err(fault) => faults.push(named(&fault)),
    }
}

/// `Err`: line, key and what is wrong.
fn parse(text: &str) -> Result<Template, String> {
    let mut key = String::new();
    let read = serde_saphyr::with_deserializer_from_str(text, |deserializer| {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            key = error.path().to_string();
            error.into_inner()
        })
    });
    read.map_err(|error: serde_saphyr::Error| {
        let error = error.without_snippet();
        let line = error.location().map_or(0, |place| place.line());
        format!("riga {line}: {key}: {error}")
    })
}

/// Name and path of each `*.yaml`; none where there is no folder.
fn files(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, TemplateError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            Some((name, path))
        })
        .collect();
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> TemplateError {
    TemplateError::Read {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}
