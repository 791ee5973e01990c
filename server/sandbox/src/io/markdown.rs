//! A message's text as the app shows it: the buttons from its front matter, and the dialect of
//! the rest (no images, no HTML).

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};
use serde::{Deserialize, Serialize};

/// What the app makes of a message's markdown.
#[derive(Debug)]
pub struct Shown {
    pub html: String,
    /// At most two, in Italian.
    pub buttons: Vec<Button>,
    /// A front matter that the app would not understand: it shows no button and says nothing.
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub text: String,
    /// As written, with its `iohandledlink://`.
    pub action: String,
}

#[derive(Deserialize)]
struct FrontMatter {
    it: Buttons,
}

#[derive(Deserialize)]
struct Buttons {
    cta_1: Button,
    cta_2: Option<Button>,
}

pub fn show(markdown: &str) -> Shown {
    let (front, text) = split(markdown);
    let read = front.map(serde_saphyr::from_str::<FrontMatter>);
    let broken = matches!(read, Some(Err(_)));
    let buttons = match read {
        Some(Ok(FrontMatter { it })) => [Some(it.cta_1), it.cta_2].into_iter().flatten().collect(),
        _ => Vec::new(),
    };
    Shown {
        html: render(text),
        buttons,
        broken,
    }
}

/// Front matter (between lines of three hyphens, at the very start) and the rest.
fn split(markdown: &str) -> (Option<&str>, &str) {
    let Some(rest) = markdown.strip_prefix("---\n") else {
        return (None, markdown);
    };
    match rest.split_once("\n---\n") {
        Some((front, text)) => (Some(front), text),
        None => (None, markdown),
    }
}

fn render(text: &str) -> String {
    let events = Parser::new(text).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::Image { .. } | Tag::HtmlBlock)
        | Event::End(TagEnd::Image | TagEnd::HtmlBlock) => None,
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Some(Event::Start(Tag::Link {
            link_type,
            dest_url: href(&dest_url).map_or(CowStr::Borrowed("#"), |url| url.to_owned().into()),
            title,
            id,
        })),
        event => Some(event),
    });
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, events);
    out
}

/// Where a link or a button leads, if the app follows it.
pub fn href(action: &str) -> Option<&str> {
    let url = action.strip_prefix("iohandledlink://").unwrap_or(action);
    let schemes = ["https:", "http:", "mailto:", "tel:", "sms:"];
    schemes
        .iter()
        .any(|scheme| url.starts_with(scheme))
        .then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_come_from_the_front_matter() {
        let shown = show(
            "---\nit:\n  cta_1:\n    text: \"Apri la pratica\"\n    action: \
             \"iohandledlink://https://example.it/pratiche/1\"\nen:\n  cta_1:\n    text: Open\n    \
             action: \"iohandledlink://https://example.it/pratiche/1\"\n---\n# Ciao\n\nTesto **grande**\n",
        );
        assert!(!shown.broken);
        assert_eq!(
            shown.html,
            "<h1>Ciao</h1>\n<p>Testo <strong>grande</strong></p>\n"
        );
        assert_eq!(shown.buttons.len(), 1);
        assert_eq!(shown.buttons[0].text, "Apri la pratica");
        assert_eq!(
            href(&shown.buttons[0].action),
            Some("https://example.it/pratiche/1")
        );
    }

    #[test]
    fn a_broken_front_matter_shows_no_button() {
        let shown = show("---\nit:\n\tcta_1: x\n---\nTesto");
        assert!(shown.broken && shown.buttons.is_empty());
        assert_eq!(shown.html, "<p>Testo</p>\n");
        assert!(!show("Testo\n\n---\n\naltro").broken);
    }

    #[test]
    fn html_images_and_odd_links_do_not_pass() {
        let shown =
            show("<script>x</script>\n\n![foto](https://x.it/a.png) [qui](javascript:x) <b>y</b>");
        assert!(!shown.html.contains("<script") && !shown.html.contains("<b>"));
        assert!(!shown.html.contains("<img") && !shown.html.contains("javascript"));
        assert!(shown.html.contains("foto"), "{}", shown.html);
    }
}
