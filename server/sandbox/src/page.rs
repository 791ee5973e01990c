//! HTML of the sandbox: one layout, plain and accessible.

use axum::extract::State as Extract;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::citizens::Citizen;
use crate::state::{State, random};

const STYLE: &str = "
*{box-sizing:border-box}
body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif;color:#17324d;background:#f5f6f7}
.band{background:#5c3d00;color:#fff;padding:.5rem 1rem;font-weight:600}
main{max-width:44rem;margin:0 auto;padding:1rem}
h1{font-size:1.75rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem}
ul.people{list-style:none;padding:0;display:grid;gap:1rem}
ul.people>li,.box{background:#fff;border:1px solid #c5c7c9;border-radius:.5rem;padding:1rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1rem;border:2px solid #0059b3;
border-radius:.25rem;background:#0059b3;color:#fff;cursor:pointer;max-width:100%}
button.plain{background:#fff;color:#0059b3}
.who{display:block;margin:.25rem 0 .75rem}
code{overflow-wrap:anywhere}
details{margin-top:.75rem}summary{cursor:pointer;min-height:2rem}
label{display:block;margin-top:.75rem;font-weight:600}
input,select{font:inherit;width:100%;min-height:2.75rem;padding:.25rem .5rem;border:1px solid #5b6f82;
border-radius:.25rem}
.phone{max-width:25rem;min-height:34rem;margin:1rem auto;padding:1rem;background:#fff;
border:.625rem solid #17324d;border-radius:2rem;overflow-wrap:anywhere}
ul.inbox{list-style:none;margin:0;padding:0}
ul.inbox>li{border-bottom:1px solid #c5c7c9}
ul.inbox a{display:block;padding:.75rem 0;color:inherit;text-decoration:none}
ul.inbox a>*{display:block}.from{color:#455a6f;font-size:.9375rem}
.note,.pay{background:#eef4fb;border-radius:.5rem;padding:.5rem .75rem}
.button{display:block;padding:.625rem 1rem;border-radius:.25rem;background:#0059b3;color:#fff;
text-align:center;font-weight:600}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
.choices{display:flex;flex-wrap:wrap;gap:.5rem}
:focus-visible{outline:3px solid #17324d;outline-offset:2px}
";

pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Whether a program asks, not a browser.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// A whole page; `body` is HTML already.
pub fn page(status: StatusCode, title: &str, body: &str) -> Response {
    page_with_forms_to(status, title, body, "")
}

/// The same, where the answer to a form leads to other origins: a policy covers redirects too.
pub fn page_with_forms_to(status: StatusCode, title: &str, body: &str, origins: &str) -> Response {
    let nonce = hex::encode(random::<16>());
    let html = format!(
        "<!doctype html>\n<html lang=\"it\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} — Ambiente di prova</title><link rel=\"icon\" href=\"data:,\">\
         <style nonce=\"{nonce}\">{STYLE}</style></head><body>\
         <header class=\"band\">Ambiente di prova: qui nessun dato è vero</header>\
         <main><h1>{title}</h1>{body}</main></body></html>\n",
        title = escape(title),
    );
    // Forms go on within the sandbox; a page that posts to the counter has its own policy.
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; form-action 'self' \
         {origins}; base-uri 'none'; frame-ancestors 'none'"
    );
    with_policy((status, Html(html)).into_response(), &policy)
}

pub fn with_policy(mut response: Response, policy: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// `GET /`: what there is.
pub async fn start(Extract(state): Extract<State>) -> Response {
    let counter = escape(&state.options.counter_url);
    let people: String = crate::CITIZENS.iter().map(person).collect();
    let body = format!(
        "<p>Qui c'è l'altro lato dello sportello, per finta: chi riconosce i cittadini, l'app IO, \
         la posta, pagoPA.</p>\
         <p><a href=\"{counter}\">Vai allo sportello</a></p>\
         <h2>Che cosa c'è</h2><ul>\
         <li><a href=\"/io/messages\">Messaggi di IO</a>, come si vedono sul telefono</li>\
         <li><a href=\"/mail\">Posta arrivata</a></li>\
         <li><a href=\"/pagopa/positions\">Posizioni di pagoPA</a></li>\
         <li><a href=\"/firma\">Firma digitale</a> di un documento</li>\
         <li><a href=\"/guasti\">Guasti</a>: che cosa non risponde, o risponde male</li>\
         <li><a href=\"/journal\">Diario di ciò che è arrivato</a> (JSON)</li>\
         <li><a href=\"/spid/metadata\">Metadati del gestore SPID di prova</a></li>\
         <li><a href=\"/cie/metadata\">Metadati del gestore CIE di prova</a></li></ul>\
         <h2>Persone di prova</h2><ul class=\"people\">{people}</ul>"
    );
    page(StatusCode::OK, "Sandbox dello sportello", &body)
}

fn person(citizen: &Citizen) -> String {
    format!(
        "<li><strong>{name} {family}</strong>, <code>{cf}</code><br>{about}; {io}<br>\
         <a href=\"/io/messages?cf={cf}\">Il telefono di {name}</a>, \
         <a href=\"/mail?to={email}\">la posta di {name}</a></li>",
        name = escape(citizen.name),
        family = escape(citizen.family_name),
        cf = citizen.fiscal_number,
        about = escape(citizen.about),
        io = citizen.on_io.label(),
        email = escape(citizen.email),
    )
}
