//! The multi-step form.
