//! pagoPA: what is due on acceptance becomes a position that may be paid; what is paid becomes an
//! event of the case, with its receipt.
//!
//! Walk: the acceptance mints the notice number and queues the position ([`due`]); the worker
//! creates it and asks until it is paid ([`channel`], [`schedule`]), then fetches the receipt
//! ([`receipts`]) and settles ([`settle`]). Paying online is a redirect ([`pay`]); what comes
//! back from there proves nothing ([`back`]).

mod back;
mod call;
mod channel;
mod checkout;
mod download;
mod due;
mod gpd;
mod pay;
mod qr;
mod receipts;
mod schedule;
mod settle;
mod stamp;
mod view;

pub use back::back;
pub use channel::{Gpd, channel};
pub use checkout::pages as checkout_pages;
pub use download::read_receipt;
pub use due::{Minted, NewDue, mint, prepare, record};
pub use pay::{Paying, pay};
pub use settle::{receipt_context, settle};
pub use stamp::{is_of_stamp, stamp_lookups, stamp_warnings};
pub use view::{PaymentError, list, of_case, page};
