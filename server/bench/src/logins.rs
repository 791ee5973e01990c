//! Many logins through the sandbox's SPID, and the signature work in them by itself.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use saml::{
    Expectations, IdentityProvider, KeyPair, Level, Scheme,
    keys::Subject,
    logout::Binding,
    metadata::IdentityProviderDraft,
    request::AuthnRequest,
    response::{Success, validate},
};
use serde_json::{Value, json};
use url::Url;

use crate::{
    figures::{percentiles, rate},
    people,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The counter's address.
    #[arg(long)]
    url: Url,
    /// The sandbox's.
    #[arg(long)]
    sandbox: Url,
    /// At most 1,000.
    #[arg(long, default_value_t = 1_000)]
    people: usize,
}

/// Signatures made and verified, one after the other on one core.
const SIGNATURES: usize = 200;

pub async fn run(arguments: Arguments) -> anyhow::Result<Value> {
    let Arguments {
        url,
        sandbox,
        people,
    } = arguments;
    let begun = Instant::now();
    let entered = people::enter(&url, &sandbox, people).await?;
    let per_second = rate(entered.len(), begun.elapsed());
    let durations =
        |of: fn(&crate::login::Entered) -> Duration| percentiles(entered.iter().map(of).collect());
    let (asked, answered) = (durations(|e| e.asked), durations(|e| e.answered));
    Ok(json!({
        "logins": entered.len(),
        "per_second": per_second,
        "asked": asked,
        "answered": answered,
        "signatures": tokio::task::spawn_blocking(signatures).await??,
    }))
}

fn key(entity_id: &str) -> Result<KeyPair, saml::Error> {
    let subject = Subject {
        organization: "Comune di Prova",
        locality: "Prova",
        entity_id,
        ipa_code: None,
    };
    KeyPair::generate(&subject, Timestamp::UNIX_EPOCH, [7; 16])
}

const COUNTER: &str = "https://sportello.example.it";
const PROVIDER: &str = "https://idp.example.it";

/// Our request signed, and a provider's answer verified.
fn signatures() -> anyhow::Result<Value> {
    let (ours, theirs) = (key(COUNTER)?, key(PROVIDER)?);
    let now = Timestamp::UNIX_EPOCH;
    let request = AuthnRequest {
        id: "_request",
        issued_at: now,
        destination: PROVIDER,
        issuer: COUNTER,
        acs_index: 0,
        attribute_index: 0,
        level: Level::L2,
    };
    let signed = timed(|| request.to_xml(&ours).map(drop))?;
    let answer = answer(&theirs, now)?;
    let provider = IdentityProviderDraft {
        entity_id: PROVIDER,
        display_name: "Prova",
        sso_url: PROVIDER,
        slo_url: None,
        bindings: &[Binding::Post],
    };
    let idp = IdentityProvider::parse(&provider.to_xml("_m", &theirs)?)?;
    let expect = Expectations {
        scheme: Scheme::Spid,
        request_id: "_request",
        issued_at: now,
        acs_url: COUNTER,
        sp_entity_id: COUNTER,
        idp: &idp,
        level: Level::L2,
        required_attributes: &["name"],
        now,
        skew: SignedDuration::from_secs(60),
    };
    let verified = timed(|| validate(&answer, &expect).map(drop))?;
    Ok(json!({ "signed_ms": signed, "verified_ms": verified }))
}

/// As the sandbox answers: assertion and response signed.
fn answer(key: &KeyPair, now: Timestamp) -> Result<String, saml::Error> {
    let attributes: Vec<_> = ["name", "familyName", "dateOfBirth", "email", "mobilePhone"]
        .map(|name| (name.to_owned(), "1980-01-01".to_owned()))
        .into();
    let success = Success {
        response_id: "_response",
        assertion_id: "_assertion",
        in_response_to: "_request",
        acs_url: COUNTER,
        issuer: PROVIDER,
        audience: COUNTER,
        issued_at: now,
        valid_for: SignedDuration::from_secs(300),
        level: Level::L2,
        name_id: "_name",
        session_index: None,
        attributes: &attributes,
        sign_response: true,
    };
    Ok(STANDARD.encode(success.to_xml(key)?))
}

/// Milliseconds of one.
fn timed<E>(mut work: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    let begun = Instant::now();
    for _ in 0..SIGNATURES {
        work()?;
    }
    let one = begun.elapsed().as_secs_f64() * 1e3 / SIGNATURES as f64;
    Ok((one * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_measured_is_a_login_that_is_believed() {
        let figures = super::signatures().unwrap();
        assert!(figures["signed_ms"].as_f64().unwrap() > 0.0);
        assert!(figures["verified_ms"].as_f64().unwrap() > 0.0);
    }
}
