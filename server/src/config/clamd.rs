//! Where the antivirus is.

use std::{path::PathBuf, str::FromStr};

/// Where `clamd` listens: `unix:/run/clamav/clamd.ctl` or `host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clamd {
    Socket(PathBuf),
    Tcp(String),
}

impl FromStr for Clamd {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(Self::Socket(path.into()));
        }
        match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(text.to_owned()))
            }
            _ => Err("serve unix:/percorso/del/socket oppure indirizzo:porta".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_listens() {
        let socket = Clamd::Socket("/run/clamav/clamd.ctl".into());
        assert_eq!("unix:/run/clamav/clamd.ctl".parse(), Ok(socket));
        assert_eq!(
            "127.0.0.1:3310".parse(),
            Ok(Clamd::Tcp("127.0.0.1:3310".into()))
        );
        for wrong in ["", "3310", ":3310", "clamd", "host:x"] {
            assert!(wrong.parse::<Clamd>().is_err(), "{wrong}");
        }
    }
}
