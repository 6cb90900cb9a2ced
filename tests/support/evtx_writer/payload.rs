//! The inner template: `EventData` with its `Data` elements, or the one element in `UserData`.

use super::element::{Element, Piece};
use super::value::{Fragment, Value};

/// What an event says beside its `System` part.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// `EventData`.
    Event {
        /// `EventData/@Name`, which the task scheduler sets.
        name: Option<&'static str>,
        /// The fields in order. One without a name is written as classic sources do: bytes as
        /// `Binary`, anything else as `Data` without `Name`.
        fields: Vec<(String, Value)>,
    },
    /// `UserData`.
    User(UserData),
}

/// The one element in `UserData`.
#[derive(Debug, Clone)]
pub(crate) struct UserData {
    /// The element's name.
    pub(crate) element: String,
    /// Its default namespace.
    pub(crate) namespace: String,
    /// The elements in it, in order.
    pub(crate) fields: Vec<(String, Value)>,
}

impl Data {
    /// `EventData` with named fields.
    pub(crate) fn named<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Event { name: None, fields: owned(fields) }
    }

    /// The payload as an instance of its template.
    pub(super) fn fragment(&self) -> Fragment {
        match self {
            Self::Event { name, fields } => {
                let mut root = Element::new("EventData");
                if let Some(name) = name {
                    root = root.attribute("Name", Piece::Text((*name).to_owned()));
                }
                fill(root, fields, |field, value| {
                    if !field.is_empty() {
                        let name = Piece::Text(field.to_owned());
                        Element::new("Data").attribute("Name", name)
                    } else if matches!(value, Value::Binary(_)) {
                        Element::new("Binary")
                    } else {
                        Element::new("Data")
                    }
                })
            }
            Self::User(user) => {
                let namespace = Piece::Text(user.namespace.clone());
                let root = Element::new(&user.element).attribute("xmlns", namespace);
                fill(root, &user.fields, |field, _| Element::new(field))
            }
        }
    }
}

fn owned<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Vec<(String, Value)> {
    let own = |(name, value): (N, Value)| (name.into(), value);
    fields.into_iter().map(own).collect()
}

/// `root` with one element a field, each with the slot of the field's value.
fn fill(
    root: Element,
    fields: &[(String, Value)],
    child: impl Fn(&str, &Value) -> Element,
) -> Fragment {
    let template = (0_u16..).zip(fields).fold(root, |root, (index, (name, value))| {
        let slot = Piece::Slot { index, kind: value.kind(), optional: false };
        root.with(Piece::Child(child(name, value).with(slot)))
    });
    Fragment { template, values: fields.iter().map(|(_, value)| value.clone()).collect() }
}
