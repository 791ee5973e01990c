//! The YAML files as municipal staff write them.
