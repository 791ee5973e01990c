//! From YAML text to the source model, naming line, column and key of what is wrong.

use std::fmt;

use serde::de::DeserializeOwned;

use super::{Blocks, DefinitionError, ServiceFile, resolve};
use crate::catalogue::Service;

/// A place in a file and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// From 1; 0 if not known.
    pub line: u64,
    pub column: u64,
    /// The path of keys, as `modulo.passi[1].campi[0].tipo`; empty if not known.
    pub key: String,
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "riga {}, colonna {}: {}: {}",
            self.line, self.column, self.key, self.message
        )
    }
}

impl std::error::Error for ParseError {}

/// One service as written; nothing is looked up yet.
pub fn parse_service(text: &str) -> Result<ServiceFile, ParseError> {
    parse(text)
}

/// `_blocchi.yaml`
pub fn parse_blocks(text: &str) -> Result<Blocks, ParseError> {
    parse(text)
}

/// Reads and resolves one service: everything that is wrong, with its line.
pub fn load_service(text: &str, blocks: &Blocks) -> Result<Service, Vec<ParseError>> {
    let file = parse_service(text).map_err(|error| vec![error])?;
    resolve(blocks, file).map_err(|errors| {
        errors
            .into_iter()
            .map(|error| with_line(text, error))
            .collect()
    })
}

fn with_line(text: &str, error: DefinitionError) -> ParseError {
    let line = error
        .line_in(text)
        .and_then(|line| u64::try_from(line).ok())
        .unwrap_or(0);
    ParseError {
        line,
        column: u64::from(line > 0),
        key: error.key,
        message: error.message,
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ParseError> {
    let mut key = String::new();
    let read = serde_saphyr::with_deserializer_from_str(text, |deserializer| {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            key = error.path().to_string();
            error.into_inner()
        })
    });
    read.map_err(|error| {
        let error = error.without_snippet();
        let place = error.location();
        ParseError {
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
            key,
            message: error.to_string(),
        }
    })
}
