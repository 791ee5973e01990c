//! Login with SPID and with CIE: the only part that knows of providers; the rest sees an `Actor`.

use saml::Level;

mod accept;
pub mod evidence;
pub mod keys;
pub mod logout;
mod provider;
mod providers;
pub mod sessions;
mod start;
mod ways;
mod words;

pub use accept::{AcceptError, LoggedIn, Rejected, accept};
pub use provider::{ProviderError, ServiceProviders};
pub use providers::{Kind, Listed};
pub use start::{StartError, Started, Way, Wish, start};
pub use ways::ways;

/// The level that an address asks for (`livello=3`): 2, unless it is more.
pub fn asked_level(text: Option<&str>) -> Level {
    let number = text.and_then(|text| text.parse().ok());
    let asked = number.and_then(Level::from_number);
    asked
        .filter(|level| *level > Level::L2)
        .unwrap_or(Level::L2)
}

/// A path of this site to go on to; anything else becomes the personal area.
pub fn local_path(next: &str) -> String {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control())
        && next.len() <= 512;
    if local {
        next.to_owned()
    } else {
        "/area-personale".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_local_paths() {
        assert_eq!(
            local_path("/servizi/x/richiesta?passo=a"),
            "/servizi/x/richiesta?passo=a"
        );
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "x",
            "/a\r\nb",
            "/\t/evil.example",
        ] {
            assert_eq!(local_path(foreign), "/area-personale", "{foreign}");
        }
    }
}
