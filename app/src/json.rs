//! JSON by the browser's own parser and printer: serde only moves the values over, which weighs
//! much less in the bundle than a parser of ours.

mod read;

use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;

/// `None` if the text is not JSON, or not of this shape.
#[inline(never)]
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value = js_sys::JSON::parse(text).ok()?;
    T::deserialize(read::Value(value)).ok()
}

pub fn write<T: Serialize>(value: &T) -> Option<String> {
    let value = value.serialize(&Serializer::json_compatible()).ok()?;
    js_sys::JSON::stringify(&value).ok()?.as_string()
}
