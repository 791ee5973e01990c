//! Reads the catalogue's files at start: a bad definition stops the server with file, line and key.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use rules::catalogue::{
    Service,
    source::{self, Blocks},
};
use thiserror::Error;

use super::{Catalogue, Definition, ReferenceLists};
use crate::{
    config::Comune,
    privacy::{self, NoticeError},
    store::{Store, StoreError, definitions},
    vault::sha256,
};

/// The places of Italy and the states, from the package named in `server/data/README.md`.
const PLACES: &str = include_str!("../../data/luoghi.tsv");

#[derive(Debug, Error)]
pub enum LoadError {
    #[error("{path}: {message}")]
    Read { path: String, message: String },
    /// One line a fault: file, line and key, and what is wrong.
    #[error("{}", .0.join("\n"))]
    Definitions(Vec<String>),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Notice(#[from] NoticeError),
}

/// All definitions of `folder`, resolved, by number; or every fault that was found.
pub fn read(folder: &Path) -> Result<Vec<Service>, LoadError> {
    let blocks = blocks(folder)?;
    let mut services: Vec<Service> = Vec::new();
    let mut faults = Vec::new();
    for path in yaml_files(folder)? {
        match definition(&path, &blocks)? {
            Ok(service) if services.iter().any(|s| s.slug == service.slug) => {
                faults.push(named(
                    &path,
                    format_args!("slug: {} is already taken", service.slug),
                ));
            }
            Ok(service) => services.push(service),
            Err(found) => faults.extend(found),
        }
    }
    faults.extend(add_templates(folder, &mut services));
    if !faults.is_empty() {
        return Err(LoadError::Definitions(faults));
    }
    services.sort_by_key(|s| s.number);
    Ok(services)
}

/// Puts the templates of `modelli` into the papers that name them; those that are not there.
pub fn add_templates(folder: &Path, services: &mut [Service]) -> Vec<String> {
    let mut faults = Vec::new();
    for service in services {
        for outcome in &mut service.outcomes {
            let Some(document) = &mut outcome.document else {
                continue;
            };
            let path = folder
                .join("modelli")
                .join(&document.template)
                .with_extension("typ");
            match text(&path) {
                Ok(source) => document.source = source,
                Err(error) => faults.push(format!(
                    "{}: esiti.{}.documento.modello: {error}",
                    service.slug, outcome.code
                )),
            }
        }
    }
    faults
}

/// The shared blocks of `folder`.
pub fn blocks(folder: &Path) -> Result<Blocks, LoadError> {
    let file = folder.join("_blocchi.yaml");
    source::parse_blocks(&text(&file)?).map_err(|e| LoadError::Definitions(vec![named(&file, &e)]))
}

fn definition(path: &Path, blocks: &Blocks) -> Result<Result<Service, Vec<String>>, LoadError> {
    let loaded = source::load_service(&text(path)?, blocks);
    Ok(loaded.map_err(|errors| errors.into_iter().map(|e| named(path, e)).collect()))
}

fn named(path: &Path, fault: impl std::fmt::Display) -> String {
    format!("{}: {fault}", path.display())
}

fn text(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|e| unreadable(path, e))
}

fn unreadable(path: &Path, error: std::io::Error) -> LoadError {
    LoadError::Read {
        path: path.display().to_string(),
        message: error.to_string(),
    }
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let entries = std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .filter(|path| {
            !path
                .file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with('_'))
        })
        .collect();
    files.sort();
    Ok(files)
}

/// Keeps definitions and privacy notices in their append-only tables, and gives the catalogue in
/// force.
pub async fn install(
    store: &Store,
    services: Vec<Service>,
    comune: &Comune,
    now_ms: i64,
) -> Result<Catalogue, LoadError> {
    let definitions: Vec<(Definition, Vec<u8>)> = services
        .into_iter()
        .map(|service| {
            let body = canonical(&service)?;
            Ok((
                Definition {
                    hash: sha256(&body),
                    service: Arc::new(service),
                },
                body,
            ))
        })
        .collect::<Result<_, LoadError>>()?;
    let rows: Vec<_> = definitions
        .iter()
        .map(|(d, body)| (d.hash.clone(), d.service.slug.clone(), body.clone()))
        .collect();
    store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for (hash, slug, body) in &rows {
                    definitions::keep(tx, hash, slug, body, now_ms).await?;
                }
                Ok(())
            })
        })
        .await?;
    let in_force: Vec<Definition> = definitions
        .into_iter()
        .map(|(definition, _)| definition)
        .collect();
    let services = in_force.iter().map(|definition| &*definition.service);
    let notices = privacy::install(store, services, comune, now_ms).await?;
    Ok(Catalogue::new(in_force, notices, reference_lists(comune)))
}

/// RFC 8785.
fn canonical(service: &Service) -> Result<Vec<u8>, LoadError> {
    serde_json_canonicalizer::to_vec(service)
        .map_err(|e| LoadError::Definitions(vec![format!("{}: {e}", service.slug)]))
}

/// The lists of comune.toml and the places.
pub fn reference_lists(comune: &Comune) -> ReferenceLists {
    let mut lists: BTreeMap<String, BTreeMap<String, String>> = comune.elenchi.clone();
    let mut add = |list: &str, code: &str, label: String| {
        lists
            .entry(list.to_owned())
            .or_default()
            .insert(code.to_owned(), label);
    };
    for line in PLACES.lines() {
        let mut columns = line.split('\t');
        let (Some(code), Some(name), Some(province), Some(status)) = (
            columns.next(),
            columns.next(),
            columns.next(),
            columns.next(),
        ) else {
            continue;
        };
        let (state, active) = (province == "EE", status == "A");
        let label = if state {
            name.to_owned()
        } else {
            format!("{name} ({province})")
        };
        add("luoghi", code, label.clone());
        match (state, active) {
            (true, true) => {
                add("stati", code, label.clone());
                add("comuni_o_stati", code, label);
            }
            (false, true) => {
                add("comuni", code, label.clone());
                add("comuni_o_stati", code, label);
                add("province", province, province.to_owned());
            }
            (_, false) => {}
        }
    }
    add("stati", "Z000", "Italia".to_owned());
    ReferenceLists::new(lists).within(comune.territory.clone())
}
