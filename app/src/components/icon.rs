//! The few icons in use, drawn inline: no sprite to fetch.

use leptos::prelude::*;

/// Shapes on a 24 × 24 grid, after the sprite of Bootstrap Italia (BSD-3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Check,
    Warning,
    Info,
    File,
    User,
    Search,
    Left,
    Right,
    Plus,
    Trash,
    Mail,
    Phone,
    Town,
    Menu,
    Close,
    Share,
    Print,
    Star,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Check => "M9.6 16.9 4.7 12l1.4-1.4 3.5 3.5 8.3-8.3 1.4 1.4z",
            Self::Warning => {
                "M12 3 1.7 21h20.6L12 3zm0 4 6.9 12H5.1L12 7zm-.8 4v4h1.6v-4h-1.6zm0 5.2v1.6h1.6v-1.6h-1.6z"
            }
            Self::Info => {
                "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 1.6a8.4 8.4 0 1 1 0 16.8 8.4 8.4 0 0 1 0-16.8zM11.2 7v1.8h1.6V7h-1.6zm0 3.6V17h1.6v-6.4h-1.6z"
            }
            Self::File => {
                "M6 2h8l5 5v15H5V3l1-1zm.6 1.6v16.8h10.8V8.6H13v-5H6.6zM8.5 12h7v1.4h-7V12zm0 3.5h7v1.4h-7v-1.4z"
            }
            Self::User => {
                "M12 3a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zm0 10.5c4.4 0 8 2.6 8 6V21H4v-1.5c0-3.4 3.6-6 8-6z"
            }
            Self::Search => {
                "M10.5 3a7.5 7.5 0 0 1 5.9 12.1l5 5-1.3 1.3-5-5A7.5 7.5 0 1 1 10.5 3zm0 1.7a5.8 5.8 0 1 0 0 11.6 5.8 5.8 0 0 0 0-11.6z"
            }
            Self::Menu => "M3 6h18v1.600H3V6zm0 5.200h18v1.600H3v-1.600zm0 5.200h18V18H3v-1.600z",
            Self::Close => {
                "M6.100 5 12 10.900 17.900 5 19 6.100 13.100 12l5.900 5.900-1.100 1.100L12 13.100 6.100 19 5 17.900 10.900 12 5 6.100z"
            }
            Self::Share => {
                "M18 2.500a3 3 0 1 1-2.300 4.900L8.600 11a3 3 0 0 1 0 2l7.100 3.600a3 3 0 1 1-.7 1.500l-7.200-3.700a3 3 0 1 1 0-4.800L15 5.900a3 3 0 0 1 3-3.400z"
            }
            Self::Print => {
                "M6 3h12v4h3v10h-3v4H6v-4H3V7h3V3zm1.600 1.600V7h8.800V4.600H7.600zM4.600 8.600v6.800H6V13h12v2.400h1.400V8.600H4.600zm3 6v4.800h8.800v-4.800H7.600z"
            }
            Self::Left => "M14.7 5.3 16 6.6 10.6 12l5.4 5.4-1.3 1.3L8 12z",
            Self::Right => "M9.3 5.3 8 6.6l5.4 5.4L8 17.4l1.3 1.3L16 12z",
            Self::Plus => "M11.2 5v6.2H5v1.6h6.2V19h1.6v-6.2H19v-1.6h-6.2V5z",
            Self::Trash => {
                "M9 3h6v2h5v1.6h-1.3L18 21H6L5.3 6.6H4V5h5V3zm-2 3.6.6 12.8h8.8L17 6.6H7z"
            }
            Self::Mail => {
                "M2 5h20v14H2V5zm2.2 1.6L12 12.7l7.8-6.1H4.2zm-.6 1.6v9.2h16.8V8.2L12 14.8 3.6 8.2z"
            }
            Self::Phone => {
                "M6.5 2.5 10 6 8.3 9c1.4 2.9 3.7 5.2 6.7 6.7l3-1.7 3.5 3.5-2.7 4C10.500 21 3 13.500 2.500 5.200l4-2.700z"
            }
            Self::Star => {
                "M12 2.500l2.900 6.200 6.800.9-5 4.700 1.300 6.700-6-3.300L6 21l1.300-6.700-5-4.700 6.800-.9z"
            }
            Self::Town => {
                "M12 2 2 7v2h20V7L12 2zM4 10.500V18h2.500v-7.500H4zm6.700 0V18h2.600v-7.500h-2.600zm6.800 0V18H20v-7.500h-2.500zM2 19.500V22h20v-2.500H2z"
            }
        }
    }
}

/// An icon that says nothing of its own: the words stand beside it.
pub fn icon(shape: Icon) -> AnyView {
    view! {
        <svg class="icon icon-sm" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=shape.path()></path>
        </svg>
    }
    .into_any()
}
