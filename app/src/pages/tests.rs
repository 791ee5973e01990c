//! Pages as the server writes them.

use super::{screen::title, show as show_main, *};
use crate::{
    api::*,
    components::check::{EVIL, assert_english, assert_page, html, values},
};
use rules::form::{Answer, Issue, IssueKind};

fn s(text: &str) -> String {
    text.into()
}

fn evil() -> String {
    EVIL.into()
}

fn frame() -> Frame {
    Frame {
        town: Town {
            name: s("Bitonto"),
            region: s("Regione Puglia"),
            region_url: s("https://regione.example"),
            crest: s("/crest.svg"),
            colour: evil(),
            address: evil(),
            phone: s("080 123"),
            email: s("urp@example.it"),
            pec: evil(),
            fiscal_code: evil(),
            accessibility_url: s("https://form.agid.gov.it/view/x"),
            dpo: evil(),
        },
        user: Some(User {
            seconds_left: 7_200,
            name: evil(),
            office: None,
        }),
        today: s("2026-11-24"),
        sandbox: true,
    }
}

fn show(page: Page) -> String {
    let html = html_of(PageData {
        frame: frame(),
        page: page.clone(),
    });
    assert_translated(page);
    assert_page(&html);
    html
}

/// The same for who reads English; the office reads Italian.
fn assert_translated(page: Page) {
    let office = matches!(
        page,
        Page::Office(_)
            | Page::OfficeCase(_)
            | Page::Agenda(_)
            | Page::Deliveries(_)
            | Page::Ratings(_)
            | Page::Processing(_)
            | Page::Roles(_)
            | Page::Settings(_)
            | Page::ServiceSettings(_)
            | Page::Preview(_)
            | Page::Desk(_)
            | Page::DeskPaper(_)
    );
    if !office {
        let frame = frame();
        assert_english(|| html_of(PageData { frame, page }));
    }
}

fn office() -> OfficeCard {
    OfficeCard {
        name: evil(),
        sector: evil(),
        responsible: evil(),
        address: evil(),
        hours: evil(),
        phone: s("080 1"),
        email: s("a@b.it"),
    }
}

fn sheet() -> SheetPage {
    SheetPage {
        slug: s("passo-carrabile"),
        title: s("Passo carrabile"),
        description: evil(),
        category: evil(),
        topics: vec![evil(), s("Strade")],
        open: true,
        window: Some(evil()),
        who: evil(),
        precheck: true,
        requirements: vec![evil()],
        how: vec![evil()],
        needed: vec![evil()],
        attachments: vec![(evil(), evil())],
        obtained: evil(),
        term: evil(),
        silence: Some(evil()),
        costs: vec![CostLine {
            description: evil(),
            amount: s("16,00 €"),
            when: evil(),
            condition: Some(evil()),
        }],
        norms: vec![NormLine {
            source: evil(),
            articles: evil(),
            about: evil(),
        }],
        remedies: vec![evil()],
        office: office(),
        draft: false,
    }
}

fn privacy() -> PrivacyPage {
    let version = |version: &str| VersionView {
        version: s(version),
        since: s("24/11/2026"),
    };
    PrivacyPage {
        slug: s("passo-carrabile"),
        title: s("Passo carrabile"),
        version: version("0123456789ab"),
        in_force: false,
        sections: vec![(evil(), vec![evil()])],
        channels: vec![ChannelView {
            name: evil(),
            lines: vec![(evil(), evil())],
        }],
        rest: vec![(evil(), vec![evil()])],
        others: vec![version("ba9876543210")],
    }
}

fn file(id: &str) -> AttachmentView {
    AttachmentView {
        file: s("f1"),
        id: s(id),
        name: evil(),
        bytes: 2_500_000,
        sha256: s("ab"),
        signers: Vec::new(),
        signed: None,
        held: None,
        infected: false,
    }
}

fn state() -> StateView {
    StateView {
        code: s("attesa_integrazione"),
        label: evil(),
        model: ModelState::SospesoUtente,
    }
}

