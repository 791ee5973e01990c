//! What the update that carries a signature may do to the document: add a signature field, and
//! what signing programs do beside it. Anything else would show another document than the one
//! that was given out (attacks "incremental saving", "shadow", "evil annotation", "sneaky
//! signature" of pdf-insecurity.org), and the one who signs may be the one who attacks.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::{Dict, Indirect, Object};
use super::state::State;
use crate::Refusal;

/// Largest picture of a signature, in square points: a quarter of an A4 page. It lies on top of the
/// page, and may hide what is below.
const LARGEST_PICTURE: f64 = 595.0 * 842.0 / 4.0;
const DEEPEST_TREE: usize = 32;

/// Signature field, document's security data, extension level, permissions, XMP: nothing to see.
const CATALOG: &[&str] = &[
    "AcroForm",
    "DSS",
    "Extensions",
    "Metadata",
    "Perms",
    "Version",
];
const FORM: &[&str] = &["DA", "DR", "Fields", "SigFlags", "Type"];
const PAGE: &[&str] = &["Annots", "StructParents", "Tabs"];
/// What fills in a signature field that was empty.
const FIELD: &[&str] = &["AP", "DA", "F", "M", "MK", "V"];
/// A new field is put under the structure for screen readers too.
const STRUCTURE: &[&str] = &["K", "Nums", "ParentTree", "ParentTreeNextKey"];

/// What an object of the document is there for.
#[derive(Clone, Copy)]
enum Role {
    Catalog,
    Page,
    Structure,
    /// Compared on its own: the form, its list of fields, a page's list of annotations.
    Compared,
    /// Data about the document that nobody sees in it.
    Aside,
}

/// Refuses an update that does more than sign.
pub(crate) fn only_sign(
    before: &State<'_>,
    after: &State<'_>,
    numbers: &[u32],
) -> Result<(), Refusal> {
    let unreadable = Refusal::BadPdf("catalog");
    let pages = pages(before).ok_or(Refusal::BadPdf("pages"))?;
    let old = before.catalog().ok_or(unreadable.clone())?;
    let new = after.catalog().ok_or(unreadable)?;
    let fresh = |key: &&str| is_fresh(before, old.get(key.as_bytes()), new.get(key.as_bytes()));
    if !CATALOG.iter().all(fresh) || after.info.is_some_and(|info| !may_be_info(before, info)) {
        return Err(Refusal::Rewritten("catalog"));
    }
    let roles = roles(before, old, &pages);
    for number in numbers {
        let Some(new) = after.get(*number) else {
            continue;
        };
        match before.get(*number) {
            Some(old) => unchanged(before, after, old, new, roles.get(number))?,
            // It might fill a gap that something in the document refers to.
            None if !before.is_new(*number) => return Err(Refusal::Rewritten("gap filled")),
            None => {}
        }
    }
    form(before, after, old, new)?;
    for page in pages {
        annotations(before, after, page)?;
    }
    Ok(())
}

/// What is allowed to change is as it was or an object of its own: if the XMP could be the page's
/// content, the next update might change that as if it were XMP.
fn is_fresh(before: &State<'_>, old: Option<&Object>, new: Option<&Object>) -> bool {
    let reference = new.and_then(Object::reference);
    old == new || reference.is_none_or(|number| before.is_new(number))
}

fn may_be_info(before: &State<'_>, info: u32) -> bool {
    before.info == Some(info) || before.is_new(info)
}

/// The page objects.
fn pages(state: &State<'_>) -> Option<BTreeSet<u32>> {
    let root = state.catalog()?.get(&b"Pages"[..])?.reference()?;
    let mut pages = BTreeSet::new();
    let mut level = vec![root];
    let mut seen = BTreeSet::new();
    for _ in 0..DEEPEST_TREE {
        let mut below = Vec::new();
        for number in level {
            let node = state.get(number)?.dict()?;
            if !seen.insert(number) {
                return None;
            }
            match state.value(node, "Kids") {
                Some(kids) => {
                    let kids = kids.array()?.iter().map(Object::reference);
                    below.extend(kids.collect::<Option<Vec<_>>>()?);
                }
                None => drop(pages.insert(number)),
            }
        }
        if below.is_empty() {
            return Some(pages);
        }
        level = below;
    }
    None
}

