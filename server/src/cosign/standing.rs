//! Who has signed a draft, and who has not.

use app::api::{SignerView, SigningView};
use serde::{Deserialize, Serialize};

use super::{CosignError, signature_context};
use crate::{
    clock::{rfc3339, rome_text},
    state::{Counter, Evidence, PersonData},
    store::cosignatures::{self, CosignatureRow},
};

/// What the registered original keeps of another's signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cosignature {
    pub person: PersonData,
    pub evidence: Evidence,
    /// SHA-256 of what she signed, hex.
    pub hash: String,
    /// RFC 3339.
    pub at: String,
}

/// The signatures that a draft has and lacks.
pub struct Standing {
    pub frozen: bool,
    /// Of what they sign; empty while it is not frozen.
    pub hash: String,
    rows: Vec<CosignatureRow>,
}

impl Standing {
    pub async fn of(counter: &Counter, draft: &str) -> Result<Self, CosignError> {
        let frozen = cosignatures::frozen(&counter.store, draft).await?;
        Ok(Self {
            frozen: frozen.is_some(),
            hash: frozen.map(|row| row.hash).unwrap_or_default(),
            rows: cosignatures::of_draft(&counter.store, draft).await?,
        })
    }

    fn row(&self, counter: &Counter, code: &str) -> Option<&CosignatureRow> {
        let lookup = counter.vault.lookup(code);
        self.rows.iter().find(|row| row.lookup == lookup)
    }

    /// The signatures of all `signers` on `hash`; `None` while one of them is missing.
    pub fn complete(
        &self,
        counter: &Counter,
        signers: &[String],
        hash: &str,
    ) -> Result<Option<Vec<Cosignature>>, CosignError> {
        if self.hash != hash {
            return Ok(None);
        }
        let mut all = Vec::new();
        for code in signers {
            let signed = self.row(counter, code);
            let signed = signed.and_then(|row| Some((row, row.sealed.as_ref()?)));
            let Some((row, sealed)) = signed else {
                return Ok(None);
            };
            let master = counter.vault.master();
            let bytes = master.open(&signature_context(&row.id), sealed)?;
            let (person, evidence) = serde_json::from_slice(&bytes)
                .map_err(|error| CosignError::Corrupt(error.to_string()))?;
            all.push(Cosignature {
                person,
                evidence,
                hash: hash.to_owned(),
                at: rfc3339(row.signed_at.unwrap_or_default()),
            });
        }
        Ok(Some(all))
    }
}

/// For the summary of who prepares the request.
pub async fn view(
    counter: &Counter,
    draft: &str,
    signers: &[String],
) -> Result<SigningView, CosignError> {
    let standing = Standing::of(counter, draft).await?;
    let base = counter.settings.base_url();
    let people = signers.iter().map(|code| {
        let row = standing.row(counter, code);
        SignerView {
            code: code.clone(),
            link: row.map(|row| format!("{base}/firme/{}", row.id)),
            signed: row.and_then(|row| row.signed_at).map(rome_text),
        }
    });
    Ok(SigningView {
        frozen: standing.frozen,
        digital: false,
        people: people.collect(),
    })
}