fn case() -> CasePage {
    let milestone = |status| Milestone {
        seq: Some(1),
        title: evil(),
        text: evil(),
        at: Some(evil()),
        status,
        protocol: Some(s("0000001/2026")),
    };
    CasePage {
        appointment: Some(AppointmentView {
            when: evil(),
            times: vec![(String::new(), evil()), (s("2026-12-03T09:00"), evil())],
        }),
        id: s("c1"),
        seq: 7,
        slug: s("passo-carrabile"),
        title: evil(),
        protocol: s("0000001/2026"),
        submitted: evil(),
        state: state(),
        due: Some(evil()),
        due_note: Some(evil()),
        office: office(),
        operator: Some(evil()),
        people: vec![(evil(), evil())],
        can_send_away: true,
        timeline: vec![
            milestone(MilestoneStatus::Done),
            milestone(MilestoneStatus::Current),
            milestone(MilestoneStatus::Future),
        ],
        documents: vec![DocumentView {
            title: evil(),
            protocol: evil(),
            date: evil(),
            sha256: evil(),
            href: s("/documenti/1"),
            pdf: Some(PdfView::Ready {
                href: s("/pratiche/c1/documenti/2"),
            }),
            text: Some(evil()),
        }],
        receipt_pdf: Some(PdfView::Preparing),
        summary: vec![SummarySection {
            step: s("a"),
            title: evil(),
            lines: vec![(evil(), evil())],
        }],
        attachments: vec![file("pianta")],
        payments: vec![
            payment(PaymentStatus::DaPagare),
            payment(PaymentStatus::Concluso),
        ],
        integration: Some(IntegrationView {
            reason: evil(),
            documents: vec![evil(), s("Visura")],
            due: evil(),
            files: vec![file("richiesta_1")],
            text: evil(),
        }),
        unsent: Some(evil()),
        errors: vec![
            (s("allegati.richiesta_0"), s("Manca")),
            (s("testo"), evil()),
        ],
        can_withdraw: true,
        can_restart: true,
        notice: Some(evil()),
        outcome: Some((evil(), evil())),
        remedies: vec![evil()],
    }
}

fn payment(status: PaymentStatus) -> PaymentView {
    let receipt = PaymentReceipt {
        paid_at: evil(),
        amount: s("40,00 €"),
        fee: Some(evil()),
        received_by: evil(),
        receipt_id: evil(),
        href: s("/pagamenti/p1/ricevute/r1"),
    };
    let receipts = match status {
        PaymentStatus::Concluso => vec![receipt.clone(), receipt],
        _ => Vec::new(),
    };
    PaymentView {
        id: s("p1"),
        case: s("c1"),
        title: evil(),
        protocol: evil(),
        what: evil(),
        amount: s("40,00 €"),
        status,
        due: evil(),
        notice: s("3022 0260 0000 0123 72"),
        creditor: evil(),
        creditor_fiscal_code: evil(),
        qr: s("M0 0h7v1h-7z"),
        retry_at: Some(evil()),
        receipts,
    }
}

#[test]
fn a_payment_is_shown_in_each_of_its_states() {
    use PaymentStatus as S;
    for status in [
        S::InPreparazione,
        S::DaPagare,
        S::InVerifica,
        S::Pagato,
        S::Concluso,
        S::Sospeso,
    ] {
        let html = show(Page::Payment(Box::new(PaymentPage {
            seq: 7,
            payment: payment(status),
            notice: Some(evil()),
            error: Some(evil()),
            status: 502,
        })));
        // Only what may be paid has the button, and only what is paid a receipt.
        let button = html.contains(">Paga online</button>");
        assert_eq!(button, status == S::DaPagare, "{status:?}");
        assert_eq!(html.contains("data-receipt"), status == S::Concluso);
        let number = html.contains("3022 0260 0000 0123 72");
        assert_eq!(number, status != S::InPreparazione, "{status:?}");
    }
    let html = show(Page::Payments(PaymentsPage::default()));
    assert!(html.contains("Non hai pagamenti"));
    let html = show(Page::Payments(PaymentsPage {
        due: vec![payment(S::DaPagare)],
        paid: vec![payment(S::Concluso)],
    }));
    assert!(html.contains("Da pagare") && html.contains("Pagati"));
}

fn office_case() -> OfficeCasePage {
    let commands = [
        "prendi_in_carico",
        "chiedi_integrazione",
        "accogli",
        "irricevibile",
    ];
    OfficeCasePage {
        case: CasePage {
            errors: vec![(s("motivo"), s("Scrivi il motivo"))],
            ..case()
        },
        points: vec![PointView {
            label: evil(),
            image: s("data:image/svg+xml,"),
            place: evil(),
            source: Some(evil()),
            href: s("geo:41.1,16.6"),
        }],
        applicant: evil(),
        applicant_fiscal_code: evil(),
        acting: vec![(evil(), evil())],
        identity: evil(),
        checks: vec![evil()],
        office_rules: vec![evil()],
        warnings: vec![evil()],
        doubts: vec![evil()],
        commands: commands.map(s).to_vec(),
        others: true,
        outcomes: vec![(s("accolto"), evil()), (s("accolto_parte"), s("In parte"))],
        papers: vec![OutcomePaper {
            outcome: s("accolto"),
            title: evil(),
            fields: serde_json::from_value(serde_json::json!([
                {"name": "contenuto", "label": EVIL, "kind": "testo_lungo"},
                {"name": "fino", "label": "Fino al", "kind": "data", "required": "never"},
            ]))
            .unwrap(),
        }],
        deliveries: vec![delivery("unknown")],
        typed: vec![(s("documenti"), evil()), (s("giorni"), s("10"))],
    }
}

fn delivery(state: &str) -> DeliveryRow {
    DeliveryRow {
        id: s("r1"),
        case: s("c1"),
        protocol: s("0000001/2026"),
        what: evil(),
        channel: evil(),
        state: s(state),
        label: s("Non sappiamo se è arrivato"),
        reason: evil(),
        queued: s("24/11/2026, 10:31"),
        changed: s("24/11/2026, 10:32"),
        again: matches!(state, "failed" | "unknown"),
    }
}

