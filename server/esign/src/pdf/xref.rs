//! Where a PDF says that its objects are: tables, and streams of the newer kind (ISO 32000-1,
//! 7.5.4 to 7.5.8).

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::lexer::{Dict, Indirect, Lexer, Object};

/// Bytes of one packed stream, unpacked.
const MOST_UNPACKED: u64 = 4 << 20;
const MOST_ENTRIES: usize = 200_000;
/// Revisions of the original.
const LONGEST: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entry {
    Free,
    /// Where it begins, and its generation.
    At(usize, usize),
    In {
        stream: u32,
    },
}

pub(crate) struct Section {
    pub entries: Vec<(u32, Entry)>,
    pub trailer: Dict,
    pub previous: Option<usize>,
    /// Of a stream: its own number.
    pub number: Option<u32>,
}

/// The sections of a whole file, newest first, and where the newest begins.
pub(crate) fn chain(file: &[u8]) -> Option<(Vec<Section>, usize)> {
    const WORD: &[u8] = b"startxref";
    let at = file
        .windows(WORD.len())
        .rposition(|window| window == WORD)?;
    let (start, _) = ending(&mut Lexer::new(file, at))?;
    let mut sections = Vec::new();
    let mut next = Some(start);
    while let Some(at) = next {
        let mut lexer = Lexer::new(file, at);
        let section = if lexer.rest().starts_with(b"xref") {
            table(&mut lexer)?
        } else {
            // Its length stands in it: before the table is read nothing else can be found.
            stream(file, &lexer.indirect(&|_| None)?)?
        };
        next = section.previous;
        sections.push(section);
        if sections.len() > LONGEST {
            return None;
        }
    }
    Some((sections, start))
}

/// `startxref`, a position, `%%EOF`: the position, and where the mark ends.
pub(crate) fn ending(lexer: &mut Lexer<'_>) -> Option<(usize, usize)> {
    lexer.word("startxref")?;
    lexer.spaces();
    let at = lexer.integer()?;
    lexer.spaces();
    lexer.word("%%EOF")?;
    Some((at, lexer.at))
}

/// A table with its trailer.
pub(crate) fn table(lexer: &mut Lexer<'_>) -> Option<Section> {
    lexer.word("xref")?;
    let mut entries = Vec::new();
    loop {
        lexer.blank()?;
        if lexer.word("trailer").is_some() {
            break;
        }
        let first = lexer.integer()?;
        let count = lexer.integer()?;
        for number in first..first.checked_add(count)? {
            let at = lexer.integer()?;
            let generation = lexer.integer()?;
            lexer.blank()?;
            let entry = if lexer.word("f").is_some() {
                Entry::Free
            } else {
                lexer.word("n")?;
                Entry::At(at, generation)
            };
            push(&mut entries, number, entry)?;
        }
    }
    let Object::Dict(trailer) = lexer.object()? else {
        return None;
    };
    // A file with both kinds of table shows one thing to old viewers and another to new ones.
    let hybrid = trailer.contains_key(&b"XRefStm"[..]);
    let previous = previous(&trailer)?;
    (!hybrid).then_some(Section {
        entries,
        trailer,
        previous,
        number: None,
    })
}

/// A stream that is a table.
pub(crate) fn stream(file: &[u8], object: &Indirect) -> Option<Section> {
    let dict = object.dict()?;
    if !dict.get(&b"Type"[..])?.is_name("XRef") {
        return None;
    }
    let widths = dict.get(&b"W"[..])?.array()?;
    let widths: Option<Vec<usize>> = widths.iter().map(Object::size).collect();
    let [kind, first, second] = widths?[..] else {
        return None;
    };
    if kind > 1 || first > 8 || second > 4 {
        return None;
    }
    let data = unpack(file, object)?;
    let mut rows = data.chunks_exact((kind + first + second).max(1));
    let mut entries = Vec::new();
    for (start, count) in ranges(dict)? {
        for number in start..start.checked_add(count)? {
            let row = rows.next()?;
            let (head, rest) = row.split_at_checked(kind)?;
            let (one, two) = rest.split_at_checked(first)?;
            let kind = if kind == 0 { 1 } else { big_endian(head) };
            let entry = match (kind, big_endian(two)) {
                (0, _) => Entry::Free,
                (1, generation) => Entry::At(big_endian(one), generation),
                (2, _) => Entry::In {
                    stream: u32::try_from(big_endian(one)).ok()?,
                },
                _ => return None,
            };
            push(&mut entries, number, entry)?;
        }
    }
    Some(Section {
        entries,
        trailer: dict.clone(),
        previous: previous(dict)?,
        number: Some(object.number),
    })
}

