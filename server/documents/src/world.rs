//! All that the typesetter may see: the templates, the fonts, one JSON file and the crest.

use std::sync::LazyLock;

use papers::{Kind, Paper};
use typst::{
    Feature, Features, Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::{RenderError, letters::Alphabet};

const TEMPLATES: [(&str, &str); 8] = [
    ("/look.typ", include_str!("../templates/look.typ")),
    ("/petition.typ", include_str!("../templates/petition.typ")),
    ("/terms.typ", include_str!("../templates/terms.typ")),
    ("/to_sign.typ", include_str!("../templates/to_sign.typ")),
    ("/receipt.typ", include_str!("../templates/receipt.typ")),
    ("/request.typ", include_str!("../templates/request.typ")),
    ("/decision.typ", include_str!("../templates/decision.typ")),
    ("/refusal.typ", include_str!("../templates/refusal.typ")),
];
/// The template that comes with the document.
pub const OWN_TEMPLATE: &str = "/issued.typ";
const PAPER: &str = "/paper.json";
const CREST: &str = "/crest.svg";

/// Titillium is the town's hand; the others lend the letters that it does not have.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 8] = [
        include_bytes!("../fonts/TitilliumWeb-Regular.ttf"),
        include_bytes!("../fonts/TitilliumWeb-Italic.ttf"),
        include_bytes!("../fonts/TitilliumWeb-SemiBold.ttf"),
        include_bytes!("../fonts/TitilliumWeb-Bold.ttf"),
        include_bytes!("../fonts/NotoSans-Regular.ttf"),
        include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
        include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
        include_bytes!("../fonts/NotoEmoji-Regular.ttf"),
    ];
    files
        .into_iter()
        .filter_map(|bytes| Font::new(Bytes::new(bytes), 0))
        .collect()
});

/// How many of the first fonts are Titillium.
const OWN: usize = 4;

/// Whether a font of the alphabet has a sign for `letter`.
pub fn has_sign(letter: char, alphabet: Alphabet) -> bool {
    let fonts = match alphabet {
        Alphabet::All => &FONTS[..],
        Alphabet::Plain => &FONTS[..OWN],
    };
    let has = |font: &Font| font.info().coverage.contains(letter.into());
    // Titillium's cuts have the same letters but for a few: all of them must have it.
    FONTS[..OWN].iter().all(has) || fonts.iter().skip(OWN).any(has)
}

/// One document on the desk.
pub struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    main: FileId,
    paper: Bytes,
    crest: Option<Bytes>,
    /// Empty where the template is one of ours.
    own_template: String,
}

impl Desk {
    pub fn new(main: &str, paper: &Paper, alphabet: Alphabet) -> Result<Self, RenderError> {
        let mut value = serde_json::to_value(paper)?;
        // The crest is a picture, not a text.
        let crest = value["town"]["crest"].take();
        value["town"]["crest"] = crest.is_string().into();
        alphabet.keep_to(&mut value);
        let library = Library::builder()
            .with_features(Features::from_iter([Feature::A11yExtras]))
            .build();
        Ok(Self {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_fonts(FONTS.iter())),
            main: id(main).ok_or_else(|| RenderError::Typeset(main.to_owned()))?,
            paper: Bytes::from_string(value.to_string()),
            crest: crest.as_str().map(|svg| Bytes::from_string(svg.to_owned())),
            own_template: match &paper.kind {
                Kind::Issued(issued) => issued.source.clone(),
                _ => String::new(),
            },
        })
    }

    /// Place and message of the first error.
    pub fn explain(&self, all: &[SourceDiagnostic]) -> (String, String) {
        let Some(first) = all.first() else {
            return (String::new(), "no reason given".to_owned());
        };
        let place = first.span.id().map(|id| {
            let path = id.get().vpath().get_with_slash().to_owned();
            let line = self.source(id).ok().and_then(|source| {
                let range = typst::WorldExt::range(self, first.span)?;
                source.lines().byte_to_line(range.start)
            });
            format!("{path}:{}", line.map_or(0, |line| line + 1))
        });
        (place.unwrap_or_default(), first.message.to_string())
    }
}

fn id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let path = id.get().vpath().get_with_slash();
        if path == OWN_TEMPLATE {
            return Ok(Source::new(id, self.own_template.clone()));
        }
        TEMPLATES
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, text)| Source::new(id, (*text).to_owned()))
            .ok_or_else(|| missing(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.get().vpath().get_with_slash() {
            PAPER => Ok(self.paper.clone()),
            CREST => self.crest.clone().ok_or_else(|| missing(id)),
            _ => Err(missing(id)),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    /// A document must not depend on the day on which it is printed.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
