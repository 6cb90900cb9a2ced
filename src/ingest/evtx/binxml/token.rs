//! The tokens of binary XML (MS-EVEN6 2.2.12; libevtx, "Windows XML Event Log (EVTX) format",
//! section "Binary XML"), read one by one. What they make together is decided elsewhere.

use super::{
    cursor::Cursor,
    error::{BinXmlError, Result},
};

/// Set in a token's number where more of the same follows; means nothing to a reader.
const MORE: u8 = 0x40;
/// Token of a fragment header, whose version and flags follow.
const FRAGMENT: u8 = 0x0f;
/// A dependency that is none.
const INDEPENDENT: u16 = u16::MAX;

/// One token. Texts and names are UTF-16LE bytes of the chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'c> {
    /// The end of the fragment or of the record.
    End,
    /// A start tag begins.
    Open {
        name: &'c [u8],
        /// The value without which the element is left out.
        depends_on: Option<u16>,
    },
    /// The start tag ends; content follows.
    CloseStart,
    /// The start tag ends and so does the element.
    CloseEmpty,
    /// The element ends.
    Close,
    /// Text, or a section of character data, which is the same to a reader.
    Text(&'c [u8]),
    /// An attribute begins.
    Attribute(&'c [u8]),
    /// A character by its number.
    Character(u16),
    /// A character by its name.
    Entity(&'c [u8]),
    /// A processing instruction or part of one; says nothing about the event.
    Instruction,
    /// A template with its values.
    Instance(Instance),
    /// A place in a template for a value of the instance.
    Slot(u16),
}

/// Where the parts of a template instance are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instance {
    /// The first four bytes of the template's GUID.
    pub(super) id: [u8; 4],
    /// Offset of the template's definition in the chunk.
    pub(super) definition: usize,
    /// Offset of the descriptors.
    pub(super) descriptors: usize,
    /// Number of values.
    pub(super) count: usize,
}

/// Whether a stream of tokens is a template's, whose elements say what they depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Template,
    Record,
}

/// The next token; fragment headers are passed over.
pub(super) fn next<'c>(cursor: &mut Cursor<'c>, stream: Stream) -> Result<Token<'c>> {
    skip_header(cursor)?;
    let offset = cursor.position();
    let token = cursor.u8("a token")?;
    Ok(match token {
        0x00 => Token::End,
        0x01 | 0x41 => open(cursor, stream, token & MORE != 0)?,
        0x02 => Token::CloseStart,
        0x03 => Token::CloseEmpty,
        0x04 => Token::Close,
        0x05 | 0x45 => {
            // The specification has texts only; what else a value token could hold is not seen.
            if cursor.u8("the type of a text")? != 0x01 {
                return Err(BinXmlError::Unknown { what: "a literal value", offset });
            }
            Token::Text(cursor.counted_text("a text")?)
        }
        0x06 | 0x46 => Token::Attribute(name(cursor)?),
        0x07 | 0x47 => Token::Text(cursor.counted_text("a CDATA section")?),
        0x08 | 0x48 => Token::Character(cursor.u16("a character reference")?),
        0x09 | 0x49 => Token::Entity(name(cursor)?),
        0x0a => name(cursor).map(|_| Token::Instruction)?,
        0x0b => cursor.counted_text("a processing instruction").map(|_| Token::Instruction)?,
        0x0c => Token::Instance(instance(cursor)?),
        0x0d | 0x0e => {
            // The second says that the value may be absent, which any may; the type is the value's.
            let index = cursor.u16("a substitution")?;
            cursor.u8("the type of a substitution")?;
            Token::Slot(index)
        }
        _ => return Err(BinXmlError::Unknown { what: "a token", offset }),
    })
}

/// Passes over the header of a fragment, if one stands here.
pub(super) fn skip_header(cursor: &mut Cursor<'_>) -> Result<()> {
    while cursor.peek() == Some(FRAGMENT) {
        cursor.bytes(4, "a fragment header")?;
    }
    Ok(())
}

fn open<'c>(cursor: &mut Cursor<'c>, stream: Stream, has_attributes: bool) -> Result<Token<'c>> {
    let what = "a start tag";
    let depends_on = match stream {
        Stream::Template => Some(cursor.u16(what)?).filter(|index| *index != INDEPENDENT),
        Stream::Record => None,
    };
    // Sizes of the element and of its attributes: the tokens say the same.
    cursor.u32(what)?;
    let name = name(cursor)?;
    if has_attributes {
        cursor.u32(what)?;
    }
    Ok(Token::Open { name, depends_on })
}

/// The offset of a name, and the name itself, which stands right there on its first use.
fn name<'c>(cursor: &mut Cursor<'c>) -> Result<&'c [u8]> {
    let what = "a name";
    let offset = cursor.offset(what)?;
    let is_here = offset == cursor.position();
    let chunk = cursor.chunk();
    let mut elsewhere = Cursor::new(chunk, offset.min(chunk.len()), chunk.len())?;
    let place = if is_here { cursor } else { &mut elsewhere };
    // The next name of its hash, and its hash.
    place.bytes(6, what)?;
    let name = place.counted_text(what)?;
    place.bytes(2, what)?;
    Ok(name)
}

/// A template instance after its token, up to its last value.
fn instance(cursor: &mut Cursor<'_>) -> Result<Instance> {
    let instance = instance_head(cursor)?;
    let table = cursor.bytes(4 * instance.count, "the descriptors of the values")?;
    let sizes = table.as_chunks::<4>().0.iter();
    let size = sizes.map(|[low, high, ..]| usize::from(u16::from_le_bytes([*low, *high]))).sum();
    cursor.bytes(size, "the values")?;
    Ok(instance)
}

/// A template instance after its token, up to its descriptors.
pub(super) fn instance_head(cursor: &mut Cursor<'_>) -> Result<Instance> {
    let what = "a template instance";
    // A version.
    cursor.bytes(1, what)?;
    let id = *cursor.bytes(4, what)?.first_chunk::<4>().unwrap_or(&[0; 4]);
    let definition = cursor.offset(what)?;
    if definition == cursor.position() {
        cursor.bytes(20, what)?;
        let size = cursor.offset(what)?;
        cursor.bytes(size, "a template")?;
    }
    let count = cursor.offset(what)?;
    let descriptors = cursor.position();
    // Every value has a descriptor of four bytes, so a count that fits in the chunk is no danger.
    if count > cursor.chunk().len() / 4 {
        return Err(BinXmlError::TooMuch { what: "values" });
    }
    Ok(Instance { id, definition, descriptors, count })
}
