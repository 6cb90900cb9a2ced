//! What is made of a template's values, worked out once: which value is which part of `System`
//! and which is the field of what name, in order, so that an instance is read without a tree.
//!
//! Elements of rarer shapes stay elements and are named by `tree` and `flatten`, whose rules the
//! plan's own steps follow.

use std::collections::HashSet;

use crate::model::Name;

use super::{
    super::super::{names::Names, system::Part},
    flatten::Spot,
    template::{Element, Fragment, Node, Place},
    token::Instance,
};

/// The steps of an instance, in the order of the template.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
}

/// One thing to do.
#[derive(Debug)]
pub(super) enum Step {
    /// The root is no `Event`.
    NotAnEvent,
    /// A part of `System`.
    Head { part: Part, attribute: &'static str, source: Source, depends_on: Option<u16> },
    /// All parts of `System` are known.
    SystemEnd,
    /// A field; where the value turns out to be no single text, its element is flattened.
    Field { name: Name, source: Source, depends_on: Option<u16>, element: usize, spot: Spot },
    /// A value that may be binary XML, the content of `Event` or `UserData`.
    Nested { slot: u16, place: Place },
    /// A template instance inside a record's own elements.
    Instance { instance: Instance, place: Place },
    /// An element to be flattened.
    Element { element: usize, spot: Spot, is_root: bool },
}

/// Where a value comes from.
#[derive(Debug)]
pub(super) enum Source {
    Nothing,
    Text(Box<str>),
    Slot(u16),
}

/// The attributes of a part of `System` that are kept; the empty name is the part's own text.
pub(super) const fn attributes_of(part: Part) -> &'static [&'static str] {
    match part {
        Part::Provider => &["Name"],
        Part::TimeCreated => &["SystemTime"],
        Part::Execution => &["ProcessID", "ThreadID"],
        Part::Security => &["UserID"],
        Part::EventId | Part::RecordId | Part::Channel | Part::Computer => &[""],
    }
}

impl Plan {
    /// The plan for this element as the root of an instance or record in this place.
    pub(super) fn new(fragment: &Fragment, root: usize, place: Place, names: &mut Names) -> Self {
        let mut planner = Planner { fragment, names, steps: Vec::new() };
        match place {
            Place::Record => planner.event(root),
            Place::Event => planner.event_child(root, true),
            Place::UserData => planner.user_member(root, true),
        }
        Self { steps: planner.steps }
    }
}

struct Planner<'p> {
    fragment: &'p Fragment,
    names: &'p mut Names,
    steps: Vec<Step>,
}

impl<'p> Planner<'p> {
    fn event(&mut self, root: usize) {
        let Some(event) = self.fragment.element(root).filter(|root| root.name == "Event") else {
            self.steps.push(Step::NotAnEvent);
            return;
        };
        for node in &event.content {
            match node {
                Node::Element(child) => self.event_child(*child, false),
                Node::Slot(index) => {
                    self.steps.push(Step::Nested { slot: *index, place: Place::Event });
                }
                Node::Instance(instance) => {
                    let instance = *instance;
                    self.steps.push(Step::Instance { instance, place: Place::Event });
                }
                Node::Text(_) => {}
            }
        }
    }

    /// `System`, or one of the elements beside it; what else stands there is not read, such as
    /// `RenderingInfo`, the text a forwarding computer rendered.
    fn event_child(&mut self, number: usize, is_root: bool) {
        let Some(element) = self.fragment.element(number) else { return };
        let before = self.steps.len();
        let is_dependent = element.depends_on.is_some() && !is_root;
        let (planned, spot) = match element.name.as_str() {
            "System" => (self.system(element), Spot::System),
            "EventData" => (self.event_data(element), Spot::BesideSystem),
            "UserData" => (self.user_data(element), Spot::UserData),
            "ProcessingErrorData" | "BinaryEventData" | "DebugData" => (None, Spot::BesideSystem),
            _ => return,
        };
        if planned.is_none() || is_dependent {
            self.steps.truncate(before);
            self.steps.push(Step::Element { element: number, spot, is_root });
        }
    }

    /// `None` where only its tree can tell.
    fn system(&mut self, system: &'p Element) -> Option<()> {
        let mut parts = Vec::new();
        for node in &system.content {
            let element = match node {
                Node::Element(number) => self.fragment.element(*number)?,
                Node::Text(_) => continue,
                Node::Slot(_) | Node::Instance(_) => return None,
            };
            let Some(part) = Part::of(&element.name) else { continue };
            if parts.contains(&part) {
                return None;
            }
            parts.push(part);
            for attribute in attributes_of(part) {
                let source = part_source(element, attribute)?;
                let depends_on = element.depends_on;
                self.steps.push(Step::Head { part, attribute, source, depends_on });
            }
        }
        self.steps.push(Step::SystemEnd);
        Some(())
    }

