//! Values → bytes → values, for what one build writes and the same build reads: between page and engine, and into storage.
//!
//! The format is postcard's (<https://postcard.jamesmunns.com/wire-format>), and so it was postcard's code. But serde's
//! derived readers can fail at every field, and then drop all fields before it; for the types of this program that was
//! 15 KB of what every page loads. Here no field fails: bytes that are no value are noted once and read on as zeros, and
//! whoever asked gets an error instead of a value. With an error type of which there is no value the compiler leaves
//! out all the rest.

use std::fmt::{self, Display};

use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// The bytes are not those of the value that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no such value")]
pub struct Malformed;

/// Appends a value.
pub fn write<T: Serialize>(value: &T, bytes: &mut Vec<u8>) {
    let Ok(()) = value.serialize(&mut Writer(bytes));
}

/// A value as bytes.
pub fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

/// For a field of bytes: they are written in one go, and not one by one. What is written is the same.
///
/// # Errors
/// Those of the serializer.
pub fn whole<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

/// Reads a value from the beginning of the bytes, and leaves the rest.
///
/// # Errors
/// If they do not begin with one.
///
/// # Panics
/// If the type itself refuses what stands there, or an empty text in the place of what is cut off, like a topic filter.
/// So who reads what may be damaged looks at a check sum first.
pub fn read_first<'a, T: Deserialize<'a>>(bytes: &mut &'a [u8]) -> Result<T, Malformed> {
    let mut reader = Reader {
        rest: bytes,
        malformed: false,
    };
    let Ok(value) = T::deserialize(&mut reader);
    *bytes = reader.rest;
    if reader.malformed {
        return Err(Malformed);
    }
    Ok(value)
}

/// Reads a value that is all of the bytes.
///
/// # Errors
/// If they are none, or more.
///
/// # Panics
/// As [`read_first`].
pub fn read<'a, T: Deserialize<'a>>(mut bytes: &'a [u8]) -> Result<T, Malformed> {
    let value = read_first(&mut bytes)?;
    if bytes.is_empty() {
        Ok(value)
    } else {
        Err(Malformed)
    }
}

/// No value has this type, so that a result with it costs nothing.
#[derive(Debug)]
enum Never {}

