//! Runs the program `renderer`: one document, one process, within bounds.

use std::{path::Path, process::Stdio, time::Duration};

use papers::Job;
use thiserror::Error;
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

/// Longest line of its standard error that is told.
const REASON_CHARS: usize = 200;

/// What one document may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// On the clock and of the processor; then it is killed.
    pub time: Duration,
    /// Address space, bytes.
    pub memory: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(30),
            memory: 1 << 30,
        }
    }
}

/// No variant quotes the document.
#[derive(Debug, Error)]
pub enum PrintError {
    #[error("the renderer cannot be started: {0}")]
    Start(#[source] std::io::Error),
    #[error("the job cannot be written: {0}")]
    Job(#[from] serde_json::Error),
    #[error("the renderer was not done after {0} s")]
    Slow(u64),
    #[error("the renderer ended ({status}): {reason}")]
    Ended { status: String, reason: String },
    #[error("the renderer cannot be read: {0}")]
    Output(#[source] std::io::Error),
}

/// The PDF of `job`. The process sees nothing but its input: no environment, no open file.
pub async fn print(program: &Path, job: &Job, bounds: Bounds) -> Result<Vec<u8>, PrintError> {
    let input = serde_json::to_vec(job)?;
    let seconds = bounds.time.as_secs().max(1);
    let mut child = Command::new(program)
        .args([bounds.memory.to_string(), seconds.to_string()])
        .env_clear()
        // Threads and arenas take address space on a machine of many cores.
        .envs([("RAYON_NUM_THREADS", "2"), ("MALLOC_ARENA_MAX", "2")])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Also when this future is dropped: then nobody waits for the answer.
        .kill_on_drop(true)
        .spawn()
        .map_err(PrintError::Start)?;
    let pipe = child.stdin.take();
    let feed = async move {
        if let Some(mut pipe) = pipe {
            // A renderer that ends before it has read all says why by itself.
            let _ = pipe.write_all(&input).await;
        }
    };
    let work = async { tokio::join!(feed, child.wait_with_output()).1 };
    let output = timeout(bounds.time, work)
        .await
        .map_err(|_| PrintError::Slow(seconds))?
        .map_err(PrintError::Output)?;
    if output.status.success() && output.stdout.starts_with(b"%PDF-") {
        return Ok(output.stdout);
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(PrintError::Ended {
        status: output.status.to_string(),
        reason: reason.trim().chars().take(REASON_CHARS).collect(),
    })
}
