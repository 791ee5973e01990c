//! The codice fiscale of a person (D.M. Finanze 23.12.1976), omocodes included.

use super::{Refusal, compact};
use crate::{civil::Date, t};

const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
/// Digits of an omocode: `L` for 0 … `V` for 9.
const OMOCODE: &[u8; 10] = b"LMNPQRSTUV";
/// Places (from 0) that hold a digit, or its omocode letter.
const DIGITS: [usize; 7] = [6, 7, 9, 10, 12, 13, 14];
/// Values of the characters in odd places, digits first (0-9) and letters (A-Z) after.
const ODD: [u32; 36] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6,
    8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/// A well-formed code. Whether the place exists is asked of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiscalCode {
    /// 16 characters, upper case, as given: an omocode is a person of its own.
    pub text: String,
    /// Possible dates of birth, the latest first: the code leaves the century open.
    pub births: Vec<Date>,
    pub female: bool,
    /// Belfiore code of the place of birth.
    pub place: String,
    pub omocode: bool,
}

/// Which part of the code is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Number of characters written.
    Length(usize),
    Characters,
    /// Position from 1 of the first character that cannot stand there, and what can.
    Structure(usize, char),
    Name,
    CheckLetter,
    Date,
}

impl Fault {
    pub fn message(self) -> Refusal {
        match self {
            Self::Length(n) => t!(
                "Il codice fiscale ha 16 caratteri, qui sono {n}. Ricopialo dalla tessera sanitaria.",
                n
            ),
            Self::Characters => t!(
                "Nel codice fiscale ci sono solo lettere senza accento e numeri. \
                Togli gli altri segni."
            )
            .into(),
            Self::Structure(position, found) => t!(
                "Nel codice fiscale il carattere numero {position} non può essere «{found}»: \
                 {expected}. Ricopialo dalla tessera sanitaria.",
                position,
                found,
                expected = expected(position - 1)
            ),
            Self::Name => t!(
                "Nel codice fiscale i primi sei caratteri non sono quelli di un cognome \
                e di un nome. Ricopialo dalla tessera sanitaria."
            )
            .into(),
            Self::CheckLetter => t!(
                "Nel codice fiscale l'ultima lettera, quella di controllo, non \
                corrisponde al resto: c'è un errore di battitura. Ricopialo dalla tessera sanitaria."
            )
            .into(),
            Self::Date => t!(
                "Nel codice fiscale la data di nascita (caratteri da 7 a 11) non esiste \
                o non è ancora arrivata. Ricopialo dalla tessera sanitaria."
            )
            .into(),
        }
    }
}

/// The message for a place that no list knows.
pub fn unknown_place() -> &'static str {
    t!(
        "Nel codice fiscale il luogo di nascita (caratteri da 12 a 15) non esiste. Ricopialo dalla \
        tessera sanitaria."
    )
}

fn expected(index: usize) -> &'static str {
    match index {
        8 => t!("lì va la lettera del mese di nascita"),
        i if DIGITS.contains(&i) => t!("lì va un numero"),
        _ => t!("lì va una lettera"),
    }
}

impl FiscalCode {
    /// Whether the first three letters are those of this surname. Without any letter in it
    /// nothing speaks against.
    pub fn has_surname(&self, surname: &str) -> bool {
        surname_fits(&self.text, surname).unwrap_or(true)
    }

    /// Whether the letters from the fourth to the sixth are those of this given name.
    pub fn has_given_name(&self, name: &str) -> bool {
        name_letters(name, true).is_none_or(|letters| self.text.as_bytes()[3..6] == letters)
    }

    /// Whether the words can be cut into name and surname, in either order, that fit. One word
    /// alone says nothing.
    pub fn has_full_name(&self, words: &str) -> bool {
        let mut cuts = words.trim().match_indices(' ').peekable();
        cuts.peek().is_none()
            || cuts.any(|(at, _)| {
                let (first, last) = words.trim().split_at(at);
                self.has_given_name(first) && self.has_surname(last)
                    || self.has_surname(first) && self.has_given_name(last)
            })
    }
}

/// Whether a code, however written, begins with the letters of this surname; `None` where its
/// letters cannot be compared.
pub fn surname_fits(code: &str, surname: &str) -> Option<bool> {
    let letters = name_letters(surname, false)?;
    let start = code.as_bytes().get(..3);
    Some(start.is_some_and(|start| start.eq_ignore_ascii_case(&letters)))
}

