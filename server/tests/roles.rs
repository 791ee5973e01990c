//! Who may do what: every operation as everybody, through HTTP, compared with the matrix.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{collections::BTreeSet, time::Duration};

use app::api::{AttachmentView, CasePage, Page, PaymentStatus, Problem, RolesPage, SaveRequest};
use common::{
    Browser, CARD, CLERK_CARDS, CLERK_POLICE, CLERK_TAXES, MOTHER, STUDENT, World, browser,
    clocked_worlds, fiscal_code, login_nth,
    office::{ACCEPTED, PASS, fill_duplicate, office, office_page, send_duplicate},
    prepare_card, receipt,
};
use reqwest::{Method, Response, StatusCode, header::LOCATION};
use rules::roles::{Operation, Public, Role};
use serde_json::Value;
use server::{
    clock::{Clock as _, ManualClock, rome_day},
    cosign,
    store::cosignatures,
};

/// Office of the walked case, and another one.
const HERE: &str = "polizia_locale";
const ELSEWHERE: &str = "tributi";

/// A way to do an operation.
#[derive(Clone)]
struct Door {
    method: Method,
    /// As the router knows it, without `/api`.
    route: &'static str,
    path: String,
    fields: Vec<(&'static str, &'static str)>,
    /// Whether it opens by what it shows: this id must be in it.
    shows: Option<String>,
}

/// What belongs to the walked case and to its citizen's draft.
struct Things {
    case: String,
    attachment: String,
    document: String,
    payment: String,
    receipt: String,
    draft_file: String,
    cosignature: String,
}

fn door(method: Method, route: &'static str, path: String) -> Door {
    Door {
        method,
        route,
        path,
        fields: Vec::new(),
        shows: None,
    }
}

fn get(route: &'static str, path: impl Into<String>) -> Vec<Door> {
    vec![door(Method::GET, route, path.into())]
}

fn post(
    route: &'static str,
    path: impl Into<String>,
    fields: &[(&'static str, &'static str)],
) -> Vec<Door> {
    vec![Door {
        fields: fields.to_vec(),
        ..door(Method::POST, route, path.into())
    }]
}

