//! `.erase()` instead of `.into_any()`: in the browser every view becomes the same concrete
//! type before leptos erases it, so that its machinery for waiting while it hydrates, which
//! no page needs, is compiled once and not once a view (half of the bundle otherwise).

use leptos::prelude::*;

/// A view of whatever type, as [`AnyView`].
pub trait Erase {
    fn erase(self) -> AnyView;
}

#[cfg(not(feature = "hydrate"))]
impl<T: IntoAny> Erase for T {
    fn erase(self) -> AnyView {
        self.into_any()
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::any::{Any, TypeId};

    use leptos::{
        prelude::*,
        tachys::{
            html::attribute::any_attribute::AnyAttribute,
            hydration::Cursor,
            renderer::{
                Rndr,
                types::{Element, Node, Placeholder},
            },
            view::{Mountable, Position, PositionState, add_attr::AddAnyAttr},
        },
    };

    use super::Erase;

    impl<T: RenderHtml + Send> Erase for T {
        fn erase(self) -> AnyView {
            Erased(Box::new(self.into_owned())).into_any()
        }
    }

    /// The little that is needed of a view.
    trait View: Send {
        fn type_id(&self) -> TypeId;
        fn build(self: Box<Self>) -> Shown;
        fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Shown;
        /// Only with the state of a view of the same type.
        fn rebuild(self: Box<Self>, state: &mut dyn State);
    }

    /// And of its state.
    trait State {
        fn any(&mut self) -> &mut dyn Any;
        fn unmount(&mut self);
        fn mount(&mut self, parent: &Element, marker: Option<&Node>);
        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool;
        fn elements(&self) -> Vec<Element>;
    }

    impl<M: Mountable + 'static> State for M {
        fn any(&mut self) -> &mut dyn Any {
            self
        }

        fn unmount(&mut self) {
            Mountable::unmount(self);
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            Mountable::mount(self, parent, marker);
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            Mountable::insert_before_this(self, child)
        }

        fn elements(&self) -> Vec<Element> {
            Mountable::elements(self)
        }
    }

    impl<T: RenderHtml + Send + 'static> View for T {
        fn type_id(&self) -> TypeId {
            TypeId::of::<T>()
        }

        fn build(self: Box<Self>) -> Shown {
            Shown {
                view: TypeId::of::<T>(),
                state: Box::new(Render::build(*self)),
                placeholder: (!T::EXISTS).then(Rndr::create_placeholder),
            }
        }

        fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Shown {
            Shown {
                view: TypeId::of::<T>(),
                state: Box::new(RenderHtml::hydrate::<true>(*self, cursor, position)),
                placeholder: (!T::EXISTS).then(|| cursor.next_placeholder(position)),
            }
        }

        fn rebuild(self: Box<Self>, state: &mut dyn State) {
            if let Some(state) = state.any().downcast_mut::<T::State>() {
                Render::rebuild(*self, state);
            }
        }
    }

    /// Any view, as one type.
    pub struct Erased(Box<dyn View>);

    /// What an [`Erased`] became in the page; as `AnyViewState` of leptos.
    pub struct Shown {
        view: TypeId,
        state: Box<dyn State>,
        placeholder: Option<Placeholder>,
    }

    impl Render for Erased {
        type State = Shown;

        fn build(self) -> Shown {
            self.0.build()
        }

        fn rebuild(self, shown: &mut Shown) {
            if (*self.0).type_id() == shown.view {
                return self.0.rebuild(shown.state.as_mut());
            }
            let mut new = self.0.build();
            Mountable::insert_before_this(shown, &mut new);
            Mountable::unmount(shown);
            *shown = new;
        }
    }

    impl AddAnyAttr for Erased {
        type Output<A: leptos::attr::Attribute> = Self;

        /// Never asked for: the `AnyView` around keeps attributes to itself.
        fn add_any_attr<A: leptos::attr::Attribute>(self, _: A) -> Self {
            self
        }
    }

    impl RenderHtml for Erased {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        /// The browser writes no HTML.
        fn to_html_with_buf(
            self,
            _: &mut String,
            _: &mut Position,
            _: bool,
            _: bool,
            _: Vec<AnyAttribute>,
        ) {
        }

        fn hydrate<const FROM_SERVER: bool>(
            self,
            cursor: &Cursor,
            position: &PositionState,
        ) -> Shown {
            self.0.hydrate(cursor, position)
        }

        fn into_owned(self) -> Self {
            self
        }
    }

    impl Mountable for Shown {
        fn unmount(&mut self) {
            self.state.unmount();
            if let Some(placeholder) = &mut self.placeholder {
                Mountable::unmount(placeholder);
            }
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            self.state.mount(parent, marker);
            if let Some(placeholder) = &mut self.placeholder {
                Mountable::mount(placeholder, parent, marker);
            }
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.state.insert_before_this(child)
                || (self.placeholder.as_ref())
                    .is_some_and(|placeholder| Mountable::insert_before_this(placeholder, child))
        }

        fn elements(&self) -> Vec<Element> {
            self.state.elements()
        }
    }
}
