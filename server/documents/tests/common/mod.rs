#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]
#![expect(dead_code, reason = "each test file uses its part")]

//! One document of each kind, and readers that are not ours.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use documents::papers::*;

pub const CREST: &str = include_str!("../../../../public/stemma.svg");

fn s(text: &str) -> String {
    text.to_owned()
}

fn line(label: &str, value: &str) -> Line {
    (s(label), s(value))
}

/// Name and job, a line each kind.
pub fn jobs() -> Vec<(&'static str, Job)> {
    vec![
        ("istanza", job("Richiesta", Kind::Petition(petition()))),
        ("da_firmare", to_sign()),
        ("ricevuta", job("Ricevuta", Kind::Receipt(receipt()))),
        (
            "richiesta_integrazione",
            job("Richiesta di documenti", Kind::Request(request())),
        ),
        (
            "provvedimento",
            job("Decisione", Kind::Decision(decision())),
        ),
        (
            "irricevibilita",
            job("Irricevibilità", Kind::Refusal(refusal())),
        ),
        ("condizioni", terms()),
        ("certificato", issued()),
    ]
}

/// A decision as a certificate, by the catalogue's template.
pub fn issued() -> Job {
    job("Certificato", Kind::Issued(certificate("certificato")))
}

pub fn certificate(template: &str) -> Issued {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../app/catalogue/modelli");
    let decision = decision();
    Issued {
        head: decision.head,
        title: s("Certificato di destinazione urbanistica"),
        source: std::fs::read_to_string(format!("{folder}/{template}.typ")).unwrap(),
        outcome: decision.outcome,
        text: decision.text,
        note: s("Copia per il notaio."),
        stated: vec![
            line("Destinazione urbanistica", "Zona B1.\nIndice 3 mc/mq."),
            line("Valido fino al", "24/11/2027"),
        ],
        asked: vec![line("Particelle, riga 1: Foglio", "41")],
        remedies: decision.remedies,
    }
}

/// Anybody's: of a day, in no register.
fn terms() -> Job {
    let passage = |title: &str, text: &[&str], items: &[&str]| Passage {
        title: s(title),
        text: text.iter().map(|words| s(words)).collect(),
        items: items.iter().map(|words| s(words)).collect(),
    };
    let sections = vec![
        passage(
            "A chi è rivolto",
            &["A chi ha un accesso dalla strada."],
            &["Proprietari", "Chi usa l'immobile"],
        ),
        passage(
            "Quanto costa",
            &[],
            &["Marca da bollo: 16,00 €, alla presentazione."],
        ),
        passage(
            "Tempi e scadenze",
            &[
                "L'ufficio risponde entro 30 giorni.",
                "Se non risponde puoi chiedere al responsabile.",
            ],
            &[],
        ),
    ];
    let mut job = job("Condizioni", Kind::Terms(Terms { sections }));
    job.paper.protocol = String::new();
    job.paper.original = String::new();
    job.paper.registered = s("24/11/2026");
    job.paper.title = s("Condizioni di servizio: Passo carrabile");
    job
}

/// Not sent yet: without a protocol number.
fn to_sign() -> Job {
    let mut job = job("Richiesta da firmare", Kind::ToSign(petition()));
    job.paper.protocol = String::new();
    job.paper.title = s("Richiesta da firmare: Passo carrabile");
    job
}

pub fn job(title: &str, kind: Kind) -> Job {
    Job {
        identifier: format!("c1/1/{title}"),
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
            title: format!("{title}: Passo carrabile, protocollo 0000123/2026"),
            service: s("Passo carrabile"),
            town: town(),
            office: office(),
            protocol: s("0000123/2026"),
            registered: s("24/11/2026, 10:31"),
            original: s("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            kind,
        },
    }
}

fn town() -> Town {
    Town {
        name: s("Bitonto"),
        colour: s("#0b5d3b"),
        crest: Some(s(CREST)),
        address: s("Corso Vittorio Emanuele II, 41 - 70032 Bitonto (BA)"),
        phone: s("080 3716111"),
        email: s("urp@example.it"),
        pec: s("protocollo@pec.example.it"),
        fiscal_code: s("00382520724"),
    }
}

fn office() -> Office {
    Office {
        name: s("Polizia Locale"),
        sector: s("Settore Polizia Locale e Protezione civile"),
        responsible: s("Comandante della Polizia Locale"),
        address: s("Via Ugo La Malfa, 1 - Bitonto"),
        hours: s("Da lunedì a venerdì, 9-12; martedì anche 15.30-17.30"),
        phone: s("080 3751014"),
        email: s("polizia@example.it"),
    }
}

