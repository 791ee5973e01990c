//! The page that carries a message to the other side by HTTP-POST.

use crate::xml::{escape, to_base64};

/// What the page carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Request,
    Response,
}

/// A bare page whose only form posts the request to the provider: by itself with JavaScript, by
/// its button without.
///
/// The only form, because SPID's official examiner takes the first one. `nonce` is that of the
/// answer's `script-src`; its `form-action` must allow the origin of `destination`.
pub fn post_form(destination: &str, xml: &str, relay_state: &str, nonce: &str) -> String {
    page(Message::Request, destination, xml, relay_state, nonce)
}

pub(crate) fn page(
    message: Message,
    destination: &str,
    xml: &str,
    relay_state: &str,
    nonce: &str,
) -> String {
    let (field, title, text) = match message {
        Message::Request => (
            "SAMLRequest",
            "Vai al tuo gestore di identità",
            "Ti portiamo alla pagina dove puoi farti riconoscere.",
        ),
        Message::Response => (
            "SAMLResponse",
            "Torna allo sportello",
            "Ti riportiamo allo sportello del Comune.",
        ),
    };
    format!(
        "<!doctype html>\n<html lang=\"it\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title></head>\n<body><main><h1>{title}</h1><p>{text} \
         Se non succede nulla, premi il pulsante.</p>\n\
         <form id=\"saml\" method=\"post\" action=\"{destination}\">\
         <input type=\"hidden\" name=\"{field}\" value=\"{message}\">\
         <input type=\"hidden\" name=\"RelayState\" value=\"{relay_state}\">\
         <button type=\"submit\">Continua</button></form></main>\n\
         <script nonce=\"{nonce}\">document.getElementById(\"saml\").submit()</script>\
         </body></html>\n",
        destination = escape(destination),
        message = to_base64(xml),
        relay_state = escape(relay_state),
        nonce = escape(nonce),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_form_with_both_fields_and_nothing_breaks_out() {
        let html = post_form(
            "https://idp.example.it/sso?a=1&b=\"",
            "<x/>",
            "r\"><script>",
            "n",
        );
        assert_eq!(html.matches("<form").count(), 1);
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.contains("name=\"SAMLRequest\" value=\"PHgvPg==\""));
        assert!(html.contains("name=\"RelayState\" value=\"r&quot;&gt;&lt;script&gt;\""));
        assert!(html.contains("action=\"https://idp.example.it/sso?a=1&amp;b=&quot;\""));
        assert!(html.contains("<button type=\"submit\">Continua</button>"));
    }
}
