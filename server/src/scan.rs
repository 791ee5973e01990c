//! Viruses. Every file that people send is shown to `clamd` (`CLAMD`) when it comes: one with a virus
//! is not taken. Where the answer does not come at once the file is kept, the office does not open
//! it, and it is shown again until there is one; a virus found then stays in quarantine, where the
//! clerk sees it. Without `CLAMD` nothing is asked.

use std::time::Duration;

use app::api::{AttachmentView, Problem};
use clamav_client::tokio::{Socket, Tcp, scan_buffer};
use rules::t;
use thiserror::Error;
use tokio::time::timeout;

use crate::{
    config::Clamd,
    error::Refusal,
    state::Counter,
    store::{
        StoreError,
        scans::{self, Scan},
    },
};

/// How long somebody who waits for the answer to an upload waits for this one.
const AT_ONCE: Duration = Duration::from_secs(5);
/// How long a file takes at most, when nobody waits.
const LATER: Duration = Duration::from_secs(60);
/// Bytes of a piece that is sent: below the smallest limit that Debian's clamd has.
const PIECE: usize = 64 << 10;
/// Files of one round.
const ROUND: i64 = 20;

#[derive(Debug, Error)]
enum ScanError {
    #[error("clamd cannot be reached: {0}")]
    Io(#[from] std::io::Error),
    #[error("clamd was not done after {0} s")]
    Slow(u64),
    #[error("clamd said: {0}")]
    Answer(String),
}

/// A file that is not taken.
#[derive(Debug, Error)]
#[error("a virus: {found}")]
pub struct Infected {
    pub name: String,
    pub found: String,
}

impl Infected {
    /// What is told beside the control.
    pub fn told(&self) -> String {
        let Self { name, found } = self;
        t!(
            "Nel file «{name}» l'antivirus ha trovato un virus ({found}): non lo prendiamo. Controlla il tuo dispositivo, poi carica un altro file.",
            name,
            found
        )
    }
}

impl Refusal for Infected {
    fn problem(&self) -> Problem {
        Problem::new(422, t!("File non accettato"), self.told())
    }
}

/// What `clamd` says of the bytes.
async fn ask(clamd: &Clamd, bytes: &[u8], within: Duration) -> Result<Scan, ScanError> {
    let asked = async {
        match clamd {
            Clamd::Socket(socket_path) => {
                scan_buffer(bytes, Socket { socket_path }, Some(PIECE)).await
            }
            Clamd::Tcp(host_address) => scan_buffer(bytes, Tcp { host_address }, Some(PIECE)).await,
        }
    };
    let answer = timeout(within, asked).await;
    let answer = answer.map_err(|_| ScanError::Slow(within.as_secs()))??;
    read(&String::from_utf8_lossy(&answer))
}

/// `stream: OK`, `stream: Eicar-Signature FOUND`, or a fault.
fn read(answer: &str) -> Result<Scan, ScanError> {
    let answer = answer.trim_end_matches(['\0', '\n']);
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    match said.strip_suffix(" FOUND") {
        Some(found) => Ok(Scan::Infected(found.chars().take(80).collect())),
        None if said == "OK" => Ok(Scan::Clean),
        None => Err(ScanError::Answer(said.chars().take(200).collect())),
    }
}

/// What is known of a file as it comes; `None`: nobody is asked.
pub async fn arriving(
    counter: &Counter,
    name: &str,
    bytes: &[u8],
) -> Result<Option<Scan>, Infected> {
    let Some(clamd) = &counter.settings.clamd else {
        return Ok(None);
    };
    match ask(clamd, bytes, AT_ONCE).await {
        Ok(Scan::Infected(found)) => Err(Infected {
            name: name.to_owned(),
            found,
        }),
        Ok(scan) => Ok(Some(scan)),
        Err(error) => {
            tracing::warn!(error.cause = %error, "a file waits for the antivirus");
            Ok(Some(Scan::Waiting))
        }
    }
}

/// Shows what waits to `clamd` once more; how many files it has judged. Ends at the first that it
/// does not judge: the others would wait as long.
pub async fn catch_up(counter: &Counter) -> Result<usize, StoreError> {
    let Some(clamd) = &counter.settings.clamd else {
        return Ok(0);
    };
    counter
        .store
        .write::<_, StoreError, _>(|tx| Box::pin(async move { scans::forget_gone(tx).await }))
        .await?;
    let mut judged = 0;
    for file in scans::waiting(&counter.store, ROUND).await? {
        let Ok(bytes) = counter.files.get(&counter.vault, &file).await else {
            // Taken out in the meantime.
            continue;
        };
        let scan = match ask(clamd, &bytes, LATER).await {
            Ok(scan) => scan,
            Err(error) => {
                tracing::warn!(error.cause = %error, "files wait for the antivirus");
                put(counter, file, Scan::Waiting).await?;
                break;
            }
        };
        if let Scan::Infected(found) = &scan {
            tracing::warn!(file.id = %file, virus = %found, "a file is in quarantine");
        }
        put(counter, file, scan).await?;
        judged += 1;
    }
    Ok(judged)
}

async fn put(counter: &Counter, file: String, scan: Scan) -> Result<(), StoreError> {
    let now = counter.now_ms();
    let put = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { scans::put(tx, &file, &scan, now).await })
    });
    put.await
}

/// The files of a draft or a case as its pages show them: with why one is held. What is registered
/// knows nothing of it.
pub async fn told(
    counter: &Counter,
    owner: &str,
    mut files: Vec<AttachmentView>,
) -> Result<Vec<AttachmentView>, StoreError> {
    if files.is_empty() {
        return Ok(files);
    }
    for (id, scan) in scans::held(&counter.store, owner).await? {
        let (held, infected) = match scan {
            Scan::Clean => continue,
            Scan::Waiting => (t!("in controllo antivirus").to_owned(), false),
            Scan::Infected(found) => (t!("in quarantena: c'è un virus ({found})", found), true),
        };
        for file in files.iter_mut().filter(|file| file.file == id) {
            file.held = Some(held.clone());
            file.infected = infected;
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says() {
        assert_eq!(read("stream: OK\0").unwrap(), Scan::Clean);
        let found = Scan::Infected("Eicar-Test-Signature".into());
        assert_eq!(read("stream: Eicar-Test-Signature FOUND\0").unwrap(), found);
        for fault in [
            "",
            "INSTREAM size limit exceeded. ERROR\0",
            "stream: NOT OK\0",
            "OK?",
        ] {
            assert!(matches!(read(fault), Err(ScanError::Answer(_))), "{fault}");
        }
    }
}
