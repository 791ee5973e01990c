//! `renderer MEMORY SECONDS`: a job (JSON, [`papers::Job`]) on standard input, its PDF on
//! standard output. Takes no more than MEMORY bytes of address space and SECONDS of processor.
//!
//! Standard error tells in one line what went wrong, without a word of the document.

use std::{
    io::{Read, Write},
    process::ExitCode,
};

use documents::{RenderError, papers::Job, render};
use rustix::process::{Resource, Rlimit, nice, setrlimit};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), &'static str> {
    limit()?;
    let mut input = Vec::new();
    std::io::stdin()
        .read_to_end(&mut input)
        .map_err(|_| "the job cannot be read")?;
    let job: Job = serde_json::from_slice(&input).map_err(|_| "the job is not one")?;
    let pdf = render(&job).map_err(|error| match error {
        RenderError::Job(_) => "the job cannot be written",
        RenderError::Typeset(_) => "a template does not fit the document",
        RenderError::Standard(_) => "the document does not fit the standard",
        RenderError::Date => "the document's date does not exist",
    })?;
    std::io::stdout()
        .write_all(&pdf)
        .map_err(|_| "the PDF cannot be written")
}

/// Who waits at the counter comes before a document that nobody waits for.
const NICE: i32 = 15;

/// What the kernel enforces, whatever the document brings about.
fn limit() -> Result<(), &'static str> {
    nice(NICE).map_err(|_| "the limits cannot be set")?;
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Some(Ok(memory)), Some(Ok(seconds))) = (numbers.next(), numbers.next()) else {
        return Err("renderer MEMORY SECONDS");
    };
    for (resource, most) in [
        (Resource::As, memory),
        (Resource::Cpu, seconds),
        // No copy of the document on the disk.
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit).map_err(|_| "the limits cannot be set")?;
    }
    Ok(())
}
