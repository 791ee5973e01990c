//! A debt position and its states.
//!
//! Only what somebody did is kept (draft, published, invalidated, payments); the state follows
//! from that and the time, so no clock has to tick for a position to become valid or expire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::pagopa::model::{Body, PaymentOption};
use crate::pagopa::moment::Moment;
use crate::pagopa::problem::Problem;

/// How long the node keeps a payment that was begun and never ended.
const TOKEN_LIFE_MS: u64 = 30 * 60 * 1000;

/// The names of GPD v1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Draft,
    Published,
    Valid,
    Invalid,
    Expired,
    PartiallyPaid,
    Paid,
    Reported,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Published => "PUBLISHED",
            Self::Valid => "VALID",
            Self::Invalid => "INVALID",
            Self::Expired => "EXPIRED",
            Self::PartiallyPaid => "PARTIALLY_PAID",
            Self::Paid => "PAID",
            Self::Reported => "REPORTED",
        }
    }

    fn touched_by_payment(self) -> bool {
        matches!(self, Self::PartiallyPaid | Self::Paid | Self::Reported)
    }
}

/// What was last done to the position, apart from payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    Draft,
    Published,
    Invalid,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Position {
    /// Codice fiscale of the creditor.
    pub organization: String,
    pub body: Body,
    stage: Stage,
    pub inserted: Moment,
    pub updated: Moment,
    pub published: Option<Moment>,
    /// By IUV; a payment begun anew takes the place of one that failed.
    payments: BTreeMap<String, Payment>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payment {
    pub receipt_id: String,
    pub way: Way,
    pub since: Moment,
    /// When the money is there; never for a payment that hangs and fails.
    pub settles: Option<Moment>,
    /// The cart's `idCart`.
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    Checkout,
    /// Elsewhere, with the notice: a tobacconist, a bank's counter.
    Tobacconist,
    /// At the creditor's own desk, outside pagoPA: there is no receipt.
    CashDesk,
}

/// Why a notice cannot be paid now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpayable {
    Paid,
    InProgress,
    NotPayable,
}

impl Position {
    /// A draft, published at once if asked.
    pub fn create(
        organization: &str,
        body: Body,
        publish: bool,
        now: Moment,
    ) -> Result<Self, Problem> {
        let mut position = Self {
            organization: organization.to_owned(),
            body,
            stage: Stage::Draft,
            inserted: now,
            updated: now,
            published: None,
            payments: BTreeMap::new(),
        };
        for option in &mut position.body.payment_option {
            option.nav = Some(option.nav());
        }
        if publish {
            position.publish(now)?;
        }
        Ok(position)
    }

    /// Takes the place of what it was before a PUT.
    pub fn succeed(&mut self, old: &Self) {
        self.inserted = old.inserted;
        self.payments = old.payments.clone();
    }

    pub fn iupd(&self) -> &str {
        &self.body.iupd
    }

    pub fn status(&self, now: Moment) -> Status {
        match self.stage {
            Stage::Draft => Status::Draft,
            Stage::Invalid => Status::Invalid,
            Stage::Published => match self.paid(now) {
                Status::Valid => self.by_date(now),
                paid => paid,
            },
        }
    }

    fn by_date(&self, now: Moment) -> Status {
        let last = self
            .body
            .payment_option
            .iter()
            .map(|option| option.due_date)
            .max();
        if self
            .body
            .validity_date
            .is_some_and(|validity| validity > now)
        {
            Status::Published
        } else if self.body.switch_to_expired && last.is_some_and(|due| due < now) {
            Status::Expired
        } else {
            Status::Valid
        }
    }

    /// `Paid`, `PartiallyPaid`, or `Valid` when nothing was.
    fn paid(&self, now: Moment) -> Status {
        let options = &self.body.payment_option;
        let paid = |option: &&PaymentOption| self.payment(&option.iuv, now).is_some();
        let whole = options.iter().filter(|option| !option.is_partial_payment);
        let mut parts = options.iter().filter(|option| option.is_partial_payment);
        if whole.clone().any(|option| paid(&option)) {
            Status::Paid
        } else if !parts.clone().any(|option| paid(&option)) {
            Status::Valid
        } else if parts.all(|option| paid(&option)) {
            Status::Paid
        } else {
            Status::PartiallyPaid
        }
    }

