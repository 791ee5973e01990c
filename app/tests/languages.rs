//! Every text that people read is there in every language.
//!
//! Texts are found in the sources as the compiler sees them (tokens, so inside `view!` too).
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

mod italian;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use polib::{
    catalog::Catalog,
    message::{Message, MessageView},
    po_file,
};
use proc_macro2::{TokenStream, TokenTree};

/// What runs in the browser as well: its texts travel with the document.
const BROWSER: [&str; 12] = [
    "rules/src/",
    "app/src/wizard",
    "app/src/client.rs",
    "app/src/device.rs",
    "app/src/dom.rs",
    "app/src/live.rs",
    "app/src/navigation.rs",
    "app/src/components/bits.rs",
    "app/src/components/control.rs",
    "app/src/components/lists.rs",
    "app/src/components/stepper.rs",
    "app/src/pages/request.rs",
];

/// What citizens never see: the office's pages and messages, and what is said to who installs.
const OFFICE: [&str; 12] = [
    "app/src/pages/agenda.rs",
    "app/src/pages/deliveries.rs",
    "app/src/pages/desk.rs",
    "app/src/pages/desk_paper.rs",
    "app/src/pages/office.rs",
    "app/src/pages/office_case.rs",
    "app/src/pages/processing.rs",
    "app/src/pages/preview.rs",
    "app/src/pages/ratings.rs",
    "app/src/pages/roles.rs",
    "app/src/pages/service_settings.rs",
    "app/src/pages/settings.rs",
];

/// Where everything that citizens read is in `t!`.
const WHOLE: [&str; 3] = ["app/rules/src/", "app/src/", "server/src/"];

/// But for what is said to clerks and to who writes definitions or runs the counter, and what is
/// Italian by law: documents, messages, what other platforms are told.
const OTHERS: [&str; 43] = [
    "server/src/agendas/plan.rs",
    "app/rules/src/catalogue/source/",
    "app/rules/src/fields/pattern.rs",
    "app/rules/src/privacy.rs",
    "app/rules/src/roles.rs",
    "server/src/backup/",
    "server/src/cases/accept.rs",
    "server/src/cases/ask_integration.rs",
    "server/src/cases/office_list.rs",
    "server/src/cases/office_view.rs",
    "server/src/cases/represented.rs",
    "server/src/catalogue/streets.rs",
    "server/src/catalogue/territory.rs",
    "server/src/changes.rs",
    "server/src/changes/chain.rs",
    "server/src/changes/make.rs",
    "server/src/changes/page.rs",
    "server/src/changes/words.rs",
    "server/src/config",
    "server/src/deliveries/",
    "server/src/desk",
    "server/src/documents",
    "server/src/http/manifest.rs",
    "server/src/http/openapi.rs",
    "server/src/identity/evidence.rs",
    "server/src/identity/keys.rs",
    "server/src/identity/provider",
    "server/src/main.rs",
    "server/src/messages",
    "server/src/payments/call.rs",
    "server/src/payments/channel.rs",
    "server/src/payments/gpd.rs",
    "server/src/payments/stamp.rs",
    "server/src/program.rs",
    "server/src/remote.rs",
    "server/src/requests/preview.rs",
    "server/src/roles",
    "server/src/services/terms.rs",
    "server/src/signing/document.rs",
    "server/src/signing/report.rs",
    "server/src/signing/trust.rs",
    "server/src/verify",
    "server/src/worker/",
];

/// Texts elsewhere that are Italian for everybody: of an act, of an event, titles looked for in
/// the definitions.
const ITALIAN: [&str; 5] = [
    "A chi puoi fare reclamo",
    "Chi tratta i dati",
    "Responsabile della protezione dei dati",
    "Rispondi entro il {}.",
    "Ritiro la richiesta.",
];

struct Literal {
    text: String,
    place: String,
    /// Whether it is the text of a `t!`.
    translated: bool,
    browser: bool,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every string in the sources that citizens can meet; tests and documentation left out.
fn literals() -> Vec<Literal> {
    let mut found = Vec::new();
    for folder in ["app/rules/src", "app/src", "server/src"] {
        walk(&root().join(folder), &mut |file| read(file, &mut found));
    }
    assert!(found.len() > 1000, "the sources were not found");
    found
}

fn walk(folder: &Path, each: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, each);
        } else if path.extension().is_some_and(|e| e == "rs") {
            each(&path);
        }
    }
}

fn is_in(place: &str, list: &[&str]) -> bool {
    list.iter().any(|part| place.contains(part))
}

fn read(file: &Path, found: &mut Vec<Literal>) {
    let name = file.strip_prefix(root()).unwrap().display().to_string();
    if is_in(&name, &["tests.rs", "testing.rs", "components/check.rs"]) || is_in(&name, &OFFICE) {
        return;
    }
    let source = fs::read_to_string(file).unwrap();
    let tokens: TokenStream = source.parse().unwrap();
    let browser = is_in(&name, &BROWSER);
    collect(tokens, false, &mut |text, line, translated| {
        let place = format!("{name}:{line}");
        found.push(Literal {
            text,
            place,
            translated,
            browser,
        });
    });
}

