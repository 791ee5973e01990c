//! Building blocks of Bootstrap Italia.