/// An operation of the matrix that is missing here does not compile.
fn doors(operation: Operation, of: &Things) -> Vec<Door> {
    use Operation as O;
    let case = format!("/pratiche/{}", of.case);
    let payment = format!("/pagamenti/{}", of.payment);
    let form = format!("/servizi/{CARD}/richiesta");
    let command = |code: &'static str| {
        assert_eq!(Operation::of_command(code), Some(operation), "{code}");
        // A case that went on meanwhile: asked for the right, nothing is done.
        let path = format!("/ufficio/pratiche/{}", of.case);
        post(
            "/ufficio/pratiche/{}",
            path,
            &[("azione", code), ("seq", "0")],
        )
    };
    match operation {
        O::ReadPublicPages => public(),
        O::Rate => post(
            "/valutazioni",
            "/valutazioni",
            &[("oggetto", "/"), ("voto", "5")],
        ),
        O::FillRequest => {
            let file = format!("{form}/allegati/denuncia");
            let mut all = get("/servizi/{}/richiesta", form.clone());
            all.extend(post(
                "/servizi/{}/richiesta",
                form.clone(),
                &[("azione", "salva")],
            ));
            all.push(door(Method::PUT, "/servizi/{}/richiesta", form.clone()));
            all.push(door(Method::PUT, "/servizi/{}/richiesta/allegati/{}", file));
            all
        }
        O::RemoveAttachment => {
            let path = format!("{form}/allegati/{}", of.draft_file);
            vec![door(
                Method::DELETE,
                "/servizi/{}/richiesta/allegati/{}",
                path,
            )]
        }
        O::SeeOwnArea => [
            get("/area-personale", "/area-personale"),
            get("/pagamenti", "/pagamenti"),
            get("/area-personale/deleghe", "/area-personale/deleghe"),
            get("/area-personale/profilo", "/area-personale/profilo"),
        ]
        .concat(),
        // Nothing is changed.
        O::CorrectProfile => post(
            "/area-personale/profilo",
            "/area-personale/profilo",
            &[("azione", "salva")],
        ),
        // Nothing is given: asked for the right, then refused for what is missing.
        O::Delegate => post(
            "/area-personale/deleghe",
            "/area-personale/deleghe",
            &[("azione", "delega")],
        ),
        O::SeeOwnCase => [
            get("/pratiche/{}", case.clone()),
            get("/pratiche/{}/ricevuta", format!("{case}/ricevuta")),
        ]
        .concat(),
        O::AnswerIntegration => post(
            "/pratiche/{}",
            case,
            &[("azione", "rispondi"), ("seq", "0")],
        ),
        O::Withdraw => post("/pratiche/{}", case, &[("azione", "ritira"), ("seq", "0")]),
        // Another version than the one that waits: asked for the right, nothing is signed.
        O::Cosign => [
            get("/firme/{}", format!("/firme/{}", of.cosignature)),
            post(
                "/firme/{}",
                format!("/firme/{}", of.cosignature),
                &[("azione", "firma"), ("impronta", "")],
            ),
        ]
        .concat(),
        O::Restart => {
            let mut all = get("/pratiche/{}/ricomincia", format!("{case}/ricomincia"));
            all.extend(post("/pratiche/{}", case, &[("azione", "ricomincia")]));
            all
        }
        O::SeePayment => [
            get("/pagamenti/{}", payment.clone()),
            get("/pagamenti/{}/esito", format!("{payment}/esito")),
        ]
        .concat(),
        O::Pay => post("/pagamenti/{}", payment, &[("azione", "paga")]),
        O::ReadAttachment => get("/allegati/{}", format!("/allegati/{}", of.attachment)),
        O::ReadDocument => get("/pratiche/{}/documenti/{}", of.document.clone()),
        O::ReadReceipt => get("/pagamenti/{}/ricevute/{}", of.receipt.clone()),
        O::FollowCase => get("/pratiche/{}/eventi", format!("/api{case}/eventi")),
        O::Assist => {
            let desk = "/ufficio/sportello";
            let mut all = get(desk, desk);
            all.extend(get(
                "/ufficio/sportello/stampa",
                "/ufficio/sportello/stampa",
            ));
            all.extend(post(desk, desk, &[("azione", "comincia")]));
            all
        }
        // What they show is of her own offices alone.
        O::EnterOffice => [
            get("/ufficio", "/ufficio"),
            get("/ufficio/agenda", "/ufficio/agenda"),
        ]
        .concat(),
        O::ListCases => vec![Door {
            shows: Some(of.case.clone()),
            ..door(Method::GET, "/ufficio", "/ufficio?stato=tutte".to_owned())
        }],
        O::SeeCase => get(
            "/ufficio/pratiche/{}",
            format!("/ufficio/pratiche/{}", of.case),
        ),
        O::TakeCharge => command("prendi_in_carico"),
        O::AskIntegration => command("chiedi_integrazione"),
        O::Accept => command("accogli"),
        O::RefuseAdmission => command("irricevibile"),
        O::SeeSettings => {
            let own = format!("/ufficio/servizi/{PASS}");
            let mut all = get("/ufficio/servizi/{}", own);
            all.push(Door {
                shows: Some(PASS.to_owned()),
                ..door(Method::GET, "/ufficio/servizi", "/ufficio/servizi".into())
            });
            all
        }
        // Nothing is changed: asked for the right, then refused for what is missing.
        O::ChangeSettings => post(
            "/ufficio/servizi/{}",
            format!("/ufficio/servizi/{PASS}"),
            &[("azione", "chiudi_servizio")],
        ),
        O::PreviewDefinition => {
            let mut all = get("/ufficio/anteprima", "/ufficio/anteprima");
            all.extend(post("/ufficio/anteprima", "/ufficio/anteprima", &[]));
            all
        }
        O::SeeDeliveries => get("/ufficio/consegne", "/ufficio/consegne"),
        O::Resend => post(
            "/ufficio/consegne",
            "/ufficio/consegne",
            &[("azione", "rimanda"), ("id", "nessuna")],
        ),
        O::SeeRatings => get("/ufficio/valutazioni", "/ufficio/valutazioni"),
        O::SeeProcessing => get("/ufficio/trattamenti", "/ufficio/trattamenti"),
        O::SeeRoles => get("/ufficio/ruoli", "/ufficio/ruoli"),
        O::GrantRole => post(
            "/ufficio/ruoli",
            "/ufficio/ruoli",
            &[("azione", "dai_ruolo")],
        ),
        O::EndRole => post(
            "/ufficio/ruoli",
            "/ufficio/ruoli",
            &[("azione", "togli_ruolo"), ("id", "nessuno")],
        ),
    }
}

