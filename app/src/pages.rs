//! One file a page; here, which data is shown by which.

use leptos::prelude::*;

use crate::api::PageData;

/// The document's title.
pub fn title(_data: &PageData) -> String {
    String::new()
}

pub fn render(_data: PageData) -> AnyView {
    ().into_any()
}