#[test]
fn what_failed_or_is_unknown_can_be_sent_again() {
    let page = DeliveriesPage {
        rows: vec![delivery("unknown"), delivery("failed"), delivery("done")],
        filter: s("tutte"),
        counts: vec![(s("tutte"), s("Tutte"), 3), (s("incerte"), s("Incerte"), 1)],
        more: 7,
    };
    let html = show(Page::Deliveries(page));
    assert_eq!(html.matches("value=\"rimanda\"").count(), 2);
    assert_eq!(html.matches("arriva due volte").count(), 1);
    assert!(html.contains("href=\"/ufficio/consegne?stato=incerte\""));
    assert!(html.contains("sono più vecchie"));
    let case = show(Page::OfficeCase(Box::new(office_case())));
    assert!(case.contains("Messaggi") && case.contains("Non sappiamo se è arrivato"));
}

#[test]
fn roles_are_given_and_ended_on_one_page() {
    let role = |id: &str, now| RoleView {
        id: s(id),
        name: evil(),
        fiscal_code: evil(),
        role: evil(),
        office: evil(),
        period: evil(),
        now,
    };
    let typed = |name: &str, value: &str| (s(name), s(value));
    let page = RolesPage {
        views: vec![role("", true), role("g1", true), role("g2", false)],
        unheaded: vec![evil()],
        history: vec![RoleLine {
            when: evil(),
            text: evil(),
        }],
        more: 3,
        roles: vec![RolePermits {
            code: s("operatore"),
            label: evil(),
            town: false,
            operations: vec![evil()],
        }],
        offices: vec![(s("tributi"), evil())],
        today: s("26/11/2026"),
        notice: Some(evil()),
        ..RolesPage::default()
    };
    let html = show(Page::Roles(Box::new(page.clone())));
    assert_eq!(
        html.matches("value=\"togli_ruolo\"").count(),
        2,
        "not what is in comune.toml"
    );
    assert_eq!(html.matches("cominciato").count(), 1);
    let ending = RolesPage {
        typed: vec![
            typed("azione", "togli_ruolo"),
            typed("id", "g2"),
            typed("ultimo_giorno", "ieri"),
        ],
        errors: vec![typed("ultimo_giorno", "Scrivi un giorno")],
        ..page.clone()
    };
    let html = show(Page::Roles(Box::new(ending)));
    assert_eq!(html.matches("id=\"c-ultimo_giorno-errore\"").count(), 1);
    assert_eq!(html.matches("<details").count(), 2);
    assert_eq!(html.matches(" open").count(), 1, "only the refused one");
    let giving = RolesPage {
        typed: vec![
            typed("azione", "dai_ruolo"),
            typed("codice_fiscale", EVIL),
            typed("ufficio", "tributi"),
        ],
        errors: vec![typed("codice_fiscale", "Manca")],
        ..page
    };
    let html = show(Page::Roles(Box::new(giving)));
    assert!(html.contains("id=\"c-codice_fiscale-errore\""));
    assert!(html.contains("value=\"tributi\" selected"), "{html}");
}

#[test]
fn a_service_is_closed_priced_and_opened_on_one_page() {
    let list = show(Page::Settings(SettingsPage {
        services: vec![SettingsRow {
            slug: s("passo-carrabile"),
            title: evil(),
            office: evil(),
            open: false,
            closed: evil(),
            later: vec![evil(), evil()],
        }],
    }));
    assert!(values(&list, "href").contains(&"/ufficio/servizi/passo-carrabile"));
    let page = ServiceSettingsPage {
        slug: s("passo-carrabile"),
        title: evil(),
        office: evil(),
        closed: evil(),
        period: evil(),
        amounts: vec![AmountView {
            name: s("cartello"),
            label: evil(),
            amount: evil(),
        }],
        settled: vec![(evil(), evil())],
        planned: vec![PlannedView {
            number: 3,
            text: evil(),
        }],
        can_reopen: true,
        may_change: true,
        history: vec![RoleLine {
            when: evil(),
            text: evil(),
        }],
        more: 2,
        notice: Some(evil()),
        ..ServiceSettingsPage::default()
    };
    let html = show(Page::ServiceSettings(Box::new(page.clone())));
    let commands = [
        "ritira_modifica",
        "chiudi_servizio",
        "riapri_servizio",
        "cambia_costo",
        "cambia_periodo",
    ];
    for command in commands {
        assert!(html.contains(&format!("value=\"{command}\"")), "{command}");
    }
    // A refused form is open, with what was typed; its error leads to its control.
    let html = show(Page::ServiceSettings(Box::new(ServiceSettingsPage {
        typed: vec![
            (s("azione"), s("chiudi_servizio")),
            (s("dal"), s("1/1/2020")),
        ],
        errors: vec![(s("dal"), s("È passato.")), (s("motivo"), evil())],
        ..page.clone()
    })));
    assert!(html.contains("href=\"#c-dal\"") && html.contains("value=\"1/1/2020\""));
    assert_eq!(html.matches("<details").count(), 4);
    // Who may only look has no button.
    let html = show(Page::ServiceSettings(Box::new(ServiceSettingsPage {
        may_change: false,
        ..page
    })));
    assert!(!html.contains("name=\"azione\""), "{html}");
}

