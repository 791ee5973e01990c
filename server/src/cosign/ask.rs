//! "Chiedi le firme" freezes the draft; "Riapri la richiesta" takes the signatures away.

use super::{CosignError, frozen_context};
use crate::{
    requests, signing,
    state::Counter,
    store::{
        StoreError,
        cosignatures::{self, FrozenRow},
        files,
    },
    vault::sha256,
};

/// `content`: the canonical JSON that all sign. Asked twice, the first stands.
pub async fn ask(
    counter: &Counter,
    draft: &str,
    content: &[u8],
    signers: &[String],
) -> Result<(), CosignError> {
    let master = counter.vault.master();
    let row = FrozenRow {
        draft: draft.to_owned(),
        hash: sha256(content),
        sealed: master.seal(&*counter.rng, &frozen_context(draft), content)?,
        frozen_at: counter.now_ms(),
    };
    let signers: Vec<(String, String)> = signers
        .iter()
        .map(|code| (counter.new_id(), counter.vault.lookup(code)))
        .collect();
    counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { cosignatures::freeze(tx, &row, &signers).await })
        })
        .await?;
    Ok(())
}

/// The draft changes again: who signed has to sign once more, and the document that was given out
/// for a digital signature is of no use.
pub async fn reopen(counter: &Counter, draft: &str) -> Result<(), StoreError> {
    let draft = draft.to_owned();
    let write = counter.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            cosignatures::thaw(tx, &draft).await?;
            files::delete_kind(tx, &draft, signing::DOCUMENT).await
        })
    });
    let gone = write.await?;
    requests::forget(counter, &gone).await;
    Ok(())
}
