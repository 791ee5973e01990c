//! What a browser is sent of a page.
//!
//! A page that is read comes as HTML: the server made it of the same data, and its code does
//! not weigh on the bundle. The guided form comes as data: the browser runs it.

use rules::{
    catalogue::Form,
    form::{Answers, Issue},
};
use serde::{Deserialize, Serialize};

use super::{DraftView, RequestPage};

/// Asked for by this `Accept`; otherwise `GET /api/x` answers with the page's data.
pub const SCREEN_TYPE: &str = "application/vnd.sportello.screen+json";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Screen {
    /// Title of the document.
    pub title: String,
    /// HTML above the main part, which tells who is logged in; `None`: as it stands.
    pub header: Option<String>,
    pub main: Main,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Main {
    /// The whole `<main>`.
    Html(String),
    Request(Box<FormScreen>),
    /// Go there instead.
    Redirect {
        to: String,
    },
}

/// [`RequestPage`] as the browser runs it: the recapitulation is read, so it is HTML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormScreen {
    pub slug: String,
    pub title: String,
    pub form: Form,
    pub step: String,
    pub today: String,
    pub draft: DraftView,
    pub identity: Answers,
    /// Pairs, like the two after it: a map of each kind would weigh on the browser's program.
    pub lists: Vec<(String, Vec<(String, String)>)>,
    #[serde(default)]
    pub known: Vec<(String, String)>,
    pub places: Vec<(String, String)>,
    pub issues: Vec<Issue>,
    pub notice: Option<String>,
    /// HTML; empty unless `step` is the summary.
    pub recap: String,
    /// As in [`RequestPage`].
    #[serde(default)]
    pub device: String,
    #[serde(default)]
    pub privacy: String,
    #[serde(default)]
    pub map: bool,
}

impl FormScreen {
    pub fn new(page: RequestPage, recap: String) -> Self {
        let RequestPage {
            slug,
            title,
            form,
            step,
            today,
            draft,
            identity,
            lists,
            known,
            places,
            issues,
            notice,
            device,
            privacy,
            map,
            ..
        } = page;
        Self {
            slug,
            title,
            form,
            step,
            today,
            draft,
            identity,
            lists: lists.into_iter().collect(),
            known: known.into_iter().collect(),
            places: places.into_iter().collect(),
            issues,
            notice,
            recap,
            device,
            privacy,
            map,
        }
    }
}

/// What stands beside a name.
pub fn beside<'a, T>(pairs: &'a [(String, T)], name: &str) -> Option<&'a T> {
    let found = pairs.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value)
}

impl Default for Main {
    fn default() -> Self {
        Self::Html(String::new())
    }
}

impl Screen {
    /// What the document already holds is not sent twice.
    #[must_use]
    pub fn without_html(&self) -> Self {
        Self {
            title: String::new(),
            header: None,
            main: match &self.main {
                Main::Html(_) => Main::default(),
                main => main.clone(),
            },
        }
    }
}