#[test]
fn a_preview_shows_faults_by_line_and_parts_without_a_way_out() {
    let html = show(Page::Preview(Box::new(PreviewPage {
        text: format!("schema: 1\n{EVIL}\n"),
        faults: vec![
            PreviewFault {
                line: 2,
                key: evil(),
                message: evil(),
            },
            PreviewFault::default(),
        ],
        ..PreviewPage::default()
    })));
    assert!(html.contains("riga 2, ") && html.contains("Ci sono 2 errori"));
    let shown = PreviewShown {
        title: evil(),
        replaces: true,
        doubts: vec![evil()],
        office_rules: vec![evil()],
        parts: vec![(s(PreviewShown::SHEET), s("La scheda")), (evil(), evil())],
        part: s(PreviewShown::SHEET),
        answers: vec![(evil(), evil())],
        content: PreviewContent::Sheet(Box::new(sheet())),
    };
    let html = show(Page::Preview(Box::new(PreviewPage {
        text: evil(),
        shown: Some(shown),
        ..PreviewPage::default()
    })));
    assert!(!html.contains(" href=\"/servizi/passo-carrabile"), "{html}");
    assert!(html.contains("Passo carrabile</h2>"), "{html}");
}

#[test]
fn a_desk_is_begun_filled_and_signed() {
    let typed = |name: &str, value: &str| (s(name), s(value));
    let start = DeskPage {
        services: vec![(s("passo-carrabile"), evil())],
        documents: vec![(s("carta"), evil())],
        typed: vec![
            typed("nome", EVIL),
            typed("servizio", "passo-carrabile"),
            typed("documento", "carta"),
        ],
        errors: vec![typed("data_nascita", EVIL), typed("documento", "Manca")],
        ..DeskPage::default()
    };
    let html = show(Page::Desk(Box::new(start.clone())));
    assert!(html.contains("value=\"comincia\"") && !html.contains("value=\"registra\""));
    assert!(html.contains("value=\"passo-carrabile\" selected"));
    let open = |stamp: &str, over: &str, case: &str| DeskPage {
        open: Some(DeskOpen {
            applicant: evil(),
            fiscal_code: evil(),
            document: evil(),
            service: evil(),
            form: s("/servizi/passo-carrabile/richiesta"),
            stamp: s(stamp),
            over: s(over),
            case: s(case),
        }),
        errors: Vec::new(),
        ..start.clone()
    };
    for (page, form, register) in [
        (open("", "", ""), true, false),
        (open("ab12", "", ""), true, true),
        (open("", EVIL, ""), false, false),
        (open("", EVIL, "c1"), false, false),
    ] {
        let html = show(Page::Desk(Box::new(page)));
        assert_eq!(
            html.contains("href=\"/servizi/passo-carrabile/richiesta\""),
            form
        );
        assert_eq!(html.contains("value=\"registra\""), register);
        assert!(html.contains("value=\"chiudi\""));
    }
    let paper = DeskPaper {
        title: evil(),
        applicant: evil(),
        fiscal_code: evil(),
        document: evil(),
        operator: evil(),
        summary: case().summary,
        attachments: vec![file("pianta")],
        declarations: vec![evil()],
        fees: sheet().costs,
        stamp: s("ab12"),
        day: s("26/11/2026"),
    };
    let html = show(Page::DeskPaper(Box::new(paper)));
    assert!(html.contains("data-stamp=\"\">ab12<"), "{html}");
}

#[test]
fn sheet_has_the_model_s_index_in_order() {
    let html = show(Page::Sheet(Box::new(sheet())));
    let index = html.split("data-element=\"page-index\"").nth(1).unwrap();
    let index = index.split("</ul>").next().unwrap();
    let mut at = 0;
    for voice in [
        "A chi è rivolto",
        "Come fare",
        "Cosa serve",
        "Cosa si ottiene",
        "Tempi e scadenze",
        "Accedi al servizio",
        "Condizioni di servizio",
        "Contatti",
    ] {
        at += index[at..]
            .find(&format!(">{voice}</a>"))
            .unwrap_or_else(|| panic!("{voice}"));
    }
    for mark in [
        "service-title",
        "service-description",
        "service-status",
        "service-topic",
        "service-addressed",
        "service-how-to",
        "service-needed",
        "service-achieved",
        "service-calendar-text",
        "service-online-access",
        "service-file",
        "service-area",
        "breadcrumb",
    ] {
        assert!(html.contains(&format!("data-element=\"{mark}\"")), "{mark}");
    }
    let voices = ["management", "news", "all-services", "live"];
    assert!(
        voices
            .iter()
            .all(|v| html.matches(&format!("data-element=\"{v}\"")).count() == 1)
    );
}

