//! Words that a page shows: those of the definitions are marked as Italian for who reads the page
//! in another language (`rules::language::quoted`).

use leptos::prelude::*;
use rules::language::{parts, quoted};

use super::{Child, el, group};

impl Child for String {
    fn add(self, children: &mut Vec<AnyView>) {
        for (lang, part) in parts(&self) {
            let part = part.to_owned().into_any();
            children.push(match lang {
                None => part,
                Some(lang) => el("span").set("lang", lang).child(part).view(),
            });
        }
    }
}

/// A text that may hold words of the definitions.
pub fn told(text: impl Into<String>) -> AnyView {
    group(text.into())
}

/// Words of the definitions, or of an office.
pub fn defined(text: impl AsRef<str>) -> AnyView {
    group(quoted(text.as_ref()))
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
    use rules::{language::Language, t};

    use super::*;
    use crate::components::check::html;

    fn shown(make: impl FnOnce() -> AnyView) -> String {
        html(make).replace("<!>", "")
    }

    #[test]
    fn definitions_are_marked_only_where_the_page_is_in_another_language() {
        crate::language::install();
        let page = || shown(|| told(t!("Torna a: {title}", title = quoted("Passo"))));
        assert_eq!(page(), "Torna a: Passo");
        let english = Language::English.speak(page);
        assert_eq!(english, r#"Back to: <span lang="it">Passo</span>"#);
    }

    #[test]
    fn views_stand_where_the_text_names_them() {
        let strong = |text: &'static str| el("strong").child(text).view();
        let values = || [("a", strong("uno")), ("b", strong("due"))];
        let made = shown(|| sentence("Prima {b}, poi {a}.", values()));
        let wanted = "Prima <strong>due</strong>, poi <strong>uno</strong>.";
        assert_eq!(made, wanted);
    }
}