impl Display for Never {
    fn fmt(&self, _formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    #[expect(clippy::panic, reason = "no type of ours refuses to be written")]
    fn custom<T: Display>(message: T) -> Self {
        panic!("{message}")
    }
}

impl de::Error for Never {
    #[expect(clippy::panic, reason = "as `read_first` says")]
    fn custom<T: Display>(message: T) -> Self {
        panic!("{message}")
    }
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    /// Seven bits a byte, the lowest first; all but the last have the highest bit set.
    fn varint(&mut self, mut number: u64) {
        while number > 0x7f {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Small numbers are short whether positive or negative.
    fn zigzag(&mut self, number: i64) {
        self.varint(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    #[expect(
        clippy::expect_used,
        reason = "only what is flattened or filtered has no length, and that is JSON"
    )]
    fn length(&mut self, length: Option<usize>) {
        self.varint(length.expect("what has a length") as u64);
    }
}

/// Writes a type of serde's by a method of the writer.
macro_rules! plain_out {
    ($($serialize:ident($value:ty) => $write:expr;)+) => {
        $(fn $serialize(self, value: $value) -> Result<(), Never> {
            let write: fn(&mut Writer<'a>, $value) = $write;
            write(self, value);
            Ok(())
        })+
    };
}

impl<'a> Serializer for &mut Writer<'a> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    plain_out! {
        serialize_bool(bool) => |writer, value| writer.0.push(value.into());
        serialize_i8(i8) => |writer, value| writer.0.push(value.cast_unsigned());
        serialize_i16(i16) => |writer, value| writer.zigzag(value.into());
        serialize_i32(i32) => |writer, value| writer.zigzag(value.into());
        serialize_i64(i64) => Writer::zigzag;
        serialize_u8(u8) => |writer, value| writer.0.push(value);
        serialize_u16(u16) => |writer, value| writer.varint(value.into());
        serialize_u32(u32) => |writer, value| writer.varint(value.into());
        serialize_u64(u64) => Writer::varint;
        serialize_f32(f32) => |writer, value| writer.0.extend_from_slice(&value.to_le_bytes());
        serialize_f64(f64) => |writer, value| writer.0.extend_from_slice(&value.to_le_bytes());
    }

    fn serialize_char(self, value: char) -> Result<(), Never> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Never> {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Never> {
        self.length(Some(value.len()));
        self.0.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        self.0.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Never> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
    ) -> Result<(), Never> {
        self.serialize_u32(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.varint(index.into());
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Never> {
        self.length(length);
        Ok(self)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self, Never> {
        self.varint(index.into());
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Never> {
        self.length(length);
        Ok(self)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self, Never> {
        self.varint(index.into());
        Ok(self)
    }
}

/// A compound is its parts one after the other, whatever serde calls them.
macro_rules! parts {
    ($($compound:ident { $($part:ident($($name:ty)?)),+ })+) => {$(
        impl ser::$compound for &mut Writer<'_> {
            type Ok = ();
            type Error = Never;

            $(fn $part<T: Serialize + ?Sized>(&mut self, $(_name: $name,)? part: &T) -> Result<(), Never> {
                part.serialize(&mut **self)
            })+

            fn end(self) -> Result<(), Never> {
                Ok(())
            }
        }
    )+};
}

parts! {
    SerializeSeq { serialize_element() }
    SerializeTuple { serialize_element() }
    SerializeTupleStruct { serialize_field() }
    SerializeTupleVariant { serialize_field() }
    SerializeMap { serialize_key(), serialize_value() }
    SerializeStruct { serialize_field(&'static str) }
    SerializeStructVariant { serialize_field(&'static str) }
}

struct Reader<'de> {
    rest: &'de [u8],
    /// From the first byte that is wrong on; nothing is left to read then.
    malformed: bool,
}

impl<'de> Reader<'de> {
    /// What is read from now on is zeros.
    #[cold]
    fn give_up(&mut self) {
        self.malformed = true;
        self.rest = &[];
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else {
            self.give_up();
            return 0;
        };
        self.rest = rest;
        *first
    }

    fn bytes(&mut self, length: usize) -> &'de [u8] {
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else {
            self.give_up();
            return &[];
        };
        self.rest = rest;
        bytes
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.bytes(N).try_into().unwrap_or([0; N])
    }

    fn varint(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            // Ten bytes have room for 70 bits.
            if byte < 0x80 && (shift < 63 || byte < 2) {
                return number;
            }
        }
        self.give_up();
        0
    }

    /// A number of this type, or what is malformed.
    fn number<N: TryFrom<u64> + Default>(&mut self) -> N {
        N::try_from(self.varint()).unwrap_or_else(|_too_large| {
            self.give_up();
            N::default()
        })
    }

    fn zigzag(&mut self) -> i64 {
        let number = self.varint();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    fn signed<N: TryFrom<i64> + Default>(&mut self) -> N {
        N::try_from(self.zigzag()).unwrap_or_else(|_too_large| {
            self.give_up();
            N::default()
        })
    }

    /// 0 or 1.
    fn flag(&mut self) -> bool {
        let byte = self.byte();
        if byte > 1 {
            self.give_up();
        }
        byte == 1
    }

    fn text(&mut self) -> &'de str {
        let length = self.number();
        std::str::from_utf8(self.bytes(length)).unwrap_or_else(|_not_utf_8| {
            self.give_up();
            ""
        })
    }
}

/// Reads a type of serde's by a method of the reader.
macro_rules! plain_in {
    ($($deserialize:ident => $visit:ident($read:expr);)+) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
            let read: fn(&mut Reader<'de>) -> _ = $read;
            visitor.$visit(read(self))
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Never;

    fn is_human_readable(&self) -> bool {
        false
    }

    plain_in! {
        deserialize_bool => visit_bool(Reader::flag);
        deserialize_i8 => visit_i8(|reader| reader.byte().cast_signed());
        deserialize_i16 => visit_i16(Reader::signed);
        deserialize_i32 => visit_i32(Reader::signed);
        deserialize_i64 => visit_i64(Reader::zigzag);
        deserialize_u8 => visit_u8(Reader::byte);
        deserialize_u16 => visit_u16(Reader::number);
        deserialize_u32 => visit_u32(Reader::number);
        deserialize_u64 => visit_u64(Reader::varint);
        deserialize_f32 => visit_f32(|reader| f32::from_le_bytes(reader.array()));
        deserialize_f64 => visit_f64(|reader| f64::from_le_bytes(reader.array()));
        deserialize_str => visit_borrowed_str(Reader::text);
        deserialize_string => visit_borrowed_str(Reader::text);
        deserialize_bytes => visit_borrowed_bytes(|reader| { let length = reader.number(); reader.bytes(length) });
        deserialize_byte_buf => visit_borrowed_bytes(|reader| { let length = reader.number(); reader.bytes(length) });
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let mut letters = self.text().chars();
        let (letter, more) = (letters.next(), letters.next());
        if letter.is_none() || more.is_some() {
            self.give_up();
        }
        visitor.visit_char(letter.unwrap_or_default())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        if self.flag() {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.number();
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.number();
        visitor.visit_map(Elements { reader: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        let mut index = self.number();
        if index as usize >= variants.len() {
            self.give_up();
            index = 0;
        }
        visitor.visit_enum(Variant {
            reader: self,
            index,
        })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        self.deserialize_any(visitor)
    }

    #[expect(
        clippy::panic,
        reason = "the format does not describe itself; derived readers say what they expect"
    )]
    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Never> {
        panic!("a reader that does not say what it expects")
    }
}

/// The fields of a structure, as many as are asked for.
struct Fields<'r, 'de>(&'r mut Reader<'de>);

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Never;

    #[inline(always)]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Never> {
        seed.deserialize(&mut *self.0).map(Some)
    }
}

/// As many as are counted.
struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: usize,
}

impl Elements<'_, '_> {
    /// Whether another one comes. Of what is malformed none comes, whatever was counted.
    fn has_next(&mut self) -> bool {
        let has_next = self.left > 0 && !self.reader.malformed;
        self.left = self.left.saturating_sub(1);
        has_next
    }

    /// No more than there are bytes.
    fn hint(&self) -> usize {
        self.left.min(self.reader.rest.len())
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Never> {
        if self.has_next() {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.hint())
    }
}

impl<'de> MapAccess<'de> for Elements<'_, 'de> {
    type Error = Never;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Never> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Never> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.hint())
    }
}

/// One of an enumeration, and its content after it.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    index: u32,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Never;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Never> {
        let Ok(variant) =
            seed.deserialize(IntoDeserializer::<Never>::into_deserializer(self.index));
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Never> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self.reader))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self.reader))
    }
}

#[cfg(test)]
mod tests;
