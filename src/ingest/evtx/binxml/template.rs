//! Binary XML as elements with places for values, and the templates that were met, kept over all
//! chunks and files. What the elements say is decided elsewhere.
//!
//! A template is found again by what it says, names written out: its GUID can be forged, and the
//! same offset means another template in another chunk. Within a chunk the offset is enough.

use std::{cell::OnceCell, collections::HashMap, rc::Rc};

use super::{
    cursor::Cursor,
    error::{BinXmlError, Result},
    plan::Plan,
    text::{push_char, push_utf16},
    token::{Instance, Stream, Token, next},
};

/// Elements inside one another.
const DEEPEST: usize = 64;
/// Elements in a template or record.
const MOST_ELEMENTS: usize = 8_192;
/// Templates kept, and the bytes of what they say; all are forgotten where a file invents more.
const MOST_TEMPLATES: usize = 4_096;
const MOST_BYTES: usize = 8 << 20;
/// Bytes of templates looked at in one chunk: many times what is in it.
const MOST_IN_CHUNK: usize = 1 << 20;

/// An element with places for values.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    /// The value without which it is left out.
    pub(super) depends_on: Option<u16>,
    pub(super) attributes: Vec<(String, Vec<Node>)>,
    pub(super) content: Vec<Node>,
}

/// What stands in an element or attribute.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Slot(u16),
    /// An element, by its number in the fragment.
    Element(usize),
    /// A template with its values, which only records have.
    Instance(Instance),
}

/// A template's body, or what stands in a record beside templates.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pub(super) elements: Vec<Element>,
    /// Elements and template instances.
    pub(super) roots: Vec<Node>,
}

impl Fragment {
    /// Reads up to the end of the cursor or the end token.
    pub(super) fn parse(cursor: &mut Cursor<'_>, stream: Stream) -> Result<Self> {
        let mut parser = Parser { fragment: Self::default(), open: Vec::new(), is_in_tag: false };
        while !cursor.is_at_end() {
            let offset = cursor.position();
            let token = next(cursor, stream)?;
            if token == Token::End {
                break;
            }
            let is_allowed = match token {
                Token::Slot(_) => stream == Stream::Template,
                Token::Instance(_) => stream == Stream::Record && !parser.is_in_tag,
                _ => true,
            };
            let misplaced = BinXmlError::Unknown { what: "the order of the parts", offset };
            if !is_allowed {
                return Err(misplaced);
            }
            parser.take(token)?.ok_or(misplaced)?;
        }
        if parser.open.is_empty() {
            Ok(parser.fragment)
        } else {
            Err(BinXmlError::Outside { what: "an element", offset: cursor.position() })
        }
    }

    /// The element of this number.
    pub(super) fn element(&self, number: usize) -> Option<&Element> {
        self.elements.get(number)
    }
}

struct Parser {
    fragment: Fragment,
    /// Numbers of the elements that are open.
    open: Vec<usize>,
    /// Whether the start tag of the innermost one is not yet complete.
    is_in_tag: bool,
}

impl Parser {
    /// `None` where the token may not stand here.
    fn take(&mut self, token: Token<'_>) -> Result<Option<()>> {
        Ok(match token {
            Token::Open { name, depends_on } => return self.open(name, depends_on),
            Token::CloseStart => std::mem::take(&mut self.is_in_tag).then_some(()),
            Token::CloseEmpty | Token::Close if self.is_in_tag != (token == Token::CloseEmpty) => {
                return Ok(None);
            }
            Token::CloseEmpty | Token::Close => {
                self.is_in_tag = false;
                self.open.pop().map(drop)
            }
            Token::Text(units) => self.text(|out| push_utf16(units, out)),
            Token::Character(unit) => self.text(|out| push_reference(unit, out)),
            Token::Entity(name) => self.text(|out| push_entity(name, out)),
            Token::Attribute(_) if !self.is_in_tag => return Ok(None),
            Token::Attribute(name) => {
                self.innermost().map(|element| element.attributes.push((string(name), Vec::new())))
            }
            Token::Slot(index) => self.node(Node::Slot(index)),
            Token::Instance(instance) if self.open.is_empty() => {
                self.fragment.roots.push(Node::Instance(instance));
                Some(())
            }
            Token::Instance(instance) => self.node(Node::Instance(instance)),
            Token::Instruction | Token::End => Some(()),
        })
    }

