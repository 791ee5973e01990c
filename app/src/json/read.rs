//! Parsed JSON as serde reads it.
//!
//! `serde_wasm_bindgen` does the same for any JavaScript value, with messages for what does not
//! fit; here the values are our own server's, and without messages and without comparing the
//! names of fields one by one the bundle is a tenth smaller.

use std::fmt;

use js_sys::{Array, Object, Reflect};
use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected,
        VariantAccess, Visitor,
        value::{StringDeserializer, U64Deserializer},
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::{JsCast, JsValue};

/// The value is not of the wanted shape.
#[derive(Debug)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

// Each message that is not made is code that is not shipped.
impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// Methods that do what another one does.
macro_rules! as_another {
    ($($other:ident: $($method:ident)+;)+) => {$($(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            self.$other(visitor)
        }
    )+)+};
}

/// A value that `JSON.parse` made.
pub struct Value(pub JsValue);

impl<'de> Deserializer<'de> for Value {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(number) = self.0.as_f64() {
            visitor.visit_f64(number)
        } else if let Some(on) = self.0.as_bool() {
            visitor.visit_bool(on)
        } else if self.0.is_null() {
            visitor.visit_unit()
        } else if let Some(array) = self.0.dyn_ref::<Array>() {
            visitor.visit_seq(Items { array, next: 0 })
        } else if self.0.is_object() {
            self.deserialize_map(visitor)
        } else {
            Err(Unreadable)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    /// What the type calls an integer is one: amounts are cents, quantities are text.
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.0.as_f64().ok_or(Unreadable)? as i64)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.0.as_string().ok_or(Unreadable)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let array = self.0.dyn_ref::<Array>().ok_or(Unreadable)?;
        visitor.visit_seq(Items { array, next: 0 })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let object = self.0.dyn_ref::<Object>().ok_or(Unreadable)?;
        visitor.visit_map(Entries {
            entries: Object::entries(object),
            next: 0,
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_map(Fields {
            object: self.0,
            fields,
            next: 0,
            value: JsValue::UNDEFINED,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let (name, content) = match self.0.as_string() {
            Some(name) => (name, JsValue::NULL),
            None => {
                let object = self.0.dyn_ref::<Object>().ok_or(Unreadable)?;
                let entry = Array::from(&Object::entries(object).get(0));
                (entry.get(0).as_string().ok_or(Unreadable)?, entry.get(1))
            }
        };
        let index = variants.iter().position(|known| *known == name);
        visitor.visit_enum(Variant {
            index: index.ok_or(Unreadable)?,
            content: Value(content),
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    as_another! {
        deserialize_i64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8
            deserialize_u16 deserialize_u32 deserialize_u64;
        deserialize_string: deserialize_str deserialize_identifier;
    }

    forward_to_deserialize_any! {
        f32 f64 char bytes byte_buf unit unit_struct tuple_struct ignored_any
    }
}

/// The elements of an array.
struct Items<'a> {
    array: &'a Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        if self.next >= self.array.length() {
            return Ok(None);
        }
        let value = self.array.get(self.next);
        self.next += 1;
        seed.deserialize(Value(value)).map(Some)
    }
}

/// The fields that a struct has, found by name and told by number.
struct Fields {
    object: JsValue,
    fields: &'static [&'static str],
    next: usize,
    value: JsValue,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        while let Some(name) = self.fields.get(self.next) {
            let index = self.next as u64;
            self.next += 1;
            self.value = Reflect::get(&self.object, &(*name).into()).map_err(|_| Unreadable)?;
            if !self.value.is_undefined() {
                return seed.deserialize(U64Deserializer::new(index)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        seed.deserialize(Value(self.value.clone()))
    }
}

/// Keys and values of a map.
struct Entries {
    entries: Array,
    next: u32,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        if self.next >= self.entries.length() {
            return Ok(None);
        }
        let key = Array::from(&self.entries.get(self.next)).get(0);
        let key = key.as_string().ok_or(Unreadable)?;
        seed.deserialize(StringDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        let value = Array::from(&self.entries.get(self.next)).get(1);
        self.next += 1;
        seed.deserialize(Value(value))
    }
}

/// `"name"` or `{"name": content}`, told by the variant's number.
struct Variant {
    index: usize,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Value;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Value), Unreadable> {
        let variant = seed.deserialize(U64Deserializer::new(self.index as u64))?;
        Ok((variant, self.content))
    }
}

impl<'de> VariantAccess<'de> for Value {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_struct("", fields, visitor)
    }
}
