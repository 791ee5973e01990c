//! Whether words are Italian: shared by the tests of sources and of pages.

/// Small words that Italian sentences are full of and English ones are not.
const SMALL: [&str; 71] = [
    "abbiamo", "agli", "ai", "al", "alla", "alle", "allo", "anche", "che", "chi", "con", "cui",
    "da", "dagli", "dai", "dal", "dalla", "dalle", "degli", "dei", "del", "della", "delle",
    "dello", "di", "dopo", "entro", "gli", "ha", "hai", "hanno", "il", "la", "le", "li", "lo",
    "ma", "mi", "negli", "nei", "nel", "nella", "nelle", "nessun", "nessuna", "nessuno", "non",
    "ogni", "oppure", "per", "prima", "puoi", "quando", "quella", "quello", "questa", "questo",
    "sei", "senza", "si", "sono", "su", "sul", "sulla", "ti", "tra", "tua", "tuo", "un", "una",
    "uno",
];

/// As in "l’ufficio".
const ELIDED: [&str; 9] = ["c", "d", "dall", "dell", "l", "nell", "quell", "sull", "un"];

/// A text of several words, one of which gives it away. A single word can be anything.
pub fn looks_italian(text: &str) -> bool {
    let words: Vec<_> = text.split_whitespace().collect();
    words.len() > 1 && words.iter().any(|word| gives_away(word))
}

fn gives_away(word: &str) -> bool {
    let word = word
        .trim_matches(|c: char| !c.is_alphabetic())
        .to_lowercase();
    let elided = word.split_once(['’', '\'']).map(|(start, _)| start);
    SMALL.contains(&word.as_str())
        || elided.is_some_and(|start| ELIDED.contains(&start))
        || word.contains(['à', 'è', 'é', 'ì', 'ò', 'ù'])
}

#[test]
fn italian_is_told_from_english() {
    for text in [
        "Vai alla pratica",
        "Ora c’è",
        "Entra con SPID",
        "Non trovato.",
        "Città (EE)",
    ] {
        assert!(looks_italian(text), "{text}");
    }
    for text in [
        "Go to the case",
        "There’s a problem",
        "form[action='/esci']",
        "btn btn-link p-0",
    ] {
        assert!(!looks_italian(text), "{text}");
    }
}
