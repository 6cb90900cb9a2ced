//! One 64 KiB chunk: the bytes of its records as they grow, and the two tables that let a later
//! record refer to a name or template of an earlier one. What a record holds is decided elsewhere.

use std::collections::BTreeMap;

use super::element::{Element, Piece, template_guid};
use super::value::{Fragment, Value, utf16};
use super::{Record, WriteError, system};

const CHUNK_BYTES: usize = 65_536;
const CHUNK_HEADER_BYTES: usize = 512;

/// What a record starts with after its header, and what each template body starts with.
const FRAGMENT_HEADER: [u8; 4] = [0x0f, 1, 1, 0];

mod token {
    pub(super) const END: u8 = 0x00;
    pub(super) const OPEN: u8 = 0x01;
    pub(super) const CLOSE_START: u8 = 0x02;
    pub(super) const CLOSE_EMPTY: u8 = 0x03;
    pub(super) const CLOSE: u8 = 0x04;
    pub(super) const VALUE: u8 = 0x05;
    pub(super) const ATTRIBUTE: u8 = 0x06;
    pub(super) const TEMPLATE: u8 = 0x0c;
    pub(super) const SLOT: u8 = 0x0d;
    pub(super) const OPTIONAL_SLOT: u8 = 0x0e;
    /// Set in `OPEN` where attributes follow, in `ATTRIBUTE` where another one follows.
    pub(super) const MORE: u8 = 0x40;
}

/// A chunk that still takes records.
#[derive(Debug)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    names: BTreeMap<String, u32>,
    templates: BTreeMap<String, u32>,
    name_heads: [u32; 64],
    template_heads: [u32; 32],
    first_number: u64,
    records: u64,
    last_record: u32,
    /// Length of a value that was too long for its length field, seen since the record's start.
    too_long: Option<usize>,
}

