//! The words of a PDF (ISO 32000-1, 7.2 and 7.3), strictly: what a viewer would have to guess at
//! is `None` here. Positions are those in the whole file.

use std::collections::BTreeMap;
use std::ops::Range;

/// How deep arrays and dictionaries may lie in each other.
const DEEPEST: usize = 32;
/// Objects in each other and beside each other in one piece of a file.
const MOST_READ: u32 = 100_000;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Object {
    Null,
    Bool(bool),
    Number(f64),
    Name(Vec<u8>),
    Text(Text),
    Array(Vec<Object>),
    Dict(Dict),
    Reference(u32),
}

/// A string, and where it stands with its signs around it.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub bytes: Vec<u8>,
    pub span: Range<usize>,
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

/// Each key once: of two, viewers take different ones.
pub(crate) type Dict = BTreeMap<Vec<u8>, Object>;

impl Object {
    pub fn dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    pub fn array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    pub fn reference(&self) -> Option<u32> {
        match self {
            Self::Reference(number) => Some(*number),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn is_name(&self, name: &str) -> bool {
        matches!(self, Self::Name(bytes) if bytes == name.as_bytes())
    }

    /// A whole number from 0 on.
    pub fn size(&self) -> Option<usize> {
        let number = self.number()?;
        // Larger than any file that is read, and exact in a float.
        let fits = number.fract() == 0.0 && (0.0..4_294_967_296.0).contains(&number);
        fits.then_some(number as usize)
    }
}

/// `N G obj … endobj`.
#[derive(Debug)]
pub(crate) struct Indirect {
    pub number: u32,
    pub generation: usize,
    /// Where it begins; of one from an object stream, where that begins.
    pub at: usize,
    pub value: Object,
    /// Where the stream's bytes lie.
    pub stream: Option<Range<usize>>,
}

impl Indirect {
    pub fn dict(&self) -> Option<&Dict> {
        self.value.dict()
    }
}

pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    pub at: usize,
    /// Objects that may still be read: a megabyte of zeros is half a million numbers.
    left: u32,
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        let left = MOST_READ;
        Self { bytes, at, left }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub fn spaces(&mut self) {
        let spaces = self.rest().iter().take_while(|byte| is_space(**byte));
        self.at += spaces.count();
    }

    /// Spaces and comments. A comment that looks like another file's beginning or end is `None`:
    /// programs that repair files look for those.
    pub fn blank(&mut self) -> Option<()> {
        loop {
            self.spaces();
            let rest = self.rest();
            if rest.first() != Some(&b'%') {
                return Some(());
            }
            if rest.starts_with(b"%%EOF") || rest.starts_with(b"%PDF-") {
                return None;
            }
            let comment = rest.iter().take_while(|byte| !b"\r\n".contains(byte));
            self.at += comment.count();
        }
    }

    /// This word and no longer one.
    pub fn word(&mut self, word: &str) -> Option<()> {
        let after = self.rest().strip_prefix(word.as_bytes())?;
        if after.first().copied().is_some_and(is_regular) {
            return None;
        }
        self.at += word.len();
        Some(())
    }

    pub fn integer(&mut self) -> Option<usize> {
        self.blank()?;
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let digits = self.rest().get(..digits.count())?;
        if digits.is_empty() || digits.len() > 10 {
            return None;
        }
        self.at += digits.len();
        let ended = !self.rest().first().copied().is_some_and(is_regular);
        ended.then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
    }

    pub fn object(&mut self) -> Option<Object> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Object> {
        self.left = self.left.checked_sub(1)?;
        self.blank()?;
        let rest = self.rest();
        match rest.first()? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.literal().map(Object::Text),
            b'<' if rest.starts_with(b"<<") => self.dict(depth).map(Object::Dict),
            b'<' => self.hexadecimal().map(Object::Text),
            b'[' => self.array(depth).map(Object::Array),
            b'0'..=b'9' => match self.reference() {
                Some(number) => Some(Object::Reference(number)),
                None => self.real().map(Object::Number),
            },
            b'+' | b'-' | b'.' => self.real().map(Object::Number),
            b't' => self.word("true").map(|()| Object::Bool(true)),
            b'f' => self.word("false").map(|()| Object::Bool(false)),
            b'n' => self.word("null").map(|()| Object::Null),
            _ => None,
        }
    }

