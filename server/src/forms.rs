//! Bodies of posted forms: `application/x-www-form-urlencoded`, `multipart/form-data`, JSON.

use std::{collections::BTreeMap, error::Error as StdError};

use app::api::{Problem, SaveRequest};
use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header::CONTENT_TYPE,
};
use http_body_util::LengthLimitError;
use rules::{
    form::{Answer, Answers},
    t,
};
use thiserror::Error;
use tower_http::timeout::TimeoutError;

use crate::{error::Refusal, http::TooSlow};

/// Text of all fields together.
const FIELD_BYTES: usize = 2 << 20;
const FIELDS: usize = 1_000;
const FILES: usize = 25;
/// Everything in one post.
pub const BODY_BYTES: usize = 40 << 20;
/// Highest row number that is read; the form's own limit comes later.
const ROWS: usize = 200;

#[derive(Debug, Error)]
pub enum FormError {
    #[error("the body is over the limits")]
    TooLarge,
    #[error("the body did not come in time")]
    TooSlow,
    #[error("the body is not a form: {0}")]
    Unreadable(String),
}

impl Refusal for FormError {
    fn problem(&self) -> Problem {
        match self {
            Self::TooLarge => Problem::new(
                413,
                t!("Hai inviato troppi dati"),
                t!(
                    "I testi o i file sono troppo grandi. Torna indietro, accorcia i testi o manda i file uno alla volta."
                ),
            ),
            Self::TooSlow => incomplete(408),
            Self::Unreadable(_) => incomplete(400),
        }
    }
}

fn incomplete(status: u16) -> Problem {
    Problem::new(
        status,
        t!("Modulo non leggibile"),
        t!(
            "Il modulo è arrivato incompleto. Torna indietro e riprova: la bozza salvata c'è ancora."
        ),
    )
}

/// A file chosen in a form.
#[derive(Clone, Debug)]
pub struct PostedFile {
    /// Name of the control, `allegati.planimetria`.
    pub field: String,
    pub name: String,
    pub bytes: Bytes,
}

/// What becomes of the bytes of files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Files {
    Kept,
    /// Only their names stay.
    Dropped,
}

/// Fields in the order of the form, and files.
#[derive(Clone, Debug, Default)]
pub struct FormBody {
    pub fields: Vec<(String, String)>,
    pub files: Vec<PostedFile>,
}

