//! A PDF as it is after a revision: all its objects. The original is ours; an update of it must be
//! plain to the last byte, so that every viewer sees in it what is seen here.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::lexer::{Dict, Indirect, Lexer, Object};
use super::xref::{self, Entry, Section};
use crate::Refusal;

/// Objects of a file, and indirections on the way to one.
const MOST_OBJECTS: usize = 200_000;
const LONGEST_WAY: usize = 8;
/// Lengths of streams in an update that are objects of their own: each is looked for.
const MOST_LENGTHS: u32 = 16;
/// Object streams in an update.
const MOST_STREAMS: usize = 4;

#[derive(Clone)]
pub(crate) struct State<'a> {
    pub file: &'a [u8],
    objects: BTreeMap<u32, Rc<Indirect>>,
    /// Where the newest table of objects begins.
    xref: usize,
    /// Numbers from here on are new.
    size: u32,
    pub root: u32,
    pub info: Option<u32>,
}

/// What a revision added.
pub(crate) struct Update {
    /// Objects that it holds, old ones and new ones.
    pub numbers: Vec<u32>,
    /// After its `%%EOF`.
    pub mark: usize,
    /// After the end of line that may follow.
    pub end: usize,
}

impl<'a> State<'a> {
    /// The original, the first `end` bytes of the file.
    pub fn original(file: &'a [u8], end: usize) -> Result<Self, Refusal> {
        Self::read(file.get(..end).unwrap_or(file))
            .ok_or(Refusal::BadPdf("original"))
            .map(|state| State { file, ..state })
    }

    fn read(file: &'a [u8]) -> Option<Self> {
        let (sections, start) = xref::chain(file)?;
        let newest = sections.first()?;
        let (root, info, size) = ends(&newest.trailer)?;
        let mut entries = BTreeMap::new();
        for section in sections.iter().rev() {
            entries.extend(section.entries.iter().copied());
        }
        let mut objects = BTreeMap::new();
        for (number, entry) in &entries {
            if let Entry::At(at, generation) = entry {
                let object = xref::object(file, *at, &entries)?;
                let named = object.number == *number && object.generation == *generation;
                named.then(|| objects.insert(*number, Rc::new(object)))?;
            }
        }
        let mut state = Self {
            file,
            objects,
            xref: start,
            size,
            root,
            info,
        };
        let inside = entries.iter().filter_map(|(number, entry)| match entry {
            Entry::In { stream } => Some((*number, *stream)),
            _ => None,
        });
        state.unpack(inside.collect())?;
        Some(state)
    }

    /// Adds the objects that lie in object streams; each stream is read once.
    fn unpack(&mut self, wanted: Vec<(u32, u32)>) -> Option<()> {
        let streams: BTreeSet<u32> = wanted.iter().map(|(_, stream)| *stream).collect();
        let mut found = BTreeMap::new();
        for number in streams {
            let stream = self.objects.get(&number)?;
            for object in xref::unpacked(self.file, stream)? {
                found.insert((object.number, number), Rc::new(object));
            }
        }
        for key in wanted {
            self.objects.insert(key.0, found.remove(&key)?);
        }
        (self.objects.len() <= MOST_OBJECTS).then_some(())
    }

    pub fn get(&self, number: u32) -> Option<&Indirect> {
        self.objects.get(&number).map(Rc::as_ref)
    }

    /// Follows references.
    pub fn resolve<'s>(&'s self, object: &'s Object) -> &'s Object {
        let mut object = object;
        for _ in 0..LONGEST_WAY {
            match object {
                Object::Reference(number) => match self.get(*number) {
                    Some(found) => object = &found.value,
                    None => return &Object::Null,
                },
                other => return other,
            }
        }
        &Object::Null
    }

    /// The value of a dictionary's key, references followed.
    pub fn value<'s>(&'s self, dict: &'s Dict, key: &str) -> Option<&'s Object> {
        dict.get(key.as_bytes()).map(|value| self.resolve(value))
    }

    pub fn catalog(&self) -> Option<&Dict> {
        self.get(self.root)?.dict()
    }

    pub fn is_new(&self, number: u32) -> bool {
        number >= self.size
    }

    /// The bytes of an object's stream.
    pub fn stream(&self, object: &Indirect) -> Option<&[u8]> {
        self.file.get(object.stream.clone()?)
    }

    /// Reads the update that begins at `start`.
    ///
    /// # Errors
    /// Anything but objects, their table, `startxref` and `%%EOF`; a table that does not name
    /// exactly those objects; another root; encryption; an object deleted.
    pub fn update(&self, start: usize) -> Result<(Self, Update), Refusal> {
        let parts = Parts::read(self.file, start)?;
        let section = &parts.section;
        if section.trailer.contains_key(&b"Encrypt"[..]) {
            return Err(Refusal::Rewritten("encryption"));
        }
        if section.previous != Some(self.xref) {
            return Err(Refusal::BadPdf("Prev"));
        }
        let ends = ends(&section.trailer).ok_or(Refusal::BadPdf("trailer"))?;
        let (root, info, size) = ends;
        if root != self.root {
            return Err(Refusal::Rewritten("Root"));
        }
        // Numbers from Size on are nothing to some viewers.
        let highest = section.entries.iter().map(|(number, _)| *number).max();
        if size < self.size || highest.is_some_and(|highest| highest >= size) {
            return Err(Refusal::BadPdf("Size"));
        }
        let mut after = self.clone();
        after.xref = parts.xref;
        after.info = info.or(self.info);
        after.size = size;
        let numbers = after.take(self, &parts)?;
        after.lengths_hold(&numbers)?;
        Ok((
            after,
            Update {
                numbers,
                mark: parts.mark,
                end: parts.end,
            },
        ))
    }

