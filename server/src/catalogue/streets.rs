//! The town's streets: the list that the national archive gives out (ANNCSU, D.P.C.M. 12 maggio
//! 2016), and what people type for a name that stands in it.

use std::{collections::BTreeMap, path::Path};

use crate::{
    config::{ConfigError, Mode, Settings},
    services::list::plain,
};

/// Its name among the reference lists; a street's code is its name.
pub const LIST: &str = "stradario";

/// Where no file is named, the sandbox has some.
const SAMPLE: &str = include_str!("../../data/demo/stradario.csv");

/// How the kind of a street is shortened, and in whole.
const SHORT: [(&str, &str); 18] = [
    ("v", "via"),
    ("v le", "viale"),
    ("vle", "viale"),
    ("p zza", "piazza"),
    ("p za", "piazza"),
    ("pzza", "piazza"),
    ("pza", "piazza"),
    ("p le", "piazzale"),
    ("ple", "piazzale"),
    ("c so", "corso"),
    ("cso", "corso"),
    ("l go", "largo"),
    ("lgo", "largo"),
    ("vic", "vicolo"),
    ("str", "strada"),
    ("c da", "contrada"),
    ("cda", "contrada"),
    ("sp", "strada provinciale"),
];

/// Words after which a name is not shortened to its last.
const BOUND: [&str; 14] = [
    "di", "da", "de", "del", "dei", "dell", "della", "delle", "degli", "san", "sant", "santa",
    "santi", "santo",
];

/// The streets of `STREETS`; in the sandbox some made up; without a list, `None`: any text is taken.
pub fn read(settings: &Settings) -> Result<Option<BTreeMap<String, String>>, ConfigError> {
    match (&settings.streets, settings.mode) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).map_err(|e| fault(path, e.to_string()))?;
            parse(&text).map(Some).map_err(|e| fault(path, e))
        }
        (None, Mode::Sandbox) => parse(SAMPLE)
            .map(Some)
            .map_err(|e| fault(Path::new("stradario.csv"), e)),
        (None, Mode::Production) => Ok(None),
    }
}

fn fault(path: &Path, message: String) -> ConfigError {
    ConfigError::File {
        path: path.display().to_string(),
        message,
    }
}

/// CSV with `;` or `,`, one street a row: the column `ODONIMO`, and `LOCALITA` where there is one.
fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let head = text.lines().find(|line| !line.starts_with('#'));
    let delimiter = match head {
        Some(line) if line.contains(';') => b';',
        _ => b',',
    };
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .comment(Some(b'#'))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = rows.headers().map_err(|e| e.to_string())?;
    let column = |wanted: &str| {
        let mut names = headers.iter();
        names.position(|name| plain(name).trim_end_matches('\'') == wanted)
    };
    let name = column("odonimo").ok_or("manca la colonna ODONIMO")?;
    let place = column("localita");
    let mut streets = BTreeMap::new();
    for row in rows.records() {
        let row = row.map_err(|e| e.to_string())?;
        let street = row.get(name).unwrap_or_default();
        if street.is_empty() {
            continue;
        }
        let place = place.and_then(|at| row.get(at)).filter(|p| !p.is_empty());
        let street = named(street, place);
        streets.insert(street.clone(), street);
    }
    match streets.is_empty() {
        true => Err("non c'è nessuna strada".to_owned()),
        false => Ok(streets),
    }
}

/// A street as people read it, with its village where it has one.
pub fn named(street: &str, place: Option<&str>) -> String {
    match place {
        Some(place) => format!("{} ({})", legible(street), legible(place)),
        None => legible(street),
    }
}

/// The archive writes in capitals: `VIA DELLA REPUBBLICA` is read better as `Via della Repubblica`.
fn legible(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let words = name.split_whitespace().enumerate();
    let words: Vec<String> = words.map(|(at, word)| cased(at, word)).collect();
    words.join(" ")
}

fn cased(at: usize, word: &str) -> String {
    let small = word.to_lowercase();
    if is_roman(&small) {
        return word.to_owned();
    }
    let small_word = at > 0
        && matches!(
            small.as_str(),
            "e" | "ed" | "dei" | "del" | "della" | "delle" | "degli" | "dello" | "di"
        );
    if small_word {
        return small;
    }
    // The part after an apostrophe is a name: `d'Azeglio`, `Sant'Andrea`.
    let parts = small.split('\'').enumerate();
    let parts: Vec<String> = parts
        .map(|(part, text)| match (part, text) {
            (0, "d" | "l" | "dell" | "all" | "nell" | "sull") if at > 0 => text.to_owned(),
            _ => capital(text),
        })
        .collect();
    parts.join("'")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.as_str().chars()).collect()
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| "ivx".contains(c))
}

