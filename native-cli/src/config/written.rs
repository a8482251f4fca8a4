//! How the values of the configuration file are read: like those of flags, and as TOML has them.

use std::{
    fmt,
    marker::PhantomData,
    num::{NonZeroU16, NonZeroU32, NonZeroU64},
    str::FromStr,
};

use serde::{
    Deserialize, Deserializer,
    de::{
        self, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use toml::value::Datetime;

use crate::{
    args::ShardRequest,
    value::{Instant, Malformed, Subset},
};

/// [`crate::value::jobs`] as a value of the file.
#[derive(Debug, Clone, Copy)]
pub struct Jobs(pub NonZeroU16);

impl FromStr for Jobs {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        crate::value::jobs(text).map(Self)
    }
}

/// `requests` of the file.
#[cfg(feature = "object-store")]
#[derive(Debug, Clone, Copy)]
pub struct Requests(pub NonZeroU16);

#[cfg(feature = "object-store")]
impl FromStr for Requests {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        crate::value::requests(text).map(Self)
    }
}

/// [`crate::value::stride`] as a value of the file.
#[derive(Debug, Clone, Copy)]
pub struct Stride(pub NonZeroU32);

impl FromStr for Stride {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        crate::value::stride(text).map(Self)
    }
}

/// [`crate::value::seconds`] as a value of the file.
#[derive(Debug, Clone, Copy)]
pub struct Seconds(pub NonZeroU64);

impl FromStr for Seconds {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        crate::value::seconds(text).map(Self)
    }
}

/// Names as a list, or as one string like the flag's.
#[derive(Debug)]
pub struct Names(pub Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NamesVisitor)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Names;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Names, E> {
        Ok(Names(text.split(',').map(str::to_owned).collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Names, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Names)
    }
}

/// A value that is written like its flag, as a string, a whole number or a date.
struct Written<T>(PhantomData<T>);

impl<'de, T: FromStr<Err: fmt::Display>> Visitor<'de> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        number.to_string().parse().map_err(E::custom)
    }

    /// A date without quotes comes as a map that only its own type understands.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let date = Datetime::deserialize(MapAccessDeserializer::new(map))
            .map_err(|_| de::Error::invalid_type(Unexpected::Map, &self))?;
        date.to_string().parse().map_err(de::Error::custom)
    }
}

macro_rules! written_like_its_flag {
    ($($kind:ty),*) => {$(
        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(Written(PhantomData))
            }
        }
    )*};
}

written_like_its_flag!(Instant, Stride, Jobs, Seconds, Subset, ShardRequest);
#[cfg(feature = "object-store")]
written_like_its_flag!(Requests);
