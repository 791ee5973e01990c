//! Validators of the field types (procedure rules §5).