/// What stands in a name besides letters (and accents of their own): apostrophes, a hard space.
const SIGNS: &str = "’‘ʼ´\u{a0}";

/// The three letters of a name: consonants, then vowels, then X; of a given name with four
/// consonants or more, the first, third and fourth (D.M. 23.12.1976 art. 2-3). `None` without
/// letters, or with one that the alphabet does not have.
fn name_letters(name: &str, given: bool) -> Option<[u8; 3]> {
    let is_sign = |c: &char| {
        c.is_ascii() && !c.is_ascii_alphabetic()
            || SIGNS.contains(*c)
            || ('\u{300}'..='\u{36f}').contains(c)
    };
    let letters = name.chars().filter(|c| !is_sign(c));
    let letters: Vec<u8> = letters.map(plain_letter).collect::<Option<_>>()?;
    let vowel = |b: &u8| b"AEIOU".contains(b);
    let (vowels, mut letters): (Vec<u8>, Vec<u8>) = letters.into_iter().partition(vowel);
    if given && letters.len() > 3 {
        letters.remove(1);
    }
    letters.extend(vowels);
    if letters.is_empty() {
        return None;
    }
    letters.extend(*b"XX");
    letters.first_chunk().copied()
}

/// Upper case, without accent; `None` for what is no letter of the alphabet.
fn plain_letter(letter: char) -> Option<u8> {
    // By hand: the tables of Unicode would weigh on the browser's program.
    const ACCENTED: &[(u8, &[char])] = &[
        (
            b'A',
            &[
                'à', 'á', 'â', 'ã', 'ä', 'å', 'ă', 'ā', 'ą', 'À', 'Á', 'Â', 'Ã', 'Ä', 'Å', 'Ă',
                'Ā', 'Ą',
            ],
        ),
        (b'C', &['ç', 'č', 'ć', 'Ç', 'Č', 'Ć']),
        (b'D', &['ď', 'Ď']),
        (
            b'E',
            &[
                'è', 'é', 'ê', 'ë', 'ě', 'ė', 'ę', 'ē', 'È', 'É', 'Ê', 'Ë', 'Ě', 'Ė', 'Ę', 'Ē',
            ],
        ),
        (b'G', &['ğ', 'Ğ']),
        (
            b'I',
            &[
                'ì', 'í', 'î', 'ï', 'ī', 'į', 'Ì', 'Í', 'Î', 'Ï', 'Ī', 'Į', 'İ',
            ],
        ),
        (b'L', &['ľ', 'Ľ']),
        (b'N', &['ñ', 'ń', 'ň', 'Ñ', 'Ń', 'Ň']),
        (
            b'O',
            &[
                'ò', 'ó', 'ô', 'õ', 'ö', 'ő', 'ō', 'ø', 'Ø', 'Ò', 'Ó', 'Ô', 'Õ', 'Ö', 'Ő', 'Ō',
            ],
        ),
        (b'R', &['ř', 'ŕ', 'Ř', 'Ŕ']),
        (b'S', &['š', 'ś', 'ş', 'ș', 'Š', 'Ś', 'Ş', 'Ș']),
        (b'T', &['ť', 'ţ', 'ț', 'Ť', 'Ţ', 'Ț']),
        (
            b'U',
            &[
                'ù', 'ú', 'û', 'ü', 'ů', 'ű', 'ū', 'ų', 'Ù', 'Ú', 'Û', 'Ü', 'Ů', 'Ű', 'Ū', 'Ų',
            ],
        ),
        (b'Y', &['ý', 'ÿ', 'Ý', 'Ÿ']),
        (b'Z', &['ž', 'ź', 'ż', 'Ž', 'Ź', 'Ż']),
    ];
    if letter.is_ascii() {
        let upper = letter.to_ascii_uppercase();
        return u8::try_from(upper).ok().filter(u8::is_ascii_uppercase);
    }
    let found = ACCENTED.iter().find(|(_, group)| group.contains(&letter));
    found.map(|(plain, _)| *plain)
}

pub fn read(text: &str, today: Date) -> Result<FiscalCode, Refusal> {
    parse(text, today).map_err(Fault::message)
}

