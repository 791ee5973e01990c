//! Signatures in a PDF: an update with a signature field, as signing programs write it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;

use super::{Faults, SampleError, Signer, sign_detached};
use crate::pdf::lexer::{Dict, Object};
use crate::pdf::{State, xref};

/// Hexadecimal digits left for a signature.
const SPACE: usize = 24_000;
const RANGE: &str = "[0 0000000000 0000000000 0000000000]";

/// What an update does beside signing; nothing, by default.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Rectangle of the signature's picture on the first page, in points.
    pub rectangle: [u32; 4],
    /// Objects to write anew or to add, by number, as they stand between `obj` and `endobj`.
    pub objects: Vec<(u32, String)>,
}

/// The PDF with one more signature, invisible; `at` is the time that it claims.
pub fn sign_pades(pdf: &[u8], signer: &Signer, at: Timestamp) -> Result<Vec<u8>, SampleError> {
    sign_pades_with(pdf, signer, at, Faults::default(), &Beside::default())
}

/// As [`sign_pades`], with faults.
pub fn sign_pades_with(
    pdf: &[u8],
    signer: &Signer,
    at: Timestamp,
    faults: Faults,
    beside: &Beside,
) -> Result<Vec<u8>, SampleError> {
    let unreadable = || SampleError("PDF that cannot be read".into());
    let mut file = update(pdf, at, beside).ok_or_else(unreadable)?;
    let after = |word: &str| {
        let mut windows = file.windows(word.len());
        Some(windows.rposition(|window| window == word.as_bytes())? + word.len())
    };
    let contents = after("/Contents ").ok_or_else(unreadable)?;
    let end = contents + SPACE + 2;
    let range = after("/ByteRange ").ok_or_else(unreadable)?;
    let numbers = format!("[0 {contents:010} {end:010} {:010}]", file.len() - end);
    file[range..range + RANGE.len()].copy_from_slice(numbers.as_bytes());
    let cms = sign_detached(&[&file[..contents], &file[end..]], signer, faults)?;
    let digits = cms.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    let place = file[contents + 1..end - 1].get_mut(..digits.len());
    place
        .ok_or_else(unreadable)?
        .copy_from_slice(digits.as_bytes());
    Ok(file)
}

/// The smallest document with these pages, its texts written plainly.
pub fn minimal(texts: &[&str]) -> Vec<u8> {
    document(texts, true)
}

/// As [`minimal`], with the newer kind of table, a stream.
pub fn minimal_newer(texts: &[&str]) -> Vec<u8> {
    document(texts, false)
}

fn document(texts: &[&str], table: bool) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let kids: String = (0..texts.len()).fold(String::new(), |mut kids, page| {
        let _ = write!(kids, "{} 0 R ", 4 + 2 * page);
        kids
    });
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {}/Kids[{kids}]>>", texts.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    for (page, text) in texts.iter().enumerate() {
        let content = format!("BT /F1 24 Tf 72 720 Td ({text}) Tj ET");
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            5 + 2 * page
        ));
        objects.push(format!(
            "<</Length {}>>stream\n{content}\nendstream",
            content.len()
        ));
    }
    let numbered = (1..).zip(objects).collect();
    write(&mut file, &numbered, table, "/Root 1 0 R/ID[<00><00>]");
    file
}

/// The file with an update whose signature is still to be filled in.
fn update(pdf: &[u8], at: Timestamp, beside: &Beside) -> Option<Vec<u8>> {
    let state = State::original(pdf, pdf.len()).ok()?;
    let (sections, start) = xref::chain(pdf)?;
    let trailer = &sections.first()?.trailer;
    let size = u32::try_from(trailer.get(&b"Size"[..])?.size()?).ok()?;
    let added = beside.objects.iter().map(|(number, _)| number + 1);
    let next = added.max().unwrap_or_default().max(size);
    let [signature, field, new_form] = [next, next + 1, next + 2];
    let mut objects = BTreeMap::new();
    objects.insert(
        signature,
        format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M({})/ByteRange {RANGE}/Contents <{}>>>",
            at.strftime("D:%Y%m%d%H%M%S+00'00'"),
            "0".repeat(SPACE)
        ),
    );
    let first = first_page(&state)?;
    let [x1, y1, x2, y2] = beside.rectangle;
    objects.insert(
        field,
        format!(
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(Firma {field})/V {signature} 0 R/F 132/P {first} 0 R/Rect[{x1} {y1} {x2} {y2}]>>"
        ),
    );
    let mut catalog = state.catalog()?.clone();
    let form = catalog.get(&b"AcroForm"[..]).and_then(Object::reference);
    let form = form.unwrap_or(new_form);
    let old = state.get(form).and_then(|form| form.dict());
    let mut fields = old.cloned().unwrap_or_default();
    append(&mut fields, "Fields", field);
    fields.insert(b"SigFlags".to_vec(), Object::Number(3.0));
    objects.insert(form, text_of(&fields));
    catalog.insert(b"AcroForm".to_vec(), Object::Reference(form));
    objects.insert(state.root, text_of(&catalog));
    let mut shown = state.get(first)?.dict()?.clone();
    append(&mut shown, "Annots", field);
    objects.insert(first, text_of(&shown));
    objects.extend(beside.objects.iter().cloned());
    let kept = ["Root", "Info", "ID"].into_iter().filter_map(|key| {
        let mut text = format!("/{key} ");
        print(trailer.get(key.as_bytes())?, &mut text);
        Some(text)
    });
    let kept = format!("{}/Prev {start}", kept.collect::<String>());
    let mut file = pdf.to_vec();
    let table = sections.first()?.number.is_none();
    write(&mut file, &objects, table, &kept);
    Some(file)
}

