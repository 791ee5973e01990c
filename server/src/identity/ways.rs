//! The ways in that the login page shows.

use app::api::{LoginPage, Provider};
use saml::{Level, Scheme};
use url::form_urlencoded::Serializer;

use super::{Kind, Listed};
use crate::{clock::Rng, state::Counter};

/// All that can be entered with, going on to `next` afterwards.
pub fn ways(counter: &Counter, next: &str, level: Level) -> LoginPage {
    let spid = counter.identity.of(Scheme::Spid).listed();
    let cie = counter.identity.of(Scheme::Cie).listed();
    let first = |scheme, listed: &[Listed], kind| {
        let found = listed.iter().find(|listed| listed.kind == kind)?;
        Some(address(scheme, found, next, level))
    };
    LoginPage {
        next: next.to_owned(),
        notice: None,
        cie: first(Scheme::Cie, &cie, Kind::Cie),
        eidas: first(Scheme::Spid, &spid, Kind::Eidas),
        spid: shuffled(
            &*counter.rng,
            spid.into_iter()
                .filter(|listed| listed.kind == Kind::Spid)
                .map(|listed| Provider {
                    href: address(Scheme::Spid, &listed, next, level),
                    name: listed.name,
                })
                .collect(),
        ),
    }
}

fn address(scheme: Scheme, provider: &Listed, next: &str, level: Level) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("idp", &provider.entity_id);
    query.append_pair("next", next);
    if level > Level::L2 {
        query.append_pair("livello", &level.number().to_string());
    }
    format!("/{}/login?{}", scheme.as_str(), query.finish())
}

/// In random order, as AgID wants it: none of them is the first.
fn shuffled(rng: &dyn Rng, mut providers: Vec<Provider>) -> Vec<Provider> {
    for last in (1..providers.len()).rev() {
        let mut random = [0u8; 8];
        rng.fill(&mut random);
        let many = u64::try_from(last + 1).unwrap_or(1);
        let chosen = u64::from_le_bytes(random) % many;
        providers.swap(last, usize::try_from(chosen).unwrap_or(last));
    }
    providers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    #[test]
    fn each_order_comes() {
        let provider = |name: &str| Provider {
            name: name.to_owned(),
            href: String::new(),
        };
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..400 {
            let all = ["a", "b", "c"].map(provider).to_vec();
            let order = shuffled(&SystemRng, all).into_iter().map(|p| p.name);
            seen.insert(order.collect::<String>());
        }
        assert_eq!(seen.len(), 6, "{seen:?}");
    }
}
