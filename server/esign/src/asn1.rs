//! DER as it lies in the file. What was signed is bytes, so nothing here is decoded and written
//! again; a library's typed structures would be, and lose what their writer did differently.

use x509_cert::der::asn1::ObjectIdentifier;

/// How deep elements may lie in each other: an archived signature with timestamps has about 25.
const DEEPEST: usize = 40;
/// Elements of one file: a document of [`crate::MAX_FILE`] in pieces of 1,000 bytes has 67,000.
const MOST: u32 = 100_000;
/// How often the file's bytes may be copied, once for each element around them: seven around the
/// document.
const MOST_COPIES: usize = 10;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;
const CONSTRUCTED_OCTET_STRING: u8 = OCTET_STRING | CONSTRUCTED;

/// Tag of `[n]`, constructed: EXPLICIT, or IMPLICIT of a SEQUENCE or SET.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One element: `raw` is header and value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub tag: u8,
    pub value: &'a [u8],
    pub raw: &'a [u8],
}

impl<'a> Item<'a> {
    pub fn reader(self) -> Reader<'a> {
        Reader(self.value)
    }

    /// The value as object identifier, if that is what it is.
    pub fn oid(self) -> Option<ObjectIdentifier> {
        (self.tag == OID).then(|| ObjectIdentifier::from_bytes(self.value).ok())?
    }
}

/// Elements one after the other. `None` always means: not the DER that was expected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub fn any(&mut self) -> Option<Item<'a>> {
        let header = Header::read(self.0)?;
        let end = header.size.checked_add(header.length?)?;
        let raw = self.0.get(..end)?;
        self.0 = self.0.get(end..)?;
        let value = raw.get(header.size..)?;
        let tag = header.tag;
        Some(Item { tag, value, raw })
    }

    pub fn next(&mut self, tag: u8) -> Option<Item<'a>> {
        self.optional(tag)
    }

    /// The next element if it has this tag; otherwise it stays.
    pub fn optional(&mut self, tag: u8) -> Option<Item<'a>> {
        (self.0.first() == Some(&tag)).then(|| self.any())?
    }

    /// All that is left, at most `most` elements.
    pub fn all(mut self, most: usize) -> Option<Vec<Item<'a>>> {
        let mut items = Vec::new();
        while !self.is_empty() {
            if items.len() == most {
                return None;
            }
            items.push(self.any()?);
        }
        Some(items)
    }
}

/// The only element of these bytes, with this tag.
pub(crate) fn single(bytes: &[u8], tag: u8) -> Option<Item<'_>> {
    let mut reader = Reader(bytes);
    let item = reader.next(tag)?;
    reader.is_empty().then_some(item)
}

/// `AlgorithmIdentifier`: what, and its parameters if there are any.
pub(crate) fn algorithm(item: Item<'_>) -> Option<(ObjectIdentifier, Option<Item<'_>>)> {
    let mut reader = item.reader();
    let oid = reader.next(OID)?.oid()?;
    let parameters = if reader.is_empty() {
        None
    } else {
        Some(reader.any()?)
    };
    (item.tag == SEQUENCE && reader.is_empty()).then_some((oid, parameters))
}

struct Header {
    tag: u8,
    size: usize,
    /// None: the indefinite form of BER.
    length: Option<usize>,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (&tag, rest) = bytes.split_first()?;
        let (&first, rest) = rest.split_first()?;
        // Tags over 30 have no use in what is read here.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (size, length) = match first {
            0..0x80 => (2, Some(usize::from(first))),
            0x80 => (2, None),
            _ => {
                let digits = rest.get(..usize::from(first & 0x7f))?;
                if digits.len() > 4 {
                    return None;
                }
                let length = digits.iter().fold(0, |sum, d| sum << 8 | usize::from(*d));
                (2 + digits.len(), Some(length))
            }
        };
        Some(Self { tag, size, length })
    }
}

/// The first element of these bytes in DER, and what comes after it.
///
/// Signing programs write BER: lengths that are told by an end mark, octet strings in pieces
/// (X.690 section 8). Lengths become definite and pieces one; DER comes out as it went in.
pub(crate) fn to_der(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut left = Left {
        elements: MOST,
        // The certificates lie deeper, and are small.
        copies: bytes.len().saturating_mul(MOST_COPIES) + (1 << 20),
    };
    let rest = element(bytes, 0, &mut left, &mut out)?;
    Some((out, rest))
}

