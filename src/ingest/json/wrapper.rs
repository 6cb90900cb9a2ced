//! Documents that wrap a list of records: finds the list, whatever stands before and after it, and
//! makes records of rows whose names stand in a header. Knows no dialect and holds no record.
//!
//! A search in Elasticsearch answers `{"hits":{"hits":[…]}}`, several `{"responses":[…]}`; Splunk
//! `{"results":[…]}`, or with `output_mode=json_rows` `{"fields":[…],"rows":[[…]]}`; Defender's
//! API `{"Results":[…]}`, Microsoft Graph `{"results":[…]}` or `{"value":[…]}`, an event hub
//! `{"records":[…]}`, Log Analytics `{"tables":[{"columns":[…],"rows":[[…]]}]}`, and PowerShell's
//! `ConvertTo-Json` of a collection `{"value":[…],"Count":2}`.

use super::reader::{JsonError, Kind, Reader};

/// Names of the lists that hold records.
const LISTS: [&str; 9] =
    ["results", "Results", "value", "records", "Records", "hits", "responses", "tables", "events"];
/// Names of the list that holds rows.
const ROWS: [&str; 2] = ["rows", "Rows"];
/// Names of the list that holds the rows' names, as texts or as objects with a `name`.
const HEADERS: [&str; 4] = ["fields", "columns", "Columns", "Fields"];
/// Names of objects that hold a wrapper in turn.
const INNER: [&str; 3] = ["hits", "response", "rawResponse"];
/// Name of the object that is the record, where something stands beside it.
const RECORD: &str = "_source";
/// What besides stands in a wrapper whose list is empty; only such an object is no record.
const BESIDE: [&str; 22] = [
    "Count",
    "QueryId",
    "Schema",
    "Stats",
    "_scroll_id",
    "_shards",
    "aggregations",
    "count",
    "highlighted",
    "init_offset",
    "max_score",
    "messages",
    "name",
    "nextLink",
    "post_process_count",
    "preview",
    "schema",
    "statistics",
    "status",
    "timed_out",
    "took",
    "total",
];
/// Most bytes of the names of a row: they are put before the values of each.
const LONGEST_HEADER: usize = 64 << 10;
/// Objects inside one another that are counted; a file that opens more is none of these.
const MOST_LEVELS: usize = 64;

/// The names of the values in rows, each as JSON with a colon after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header(Vec<Vec<u8>>);

impl Header {
    fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (mut names, mut length, mut first) = (Vec::new(), 0, true);
        reader.open(b'[')?;
        while reader.has_next(&mut first)? {
            let name = match reader.kind()? {
                Kind::Object => Self::name_in(reader)?,
                Kind::Array => {
                    reader.skip()?;
                    None
                }
                _ => Some(reader.scalar(&mut String::new())?.to_owned()),
            };
            let Some(name) = name else { continue };
            // A control character cannot be in a name that a program gives.
            let plain = name.chars().filter(|c| !c.is_control()).flat_map(|c| match c {
                '"' | '\\' => [Some('\\'), Some(c)],
                c => [Some(c), None],
            });
            let name = format!("\"{}\":", plain.flatten().collect::<String>()).into_bytes();
            length += name.len();
            if length > LONGEST_HEADER {
                return Err(JsonError::NotARecord { missing: "a header of bearable length" });
            }
            names.push(name);
        }
        Ok(Self(names))
    }

    fn name_in(reader: &mut Reader<'_>) -> Result<Option<String>, JsonError> {
        let (mut name, mut first, mut key) = (None, true, String::new());
        reader.open(b'{')?;
        while let Some(member) = reader.next_name(&mut first, &mut key)? {
            let is_name = matches!(member, "name" | "Name" | "ColumnName");
            if is_name && name.is_none() && reader.kind()? == Kind::String {
                name = Some(reader.scalar(&mut String::new())?.to_owned());
            } else {
                reader.skip()?;
            }
        }
        Ok(name)
    }

    /// The row that begins the text as the object that it stands for, and the row's length.
    pub(super) fn object(&self, text: &[u8]) -> Result<(Vec<u8>, usize), JsonError> {
        let mut reader = Reader::new(text);
        let (mut object, mut first, mut names) = (b"{".to_vec(), true, self.0.iter());
        reader.open(b'[')?;
        while reader.has_next(&mut first)? {
            let name = names.next().ok_or(JsonError::NotARecord { missing: "a value's name" })?;
            reader.kind()?;
            let start = reader.position();
            reader.skip()?;
            if object.len() > 1 {
                object.push(b',');
            }
            object.extend_from_slice(name);
            object.extend_from_slice(reader.between(start, reader.position()));
        }
        object.push(b'}');
        match names.next() {
            None => Ok((object, reader.position())),
            Some(_) => Err(JsonError::NotARecord { missing: "a value of the row" }),
        }
    }
}

