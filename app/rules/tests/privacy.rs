//! Notices and register of the definitions of `app/catalogue`.
#![cfg(feature = "yaml")]

use std::{fs, path::Path};

use rules::{
    catalogue::{
        Channel, Service,
        source::{load_service, parse_blocks},
    },
    privacy::{Controller, Notice, Officer, Town, activity},
};

fn services() -> Vec<Service> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue");
    let text = |path: &Path| fs::read_to_string(path).expect("a file of the catalogue");
    let blocks = parse_blocks(&text(&folder.join("_blocchi.yaml"))).expect("sound blocks");
    let entries = fs::read_dir(&folder).expect("the catalogue");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let definitions = paths.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".yaml") && !name.starts_with('_')
    });
    definitions
        .map(|path| load_service(&text(&path), &blocks).expect("a sound definition"))
        .collect()
}

fn service(slug: &str) -> Service {
    let mut all = services().into_iter();
    all.find(|service| service.slug == slug)
        .expect("a known service")
}

fn town() -> Town {
    Town {
        controller: Controller {
            name: "Comune di Prova".into(),
            represented_by: "Sindaco".into(),
            fiscal_code: "00382520724".into(),
            pec: "prova@pec.example.it".into(),
            ..Controller::default()
        },
        officer: Officer {
            email: "dpo@example.it".into(),
            ..Officer::default()
        },
        draft_days: 45,
        collects: true,
    }
}

fn channels(notice: &Notice) -> Vec<Channel> {
    notice.channels.iter().map(|of| of.channel).collect()
}

#[test]
fn every_service_says_what_the_law_wants() {
    for service in services() {
        let notice = Notice::of(&service, &town());
        let slug = &service.slug;
        assert!(!notice.purpose.is_empty(), "{slug}: purpose");
        assert!(!notice.legal_basis.is_empty(), "{slug}: legal basis");
        assert!(!notice.categories.is_empty(), "{slug}: data");
        assert!(!notice.retention.is_empty(), "{slug}: retention");
        assert!(!notice.provision.is_empty(), "{slug}: whether to give them");
        assert_eq!(
            notice.special.is_empty(),
            service.privacy.special.is_none(),
            "{slug}: special data have a basis"
        );
        assert_eq!(notice.common.len(), 4, "{slug}: rights and the rest");
        let told = serde_json::to_string(&notice).expect("plain data");
        assert!(!told.contains("{bozza"), "{slug}");
        assert!(!told.contains(" ?\""), "{slug}: a doubt");
        let says = service.form.declarations.iter();
        let mut says = says.filter(|d| d.id == rules::privacy::DECLARATION);
        assert!(
            says.next().is_some(),
            "{slug}: nobody says that she read it"
        );
    }
}

#[test]
fn the_channels_are_those_that_a_service_uses() {
    use Channel::{Email, Io, PagoPa, Sportello};
    let free = Notice::of(&service("duplicato-tessera-elettorale"), &town());
    assert_eq!(channels(&free), [Sportello, Io, Email]);
    let paid = service("passo-carrabile");
    assert_eq!(
        channels(&Notice::of(&paid, &town())),
        [Sportello, Io, PagoPa, Email]
    );
    let poor = Town {
        collects: false,
        ..town()
    };
    assert_eq!(
        channels(&Notice::of(&paid, &poor)),
        [Sportello, Io, Email],
        "nothing is collected through pagoPA"
    );
    let mut silent = paid;
    silent.io.messages.clear();
    assert_eq!(channels(&Notice::of(&silent, &town())), [Sportello, PagoPa]);
}

#[test]
fn a_neutral_title_is_told_and_the_town_s_days_too() {
    let io = |slug: &str| {
        let notice = Notice::of(&service(slug), &town());
        let mut channels = notice.channels.into_iter();
        channels
            .find(|of| of.channel == Channel::Io)
            .expect("IO is used")
            .data
    };
    assert_eq!(io("duplicato-tessera-elettorale").len(), 1);
    assert!(io("contrassegno-disabili")[1].contains("titolo neutro"));
    let notice = Notice::of(&service("passo-carrabile"), &town());
    let counter = &notice.channels[0];
    assert!(counter.retention.contains("dopo 45 giorni"), "{counter:?}");
}

#[test]
fn the_register_has_a_column_for_each_letter_of_the_law() {
    let mut headers = None;
    for service in services() {
        let notice = Notice::of(&service, &town());
        let line = activity(&service, &notice, "26/11/2026");
        let labels: Vec<_> = line.iter().map(|(label, _)| *label).collect();
        assert_eq!(*headers.get_or_insert(labels.clone()), labels);
        for (label, text) in &line {
            assert!(!text.is_empty(), "{}: {label}", service.slug);
        }
    }
    let badge = service("contrassegno-disabili");
    let line = activity(&badge, &Notice::of(&badge, &town()), "26/11/2026");
    let of = |wanted: &str| {
        let mut found = line.iter().filter(|(label, _)| *label == wanted);
        found.next().expect("a column").1.clone()
    };
    assert!(of("Titolare").starts_with("Comune di Prova, rappresentato da Sindaco"));
    assert_eq!(
        of("Responsabile della protezione dei dati"),
        "dpo@example.it"
    );
    assert!(of("Categorie di interessati").contains("minori"));
    assert!(of("Categorie di destinatari").contains("PagoPA S.p.A."));
    assert!(of("Trasferimenti verso paesi terzi").contains("Nessun trasferimento"));
    assert!(of("Misure di sicurezza").contains("cifrati"));
}
