//! The only text area of the counter.

use std::borrow::Cow;

use leptos::prelude::*;

/// What `view!` would print unescaped between the tags of a text area: stored
/// script in a draft would run in the clerk's page. The line feed in front is the
/// one that HTML drops, so that a text may begin with one.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 1);
    html.push('\n');
    for c in text.chars() {
        html.push_str(&match c {
            '&' => Cow::Borrowed("&amp;"),
            '<' => Cow::Borrowed("&lt;"),
            '>' => Cow::Borrowed("&gt;"),
            other => Cow::Owned(other.to_string()),
        });
    }
    html
}

/// A text area that holds `value` at first; what is typed stays the browser's.
#[component]
pub fn TextArea(
    id: String,
    name: String,
    value: String,
    rows: u8,
    /// Longest text, in characters, told but not cut off.
    #[prop(optional_no_strip)]
    describedby: Option<Signal<Option<String>>>,
    #[prop(optional_no_strip)] invalid: Option<Signal<bool>>,
    #[prop(optional_no_strip)] required: Option<Signal<bool>>,
) -> impl IntoView {
    let is = |flag: Option<Signal<bool>>| move || flag.is_some_and(|f| f.get());
    let (wrong, must) = (is(invalid), is(required));
    view! {
        <textarea
            class="form-control"
            class:is-invalid=wrong
            id=id
            name=name
            rows=rows.to_string()
            aria-describedby=move || describedby.and_then(|d| d.get())
            aria-invalid=move || wrong().then_some("true")
            aria-required=move || must().then_some("true")
            inner_html=escaped(&value)
        ></textarea>
    }
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;

    fn html(value: &str) -> String {
        let value = value.to_owned();
        Owner::new().with(|| {
            view! { <TextArea id="a".into() name="n".into() value=value rows=3/> }.to_html()
        })
    }

    #[test]
    fn closing_tag_and_script_stay_text() {
        let html = html("</textarea><script>alert(1)</script>&amp;");
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;"), "{html}");
        assert!(html.contains("&amp;amp;"), "{html}");
    }

    #[test]
    fn first_line_feed_survives() {
        assert!(html("\nciao").contains(">\n\nciao</textarea>"));
        assert!(
            html("").contains(">\n</textarea>"),
            "no space typed by nobody"
        );
    }

    /// The wrapper is worth something only if nobody goes around it.
    #[test]
    fn no_other_raw_textarea() {
        fn visit(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, found);
                } else if !path.ends_with("components/textarea.rs")
                    && std::fs::read_to_string(&path)
                        .unwrap()
                        .contains("<textarea")
                {
                    found.push(path.display().to_string());
                }
            }
        }
        let mut found = Vec::new();
        visit(
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        // The wizard's own test speaks of it in a string.
        found.retain(|path| !path.ends_with("tests.rs"));
        assert!(found.is_empty(), "raw text areas: {found:?}");
    }
}