fn roles(state: &State<'_>, catalog: &Dict, pages: &BTreeSet<u32>) -> BTreeMap<u32, Role> {
    let reference = |dict: &Dict, key: &str| dict.get(key.as_bytes())?.reference();
    let mut roles = BTreeMap::new();
    let aside = ["Metadata", "DSS"].map(|key| reference(catalog, key));
    let aside = aside.into_iter().flatten().chain(state.info);
    roles.extend(aside.map(|number| (number, Role::Aside)));
    if let Some(structure) = reference(catalog, "StructTreeRoot") {
        roles.insert(structure, Role::Structure);
        let root = state.get(structure).and_then(Indirect::dict);
        let tree = root.and_then(|root| reference(root, "ParentTree"));
        roles.extend(tree.map(|tree| (tree, Role::Structure)));
    }
    let form = state.value(catalog, "AcroForm").and_then(Object::dict);
    let lists = form.and_then(|form| reference(form, "Fields"));
    let lists = lists.into_iter().chain(reference(catalog, "AcroForm"));
    let page = |number: &u32| state.get(*number).and_then(Indirect::dict);
    let annotations = pages.iter().filter_map(page);
    let annotations = annotations.filter_map(|page| reference(page, "Annots"));
    roles.extend(lists.chain(annotations).map(|n| (n, Role::Compared)));
    roles.extend(pages.iter().map(|number| (*number, Role::Page)));
    roles.insert(state.root, Role::Catalog);
    roles
}

/// An object that was there already is as it was, but for what its role admits.
fn unchanged(
    before: &State<'_>,
    after: &State<'_>,
    old: &Indirect,
    new: &Indirect,
    role: Option<&Role>,
) -> Result<(), Refusal> {
    if old.value == new.value && before.stream(old) == after.stream(new) {
        return Ok(());
    }
    let dicts = old.dict().zip(new.dict());
    let but = |allowed| dicts.is_some_and(|(old, new)| same_but(old, new, allowed));
    let (holds, what) = match role {
        Some(Role::Catalog) => (but(CATALOG), "catalog"),
        Some(Role::Page) => (but(PAGE), "page"),
        Some(Role::Compared) => (old.stream.is_none() && new.stream.is_none(), "list"),
        Some(Role::Aside) => (is_aside(old) && is_aside(new), "metadata"),
        Some(Role::Structure) => (dicts.is_some_and(structure_grew), "structure"),
        None => match dicts {
            Some((old, _)) if is_empty_field(old) => (but(FIELD), "field"),
            Some((old, _)) if is_element(old) => (dicts.is_some_and(structure_grew), "structure"),
            _ => (false, "object of the document"),
        },
    };
    holds.then_some(()).ok_or(Refusal::Rewritten(what))
}

/// XMP, or a dictionary: nothing that a page could draw.
fn is_aside(object: &Indirect) -> bool {
    let kind = object.dict().and_then(|dict| dict.get(&b"Subtype"[..]));
    object.stream.is_none() || kind.is_some_and(|kind| kind.is_name("XML"))
}

/// Equal but for these keys.
fn same_but(old: &Dict, new: &Dict, allowed: &[&str]) -> bool {
    let kept = |key: &Vec<u8>| !allowed.iter().any(|name| name.as_bytes() == key);
    let old = old.iter().filter(|(key, _)| kept(key));
    old.eq(new.iter().filter(|(key, _)| kept(key)))
}

fn is_empty_field(dict: &Dict) -> bool {
    let signature = dict.get(&b"FT"[..]).is_some_and(|kind| kind.is_name("Sig"));
    signature && !dict.contains_key(&b"V"[..])
}

fn is_element(dict: &Dict) -> bool {
    let kind = dict.get(&b"Type"[..]);
    kind.is_some_and(|kind| kind.is_name("StructElem"))
}

fn structure_grew((old, new): (&Dict, &Dict)) -> bool {
    let lists = ["K", "Nums"];
    same_but(old, new, STRUCTURE)
        && lists.iter().all(|list| {
            let list = list.as_bytes();
            added(old.get(list), new.get(list)).is_some()
        })
}

/// What a list has more than before, if all that it had is still there in its order.
fn added<'a>(old: Option<&Object>, new: Option<&'a Object>) -> Option<Vec<&'a Object>> {
    let mut old = items(old).iter().peekable();
    let mut more = Vec::new();
    for item in items(new) {
        if old.next_if(|next| *next == item).is_none() {
            more.push(item);
        }
    }
    old.peek().is_none().then_some(more)
}

fn items(list: Option<&Object>) -> &[Object] {
    match list {
        None | Some(Object::Null) => &[],
        Some(Object::Array(items)) => items,
        Some(single) => std::slice::from_ref(single),
    }
}