/// A name as it is compared: without case, accents, signs and short forms.
pub fn key(typed: &str) -> String {
    let folded = plain(typed);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join(" ");
    let whole = SHORT.iter().find_map(|(short, whole)| {
        let rest = name.strip_prefix(short)?.strip_prefix(' ')?;
        Some([whole, " ", rest].concat())
    });
    whole.unwrap_or(name)
}

/// What people type for each street: a name as it stands in the list, before a shorter one.
pub fn names(streets: &BTreeMap<String, String>) -> BTreeMap<String, Option<String>> {
    let mut names = super::once(streets.keys().map(|name| (key(name), name)));
    let shorter = streets.keys().flat_map(|name| {
        let shorter = shorter(name).into_iter();
        shorter.map(move |short| (short, name))
    });
    for (short, found) in super::once(shorter) {
        names.entry(short).or_insert(found);
    }
    names
}

/// Without its number (`Corso Vittorio Emanuele`), and by the last word of a person's name
/// (`Via Matteotti`).
fn shorter(name: &str) -> Vec<String> {
    let whole = key(name);
    let mut words: Vec<&str> = whole.split(' ').collect();
    let mut found = Vec::new();
    if words.len() > 2 && words.last().is_some_and(|word| is_roman(word)) {
        words.pop();
        found.push(words.join(" "));
    }
    if let [kind, second, .., last] = words[..]
        && !BOUND.contains(&second)
        && !name.contains('(')
    {
        found.push([kind, " ", last].concat());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::ReferenceLists, testing};

    fn lists() -> ReferenceLists {
        let streets = read(&testing::settings()).unwrap().unwrap();
        ReferenceLists::new([(LIST.to_owned(), streets)].into())
    }

    #[test]
    fn a_street_is_found_as_people_write_it() {
        let lists = lists();
        for (typed, found) in [
            ("via giacomo matteotti", Some("Via Giacomo Matteotti")),
            ("VIA MATTEOTTI", Some("Via Giacomo Matteotti")),
            ("v. Matteotti", Some("Via Giacomo Matteotti")),
            ("c.so vittorio emanuele", Some("Corso Vittorio Emanuele II")),
            ("P.zza XX settembre", Some("Piazza XX Settembre")),
            ("via nicolo' piccinni", Some("Via Nicolò Piccinni")),
            ("Via Massimo d’Azeglio", Some("Via Massimo d'Azeglio")),
            ("via roma (palombaio)", Some("Via Roma (Palombaio)")),
            ("via roma", Some("Via Roma")),
            // Two have that last word.
            ("via rogadeo", None),
            ("via inesistente", None),
            ("", None),
        ] {
            assert_eq!(lists.code(LIST, typed), found, "{typed}");
        }
    }

    #[test]
    fn the_archive_is_read_with_its_columns() {
        let text = "\u{feff}CODICE_ISTAT,PROGRESSIVO,ODONIMO,LOCALITA'\n072011,1,VIA E. FERMI,\n072011,2,\"STRADA S. MARCO, SX\",MARIOTTO\n";
        let streets = parse(text).unwrap();
        let names: Vec<_> = streets.keys().collect();
        assert_eq!(names, ["Strada S. Marco, Sx (Mariotto)", "Via E. Fermi"]);
        for (wrong, why) in [
            ("VIA;CAP\nx;1\n", "ODONIMO"),
            ("ODONIMO\n", "nessuna"),
            ("", "ODONIMO"),
        ] {
            let told = parse(wrong).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn a_list_that_is_named_must_be_there() {
        let mut settings = testing::settings();
        settings.streets = Some("/nowhere/strade.csv".into());
        assert!(
            read(&settings)
                .unwrap_err()
                .to_string()
                .contains("/nowhere/strade.csv")
        );
        (settings.streets, settings.mode) = (None, Mode::Production);
        assert!(read(&settings).unwrap().is_none());
    }
}
