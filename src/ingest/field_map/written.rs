//! How a map is written in JSON where that is not plain, and read strictly. No files here.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
};

use super::{Told, UtcOffset};

impl Serialize for UtcOffset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcOffset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no difference to UTC, which is written \"+02:00\""
            ))
        })
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Path(path) => serializer.serialize_str(path),
            Self::Constant(text) => serializer.collect_map([("constant", text)]),
            Self::Translated { path, values } => {
                let parts =
                    Parts { path: Some(path.clone()), values: values.clone(), constant: None };
                parts.serialize(serializer)
            }
        }
    }
}

/// [`Told`] where it is written as an object.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(default, skip_serializing)]
    constant: Option<Text>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default, deserialize_with = "table_without_repeats")]
    values: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Told;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key path, {\"constant\": …} or {\"path\": …, \"values\": {…}}")
            }

            fn visit_str<E>(self, path: &str) -> Result<Told, E> {
                Ok(Told::Path(path.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Told, A::Error> {
                let parts = Parts::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                match (parts.constant, parts.path, parts.values) {
                    (Some(Text(text)), None, values) if values.is_empty() => {
                        Ok(Told::Constant(text))
                    }
                    (None, Some(path), values) => Ok(Told::Translated { path, values }),
                    _ => Err(A::Error::custom(
                        "either \"constant\" must be here, or \"path\" with \"values\"",
                    )),
                }
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// A text, or a number by its digits.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrNumber;

        impl Visitor<'_> for TextOrNumber {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a whole number")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }
        }

        deserializer.deserialize_any(TextOrNumber)
    }
}

/// A table whose keys are there once each; serde would take the last of two without a word.
pub(super) fn table_without_repeats<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    struct Table;

    impl<'de> Visitor<'de> for Table {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of names and what they stand for")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut table = BTreeMap::new();
            while let Some((key, Text(value))) = map.next_entry::<String, Text>()? {
                if table.contains_key(&key) {
                    return Err(A::Error::custom(format!("`{key}` is there twice")));
                }
                table.insert(key, value);
            }
            Ok(table)
        }
    }

    deserializer.deserialize_map(Table)
}
