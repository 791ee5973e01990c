//! Login with SPID and with CIE: the only part that knows of providers; the rest sees an `Actor`.

mod accept;
mod provider;
pub mod sessions;
mod start;
mod words;

pub use accept::{AcceptError, LoggedIn, accept};
pub use provider::{ProviderError, ServiceProviders};
pub use start::{StartError, Started, start};

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