    /// `N 0 R`: generations other than 0 have no use in the files that we give out.
    fn reference(&mut self) -> Option<u32> {
        let back = self.at;
        let read = (|| {
            let number = self.integer()?;
            let generation = self.integer()?;
            self.blank()?;
            self.word("R")?;
            (generation == 0).then_some(u32::try_from(number).ok()?)
        })();
        if read.is_none() {
            self.at = back;
        }
        read
    }

    fn real(&mut self) -> Option<f64> {
        let word = self.rest().iter().take_while(|byte| is_regular(**byte));
        let word = self.rest().get(..word.count())?;
        let digits = word.strip_prefix(b"+").or(word.strip_prefix(b"-"));
        let digits = digits.unwrap_or(word);
        let points = digits.iter().filter(|byte| **byte == b'.').count();
        let plain = digits.iter().all(|b| b.is_ascii_digit() || *b == b'.');
        if !plain || points > 1 || digits.len() == points || word.len() > 32 {
            return None;
        }
        self.at += word.len();
        std::str::from_utf8(word).ok()?.parse().ok()
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let word = self.rest().iter().take_while(|byte| is_regular(**byte));
        let mut word = self.rest().get(..word.count())?.iter();
        self.at += word.len();
        let mut name = Vec::with_capacity(word.len());
        while let Some(byte) = word.next() {
            name.push(match byte {
                b'#' => hex(*word.next()?)? << 4 | hex(*word.next()?)?,
                other => *other,
            });
        }
        Some(name)
    }