/// Calls `each` with every string, its line, and whether it is the first thing of a `t!`.
fn collect(tokens: TokenStream, of_t: bool, each: &mut impl FnMut(String, usize, bool)) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |n: usize, what: &str| tokens.get(n).is_some_and(|t| t.to_string() == what);
    let mut n = 0;
    while let Some(token) = tokens.get(n) {
        n += 1;
        match token {
            // An attribute, doc comments among them; a module of tests goes with its own.
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                let at = if is(n, "!") { n + 1 } else { n };
                let Some(TokenTree::Group(attribute)) = tokens.get(at) else {
                    continue;
                };
                n = at + 1;
                let attribute = attribute.to_string().replace(' ', "");
                if attribute.contains("cfg(test") || attribute.contains("cfg(all(test") {
                    while let Some(token) = tokens.get(n) {
                        n += 1;
                        if matches!(token, TokenTree::Group(g) if g.delimiter() == proc_macro2::Delimiter::Brace)
                            || token.to_string() == ";"
                        {
                            break;
                        }
                    }
                }
            }
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    each(text.value(), literal.span().start().line, of_t && n == 1);
                }
            }
            TokenTree::Group(group) => {
                let of_t = n >= 3 && is(n - 3, "t") && is(n - 2, "!");
                collect(group.stream(), of_t, each);
            }
            _ => {}
        }
    }
}

fn catalogue(name: &str) -> Catalog {
    let path = root().join("app/languages/en").join(name);
    po_file::parse(&path).unwrap()
}

/// `{name}`s of a text.
fn values(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// What the catalogues must hold, and where that is said.
fn wanted() -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let mut texts = BTreeMap::from([("form.po", BTreeMap::new()), ("pages.po", BTreeMap::new())]);
    let all = literals();
    let translated = || all.iter().filter(|l| l.translated);
    for said in translated().filter(|l| l.browser) {
        texts
            .get_mut("form.po")
            .unwrap()
            .insert(said.text.clone(), said.place.clone());
    }
    for said in translated().filter(|l| !l.browser) {
        if !texts["form.po"].contains_key(&said.text) {
            texts
                .get_mut("pages.po")
                .unwrap()
                .insert(said.text.clone(), said.place.clone());
        }
    }
    texts
}

/// With `UPDATE_TEXTS=1` the files get what is missing, to be translated, and lose what is not
/// said any more.
#[test]
fn every_text_is_translated() {
    for (name, texts) in wanted() {
        let mut file = catalogue(name);
        let known: BTreeSet<String> = file.messages().map(|m| m.msgid().to_owned()).collect();
        let missing: Vec<_> = texts
            .iter()
            .filter(|(text, _)| !known.contains(*text))
            .collect();
        let unused: Vec<_> = known
            .iter()
            .filter(|text| !texts.contains_key(*text))
            .collect();
        if std::env::var_os("UPDATE_TEXTS").is_some() {
            for text in &unused {
                file.delete_message(None, text, None);
            }
            for (text, place) in &missing {
                let mut message = Message::build_singular();
                message
                    .with_msgid((*text).clone())
                    .with_source((*place).clone());
                file.append_or_update(message.done());
            }
            let path = root().join("app/languages/en").join(name);
            let by_text =
                Box::new(|a: &&dyn MessageView, b: &&dyn MessageView| a.msgid().cmp(b.msgid()));
            po_file::write_to_file_sort_by(&file, &path, by_text).unwrap();
            continue;
        }
        assert!(missing.is_empty(), "{name} lacks {missing:#?}");
        assert!(
            unused.is_empty(),
            "{name} has what nobody says: {unused:#?}"
        );
        for message in file.messages() {
            let (italian, english) = (message.msgid(), message.msgstr().unwrap());
            assert!(!english.is_empty(), "{name}: {italian:?} is not translated");
            assert_eq!(values(italian), values(english), "{name}: {italian:?}");
            let ends = |text: &str| (text.starts_with(' '), text.ends_with(' '));
            assert_eq!(ends(italian), ends(english), "{name}: {italian:?}");
        }
    }
}

/// A text that is not in `t!` is read in Italian by everybody.
#[test]
fn nothing_italian_is_said_without_its_translation() {
    let all = literals();
    let found: Vec<_> = all
        .iter()
        .filter(|said| !said.translated && is_in(&said.place, &WHOLE))
        .filter(|said| !is_in(&said.place, &OTHERS))
        .filter(|said| italian::looks_italian(&said.text) && !ITALIAN.contains(&&*said.text))
        .map(|said| format!("{}: {:?}", said.place, said.text))
        .collect();
    assert!(found.is_empty(), "not in t!: {found:#?}");
}
