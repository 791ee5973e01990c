//! Makes a PDF and adds it to its case.

use std::time::Instant;

use thiserror::Error;
use tracing::Instrument as _;

use super::{
    paper::{self, PaperError},
    renderer::{self, Bounds, PrintError},
};
use crate::{
    cases::{self, LoadError, RenderingError},
    state::Counter,
    store::{StoreError, renderings},
};

#[derive(Debug, Error)]
pub enum MakeError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Paper(#[from] PaperError),
    #[error(transparent)]
    Print(#[from] PrintError),
    #[error(transparent)]
    Rendering(#[from] RenderingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MakeError {
    /// Whether it will not go better another time.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Load(LoadError::NotFound | LoadError::Erased)
                | Self::Paper(PaperError::NoDocument)
        )
    }
}

/// Id of the PDF `kind` of the document of event `seq`. Repeatable: it is made once.
pub async fn make(
    counter: &Counter,
    case_id: &str,
    seq: i64,
    kind: &str,
    bounds: Bounds,
) -> Result<String, MakeError> {
    let made = renderings::names(&counter.store, case_id).await?;
    if let Some(found) = made.into_iter().find(|r| r.seq == seq && r.kind == kind) {
        return Ok(found.id);
    }
    let case = cases::load(counter, case_id).await?.as_at(seq)?;
    let job = paper::job(counter, &case, seq, kind).await?;
    let begun = Instant::now();
    let printed = renderer::print(&counter.settings.renderer(), &job, bounds)
        .instrument(tracing::info_span!("render", document.kind = kind))
        .await;
    let result = if printed.is_ok() { "ok" } else { "error" };
    let times = &counter.metrics.render_seconds;
    times
        .with_label_values(&[result])
        .observe(begun.elapsed().as_secs_f64());
    let pdf = printed?;
    Ok(cases::add_rendering(counter, &case, seq, kind, &pdf).await?)
}
