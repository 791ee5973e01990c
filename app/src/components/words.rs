//! Words that a page shows, and the language that they are in.

use leptos::prelude::*;
use rules::language::of_definitions;

use super::{Child, el, group};

/// Our own words, in the reader's language, or the definition's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    pub text: String,
    lang: Option<&'static str>,
}

impl Words {
    /// Words of the definitions, of the town or of an office: Italian, and marked as such for who
    /// reads the page in another language.
    pub fn defined(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            lang: of_definitions(),
        }
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self { text, lang: None }
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Child for Words {
    fn add(self, children: &mut Vec<AnyView>) {
        match self.lang {
            None => self.text.add(children),
            Some(lang) => el("span").set("lang", lang).child(self.text).add(children),
        }
    }
}

/// [`Words::defined`], to be put into a page.
pub fn defined(text: impl Into<String>) -> AnyView {
    group(Words::defined(text))
}

/// A text with views where its values are: `sentence(t!("Rispondi entro il {due}."), [("due", due)])`.
/// The order is the translation's, so sentences are never put together from pieces.
pub fn sentence<const N: usize>(text: &str, values: [(&str, AnyView); N]) -> AnyView {
    sentence_of(text, values.into())
}

fn sentence_of(text: &str, mut values: Vec<(&str, AnyView)>) -> AnyView {
    let mut children = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        before.add(&mut children);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some(at) = values.iter().position(|(known, _)| *known == name) {
            children.push(values.swap_remove(at).1);
        }
        rest = after;
    }
    rest.add(&mut children);
    group(children)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use rules::language::Language;

    use super::*;
    use crate::components::check::html;

    #[test]
    fn definitions_are_marked_only_where_the_page_is_in_another_language() {
        let shown = || html(|| el("p").child(defined("Passo")).view()).replace("<!>", "");
        assert_eq!(shown(), "<p>Passo</p>");
        let english = Language::English.speak(shown);
        assert_eq!(english, r#"<p><span lang="it">Passo</span></p>"#);
    }

    #[test]
    fn views_stand_where_the_text_names_them() {
        let strong = |text: &'static str| el("strong").child(text).view();
        let shown = html(|| {
            let values = [("a", strong("uno")), ("b", strong("due"))];
            sentence("Prima {b}, poi {a}.", values)
        });
        let plain = shown.replace("<!>", "");
        let wanted = "Prima <strong>due</strong>, poi <strong>uno</strong>.";
        assert_eq!(plain, wanted);
    }
}
