//! `GET /{scheme}/metadata`, and the federation's list of the providers: `/registry`, signed with
//! the key of `/registry.crt`.

use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use saml::logout::Binding;
use saml::metadata::{IdentityProviderDraft, write_list};

use crate::idp::{entity_id, known, unknown};
use crate::state::{State, random};

/// A provider, with the addresses that its draft borrows.
struct Provider {
    entity_id: String,
    sso_url: String,
    slo_url: String,
    name: &'static str,
}

impl Provider {
    fn of(state: &State, scheme: &str) -> Self {
        let entity_id = entity_id(state, scheme);
        Self {
            sso_url: format!("{entity_id}/sso"),
            slo_url: format!("{entity_id}/slo"),
            name: match scheme {
                "cie" => "CIE di prova",
                "eidas" => "eIDAS di prova",
                _ => "SPID di prova",
            },
            entity_id,
        }
    }

    fn draft(&self) -> IdentityProviderDraft<'_> {
        IdentityProviderDraft {
            entity_id: &self.entity_id,
            display_name: self.name,
            sso_url: &self.sso_url,
            slo_url: Some(&self.slo_url),
            bindings: &[Binding::Post, Binding::Redirect],
        }
    }
}

pub async fn get(Extract(state): Extract<State>, Path(scheme): Path<String>) -> Response {
    let Some(scheme) = known(&scheme) else {
        return unknown();
    };
    let provider = Provider::of(&state, scheme);
    xml(provider
        .draft()
        .to_xml(&saml::new_id(&random()), &state.key))
}

/// SPID's: CIE has one provider and no list.
pub async fn list(Extract(state): Extract<State>) -> Response {
    let providers = ["spid", "eidas"].map(|scheme| Provider::of(&state, scheme));
    let drafts = [providers[0].draft(), providers[1].draft()];
    xml(write_list(&saml::new_id(&random()), &drafts, &state.key))
}

pub async fn certificate(Extract(state): Extract<State>) -> String {
    state.key.certificate_pem()
}

fn xml(made: Result<String, saml::Error>) -> Response {
    match made {
        Ok(xml) => (
            [(header::CONTENT_TYPE, "application/samlmetadata+xml")],
            xml,
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
