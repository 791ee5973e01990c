//! The page that carries a message to the other side by HTTP-POST.

use crate::xml::{escape, to_base64};

/// The page's words.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Their language, for `lang="…"`.
    pub lang: &'a str,
    pub title: &'a str,
    pub text: &'a str,
    pub button: &'a str,
}

/// A bare page whose only form posts the request to the provider: by itself with JavaScript, by
/// its button without.
///
/// The only form, because SPID's official examiner takes the first one. `nonce` is that of the
/// answer's `script-src`; its `form-action` must allow the origin of `destination`.
pub fn post_form(
    words: Words<'_>,
    destination: &str,
    xml: &str,
    relay_state: &str,
    nonce: &str,
) -> String {
    page(words, "SAMLRequest", destination, xml, relay_state, nonce)
}

/// `field`: what the message is called.
pub(crate) fn page(
    words: Words<'_>,
    field: &str,
    destination: &str,
    xml: &str,
    relay_state: &str,
    nonce: &str,
) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title></head>\n<body><main><h1>{title}</h1><p>{text}</p>\n\
         <form id=\"saml\" method=\"post\" action=\"{destination}\">\
         <input type=\"hidden\" name=\"{field}\" value=\"{message}\">\
         <input type=\"hidden\" name=\"RelayState\" value=\"{relay_state}\">\
         <button type=\"submit\">{button}</button></form></main>\n\
         <script nonce=\"{nonce}\">document.getElementById(\"saml\").submit()</script>\
         </body></html>\n",
        lang = escape(words.lang),
        title = escape(words.title),
        text = escape(words.text),
        button = escape(words.button),
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
        let words = Words {
            lang: "it",
            title: "Vai",
            text: "Premi il pulsante.",
            button: "Continua",
        };
        let html = post_form(
            words,
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