fn public() -> Vec<Door> {
    let sheet = format!("/servizi/{CARD}");
    [
        get("/", "/"),
        get("/servizi", "/servizi"),
        get("/servizi/{}", sheet.clone()),
        get("/servizi/{}/privacy", format!("{sheet}/privacy")),
        get("/offline", "/offline"),
        get("/accedi", "/accedi"),
        get("/valutazioni", "/valutazioni?oggetto=/"),
        get("/valutazioni/grazie", "/valutazioni/grazie?oggetto=/"),
        get("/domande-frequenti", "/domande-frequenti"),
        get("/privacy", "/privacy"),
        get("/note-legali", "/note-legali"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is about no office: a role of any office is enough.
fn is_anywhere(operation: Operation) -> bool {
    matches!(operation, Operation::EnterOffice | Operation::Assist)
}

/// Somebody who tries every door.
struct Persona {
    name: String,
    browser: Browser,
    logged_in: bool,
    owner: bool,
    /// Her role of today, and whether it is of the case's office or of the town.
    role: Option<(Role, bool)>,
}

impl Persona {
    /// What the matrix says.
    fn may(&self, operation: Operation) -> bool {
        let public = match operation.public() {
            Public::Anybody => true,
            Public::LoggedIn => self.logged_in,
            Public::Owner => self.owner,
            Public::Nobody => false,
        };
        let by_role = self.role.is_some_and(|(role, here)| {
            operation.roles().contains(&role) && (here || is_anywhere(operation))
        });
        public || by_role
    }

    /// By the page's door or by its twin under `/api`.
    async fn tries(&self, door: &Door, api: bool) -> Response {
        let prefix = if api { "/api" } else { "" };
        let url = format!("{}{prefix}{}", self.browser.url, door.path);
        let request = self.browser.client.request(door.method.clone(), url);
        let request = request.header("origin", &self.browser.url);
        let request = match door.method {
            Method::POST => request.form(&door.fields),
            Method::PUT if door.route.contains("allegati") => {
                request.header("x-file-name", "f.pdf").body("%PDF-1.7 x")
            }
            Method::PUT => request.json(&SaveRequest::default()),
            _ => request,
        };
        request.send().await.unwrap()
    }
}

/// Whether the door opened: an answer about the thing, be it that something was wrong with it.
async fn opened(door: &Door, answer: Response) -> bool {
    let status = answer.status();
    assert!(!status.is_server_error(), "{} {status}", door.path);
    if [401, 403, 404].contains(&status.as_u16()) {
        return false;
    }
    if status == StatusCode::SEE_OTHER {
        let to = answer.headers()[LOCATION].to_str().unwrap();
        return !to.starts_with("/accedi");
    }
    let kind = answer.headers().get("content-type");
    let json = kind.is_some_and(|kind| kind == "application/json");
    if !json && door.shows.is_none() {
        return true;
    }
    let body = answer.text().await.unwrap();
    match &door.shows {
        Some(id) => body.contains(id.as_str()),
        None => {
            let data: Value = serde_json::from_str(&body).unwrap();
            let to = data["page"]["redirect"]["to"].as_str();
            !to.is_some_and(|to| to.starts_with("/accedi"))
        }
    }
}

/// Doors that exist once: files have no twin, the guided form's `PUT` and the stream no page.
fn ways(door: &Door) -> Vec<bool> {
    let file = [
        "/allegati/{}",
        "/pratiche/{}/documenti/{}",
        "/pagamenti/{}/ricevute/{}",
    ];
    if file.contains(&door.route) || door.path.starts_with("/api") {
        return vec![false];
    }
    match door.method {
        Method::PUT | Method::DELETE => vec![true],
        _ => vec![false, true],
    }
}

/// One town with its walked case.
struct Town<'a> {
    world: &'a World,
    clock: &'a ManualClock,
    boss: Browser,
}

impl Town<'_> {
    /// `gg/mm/aaaa` in so many days.
    fn day(&self, days: i64) -> String {
        rome_day(self.clock.now_ms()).plus_days(days).italian()
    }

    async fn roles(&self) -> RolesPage {
        roles_page(&self.boss).await
    }

    async fn give(&self, code: &str, role: Role, office: &str, days: (i64, Option<i64>)) {
        let (from, to) = (self.day(days.0), days.1.map(|n| self.day(n)));
        let form = [
            ("azione", "dai_ruolo"),
            ("codice_fiscale", code),
            ("ruolo", role.code()),
            ("ufficio", office),
            ("dal", &from),
            ("al", to.as_deref().unwrap_or_default()),
        ];
        let given = self.boss.post("/ufficio/ruoli", &form).await;
        let (status, to) = (given.status(), given.headers().get(LOCATION).cloned());
        assert_eq!(
            status,
            StatusCode::SEE_OTHER,
            "{}",
            given.text().await.unwrap()
        );
        assert_eq!(to.unwrap(), "/ufficio/ruoli?fatto=dato");
    }

    /// Ends what this person has; `last` as typed.
    async fn end(&self, code: &str, last: &str) {
        let page = self.roles().await;
        let view = page.views.iter().find(|view| view.fiscal_code == code);
        let form = [
            ("azione", "togli_ruolo"),
            ("id", view.unwrap().id.as_str()),
            ("ultimo_giorno", last),
        ];
        let ended = self.boss.post("/ufficio/ruoli", &form).await;
        assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    }

    /// Asked, accepted, paid: a case that has one of everything.
    async fn things(&self, citizen: &Browser) -> Things {
        let police = self.world.login(CLERK_POLICE).await;
        let case = send_with_file(citizen).await;
        let taken = office(&police, &case, "prendi_in_carico", &[]).await;
        assert_eq!(taken.status(), StatusCode::SEE_OTHER);
        let accepted = office(&police, &case, "accogli", &ACCEPTED).await;
        assert_eq!(accepted.status(), StatusCode::SEE_OTHER);
        self.pay(citizen, &case).await;
        let page = own_case(citizen, &case).await;
        let draft_file = theft_draft(citizen).await;
        Things {
            attachment: page.attachments[0].file.clone(),
            document: page.documents[0].href.clone(),
            payment: page.payments[0].id.clone(),
            receipt: page.payments[0].receipts[0].href.clone(),
            case,
            draft_file,
            cosignature: self.asked_to_sign().await,
        }
    }

    /// Somebody's request that waits for the mother's signature.
    async fn asked_to_sign(&self) -> String {
        let counter = &self.world.counter;
        let definition = counter.catalogue.get(CARD).unwrap().hash.clone();
        let content = serde_json::json!({
            "service": {"title": "Prova", "definition": definition},
            "applicant": server::state::PersonData::default(),
            "answers": {}, "declarations": [], "attachments": [],
        });
        let (draft, signers) = (counter.new_id(), [MOTHER.to_owned()]);
        let bytes = content.to_string().into_bytes();
        cosign::ask(counter, &draft, &bytes, &signers)
            .await
            .unwrap();
        let rows = cosignatures::of_draft(&counter.store, &draft)
            .await
            .unwrap();
        rows[0].id.clone()
    }

    async fn pay(&self, citizen: &Browser, case: &str) {
        self.until(citizen, case, PaymentStatus::DaPagare).await;
        let payment = own_case(citizen, case).await.payments[0].id.clone();
        let path = format!("/pagamenti/{payment}");
        let answer = citizen.post(&path, &[("azione", "paga")]).await;
        let cart = answer.headers()[LOCATION].to_str().unwrap().to_owned();
        let web = browser(&self.world.sandbox).client;
        let paid = web.post(cart).form(&[("azione", "paga")]).send().await;
        let back = paid.unwrap().headers()[LOCATION].clone();
        let back = back
            .to_str()
            .unwrap()
            .strip_prefix(&self.world.url)
            .unwrap()
            .to_owned();
        assert_eq!(citizen.get(&back).await.status(), StatusCode::OK);
        self.until(citizen, case, PaymentStatus::Concluso).await;
    }

    /// Lets the workers' time run until the payment is so.
    async fn until(&self, citizen: &Browser, case: &str, wanted: PaymentStatus) {
        for _ in 0..300 {
            if own_case(citizen, case).await.payments[0].status == wanted {
                return;
            }
            self.clock.advance(1_000);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the payment is not {wanted:?}");
    }

    /// Everybody, the owner last: what she does to her draft does not hide it from the others.
    async fn everybody(&self, owner: Browser) -> Vec<Persona> {
        let persona = |name: &str, browser, role| Persona {
            name: name.to_owned(),
            browser,
            logged_in: true,
            owner: false,
            role,
        };
        let mut all = vec![Persona {
            logged_in: false,
            ..persona("nobody", browser(&self.world.url), None)
        }];
        all.push(persona("a stranger", self.world.login(STUDENT).await, None));
        let head = Some((Role::Head, true));
        all.push(persona(
            "head by comune.toml",
            self.world.login(CLERK_POLICE).await,
            head,
        ));
        let other = Some((Role::Head, false));
        all.push(persona(
            "another head by it",
            self.world.login(CLERK_TAXES).await,
            other,
        ));
        let mut n = 0;
        for role in Role::ALL {
            let places: &[(&str, bool)] = match role.is_for_the_town() {
                true => &[("", true)],
                false => &[(HERE, true), (ELSEWHERE, false)],
            };
            for (office, here) in places {
                self.give(&fiscal_code(n), role, office, (0, None)).await;
                let name = format!("{role:?} of {office:?}");
                let browser = login_nth(&self.world.url, n).await;
                all.push(persona(&name, browser, Some((role, *here))));
                n += 1;
            }
        }
        all.extend(self.out_of_time(n).await);
        all.push(Persona {
            owner: true,
            ..persona("the owner", owner, None)
        });
        all
    }

    /// Who has been head of the office, or will be. Two days pass.
    async fn out_of_time(&self, first: usize) -> Vec<Persona> {
        let names = ["expired", "ended at once", "ended with a day", "future"];
        let periods = [(0, Some(1)), (0, None), (0, None), (30, None)];
        let mut all = Vec::new();
        for (n, (name, days)) in names.into_iter().zip(periods).enumerate() {
            let code = fiscal_code(first + n);
            self.give(&code, Role::Head, HERE, days).await;
            let persona = Persona {
                name: name.to_owned(),
                browser: login_nth(&self.world.url, first + n).await,
                logged_in: true,
                owner: false,
                role: None,
            };
            let now = persona.browser.get("/ufficio").await.status();
            let wanted = if days.0 == 0 { 200 } else { 403 };
            assert_eq!(now.as_u16(), wanted, "{name}, today");
            all.push(persona);
        }
        self.end(&fiscal_code(first + 1), "").await;
        let next_click = all[1].browser.get("/ufficio").await;
        assert_eq!(next_click.status(), StatusCode::FORBIDDEN);
        let html = next_click.text().await.unwrap();
        assert!(html.contains("Non puoi fare questa operazione"), "{html}");
        self.end(&fiscal_code(first + 2), &self.day(1)).await;
        self.clock.advance_days(1);
        for persona in [&all[0], &all[2]] {
            let last_day = persona.browser.get("/ufficio").await;
            assert_eq!(last_day.status(), StatusCode::OK, "{}", persona.name);
        }
        self.clock.advance_days(1);
        all
    }
}

async fn roles_page(boss: &Browser) -> RolesPage {
    match boss.page("/ufficio/ruoli").await.page {
        Page::Roles(page) => *page,
        other => panic!("not the roles: {other:?}"),
    }
}

async fn own_case(citizen: &Browser, case: &str) -> CasePage {
    match citizen.page(&format!("/pratiche/{case}")).await.page {
        Page::Case(page) => *page,
        other => panic!("not the case: {other:?}"),
    }
}

async fn send_with_file(citizen: &Browser) -> String {
    fill_duplicate(citizen).await;
    receipt(citizen.send(PASS).await.unwrap()).id
}

/// A draft with a file; its id.
async fn theft_draft(citizen: &Browser) -> String {
    prepare_card(citizen).await;
    let theft = [
        ("motivo", "furto"),
        ("denuncia_autorita", "CC"),
        ("denuncia_data", "1/1/2026"),
    ];
    citizen.answer(CARD, "motivo", &theft).await.unwrap();
    let file = citizen.upload(CARD, "denuncia", "denuncia.pdf", b"%PDF-1.7 x".to_vec());
    let file: AttachmentView = file.await.json().await.unwrap();
    file.file
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_what_the_matrix_says_and_nothing_else() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let town = Town {
            boss: world.login(CLERK_CARDS).await,
            world: &world,
            clock: &clock,
        };
        let maria = world.login(MOTHER).await;
        let things = town.things(&maria).await;
        let everybody = town.everybody(maria).await;
        assert_eq!(everybody.len(), 19);
        let mut wrong = Vec::new();
        let mut tried = 0;
        for persona in &everybody {
            for operation in Operation::ALL {
                for door in doors(*operation, &things) {
                    for api in ways(&door) {
                        let answer = persona.tries(&door, api).await;
                        let status = answer.status();
                        let seen = opened(&door, answer).await;
                        tried += 1;
                        if seen != persona.may(*operation) {
                            let (method, path) = (&door.method, &door.path);
                            let who = &persona.name;
                            wrong.push(format!("{who}: {operation:?}: {method} {path}: {status}"));
                        }
                    }
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "not as the matrix says:\n{}",
            wrong.join("\n")
        );
        assert!(tried > 1_000, "{tried}");
        // What was given for later holds once it is later.
        let future = everybody.iter().find(|persona| persona.name == "future");
        clock.advance_days(28);
        let today = future.unwrap().browser.get("/ufficio").await;
        assert_eq!(today.status(), StatusCode::OK);
    }
}

/// Paths with nameless parameters.
fn nameless(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.starts_with('{') {
        true => "{}",
        false => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What is open to everybody and tells nothing of anybody.
const TECHNICAL: [&str; 6] = [
    "/healthz",
    "/readyz",
    "/esci",
    "/lingua",
    "/api/openapi.json",
    "/api/sessione",
];

/// Method and path of every route: what `/api/openapi.json` describes (a test of the program holds
/// that against its pages and actions), and the router's own routes.
async fn routes(world: &World) -> BTreeSet<(String, String)> {
    let answer = browser(&world.url).get("/api/openapi.json").await;
    let described: Value = answer.json().await.unwrap();
    let mut all = BTreeSet::new();
    for (path, entry) in described["paths"].as_object().unwrap() {
        if TECHNICAL.contains(&path.as_str()) {
            continue;
        }
        let path = nameless(path.strip_prefix("/api").unwrap());
        for method in entry.as_object().unwrap().keys() {
            all.insert((method.to_uppercase(), path.clone()));
        }
    }
    let source = include_str!("../src/http.rs");
    let source = source.split("#[cfg(test)]").next().unwrap();
    for route in source.split(".route(").skip(1) {
        let path = route.split('"').nth(1).unwrap();
        let calls = route.split(".route(").next().unwrap();
        if TECHNICAL.contains(&path) || path.starts_with("/api/") {
            continue;
        }
        for method in ["get", "post", "put", "delete"] {
            if calls.contains(&format!("{method}(")) {
                all.insert((method.to_uppercase(), nameless(path)));
            }
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_an_operation_of_the_matrix() {
    let worlds = common::worlds(|_| {}).await;
    let id = || "x".to_owned();
    let things = Things {
        case: id(),
        attachment: id(),
        document: id(),
        payment: id(),
        receipt: id(),
        draft_file: id(),
        cosignature: id(),
    };
    let walked = Operation::ALL.iter().flat_map(|o| doors(*o, &things));
    let walked: BTreeSet<_> = walked
        .map(|door| (door.method.to_string(), door.route.to_owned()))
        .collect();
    let mut there = routes(&worlds[0]).await;
    // Only a service with a digital signature has these, only some have questions or points: their own tests
    // walk them (`signing.rs`, `precheck.rs`, `map.rs`), and so they do a file in parts and the terms.
    let apart = [
        "/requisiti",
        "/richiesta/firma",
        "/richiesta/mappa",
        "/parti",
        "/condizioni",
        "{}/anteprima",
    ];
    there.retain(|(_, path)| !apart.iter().any(|part| path.contains(part)));
    assert!(there.contains(&("GET".into(), "/allegati/{}".into())));
    assert!(there.len() > 30, "{there:?}");
    assert_eq!(walked, there);
}

/// Why a form on the page was refused, by field.
async fn refused(boss: &Browser, form: &[(&str, &str)], status: u16) -> String {
    let answer = boss.post("/ufficio/ruoli", form).await;
    assert_eq!(answer.status().as_u16(), status, "{form:?}");
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_form_comes_back_with_what_was_typed() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let boss = world.login(CLERK_CARDS).await;
        let yesterday = rome_day(clock.now_ms()).plus_days(-1).italian();
        let code = fiscal_code(7);
        let good = [
            ("azione", "dai_ruolo"),
            ("codice_fiscale", code.as_str()),
            ("ruolo", "operatore"),
            ("ufficio", HERE),
            ("dal", ""),
            ("al", ""),
        ];
        let wrong = [
            ("codice_fiscale", "PPPPVR80A01A893Z", "codice fiscale"),
            ("ruolo", "sindaco", "Scegli un ruolo."),
            ("ruolo", "amministratore", "lascia vuoto"),
            ("ufficio", "", "Scegli per quale ufficio."),
            ("ufficio", "anagrafe_lunare", "Scegli per quale ufficio."),
            ("dal", "31/2/2027", "non esiste"),
            ("dal", yesterday.as_str(), "da oggi"),
            ("al", yesterday.as_str(), "prima del primo"),
        ];
        for (field, value, told) in wrong {
            let mut form = good;
            for pair in &mut form {
                if pair.0 == field {
                    pair.1 = value;
                }
            }
            let html = refused(&boss, &form, 422).await;
            assert!(html.contains(told), "{field}={value}: {html}");
            let at = if told == "lascia vuoto" {
                "ufficio"
            } else {
                field
            };
            assert!(
                html.contains(&format!("id=\"c-{at}-errore\"")),
                "{field}={value}"
            );
            // What was right is still there.
            let kept = if field == "codice_fiscale" {
                value
            } else {
                &code
            };
            assert!(html.contains(kept), "{field}={value}");
        }
        let none = roles_page(&boss).await;
        assert!(none.history.is_empty());
        // The other door tells the same.
        let url = format!("{}/api/ufficio/ruoli", world.url);
        let request = boss.client.post(url).header("origin", &world.url);
        let answer = request
            .form(&[("azione", "dai_ruolo")])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Problem = answer.json().await.unwrap();
        let fields: Vec<_> = problem.errors.iter().map(|e| e.path.as_str()).collect();
        assert_eq!(fields, ["codice_fiscale", "ruolo"]);
        let unknown = boss.post("/ufficio/ruoli", &[("azione", "promuovi")]).await;
        assert_eq!(unknown.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_and_ended_with_their_history() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let town = Town {
            boss: world.login(CLERK_CARDS).await,
            world: &world,
            clock: &clock,
        };
        let (boss, code) = (&town.boss, fiscal_code(1));
        town.give(&code, Role::Clerk, HERE, (0, None)).await;
        let twice = [
            ("azione", "dai_ruolo"),
            ("codice_fiscale", code.as_str()),
            ("ruolo", "operatore"),
            ("ufficio", HERE),
            ("dal", "31/12/2030"),
        ];
        let html = refused(boss, &twice, 409).await;
        assert!(html.contains("ha già questo ruolo") && html.contains("31/12/2030"));
        // Another office is another role.
        town.give(&code, Role::Clerk, ELSEWHERE, (3, Some(5))).await;
        let page = town.roles().await;
        let hers: Vec<_> = page
            .views
            .iter()
            .filter(|v| v.fiscal_code == code)
            .collect();
        assert_eq!(hers.iter().filter(|view| view.now).count(), 1);
        assert_eq!(hers.len(), 2);
        assert!(
            hers.iter().all(|view| view.name.is_empty()),
            "never logged in"
        );
        login_nth(&world.url, 1).await;
        let page = town.roles().await;
        let hers: Vec<_> = page
            .views
            .iter()
            .filter(|v| v.fiscal_code == code)
            .collect();
        assert!(hers.iter().all(|view| view.name == "Prova Prova"));
        let now = hers.iter().find(|view| view.now).unwrap();
        for last in ["1/1/2020", "boh"] {
            let form = [
                ("azione", "togli_ruolo"),
                ("id", &now.id),
                ("ultimo_giorno", last),
            ];
            let html = refused(boss, &form, 422).await;
            assert!(html.contains("id=\"c-ultimo_giorno-errore\""), "{html}");
            assert!(html.contains(last), "{last}");
        }
        let end = [("azione", "togli_ruolo"), ("id", now.id.as_str())];
        let ended = boss.post("/ufficio/ruoli", &end).await;
        assert_eq!(ended.status(), StatusCode::SEE_OTHER);
        let html = refused(boss, &end, 409).await;
        assert!(html.contains("Nel frattempo è finito"), "{html}");
        // Given again, once it is over; all of it is told.
        town.give(&code, Role::Clerk, HERE, (0, None)).await;
        let page = town.roles().await;
        let told: Vec<_> = page.history.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(told.len(), 4);
        assert!(
            told.iter()
                .all(|text| text.starts_with("Rosa Sannicandro ha "))
        );
        let ends: Vec<_> = told
            .iter()
            .filter(|text| text.contains("ha tolto a Prova Prova"))
            .collect();
        assert!(ends.len() == 1 && ends[0].ends_with("subito."), "{ends:?}");
        assert!(page.unheaded.is_empty(), "{:?}", page.unheaded);
        let from_file = page.views.iter().filter(|view| view.id.is_empty()).count();
        let people = world.counter.comune.operatori.iter();
        let said: usize = people
            .map(|person| person.uffici.len() + usize::from(person.amministratore))
            .sum();
        assert_eq!(
            from_file, said,
            "what comune.toml says is shown, and not ended here"
        );
        nothing_in_clear(&world, &code).await;
    }
}

/// No codice fiscale lies in the tables as it is.
async fn nothing_in_clear(world: &World, code: &str) {
    use server::store::dump::{Row, Snapshot};
    let mut snapshot = Snapshot::open(&world.settings.database_url())
        .await
        .unwrap();
    for table in ["role_grants", "role_ends"] {
        let mut rows = Vec::new();
        let collect = |row: Row| {
            rows.push(serde_json::to_string(&row).unwrap());
            Ok::<_, server::store::StoreError>(())
        };
        snapshot.each_row(table, collect).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        assert!(!rows.iter().any(|row| row.contains(code)), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_keeps_her_own_last_role() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let town = Town {
            boss: world.login(CLERK_CARDS).await,
            world: &world,
            clock: &clock,
        };
        let codes = [fiscal_code(0), fiscal_code(1)];
        let first = login_nth(&world.url, 0).await;
        let second = login_nth(&world.url, 1).await;
        for code in &codes {
            town.give(code, Role::Administrator, "", (0, None)).await;
        }
        let own = |page: &RolesPage, n: usize| {
            let mut views = page.views.iter();
            let view = views.find(|view| view.fiscal_code == codes[n]);
            view.unwrap().id.clone()
        };
        let page = roles_page(&first).await;
        let (hers, others) = (own(&page, 0), own(&page, 1));
        let tomorrow = town.day(1);
        for last in ["", tomorrow.as_str()] {
            let form = [
                ("azione", "togli_ruolo"),
                ("id", &hers),
                ("ultimo_giorno", last),
            ];
            let html = refused(&first, &form, 422).await;
            assert!(html.contains("ultimo ruolo di amministratore"), "{html}");
        }
        // Two who end each other's at the same time: one of them stays.
        let (a, b) = (
            [("azione", "togli_ruolo"), ("id", others.as_str())],
            [("azione", "togli_ruolo"), ("id", hers.as_str())],
        );
        let (a, b) = tokio::join!(
            first.post("/ufficio/ruoli", &a),
            second.post("/ufficio/ruoli", &b)
        );
        let mut statuses = [a.status().as_u16(), b.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 403]);
        let left = town.roles().await;
        let given = left.views.iter().filter(|view| !view.id.is_empty());
        assert_eq!(given.count(), 1);
        // Who is one by comune.toml too may end what was given to her.
        town.give(CLERK_CARDS, Role::Administrator, "", (0, None))
            .await;
        let page = town.roles().await;
        let own = page
            .views
            .iter()
            .find(|v| v.fiscal_code == CLERK_CARDS && !v.id.is_empty());
        let form = [("azione", "togli_ruolo"), ("id", own.unwrap().id.as_str())];
        let ended = town.boss.post("/ufficio/ruoli", &form).await;
        assert_eq!(ended.status(), StatusCode::SEE_OTHER);
        assert_eq!(
            town.boss.get("/ufficio/ruoli").await.status(),
            StatusCode::OK
        );
    }
}

/// Who is no administrator any more when her words arrive gives no role.
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_asks_again_when_it_is_written() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let town = Town {
            boss: world.login(CLERK_CARDS).await,
            world: &world,
            clock: &clock,
        };
        let code = fiscal_code(0);
        town.give(&code, Role::Administrator, "", (0, None)).await;
        let second = login_nth(&world.url, 0).await;
        let page = town.roles().await;
        let own = page.views.iter().find(|view| view.fiscal_code == code);
        let end = [("azione", "togli_ruolo"), ("id", own.unwrap().id.as_str())];
        let words = format!("azione=dai_ruolo&codice_fiscale={code}&ruolo=amministratore");
        let (first, rest) = words.split_at(10);
        let (send, receive) = tokio::sync::mpsc::channel::<Result<String, std::io::Error>>(2);
        send.send(Ok(first.to_owned())).await.unwrap();
        let body = reqwest::Body::wrap_stream(tokio_stream::wrappers::ReceiverStream::new(receive));
        let request = second.client.post(format!("{}/ufficio/ruoli", second.url));
        let request = request
            .header("origin", &second.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send();
        let ended = async {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            let ended = town.boss.post("/ufficio/ruoli", &end).await;
            assert_eq!(ended.status(), StatusCode::SEE_OTHER);
            send.send(Ok(rest.to_owned())).await.unwrap();
            drop(send);
        };
        let (late, ()) = tokio::join!(request, ended);
        assert_eq!(late.unwrap().status(), StatusCode::FORBIDDEN);
        let left = town.roles().await;
        assert!(left.views.iter().all(|view| view.fiscal_code != code));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_is_there_for_who_may_press_it() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let town = Town {
            boss: world.login(CLERK_CARDS).await,
            world: &world,
            clock: &clock,
        };
        let roles = [Role::Clerk, Role::Head, Role::Registrar];
        let mut people = Vec::new();
        for (n, role) in roles.into_iter().enumerate() {
            let office = if role.is_for_the_town() { "" } else { HERE };
            town.give(&fiscal_code(n), role, office, (0, None)).await;
            people.push(login_nth(&world.url, n).await);
        }
        let [clerk, head, registrar] = people.as_slice() else {
            panic!("three people")
        };
        let case = send_duplicate(&world.login(MOTHER).await).await;
        let page = office_page(registrar, &case).await;
        assert!(page.commands.is_empty() && page.others);
        let taken = office(clerk, &case, "prendi_in_carico", &[]).await;
        assert_eq!(taken.status(), StatusCode::SEE_OTHER);
        let page = office_page(clerk, &case).await;
        assert_eq!(page.commands, ["chiedi_integrazione"]);
        let html = clerk
            .get(&format!("/ufficio/pratiche/{case}"))
            .await
            .text()
            .await
            .unwrap();
        assert!(
            html.contains("Altro lo decide chi ne è responsabile"),
            "{html}"
        );
        assert!(!html.contains("value=\"accogli\""));
        let pressed = office(clerk, &case, "accogli", &ACCEPTED).await;
        assert_eq!(pressed.status(), StatusCode::FORBIDDEN);
        let page = office_page(head, &case).await;
        assert_eq!(
            page.commands,
            ["chiedi_integrazione", "accogli", "irricevibile"]
        );
        assert!(!page.others);
        let accepted = office(head, &case, "accogli", &ACCEPTED).await;
        assert_eq!(accepted.status(), StatusCode::SEE_OTHER);
        for (person, ruoli) in [(&town.boss, true), (head, false)] {
            let html = person.get("/ufficio").await.text().await.unwrap();
            assert_eq!(html.contains("href=\"/ufficio/ruoli\""), ruoli);
        }
    }
}
