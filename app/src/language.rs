//! The catalogues of texts in other languages than Italian (`rules::language`).
//!
//! Two files a language, in gettext's format, since people who translate have tools for it:
//! `form.po` is what the browser's program says, and goes to who reads English with each document;
//! `pages.po` is what only the server says. So who reads Italian loads nothing of it.

/// Id of the element of the document that holds the texts of the browser's program.
pub const TEXTS: &str = "texts";

#[cfg(feature = "ssr")]
mod server {
    use std::sync::LazyLock;

    use rules::language::{self, Language};

    const FORM: &str = include_str!("../languages/en/form.po");
    const PAGES: &str = include_str!("../languages/en/pages.po");

    static FORM_TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| texts(&[FORM]));

    /// What PO files have a translation of, sorted. The files are part of the program: a test reads
    /// them.
    fn texts(files: &[&str]) -> Vec<(String, String)> {
        let mut texts: Vec<_> = files.iter().flat_map(|file| texts_of(file)).collect();
        texts.sort();
        texts
    }

    fn texts_of(file: &str) -> Vec<(String, String)> {
        let catalogue = polib::po_file::parse_from_reader(file.as_bytes());
        let messages = catalogue.iter().flat_map(polib::catalog::Catalog::messages);
        let translated = messages.filter(|message| message.is_translated());
        translated
            .filter_map(|message| {
                Some((
                    message.msgid().to_owned(),
                    message.msgstr().ok()?.to_owned(),
                ))
            })
            .collect()
    }

    /// Before the first page is made; once a program.
    pub fn install() {
        language::install(texts(&[FORM, PAGES]));
    }

    /// What the browser's program needs, as JSON; `None` for who reads Italian.
    pub fn for_browser() -> Option<String> {
        let texts = match Language::current() {
            Language::Italian => return None,
            Language::English => &*FORM_TEXTS,
        };
        serde_json::to_string(texts).ok()
    }
}

#[cfg(feature = "ssr")]
pub use server::{for_browser, install};

/// Takes over what the document brought; without it all is Italian.
#[cfg(feature = "hydrate")]
pub fn arrive() {
    use rules::language::{self, Language};

    let texts = crate::dom::text_of(TEXTS);
    if let Some(texts) = texts.and_then(|texts| crate::json::read::<Vec<(String, String)>>(&texts))
    {
        language::install(texts);
        Language::English.settle();
    }
}