    /// The payment of an option, once the money is there.
    pub fn payment(&self, iuv: &str, now: Moment) -> Option<&Payment> {
        let payment = self.payments.get(iuv)?;
        payment
            .settles
            .is_some_and(|at| at <= now)
            .then_some(payment)
    }

    /// When the last payment came.
    pub fn payment_date(&self, now: Moment) -> Option<Moment> {
        let options = self.body.payment_option.iter();
        options
            .filter_map(|option| self.payment(&option.iuv, now)?.settles)
            .max()
    }

    /// When anything about it last changed.
    pub fn last_change(&self, now: Moment) -> Moment {
        self.updated
            .max(self.payment_date(now).unwrap_or(self.updated))
    }

    /// The option with this notice number or IUV.
    pub fn option(&self, number: &str) -> Option<&PaymentOption> {
        let mut options = self.body.payment_option.iter();
        options.find(|option| option.iuv == number || option.nav() == number)
    }

    pub fn publish(&mut self, now: Moment) -> Result<(), Problem> {
        let who = self.named();
        if self.stage != Stage::Draft || self.status(now).touched_by_payment() {
            return Err(Problem::conflict(
                "Existing related payment found or not in publishable state",
                format!("{who} is not in publishable state"),
            ));
        }
        let first_due = self
            .body
            .payment_option
            .iter()
            .map(|option| option.due_date)
            .min();
        match self.body.validity_date {
            None if first_due.is_some_and(|due| due < now) => {
                return Err(Problem::conflict(
                    "Publish request occurred after the due date of a payment options has expired",
                    format!("{who} has a payment option whose due date has expired"),
                ));
            }
            Some(validity) if validity < now => {
                return Err(Problem::conflict(
                    "Publish request occurred after the validity date began",
                    format!("{who} has a validity date that has begun"),
                ));
            }
            // Without a date it is valid from now on.
            None => self.body.validity_date = Some(now),
            Some(_) => {}
        }
        self.stage = Stage::Published;
        self.published = Some(now);
        self.updated = now;
        Ok(())
    }

    pub fn invalidate(&mut self, now: Moment) -> Result<(), Problem> {
        if !matches!(self.status(now), Status::Published | Status::Valid) {
            return Err(Problem::conflict(
                "Existing related payment found or not in invalidable state",
                format!("{} is not in invalidable state", self.named()),
            ));
        }
        self.stage = Stage::Invalid;
        self.updated = now;
        Ok(())
    }

    /// Ok where a PUT may come.
    pub fn may_change(&self, now: Moment) -> Result<(), Problem> {
        let status = self.status(now);
        if status == Status::Invalid || status.touched_by_payment() {
            return Err(Problem::conflict(
                "Existing related payment found or not in updatable state",
                format!("{} is not in updatable state", self.named()),
            ));
        }
        Ok(())
    }

    pub fn may_go(&self, now: Moment) -> Result<(), Problem> {
        if self.status(now).touched_by_payment() {
            return Err(Problem::conflict(
                "Existing related payment found",
                format!(
                    "A payment transaction has already been carried out on {}",
                    self.named()
                ),
            ));
        }
        Ok(())
    }

    /// Whether an option can be paid now; the node refuses a second payment beside a running one.
    pub fn payable(&self, iuv: &str, now: Moment) -> Result<(), Unpayable> {
        let Some(option) = self.option(iuv) else {
            return Err(Unpayable::NotPayable);
        };
        let status = self.status(now);
        let other_way = status == Status::PartiallyPaid && !option.is_partial_payment;
        if status == Status::Paid || other_way || self.payment(iuv, now).is_some() {
            return Err(Unpayable::Paid);
        }
        if !matches!(status, Status::Valid | Status::PartiallyPaid) {
            return Err(Unpayable::NotPayable);
        }
        let running = self.payments.get(iuv).is_some_and(|payment| {
            payment.settles.is_some() || payment.since.plus_ms(TOKEN_LIFE_MS) > now
        });
        if running {
            Err(Unpayable::InProgress)
        } else {
            Ok(())
        }
    }

    /// Books a payment; ask `payable` first.
    pub fn pay(&mut self, iuv: &str, payment: Payment) {
        self.payments.insert(iuv.to_owned(), payment);
    }

    fn named(&self) -> String {
        format!(
            "the debt position with Organization Fiscal Code {} and IUPD {}",
            self.organization, self.body.iupd
        )
    }
}
