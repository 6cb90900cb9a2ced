//! Records of shapes that no service writes, token by token: one record in one chunk of a log.
//! Offsets are those of the chunk. Knows the tokens' bytes, not what they should become.

/// Where the record's binary XML begins: after the chunk's and the record's header.
const START: usize = 512 + 24;
const CHUNK: usize = 65_536;
/// Token of a template instance.
const INSTANCE: u8 = 0x0c;

/// A record in the making.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    pub(super) bytes: Vec<u8>,
    /// Whether what is written is a template's body, whose elements name what they depend on.
    is_template: bool,
}

/// UTF-16LE.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

impl Raw {
    /// A record that begins with a fragment header.
    pub(super) fn new() -> Self {
        let mut bytes = vec![0; START];
        bytes.extend([0x0f, 1, 1, 0]);
        Self { bytes, is_template: false }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    fn offset(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap()
    }

    fn name(&mut self, name: &str) -> &mut Self {
        let here = self.offset() + 4;
        let units = u16::try_from(name.encode_utf16().count()).unwrap();
        self.put(&here.to_le_bytes()).put(&[0; 6]).put(&units.to_le_bytes());
        self.put(&utf16(name)).put(&[0, 0])
    }

    /// A start tag up to its attributes.
    pub(super) fn open(&mut self, name: &str, has_attributes: bool) -> &mut Self {
        self.open_if(name, has_attributes, u16::MAX)
    }

    /// As [`Self::open`], of an element that depends on a value.
    pub(super) fn open_if(&mut self, name: &str, has_attributes: bool, value: u16) -> &mut Self {
        self.put(&[if has_attributes { 0x41 } else { 0x01 }]);
        if self.is_template {
            self.put(&value.to_le_bytes());
        }
        self.put(&[0; 4]).name(name);
        if has_attributes { self.put(&[0; 4]) } else { self }
    }

    pub(super) fn attribute(&mut self, name: &str) -> &mut Self {
        self.put(&[0x06]).name(name)
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        let units = u16::try_from(text.encode_utf16().count()).unwrap();
        self.put(&[0x05, 0x01]).put(&units.to_le_bytes()).put(&utf16(text))
    }

    pub(super) fn entity(&mut self, name: &str) -> &mut Self {
        self.put(&[0x09]).name(name)
    }

    /// The start tag is complete.
    pub(super) fn content(&mut self) -> &mut Self {
        self.put(&[0x02])
    }

    pub(super) fn close(&mut self) -> &mut Self {
        self.put(&[0x04])
    }

    pub(super) fn slot(&mut self, index: u16) -> &mut Self {
        self.put(&[0x0e]).put(&index.to_le_bytes()).put(&[0x01])
    }

    /// An element with nothing but a text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) -> &mut Self {
        self.open(name, false).content().text(text).close()
    }

    /// `Data` with a name, and a value in it.
    pub(super) fn data(&mut self, name: &str, index: u16) -> &mut Self {
        self.open("Data", true).attribute("Name").text(name).content().slot(index).close()
    }

    /// `System` with the event id 7.
    pub(super) fn system(&mut self) -> &mut Self {
        self.open("System", false).content().leaf("EventID", "7").close()
    }

    /// `Event` with `System`, then what `rest` writes.
    pub(super) fn event(&mut self, rest: impl FnOnce(&mut Self)) -> &mut Self {
        self.open("Event", false).content().system();
        rest(self);
        self.close()
    }

    /// A template that stands right here, and its values. Gives the template's offset.
    pub(super) fn instance(
        &mut self,
        guid: u8,
        template: impl FnOnce(&mut Self),
        values: &[(u8, Vec<u8>)],
    ) -> usize {
        self.put(&[INSTANCE, 1, guid, guid, guid, guid]);
        let definition = self.bytes.len() + 4;
        self.put(&self.offset().saturating_add(4).to_le_bytes()).put(&[0; 4]).put(&[guid; 16]);
        let size_at = self.bytes.len();
        self.put(&[0; 4]).put(&[0x0f, 1, 1, 0]);
        let was_template = std::mem::replace(&mut self.is_template, true);
        template(self);
        self.is_template = was_template;
        self.put(&[0]);
        let size = self.offset() - u32::try_from(size_at).unwrap() - 4;
        self.bytes[size_at..size_at + 4].copy_from_slice(&size.to_le_bytes());
        self.values(values);
        definition
    }

    /// An instance of a template that is defined elsewhere.
    pub(super) fn instance_of(&mut self, definition: usize, values: &[(u8, Vec<u8>)]) -> &mut Self {
        self.put(&[INSTANCE, 1, 9, 9, 9, 9]).put(&u32::try_from(definition).unwrap().to_le_bytes());
        self.values(values)
    }

    fn values(&mut self, values: &[(u8, Vec<u8>)]) -> &mut Self {
        self.put(&u32::try_from(values.len()).unwrap().to_le_bytes());
        for (kind, bytes) in values {
            let size = u16::try_from(bytes.len()).unwrap();
            self.put(&size.to_le_bytes()).put(&[*kind, 0]);
        }
        let bytes = values.iter().flat_map(|(_, bytes)| bytes).copied().collect::<Vec<_>>();
        self.put(&bytes)
    }

    /// The log with the one record.
    pub(super) fn file(&self) -> Vec<u8> {
        let mut chunk = self.bytes.clone();
        chunk.push(0);
        chunk.resize(chunk.len().next_multiple_of(8) + 4, 0);
        let size = u32::try_from(chunk.len() - 512 + 4).unwrap();
        chunk.extend(size.to_le_bytes());
        let free = u32::try_from(chunk.len()).unwrap();
        let record = [b"**\0\0", size.to_le_bytes().as_slice(), &1_u64.to_le_bytes()].concat();
        chunk[512..528].copy_from_slice(&record);
        chunk[528..536].copy_from_slice(&134_204_772_674_120_000_u64.to_le_bytes());
        chunk[..8].copy_from_slice(b"ElfChnk\0");
        for at in [8, 16, 24, 32] {
            chunk[at..at + 8].copy_from_slice(&1_u64.to_le_bytes());
        }
        chunk[40..44].copy_from_slice(&128_u32.to_le_bytes());
        chunk[44..48].copy_from_slice(&512_u32.to_le_bytes());
        chunk[48..52].copy_from_slice(&free.to_le_bytes());
        let checksum = crc32fast::hash(&chunk[512..]);
        chunk[52..56].copy_from_slice(&checksum.to_le_bytes());
        let checksum = crc32fast::hash(&[&chunk[..120], &chunk[128..512]].concat());
        chunk[124..128].copy_from_slice(&checksum.to_le_bytes());
        chunk.resize(CHUNK, 0);
        let mut file = b"ElfFile\0".to_vec();
        file.resize(4_096, 0);
        file[36..44].copy_from_slice(&[1, 0, 3, 0, 0, 16, 1, 0]);
        file.extend(chunk);
        file
    }
}
