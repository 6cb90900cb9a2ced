//! The elements of a record with its values in their places: for the rare shapes that no plan
//! covers. Arrays are spread out here (MS-EVEN6 3.1.4.7.5: the element that holds an array is
//! repeated for each item); what the elements mean is `flatten`'s.

use std::ops::Range;

use super::{
    error::{BinXmlError, Result},
    read::Reading,
    template::{Element, Fragment, Node},
    token::{Instance, Stream},
    value::{self, ARRAY, BINARY_XML, Item, items},
};

/// An element with its values.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) name: String,
    /// Those that are not empty.
    pub(super) attributes: Vec<(String, String)>,
    /// All text that stands directly in it.
    pub(super) text: String,
    pub(super) children: Vec<Self>,
}

/// A fragment and the values that fill it, as a range of [`Reading::slots`].
#[derive(Clone, Debug)]
pub(super) struct Filled<'f> {
    pub(super) fragment: &'f Fragment,
    pub(super) values: Range<usize>,
}

/// An array's item in place of the array.
#[derive(Clone, Copy, Debug)]
struct Spread<'s> {
    /// The node that holds the array.
    node: &'s Node,
    item: Item<'s>,
}

/// An array, and the node that holds it.
type Found<'f, 'r> = Option<(&'f Node, Vec<Item<'r>>)>;

impl<'r> Reading<'r> {
    /// Appends an element: once, not at all, or once for each item of an array. The root of an
    /// instance is always there once.
    pub(super) fn grow(
        &mut self,
        filled: &Filled<'_>,
        number: usize,
        is_root: bool,
        out: &mut Vec<Tree>,
    ) -> Result<()> {
        let Some(element) = filled.fragment.element(number) else { return Ok(()) };
        if !is_root && self.is_left_out(&filled.values, element.depends_on) {
            return Ok(());
        }
        let array = if is_root { None } else { self.array_in(filled, element)? };
        let Some((node, items)) = array else {
            let tree = self.fill(filled, element, None)?;
            out.push(tree);
            return Ok(());
        };
        for item in items {
            let tree = self.fill(filled, element, Some(Spread { node, item }))?;
            out.push(tree);
        }
        Ok(())
    }

    /// The one array of several items that stands directly in an element.
    fn array_in<'f>(&self, filled: &Filled<'f>, element: &'f Element) -> Result<Found<'f, 'r>> {
        let attributes = element.attributes.iter().flat_map(|(_, value)| value);
        let mut found = None;
        for node in element.content.iter().chain(attributes) {
            let Node::Slot(index) = node else { continue };
            let Some(slot) = self.slot(&filled.values, *index) else { continue };
            if slot.kind & ARRAY == 0 {
                continue;
            }
            let items = items(slot.kind, self.bytes_of(slot)).ok_or_else(|| slot.unknown())?;
            if items.len() > 1 && found.replace((node, items)).is_some() {
                let what = "a second array in one element";
                return Err(BinXmlError::Unknown { what, offset: slot.offset() });
            }
        }
        Ok(found)
    }

    fn fill(
        &mut self,
        filled: &Filled<'_>,
        element: &Element,
        spread: Option<Spread<'_>>,
    ) -> Result<Tree> {
        self.deeper(|reading| {
            reading.spend(1, 0)?;
            let name = element.name.clone();
            let (attributes, text, children) = (Vec::new(), String::new(), Vec::new());
            let mut tree = Tree { name, attributes, text, children };
            for (name, value) in &element.attributes {
                let mut text = Vec::new();
                for node in value {
                    reading.push_text(filled, node, spread, &mut text)?;
                }
                if !text.is_empty() {
                    tree.attributes.push((name.clone(), reading.spent_text(text)?));
                }
            }
            let mut text = Vec::new();
            for node in &element.content {
                let is_text = reading.push_child(filled, node, &mut tree.children)?;
                if !is_text {
                    continue;
                }
                reading.push_text(filled, node, spread, &mut text)?;
            }
            tree.text = reading.spent_text(text)?;
            Ok(tree)
        })
    }

    /// Appends what elements a node comes to; whether it is text instead.
    fn push_child(
        &mut self,
        filled: &Filled<'_>,
        node: &Node,
        out: &mut Vec<Tree>,
    ) -> Result<bool> {
        match node {
            Node::Text(_) => return Ok(true),
            Node::Element(number) => self.grow(filled, *number, false, out)?,
            Node::Instance(instance) => self.grow_instance(*instance, out)?,
            Node::Slot(index) => {
                let Some(slot) = self.slot(&filled.values, *index) else { return Ok(false) };
                if slot.kind != BINARY_XML || slot.is_empty() {
                    return Ok(true);
                }
                self.grow_fragment(slot.start(), slot.end(), out)?;
            }
        }
        Ok(false)
    }

    /// Appends the elements of binary XML that stands in a value.
    fn grow_fragment(&mut self, start: usize, end: usize, out: &mut Vec<Tree>) -> Result<()> {
        self.deeper(|reading| {
            let mut cursor = reading.cursor(start, end)?;
            let fragment = Fragment::parse(&mut cursor, Stream::Record)?;
            let filled = Filled { fragment: &fragment, values: 0..0 };
            for root in &fragment.roots {
                reading.push_child(&filled, root, out)?;
            }
            Ok(())
        })
    }

    fn grow_instance(&mut self, instance: Instance, out: &mut Vec<Tree>) -> Result<()> {
        let (template, values, _) = self.instantiate(instance, self.chunk_end())?;
        let filled = Filled { fragment: &template.fragment, values };
        let grown = self.grow(&filled, 0, true, out);
        self.release(filled.values);
        grown
    }

    /// Appends the text of a node that is no element.
    fn push_text(
        &self,
        filled: &Filled<'_>,
        node: &Node,
        spread: Option<Spread<'_>>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match node {
            Node::Text(text) => out.extend_from_slice(text.as_bytes()),
            Node::Slot(index) => {
                let Some(slot) = self.slot(&filled.values, *index) else { return Ok(()) };
                let spread = spread.filter(|spread| std::ptr::eq(spread.node, node));
                let (kind, bytes) = match spread {
                    Some(spread) => (spread.item.kind, spread.item.bytes),
                    None => (slot.kind, self.bytes_of(slot)),
                };
                value::push(kind, bytes, out).ok_or_else(|| slot.unknown())?;
            }
            Node::Element(_) | Node::Instance(_) => {}
        }
        Ok(())
    }

    /// A text that counts against what a record may come to.
    fn spent_text(&mut self, bytes: Vec<u8>) -> Result<String> {
        self.spend(0, bytes.len())?;
        // All that is appended is UTF-8.
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }
}
