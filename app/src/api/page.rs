//! The page's data and the way to it.

use async_trait::async_trait;
use rules::t;
use serde::{Deserialize, Serialize};

use super::{
    AgendaPage, AreaPage, CasePage, CosignPage, DelegationsPage, DeliveriesPage, DeskPage,
    DeskPaper, OfficeCasePage, OfficePage, PaymentPage, PaymentsPage, PrecheckPage, PreviewPage,
    PrivacyPage, Problem, ProcessingPage, ProfilePage, RatingPage, RatingsPage, ReceiptPage,
    RequestPage, RestartPage, RolesPage, ServiceSettingsPage, ServicesPage, SettingsPage,
    SheetPage, SigningPage,
};

/// The server, for one request: already bound to its actor, clock and randomness.
/// Taken from context before the first `await`.
#[async_trait]
pub trait Backend: Send + Sync {
    /// The data of the page at `path` (with its query, `/servizi?cerca=tari`).
    /// A refusal is a page too: [`Page::Problem`] with its status.
    async fn page(&self, path: &str) -> PageData;
}

/// Everything that one page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageData {
    pub frame: Frame,
    pub page: Page,
}

/// What is around every page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub town: Town,
    /// Who is logged in.
    pub user: Option<User>,
    /// Today in Europe/Rome, `AAAA-MM-GG`.
    pub today: String,
    /// Shown as a band on top: the sandbox is not the real thing.
    pub sandbox: bool,
}

/// The comune, from comune.toml.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Town {
    /// "Bitonto"
    pub name: String,
    /// "Regione Puglia"
    pub region: String,
    pub region_url: String,
    /// Path of the stemma under `public/`.
    pub crest: String,
    /// `#rrggbb`, checked: what stands in white on it can be read.
    pub colour: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub pec: String,
    pub fiscal_code: String,
    pub accessibility_url: String,
    /// Of the data protection officer; may be empty.
    pub dpo: String,
}

/// Pages that are the same for everybody, whatever the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Info {
    LegalNotes,
    Privacy,
    Questions,
}

/// The ways in, and where one goes then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoginPage {
    /// Local path.
    pub next: String,
    pub notice: Option<String>,
    /// SPID's providers, in another order each time.
    pub spid: Vec<Provider>,
    /// Where the card's login begins, if it is offered.
    pub cie: Option<String>,
    /// Where that of the other countries of the Union begins, if it is offered.
    pub eidas: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    pub name: String,
    /// Where its login begins.
    pub href: String,
}

/// How long a session still lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub seconds: i64,
    /// Whether it may be made longer.
    pub extendable: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// "Maria Rossi"
    pub name: String,
    /// Until her session ends, when the page was made.
    pub seconds_left: i64,
    /// Title of the office she works for, if she is a clerk.
    pub office: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    Home(ServicesPage),
    Services(ServicesPage),
    Sheet(Box<SheetPage>),
    Privacy(Box<PrivacyPage>),
    /// `/servizi/{slug}/requisiti`
    Precheck(Box<PrecheckPage>),
    /// `/accedi`: the ways in.
    Login(LoginPage),
    /// A form that came without a session: it can be sent again after a login.
    Resume(ResumePage),
    /// The service's window is closed: the reason, and no form.
    Closed {
        slug: String,
        title: String,
        reason: String,
    },
    Request(Box<RequestPage>),
    /// A newer draft exists: both values, field by field.
    Conflict(Box<super::ConflictPage>),
    /// The draft of the shown page was sent meanwhile.
    Sent(super::SentPage),
    Receipt(Box<ReceiptPage>),
    Area(AreaPage),
    /// `/area-personale/deleghe`
    Delegations(DelegationsPage),
    /// `/firme/{id}`
    Cosign(Box<CosignPage>),
    /// `/servizi/{slug}/richiesta/firma`
    Signing(Box<SigningPage>),
    /// `/servizi/{slug}/richiesta/mappa`
    Map(Box<super::MapPage>),
    /// `/area-personale/profilo`
    Profile(Box<ProfilePage>),
    Case(Box<CasePage>),
    /// `/pratiche/{id}/ricomincia`
    Restart(RestartPage),
    Payments(PaymentsPage),
    Payment(Box<PaymentPage>),
    Office(OfficePage),
    OfficeCase(Box<OfficeCasePage>),
    Agenda(AgendaPage),
    Deliveries(DeliveriesPage),
    Roles(Box<RolesPage>),
    Settings(SettingsPage),
    ServiceSettings(Box<ServiceSettingsPage>),
    Preview(Box<PreviewPage>),
    Desk(Box<DeskPage>),
    DeskPaper(Box<DeskPaper>),
    /// A rating by itself: it was refused, or somebody came for it.
    Rating(RatingPage),
    /// `/valutazioni/grazie`
    Rated(RatingPage),
    Ratings(RatingsPage),
    /// `/ufficio/trattamenti`
    Processing(ProcessingPage),
    /// `/note-legali`, `/privacy`, `/domande-frequenti`
    Info(Info),
    /// What the service worker shows where there is no network.
    Offline,
    Problem(Problem),
    /// Go there instead: 303 on the server, a navigation in the browser.
    Redirect {
        to: String,
    },
}

/// What was posted without a session: given back to who posted it, kept nowhere else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumePage {
    /// Path that it was posted to.
    pub action: String,
    /// Names and values as they came, the pressed button among them.
    pub fields: Vec<(String, String)>,
    /// Whether files came too: a page cannot give them back.
    pub files: bool,
}

/// The answer to an action through the API: where one is now, and that page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acted<T = PageData> {
    pub path: String,
    pub data: T,
}

impl PageData {
    /// A page that only says why there is no page.
    pub fn unavailable() -> Self {
        Self::from(Problem::new(
            503,
            t!("Servizio non disponibile"),
            t!("In questo momento il servizio non risponde. Riprova tra qualche minuto."),
        ))
    }

    /// The HTTP status of the page.
    pub fn status(&self) -> u16 {
        match &self.page {
            Page::Problem(problem) => problem.status,
            Page::Conflict(_) | Page::Sent(_) => 409,
            Page::Resume(_) => 401,
            Page::Closed { .. } => 403,
            Page::Request(page) if !page.issues.is_empty() => 422,
            Page::Case(page) if !page.errors.is_empty() => 422,
            Page::OfficeCase(page) if !page.case.errors.is_empty() => 422,
            Page::Roles(page) if !page.errors.is_empty() => 422,
            Page::ServiceSettings(page) if !page.errors.is_empty() => 422,
            Page::Preview(page) if page.is_refused() => 422,
            Page::Desk(page) if !page.errors.is_empty() => 422,
            Page::Signing(page) if !page.errors.is_empty() => 422,
            Page::Map(page) if !page.errors.is_empty() => 422,
            Page::Precheck(page) if !page.errors.is_empty() => 422,
            Page::Payment(page) => page.status,
            Page::Profile(page) if !page.errors.is_empty() => 422,
            Page::Delegations(page) if !page.errors.is_empty() => 422,
            Page::Rating(page) if page.error.is_some() => 422,
            _ => 200,
        }
    }
}

impl From<Problem> for PageData {
    fn from(problem: Problem) -> Self {
        Self {
            frame: Frame::default(),
            page: Page::Problem(problem),
        }
    }
}
