//! Elements built by hand: `el("p").class("lead").child(text)`.
//!
//! `view!` makes a type of its own of every piece of markup, and the browser's bundle holds the
//! code of each (a small page weighed 9 KB compressed). These are all one type. So: views that
//! run in the browser are built with `el`, pages that only the server writes use `view!`.

use std::sync::{Arc, Mutex};

use leptos::{
    html::{ElementChild, custom, input},
    prelude::*,
    tachys::html::attribute::{
        any_attribute::{AnyAttribute, IntoAnyAttribute},
        custom::custom_attribute,
    },
};

/// A function of signals, whichever: one type.
type Follows<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

pub struct El {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element with this tag; of those without children `input` is the only one used.
pub fn el(tag: &'static str) -> El {
    El {
        tag,
        attributes: Vec::new(),
        children: Vec::new(),
    }
}

impl El {
    /// An attribute that stays as it is.
    #[must_use]
    pub fn set(self, name: &'static str, value: impl Into<String>) -> Self {
        self.attribute(name, Some(value.into()))
    }

    #[must_use]
    pub fn class(self, class: &'static str) -> Self {
        self.set("class", class)
    }

    /// An attribute that is there, without a value, only if `on`.
    #[must_use]
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        self.attribute(name, on.then(String::new))
    }

    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        self.attribute(name, value.map(Into::into))
    }

    /// An attribute that follows signals; `None`: not there.
    #[must_use]
    pub fn live(
        mut self,
        name: &'static str,
        value: impl Fn() -> Option<String> + Send + 'static,
    ) -> Self {
        let value: Follows<Option<String>> = Arc::new(Mutex::new(value));
        self.attributes
            .push(custom_attribute(name, value).into_any_attr());
        self
    }

    #[must_use]
    pub fn child(mut self, child: impl Child) -> Self {
        child.add(&mut self.children);
        self
    }

    fn attribute(mut self, name: &'static str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.attributes
                .push(custom_attribute(name, value).into_any_attr());
        }
        self
    }

    pub fn view(self) -> AnyView {
        match self.tag {
            "input" => input().add_any_attr(self.attributes).into_any(),
            tag => custom(tag)
                .add_any_attr(self.attributes)
                .child(self.children)
                .into_any(),
        }
    }
}

/// What may stand inside an element.
pub trait Child {
    fn add(self, children: &mut Vec<AnyView>);
}

impl Child for AnyView {
    fn add(self, children: &mut Vec<AnyView>) {
        children.push(self);
    }
}

impl Child for El {
    fn add(self, children: &mut Vec<AnyView>) {
        children.push(self.view());
    }
}

impl Child for &str {
    fn add(self, children: &mut Vec<AnyView>) {
        self.to_owned().add(children);
    }
}

impl<C: Child> Child for Option<C> {
    fn add(self, children: &mut Vec<AnyView>) {
        if let Some(child) = self {
            child.add(children);
        }
    }
}

impl<C: Child> Child for Vec<C> {
    fn add(self, children: &mut Vec<AnyView>) {
        for child in self {
            child.add(children);
        }
    }
}

/// Content that follows signals.
pub fn reactive<C: Child>(content: impl Fn() -> C + Send + 'static) -> AnyView {
    let content: Follows<Vec<AnyView>> = Arc::new(Mutex::new(move || {
        let mut children = Vec::new();
        content().add(&mut children);
        children
    }));
    content.into_any()
}

/// Several views beside each other.
pub fn group(children: impl Child) -> AnyView {
    let mut views = Vec::new();
    children.add(&mut views);
    views.into_any()
}
