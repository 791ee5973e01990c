//! Which signs can be printed, and what stands for the others.
//!
//! A file for the archive must show every sign of its text (ISO 19005-2, 6.2.11): one that no
//! font has is told by its code, `[U+4E2D]`, so that nothing is lost and nothing is guessed.

use serde_json::Value;

use crate::world::has_sign;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Of all fonts.
    All,
    /// Latin letters only, for texts whose signs do not go together.
    Plain,
}

impl Alphabet {
    /// Goes through all texts of `value`.
    pub fn keep_to(self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if !text.chars().all(|c| self.allows(c)) {
                    *text = self.spelled(text);
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|v| self.keep_to(v)),
            Value::Object(values) => values.values_mut().for_each(|v| self.keep_to(v)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn allows(self, letter: char) -> bool {
        let never = letter.is_control() || is_line_end(letter) || is_private(letter);
        letter == '\n' || (!never && self.shows(letter))
    }

    fn shows(self, letter: char) -> bool {
        (self == Self::All && is_invisible(letter)) || has_sign(letter, self)
    }

    fn spelled(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for letter in text.replace("\r\n", "\n").chars() {
            match letter {
                _ if self.allows(letter) => out.push(letter),
                '\t' => out.push(' '),
                '\r' => out.push('\n'),
                _ if is_line_end(letter) => out.push('\n'),
                // Another kind of space is still a space.
                _ if letter.is_whitespace() => out.push(' '),
                _ if letter.is_control() || is_invisible(letter) => {}
                _ => out.push_str(&format!("[U+{:04X}]", u32::from(letter))),
            }
        }
        out
    }
}

/// Joiners, marks of direction and variation: without a sign of their own, they shape the others.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{AD}')
}

/// Ends of line that some programs paste.
fn is_line_end(letter: char) -> bool {
    matches!(letter, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Code points without a meaning of their own (6.2.11.7.3), and those that never are a letter.
fn is_private(letter: char) -> bool {
    matches!(u32::from(letter), 0xE000..=0xF8FF | 0xF_0000.. | 0xFEFF | 0xFFFE | 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, alphabet: Alphabet) -> String {
        let mut value = Value::from(text);
        alphabet.keep_to(&mut value);
        value.as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn what_no_font_has_is_told_by_its_code() {
        assert_eq!(kept("Perché no?", Alphabet::All), "Perché no?");
        assert_eq!(kept("中 \u{E000}", Alphabet::All), "[U+4E2D] [U+E000]");
        assert_eq!(kept("😀 Ω مرحبا", Alphabet::All), "😀 Ω مرحبا");
        assert_eq!(kept("😀\u{FE0F}", Alphabet::Plain), "[U+1F600]");
    }

    #[test]
    fn lines_stay_and_control_characters_go() {
        assert_eq!(
            kept("a\r\nb\tc\u{0}\u{7}\u{2028}d\u{A0}e", Alphabet::All),
            "a\nb c\nd\u{A0}e"
        );
    }
}
