//! `GET /spid/metadata`, `GET /cie/metadata`.

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use saml::metadata::IdentityProviderDraft;

use crate::idp::{entity_id, known, unknown};
use crate::state::{State, random};

pub async fn get(Extract(state): Extract<State>, Path(scheme): Path<String>) -> Response {
    let Some(scheme) = known(&scheme) else {
        return unknown();
    };
    let entity_id = entity_id(&state, scheme);
    let draft = IdentityProviderDraft {
        entity_id: &entity_id,
        display_name: match scheme {
            "cie" => "CIE di prova",
            _ => "SPID di prova",
        },
        sso_url: &format!("{entity_id}/sso"),
        slo_url: None,
    };
    match draft.to_xml(&saml::new_id(&random()), &state.key) {
        Ok(xml) => (
            [(header::CONTENT_TYPE, "application/samlmetadata+xml")],
            xml,
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
