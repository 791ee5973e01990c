//! Who may do what: roles, operations, and the matrix of both.
//!
//! The matrix is the one place where it is decided, and the only way to name an operation: one
//! without an entry does not exist. `server/tests/roles.rs` walks every operation as everybody.

use serde::{Deserialize, Serialize};

use crate::civil::Date;

/// What somebody is for the town. The codes are those of comune.toml and of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    #[serde(rename = "operatore")]
    Clerk,
    /// Decides (L. 241/1990 art. 6 c. 1 e).
    #[serde(rename = "responsabile")]
    Head,
    /// Of the protocol register (D.P.R. 445/2000 art. 61).
    #[serde(rename = "protocollista")]
    Registrar,
    #[serde(rename = "redattore_albo")]
    Publisher,
    #[serde(rename = "comunicatore")]
    Communicator,
    #[serde(rename = "amministratore")]
    Administrator,
}

impl Role {
    pub const ALL: [Self; 6] = [
        Self::Clerk,
        Self::Head,
        Self::Registrar,
        Self::Publisher,
        Self::Communicator,
        Self::Administrator,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Clerk => "operatore",
            Self::Head => "responsabile",
            Self::Registrar => "protocollista",
            Self::Publisher => "redattore_albo",
            Self::Communicator => "comunicatore",
            Self::Administrator => "amministratore",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// For the office's pages, which are Italian.
    pub fn label(self) -> &'static str {
        match self {
            Self::Clerk => "Operatore",
            Self::Head => "Responsabile d'ufficio",
            Self::Registrar => "Protocollista",
            Self::Publisher => "Redattore dell'albo",
            Self::Communicator => "Comunicatore",
            Self::Administrator => "Amministratore",
        }
    }

    /// Whether it is given for the whole town; otherwise for one office at a time.
    pub fn is_for_the_town(self) -> bool {
        matches!(self, Self::Registrar | Self::Administrator)
    }
}

/// Who may do something without any role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Public {
    Anybody,
    /// Whoever logged in, in what is hers.
    LoggedIn,
    /// Whom the draft, case or payment belongs to.
    Owner,
    Nobody,
}

/// Declares [`Operation`] by its lines of the matrix.
macro_rules! matrix {
    ($($(#[$about:meta])* $operation:ident $label:literal $public:ident [$($role:ident)*])*) => {
        /// What somebody may want to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operation { $($(#[$about])* $operation,)* }

        impl Operation {
            pub const ALL: &[Self] = &[$(Self::$operation,)*];

            /// Who may without any role.
            pub fn public(self) -> Public {
                match self { $(Self::$operation => Public::$public,)* }
            }

            /// Who may by a role at the office that it is about.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Self::$operation => &[$(Role::$role,)*],)* }
            }

            /// For the office's pages, which are Italian.
            pub fn label(self) -> &'static str {
                match self { $(Self::$operation => $label,)* }
            }
        }
    };
}

