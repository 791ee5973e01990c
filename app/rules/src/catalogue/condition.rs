//! Conditions on answers.

use serde::{Deserialize, Serialize};

/// `visibile_se`, `obbligatorio_se`, `se`. A condition on a hidden field is false.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {}
