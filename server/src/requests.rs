//! The guided form: drafts, attachments, submission, receipt. One operation, one file.

mod act;
mod acting;
mod area;
mod attach;
mod draft;
mod follow;
mod foreign;
mod map;
mod open;
pub mod parts;
mod places;
mod preview;
mod receipt;
mod restart;
mod save;
mod sent;
mod submit;

pub use act::{ActError, Done, act, delete, delete_in};
pub use acting::{Begun, begin_for};
pub use area::{delete_idle, draft_cards};
pub use attach::{
    AttachError, SIGNED_COPY, attach, attach_document, attach_signed, attachments_of, clean_name,
    forget, read_file, remove_attachment, sniff, store_file,
};
pub use draft::{Draft, DraftError};
pub use follow::{Corrected, follow};
pub use map::{MapError, act as map_action, page as map_page, points};
pub use open::{OpenError, describe, open};
pub use places::{fields, label as place, resolve};
pub use preview::{blank as blank_preview, preview};
pub use receipt::{ReceiptError, page as receipt_page, receipt};
pub use restart::{Replace, RestartError, page as restart_page, restart};
pub use save::{SaveError, fresh, save, store as keep};
pub use sent::{Submitted, already};
pub use submit::{SubmitError, level, submit, unread};
