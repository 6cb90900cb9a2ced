//! Rows of Microsoft Defender's advanced hunting as JSON, as the API gives them and as they come
//! through an event hub (below `properties`). What the columns mean is in `row::defender`.

use crate::model::{Event, SourceIndex};

use super::{
    super::row::{Row, hunting_event},
    assemble::Assembler,
    dialect::Keys,
    reader::{JsonError, Reader},
};

/// Whether these are the columns of a row.
pub(super) fn is_row(keys: &Keys) -> bool {
    let names = |prefix: &str| {
        let has = |name: &str| keys.has(&format!("{prefix}{name}"));
        has("ActionType")
            && (has("DeviceName") || has("DeviceId"))
            && (has("InitiatingProcessId")
                || has("InitiatingProcessFileName")
                || has("InitiatingProcessCommandLine")
                || (has("LogonType") && has("AccountName")))
    };
    names("") || names("properties.")
}

/// Reads one row.
pub(super) fn hunting_row(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let mut leaves = std::mem::take(&mut assembler.leaves);
    let result = leaves.read(reader).and_then(|()| {
        let column = |path| str::strip_prefix(path, "properties.").unwrap_or(path);
        let columns: Vec<(&str, &str)> =
            leaves.iter().map(|(path, value)| (column(path), value)).collect();
        Ok(hunting_event(&Row(&columns), source, assembler)?)
    });
    assembler.leaves = leaves;
    result
}