fn first_page(state: &State<'_>) -> Option<u32> {
    let mut number = state.catalog()?.get(&b"Pages"[..])?.reference()?;
    loop {
        let node = state.get(number)?.dict()?;
        match state.value(node, "Kids") {
            Some(kids) => number = kids.array()?.first()?.reference()?,
            None => return Some(number),
        }
    }
}

fn append(dict: &mut Dict, key: &str, number: u32) {
    let list = dict.entry(key.as_bytes().to_vec());
    if let Object::Array(items) = list.or_insert(Object::Array(Vec::new())) {
        items.push(Object::Reference(number));
    }
}

/// Appends the objects, a table of theirs in one of both kinds, and the end.
fn write(file: &mut Vec<u8>, objects: &BTreeMap<u32, String>, table: bool, trailer: &str) {
    let mut places = BTreeMap::new();
    if !file.ends_with(b"\n") {
        file.push(b'\n');
    }
    for (number, object) in objects {
        places.insert(*number, file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let at = file.len();
    let last = objects.keys().max().copied().unwrap_or_default();
    if table {
        let mut text = "xref\n0 1\n0000000000 65535 f \n".to_owned();
        for (number, at) in places {
            let _ = write!(text, "{number} 1\n{at:010} 00000 n \n");
        }
        let _ = write!(text, "trailer\n<</Size {}{trailer}>>\n", last + 1);
        file.extend(text.bytes());
    } else {
        places.insert(last + 1, at);
        let mut index = String::new();
        let mut rows = Vec::new();
        for (number, at) in places {
            let _ = write!(index, "{number} 1 ");
            rows.push(1);
            rows.extend(u32::try_from(at).unwrap_or_default().to_be_bytes());
            rows.push(0);
        }
        let head = format!(
            "{} 0 obj\n<</Type/XRef/W[1 4 1]/Index[{index}]/Size {}{trailer}/Length {}>>stream\n",
            last + 1,
            last + 2,
            rows.len()
        );
        file.extend(head.bytes().chain(rows));
        file.extend(b"\nendstream\nendobj\n");
    }
    file.extend(format!("startxref\n{at}\n%%EOF\n").bytes());
}

fn text_of(dict: &Dict) -> String {
    let mut text = String::new();
    print(&Object::Dict(dict.clone()), &mut text);
    text
}

/// An object as PDF; strings in hexadecimal.
fn print(object: &Object, out: &mut String) {
    let _ = match object {
        Object::Null => out.write_str("null"),
        Object::Bool(value) => write!(out, "{value}"),
        Object::Number(number) => write!(out, "{number}"),
        Object::Reference(number) => write!(out, "{number} 0 R"),
        Object::Name(name) => write!(out, "/{}", escaped(name)),
        Object::Text(text) => {
            let digits = text.bytes.iter().map(|byte| format!("{byte:02x}"));
            write!(out, "<{}>", digits.collect::<String>())
        }
        Object::Array(items) => {
            out.push('[');
            for item in items {
                print(item, out);
                out.push(' ');
            }
            out.write_str("]")
        }
        Object::Dict(dict) => {
            out.push_str("<<");
            for (key, value) in dict {
                let _ = write!(out, "/{} ", escaped(key));
                print(value, out);
            }
            out.write_str(">>")
        }
    };
}

fn escaped(name: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(byte);
    let signs = name.iter().map(|byte| match plain(byte) {
        true => char::from(*byte).to_string(),
        false => format!("#{byte:02x}"),
    });
    signs.collect()
}