    fn open(&mut self, name: &[u8], depends_on: Option<u16>) -> Result<Option<()>> {
        let number = self.fragment.elements.len();
        if number >= MOST_ELEMENTS {
            return Err(BinXmlError::TooMuch { what: "elements" });
        }
        if self.open.len() >= DEEPEST {
            return Err(BinXmlError::TooMuch { what: "elements inside one another" });
        }
        if self.is_in_tag {
            return Ok(None);
        }
        match self.innermost() {
            Some(parent) => parent.content.push(Node::Element(number)),
            None => self.fragment.roots.push(Node::Element(number)),
        }
        let name = string(name);
        let (attributes, content) = (Vec::new(), Vec::new());
        self.fragment.elements.push(Element { name, depends_on, attributes, content });
        self.open.push(number);
        self.is_in_tag = true;
        Ok(Some(()))
    }

    fn innermost(&mut self) -> Option<&mut Element> {
        self.fragment.elements.get_mut(*self.open.last()?)
    }

    /// Where text and slots go: the attribute begun last, or the content.
    fn place(&mut self) -> Option<&mut Vec<Node>> {
        let is_in_tag = self.is_in_tag;
        let element = self.innermost()?;
        if !is_in_tag {
            return Some(&mut element.content);
        }
        element.attributes.last_mut().map(|(_, value)| value)
    }

    fn node(&mut self, node: Node) -> Option<()> {
        self.place().map(|place| place.push(node))
    }

    /// Appends to the text that is there already, since a text may come in pieces.
    fn text(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> Option<()> {
        let mut bytes = Vec::new();
        push(&mut bytes);
        let text = String::from_utf8(bytes).ok()?;
        let place = self.place()?;
        if let Some(Node::Text(before)) = place.last_mut() {
            before.push_str(&text);
        } else if !text.is_empty() {
            place.push(Node::Text(text));
        }
        Some(())
    }
}

fn string(units: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(units.len() / 2);
    push_utf16(units, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// A character by its number; half a surrogate pair stays the reference it is.
fn push_reference(unit: u16, out: &mut Vec<u8>) {
    match char::from_u32(unit.into()) {
        Some(character) => push_char(character, out),
        None => out.extend_from_slice(format!("&#{unit};").as_bytes()),
    }
}

/// A character by its name; an unknown name stays the reference it is.
fn push_entity(name: &[u8], out: &mut Vec<u8>) {
    let name = string(name);
    match name.as_str() {
        "quot" => out.push(b'"'),
        "apos" => out.push(b'\''),
        "amp" => out.push(b'&'),
        "lt" => out.push(b'<'),
        "gt" => out.push(b'>'),
        other => out.extend_from_slice(format!("&{other};").as_bytes()),
    }
}

/// Where an instance of a template stands, which decides what its root says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The record itself, whose root is `Event`.
    Record,
    /// In `Event`, beside `System`.
    Event,
    /// In `UserData`.
    UserData,
}

/// A template and what is made of its values.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) fragment: Fragment,
    plans: [OnceCell<Plan>; 3],
}

impl Template {
    fn parse(cursor: &mut Cursor<'_>, offset: usize) -> Result<Self> {
        let fragment = Fragment::parse(cursor, Stream::Template)?;
        if matches!(fragment.roots.as_slice(), [Node::Element(0)]) {
            Ok(Self { fragment, plans: Default::default() })
        } else {
            Err(BinXmlError::Unknown { what: "a template without one root", offset })
        }
    }

