//! The story as XML: as Event Viewer saves it, as `wevtutil` writes it with a root element, and as
//! `evtx_dump -o xml` does.

use std::fmt::Write as _;

use super::StoryRecord;

/// Event Viewer, "Save All Events As" XML: everything on one line.
pub(crate) fn event_viewer(records: &[StoryRecord]) -> String {
    let events = records.iter().map(|record| event(record, "", '\'')).collect::<Vec<_>>();
    let declaration = r#"<?xml version="1.0" encoding="utf-8" standalone="yes"?>"#;
    format!("{declaration}\r\n<Events>{}</Events>", events.concat())
}

/// `wevtutil query-events /format:XML /element:Events`.
pub(crate) fn wevtutil(records: &[StoryRecord]) -> String {
    let events = records.iter().map(|record| event(record, "", '\'')).collect::<Vec<_>>();
    format!("<Events>\r\n{}\r\n</Events>\r\n", events.join("\r\n"))
}

/// `evtx_dump -o xml`.
pub(crate) fn evtx_dump(records: &[StoryRecord]) -> String {
    (1..).zip(records).fold(String::new(), |mut text, (number, record)| {
        let declaration = r#"<?xml version="1.0" encoding="utf-8"?>"#;
        let event = event(record, "\n", '"');
        writeln!(text, "Record {number}\n{declaration}\n{event}\n").unwrap();
        text
    })
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&apos;").replace('\r', "&#13;")
}

fn event(record: &StoryRecord, between: &str, quote: char) -> String {
    let mut parts = Vec::new();
    let user = record.user_sid.as_ref().map(|sid| format!(" UserID='{sid}'")).unwrap_or_default();
    parts.extend([
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>".to_owned(),
        "<System>".to_owned(),
        format!("<Provider Name='{}'/>", escaped(&record.provider)),
        format!("<EventID>{}</EventID>", record.event_id),
        "<Version>0</Version>".to_owned(),
        format!("<TimeCreated SystemTime='{}'/>", record.time),
        format!("<EventRecordID>{}</EventRecordID>", record.record_id),
        "<Correlation/>".to_owned(),
        format!("<Execution ProcessID='{}' ThreadID='{}'/>", record.pid, record.tid),
        format!("<Channel>{}</Channel>", escaped(&record.channel)),
        format!("<Computer>{}</Computer>", escaped(&record.host)),
        format!("<Security{user}/>"),
        "</System>".to_owned(),
    ]);
    let name = record.field("EventData.Name").map(|name| format!(" Name='{}'", escaped(name)));
    parts.push(format!("<EventData{}>", name.unwrap_or_default()));
    for (name, value) in &record.fields {
        let value = escaped(value);
        match name.as_str() {
            "EventData.Name" => {}
            "Data" => parts.push(format!("<Data>{value}</Data>")),
            "Binary" => parts.push(format!("<Binary>{value}</Binary>")),
            name => parts.push(format!("<Data Name='{}'>{value}</Data>", escaped(name))),
        }
    }
    parts.extend(["</EventData>".to_owned(), "</Event>".to_owned()]);
    parts.join(between).replace('\'', &quote.to_string())
}