    fn literal(&mut self) -> Option<Text> {
        let start = self.at;
        let mut bytes = Vec::new();
        let mut open = 0_usize;
        loop {
            let byte = self.byte()?;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    bytes.extend(self.escaped()?);
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                break;
            }
            bytes.push(byte);
        }
        bytes.remove(0);
        let span = start..self.at;
        Some(Text { bytes, span })
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.rest().first()?;
        self.at += 1;
        Some(byte)
    }

    /// What stands for a backslash and what follows it (7.3.4.2, table 3).
    fn escaped(&mut self) -> Option<Option<u8>> {
        Some(match self.byte()? {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.at += usize::from(self.rest().first() == Some(&b'\n'));
                None
            }
            first @ b'0'..=b'7' => {
                let more = self.rest().iter().take(2);
                let more = more.take_while(|byte| matches!(byte, b'0'..=b'7'));
                let code = more.clone().fold(first - b'0', |code, digit| {
                    code.wrapping_mul(8).wrapping_add(digit - b'0')
                });
                self.at += more.count();
                Some(code)
            }
            other => Some(other),
        })
    }

    fn hexadecimal(&mut self) -> Option<Text> {
        let start = self.at;
        let end = self.rest().iter().position(|byte| *byte == b'>')?;
        let inside = self.rest().get(1..end)?;
        let digits = inside.iter().filter(|byte| !is_space(**byte));
        let digits: Option<Vec<u8>> = digits.map(|digit| hex(*digit)).collect();
        let pairs = digits?;
        let bytes = pairs.chunks(2);
        let bytes = bytes.map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0));
        self.at += end + 1;
        let span = start..self.at;
        Some(Text {
            bytes: bytes.collect(),
            span,
        })
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Object>> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.blank()?;
            if self.rest().first()? == &b']' {
                self.at += 1;
                return Some(items);
            }
            items.push(self.inside(depth)?);
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Dict> {
        let mut dict = Dict::new();
        self.at += 2;
        loop {
            self.blank()?;
            if self.rest().starts_with(b">>") {
                self.at += 2;
                return Some(dict);
            }
            if self.rest().first()? != &b'/' {
                return None;
            }
            let key = self.name()?;
            let value = self.inside(depth)?;
            if dict.insert(key, value).is_some() {
                return None;
            }
        }
    }

    fn inside(&mut self, depth: usize) -> Option<Object> {
        (depth < DEEPEST).then(|| self.nested(depth + 1))?
    }

    /// An indirect object. `length` finds a stream's length that is an object of its own.
    pub fn indirect(&mut self, length: &dyn Fn(u32) -> Option<usize>) -> Option<Indirect> {
        self.blank()?;
        let at = self.at;
        let number = u32::try_from(self.integer()?).ok()?;
        let generation = self.integer()?;
        self.blank()?;
        self.word("obj")?;
        let value = self.object()?;
        self.blank()?;
        let stream = match value.dict() {
            Some(dict) if self.word("stream").is_some() => Some(self.stream(dict, length)?),
            _ => None,
        };
        self.blank()?;
        self.word("endobj")?;
        Some(Indirect {
            number,
            generation,
            at,
            value,
            stream,
        })
    }

    fn stream(
        &mut self,
        dict: &Dict,
        length: &dyn Fn(u32) -> Option<usize>,
    ) -> Option<Range<usize>> {
        let rest = self.rest();
        self.at += match (rest.first()?, rest.get(1)) {
            (b'\n', _) => 1,
            (b'\r', Some(b'\n')) => 2,
            _ => return None,
        };
        let length = match dict.get(&b"Length"[..])? {
            Object::Reference(number) => length(*number)?,
            direct => direct.size()?,
        };
        let start = self.at;
        self.at = start.checked_add(length)?;
        let end = self.at;
        self.spaces();
        // One end of line at most: more would be bytes that only some viewers take for the stream's.
        if end > self.bytes.len() || self.at - end > 2 {
            return None;
        }
        self.word("endstream")?;
        Some(start..end)
    }
}

fn hex(digit: u8) -> Option<u8> {
    let digit = char::from(digit).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Object> {
        let mut lexer = Lexer::new(text.as_bytes(), 0);
        let object = lexer.object()?;
        lexer.rest().is_empty().then_some(object)
    }

    #[test]
    fn reads_what_the_standard_shows() {
        let same = [
            ("<</A 1/B[2 0 R -.5]>>", "<< /B [ 2 0 R -0.50 ] /#41 +1 >>"),
            (r"(a\(b\)\101\n(c))", "<61286229410a286329>"),
            ("[true false null]", "[ true%yes\nfalse null ]"),
            ("<7>", "<70>"),
        ];
        for (one, other) in same {
            assert_eq!(read(one).unwrap(), read(other).unwrap(), "{one}");
        }
    }

    #[test]
    fn what_must_be_guessed_at_is_none() {
        for text in [
            "<</A 1/A 2>>",
            "<</A>>",
            "<</A 1",
            "[1 2",
            "(a",
            "<6g>",
            "--5",
            "1.2.3",
            "1e5",
            ".",
            "trueish",
            "/#4",
            "[1 %%EOF\n]",
            "1 1 R",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
    }

    #[test]
    fn a_stream_is_as_long_as_it_says() {
        let read = |text: &str| {
            let mut lexer = Lexer::new(text.as_bytes(), 0);
            lexer.indirect(&|_| Some(3))?.stream
        };
        let plain = "1 0 obj<</Length 3>>stream\nabc\nendstream\nendobj";
        assert_eq!(read(plain), Some(27..30));
        assert_eq!(
            read(&plain.replace("/Length 3", "/Length 9 0 R")),
            Some(31..34)
        );
        assert_eq!(read(&plain.replace('3', "2")), None);
        assert_eq!(read(&plain.replace('3', "999")), None);
    }
}