/// The form has more signature fields than before, and nothing else.
fn form(before: &State<'_>, after: &State<'_>, old: &Dict, new: &Dict) -> Result<(), Refusal> {
    let nothing = Dict::new();
    let of = |state, catalog| form_of(state, catalog);
    let old = of(before, old).unwrap_or(&nothing);
    let new = of(after, new).unwrap_or(&nothing);
    if !same_but(old, new, FORM) {
        return Err(Refusal::Rewritten("form"));
    }
    let fields = &b"Fields"[..];
    if !is_fresh(before, old.get(fields), new.get(fields)) {
        return Err(Refusal::Rewritten("fields"));
    }
    let more = added(before.value(old, "Fields"), after.value(new, "Fields"));
    let more = more.ok_or(Refusal::Rewritten("fields"))?;
    let signatures = more.iter().all(|field| is_signature_field(after, field));
    signatures.then_some(()).ok_or(Refusal::Rewritten("field"))
}

/// The interactive form.
pub(crate) fn form_of<'s>(state: &'s State<'_>, catalog: &'s Dict) -> Option<&'s Dict> {
    state.value(catalog, "AcroForm")?.dict()
}

/// A page has more signature fields on it than before, and nothing else.
fn annotations(before: &State<'_>, after: &State<'_>, page: u32) -> Result<(), Refusal> {
    fn list<'s>(state: &'s State<'_>, page: u32) -> Option<&'s Object> {
        state.value(state.get(page)?.dict()?, "Annots")
    }
    fn entry<'s>(state: &'s State<'_>, page: u32) -> Option<&'s Object> {
        state.get(page)?.dict()?.get(&b"Annots"[..])
    }
    if !is_fresh(before, entry(before, page), entry(after, page)) {
        return Err(Refusal::Rewritten("annotations"));
    }
    let more = added(list(before, page), list(after, page));
    let more = more.ok_or(Refusal::Rewritten("annotations"))?;
    let fields = more.iter().all(|field| is_signature_field(after, field));
    fields.then_some(()).ok_or(Refusal::Rewritten("annotation"))
}

/// A signature field that is its own widget, does nothing when touched, and is no larger than a
/// picture of a signature.
fn is_signature_field(state: &State<'_>, field: &Object) -> bool {
    let dict = field
        .reference()
        .and_then(|number| state.get(number)?.dict());
    let Some(dict) = dict else {
        return false;
    };
    let is = |key: &str, name: &str| state.value(dict, key).is_some_and(|v| v.is_name(name));
    let acts = ["A", "AA", "Kids", "Parent", "Popup"];
    let widget = !dict.contains_key(&b"Subtype"[..]) || is("Subtype", "Widget");
    is("FT", "Sig")
        && widget
        && acts.iter().all(|key| !dict.contains_key(key.as_bytes()))
        && state.value(dict, "Rect").is_none_or(is_small)
}

fn is_small(rectangle: &Object) -> bool {
    let sides = rectangle.array().unwrap_or_default();
    let sides: Option<Vec<f64>> = sides.iter().map(Object::number).collect();
    match sides.as_deref() {
        Some([x1, y1, x2, y2]) => ((x2 - x1) * (y2 - y1)).abs() <= LARGEST_PICTURE,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::Lexer;
    use super::*;

    fn dict(text: &str) -> Dict {
        match Lexer::new(text.as_bytes(), 0).object() {
            Some(Object::Dict(dict)) => dict,
            _ => panic!("no dictionary"),
        }
    }

    #[test]
    fn structure_may_only_grow() {
        let grew = |old: &str, new: &str| structure_grew((&dict(old), &dict(new)));
        let old = "<</S/Document/K[1 0 R 2 0 R]/Lang(it)>>";
        assert!(grew(old, "<</S/Document/K[1 0 R 2 0 R 9 0 R]/Lang(it)>>"));
        assert!(grew(old, "<</S/Document/K[9 0 R 1 0 R 2 0 R]/Lang(it)>>"));
        assert!(grew("<</K 1 0 R>>", "<</K[1 0 R 9 0 R]>>"));
        assert!(grew("<</Nums[0 1 0 R]>>", "<</Nums[0 1 0 R 1 9 0 R]>>"));
        assert!(!grew(old, "<</S/Document/K[1 0 R 9 0 R]/Lang(it)>>"));
        assert!(!grew(old, "<</S/Document/K[2 0 R 1 0 R]/Lang(it)>>"));
        assert!(!grew(
            old,
            "<</S/Document/K[1 0 R 2 0 R]/Lang(it)/ActualText(x)>>"
        ));
        assert!(!grew("<</K 1 0 R>>", "<<>>"));
    }

    #[test]
    fn pictures_have_four_sides() {
        let small = |text: &str| is_small(&dict(&format!("<</R {text}>>"))[&b"R"[..]]);
        assert!(small("[0 0 0 0]") && small("[300 200 100 100]"));
        assert!(!small("[0 0 595 842]") && !small("[-9999 0 9999 20]"));
        assert!(!small("[0 0 1]") && !small("9") && !small("[0 0 1 /X]"));
    }
}
