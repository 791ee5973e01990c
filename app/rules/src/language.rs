//! The language of who reads.
//!
//! Texts stand in the code in Italian, as `t!("Scegli una risposta.")`; what is made for somebody
//! who reads English is looked up in a catalogue, as with gettext. The language is the one thing
//! that is not passed along: it changes no decision, only words, and half of the code says
//! something. Words of the definitions are not translated: [`of_definitions`].

use std::{cell::Cell, future::Future, pin::pin, sync::OnceLock};

/// Italian first: where nobody chose, and where a text has no translation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Italian,
    English,
}

thread_local! {
    static READER: Cell<Language> = const { Cell::new(Language::Italian) };
}

/// Italian and English, in the order of the Italian texts.
static ENGLISH: OnceLock<Vec<(String, String)>> = OnceLock::new();

impl Language {
    pub const ALL: [Self; 2] = [Self::Italian, Self::English];

    /// As in `lang="…"` (BCP 47).
    pub fn code(self) -> &'static str {
        match self {
            Self::Italian => "it",
            Self::English => "en",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// The language of who reads what is being made.
    pub fn current() -> Self {
        READER.get()
    }

    /// From now on: for the browser, where one person reads.
    pub fn settle(self) {
        READER.set(self);
    }

    /// What `make` makes is read in this language.
    pub fn speak<T>(self, make: impl FnOnce() -> T) -> T {
        struct Back(Language);
        impl Drop for Back {
            fn drop(&mut self) {
                READER.set(self.0);
            }
        }
        let _back = Back(READER.replace(self));
        make()
    }

    /// The same for a future, on whichever thread it goes on.
    pub async fn scope<T>(self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        std::future::poll_fn(|context| self.speak(|| future.as_mut().poll(context))).await
    }
}

/// The language of the definitions' words, for `lang="…"` around them; `None` where the page is
/// in that language anyway.
pub fn of_definitions() -> Option<&'static str> {
    (Language::current() != Language::Italian).then_some(Language::Italian.code())
}

/// Begin and end of words of the definitions in a text of ours: Unicode's isolates, which nobody
/// sees where a page leaves them in.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Words of the definitions for the midst of a text in the reader's language; [`parts`] finds them.
pub fn quoted(words: &str) -> String {
    let [from, to] = ISOLATES;
    match of_definitions() {
        Some(_) if !words.is_empty() => format!("{from}{words}{to}"),
        _ => words.to_owned(),
    }
}

/// A text in parts, each with its `lang="…"` where that is not the page's.
pub fn parts(text: &str) -> impl Iterator<Item = (Option<&'static str>, &str)> {
    text.split(ISOLATES)
        .enumerate()
        .map(|(n, part)| (of_definitions().filter(|_| n % 2 == 1), part))
        .filter(|(_, part)| !part.is_empty())
}

/// The English catalogue, once a program: later calls change nothing. It comes sorted, since
/// sorting weighs on the browser's program.
pub fn install(texts: Vec<(String, String)>) {
    debug_assert!(texts.is_sorted(), "no text would be found");
    ENGLISH.get_or_init(|| texts);
}

/// `italian`, or what it is in the reader's language. Called by [`t!`](crate::t).
pub fn text(italian: &'static str) -> &'static str {
    match Language::current() {
        Language::Italian => italian,
        Language::English => in_english(italian).unwrap_or(italian),
    }
}

fn in_english(italian: &str) -> Option<&'static str> {
    let texts = ENGLISH.get()?;
    let at = texts.binary_search_by(|(text, _)| text.as_str().cmp(italian));
    at.ok().map(|at| texts[at].1.as_str())
}

/// `text` with each `{name}` replaced by its value. Called by [`t!`](crate::t).
pub fn filled(text: &str, values: &[(&str, &dyn ToString)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(&value.to_string());
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text in the reader's language: `t!("Chiudi")` is a `&'static str`,
/// `t!("Mancano {n} giorni", n = days)` a `String`. Each must be in `app/languages`: a test finds
/// what is missing.
#[macro_export]
macro_rules! t {
    ($text:literal) => {
        $crate::language::text($text)
    };
    ($text:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        $crate::language::filled(
            $crate::language::text($text),
            &[$((stringify!($name), &$crate::t!(@ $name $($value)?))),+],
        )
    };
    (@ $name:ident) => { $name };
    (@ $name:ident $value:expr) => { $value };
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn english() {
        let texts = [
            ("Chiudi", "Close"),
            ("Scegli {n} risposte.", "Choose {n} answers."),
        ];
        install(texts.map(|(it, en)| (it.to_owned(), en.to_owned())).into());
    }

    #[test]
    fn each_reader_has_her_own_language() {
        english();
        let made = || (t!("Chiudi"), t!("Scegli {n} risposte.", n = 2), t!("Apri"));
        let italian = ("Chiudi", "Scegli 2 risposte.".to_owned(), "Apri");
        assert_eq!(made(), italian);
        // What has no translation stays as it is.
        let told = ("Close", "Choose 2 answers.".to_owned(), "Apri");
        assert_eq!(Language::English.speak(made), told);
        assert_eq!(made(), italian, "and only there");
    }

    #[test]
    fn a_future_keeps_its_language_between_its_steps() {
        english();
        let mut steps = 0;
        let waiting = std::future::poll_fn(move |_| {
            steps += 1;
            if steps < 3 {
                Poll::Pending
            } else {
                Poll::Ready(t!("Chiudi"))
            }
        });
        let mut future = pin!(Language::English.scope(waiting));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..2 {
            assert_eq!(future.as_mut().poll(&mut context), Poll::Pending);
            assert_eq!(t!("Chiudi"), "Chiudi", "another reader in between");
        }
        assert_eq!(future.as_mut().poll(&mut context), Poll::Ready("Close"));
    }

    #[test]
    fn words_of_the_definitions_are_told_apart_in_a_text() {
        let text = |who: &str| t!("Scegli {n} risposte.", n = quoted(who));
        let read = |text: String| -> Vec<(Option<&str>, String)> {
            let parts = parts(&text);
            parts.map(|(lang, part)| (lang, part.to_owned())).collect()
        };
        english();
        let whole = "Scegli dall'elenco risposte.".to_owned();
        assert_eq!(read(text("dall'elenco")), [(None, whole)]);
        let told = [
            (None, "Choose ".to_owned()),
            (Some("it"), "dall'elenco".to_owned()),
            (None, " answers.".to_owned()),
        ];
        Language::English.speak(|| {
            assert_eq!(read(text("dall'elenco")), told);
            assert_eq!(read(quoted("")), []);
        });
    }

    #[test]
    fn values_come_where_they_are_named() {
        let (a, b) = ("uno", 2);
        assert_eq!(t!("{b} prima di {a}", a, b), "2 prima di uno");
        assert_eq!(t!("{a} {", a), "uno ");
        assert_eq!(t!("{c}", a), "");
    }
}
