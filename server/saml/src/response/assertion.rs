//! Reading a verified assertion, rule by rule.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::names::{FORMAT_ENTITY, FORMAT_TRANSIENT, METHOD_BEARER, NS_ASSERTION};
use crate::response::refusal::{BadInstant, Refusal};
use crate::response::validate::{Expectations, Identity, issue_instant, nonempty, shift};
use crate::xml::Node;
use crate::{Level, Scheme, instant};

pub(super) fn read(
    assertion: Node<'_>,
    response_id: &str,
    response_issued_at: Timestamp,
    expect: &Expectations<'_>,
) -> Result<Identity, Refusal> {
    let assertion_id = nonempty(assertion, "ID").ok_or(Refusal::AssertionId)?;
    if assertion.attribute("Version") != Some("2.0") {
        return Err(Refusal::AssertionVersion);
    }
    let assertion_issued_at =
        issue_instant(assertion, expect).map_err(Refusal::AssertionIssueInstant)?;
    check_issuer(assertion, expect)?;
    let subject = only(assertion, "Subject", Refusal::Subject)?;
    let (name_id, name_qualifier) = read_name_id(subject)?;
    let confirmed_until = check_confirmation(subject, expect)?;
    let valid_until = check_conditions(assertion, expect)?;
    let authn = read_authn(assertion, expect)?;
    let attributes = read_attributes(assertion)?;
    for name in expect.required_attributes {
        if !attributes.contains_key(*name) {
            return Err(Refusal::AttributeMissing((*name).to_owned()));
        }
    }
    Ok(Identity {
        response_id: response_id.to_owned(),
        assertion_id: assertion_id.to_owned(),
        issuer: expect.idp.entity_id.clone(),
        name_id,
        name_qualifier,
        session_index: authn.session_index,
        level: authn.level,
        fiscal_number: attributes
            .get("fiscalNumber")
            .and_then(|value| fiscal_number(value)),
        attributes,
        response_issued_at,
        assertion_issued_at,
        authenticated_at: authn.at,
        not_on_or_after: confirmed_until.min(valid_until),
    })
}

fn only<'d>(parent: Node<'d>, name: &str, refusal: Refusal) -> Result<Node<'d>, Refusal> {
    parent.only(NS_ASSERTION, name).map_err(|_| refusal)
}

fn check_issuer(assertion: Node<'_>, expect: &Expectations<'_>) -> Result<(), Refusal> {
    let issuer = only(assertion, "Issuer", Refusal::AssertionIssuer)?;
    if issuer.text().as_deref() != Some(expect.idp.entity_id.as_str()) {
        return Err(Refusal::AssertionIssuer);
    }
    match issuer.attribute("Format") {
        Some(FORMAT_ENTITY) => Ok(()),
        None if expect.scheme == Scheme::Cie => Ok(()),
        _ => Err(Refusal::AssertionIssuerFormat),
    }
}

fn read_name_id(subject: Node<'_>) -> Result<(String, String), Refusal> {
    let name_id = only(subject, "NameID", Refusal::NameId)?;
    let value = name_id
        .text()
        .filter(|value| !value.is_empty())
        .ok_or(Refusal::NameId)?;
    if name_id.attribute("Format") != Some(FORMAT_TRANSIENT) {
        return Err(Refusal::NameIdFormat);
    }
    let qualifier = nonempty(name_id, "NameQualifier").ok_or(Refusal::NameQualifier)?;
    Ok((value, qualifier.to_owned()))
}

fn check_confirmation(subject: Node<'_>, expect: &Expectations<'_>) -> Result<Timestamp, Refusal> {
    let confirmation = only(subject, "SubjectConfirmation", Refusal::SubjectConfirmation)?;
    if confirmation.attribute("Method") != Some(METHOD_BEARER) {
        return Err(Refusal::ConfirmationMethod);
    }
    let data = only(
        confirmation,
        "SubjectConfirmationData",
        Refusal::ConfirmationData,
    )?;
    if data.attribute("Recipient") != Some(expect.acs_url) {
        return Err(Refusal::Recipient);
    }
    if data.attribute("InResponseTo") != Some(expect.request_id) {
        return Err(Refusal::ConfirmationInResponseTo);
    }
    if data.attribute("NotBefore").is_some() {
        not_before(data, expect).map_err(Refusal::ConfirmationNotBefore)?;
    }
    not_on_or_after(data, "NotOnOrAfter", expect).map_err(Refusal::ConfirmationNotOnOrAfter)
}

fn check_conditions(assertion: Node<'_>, expect: &Expectations<'_>) -> Result<Timestamp, Refusal> {
    let conditions = only(assertion, "Conditions", Refusal::Conditions)?;
    not_before(conditions, expect).map_err(Refusal::NotBefore)?;
    let until =
        not_on_or_after(conditions, "NotOnOrAfter", expect).map_err(Refusal::NotOnOrAfter)?;
    let mut restrictions = 0;
    for condition in conditions.children() {
        if condition.is(NS_ASSERTION, "AudienceRestriction") {
            restrictions += 1;
            check_audience(condition, expect)?;
        } else if !condition.is(NS_ASSERTION, "OneTimeUse")
            && !condition.is(NS_ASSERTION, "ProxyRestriction")
        {
            // A condition that is not understood makes the assertion invalid (SAML core 2.5.1).
            return Err(Refusal::Conditions);
        }
    }
    if restrictions == 0 {
        Err(Refusal::Audience)
    } else {
        Ok(until)
    }
}

