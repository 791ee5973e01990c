//! Where SPID publishes who its providers are.

use std::path::PathBuf;

/// Read every day. Without both only the files of SPID_IDP_METADATA are known.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Registry {
    /// Address of the federation's list of providers, as
    /// https://registry.spid.gov.it/entities?entity_type=idp
    #[arg(long, env = "SPID_REGISTRY_URL")]
    pub spid_registry_url: Option<String>,
    /// Certificate (PEM) that signs that list.
    #[arg(long, env = "SPID_REGISTRY_CERT")]
    pub spid_registry_cert: Option<PathBuf>,
}
