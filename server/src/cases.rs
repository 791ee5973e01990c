//! Cases: a registered request and everything that happens to it. One operation, one file.
//!
//! Every change goes through [`change`]: in one transaction the act is registered and stored,
//! the rules say which events follow, the events are chained, the projection is rewritten,
//! the messages are queued.

mod accept;
mod access;
mod act;
mod actions;
mod answer_integration;
mod ask_integration;
mod cards;
mod chain;
mod change;
mod document;
mod expire;
mod index;
mod load;
mod office_list;
mod office_view;
mod open;
mod original;
mod receive_payment;
mod refuse_admission;
mod rendering;
mod represented;
mod reschedule;
mod send_away;
mod stream;
mod take_charge;
#[cfg(test)]
mod tests;
mod timeline;
mod view;
mod withdraw;

pub use accept::{Decided, accept, preview};
pub use access::{Side, circle, is_own, named, paper_ended};
pub use act::{Act, context as document_context, key_context, kind, salted};
pub use actions::{citizen_action, office_action, office_preview};
pub use answer_integration::{Upload, answer_integration};
pub use ask_integration::{Asked, ask_integration};
pub use cards::case_cards;
pub use chain::{link, read};
pub use change::{CommandError, Outgoing, queue};
pub use document::{Readable, read_document};
pub use expire::expire_integrations;
pub use index::index_row;
pub use load::{LoadError, LoadedCase, StoredDocument, load, load_for, of_citizen, row_for};
pub use office_list::office_list;
pub use office_view::office_view;
pub use open::{NewCase, open};
pub use original::{OriginalView, evaluate, name, read as read_original, summary};
pub use receive_payment::receive_payment;
pub use refuse_admission::refuse_admission;
pub use rendering::{RenderingError, add_rendering, open as open_rendering};
pub use represented::{Represented, evidence, represented, sender};
pub use reschedule::reschedule;
pub use send_away::send_away;
pub use stream::stream;
pub use take_charge::take_charge;
pub use timeline::due_note;
pub use view::{applicant_name, view};
pub use withdraw::withdraw;

use app::api::{ModelState, StateView};
use rules::case::{Model, State};

/// A state as pages show it.
fn state_view(state: State) -> StateView {
    StateView {
        code: state.code().to_owned(),
        label: state.label().to_owned(),
        model: match state.model() {
            Model::InCorso => ModelState::InCorso,
            Model::SospesoUtente => ModelState::SospesoUtente,
            Model::Positivo => ModelState::Positivo,
            Model::Negativo => ModelState::Negativo,
        },
    }
}