/// Work that may still be done.
struct Left {
    elements: u32,
    copies: usize,
}

fn element<'a>(
    bytes: &'a [u8],
    depth: usize,
    left: &mut Left,
    out: &mut Vec<u8>,
) -> Option<&'a [u8]> {
    left.elements = left.elements.checked_sub(1)?;
    let header = Header::read(bytes)?;
    let after_header = bytes.get(header.size..)?;
    if header.tag & CONSTRUCTED == 0 {
        let (value, rest) = after_header.split_at_checked(header.length?)?;
        left.copies = left.copies.checked_sub(value.len())?;
        write(header.tag, value, out);
        return Some(rest);
    }
    if depth == DEEPEST || header.tag == BIT_STRING | CONSTRUCTED {
        return None;
    }
    let mut body = Vec::new();
    let rest = match header.length {
        Some(length) => {
            let (mut inside, rest) = after_header.split_at_checked(length)?;
            while !inside.is_empty() {
                inside = element(inside, depth + 1, left, &mut body)?;
            }
            rest
        }
        None => {
            let mut inside = after_header;
            while !inside.starts_with(&[0, 0]) {
                inside = element(inside, depth + 1, left, &mut body)?;
            }
            inside.get(2..)?
        }
    };
    left.copies = left.copies.checked_sub(body.len())?;
    if header.tag == CONSTRUCTED_OCTET_STRING {
        write(OCTET_STRING, &joined(&body)?, out);
    } else {
        write(header.tag, &body, out);
    }
    Some(rest)
}

/// The pieces of an octet string.
fn joined(body: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader(body);
    let mut whole = Vec::with_capacity(body.len());
    while !reader.is_empty() {
        whole.extend_from_slice(reader.next(OCTET_STRING)?.value);
    }
    Some(whole)
}

/// Appends one element with the shortest length.
pub(crate) fn write(tag: u8, value: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    let digits = value.len().to_be_bytes();
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    match value.len() {
        short @ 0..0x80 => out.push(u8::try_from(short).unwrap_or(0x7f)),
        _ => {
            let significant = &digits[zeros..];
            out.push(0x80 | u8::try_from(significant.len()).unwrap_or(8));
            out.extend_from_slice(significant);
        }
    }
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_comes_out_as_it_went_in() {
        let mut long = Vec::new();
        write(OCTET_STRING, &[7; 300], &mut long);
        let mut whole = Vec::new();
        write(SEQUENCE, &long, &mut whole);
        assert_eq!(&whole[..4], [SEQUENCE, 0x82, 1, 48]);
        let (der, rest) = to_der(&whole).unwrap();
        assert_eq!((der, rest.len()), (whole, 0));
    }

    #[test]
    fn pieces_and_end_marks_become_der() {
        let ber = [
            0x30, 0x80, 0x24, 0x80, 4, 1, 65, 4, 2, 66, 67, 0, 0, 2, 1, 5, 0, 0, 9,
        ];
        let (der, rest) = to_der(&ber).unwrap();
        assert_eq!(der, [0x30, 8, 4, 3, 65, 66, 67, 2, 1, 5]);
        assert_eq!(rest, [9]);
    }

    #[test]
    fn what_is_cut_or_too_deep_is_none() {
        assert!(to_der(&[0x30, 0x80, 2, 1, 5]).is_none());
        assert!(to_der(&[0x30, 5, 2, 1, 5]).is_none());
        assert!(to_der(&[0x04, 0x80, 0, 0]).is_none());
        assert!(to_der(&[0x30, 0x88, 1, 1, 1, 1, 1, 1, 1, 1]).is_none());
        assert!(to_der(&[0x30, 0x80].repeat(100_000)).is_none());
        let many = [&[0x30, 0x80][..], &[5, 0].repeat(200_000), &[0, 0]].concat();
        assert!(to_der(&many).is_none());
        assert!(to_der(&[]).is_none());
    }
}