// Publisher and Communicator: nothing yet.
matrix! {
    // operation       in words                                        without a role   by a role
    ReadPublicPages   "leggere le pagine pubbliche"                    Anybody   []
    Rate              "dare un parere"                                 Anybody   []
    FillRequest       "compilare e inviare una richiesta"              LoggedIn  []
    SeeOwnArea        "vedere le proprie bozze, pratiche e pagamenti"  LoggedIn  []
    CorrectProfile    "correggere il proprio profilo"                  LoggedIn  []
    Delegate          "dare, usare e revocare deleghe"                 LoggedIn  []
    RemoveAttachment  "togliere un file dalla bozza"                   Owner     []
    SeeOwnCase        "vedere la propria pratica e la ricevuta"        Owner     []
    AnswerIntegration "rispondere a una richiesta di documenti"        Owner     []
    Withdraw          "ritirare una richiesta"                         Owner     []
    Cosign            "firmare una richiesta preparata da altri"       Owner     []
    Restart           "ricominciare da una propria richiesta"          Owner     []
    SeePayment        "vedere un proprio pagamento"                    Owner     []
    Pay               "pagare"                                         Owner     []

    ReadAttachment    "scaricare gli allegati"                         Owner     [Clerk Head Registrar]
    ReadDocument      "scaricare i documenti protocollati"             Owner     [Clerk Head Registrar]
    ReadReceipt       "scaricare le ricevute di pagamento"             Owner     [Clerk Head]
    FollowCase        "seguire dal vivo le novità di una pratica"      Owner     [Clerk Head Registrar]

    /// For who has no digital identity (CAD art. 65 c. 1 c).
    Assist            "compilare allo sportello per chi non ha un'identità digitale"  Nobody  [Clerk Head]
    EnterOffice       "entrare nella parte dell'ufficio"               Nobody    [Clerk Head Registrar Administrator]
    ListCases         "vedere l'elenco delle pratiche"                 Nobody    [Clerk Head Registrar]
    SeeCase           "vedere una pratica"                             Nobody    [Clerk Head Registrar]
    TakeCharge        "prendere in carico"                             Nobody    [Clerk Head]
    AskIntegration    "chiedere documenti"                             Nobody    [Clerk Head]
    /// A final act.
    Accept            "accogliere una richiesta"                       Nobody    [Head]
    /// A final act (L. 241/1990 art. 2 c. 1).
    RefuseAdmission   "dichiarare irricevibile una richiesta"          Nobody    [Head]

    SeeSettings       "vedere costi, periodo e chiusure dei servizi"   Nobody    [Clerk Head Administrator]
    ChangeSettings    "chiudere un servizio, cambiarne costi e periodo" Nobody   [Head Administrator]
    PreviewDefinition "vedere in anteprima un servizio nuovo"          Nobody    [Administrator]

    SeeDeliveries     "vedere che cosa è stato consegnato"             Nobody    [Administrator]
    Resend            "mandare di nuovo ciò che non è arrivato"        Nobody    [Administrator]
    SeeRatings        "vedere i pareri delle persone"                  Nobody    [Administrator]
    /// The register of processing activities (GDPR art. 30).
    SeeProcessing     "vedere il registro dei trattamenti"             Nobody    [Administrator]
    SeeRoles          "vedere i ruoli e la loro storia"                Nobody    [Administrator]
    GrantRole         "dare un ruolo"                                  Nobody    [Administrator]
    EndRole           "togliere un ruolo"                              Nobody    [Administrator]
}

impl Operation {
    /// What the button `azione` of an office's page wants.
    pub fn of_command(code: &str) -> Option<Self> {
        Some(match code {
            "prendi_in_carico" => Self::TakeCharge,
            "chiedi_integrazione" => Self::AskIntegration,
            "accogli" => Self::Accept,
            "irricevibile" => Self::RefuseAdmission,
            "rimanda" => Self::Resend,
            "chiudi_servizio" | "riapri_servizio" | "cambia_costo" | "cambia_periodo"
            | "ritira_modifica" => Self::ChangeSettings,
            "dai_ruolo" => Self::GrantRole,
            "togli_ruolo" => Self::EndRole,
            _ => return None,
        })
    }
}

/// Where a role holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Town,
    /// Id of an office.
    Office(String),
}

/// Where something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Of no office.
    Town,
    /// Id of an office.
    Office(&'a str),
    /// Wherever she may: for what shows only those places.
    Somewhere,
}

/// A role that somebody has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub role: Role,
    pub scope: Scope,
}

impl Held {
    pub fn new(role: Role, scope: Scope) -> Self {
        Self { role, scope }
    }

    fn covers(&self, place: Place<'_>) -> bool {
        match (&self.scope, place) {
            (Scope::Town, _) | (_, Place::Somewhere) => true,
            (Scope::Office(own), Place::Office(asked)) => own == asked,
            (Scope::Office(_), Place::Town) => false,
        }
    }
}

/// Whether one of these roles permits it there.
pub fn permits(held: &[Held], operation: Operation, place: Place<'_>) -> bool {
    let roles = operation.roles();
    held.iter()
        .any(|held| roles.contains(&held.role) && held.covers(place))
}

/// How somebody ended a role before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Whatever the day is.
    AtOnce,
    /// With this day.
    After(Date),
}

/// From when to when a role holds: days in Europe/Rome, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    /// `None`: until somebody ends it.
    pub to: Option<Date>,
    pub end: Option<End>,
}

