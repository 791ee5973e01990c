//! The closed pattern language of `modello`: the whole value, as a sequence of
//! characters and classes with a count, or alternatives of such sequences.
//!
//! `^[0-9]{14}$` · `^INPS-ISEE-[0-9]{4}-[0-9A-Z]{8,9}$` · `^([0-9]{1,2}|U)$`
//!
//! Atoms: a character, `\` and a sign, a class `[A-Z0-9.]`. Counts: `{n}`, `{n,m}`, `?`.
//! A subset of regular expressions that cannot run away and weighs nothing in the browser.

use std::iter::Peekable;
use std::str::Chars;

/// The longest repetition a pattern may ask for.
const LONGEST: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    alternatives: Vec<Vec<Item>>,
}

/// A set of characters and how many of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// Inclusive ranges.
    set: Vec<(char, char)>,
    min: usize,
    max: usize,
}

impl Pattern {
    /// Reads a pattern, or says in Italian what is outside the language.
    pub fn parse(text: &str) -> Result<Self, String> {
        let body = text
            .strip_prefix('^')
            .and_then(|rest| rest.strip_suffix('$'))
            .ok_or("il modello comincia con ^ e finisce con $")?;
        let body = match body
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(inner) => inner,
            None => body,
        };
        let mut characters = body.chars().peekable();
        let mut alternatives = vec![Vec::new()];
        while let Some(c) = characters.next() {
            if c == '|' {
                alternatives.push(Vec::new());
                continue;
            }
            let set = read_set(c, &mut characters)?;
            let (min, max) = read_count(&mut characters)?;
            if let Some(last) = alternatives.last_mut() {
                last.push(Item { set, min, max });
            }
        }
        if alternatives.iter().any(Vec::is_empty) {
            return Err("il modello ha una parte vuota".into());
        }
        Ok(Self { alternatives })
    }

    /// Whether the whole text is as the pattern says.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.alternatives
            .iter()
            .any(|items| matches_sequence(items, &text))
    }

    /// An example that matches (the first character of each class, least often).
    #[cfg(any(test, feature = "sample"))]
    pub fn example(&self) -> String {
        let items = self
            .alternatives
            .first()
            .map(Vec::as_slice)
            .unwrap_or_default();
        items
            .iter()
            .flat_map(|item| {
                let c = item.set.first().map_or('0', |range| range.0);
                std::iter::repeat_n(c, item.min)
            })
            .collect()
    }
}

/// Walks the items keeping every position of the text that can have been reached.
fn matches_sequence(items: &[Item], text: &[char]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for item in items {
        let mut next = vec![false; text.len() + 1];
        for start in (0..=text.len()).filter(|&start| reached[start]) {
            let run = text[start..]
                .iter()
                .take(item.max)
                .take_while(|c| item.holds(**c))
                .count();
            for length in item.min..=run {
                next[start + length] = true;
            }
        }
        reached = next;
    }
    reached[text.len()]
}

impl Item {
    fn holds(&self, c: char) -> bool {
        self.set.iter().any(|&(from, to)| (from..=to).contains(&c))
    }
}

fn read_set(first: char, rest: &mut Peekable<Chars<'_>>) -> Result<Vec<(char, char)>, String> {
    match first {
        '[' => read_class(rest),
        '\\' => {
            let c = rest.next().filter(char::is_ascii_punctuation);
            let c = c.ok_or("dopo \\ va un segno, non una lettera")?;
            Ok(vec![(c, c)])
        }
        '(' | ')' | ']' | '{' | '}' | '*' | '+' | '?' | '.' | '^' | '$' => Err(format!(
            "«{first}» non si può usare qui (davanti a un segno normale metti \\)"
        )),
        c => Ok(vec![(c, c)]),
    }
}

fn read_class(rest: &mut Peekable<Chars<'_>>) -> Result<Vec<(char, char)>, String> {
    let mut set = Vec::new();
    loop {
        let from = rest.next().ok_or("manca la ] che chiude la classe")?;
        match from {
            ']' if set.is_empty() => return Err("la classe [] è vuota".into()),
            ']' => return Ok(set),
            '^' | '[' | '\\' => return Err(format!("«{from}» non si può usare in una classe")),
            _ => {}
        }
        let to = if rest.next_if_eq(&'-').is_some() {
            rest.next()
                .filter(|to| *to != ']' && from <= *to)
                .ok_or("intervallo sbagliato")?
        } else {
            from
        };
        set.push((from, to));
    }
}

fn read_count(rest: &mut Peekable<Chars<'_>>) -> Result<(usize, usize), String> {
    if rest.next_if_eq(&'?').is_some() {
        return Ok((0, 1));
    }
    if rest.next_if_eq(&'{').is_none() {
        return Ok((1, 1));
    }
    let mut text = String::new();
    loop {
        match rest.next() {
            Some('}') => break,
            Some(c) if c.is_ascii_digit() || c == ',' => text.push(c),
            _ => return Err("la quantità si scrive {n} oppure {n,m}".into()),
        }
    }
    let (min, max) = text.split_once(',').unwrap_or((&text, &text));
    match (min.parse(), max.parse()) {
        (Ok(min), Ok(max)) if min <= max && 0 < max && max <= LONGEST => Ok((min, max)),
        _ => Err("la quantità si scrive {n} oppure {n,m}, con n non maggiore di m".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn matches_the_whole_value() {
        for (pattern, yes, no) in [
            (
                "^[0-9]{14}$",
                vec!["01234567890123"],
                vec!["", "0123456789012", "012345678901234", "0123456789012a"],
            ),
            (
                "^INPS-ISEE-[0-9]{4}-[0-9A-Z]{8,9}-[0-9]{2}$",
                vec!["INPS-ISEE-2026-01234567X-00", "INPS-ISEE-2026-01234567-00"],
                vec![
                    "INPS-ISEE-2026-0123456-00",
                    "inps-isee-2026-01234567-00",
                    " INPS-ISEE-2026-01234567-00",
                ],
            ),
            ("^[A-Z0-9]{1,3}$", vec!["A", "A1B"], vec!["", "A1B2", "à"]),
            (
                "^([0-9]{1,2}|U)$",
                vec!["1", "12", "U"],
                vec!["", "123", "UU"],
            ),
            (
                "^[A-Z]{2}-?[0-9]{1,7}$",
                vec!["BA-1", "BA1234567"],
                vec!["BA--1", "BA-"],
            ),
            (
                "^a{1,2}a{2}b\\.$",
                vec!["aaab.", "aaaab."],
                vec!["aab.", "aaabx"],
            ),
        ] {
            let read = Pattern::parse(pattern).unwrap();
            assert!(read.matches(&read.example()), "{pattern}");
            for text in yes {
                assert!(read.matches(text), "{pattern} {text}");
            }
            for text in no {
                assert!(!read.matches(text), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn refuses_what_is_outside_the_language() {
        for text in [
            "[0-9]",
            "^a",
            "^$",
            "^a*$",
            "^a+$",
            "^.$",
            "^\\d$",
            "^[^a]$",
            "^[]$",
            "^[a$",
            "^a{2,1}$",
            "^a{,2}$",
            "^a{99999}$",
            "^(a(b))$",
            "^[z-a]$",
            "^a||b$",
            "^(a$",
            "^{2}$",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(pattern in "\\PC{0,20}", text in "\\PC{0,20}") {
            if let Ok(pattern) = Pattern::parse(&pattern) {
                let _ = pattern.matches(&text);
            }
        }
    }
}