fn check_audience(restriction: Node<'_>, expect: &Expectations<'_>) -> Result<(), Refusal> {
    let audiences = restriction.children_named(NS_ASSERTION, "Audience");
    let ours = audiences
        .iter()
        .any(|audience| audience.text().as_deref() == Some(expect.sp_entity_id));
    if ours { Ok(()) } else { Err(Refusal::Audience) }
}

fn not_before(node: Node<'_>, expect: &Expectations<'_>) -> Result<(), BadInstant> {
    let from = node.attribute("NotBefore").and_then(instant::parse);
    let from = from.ok_or(BadInstant::Malformed)?;
    if from > shift(expect.now, expect.skew) {
        Err(BadInstant::Future)
    } else {
        Ok(())
    }
}

fn not_on_or_after(
    node: Node<'_>,
    name: &str,
    expect: &Expectations<'_>,
) -> Result<Timestamp, BadInstant> {
    let until = node
        .attribute(name)
        .and_then(instant::parse)
        .ok_or(BadInstant::Malformed)?;
    if until <= expect.now {
        Err(BadInstant::Past)
    } else {
        Ok(until)
    }
}

struct Authn {
    at: Timestamp,
    level: Level,
    session_index: Option<String>,
}

fn read_authn(assertion: Node<'_>, expect: &Expectations<'_>) -> Result<Authn, Refusal> {
    let statement = only(assertion, "AuthnStatement", Refusal::AuthnStatement)?;
    let at = statement.attribute("AuthnInstant").and_then(instant::parse);
    let at = at.ok_or(Refusal::AuthnInstant(BadInstant::Malformed))?;
    if at > shift(expect.now, expect.skew) {
        return Err(Refusal::AuthnInstant(BadInstant::Future));
    }
    if statement.attribute("SessionNotOnOrAfter").is_some() {
        not_on_or_after(statement, "SessionNotOnOrAfter", expect)
            .map_err(Refusal::SessionNotOnOrAfter)?;
    }
    let context = only(statement, "AuthnContext", Refusal::LevelUnknown)?;
    let class = only(context, "AuthnContextClassRef", Refusal::LevelUnknown)?;
    let level = class.text().and_then(|uri| Level::from_uri(&uri));
    let level = level.ok_or(Refusal::LevelUnknown)?;
    if level < expect.level {
        return Err(Refusal::LevelTooLow);
    }
    let session_index = nonempty(statement, "SessionIndex").map(str::to_owned);
    Ok(Authn {
        at,
        level,
        session_index,
    })
}

fn read_attributes(assertion: Node<'_>) -> Result<BTreeMap<String, String>, Refusal> {
    let statement = only(assertion, "AttributeStatement", Refusal::AttributeStatement)?;
    let mut attributes = BTreeMap::new();
    for attribute in statement.children() {
        if !attribute.is(NS_ASSERTION, "Attribute") {
            return Err(Refusal::AttributeStatement);
        }
        let name = nonempty(attribute, "Name").ok_or(Refusal::AttributeStatement)?;
        let value = only(attribute, "AttributeValue", Refusal::Attribute)?.text();
        let value = value
            .filter(|value| !value.is_empty())
            .ok_or(Refusal::Attribute)?;
        if attributes.insert(name.to_owned(), value).is_some() {
            return Err(Refusal::Attribute);
        }
    }
    if attributes.is_empty() {
        Err(Refusal::AttributeStatement)
    } else {
        Ok(attributes)
    }
}

/// `TINIT-RSSMRA…` → `RSSMRA…`; a number of another country's is not a codice fiscale, nor is
/// anything but 16 letters and digits: a person is recognised by it.
fn fiscal_number(value: &str) -> Option<String> {
    let number = match value.split_once('-') {
        Some((prefix, number)) if prefix.eq_ignore_ascii_case("TINIT") => number,
        Some(_) => return None,
        None => value,
    };
    let number = number.trim().to_ascii_uppercase();
    let shaped = number.len() == 16 && number.bytes().all(|b| b.is_ascii_alphanumeric());
    shaped.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::fiscal_number;

    #[test]
    fn a_codice_fiscale_is_sixteen_letters_and_digits() {
        let maria = Some("LVSMRA88C54A893I".to_owned());
        for good in [
            "TINIT-LVSMRA88C54A893I",
            "tinit- lvsmra88c54a893i",
            "LVSMRA88C54A893I",
        ] {
            assert_eq!(fiscal_number(good), maria, "{good}");
        }
        for other in [
            "TINIT-",
            "TINIT-LVSMRA88C54A893",
            "TINIT-LVSMRA88C54A893I-X",
            "TINIT-LVSMRA88C54A893É",
            "TINDE-LVSMRA88C54A893I",
            "VATIT-97735020584",
            "12345",
        ] {
            assert_eq!(fiscal_number(other), None, "{other}");
        }
    }
}