    fn event_data(&mut self, data: &'p Element) -> Option<()> {
        self.attributes(data, "EventData")?;
        let children = self.children(data)?;
        let (mut names, mut elements) = (HashSet::new(), HashSet::new());
        for (number, child) in children {
            let name = if child.name == "Data" {
                match data_name(child)? {
                    "" => "Data",
                    // Names that repeat are told apart by where they stand.
                    name if names.insert(name) => name,
                    _ => return None,
                }
            } else if elements.insert(&child.name) {
                &child.name
            } else {
                return None;
            };
            self.member(number, child, name, Spot::Data);
        }
        Some(())
    }

    fn user_data(&mut self, data: &'p Element) -> Option<()> {
        match data.content.as_slice() {
            _ if !data.attributes.is_empty() => return None,
            [] => {}
            [Node::Slot(index)] => {
                self.steps.push(Step::Nested { slot: *index, place: Place::UserData });
            }
            [Node::Instance(instance)] => {
                let instance = *instance;
                self.steps.push(Step::Instance { instance, place: Place::UserData });
            }
            [Node::Element(member)] => self.user_member(*member, false),
            _ => return None,
        }
        Some(())
    }

    /// The one element that `UserData` wraps its values in.
    fn user_member(&mut self, number: usize, is_root: bool) {
        let Some(element) = self.fragment.element(number) else { return };
        let before = self.steps.len();
        let is_dependent = element.depends_on.is_some() && !is_root;
        if self.wrapped(element).is_none() || is_dependent {
            self.steps.truncate(before);
            self.steps.push(Step::Element { element: number, spot: Spot::UserMember, is_root });
        }
    }

    fn wrapped(&mut self, element: &'p Element) -> Option<()> {
        if is_container(&element.name) {
            return None;
        }
        self.attributes(element, "UserData")?;
        let children = self.children(element)?;
        // An element whose children can all be left out can be empty, which is a field then.
        children.iter().find(|(_, child)| child.depends_on.is_none())?;
        let mut names = HashSet::new();
        for (number, child) in children {
            if !names.insert(&child.name) {
                return None;
            }
            self.member(number, child, &child.name, Spot::Member);
        }
        Some(())
    }

    /// A field for each attribute, `None` where one depends on a value.
    fn attributes(&mut self, element: &Element, path: &str) -> Option<()> {
        for (name, value) in &element.attributes {
            let source = match Source::of(value)? {
                Source::Slot(_) => return None,
                Source::Nothing => continue,
                text @ Source::Text(_) => text,
            };
            if !name.starts_with("xmlns") {
                let name = self.names.intern(&format!("{path}.{name}"));
                let (depends_on, element, spot) = (None, 0, Spot::Member);
                self.steps.push(Step::Field { name, source, depends_on, element, spot });
            }
        }
        Some(())
    }

    /// The elements in an element that has nothing else in it.
    fn children(&self, element: &'p Element) -> Option<Vec<(usize, &'p Element)>> {
        let child = |node: &Node| match node {
            Node::Element(number) => Some((*number, self.fragment.element(*number)?)),
            _ => None,
        };
        element.content.iter().map(child).collect()
    }

    /// A field from an element that holds one value, or the element where it holds more.
    fn member(&mut self, number: usize, element: &Element, name: &str, spot: Spot) {
        let is_data = spot == Spot::Data && element.name == "Data";
        let is_plain = is_data || element.attributes.is_empty();
        let source = Source::of(&element.content).filter(|_| is_plain);
        self.steps.push(match source {
            Some(source) => {
                let (name, depends_on) = (self.names.intern(name), element.depends_on);
                Step::Field { name, source, depends_on, element: number, spot }
            }
            None => Step::Element { element: number, spot, is_root: false },
        });
    }
}

impl Source {
    /// `None` where there is more than one piece, or an element.
    fn of(nodes: &[Node]) -> Option<Self> {
        Some(match nodes {
            [] => Self::Nothing,
            [Node::Text(text)] => Self::Text(text.as_str().into()),
            [Node::Slot(index)] => Self::Slot(*index),
            _ => return None,
        })
    }
}

/// Where the value of a part of `System` comes from; `None` where only its tree can tell.
fn part_source(element: &Element, attribute: &str) -> Option<Source> {
    let is_nested = |node: &Node| matches!(node, Node::Element(_) | Node::Instance(_));
    if element.content.iter().any(is_nested) {
        return None;
    }
    if attribute.is_empty() {
        return Source::of(&element.content);
    }
    let mut values = element.attributes.iter().filter(|(name, _)| name == attribute);
    let value = values.next().map_or(&[][..], |(_, value)| value);
    if values.next().is_some() { None } else { Source::of(value) }
}

/// What a `Data` element's `Name` says; `None` where that depends on a value.
fn data_name(element: &Element) -> Option<&str> {
    let name = element.attributes.iter().find(|(name, _)| name == "Name");
    match name.map_or(&[][..], |(_, value)| value) {
        [] => Some(""),
        [Node::Text(name)] => Some(name),
        _ => None,
    }
}

/// Whether `Data` elements in an element of this name are fields called by their `Name`.
pub(super) fn is_container(element: &str) -> bool {
    matches!(element, "EventData" | "UserData")
}