#[test]
fn closed_sheet_has_no_way_into_the_form() {
    let html = show(Page::Sheet(Box::new(SheetPage {
        open: false,
        ..sheet()
    })));
    assert!(!html.contains("href=\"/servizi/passo-carrabile/richiesta\""));
    assert!(html.contains("service-generic-access"));
    let closed = show(Page::Closed {
        slug: s("nido"),
        title: evil(),
        reason: evil(),
    });
    assert!(!closed.contains("method=\"post\" action=\"/servizi"));
}

#[test]
fn what_came_without_a_session_can_be_sent_again() {
    let html = show(Page::Resume(ResumePage {
        action: s("/servizi/tari/richiesta"),
        fields: vec![(s("azione"), s("avanti")), (s("motivo"), evil())],
        files: true,
    }));
    assert!(html.contains("action=\"/servizi/tari/richiesta\""));
    assert!(html.contains("name=\"azione\" value=\"avanti\""));
    assert!(html.contains("caricali di nuovo"));
}

#[test]
fn a_sent_draft_leads_to_its_case() {
    let html = show(Page::Sent(SentPage {
        slug: s("tari"),
        title: evil(),
        case: s("c1"),
        protocol: s("0000001/2026"),
    }));
    assert!(html.contains("href=\"/pratiche/c1\""));
    assert!(html.contains("0000001/2026"));
}

#[test]
fn lists_and_searches_without_the_bundle() {
    let card = ServiceCard {
        slug: s("tari"),
        title: evil(),
        description: evil(),
        category: evil(),
        words: evil(),
        open: false,
    };
    let facet = Facet {
        name: evil(),
        services: 1,
    };
    let page = ServicesPage {
        services: vec![card],
        query: evil(),
        category: evil(),
        categories: vec![facet.clone()],
        event: evil(),
        events: vec![facet],
    };
    let html = show(Page::Services(page.clone()));
    assert!(html.contains("href=\"/servizi/tari\"") && html.contains("name=\"cerca\""));
    assert!(html.contains("1 servizio trovato"));
    show(Page::Home(page));
}

#[test]
fn login_keeps_the_way_back_in_one_parameter() {
    let provider = |name: String| Provider {
        name,
        href: s("/spid/login?idp=x&next=%2Fservizi"),
    };
    let page = LoginPage {
        next: s("/servizi/a/richiesta?passo=b&x"),
        notice: Some(evil()),
        spid: vec![provider(evil())],
        cie: None,
        eidas: Some(s("/spid/login?idp=eidas")),
    };
    let html = show(Page::Login(page.clone()));
    assert!(
        html.contains("href=\"/spid/login?idp=x&amp;next=%2Fservizi\""),
        "{html}"
    );
    assert!(!html.contains("Entra con CIE") && html.contains("Entra con eIDAS"));
    // Several stand under one button that needs no script.
    let several = LoginPage {
        spid: vec![provider(evil()), provider(evil())],
        ..page
    };
    let list = show(Page::Login(several));
    assert!(list.contains("<details") && list.matches("/spid/login?idp=x").count() == 2);
    assert!(html.contains("action=\"/esci\""));
}

#[test]
fn conflict_sends_choice_and_own_values_again() {
    let row = [("pagato".to_owned(), Answer::Text(s("10,00")))].into();
    let field = |path: &str, raw| ConflictField {
        path: s(path),
        label: evil(),
        mine: evil(),
        stored: s(""),
        mine_raw: raw,
    };
    let page = ConflictPage {
        slug: s("rimborso"),
        title: evil(),
        step: s("importi"),
        draft: s("b1"),
        version: 9,
        fields: vec![
            field("annualita", Some(Answer::Rows(vec![row]))),
            field("motivo", Some(Answer::Text(evil()))),
            field("scelte", Some(Answer::Many(vec![s("a"), s("b")]))),
            field("vuoto", None),
        ],
    };
    let html = show(Page::Conflict(Box::new(page)));
    let names = values(&html, "name");
    for name in [
        "scelta.annualita",
        "mia.annualita.0.pagato",
        "scelta.motivo",
        "mia.motivo",
    ] {
        assert!(names.contains(&name), "{name} not in {names:?}");
    }
    assert_eq!(names.iter().filter(|n| **n == "mia.scelte").count(), 2);
    assert!(html.contains("value=\"risolvi\"") && html.contains("name=\"versione\" value=\"9\""));
    assert!(html.contains("(vuoto)"));
}