/// Reads a code in any case and spacing. The order of the checks is the order in which
/// a person can mend them.
pub fn parse(text: &str, today: Date) -> Result<FiscalCode, Fault> {
    let text = compact(text);
    let length = text.chars().count();
    if length != 16 {
        return Err(Fault::Length(length));
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Fault::Characters);
    }
    let bytes = text.as_bytes();
    if let Some(wrong) = (0..16).find(|&i| !fits(i, bytes[i])) {
        return Err(Fault::Structure(wrong + 1, char::from(bytes[wrong])));
    }
    if !is_name(&bytes[..3]) || !is_name(&bytes[3..6]) {
        return Err(Fault::Name);
    }
    if check_letter(&bytes[..15]) != bytes[15] {
        return Err(Fault::CheckLetter);
    }
    let base = decoded(bytes);
    let (births, female) = birth_dates(&base, today).ok_or(Fault::Date)?;
    let place = String::from_utf8_lossy(&base[11..15]).into_owned();
    let omocode = base[..] != bytes[..15];
    Ok(FiscalCode {
        text,
        births,
        female,
        place,
        omocode,
    })
}

/// The date of birth inside a code; the latest possible one if the century is open.
/// `None` if the code is not valid.
pub fn birth(code: &str, today: Date) -> Option<Date> {
    parse(code, today).ok()?.births.first().copied()
}

/// The check letter of the first 15 characters (also the CIN of an Italian IBAN, on 22).
/// Characters that are not upper-case letters or digits count as 0.
pub fn check_letter(characters: &[u8]) -> u8 {
    let value = |b: u8| match b {
        b'0'..=b'9' => usize::from(b - b'0'),
        b'A'..=b'Z' => usize::from(b - b'A') + 10,
        _ => 0,
    };
    let even = |b: u8| match value(b) {
        digit @ 0..=9 => digit,
        letter => letter - 10,
    };
    let sum: u32 = characters
        .iter()
        .enumerate()
        .map(|(i, &b)| {
            if i % 2 == 0 {
                ODD[value(b)]
            } else {
                u32::try_from(even(b)).unwrap_or(0)
            }
        })
        .sum();
    b'A' + u8::try_from(sum % 26).unwrap_or(0)
}

fn fits(index: usize, byte: u8) -> bool {
    match index {
        8 => MONTHS.contains(&byte),
        i if DIGITS.contains(&i) => byte.is_ascii_digit() || OMOCODE.contains(&byte),
        _ => byte.is_ascii_uppercase(),
    }
}

/// Three letters of a name: consonants, then vowels, then X to fill.
fn is_name(letters: &[u8]) -> bool {
    let class = |b: u8| if b"AEIOU".contains(&b) { 'v' } else { 'c' };
    let shape: String = letters.iter().map(|&b| class(b)).collect();
    match shape.as_str() {
        "ccc" | "ccv" | "cvv" | "vvv" => true,
        "cvc" | "vvc" => letters[2] == b'X',
        "vcc" => letters[1] == b'X' && letters[2] == b'X',
        _ => false,
    }
}

/// The first 15 characters with every omocode letter turned back into its digit.
fn decoded(code: &[u8]) -> [u8; 15] {
    let mut base = [0; 15];
    base.copy_from_slice(&code[..15]);
    for i in DIGITS {
        if let Some(digit) = OMOCODE.iter().position(|&letter| letter == base[i]) {
            base[i] = b'0' + u8::try_from(digit).unwrap_or(0);
        }
    }
    base
}