/// What was found in a wrapper.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A list, or a single record: the first begins after so many bytes and so many objects that
    /// were opened.
    List { length: usize, levels: usize, header: Option<Header> },
    /// The end, after so many bytes: of a whole wrapper without records, or of one more object of
    /// an open one.
    End { length: usize },
}

/// Looks for a list in the object that begins the text. An error where it is no wrapper, or
/// [`JsonError::Incomplete`] where the text ends before that is known. `is_whole` says that the
/// object is valid JSON and no record of the file's dialect: then it may also be what Elasticsearch
/// puts around a single one, `{"_id":"1","_source":{…}}`.
pub(super) fn open(text: &[u8], is_whole: bool) -> Result<Found, JsonError> {
    let mut reader = Reader::new(text);
    reader.open(b'{')?;
    find(&mut reader, (1, is_whole))
}

/// Looks for what follows a list: another one, or the end of the object it stands in. The text
/// begins with a name or a closing brace.
pub(super) fn resume(text: &[u8]) -> Result<Found, JsonError> {
    find(&mut Reader::new(text), (0, false))
}

/// `levels` counts the objects opened here; one that is not ends the search.
fn find(
    reader: &mut Reader<'_>,
    (mut levels, is_whole): (usize, bool),
) -> Result<Found, JsonError> {
    const NO_WRAPPER: JsonError = JsonError::NotARecord { missing: "a list of records" };
    let is_resumed = levels == 0;
    let mut header = None;
    let (mut first, mut scratch) = (true, String::new());
    let (mut has_list, mut is_known) = (is_resumed, true);
    loop {
        let Some(name) = reader.next_name(&mut first, &mut scratch)? else {
            (levels, first) = (levels.saturating_sub(1), false);
            if levels > 0 {
                continue;
            }
            let is_end = is_resumed || (has_list && is_known);
            return if is_end {
                Ok(Found::End { length: reader.position() })
            } else {
                Err(NO_WRAPPER)
            };
        };
        let is_list = LISTS.contains(&name);
        let (is_rows, is_header) = (ROWS.contains(&name), HEADERS.contains(&name));
        let is_beside = BESIDE.contains(&name) || name.starts_with("@odata");
        let (is_inner, is_record) = (INNER.contains(&name), name == RECORD);
        match reader.kind()? {
            Kind::Object if is_record && is_whole => {
                return Ok(Found::List { length: reader.position(), levels, header: None });
            }
            Kind::Object if is_inner && levels < MOST_LEVELS => {
                reader.open(b'{')?;
                (levels, first) = (levels + 1, true);
            }
            Kind::Array if is_header => header = Some(Header::read(reader)?),
            Kind::Array if is_list || is_rows => {
                let mut ahead = reader.clone();
                ahead.open(b'[')?;
                if !ahead.has_next(&mut true)? {
                    (*reader, has_list) = (ahead, true);
                    continue;
                }
                let header = header.take_if(|_| is_rows);
                let wanted = if header.is_some() { Kind::Array } else { Kind::Object };
                if ahead.kind()? == wanted {
                    reader.open(b'[')?;
                    return Ok(Found::List { length: reader.position(), levels, header });
                }
                reader.skip()?;
            }
            _ => {
                is_known &= is_beside;
                reader.skip()?;
            }
        }
    }
}

/// Where a reader stands among the wrappers it is in.
#[derive(Debug, Default)]
pub(super) struct Wrappers {
    /// Objects that are open.
    pub(super) levels: usize,
    /// The names of the rows that come, where rows come.
    pub(super) header: Option<Header>,
}

impl Wrappers {
    /// Whether records that come are inside a wrapper.
    pub(super) const fn are_open(&self) -> bool {
        self.levels > 0
    }

    /// Takes over what [`open`] found; the bytes to move on.
    pub(super) fn enter(&mut self, found: Found) -> usize {
        match found {
            Found::List { length, levels, header } => {
                self.levels = self.levels.saturating_add(levels);
                self.header = header;
                length
            }
            Found::End { length } => length,
        }
    }

    /// Takes over what [`resume`] found; the bytes to move on.
    pub(super) fn leave(&mut self, found: Found) -> usize {
        if matches!(found, Found::End { .. }) {
            self.levels = self.levels.saturating_sub(1);
        }
        self.enter(found)
    }
}
