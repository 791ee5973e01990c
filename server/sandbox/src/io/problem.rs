//! The answers of the service when it says no: `ProblemJson`, with the titles and details of
//! pagopa/io-functions-commons, because clients tell the 403s apart by them.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            status,
            title,
            detail,
        }
    }

    pub fn invalid(title: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, title, detail)
    }

    /// The address of the caller, or what it asks for, is not permitted to this service.
    pub fn not_here() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "You are not allowed here",
            "You do not have enough permission to complete the operation you requested",
        )
    }

    /// The service is being tried and this person is not among its recipients.
    pub fn recipient() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Recipient forbidden",
            "You are not allowed to issue requests for the recipient.",
        )
    }

    pub fn no_configuration() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "No configuration id for remote content",
            "You did not send any configuration id for your remote content in third_party_data",
        )
    }

    pub fn not_your_configuration() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Not your configuration",
            "You're not the owner of the configuration related to the given configuration_id",
        )
    }

    pub fn attachments() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Attachments call forbidden",
            "You are not allowed to send messages with attachments with STANDARD messages, \
             please use ADVANCED",
        )
    }

    pub fn not_found(title: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, title, detail)
    }

    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal server error",
            detail,
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "title": self.title, "status": self.status.as_u16(), "detail": self.detail,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.status, kind, Json(body)).into_response()
    }
}
