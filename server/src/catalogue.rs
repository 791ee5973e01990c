//! The service definitions in force, and the older ones that drafts and cases refer to.

mod load;
pub mod map;
pub mod streets;
pub mod territory;

pub use load::{LoadError, blocks, install, read, reference_lists};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rules::{catalogue::Service, form::Lists};

use crate::{privacy::InForce, services::list::plain};
use territory::{Position, Territory};

/// A definition and its hash (SHA-256 of its canonical JSON, hex).
#[derive(Clone, Debug)]
pub struct Definition {
    pub hash: String,
    pub service: Arc<Service>,
}

/// Definitions in force, by slug, and the reference lists.
pub struct Catalogue {
    services: BTreeMap<String, Definition>,
    /// The privacy notices in force, by slug.
    notices: BTreeMap<String, InForce>,
    pub lists: ReferenceLists,
}

impl Catalogue {
    pub fn new(services: Vec<Definition>, notices: Vec<InForce>, lists: ReferenceLists) -> Self {
        let services = services
            .into_iter()
            .map(|d| (d.service.slug.clone(), d))
            .collect();
        let notices = notices
            .into_iter()
            .map(|found| (found.notice.slug.clone(), found))
            .collect();
        Self {
            services,
            notices,
            lists,
        }
    }

    /// The privacy notice in force of a service.
    pub fn notice(&self, slug: &str) -> Option<&InForce> {
        self.notices.get(slug)
    }

    /// The definition in force.
    pub fn get(&self, slug: &str) -> Option<&Definition> {
        self.services.get(slug)
    }

    /// By number.
    pub fn all(&self) -> Vec<&Definition> {
        let mut all: Vec<_> = self.services.values().collect();
        all.sort_by_key(|d| d.service.number);
        all
    }

    /// Id and name of every office of the definitions.
    pub fn offices(&self) -> BTreeMap<&str, &str> {
        let offices = self.services.values().map(|d| &d.service.office);
        offices
            .map(|office| (office.id.as_str(), office.name.as_str()))
            .collect()
    }

    pub fn office_name(&self, id: &str) -> Option<String> {
        let mut services = self.services.values().map(|d| &d.service.office);
        services
            .find(|office| office.id == id)
            .map(|office| office.name.clone())
    }
}

/// List name → code → label; and where the town's territory is known, that.
#[derive(Clone, Debug, Default)]
pub struct ReferenceLists(
    pub BTreeMap<String, BTreeMap<String, String>>,
    Names,
    Option<Arc<Territory>>,
);

/// List name → label as people type it → code; `None` where two codes have that label.
type Names = BTreeMap<String, BTreeMap<String, Option<String>>>;

impl ReferenceLists {
    pub fn new(lists: BTreeMap<String, BTreeMap<String, String>>) -> Self {
        let names = lists
            .iter()
            .map(|(list, codes)| (list.clone(), of_list(list, codes)))
            .collect();
        Self(lists, names, None)
    }

    #[must_use]
    pub fn within(mut self, territory: Option<Arc<Territory>>) -> Self {
        self.2 = territory;
        self
    }

    pub fn territory(&self) -> Option<&Territory> {
        self.2.as_deref()
    }

    pub fn label(&self, list: &str, code: &str) -> Option<&str> {
        self.0.get(list)?.get(code).map(String::as_str)
    }

    /// The code of "Bitonto (BA)", or of "Bitonto" where only one place has that name.
    pub fn code(&self, list: &str, typed: &str) -> Option<&str> {
        let key = match list {
            streets::LIST => streets::key(typed),
            _ => plain(typed.trim()),
        };
        self.1.get(list)?.get(&key)?.as_deref()
    }
}

fn of_list(list: &str, codes: &BTreeMap<String, String>) -> BTreeMap<String, Option<String>> {
    match list {
        streets::LIST => streets::names(codes),
        _ => once(codes.iter().flat_map(|(code, label)| {
            let whole = plain(label);
            let short = whole.split(" (").next().unwrap_or_default().to_owned();
            let names = BTreeSet::from([whole, short]);
            names.into_iter().map(move |name| (name, code))
        })),
    }
}

/// Names with their code, none where two codes have the name.
fn once<'a>(pairs: impl Iterator<Item = (String, &'a String)>) -> BTreeMap<String, Option<String>> {
    let mut names = BTreeMap::new();
    for (name, code) in pairs {
        names
            .entry(name)
            .and_modify(|found: &mut Option<String>| *found = None)
            .or_insert_with(|| Some(code.clone()));
    }
    names
}

impl Lists for ReferenceLists {
    fn contains(&self, list: &str, code: &str) -> Option<bool> {
        if list == territory::LIST {
            return Some(self.territory()?.holds(Position::parse(code)?));
        }
        self.0.get(list).map(|codes| codes.contains_key(code))
    }
}
