//! Documents printed one after the other, as the counter prints them: a process each, within bounds.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::ensure;
use papers::{Attachment, Job, Kind, Moment, Office, Paper, Petition, Section, Town};
use serde_json::{Value, json};

use crate::figures::{percentiles, rate};

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long)]
    renderer: PathBuf,
    #[arg(long, default_value_t = 30)]
    count: usize,
}

/// A request of two pages, as the catalogue's are.
fn job() -> Job {
    let s = str::to_owned;
    let lines = |part: usize| {
        (0..12).map(move |n| {
            (
                format!("Domanda {part}.{n}"),
                s("Una risposta di lunghezza usuale"),
            )
        })
    };
    let sections = (0..4).map(|part| Section {
        title: format!("Parte {part}"),
        lines: lines(part).collect(),
    });
    let petition = Petition {
        applicant: vec![
            (s("Chi chiede"), s("Maria Lovascio")),
            (s("Codice fiscale"), s("LVSMRA88C54A893I")),
        ],
        sections: sections.collect(),
        attachments: vec![Attachment {
            title: s("Documento"),
            file: s("documento.pdf"),
            size: s("1,2 MB"),
            sha256: "0f".repeat(32),
        }],
        declarations: vec![s("Dichiaro che quanto ho scritto è vero.")],
        ..Petition::default()
    };
    Job {
        identifier: s("bench/1"),
        made: Moment {
            year: 2026,
            month: 11,
            day: 24,
            hour: 10,
            minute: 31,
            second: 5,
            offset: 60,
        },
        paper: Paper {
            title: s("Richiesta"),
            service: s("Passo carrabile"),
            town: Town {
                name: s("Bitonto"),
                colour: s("#0066cc"),
                crest: None,
                address: s("Corso Vittorio Emanuele II, 41"),
                phone: s("080 3716111"),
                email: s("protocollo@example.it"),
                pec: s("protocollo@pec.example.it"),
                fiscal_code: s("00382650729"),
            },
            office: Office::default(),
            protocol: s("0000123/2026"),
            registered: s("24/11/2026, 10:31"),
            original: "9f".repeat(32),
            kind: Kind::Petition(petition),
        },
    }
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Value> {
    let job = serde_json::to_vec(&job())?;
    let begun = Instant::now();
    let mut took = Vec::new();
    let mut bytes = 0;
    for _ in 0..arguments.count {
        let start = Instant::now();
        let mut child = Command::new(&arguments.renderer)
            .args(["1073741824", "30"])
            .env_clear()
            // One core: the figure is a core's.
            .envs([("RAYON_NUM_THREADS", "1"), ("MALLOC_ARENA_MAX", "2")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(&job)?;
        }
        let output = child.wait_with_output()?;
        ensure!(
            output.status.success() && output.stdout.starts_with(b"%PDF-"),
            "no document"
        );
        bytes = output.stdout.len();
        took.push(start.elapsed());
    }
    let per_second = rate(took.len(), begun.elapsed());
    Ok(json!({"per_second": per_second, "bytes": bytes, "took": percentiles(took)}))
}