pub fn petition() -> Petition {
    let section = |title: &str, lines: &[(&str, &str)]| Section {
        title: s(title),
        lines: lines.iter().map(|(a, b)| line(a, b)).collect(),
    };
    Petition {
        applicant: vec![
            line("Chi ha chiesto", "Maria Rossi"),
            line("Codice fiscale", "RSSMRA68A41A893X"),
        ],
        sections: vec![
            section(
                "Chi sei",
                &[
                    ("Residenza", "Via Matteotti 12, 70032 Bitonto (BA)"),
                    ("E-mail", "maria.rossi@example.it"),
                ],
            ),
            section(
                "Il passo carrabile",
                &[
                    ("Larghezza in metri", "2,80"),
                    (
                        "Perché lo chiedi",
                        "L'autorimessa è al piano terra.\nTre posti.\n\nL'altro ingresso è chiuso.",
                    ),
                ],
            ),
        ],
        attachments: attachments(),
        declarations: vec![
            s("di essere proprietaria dell'immobile"),
            s("di sapere che chi dichiara il falso è punito (art. 76 d.P.R. 445/2000)"),
        ],
        identity: vec![
            line("Identità digitale", "SPID, livello 2"),
            line("Gestore", "https://idp.example"),
        ],
        on_paper: false,
    }
}

fn attachments() -> Vec<Attachment> {
    vec![Attachment {
        title: s("Planimetria del passo"),
        file: s("planimetria piano terra.pdf"),
        size: s("1,2 MB"),
        sha256: s("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
    }]
}

fn remedies() -> Vec<String> {
    vec![
        s("Ricorso al TAR entro 60 giorni (d.lgs. 104/2010)"),
        s("Ricorso straordinario al Presidente della Repubblica entro 120 giorni"),
    ]
}

fn receipt() -> Receipt {
    Receipt {
        applicant: s("Maria Rossi, RSSMRA68A41A893X"),
        represented: Some(s("Panificio Rossi s.n.c.")),
        due: s("23/01/2027"),
        due_note: Some(s("60 giorni dalla presentazione")),
        silence: Some(s(
            "Se il Comune non risponde, puoi chiedere che decida il titolare del potere sostitutivo.",
        )),
        attachments: attachments(),
        remedies: remedies(),
    }
}

fn head() -> Head {
    Head {
        to: s("Maria Rossi"),
        request: s("0000123/2026"),
        request_day: s("24/11/2026"),
        author: s("Gianna Bubbico"),
    }
}

fn request() -> Request {
    Request {
        head: head(),
        reason: s("La planimetria non si legge."),
        documents: vec![s("Visura catastale"), s("Planimetria in scala 1:100")],
        due: s("24/12/2026"),
        pause: s("Intanto il termine per la decisione è fermo."),
        answer_at: s("https://sportello.example.it/pratiche/01hvx3k9q2m4n6p8r0s2t4v6w8"),
    }
}

fn decision() -> Decision {
    Decision {
        head: head(),
        outcome: s("Autorizzazione concessa"),
        text: s("Puoi aprire il passo carrabile."),
        note: s("Il cartello va messo a destra del cancello."),
        remedies: remedies(),
    }
}

fn refusal() -> Refusal {
    Refusal {
        head: head(),
        reason: s("La strada non è del Comune: la richiesta va fatta alla Città metropolitana."),
        remedies: remedies(),
    }
}

/// A petition whose only section holds these answers.
pub fn with_answers(answers: &[(&str, &str)]) -> Job {
    let lines = answers.iter().map(|(a, b)| line(a, b)).collect();
    let sections = vec![Section {
        title: s("Le risposte"),
        lines,
    }];
    job(
        "Richiesta",
        Kind::Petition(Petition {
            sections,
            ..petition()
        }),
    )
}

/// What poppler reads, in the order of reading.
pub fn text(pdf: &[u8]) -> String {
    piped(
        Command::new("pdftotext").args(["-enc", "UTF-8", "-nopgbrk", "-", "-"]),
        pdf,
    )
}

/// The same without spaces and ends of line.
pub fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200B}')
        .collect()
}

/// Standard output of a program that must succeed.
pub fn piped(command: &mut Command, input: &[u8]) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tests' tools are there: bash .ci/install.sh test");
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feed = std::thread::spawn(move || {
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let read = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{read}");
    read
}

/// A file of this test under the system's temporary folder.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sportello-documents-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}
