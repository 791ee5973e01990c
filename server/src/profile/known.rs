//! What is known of a person for a field, and from where.

use std::collections::BTreeMap;

use rules::{
    catalogue::{Field, Form, Origin},
    form::{Answer, Answers, Evaluation},
    t,
};

use super::{EMAIL, FIELDS, MOBILE, Source, Told};
use crate::{clock::rome_day, requests::fields, state::PersonData};

/// A value, and who said it.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub value: &'a str,
    pub by: By<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// She; `None`: before it was kept where and when.
    Herself(Option<&'a Source>),
    /// SPID, at the login of this instant (milliseconds), if that is kept. CIE tells no contacts.
    Spid(Option<i64>),
}

/// What she told us comes before what her provider tells, or she could correct nothing. Of a value
/// kept without its source it is not known that she wrote it: it may be the provider's of then.
pub fn known<'a>(data: &'a PersonData, field: &str) -> Option<Known<'a>> {
    let provider = match field {
        EMAIL => data.email.as_str(),
        MOBILE => data.mobile.as_str(),
        _ => "",
    };
    match data.profile.get(field) {
        Some(Told { value, source }) if source.is_some() || provider.is_empty() => Some(Known {
            value,
            by: By::Herself(source.as_ref()),
        }),
        _ => (!provider.is_empty()).then(|| Known {
            value: provider,
            by: By::Spid(data.told_at.get(field).copied()),
        }),
    }
}

/// The value alone, for a form that begins.
pub fn value(data: &PersonData, field: &str) -> Option<String> {
    known(data, field).map(|known| known.value.to_owned())
}

impl Known<'_> {
    /// For the mark under a control of a form.
    fn mark(&self) -> String {
        let source = match self.by {
            By::Spid(Some(at)) => return t!("Da SPID, accesso del {day}.", day = day(at)),
            By::Spid(None) => return t!("Da SPID.").to_owned(),
            By::Herself(source) => source,
        };
        let Some(source) = source else {
            return t!("Dal tuo profilo: l'hai scritto in una richiesta di prima.").to_owned();
        };
        let day = day(source.at);
        match &source.request {
            Some(request) => t!(
                "Dal tuo profilo: l'hai scritto il {day} nella richiesta {protocol}.",
                day,
                protocol = request.protocol
            ),
            None => t!("Dal tuo profilo: l'hai scritto lì il {day}.", day),
        }
    }

    /// For the page of the profile.
    pub fn words(&self) -> String {
        let source = match self.by {
            By::Spid(_) => return self.mark(),
            By::Herself(source) => source,
        };
        let Some(source) = source else {
            return t!("L'hai scritto in una richiesta di prima.").to_owned();
        };
        let day = day(source.at);
        match &source.request {
            Some(request) => t!(
                "L'hai scritto il {day} nella richiesta {protocol}.",
                day,
                protocol = request.protocol
            ),
            None => t!("L'hai scritto qui il {day}.", day),
        }
    }
}

fn day(at: i64) -> String {
    rome_day(at).italian()
}

pub fn is_kept(field: &Field) -> bool {
    field.origin == Some(Origin::Profilo) && FIELDS.contains(&field.name.as_str())
}

/// Whether an answer is what is known: as it stands, or as the engine reads it.
fn is_unchanged(known: Known<'_>, typed: &Answers, read: &Answers, field: &str) -> bool {
    let same = |answers: &Answers| matches!(answers.0.get(field), Some(Answer::Text(text)) if text == known.value);
    same(typed) || same(read)
}

/// For each field of a step whose answer is what is known: from where, in words.
pub fn marks(
    data: &PersonData,
    form: &Form,
    step: &str,
    typed: &Answers,
    evaluation: &Evaluation,
) -> BTreeMap<String, String> {
    let step = form.steps.iter().filter(|known| known.id == step);
    let fields = step.flat_map(|step| step.fields());
    fields
        .filter(|field| is_kept(field))
        .filter_map(|field| {
            let known = known(data, &field.name)?;
            let same = is_unchanged(known, typed, &evaluation.answers, &field.name);
            same.then(|| (field.name.clone(), known.mark()))
        })
        .collect()
}

/// What she tells of herself in a form that is not known yet.
pub fn news(
    data: &PersonData,
    form: &Form,
    typed: &Answers,
    evaluation: &Evaluation,
) -> BTreeMap<String, String> {
    fields(form)
        .filter(|field| is_kept(field))
        .filter_map(|field| match evaluation.answers.0.get(&field.name) {
            Some(Answer::Text(text)) => Some((field.name.clone(), text.clone())),
            _ => None,
        })
        .filter(|(name, _)| {
            !known(data, name)
                .is_some_and(|known| is_unchanged(known, typed, &evaluation.answers, name))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn her_own_word_comes_first_if_it_is_known_to_be_hers() {
        let told = |source| Told {
            value: "mia@b.it".to_owned(),
            source,
        };
        let hers = Source {
            at: 0,
            request: None,
        };
        for (spid, source, wanted) in [
            ("spid@b.it", Some(hers.clone()), "mia@b.it"),
            ("spid@b.it", None, "spid@b.it"),
            ("", Some(hers), "mia@b.it"),
            ("", None, "mia@b.it"),
        ] {
            let mut data = PersonData {
                email: spid.to_owned(),
                ..PersonData::default()
            };
            data.profile.insert(EMAIL.to_owned(), told(source));
            assert_eq!(value(&data, EMAIL).as_deref(), Some(wanted));
            data.profile.clear();
            assert_eq!(
                value(&data, EMAIL).as_deref(),
                Some(spid).filter(|v| !v.is_empty())
            );
        }
    }
}
