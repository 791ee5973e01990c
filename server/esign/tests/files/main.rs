//! Files that are signed well, badly, and by attackers.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

mod any;
mod cades;
mod mutations;
mod openssl;
mod others;
mod pades;
mod people;