impl FormBody {
    /// The last value of a field; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.fields
            .iter()
            .rev()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value)
    }

    /// Reads any of the three kinds, within limits.
    pub async fn read(request: Request) -> Result<Self, FormError> {
        Self::read_with(request, Files::Kept).await
    }

    /// The same for somebody without a session, whose files would only fill the memory.
    pub async fn read_texts(request: Request) -> Result<Self, FormError> {
        Self::read_with(request, Files::Dropped).await
    }

    async fn read_with(request: Request, files: Files) -> Result<Self, FormError> {
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.parse::<mime::Mime>().ok());
        match kind.as_ref().map(mime::Mime::essence_str) {
            Some("multipart/form-data") => Self::read_multipart(request, files).await,
            Some("application/json") => Self::read_json(&bytes(request, FIELD_BYTES).await?),
            _ => Self::read_urlencoded(&bytes(request, FIELD_BYTES).await?),
        }
    }

    fn read_urlencoded(body: &[u8]) -> Result<Self, FormError> {
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(body)
            .take(FIELDS + 1)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self {
            fields,
            files: Vec::new(),
        }
        .within_limits()
    }

    /// An object of strings: what the browser posts for short forms.
    fn read_json(body: &[u8]) -> Result<Self, FormError> {
        let object: BTreeMap<String, String> =
            serde_json::from_slice(body).map_err(|e| FormError::Unreadable(e.to_string()))?;
        Self {
            fields: object.into_iter().collect(),
            files: Vec::new(),
        }
        .within_limits()
    }

    async fn read_multipart(request: Request, files: Files) -> Result<Self, FormError> {
        let unreadable = |e: axum::extract::multipart::MultipartError| match e.status().as_u16() {
            413 => FormError::TooLarge,
            _ if is_slow(&e) => FormError::TooSlow,
            _ => FormError::Unreadable(e.body_text()),
        };
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|e| FormError::Unreadable(e.body_text()))?;
        let mut form = Self::default();
        let mut text = 0;
        while let Some(mut part) = parts.next_field().await.map_err(unreadable)? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(name) if files == Files::Dropped => {
                    while part.chunk().await.map_err(unreadable)?.is_some() {}
                    if !name.is_empty() {
                        let bytes = Bytes::new();
                        form.files.push(PostedFile { field, name, bytes });
                    }
                }
                Some(name) => {
                    let bytes = part.bytes().await.map_err(unreadable)?;
                    // A file control left empty posts a nameless empty part.
                    if !(name.is_empty() && bytes.is_empty()) {
                        form.files.push(PostedFile { field, name, bytes });
                    }
                }
                None => {
                    let mut value = Vec::new();
                    while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
                        text += chunk.len();
                        // Before the rest comes in.
                        if text > FIELD_BYTES {
                            return Err(FormError::TooLarge);
                        }
                        value.extend_from_slice(&chunk);
                    }
                    let value = String::from_utf8_lossy(&value).into_owned();
                    form.fields.push((field, value));
                }
            }
            if form.fields.len() > FIELDS || form.files.len() > FILES {
                return Err(FormError::TooLarge);
            }
        }
        form.within_limits()
    }

    fn within_limits(self) -> Result<Self, FormError> {
        if self.fields.len() > FIELDS {
            Err(FormError::TooLarge)
        } else {
            Ok(self)
        }
    }

    /// The guided form's post: controls are named as the catalogue names fields.
    pub fn save_request(&self) -> SaveRequest {
        let mut save = SaveRequest::default();
        for (name, value) in &self.fields {
            let value = value.replace("\r\n", "\n");
            match name.as_str() {
                "azione" => save.azione = value,
                "passo" => save.passo = value,
                "versione" => save.versione = value.parse().unwrap_or_default(),
                "bozza" => save.bozza = value,
                "informativa" => save.informativa = value,
                _ => match name.strip_prefix("dichiarazioni.") {
                    Some(id) => save.dichiarazioni.push(id.to_owned()),
                    None => put(&mut save.risposte, name, value),
                },
            }
        }
        save
    }

    /// The answers of controls whose names begin with `prefix`, without it.
    pub fn answers_under(&self, prefix: &str) -> Answers {
        let mut answers = Answers::default();
        for (name, value) in &self.fields {
            if let Some(path) = name.strip_prefix(prefix) {
                put(&mut answers, path, value.replace("\r\n", "\n"));
            }
        }
        answers
    }
}

/// Puts `campo` or `elenco.0.campo`; a name that comes again makes a list of choices.
fn put(answers: &mut Answers, name: &str, value: String) {
    let mut parts = name.splitn(3, '.');
    let (Some(first), row, field) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    match (row.map(str::parse::<usize>), field) {
        (None, _) => add(&mut answers.0, first, value),
        (Some(Ok(row)), Some(field)) if row < ROWS => {
            let group = answers
                .0
                .entry(first.to_owned())
                .or_insert(Answer::Rows(Vec::new()));
            if let Answer::Rows(rows) = group {
                if rows.len() <= row {
                    rows.resize_with(row + 1, BTreeMap::new);
                }
                add(&mut rows[row], field, value);
            }
        }
        // `scelta.<path>` and other names of our own are read from the fields.
        _ => {}
    }
}

fn add(into: &mut BTreeMap<String, Answer>, name: &str, value: String) {
    let merged = match into.remove(name) {
        Some(Answer::Text(first)) => Answer::Many(vec![first, value]),
        Some(Answer::Many(mut all)) => {
            all.push(value);
            Answer::Many(all)
        }
        _ => Answer::Text(value),
    };
    into.insert(name.to_owned(), merged);
}

