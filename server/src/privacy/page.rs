//! `/servizi/{slug}/privacy`: the notice in force, or an older version of it.

use app::api::{ChannelView, PrivacyPage, Problem, VersionView};
use rules::{
    catalogue::Channel,
    language::quoted,
    privacy::{ChannelNotice, Controller, Notice, Officer, TRANSFERS},
    t,
};
use thiserror::Error;

use super::version;
use crate::{
    clock::rome_day,
    error::{self, Refusal, internal},
    state::Counter,
    store::{
        StoreError,
        privacy::{self as rows, NoticeRow},
    },
};

#[derive(Debug, Error)]
pub enum PageError {
    #[error("no such service or version")]
    Unknown,
    #[error("a stored notice cannot be read: {0}")]
    Corrupt(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for PageError {
    fn problem(&self) -> Problem {
        match self {
            Self::Unknown => error::not_found(),
            Self::Corrupt(_) => internal(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// `wanted`: the first digits of a hash; empty: the notice in force.
pub async fn page(counter: &Counter, slug: &str, wanted: &str) -> Result<PrivacyPage, PageError> {
    let versions = rows::of(&counter.store, slug).await?;
    let in_force = counter.catalogue.notice(slug).map(|found| &found.hash);
    // What is no longer offered can still be read by who has its version.
    let hash = match (wanted.is_empty(), in_force) {
        (true, Some(hash)) => hash.clone(),
        (true, None) => return Err(PageError::Unknown),
        (false, _) => wanted.to_owned(),
    };
    let named = |row: &&NoticeRow| version(&row.hash) == version(&hash);
    let shown = versions.iter().find(named).ok_or(PageError::Unknown)?;
    let notice: Notice = serde_json::from_slice(&shown.body)?;
    let others = versions.iter().filter(|row| *row != shown);
    Ok(PrivacyPage {
        slug: slug.to_owned(),
        title: notice.title.clone(),
        version: told(shown),
        in_force: in_force == Some(&shown.hash),
        sections: sections(&notice),
        channels: notice.channels.iter().map(channel).collect(),
        rest: rest(&notice),
        others: others.map(told).collect(),
    })
}

fn told(row: &NoticeRow) -> VersionView {
    VersionView {
        version: version(&row.hash).to_owned(),
        since: rome_day(row.since).italian(),
    }
}

type Section = (String, Vec<String>);

fn sections(notice: &Notice) -> Vec<Section> {
    let theirs = |texts: &[String]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>();
    let one = |text: &String| vec![quoted(text)];
    let all = [
        (t!("Chi tratta i dati"), controller(&notice.controller)),
        (
            t!("Responsabile della protezione dei dati"),
            officer(&notice.officer),
        ),
        (t!("Perché"), one(&notice.purpose)),
        (t!("Con quale base giuridica"), theirs(&notice.legal_basis)),
        (t!("Quali dati"), theirs(&notice.categories)),
        (t!("Dati particolari"), theirs(&notice.special)),
        (t!("A chi li comunica"), theirs(&notice.recipients)),
        (t!("Per quanto tempo li conserva"), one(&notice.retention)),
        (t!("Devi darli per forza?"), one(&notice.provision)),
    ];
    let told = all.into_iter().filter(|(_, texts)| !texts.is_empty());
    told.map(|(title, texts)| (title.to_owned(), texts))
        .collect()
}

fn controller(of: &Controller) -> Vec<String> {
    let mut lines = vec![t!(
        "{town}, {address}.",
        town = quoted(&of.name),
        address = quoted(&of.address)
    )];
    if !of.represented_by.is_empty() {
        let who = quoted(&of.represented_by);
        lines.push(t!("Lo rappresenta: {who}.", who));
    }
    lines.push(t!(
        "Telefono {phone}, e-mail {email}, PEC {pec}.",
        phone = of.phone,
        email = of.email,
        pec = of.pec
    ));
    lines
}

fn officer(of: &Officer) -> Vec<String> {
    let mut lines = Vec::new();
    if !of.name.is_empty() {
        lines.push(quoted(&of.name));
    }
    for (text, label) in [
        (&of.email, t!("E-mail")),
        (&of.phone, t!("Telefono")),
        (&of.pec, t!("PEC")),
    ] {
        if !text.is_empty() {
            lines.push(format!("{label}: {text}"));
        }
    }
    lines
}

fn channel(of: &ChannelNotice) -> ChannelView {
    let name = match of.channel {
        Channel::Sportello => t!("Lo sportello, in questo sito e in ufficio"),
        Channel::Io => t!("L'app IO"),
        Channel::PagoPa => t!("pagoPA"),
        Channel::Email => t!("L'e-mail"),
    };
    let data = of.data.iter().map(|text| quoted(text));
    let lines = [
        (t!("Quali dati"), data.collect::<Vec<_>>().join(" ")),
        (t!("Base giuridica"), quoted(&of.legal_basis)),
        (t!("Chi li riceve"), quoted(&of.recipients)),
        (t!("Per quanto tempo"), quoted(&of.retention)),
    ];
    ChannelView {
        name: name.to_owned(),
        lines: lines.map(|(label, text)| (label.to_owned(), text)).to_vec(),
    }
}

fn rest(notice: &Notice) -> Vec<Section> {
    let common = notice.common.iter();
    common
        .map(|(title, text)| (common_title(title).to_owned(), vec![quoted(text)]))
        .collect()
}

/// The titles of the part that all services share are ours, but lie in the definitions.
fn common_title(title: &str) -> &str {
    match title {
        "I tuoi diritti" => t!("I tuoi diritti"),
        "A chi puoi fare reclamo" => t!("A chi puoi fare reclamo"),
        TRANSFERS => t!("Trasferimenti"),
        "Decisioni automatiche" => t!("Decisioni automatiche"),
        other => other,
    }
}
