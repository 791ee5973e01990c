//! Login with SPID: the only part that knows of providers; the rest sees an `Actor`.

/// Our side of SAML.
pub struct ServiceProvider {}