impl Chunk {
    pub(super) fn new() -> Self {
        Self {
            bytes: vec![0; CHUNK_HEADER_BYTES],
            names: BTreeMap::new(),
            templates: BTreeMap::new(),
            name_heads: [0; 64],
            template_heads: [0; 32],
            first_number: 0,
            records: 0,
            last_record: 0,
            too_long: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Writes a record, or says `false` and leaves the chunk as it was where there is no room.
    pub(super) fn append(&mut self, number: u64, record: &Record) -> Result<bool, WriteError> {
        let start = self.position();
        let heads = (self.name_heads, self.template_heads);
        self.put(b"**\0\0");
        self.put(&0_u32.to_le_bytes());
        self.put(&number.to_le_bytes());
        self.put(&record.time.to_le_bytes());
        self.put(&FRAGMENT_HEADER);
        self.instance(&system::event(record));
        self.put(&[token::END]);
        while !(self.bytes.len() + 4).is_multiple_of(8) {
            self.put(&[0]);
        }
        let size = self.position() + 4 - start;
        self.put(&size.to_le_bytes());
        self.patch(start + 4, &size.to_le_bytes());

        let too_long = self.too_long.take();
        if too_long.is_none() && self.bytes.len() <= CHUNK_BYTES {
            if self.is_empty() {
                self.first_number = number;
            }
            self.records += 1;
            self.last_record = start;
            return Ok(true);
        }
        self.bytes.truncate(start as usize);
        self.names.retain(|_, offset| *offset < start);
        self.templates.retain(|_, offset| *offset < start);
        (self.name_heads, self.template_heads) = heads;
        match too_long {
            Some(bytes) => Err(WriteError::ValueTooLong { record_id: record.record_id, bytes }),
            None => Ok(false),
        }
    }

    /// The finished 64 KiB: header filled in, checksums made, the free space zeroed.
    pub(super) fn seal(mut self) -> Vec<u8> {
        let free = self.position();
        let last_number = self.first_number + self.records.saturating_sub(1);
        let data_checksum = crc32fast::hash(self.bytes.get(CHUNK_HEADER_BYTES..).unwrap_or(&[]));
        let mut header = b"ElfChnk\0".to_vec();
        for _ in ["record numbers", "record ids"] {
            header.extend(self.first_number.to_le_bytes());
            header.extend(last_number.to_le_bytes());
        }
        header.extend(128_u32.to_le_bytes());
        header.extend(self.last_record.to_le_bytes());
        header.extend(free.to_le_bytes());
        header.extend(data_checksum.to_le_bytes());
        header.resize(120, 0);
        let tables: Vec<u8> = (self.name_heads.iter())
            .chain(&self.template_heads)
            .flat_map(|offset| offset.to_le_bytes())
            .collect();
        // The header's checksum leaves out the flags and itself.
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(&header);
        checksum.update(&tables);
        header.extend(0_u32.to_le_bytes());
        header.extend(checksum.finalize().to_le_bytes());
        header.extend(tables);
        self.patch(0, &header);
        self.bytes.resize(CHUNK_BYTES, 0);
        self.bytes
    }

    /// A template instance: the definition where the chunk hasn't got it, then the values.
    fn instance(&mut self, fragment: &Fragment) {
        let key = fragment.template.key();
        let guid = template_guid(&key).bytes();
        let [a, b, c, d, ..] = guid;
        self.put(&[token::TEMPLATE, 1, a, b, c, d]);
        if let Some(offset) = self.templates.get(&key) {
            let offset = *offset;
            self.put(&offset.to_le_bytes());
        } else {
            let offset = self.position() + 4;
            self.put(&offset.to_le_bytes());
            let units = guid.chunks(2).filter_map(|pair| pair.try_into().ok());
            let bucket = bucket(units.map(u16::from_le_bytes), &mut self.template_heads);
            let next = bucket.map_or(0, |head| std::mem::replace(head, offset));
            self.put(&next.to_le_bytes());
            self.put(&guid);
            let size_at = self.reserve_u32();
            self.put(&FRAGMENT_HEADER);
            self.element(&fragment.template);
            self.put(&[token::END]);
            self.fill_u32(size_at);
            self.templates.insert(key, offset);
        }
        self.values(&fragment.values);
    }

    /// The count, a descriptor of four bytes a value, then the values one after another.
    fn values(&mut self, values: &[Value]) {
        let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
        self.put(&count.to_le_bytes());
        let mut descriptor = self.position();
        self.bytes.resize(self.bytes.len() + 4 * values.len(), 0);
        for value in values {
            let start = self.bytes.len();
            if let Value::Nested(fragment) = value {
                self.put(&FRAGMENT_HEADER);
                self.instance(fragment);
                self.put(&[token::END]);
            } else {
                self.put(&value.bytes());
            }
            let [low, high] = self.length_field(self.bytes.len() - start);
            self.patch(descriptor, &[low, high, value.kind(), 0]);
            descriptor += 4;
        }
    }

    fn element(&mut self, element: &Element) {
        let attributes = &element.attributes;
        let more = |further: bool| if further { token::MORE } else { 0 };
        self.put(&[token::OPEN | more(!attributes.is_empty())]);
        self.put(&element.depends_on.unwrap_or(u16::MAX).to_le_bytes());
        let size_at = self.reserve_u32();
        self.name(&element.name);
        if !attributes.is_empty() {
            let list_at = self.reserve_u32();
            for (index, (name, piece)) in attributes.iter().enumerate() {
                self.put(&[token::ATTRIBUTE | more(index + 1 < attributes.len())]);
                self.name(name);
                self.piece(piece);
            }
            self.fill_u32(list_at);
        }
        if element.content.is_empty() {
            self.put(&[token::CLOSE_EMPTY]);
        } else {
            self.put(&[token::CLOSE_START]);
            for piece in &element.content {
                self.piece(piece);
            }
            self.put(&[token::CLOSE]);
        }
        self.fill_u32(size_at);
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => {
                self.put(&[token::VALUE, 0x01]);
                let units = self.length_field(text.encode_utf16().count());
                self.put(&units);
                self.put(&utf16(text));
            }
            Piece::Slot { index, kind, optional } => {
                let slot = if *optional { token::OPTIONAL_SLOT } else { token::SLOT };
                let [low, high] = index.to_le_bytes();
                self.put(&[slot, low, high, *kind]);
            }
            Piece::Child(element) => self.element(element),
        }
    }

    /// A reference to a name, followed by the name itself on its first use in the chunk.
    fn name(&mut self, name: &str) {
        if let Some(offset) = self.names.get(name) {
            let offset = *offset;
            self.put(&offset.to_le_bytes());
            return;
        }
        let offset = self.position() + 4;
        self.put(&offset.to_le_bytes());
        let bucket = bucket(name.encode_utf16(), &mut self.name_heads);
        let next = bucket.map_or(0, |head| std::mem::replace(head, offset));
        self.put(&next.to_le_bytes());
        self.put(&name_hash(name.encode_utf16()).to_le_bytes());
        let units = self.length_field(name.encode_utf16().count());
        self.put(&units);
        self.put(&utf16(name));
        self.put(&[0, 0]);
        self.names.insert(name.to_owned(), offset);
    }

    /// Offset in the chunk of what is written next.
    fn position(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX)
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn patch(&mut self, offset: u32, bytes: &[u8]) {
        let start = offset as usize;
        if let Some(place) = self.bytes.get_mut(start..start + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }

    /// Leaves room for the length of what follows.
    fn reserve_u32(&mut self) -> u32 {
        let offset = self.position();
        self.put(&[0; 4]);
        offset
    }

    /// Sets a reserved length to the number of bytes written after it.
    fn fill_u32(&mut self, offset: u32) {
        let length = self.position() - offset - 4;
        self.patch(offset, &length.to_le_bytes());
    }

    /// A 16-bit length; one that doesn't fit makes the record an error.
    fn length_field(&mut self, length: usize) -> [u8; 2] {
        let field = u16::try_from(length);
        if field.is_err() {
            self.too_long = Some(length);
        }
        field.unwrap_or(0).to_le_bytes()
    }
}

/// The hash of names that the tables are ordered by. Template buckets use it over the GUID's
/// eight 16-bit units: seen in real logs, where it places 123 of 136 templates (the rest stand
/// in chains of damaged or reused chunks).
fn name_hash(units: impl Iterator<Item = u16>) -> u16 {
    let hash =
        units.fold(0_u32, |hash, unit| hash.wrapping_mul(65_599).wrapping_add(u32::from(unit)));
    u16::try_from(hash & 0xffff).unwrap_or_default()
}

/// The table entry a hash falls into.
fn bucket(units: impl Iterator<Item = u16>, heads: &mut [u32]) -> Option<&mut u32> {
    let index = usize::from(name_hash(units)) % heads.len();
    heads.get_mut(index)
}