/// The whole body, at most `limit` bytes.
pub async fn bytes(request: Request, limit: usize) -> Result<Bytes, FormError> {
    axum::body::to_bytes(request.into_body(), limit)
        .await
        .map_err(|error| match error.source() {
            Some(source) if source.is::<LengthLimitError>() => FormError::TooLarge,
            _ if is_slow(&error) => FormError::TooSlow,
            _ => FormError::Unreadable(error.to_string()),
        })
}

/// Whether one of the two clocks of `http::listen` ended the body.
fn is_slow(error: &(dyn StdError + 'static)) -> bool {
    let is_it = error.is::<TooSlow>() || error.is::<TimeoutError>();
    is_it || error.source().is_some_and(is_slow)
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use axum::{body::Body, extract::DefaultBodyLimit};
    use futures::StreamExt as _;

    use super::*;

    fn save(body: &str) -> SaveRequest {
        FormBody::read_urlencoded(body.as_bytes())
            .unwrap()
            .save_request()
    }

    /// A text part that would be 40 MB; how many of its pieces of 64 KiB were taken.
    async fn taken(files: Files) -> usize {
        let taken = Arc::new(AtomicUsize::new(0));
        let head = "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n";
        let counted = Arc::clone(&taken);
        let pieces = (0..640).map(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(Bytes::from_static(&[b'a'; 64 << 10]))
        });
        let pieces = std::iter::once(Ok(Bytes::from(head))).chain(pieces);
        // As from a connection: never two at once.
        let pieces = futures::stream::iter(pieces).then(async |piece| {
            tokio::task::yield_now().await;
            piece
        });
        let body = Body::from_stream(pieces);
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        let mut request = request.body(body).unwrap();
        DefaultBodyLimit::max(BODY_BYTES).apply(&mut request);
        let read = FormBody::read_with(request, files).await;
        assert!(matches!(read, Err(FormError::TooLarge)), "{read:?}");
        taken.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn a_text_that_is_too_long_is_not_read_to_its_end() {
        for files in [Files::Kept, Files::Dropped] {
            let taken = taken(files).await;
            assert!((32..48).contains(&taken), "{taken}");
        }
    }

    #[test]
    fn controls_are_named_as_fields() {
        let save = save(
            "azione=avanti&passo=importi&versione=3&annualita.1.anno=2025&annualita.0.anno=2024&modo=bonifico&dichiarazioni.privacy=si",
        );
        assert_eq!(
            (save.azione.as_str(), save.passo.as_str(), save.versione),
            ("avanti", "importi", 3)
        );
        assert_eq!(save.dichiarazioni, ["privacy"]);
        let Some(Answer::Rows(rows)) = save.risposte.0.get("annualita") else {
            panic!("no rows")
        };
        assert_eq!(rows[1]["anno"], Answer::Text("2025".into()));
        assert_eq!(save.risposte.0["modo"], Answer::Text("bonifico".into()));
    }

    #[test]
    fn a_conflict_carries_whole_groups() {
        let body = b"scelta.anni=mia&mia.anni.0.anno=2024&mia.anni.1.anno=2025&mia.email=a%40b.it&email=no";
        let mine = FormBody::read_urlencoded(body)
            .unwrap()
            .answers_under("mia.");
        let Some(Answer::Rows(rows)) = mine.0.get("anni") else {
            panic!("no rows")
        };
        assert_eq!(
            (rows.len(), &rows[1]["anno"]),
            (2, &Answer::Text("2025".into()))
        );
        assert_eq!(mine.0["email"], Answer::Text("a@b.it".into()));
    }

    #[test]
    fn a_repeated_name_is_a_list() {
        let save = save("giorni=lun&giorni=mar&giorni=mer");
        assert_eq!(
            save.risposte.0["giorni"],
            Answer::Many(vec!["lun".into(), "mar".into(), "mer".into()])
        );
    }

    #[test]
    fn absurd_rows_and_too_many_fields_do_no_harm() {
        assert!(
            save("e.999999999.a=1&e.99999999999999999999.a=1&e.x.a=1&e.=1")
                .risposte
                .0
                .is_empty()
        );
        let many = "a=1&".repeat(1_001);
        assert!(matches!(
            FormBody::read_urlencoded(many.as_bytes()),
            Err(FormError::TooLarge)
        ));
    }
}
