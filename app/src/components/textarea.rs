//! The only text area of the counter.

use std::borrow::Cow;

use leptos::prelude::*;

/// What `view!` would print unescaped between the tags of a text area: stored
/// script in a draft would run in the clerk's page. The line feed in front is the
/// one that HTML drops, so that a text may begin with one; set as `innerHTML`, it is not dropped.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 1);
    if cfg!(feature = "ssr") {
        html.push('\n');
    }
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

    /// What makes HTML of text as it is, and the files that may: each escapes, or shows what
    /// the server has made.
    const RAW: [(&[&str], &[&str]); 2] = [
        (
            &["<textarea", "(\"textarea\"", "textarea()"],
            &["components/textarea.rs"],
        ),
        (
            &["inner_html"],
            &[
                "components/textarea.rs",
                "document.rs",
                "pages.rs",
                "patch.rs",
                "shell.rs",
                "wizard/steps.rs",
            ],
        ),
    ];

    fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if !path.ends_with("tests.rs") {
                found.push(path);
            }
        }
    }

    /// The wrapper is worth something only if nobody goes around it.
    #[test]
    fn nothing_else_writes_raw_html() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        sources(&root, &mut files);
        assert!(files.len() > 20, "the sources are there");
        for (signs, allowed) in RAW {
            let found = files.iter().filter(|path| {
                let code = std::fs::read_to_string(path).unwrap();
                signs.iter().any(|sign| code.contains(sign))
            });
            for path in found {
                let path = path.strip_prefix(&root).unwrap().to_string_lossy();
                assert!(allowed.contains(&&*path), "{signs:?} in {path}");
            }
        }
    }
}
