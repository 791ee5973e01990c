//! Somebody's digital signature: a test authority, and the program with which people sign.

use std::fs;
use std::path::Path;

use anyhow::Context;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use esign::samples::{Authority, Key, Owner, SampleError, sign_cades, sign_pades};
use jiff::{SignedDuration, Timestamp};

use crate::CITIZENS;
use crate::page::{escape, page};
use crate::state::{State, now, write_secret};

/// Largest file, as at the counter.
const FILE_BYTES: usize = 32 << 20;
const YEARS: i64 = 3;

pub fn routes() -> Router<State> {
    Router::new()
        .route("/firma", get(form).post(sign))
        .route("/firma/autorita.pem", get(certificate))
        .layer(DefaultBodyLimit::max(FILE_BYTES))
}

/// Made once, then kept: the counter trusts `firma.pem`.
pub fn authority(folder: &Path) -> anyhow::Result<Authority> {
    let (private, public) = (folder.join("firma.key.pem"), folder.join("firma.pem"));
    if private.exists() && public.exists() {
        let pair = (fs::read_to_string(private)?, fs::read_to_string(public)?);
        return Authority::from_pem(&pair.0, &pair.1).context("sandbox: firma.pem");
    }
    let authority = Authority::new("Ente di certificazione di prova", now())?;
    write_secret(&private, authority.private_pem())?;
    fs::write(public, authority.certificate_pem())?;
    Ok(authority)
}

/// `GET /firma/autorita.pem`
async fn certificate(Extract(state): Extract<State>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/x-pem-file")];
    (headers, state.authority.certificate_pem().to_owned()).into_response()
}

/// `GET /firma`
async fn form() -> Response {
    let people: String = CITIZENS
        .iter()
        .map(|citizen| {
            format!(
                "<option value=\"{code}\">{name} {family} ({code})</option>",
                code = citizen.fiscal_number,
                name = escape(citizen.name),
                family = escape(citizen.family_name),
            )
        })
        .collect();
    let body = format!(
        "<p>Qui si firma un documento come con la propria smart card, per finta.</p>\
         <form method=\"post\" action=\"/firma\" enctype=\"multipart/form-data\" class=\"box\">\
         <label for=\"chi\">Chi firma</label><select id=\"chi\" name=\"chi\">{people}</select>\
         <label for=\"formato\">Formato</label><select id=\"formato\" name=\"formato\">\
         <option value=\"pades\">PAdES (PDF)</option><option value=\"cades\">CAdES (.p7m)</option></select>\
         <label for=\"file\">Documento</label><input id=\"file\" name=\"file\" type=\"file\" required>\
         <p><button>Firma</button></p></form>\
         <p><a href=\"/firma/autorita.pem\">Il certificato dell'ente di prova</a>, \
         <a href=\"/\">inizio</a></p>"
    );
    page(StatusCode::OK, "Firma digitale", &body)
}

#[derive(Default)]
struct Wanted {
    who: String,
    format: String,
    name: String,
    file: Vec<u8>,
}

async fn read(mut form: Multipart) -> Result<Wanted, axum::extract::multipart::MultipartError> {
    let mut wanted = Wanted::default();
    while let Some(field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "chi" => wanted.who = field.text().await?,
            "formato" => wanted.format = field.text().await?,
            "file" => {
                wanted.name = field.file_name().unwrap_or_default().to_owned();
                wanted.file = field.bytes().await?.to_vec();
            }
            _ => {}
        }
    }
    Ok(wanted)
}

/// `POST /firma`: fields `chi` (codice fiscale), `formato` (`pades`, `cades`), `file`. The signed
/// file.
async fn sign(Extract(state): Extract<State>, form: Multipart) -> Response {
    let refused = |why: &str| {
        let body = format!(
            "<p>{}</p><p><a href=\"/firma\">Indietro</a></p>",
            escape(why)
        );
        page(StatusCode::BAD_REQUEST, "Firma digitale", &body)
    };
    let wanted = match read(form).await {
        Ok(wanted) => wanted,
        Err(error) => return refused(&error.body_text()),
    };
    let signed = match signed(&state.authority, &wanted, now()) {
        Ok(signed) => signed,
        Err(error) => return refused(&error.to_string()),
    };
    let stem = wanted.name.strip_suffix(".pdf").unwrap_or(&wanted.name);
    let (kind, name) = match wanted.format.as_str() {
        "cades" => ("application/pkcs7-mime", format!("{}.p7m", wanted.name)),
        _ => ("application/pdf", format!("{stem}-firmato.pdf")),
    };
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
    ];
    (headers, signed).into_response()
}

fn signed(authority: &Authority, wanted: &Wanted, now: Timestamp) -> Result<Vec<u8>, SampleError> {
    let found = CITIZENS.iter().find(|c| c.fiscal_number == wanted.who);
    let (given_name, surname) = found.map_or(("Persona", "Di Prova"), |c| (c.name, c.family_name));
    let serial_number = format!("TINIT-{}", wanted.who);
    let signer = authority.issue(&Owner {
        given_name,
        surname,
        serial_number: &serial_number,
        valid: (
            now - SignedDuration::from_hours(24 * 365),
            now + SignedDuration::from_hours(24 * 365 * YEARS),
        ),
        key: Key::P256,
        qualified: true,
        may_sign: true,
    })?;
    match wanted.format.as_str() {
        "cades" => sign_cades(&wanted.file, &signer, now),
        _ => sign_pades(&wanted.file, &signer, now),
    }
}