impl Period {
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && !self.is_over_on(day)
    }

    /// Whether it will hold neither on `day` nor later.
    pub fn is_over_on(&self, day: Date) -> bool {
        self.end == Some(End::AtOnce) || self.last().is_some_and(|last| last < day)
    }

    /// Its last day, if it is known and there was no [`End::AtOnce`].
    pub fn last(&self) -> Option<Date> {
        let ended = match self.end {
            Some(End::After(day)) => Some(day),
            Some(End::AtOnce) | None => None,
        };
        [self.to, ended].into_iter().flatten().min()
    }

    /// Whether the two have a day in common that has not passed.
    pub fn meets(&self, other: &Self, today: Date) -> bool {
        let within = |a: &Self, b: &Self| b.last().is_none_or(|last| a.from <= last);
        !self.is_over_on(today)
            && !other.is_over_on(today)
            && within(self, other)
            && within(other, self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> Date {
        Date::from_days_since_epoch(20_000 + n).unwrap()
    }

    fn period() -> impl Strategy<Value = Period> {
        let end = prop_oneof![
            Just(None),
            Just(Some(End::AtOnce)),
            (0..40_i64).prop_map(|n| Some(End::After(day(n))))
        ];
        (0..40_i64, proptest::option::of(0..20_i64), end).prop_map(|(from, days, end)| Period {
            from: day(from),
            to: days.map(|days| day(from + days)),
            end,
        })
    }

    #[test]
    fn codes_are_read_back_and_are_those_of_the_configuration() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.code()), Some(role));
            let read: Role = serde_json::from_value(role.code().into()).unwrap();
            assert_eq!(read, role);
        }
        assert_eq!(Role::parse("sindaco"), None);
    }

    #[test]
    fn every_role_but_two_has_something_to_do() {
        for role in Role::ALL {
            let has = Operation::ALL.iter().any(|o| o.roles().contains(&role));
            let idle = [Role::Publisher, Role::Communicator].contains(&role);
            assert_eq!(has, !idle, "{role:?}");
        }
    }

    #[test]
    fn an_operation_that_nobody_may_do_is_none() {
        for operation in Operation::ALL {
            assert!(
                operation.public() != Public::Nobody || !operation.roles().is_empty(),
                "{operation:?}"
            );
        }
    }

    #[test]
    fn a_role_of_one_office_opens_no_other_and_not_the_town() {
        let held = [Held::new(Role::Head, Scope::Office("tributi".into()))];
        let may = |operation, place| permits(&held, operation, place);
        assert!(may(Operation::Accept, Place::Office("tributi")));
        assert!(may(Operation::EnterOffice, Place::Somewhere));
        assert!(!may(Operation::Accept, Place::Office("elettorale")));
        assert!(!may(Operation::EnterOffice, Place::Town));
        let odd = [Held::new(
            Role::Administrator,
            Scope::Office("tributi".into()),
        )];
        assert!(!permits(&odd, Operation::GrantRole, Place::Town));
    }

    #[test]
    fn a_role_for_the_town_is_one_for_every_office() {
        let held = [Held::new(Role::Registrar, Scope::Town)];
        for place in [Place::Town, Place::Office("x"), Place::Somewhere] {
            assert!(permits(&held, Operation::SeeCase, place));
            assert!(!permits(&held, Operation::TakeCharge, place));
        }
    }

    #[test]
    fn both_days_are_included() {
        let period = Period {
            from: day(1),
            to: Some(day(2)),
            end: None,
        };
        assert_eq!(
            [0, 1, 2, 3].map(|n| period.holds_on(day(n))),
            [false, true, true, false]
        );
        let ended = Period {
            end: Some(End::AtOnce),
            ..period
        };
        assert!(!ended.holds_on(day(1)));
    }

    proptest! {
        #[test]
        fn what_is_over_never_holds_again(period in period(), n in 0..40_i64, later in 0..40_i64) {
            if period.is_over_on(day(n)) {
                prop_assert!(!period.holds_on(day(n + later)));
            }
        }

        /// By counting days, as nobody would at run time.
        #[test]
        fn two_meet_if_a_day_from_today_is_in_both(a in period(), b in period(), n in 0..90_i64) {
            let both = (n..120).any(|d| a.holds_on(day(d)) && b.holds_on(day(d)));
            prop_assert!(!both || a.meets(&b, day(n)));
            prop_assert_eq!(a.meets(&b, day(n)), b.meets(&a, day(n)));
        }
    }
}
