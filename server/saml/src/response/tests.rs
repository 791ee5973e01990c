//! A good response is accepted; each way of spoiling it is refused for its own reason.

mod accepted;
mod forgery;
mod rules;
mod support;
