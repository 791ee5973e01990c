//! `/servizi/{slug}/richiesta/firma`: download, sign, upload; and its line in the summary.

use app::api::{AttachmentView, SignerView, SigningPage, SigningView};

use super::{DOCUMENT, SigningError};
use crate::{
    requests::{self, Draft},
    state::{Counter, Person},
    store::cosignatures,
};

/// Her request that waits for a digital signature, and the codice fiscale of whose.
pub(super) async fn waiting(
    counter: &Counter,
    person: &Person,
    slug: &str,
) -> Result<(Draft, String), SigningError> {
    let draft = Draft::load(counter, person, slug).await?;
    let evaluation = draft.evaluate(counter, person);
    let signer = draft.service().digital_signer(&evaluation);
    let signer = signer.filter(|_| draft.frozen).map(str::to_owned);
    Ok((draft, signer.ok_or(SigningError::Nothing)?))
}

/// The signed document of a draft, once it came.
pub(super) async fn signed(
    counter: &Counter,
    draft: &str,
) -> Result<Option<AttachmentView>, SigningError> {
    let files = requests::attachments_of(counter, draft).await?;
    Ok(files.into_iter().find(|file| file.id == DOCUMENT))
}

pub async fn page(
    counter: &Counter,
    person: &Person,
    slug: &str,
) -> Result<SigningPage, SigningError> {
    let (draft, signer) = waiting(counter, person, slug).await?;
    Ok(SigningPage {
        slug: slug.to_owned(),
        title: draft.service().title.clone(),
        own: signer == person.identity.code(),
        signer,
        signed: signed(counter, &draft.id).await?,
        errors: Vec::new(),
    })
}

/// For the summary of who prepares the request.
pub async fn view(
    counter: &Counter,
    draft: &Draft,
    signer: &str,
) -> Result<SigningView, SigningError> {
    let frozen = cosignatures::frozen(&counter.store, &draft.id).await?;
    let signed = signed(counter, &draft.id).await?;
    Ok(SigningView {
        frozen: frozen.is_some(),
        digital: true,
        people: vec![SignerView {
            code: signer.to_owned(),
            link: frozen.map(|_| format!("/servizi/{}/richiesta/firma", draft.service().slug)),
            signed: signed.and_then(|file| file.signed),
        }],
    })
}