    /// Lengths that were looked for ahead of the table are those that it names.
    fn lengths_hold(&self, numbers: &[u32]) -> Result<(), Refusal> {
        let objects = numbers.iter().filter_map(|number| self.get(*number));
        for object in objects {
            let (Some(dict), Some(stream)) = (object.dict(), &object.stream) else {
                continue;
            };
            if self.value(dict, "Length").and_then(Object::size) != Some(stream.len()) {
                return Err(Refusal::BadPdf("Length"));
            }
        }
        Ok(())
    }

    /// Poppler writes new objects in generation 1. Whether a reference to generation 0 finds one is
    /// up to the viewer: here it does. Of an old number that would be two objects.
    fn admits(&self, object: &Indirect) -> Result<(), Refusal> {
        if object.generation > 0 && self.get(object.number).is_some() {
            return Err(Refusal::BadPdf("generation"));
        }
        Ok(())
    }

    /// Takes in the objects of an update, as its table names them: all of them, each once.
    fn take(&mut self, before: &Self, parts: &Parts) -> Result<Vec<u32>, Refusal> {
        let found: BTreeMap<u32, &Rc<Indirect>> =
            parts.objects.iter().map(|o| (o.number, o)).collect();
        let entries = &parts.section.entries;
        let named: BTreeMap<u32, Entry> = entries.iter().copied().collect();
        if found.len() < parts.objects.len() || named.len() < entries.len() {
            return Err(Refusal::BadPdf("object twice"));
        }
        let own = parts.section.number;
        if found
            .keys()
            .any(|n| !named.contains_key(n) && Some(*n) != own)
        {
            return Err(Refusal::BadPdf("object without entry"));
        }
        let mut inside = Vec::new();
        for (number, entry) in &named {
            match entry {
                Entry::Free if before.get(*number).is_some() => {
                    return Err(Refusal::Rewritten("object deleted"));
                }
                Entry::Free => {}
                Entry::At(at, generation) => {
                    let object = found.get(number).filter(|object| object.at == *at);
                    let object = object.filter(|object| object.generation == *generation);
                    let object = object.ok_or(Refusal::BadPdf("entry without object"))?;
                    before.admits(object)?;
                    self.objects.insert(*number, Rc::clone(object));
                }
                Entry::In { stream }
                    if !found.contains_key(stream) || found.contains_key(number) =>
                {
                    return Err(Refusal::BadPdf("object stream"));
                }
                Entry::In { stream } => inside.push((*number, *stream)),
            }
        }
        let streams: BTreeSet<u32> = inside.iter().map(|(_, stream)| *stream).collect();
        if streams.len() > MOST_STREAMS {
            return Err(Refusal::TooMany("object streams"));
        }
        let unpacked = self.unpack(inside);
        unpacked.ok_or(Refusal::BadPdf("object stream"))?;
        let written = named.iter().filter(|(_, entry)| **entry != Entry::Free);
        Ok(written.map(|(number, _)| *number).collect())
    }
}

/// An update, word by word.
struct Parts {
    objects: Vec<Rc<Indirect>>,
    section: Section,
    xref: usize,
    mark: usize,
    end: usize,
}

impl Parts {
    fn read(file: &[u8], start: usize) -> Result<Self, Refusal> {
        let mut lexer = Lexer::new(file, start);
        let mut objects = Vec::new();
        let mut table = None;
        let lookups = Cell::new(MOST_LENGTHS);
        loop {
            lexer
                .blank()
                .ok_or(Refusal::BadPdf("end mark in between"))?;
            let rest = lexer.rest();
            if rest.starts_with(b"startxref") {
                break;
            } else if rest.starts_with(b"xref") && table.is_none() {
                let at = lexer.at;
                let section = xref::table(&mut lexer).ok_or(Refusal::BadPdf("table"))?;
                table = Some((at, section));
            } else if table.is_none() && objects.len() < MOST_OBJECTS {
                let length = |number| {
                    lookups.set(lookups.get().checked_sub(1)?);
                    xref::length_ahead(file, start, number)
                };
                let object = lexer.indirect(&length).ok_or(Refusal::BadPdf("object"))?;
                objects.push(Rc::new(object));
            } else {
                return Err(Refusal::BadPdf("words after the table"));
            }
        }
        let (xref, mark) = xref::ending(&mut lexer).ok_or(Refusal::BadPdf("startxref"))?;
        let section = match table {
            Some((at, section)) => Some(section).filter(|_| at == xref),
            None => objects
                .iter()
                .find(|object| object.at == xref)
                .and_then(|object| xref::stream(file, object)),
        };
        let section = section.ok_or(Refusal::BadPdf("startxref"))?;
        let after = file.get(mark..).unwrap_or_default();
        let end = mark + end_of_line(after);
        Ok(Self {
            objects,
            section,
            xref,
            mark,
            end,
        })
    }
}

/// Bytes of the end of line at the beginning.
pub(crate) fn end_of_line(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Root, Info and Size of a trailer.
fn ends(trailer: &Dict) -> Option<(u32, Option<u32>, u32)> {
    let root = trailer.get(&b"Root"[..])?.reference()?;
    let info = match trailer.get(&b"Info"[..]) {
        Some(info) => Some(info.reference()?),
        None => None,
    };
    let size = u32::try_from(trailer.get(&b"Size"[..])?.size()?).ok()?;
    Some((root, info, size))
}