fn push(entries: &mut Vec<(u32, Entry)>, number: usize, entry: Entry) -> Option<()> {
    entries.push((u32::try_from(number).ok()?, entry));
    (entries.len() <= MOST_ENTRIES).then_some(())
}

/// `Index`: pairs of first number and count; without it all from 0 to `Size`.
fn ranges(dict: &Dict) -> Option<Vec<(usize, usize)>> {
    let Some(index) = dict.get(&b"Index"[..]) else {
        return Some(vec![(0, dict.get(&b"Size"[..])?.size()?)]);
    };
    let pairs = index.array()?.chunks(2);
    pairs
        .map(|pair| match pair {
            [start, count] => Some((start.size()?, count.size()?)),
            _ => None,
        })
        .collect()
}

fn previous(trailer: &Dict) -> Option<Option<usize>> {
    match trailer.get(&b"Prev"[..]) {
        Some(previous) => Some(Some(previous.size()?)),
        None => Some(None),
    }
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The object at a place of the original.
pub(crate) fn object(file: &[u8], at: usize, entries: &BTreeMap<u32, Entry>) -> Option<Indirect> {
    let length = |number| match entries.get(&number)? {
        Entry::At(at, 0) => number_at(file, *at, number),
        _ => None,
    };
    Lexer::new(file, at).indirect(&length)
}

/// The whole number that this object is.
fn number_at(file: &[u8], at: usize, number: u32) -> Option<usize> {
    let object = Lexer::new(file, at).indirect(&|_| None)?;
    (object.number == number).then(|| object.value.size())?
}

/// A stream's length that stands in the update itself, whose table comes later. Who calls looks
/// afterwards whether it is the one that the table names.
pub(crate) fn length_ahead(file: &[u8], start: usize, number: u32) -> Option<usize> {
    let head = format!("\n{number} 0 obj");
    let ahead = file.get(start..)?;
    let mut windows = ahead.windows(head.len());
    let at = windows.position(|window| window == head.as_bytes())?;
    number_at(file, start + at + 1, number)
}

/// The objects that lie in an object stream, one after the other as its head names them.
pub(crate) fn unpacked(file: &[u8], stream: &Indirect) -> Option<Vec<Indirect>> {
    let dict = stream.dict()?;
    let is_one = dict.get(&b"Type"[..])?.is_name("ObjStm");
    if !is_one || dict.contains_key(&b"Extends"[..]) {
        return None;
    }
    let count = dict.get(&b"N"[..])?.size()?;
    let first = dict.get(&b"First"[..])?.size()?;
    let data = unpack(file, stream)?;
    let mut head = Lexer::new(&data, 0);
    let mut body = Lexer::new(&data, first);
    let mut objects = Vec::new();
    for _ in 0..count {
        let number = u32::try_from(head.integer()?).ok()?;
        let at = first.checked_add(head.integer()?)?;
        // Two that share bytes are no writer's work, and many that do are much work.
        (at >= body.at).then(|| body.at = at)?;
        objects.push(Indirect {
            number,
            generation: 0,
            at: stream.at,
            value: body.object()?,
            stream: None,
        });
    }
    Some(objects)
}

/// A stream's bytes without its filter: none, or Flate with PNG's predictors.
fn unpack(file: &[u8], object: &Indirect) -> Option<Vec<u8>> {
    let dict = object.dict()?;
    let raw = file.get(object.stream.clone()?)?;
    let flate = match dict.get(&b"Filter"[..]) {
        None => false,
        Some(Object::Array(filters)) => match &filters[..] {
            [] => false,
            [only] => only.is_name("FlateDecode").then_some(true)?,
            _ => return None,
        },
        Some(only) => only.is_name("FlateDecode").then_some(true)?,
    };
    if !flate {
        return Some(raw.to_vec());
    }
    let mut data = Vec::new();
    let mut unpacking = ZlibDecoder::new(raw).take(MOST_UNPACKED + 1);
    unpacking.read_to_end(&mut data).ok()?;
    if u64::try_from(data.len()).ok()? > MOST_UNPACKED {
        return None;
    }
    match dict.get(&b"DecodeParms"[..]) {
        None | Some(Object::Null) => Some(data),
        Some(Object::Array(parameters)) => match &parameters[..] {
            [Object::Null] => Some(data),
            [only] => predicted(data, only.dict()?),
            _ => None,
        },
        Some(only) => predicted(data, only.dict()?),
    }
}

/// Undoes PNG's prediction for rows of single bytes (7.4.4.4): the filters None, Sub, Up, Average
/// and Paeth, one for each row.
fn predicted(data: Vec<u8>, parameters: &Dict) -> Option<Vec<u8>> {
    let number = |key: &str, otherwise| match parameters.get(key.as_bytes()) {
        Some(value) => value.size(),
        None => Some(otherwise),
    };
    match number("Predictor", 1)? {
        1 => return Some(data),
        10..=15 => {}
        _ => return None,
    }
    let columns = number("Columns", 1)?;
    let simple = number("Colors", 1)? == 1 && number("BitsPerComponent", 8)? == 8;
    if !simple || columns == 0 || columns > 4096 || !data.len().is_multiple_of(columns + 1) {
        return None;
    }
    let mut above = vec![0; columns];
    let mut out = Vec::with_capacity(data.len());
    for row in data.chunks_exact(columns + 1) {
        let mut left = (0, 0);
        for (byte, up) in row[1..].iter().zip(&mut above) {
            let value = byte.wrapping_add(match row[0] {
                0 => 0,
                1 => left.0,
                2 => *up,
                3 => left.0.midpoint(*up),
                4 => paeth(left.0, *up, left.1),
                _ => return None,
            });
            left = (value, *up);
            *up = value;
            out.push(value);
        }
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let away = |byte: u8| guess.abs_diff(i16::from(byte));
    if away(left) <= away(up) && away(left) <= away(corner) {
        left
    } else if away(up) <= away(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_are_undone() {
        let mut lexer = Lexer::new(b"<</Predictor 12/Columns 3>>", 0);
        let Object::Dict(parameters) = lexer.object().unwrap() else {
            panic!("a dictionary");
        };
        let packed = [2, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1, 0, 9, 9, 9, 3, 1, 1, 1];
        let plain = [1, 2, 3, 2, 3, 4, 5, 6, 7, 9, 9, 9, 5, 8, 9];
        assert_eq!(predicted(packed.to_vec(), &parameters).unwrap(), plain);
        assert_eq!(predicted(vec![9, 1, 1, 1], &parameters), None);
        assert_eq!(predicted(vec![0, 1, 1], &parameters), None);
    }

    #[test]
    fn object_streams_lie_in_order() {
        let read = |head: &str| {
            let text = format!(
                "7 0 obj<</Type/ObjStm/N 2/First 10/Length 17>>stream\n{head:10}(a) [1]\nendstream endobj"
            );
            let object = Lexer::new(text.as_bytes(), 0).indirect(&|_| None)?;
            let objects = unpacked(text.as_bytes(), &object)?;
            Some(objects.iter().map(|object| object.number).collect())
        };
        assert_eq!(read("3 0 9 4"), Some(vec![3, 9]));
        assert_eq!(read("3 0 9 0"), None);
        assert_eq!(read("3 0 9 99"), None);
        assert_eq!(read("3 0"), None);
    }

    #[test]
    fn both_kinds_of_table_say_the_same() {
        let text =
            "xref\n0 1\n0000000000 65535 f\n4 1\n0000000017 00000 n\ntrailer<</Size 5/Prev 9>>";
        let section = table(&mut Lexer::new(text.as_bytes(), 0)).unwrap();
        let rows = "\0\0\0\x01\x11\0";
        let text = format!(
            "5 0 obj<</Type/XRef/W[1 1 1]/Index[0 1 4 1]/Size 5/Prev 9/Length 6>>stream\n{rows}\nendstream endobj"
        );
        let object = Lexer::new(text.as_bytes(), 0).indirect(&|_| None).unwrap();
        let other = stream(text.as_bytes(), &object).unwrap();
        assert_eq!(section.entries, [(0, Entry::Free), (4, Entry::At(17, 0))]);
        assert_eq!(section.entries, other.entries);
        assert_eq!((section.previous, other.previous), (Some(9), Some(9)));
    }
}