/// Dates up to today and at most 120 years ago; the day is 40 more for women.
fn birth_dates(base: &[u8; 15], today: Date) -> Option<(Vec<Date>, bool)> {
    let number = |at: usize| (base[at] - b'0') * 10 + (base[at + 1] - b'0');
    let (year, day) = (number(6), number(9));
    let month = u8::try_from(MONTHS.iter().position(|&m| m == base[8])?).ok()? + 1;
    let female = day > 40;
    let day = if female { day - 40 } else { day };
    let dates: Vec<Date> = [2000, 1900]
        .into_iter()
        .filter_map(|century| Date::new(century + i32::from(year), month, day))
        .filter(|date| *date <= today && today.year() - date.year() <= 120)
        .collect();
    (!dates.is_empty()).then_some((dates, female))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fields::vectors;

    fn today() -> Date {
        Date::new(2026, 11, 23).unwrap()
    }

    #[test]
    fn accepts_the_valid_vectors() {
        let all = vectors();
        for v in all["codice_fiscale_validi"].as_array().unwrap() {
            let code = parse(v["input"].as_str().unwrap(), today()).unwrap();
            let mut dates: Vec<_> = code.births.iter().map(ToString::to_string).collect();
            dates.sort();
            assert_eq!(serde_json::json!(dates), v["date"]);
            assert_eq!(if code.female { "F" } else { "M" }, v["sesso"]);
            assert_eq!(code.place, v["codice"]);
            assert_eq!(code.omocode, v["omocodico"]);
        }
    }

    #[test]
    fn accepts_every_subset_of_omocode_letters() {
        let all = vectors();
        let variants = all["omocodia"]["varianti"].as_array().unwrap();
        assert_eq!(variants.len(), 128);
        for v in variants {
            let code = parse(v.as_str().unwrap(), today()).unwrap();
            assert_eq!(code.births[0], Date::new(1985, 4, 3).unwrap());
            assert_eq!(code.place, "L219");
        }
    }

    #[test]
    fn says_which_part_is_wrong() {
        let all = vectors();
        for v in all["codice_fiscale_non_validi"].as_array().unwrap() {
            let found = match parse(v["input"].as_str().unwrap(), today()) {
                Err(Fault::Length(_)) => "lunghezza",
                Err(Fault::Characters) => "caratteri",
                Err(Fault::Structure(..)) => "struttura",
                Err(Fault::Name) => "nome",
                Err(Fault::CheckLetter) => "controllo",
                Err(Fault::Date) => "data",
                // The place is decided by a list, not here.
                Ok(_) => "luogo",
            };
            assert_eq!(found, v["motivo"], "{v}");
        }
        let message = read("RSSMRA68G01H501Y", today()).unwrap_err();
        assert!(
            message.contains("numero 9") && message.contains("mese"),
            "{message}"
        );
    }

    #[test]
    fn agrees_with_the_person_it_was_made_from() {
        let all = vectors();
        let people = all["codice_fiscale_calcolo"].as_array().unwrap();
        assert_eq!(people.len(), 12);
        for v in people {
            let text = |name: &str| v[name].as_str().unwrap();
            let code = parse(text("atteso"), today()).unwrap();
            let (surname, name) = (text("cognome"), text("nome"));
            assert!(
                code.has_surname(surname) && code.has_given_name(name),
                "{v}"
            );
            assert!(code.has_full_name(&format!("{name} {surname}")), "{v}");
            assert!(code.has_full_name(&format!("{surname} {name}")), "{v}");
            assert!(
                code.births
                    .contains(&Date::parse_iso(text("nascita")).unwrap())
            );
            assert_eq!(code.place, text("codice_luogo"));
            assert_eq!(code.female, text("sesso") == "F");
            for other in people.iter().filter(|other| other["atteso"] != v["atteso"]) {
                let other = other["atteso"].as_str().unwrap();
                let same = |part: std::ops::Range<usize>| code.text[part.clone()] == other[part];
                let other = parse(other, today()).unwrap();
                assert_eq!(other.has_surname(surname), same(0..3), "{v} {other:?}");
                assert_eq!(other.has_given_name(name), same(3..6), "{v} {other:?}");
            }
        }
    }

    #[test]
    fn a_name_that_cannot_be_compared_is_not_wrong() {
        let code = parse("RSSMRA68A01H501Y", today()).unwrap();
        assert!(
            code.has_surname("李")
                && code.has_surname("Rossı")
                && code.has_surname("Ro\u{300}ssi")
                && code.has_given_name(" ")
                && code.has_full_name("Rossi")
        );
        assert!(code.has_full_name("De Rossi Maria") != code.has_full_name("Rossi  Maria"));
        assert!(!code.has_full_name("Giuseppe Verdi"));
    }

    #[test]
    fn an_open_century_gives_the_latest_birth() {
        assert_eq!(birth("FOXLDA26C24H639N", today()), Date::new(2026, 3, 24));
        let before = Date::new(2026, 3, 23).unwrap();
        assert_eq!(birth("FOXLDA26C24H639N", before), Date::new(1926, 3, 24));
        assert_eq!(birth("no", today()), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,20}", shaped in "[A-Z]{6}[0-9L-V]{2}[A-Z][0-9L-V]{2}[A-Z][0-9L-V]{3}[A-Z]") {
            let _ = read(&text, today());
            let _ = name_letters(&text, true);
            if let Ok(code) = parse(&shaped, today()) {
                code.has_full_name(&text);
            }
        }
    }
}
