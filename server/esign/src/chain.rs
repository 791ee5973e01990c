//! The path from the signer's certificate to an authority of the trust list (RFC 5280 section 6,
//! without policies: the trust list says what its authorities are for).
//!
//! webpki is for servers: it wants a DNS name's kind of certificate and knows no nonRepudiation.

use jiff::Timestamp;

use crate::certificate::Certificate;
use crate::trust::Anchor;
use crate::{Refusal, TrustList};

/// Authorities between signer and anchor.
const LONGEST: usize = 4;
/// Signatures of certificates that are verified for one signer: certificates that all have the
/// same name make no work without end.
const MOST_VERIFIED: usize = 64;

struct Search<'a> {
    pool: &'a [Certificate],
    trust: &'a TrustList,
    at: Timestamp,
    left: usize,
    /// The first reason why something that looked like the path was none.
    reason: Option<Refusal>,
}

/// The anchor under which `signer` stands at that time; `pool` are the certificates that came
/// with the signature.
///
/// # Errors
/// What is wrong with the signer's own certificate, or why there is no path.
pub(crate) fn anchor<'a>(
    signer: &Certificate,
    pool: &'a [Certificate],
    trust: &'a TrustList,
    at: Timestamp,
) -> Result<&'a Anchor, Refusal> {
    in_time(signer, at)?;
    signer.may_sign()?;
    signer.is_understood()?;
    let mut search = Search {
        pool,
        trust,
        at,
        left: MOST_VERIFIED,
        reason: None,
    };
    match search.above(signer, 0) {
        Some(anchor) => Ok(anchor),
        None => Err(search.reason.unwrap_or(Refusal::UnknownAuthority)),
    }
}

impl<'a> Search<'a> {
    /// The anchor above a certificate that has `below` authorities below it, itself among them.
    fn above(&mut self, certificate: &Certificate, below: usize) -> Option<&'a Anchor> {
        let (trust, pool) = (self.trust, self.pool);
        for anchor in trust.anchors() {
            if self.issued(&anchor.certificate, certificate, below) {
                return Some(anchor);
            }
        }
        if below == LONGEST {
            return None;
        }
        for issuer in pool {
            // One that issued itself leads nowhere that the list does not know.
            let leads_on = issuer.subject() != issuer.issuer();
            if leads_on && self.issued(issuer, certificate, below) {
                let anchor = self.above(issuer, below + 1);
                if anchor.is_some() {
                    return anchor;
                }
            }
        }
        None
    }

    fn issued(&mut self, issuer: &Certificate, certificate: &Certificate, below: usize) -> bool {
        if issuer.subject() != certificate.issuer() {
            return false;
        }
        let Some(left) = self.left.checked_sub(1) else {
            return false;
        };
        self.left = left;
        let judged = judge(issuer, certificate, below, self.at);
        if let Err(reason) = &judged {
            self.reason.get_or_insert(reason.clone());
        }
        judged.is_ok()
    }
}

fn judge(
    issuer: &Certificate,
    certificate: &Certificate,
    below: usize,
    at: Timestamp,
) -> Result<(), Refusal> {
    issuer.is_authority(below)?;
    issuer.is_understood()?;
    in_time(issuer, at).map_err(|_| Refusal::BadPath("issuer not valid at that time"))?;
    issuer.verifies(certificate).map_err(|reason| match reason {
        Refusal::BadSignature => Refusal::BadPath("certificate's signature does not verify"),
        other => other,
    })
}

fn in_time(certificate: &Certificate, at: Timestamp) -> Result<(), Refusal> {
    let validity = certificate.validity();
    let (from, until) = validity.ok_or(Refusal::BadPath("validity"))?;
    if at < from {
        Err(Refusal::NotYetValid)
    } else if at > until {
        Err(Refusal::Expired)
    } else {
        Ok(())
    }
}