#[test]
fn case_takes_the_answer_to_an_integration() {
    let html = show(Page::Case(Box::new(case())));
    let names = values(&html, "name");
    for name in [
        "allegati.richiesta_0",
        "allegati.richiesta_1",
        "testo",
        "seq",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    for action in ["rispondi", "ritira", "togli_delega", "ricomincia"] {
        assert!(html.contains(&format!("value=\"{action}\"")), "{action}");
    }
    assert!(
        html.contains("href=\"#c-allegati-richiesta_0\"") && html.contains("href=\"#c-testo\"")
    );
    assert!(html.contains("data-state=\"attesa_integrazione\""));
    assert_eq!(html.matches("multipart/form-data").count(), 5);
}

#[test]
fn refused_command_stays_open_with_what_was_typed() {
    let html = show(Page::OfficeCase(Box::new(office_case())));
    assert!(html.contains("action=\"/ufficio/pratiche/c1\""));
    for code in [
        "prendi_in_carico",
        "chiedi_integrazione",
        "accogli",
        "irricevibile",
    ] {
        assert!(html.contains(&format!("value=\"{code}\"")), "{code}");
    }
    let commands = html.split("data-commands").nth(1).unwrap();
    let open = commands
        .split("<details")
        .skip(1)
        .filter(|d| d.split('>').next().unwrap().contains("open"));
    assert_eq!(open.count(), 1, "only the refused one");
    assert!(
        html.contains("&lt;/textarea&gt;"),
        "typed text is back, as text"
    );
    let calm = OfficeCasePage {
        case: CasePage {
            errors: Vec::new(),
            ..case()
        },
        commands: Vec::new(),
        others: false,
        ..office_case()
    };
    assert!(show(Page::OfficeCase(Box::new(calm))).contains("non c’è nulla da fare"));
}

#[test]
fn office_list_filters_by_links() {
    let row = OfficeRow {
        id: s("c1"),
        protocol: s("0000001/2026"),
        service: evil(),
        applicant: evil(),
        submitted: evil(),
        state: state(),
        due: Some(evil()),
        days_left: Some(-2),
        operator: None,
        mine: true,
    };
    let page = OfficePage {
        offices: vec![evil()],
        cases: vec![row],
        filter: s("da_fare"),
        counts: vec![(s("da_fare"), s("Da fare"), 1), (s("tutte"), s("Tutte"), 4)],
        links: vec![(s("/ufficio/consegne"), evil())],
    };
    let none = OfficePage {
        offices: Vec::new(),
        ..page.clone()
    };
    let none = show(Page::Office(none));
    assert!(!none.contains("data-office-cases") && none.contains("href=\"/ufficio/consegne\""));
    let html = show(Page::Office(page));
    assert!(
        html.contains("href=\"/ufficio?stato=tutte\"") && html.contains("in ritardo di 2 giorni")
    );
    assert_eq!(
        html.matches("aria-current=\"page\"").count(),
        2,
        "breadcrumb and filter"
    );
}

#[test]
fn receipt_shows_the_protocol_number() {
    let page = ReceiptPage {
        id: s("c1"),
        seq: 2,
        slug: s("x"),
        protocol: s("0000123/2026"),
        submitted: evil(),
        title: evil(),
        applicant: evil(),
        represented: Some(evil()),
        office: office(),
        due: evil(),
        silence: Some(evil()),
        original_sha256: s("00ff"),
        pdf: Some(PdfView::Failed),
        summary: case().summary,
        attachments: vec![file("pianta")],
        declarations: vec![evil()],
        privacy: Some(privacy().version),
        fees: sheet().costs,
        remedies: vec![evil()],
        fresh: true,
    };
    let html = show(Page::Receipt(Box::new(page.clone())));
    let number = html.split("data-protocol").nth(1).unwrap();
    assert!(
        number
            .split_once('>')
            .unwrap()
            .1
            .starts_with("0000123/2026<"),
        "{number}"
    );
    assert!(html.contains("Richiesta inviata"));
    let later = show(Page::Receipt(Box::new(ReceiptPage {
        fresh: false,
        ..page
    })));
    assert!(!later.contains("Richiesta inviata"));
}

#[test]
fn the_remaining_pages_are_sound() {
    show(Page::Privacy(Box::new(privacy())));
    let card = CaseCard {
        id: s("c1"),
        title: evil(),
        for_whom: Some(evil()),
        protocol: evil(),
        submitted: evil(),
        state: state(),
        due: Some(evil()),
        todo: Some(evil()),
    };
    let draft = DraftCard {
        slug: s("tari"),
        title: evil(),
        for_whom: Some(evil()),
        stopped: false,
        saved_at: evil(),
        expires: evil(),
    };
    let html = show(Page::Area(AreaPage {
        to_sign: vec![CosignCard {
            id: s("f1"),
            title: evil(),
            applicant: evil(),
        }],
        drafts: vec![draft.clone()],
        cases: vec![card],
    }));
    assert!(html.contains("href=\"/pratiche/c1\"") && html.contains("/servizi/tari/richiesta"));
    assert!(!html.contains("value=\"elimina\""));
    assert!(html.contains("href=\"/firme/f1\""));
    let html = show(Page::Area(AreaPage {
        to_sign: Vec::new(),
        drafts: vec![DraftCard {
            stopped: true,
            ..draft
        }],
        cases: Vec::new(),
    }));
    assert!(
        html.contains("value=\"elimina\"") && !html.contains("href=\"/servizi/tari/richiesta\"")
    );
    let problem = Problem {
        reference: s("A1B2"),
        ..Problem::new(500, evil(), evil())
    };
    assert!(show(Page::Problem(problem)).contains("A1B2"));
    // A page without a frame: the server is not there.
    assert_page(&html_of(PageData::unavailable()));
}

fn delegation(state: &str) -> DelegationView {
    DelegationView {
        id: s(state),
        who: evil(),
        what: evil(),
        from: s("24/11/2026"),
        to: s("24/11/2027"),
        given: evil(),
        state: s(state),
        label: evil(),
        can_revoke: false,
        begin: Vec::new(),
        case: None,
    }
}

#[test]
fn delegations_are_given_used_and_taken_back() {
    let html = show(Page::Delegations(DelegationsPage {
        meaning: evil(),
        ..DelegationsPage::default()
    }));
    assert!(html.contains("Nessuno ti ha delegato") && html.contains("Non hai dato deleghe"));
    assert!(!html.contains("name=\"pratica\""), "she has none");
    let many = vec![(s("tari"), evil()), (s("passo"), evil())];
    let page = DelegationsPage {
        given: vec![DelegationView {
            can_revoke: true,
            ..delegation("valida")
        }],
        received: vec![
            DelegationView {
                begin: many.clone(),
                ..delegation("d1")
            },
            DelegationView {
                begin: many[..1].to_vec(),
                ..delegation("d2")
            },
            DelegationView {
                case: Some(s("c1")),
                ..delegation("d3")
            },
            delegation("revocata"),
        ],
        services: many,
        cases: vec![(s("c1"), evil())],
        typed: vec![(s("nome"), evil()), (s("ambito"), s("pratica"))],
        errors: vec![(s("cognome"), evil()), (String::new(), evil())],
        notice: Some(evil()),
        meaning: evil(),
    };
    let html = show(Page::Delegations(page));
    assert_eq!(html.matches("value=\"revoca\"").count(), 1);
    assert_eq!(html.matches("value=\"comincia\"").count(), 2);
    assert!(html.contains("href=\"/pratiche/c1\"") && html.contains("href=\"#c-cognome\""));
}

fn html_of(data: PageData) -> String {
    let footer = footer(&data.frame.town);
    let screen = screen(data);
    let header = screen.header.unwrap_or_default();
    let main = html(|| show_main(screen.main));
    [header, main, footer].concat()
}

#[test]
fn titles_say_page_and_error() {
    let data = PageData {
        frame: frame(),
        page: Page::Case(Box::new(case())),
    };
    assert_eq!(
        title(&data),
        "Errore: Pratica 0000001/2026 · Sportello del Comune di Bitonto"
    );
    assert_eq!(
        title(&PageData::unavailable()),
        "Servizio non disponibile · Sportello del Comune"
    );
    let issue = Issue {
        path: s("a"),
        step: s("b"),
        label: evil(),
        kind: IssueKind::Missing,
        message: evil(),
        from_definition: false,
    };
    let problem = Problem {
        errors: vec![issue],
        ..Problem::new(422, "Dati sbagliati", evil())
    };
    let html = html_of(PageData {
        frame: frame(),
        page: Page::Problem(problem),
    });
    assert!(!html.contains("<script"));
}

#[test]
fn who_signs_too_reads_all_of_it_first() {
    let page = CosignPage {
        id: s("f1"),
        hash: s("abc"),
        title: evil(),
        applicant: evil(),
        summary: case().summary,
        declarations: vec![evil()],
        attachments: case().attachments,
        signed: None,
    };
    let html = show(Page::Cosign(Box::new(page.clone())));
    assert!(html.contains("value=\"abc\"") && html.contains("value=\"firma\""));
    let done = CosignPage {
        signed: Some(evil()),
        ..page
    };
    let html = show(Page::Cosign(Box::new(done)));
    assert!(!html.contains("value=\"firma\""));
}

#[test]
fn who_asks_before_the_login_is_told() {
    let asked = PrecheckPage {
        slug: s("tari"),
        title: evil(),
        questions: vec![(evil(), s("")), (evil(), s("no"))],
        ..PrecheckPage::default()
    };
    let html = show(Page::Precheck(Box::new(asked.clone())));
    assert!(html.contains("name=\"d0\"") && html.contains("action=\"/servizi/tari/requisiti\""));
    let missing = PrecheckPage {
        errors: vec![(s("d0"), evil())],
        ..asked.clone()
    };
    show(Page::Precheck(Box::new(missing)));
    for against in [vec![], vec![evil()]] {
        let told = PrecheckPage {
            answered: true,
            against,
            ..asked.clone()
        };
        let html = show(Page::Precheck(Box::new(told)));
        assert!(html.contains("href=\"/servizi/tari/richiesta\""));
    }
}

#[test]
fn a_point_is_chosen_by_keys_and_by_the_name_of_a_street() {
    let page = MapPage {
        slug: s("buca"),
        title: evil(),
        field: s("posizione"),
        label: evil(),
        image: s("data:image/svg+xml,%3Csvg"),
        place: evil(),
        street: evil(),
        source: Some(evil()),
        errors: vec![(s("via"), evil())],
        ..MapPage::default()
    };
    let html = show(Page::Map(Box::new(page)));
    for action in [
        "cerca",
        "nord",
        "sud",
        "est",
        "ovest",
        "avvicina",
        "allontana",
        "usa",
    ] {
        assert!(html.contains(&format!("value=\"{action}\"")), "{action}");
    }
    // Enter in the text presses the first button.
    let form = html.split("data-map").nth(1).unwrap();
    let first = form.split("<button").nth(1).unwrap();
    assert!(first.split('>').next().unwrap().contains("value=\"cerca\""));
    assert!(html.contains("role=\"status\""));
}

#[test]
fn a_document_is_downloaded_signed_and_uploaded() {
    let page = SigningPage {
        slug: s("cila"),
        title: evil(),
        signer: evil(),
        ..SigningPage::default()
    };
    let html = show(Page::Signing(Box::new(page.clone())));
    assert!(html.contains("href=\"/servizi/cila/richiesta/firma/documento\""));
    assert!(html.contains("value=\"carica\"") && html.contains("value=\"riapri\""));
    let refused = SigningPage {
        errors: vec![(s("documento"), evil())],
        ..page.clone()
    };
    let html = show(Page::Signing(Box::new(refused)));
    assert!(html.contains("aria-invalid=\"true\""));
    let signed = case()
        .attachments
        .into_iter()
        .next()
        .map(|file| AttachmentView {
            signed: Some(evil()),
            ..file
        });
    let done = SigningPage { signed, ..page };
    let html = show(Page::Signing(Box::new(done)));
    assert!(!html.contains("value=\"carica\"") && html.contains("passo=riepilogo"));
}

#[test]
fn the_agenda_shows_who_comes() {
    let row = AgendaRow {
        time: s("9:30"),
        case: s("c1"),
        applicant: evil(),
        service: evil(),
        protocol: evil(),
    };
    let page = AgendaPage {
        agendas: vec![(s("a"), evil()), (s("b"), evil())],
        agenda: s("a"),
        day: s("03/12/2026"),
        day_words: evil(),
        before: s("2026-12-02"),
        after: s("2026-12-04"),
        rows: vec![row],
    };
    let html = show(Page::Agenda(page));
    assert!(html.contains("href=\"/ufficio/pratiche/c1\""));
    assert!(html.contains("agenda=a&amp;giorno=2026-12-04"), "{html}");
    let none = show(Page::Agenda(AgendaPage::default()));
    assert!(none.contains("Nessun appuntamento"));
}

fn profile() -> ProfilePage {
    let field = |name: &str, kind: &str, source: Option<String>| ProfileField {
        field: serde_json::from_value(serde_json::json!({
            "name": name, "label": evil(), "kind": kind, "origin": "profilo",
        }))
        .unwrap(),
        value: evil(),
        before: evil(),
        case: source.as_ref().map(|_| s("c1")),
        can_delete: source.is_some(),
        source,
    };
    ProfilePage {
        identity: vec![(s("Nome"), evil())],
        attested: evil(),
        fields: vec![
            field("email", "email", Some(evil())),
            field("residenza_comune", "comune_o_estero", None),
        ],
        registry: Some((s("cambio-residenza"), evil())),
        drafts: vec![(s("passo-carrabile"), evil())],
        errors: vec![(s("email"), evil())],
        notice: Some(evil()),
    }
}

#[test]
fn the_profile_says_where_each_value_is_from() {
    let html = show(Page::Profile(Box::new(profile())));
    assert_eq!(html.matches("value=\"cancella:").count(), 1);
    assert!(html.contains("name=\"prima.residenza_comune\""));
    assert!(html.contains("href=\"/pratiche/c1\""));
    assert!(html.contains("href=\"/servizi/cambio-residenza\""));
    assert!(html.contains("ANPR"));
    let empty = show(Page::Profile(Box::default()));
    assert!(!empty.contains("data-begun") && !empty.contains("cambio-residenza"));
}

#[test]
fn who_has_a_draft_is_asked_before_it_is_replaced() {
    let page = |draft| RestartPage {
        case: s("c1"),
        slug: s("passo-carrabile"),
        title: evil(),
        protocol: s("0000011/2026"),
        draft,
    };
    let open = OpenDraft {
        id: s("d1"),
        version: 4,
        saved_at: evil(),
    };
    let html = show(Page::Restart(page(Some(open))));
    assert!(html.contains("name=\"bozza\" value=\"d1\""));
    assert!(html.contains("href=\"/servizi/passo-carrabile/richiesta\""));
    let html = show(Page::Restart(page(None)));
    assert!(html.contains("0000011/2026") && !html.contains("name=\"bozza\""));
}
