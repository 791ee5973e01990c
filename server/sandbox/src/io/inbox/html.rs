//! The inbox drawn as a phone's screen.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::sender;
use crate::CITIZENS;
use crate::citizens::Citizen;
use crate::io::markdown::{self, Button};
use crate::io::message::PaymentData;
use crate::io::services::ORGANIZATION;
use crate::io::store::Message;
use crate::page::{escape, page};
use crate::state::local;

/// Whose phone?
pub fn people(written_to: &[String]) -> Response {
    let known: String = CITIZENS.iter().map(known).collect();
    let others: String = written_to
        .iter()
        .filter(|code| Citizen::find(code).is_none())
        .map(|code| format!("<li><a href=\"/io/messages?cf={code}\"><code>{code}</code></a></li>"))
        .collect();
    let body = format!(
        "<p>Di chi vuoi vedere il telefono?</p><ul class=\"people\">{known}{others}</ul>\
         <form action=\"/io/messages\" class=\"box\"><label for=\"cf\">Un altro codice fiscale</label>\
         <input id=\"cf\" name=\"cf\" autocomplete=\"off\"><p><button>Apri</button></p></form>\
         <p><a href=\"/\">Inizio</a></p>"
    );
    page(StatusCode::OK, "Messaggi di IO", &body)
}

fn known(citizen: &Citizen) -> String {
    format!(
        "<li><a href=\"/io/messages?cf={cf}\">{name} {family}</a><br><code>{cf}</code>, {about}</li>",
        cf = citizen.fiscal_number,
        name = escape(citizen.name),
        family = escape(citizen.family_name),
        about = citizen.on_io.label(),
    )
}

pub fn list(fiscal_code: &str, messages: &[Message]) -> Response {
    if messages.is_empty() {
        return nothing(StatusCode::OK, fiscal_code);
    }
    let rows: String = messages.iter().map(row).collect();
    phone(
        StatusCode::OK,
        fiscal_code,
        &format!("<ul class=\"inbox\">{rows}</ul>"),
    )
}

fn row(message: &Message) -> String {
    format!(
        "<li><a href=\"/io/messages?cf={cf}&amp;id={id}\"><span class=\"from\">{from} \
         <time datetime=\"{at}\">{shown}</time></span><span>{service}</span>\
         <strong>{subject}</strong></a></li>",
        cf = escape(&message.fiscal_code),
        id = escape(&message.id),
        from = escape(ORGANIZATION),
        at = message.created_at,
        shown = local(message.created_at, "%d/%m/%Y, %H:%M"),
        service = escape(sender(message)),
        subject = escape(&message.content.subject),
    )
}

/// No message, or not this one.
pub fn nothing(status: StatusCode, fiscal_code: &str) -> Response {
    let text = match status {
        StatusCode::OK => "Non ci sono messaggi.",
        _ => "Questo messaggio non c'è.",
    };
    phone(
        status,
        fiscal_code,
        &format!("<p class=\"empty\">{text}</p>"),
    )
}

pub fn message(message: &Message) -> Response {
    let content = &message.content;
    let shown = markdown::show(&content.markdown);
    let buttons: String = shown.buttons.iter().map(button).collect();
    let broken = if shown.broken {
        "<p class=\"note\">I pulsanti del messaggio sono scritti male: l'app non li mostra.</p>"
    } else {
        ""
    };
    let back = format!(
        "<p><a href=\"/io/messages?cf={}\">Tutti i messaggi</a></p>",
        escape(&message.fiscal_code)
    );
    let body = format!(
        "{back}<article><p class=\"from\">{from}<br>{service}<br>\
         <time datetime=\"{at}\">{when}</time></p><h2>{subject}</h2>{due}{payment}\
         <div class=\"text\">{text}</div>{buttons}{broken}</article>",
        from = escape(ORGANIZATION),
        service = escape(sender(message)),
        at = message.created_at,
        when = local(message.created_at, "%d/%m/%Y, %H:%M"),
        subject = escape(&content.subject),
        due = content.due_date.as_deref().map(due).unwrap_or_default(),
        payment = content
            .payment_data
            .as_ref()
            .map(payment)
            .unwrap_or_default(),
        text = shown.html,
    );
    phone(StatusCode::OK, &message.fiscal_code, &body)
}

fn due(date: &str) -> String {
    let shown = date
        .parse::<Timestamp>()
        .map_or_else(|_| escape(date), |at| local(at, "%d/%m/%Y, %H:%M"));
    format!(
        "<p class=\"note\">Scade il <time datetime=\"{}\">{shown}</time></p>",
        escape(date)
    )
}

fn payment(payment: &PaymentData) -> String {
    format!(
        "<div class=\"pay\"><p>Avviso pagoPA<br><strong>{euros},{cents:02} €</strong></p>\
         <p>Codice avviso<br><code>{notice}</code></p>{expires}\
         <p><a class=\"button\" href=\"/pagopa/positions\">Vai ai pagamenti di prova</a></p></div>",
        euros = payment.amount / 100,
        cents = payment.amount % 100,
        notice = groups(&payment.notice_number),
        expires = if payment.invalid_after_due_date {
            "<p>Dopo la scadenza non si può più pagare.</p>"
        } else {
            ""
        },
    )
}

/// `3022 0260 0000 0123 72`, as notices print it.
fn groups(notice_number: &str) -> String {
    let digits: Vec<char> = notice_number.chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join(" ")
}

fn button(button: &Button) -> String {
    let text = escape(&button.text);
    match markdown::href(&button.action) {
        Some(url) => format!(
            "<p><a class=\"button\" href=\"{}\">{text}</a></p>",
            escape(url)
        ),
        None => format!("<p class=\"note\">{text}: l'app non apre questo indirizzo.</p>"),
    }
}

fn phone(status: StatusCode, fiscal_code: &str, screen: &str) -> Response {
    let whose = Citizen::find(fiscal_code).map_or_else(
        || format!("<code>{}</code>", escape(fiscal_code)),
        |citizen| format!("{} {}", escape(citizen.name), escape(citizen.family_name)),
    );
    let body = format!(
        "<p>Il telefono di {whose}. <a href=\"/io/messages\">Un'altra persona</a></p>\
         <div class=\"phone\">{screen}</div>"
    );
    page(status, "Messaggi di IO", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_numbers_as_people_read_them() {
        let data = PaymentData {
            amount: 1605,
            notice_number: "302202600000012372".into(),
            invalid_after_due_date: false,
            payee: None,
        };
        let html = payment(&data);
        assert!(
            html.contains("16,05 €") && html.contains("3022 0260 0000 0123 72"),
            "{html}"
        );
    }

    #[test]
    fn a_due_date_is_the_day_in_italy() {
        assert!(due("2027-01-31T22:59:59.000Z").contains("31/01/2027, 23:59"));
    }
}