    /// The plan for instances in this place, made on first use.
    pub(super) fn plan(&self, place: Place, make: impl FnOnce() -> Plan) -> &Plan {
        let [record, event, user_data] = &self.plans;
        let plan = match place {
            Place::Record => record,
            Place::Event => event,
            Place::UserData => user_data,
        };
        plan.get_or_init(make)
    }
}

/// The templates met so far.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// By what they say, see [`describe`].
    known: HashMap<Box<[u8]>, Rc<Template>>,
    known_bytes: usize,
    /// By offset in the chunk being read.
    in_chunk: Vec<(usize, Rc<Template>)>,
    looked_at: usize,
    description: Vec<u8>,
}

impl Templates {
    /// Offsets mean other templates from now on.
    pub(super) fn start_chunk(&mut self) {
        self.in_chunk.clear();
        self.looked_at = 0;
    }

    /// The template of an instance. One whose GUID is not what the instance says is another: it
    /// was written over the one that is meant, and would make up what was never logged.
    pub(super) fn at(&mut self, chunk: &[u8], instance: Instance) -> Result<Rc<Template>> {
        let definition = instance.definition;
        let id = definition.checked_add(4).and_then(|at| chunk.get(at..at + 4));
        if id != Some(&instance.id) {
            return Err(BinXmlError::Unknown { what: "the template", offset: definition });
        }
        if let Some((_, known)) = self.in_chunk.iter().find(|(offset, _)| *offset == definition) {
            return Ok(Rc::clone(known));
        }
        let mut head = Cursor::new(chunk, definition.min(chunk.len()), chunk.len())?;
        // The next template of its hash, and its GUID.
        head.bytes(20, "a template")?;
        let size = head.offset("a template")?;
        self.looked_at = self.looked_at.saturating_add(size);
        if self.looked_at > MOST_IN_CHUNK {
            return Err(BinXmlError::TooMuch { what: "templates" });
        }
        let start = head.position();
        let body = Cursor::new(chunk, start, start.saturating_add(size))?;
        self.description.clear();
        describe(&mut body.clone(), &mut self.description)?;
        let template = match self.known.get(self.description.as_slice()) {
            Some(known) => Rc::clone(known),
            None => self.add(Template::parse(&mut body.clone(), definition)?),
        };
        self.in_chunk.push((definition, Rc::clone(&template)));
        Ok(template)
    }

    fn add(&mut self, template: Template) -> Rc<Template> {
        if self.known.len() >= MOST_TEMPLATES || self.known_bytes > MOST_BYTES {
            self.known.clear();
            self.known_bytes = 0;
        }
        let template = Rc::new(template);
        self.known_bytes += self.description.len();
        self.known.insert(self.description.as_slice().into(), Rc::clone(&template));
        template
    }
}

/// A template's body as bytes that two templates share exactly if they say the same: tokens, and
/// names and texts with their lengths.
fn describe(cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<()> {
    let mut put = |kind: u8, number: u16, text: &[u8]| {
        out.push(kind);
        out.extend_from_slice(&number.to_le_bytes());
        out.extend_from_slice(&text.len().to_le_bytes());
        out.extend_from_slice(text);
    };
    while !cursor.is_at_end() {
        let offset = cursor.position();
        match next(cursor, Stream::Template)? {
            Token::End => break,
            Token::Open { name, depends_on: Some(index) } => put(1, index, name),
            Token::Open { name, depends_on: None } => put(2, 0, name),
            Token::CloseStart => put(3, 0, &[]),
            Token::CloseEmpty => put(4, 0, &[]),
            Token::Close => put(5, 0, &[]),
            Token::Text(text) => put(6, 0, text),
            Token::Attribute(name) => put(7, 0, name),
            Token::Character(unit) => put(8, unit, &[]),
            Token::Entity(name) => put(9, 0, name),
            Token::Instruction => put(10, 0, &[]),
            Token::Slot(index) => put(11, index, &[]),
            Token::Instance(_) => {
                return Err(BinXmlError::Unknown { what: "a template in a template", offset });
            }
        }
    }
    Ok(())
}
