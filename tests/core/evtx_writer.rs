//! The test writer of event logs against the reader that the product uses.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what is absent fails the test"
)]

use evtx::{EvtxParser, ParserSettings};
use serde_json::Value as Json;

use crate::support::evtx_damage;
use crate::support::evtx_writer::{
    Data, EvtxWriter, Guid, Provider, Record, Sid, UserData, Value, WriteError,
};

/// 2026-04-12T14:21:07.4120000Z.
const TIME: u64 = 134_204_772_674_120_000;

fn record(record_id: u64, data: Data) -> Record {
    Record {
        record_id,
        time: TIME + record_id,
        provider: Provider {
            name: "Microsoft-Windows-Sysmon".into(),
            guid: Some(Guid(0x5770_385f_c22a_43e0_bf4c_06f5_698f_fbd9)),
            source_name: None,
        },
        event_id: 1,
        qualifiers: None,
        version: 5,
        level: 4,
        task: 1,
        opcode: 0,
        keywords: 0x8000_0000_0000_0000,
        channel: "Microsoft-Windows-Sysmon/Operational".into(),
        computer: "LAPTOP-7F2K.contoso.example".into(),
        pid: 3284,
        tid: 4012,
        user_sid: Some(Sid::new(5, &[18])),
        activity_id: None,
        data,
    }
}

fn line(text: impl Into<String>) -> Data {
    Data::named([("CommandLine", Value::text(text))])
}

fn file_of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<u8> {
    let mut writer = EvtxWriter::new();
    for record in records {
        writer.push(record).unwrap();
    }
    writer.finish()
}

/// Every record as JSON; an unreadable record or a wrong checksum fails the test.
fn read(file: &[u8]) -> Vec<Json> {
    let settings = ParserSettings::default().validate_checksums(true);
    let parser = EvtxParser::from_read_seek(std::io::Cursor::new(file)).unwrap();
    let mut parser = parser.with_configuration(settings);
    parser.records_json_value().map(|record| record.unwrap().data).collect()
}

fn ids(records: &[Json]) -> Vec<u64> {
    let id = |record: &Json| record["Event"]["System"]["EventRecordID"].as_u64().unwrap();
    records.iter().map(id).collect()
}

#[test]
fn system_fields_read_back() {
    let written = Record {
        activity_id: Some(Guid(0x1234_5678_9abc_def0_1122_3344_5566_7788)),
        ..record(48_210, line("whoami /all"))
    };
    let records = read(&file_of([&written]));
    assert_eq!(records.len(), 1);
    let system = &records[0]["Event"]["System"];
    let attribute = |element: &str, name: &str| system[element]["#attributes"][name].clone();
    assert_eq!(attribute("Provider", "Name"), "Microsoft-Windows-Sysmon");
    assert_eq!(attribute("Provider", "Guid"), "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}");
    assert_eq!(system["EventID"], 1);
    assert_eq!(system["Version"], 5);
    assert_eq!(system["Level"], 4);
    assert_eq!(system["Keywords"], "0x8000000000000000");
    assert_eq!(attribute("TimeCreated", "SystemTime"), "2026-04-12T14:21:07.4168210Z");
    assert_eq!(system["EventRecordID"], 48_210);
    assert_eq!(attribute("Correlation", "ActivityID"), "{12345678-9abc-def0-1122-334455667788}");
    assert_eq!(attribute("Execution", "ProcessID"), 3284);
    assert_eq!(attribute("Execution", "ThreadID"), 4012);
    assert_eq!(system["Channel"], "Microsoft-Windows-Sysmon/Operational");
    assert_eq!(system["Computer"], "LAPTOP-7F2K.contoso.example");
    assert_eq!(attribute("Security", "UserID"), "S-1-5-18");
}

#[test]
fn classic_sources_have_qualifiers_and_a_source_name() {
    let written = Record {
        provider: Provider {
            name: "Service Control Manager".into(),
            guid: None,
            source_name: Some("Service Control Manager".into()),
        },
        qualifiers: Some(16_384),
        user_sid: None,
        data: Data::named([
            ("", Value::text("one")),
            ("", Value::text("two")),
            ("", Value::Binary(vec![0xbe, 0xef])),
        ]),
        ..record(7, line(""))
    };
    let records = read(&file_of([&written]));
    let system = &records[0]["Event"]["System"];
    assert_eq!(system["EventID"]["#attributes"]["Qualifiers"], 16_384);
    let provider = &system["Provider"]["#attributes"];
    assert_eq!(provider["EventSourceName"], "Service Control Manager");
    assert_eq!(provider["Guid"], Json::Null);
    let data = &records[0]["Event"]["EventData"]["Data"];
    assert_eq!(data["#text"], serde_json::json!(["one", "two"]));
    assert_eq!(records[0]["Event"]["EventData"]["Binary"], "BEEF");
}

#[test]
fn typed_values_read_back() {
    let cases = [
        ("Empty", Value::text(""), serde_json::json!("")),
        ("Text", Value::text("Zoö 🎥 مرحبا"), "Zoö 🎥 مرحبا".into()),
        ("Markup", Value::text("<a & \"b\">"), "<a & \"b\">".into()),
        ("Byte", Value::U8(200), 200.into()),
        ("Port", Value::U16(65_535), 65_535.into()),
        ("Pid", Value::U32(4_000_000_000), 4_000_000_000_u32.into()),
        ("Key", Value::U64(u64::MAX), u64::MAX.into()),
        ("Initiated", Value::Bool(true), true.into()),
        ("Status", Value::Hex32(0xc000_0022), "0xc0000022".into()),
        ("LogonId", Value::Hex64(0x3e7), "0x3e7".into()),
        (
            "Guid",
            Value::Guid(Guid(0xb3c2_85a4_3cda_5dc0_0000_0001_0203_0405)),
            "{b3c285a4-3cda-5dc0-0000-000102030405}".into(),
        ),
        ("Sid", Value::Sid(Sid::new(5, &[21, 1, 2, 3, 1147])), "S-1-5-21-1-2-3-1147".into()),
        ("When", Value::FileTime(TIME), "2026-04-12T14:21:07.4120000Z".into()),
        ("Bytes", Value::Binary(vec![0xde, 0xad]), "DEAD".into()),
    ];
    let fields = cases.iter().map(|(name, value, _)| (*name, value.clone()));
    let records = read(&file_of([&record(1, Data::named(fields))]));
    let data = &records[0]["Event"]["EventData"];
    for (name, value, expected) in &cases {
        assert_eq!(&data[*name], expected, "{name}: {value:?}");
    }
}

#[test]
fn arrays_of_text_read_back() {
    let texts = Value::Texts(vec!["one".into(), String::new(), "three".into()]);
    let records = read(&file_of([&record(1, Data::named([("List", texts)]))]));
    let list = records[0]["Event"]["EventData"]["List"].to_string();
    assert!(list.contains("one") && list.contains("three"), "{list}");
}

#[test]
fn user_data_reads_back() {
    let data = Data::User(UserData {
        element: "LogFileCleared".into(),
        namespace: "http://manifests.microsoft.com/win/2004/08/windows/eventlog".into(),
        fields: vec![("SubjectUserName".into(), Value::text("mlopez"))],
    });
    let records = read(&file_of([&record(1, data)]));
    let cleared = &records[0]["Event"]["UserData"]["LogFileCleared"];
    assert_eq!(cleared["SubjectUserName"], "mlopez");
}

#[test]
fn named_event_data_reads_back() {
    let data = Data::Event {
        name: Some("TaskRegisteredEvent"),
        fields: vec![("TaskName".into(), Value::text("\\ZoomUpdateCheck"))],
    };
    let records = read(&file_of([&record(1, data)]));
    let data = &records[0]["Event"]["EventData"];
    assert_eq!(data["TaskName"], "\\ZoomUpdateCheck");
    assert_eq!(data["#attributes"]["Name"], "TaskRegisteredEvent");
}

#[test]
fn every_record_of_long_logs_reads_back() {
    for count in [0, 1, 100, 5000] {
        let records: Vec<Record> = (1..=count)
            .map(|id| {
                let mut record = record(id + 900, line(format!("cmd.exe /c echo {id}")));
                // Four shapes, so that templates are met first in different chunks.
                if id % 4 == 0 {
                    record.data = Data::named([(format!("Field{}", id % 70), Value::U64(id))]);
                }
                record
            })
            .collect();
        let file = file_of(&records);
        assert_eq!((file.len() - 4096) % 65_536, 0);
        let expected: Vec<u64> = (901..=900 + count).collect();
        assert_eq!(ids(&read(&file)), expected, "{count} records");
    }
}

#[test]
fn chunks_may_end_at_any_byte() {
    for length in (0..160).step_by(3) {
        let records: Vec<Record> =
            (1..=130).map(|id| record(id, line("y".repeat(length + 200)))).collect();
        let expected: Vec<u64> = (1..=130).collect();
        assert_eq!(ids(&read(&file_of(&records))), expected, "{length}");
    }
}

#[test]
fn long_texts_read_back_and_too_long_ones_are_refused() {
    let long = "x".repeat(30_000);
    let records = [
        record(1, line("short")),
        record(2, line(&*long)),
        record(3, line(&*long)),
        record(4, line("short")),
    ];
    let read = read(&file_of(&records));
    assert_eq!(ids(&read), [1, 2, 3, 4]);
    assert_eq!(read[2]["Event"]["EventData"]["CommandLine"], *long);

    let mut writer = EvtxWriter::new();
    let refused = writer.push(&record(5, line("x".repeat(40_000)))).unwrap_err();
    // It is the payload as a whole whose length can't be written.
    assert!(
        matches!(refused, WriteError::ValueTooLong { record_id: 5, bytes } if bytes > 80_000),
        "{refused}"
    );
    let two = Data::named([
        ("A", Value::text("x".repeat(16_000))),
        ("B", Value::text("x".repeat(16_300))),
    ]);
    let refused = writer.push(&record(6, two)).unwrap_err();
    assert_eq!(refused, WriteError::RecordTooLong { record_id: 6 });
    writer.push(&record(7, line("still works"))).unwrap();
    assert_eq!(ids(&self::read(&writer.finish())), [7]);
}

/// The little-endian number of four bytes at `offset`.
fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(bytes[offset..offset + 4].try_into().unwrap())
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(bytes[offset..offset + 8].try_into().unwrap())
}

#[test]
fn headers_say_what_is_there() {
    let records: Vec<Record> =
        (1..=600).map(|id| record(id + 5000, line("x".repeat(100)))).collect();
    let file = file_of(&records);
    let chunks: Vec<&[u8]> = file[4096..].chunks(65_536).collect();
    assert!(chunks.len() > 2);
    assert_eq!(u64_at(&file, 16), chunks.len() as u64 - 1, "last chunk");
    assert_eq!(u64_at(&file, 24), 601, "next record");
    assert_eq!(usize::from(file[42]), chunks.len(), "chunk count");
    assert_eq!(u32_at(&file, 124), crc32fast::hash(&file[..120]));
    let mut next = 1;
    for chunk in chunks {
        assert_eq!((u64_at(chunk, 8), u64_at(chunk, 24)), (next, next));
        next = u64_at(chunk, 16) + 1;
        let (last, free) = (u32_at(chunk, 44) as usize, u32_at(chunk, 48) as usize);
        assert_eq!(&chunk[last..last + 4], b"**\0\0");
        assert_eq!(u64_at(chunk, last + 8), next - 1);
        let size = u32_at(chunk, last + 4);
        assert_eq!(last + size as usize, free);
        assert_eq!(u32_at(chunk, free - 4), size, "trailing copy");
        assert!(chunk[free..].iter().all(|byte| *byte == 0));
    }
    assert_eq!(next, 601);
}

#[test]
fn names_and_templates_stand_once_in_a_chunk() {
    let records: Vec<Record> = (1..=20).map(|id| record(id, line("same shape"))).collect();
    let chunk = &file_of(&records)[4096..];
    let count = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        chunk.windows(name.len()).filter(|window| *window == name).count()
    };
    assert_eq!(count("EventRecordID"), 1);
    assert_eq!(count("CommandLine"), 1);
    assert_eq!(count("same shape"), 20);
    // Every name can be found through the table in the header.
    let mut found = Vec::new();
    for bucket in 0..64 {
        let mut offset = u32_at(chunk, 128 + 4 * bucket) as usize;
        while offset != 0 {
            let hash = u16::from_le_bytes([chunk[offset + 4], chunk[offset + 5]]);
            assert_eq!(usize::from(hash) % 64, bucket);
            let units = usize::from(chunk[offset + 6]);
            let name = &chunk[offset + 8..offset + 8 + 2 * units];
            found.push(name.iter().step_by(2).map(|byte| char::from(*byte)).collect::<String>());
            offset = u32_at(chunk, offset) as usize;
        }
    }
    found.sort_unstable();
    assert_eq!(found.len(), 28, "{found:?}");
    assert!(
        ["Event", "EventData", "Data", "SystemTime"]
            .iter()
            .all(|name| found.iter().any(|f| f == name))
    );
    let templates = (0..32).filter(|bucket| u32_at(chunk, 384 + 4 * bucket) != 0).count();
    assert_eq!(templates, 2);
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let records: Vec<Record> = (1..=300).map(|id| record(id, line(format!("{id}")))).collect();
    assert_eq!(file_of(&records), file_of(&records));
}

#[test]
fn damage_is_noticed_by_the_reader() {
    let file = file_of(&(1..=50).map(|id| record(id, line("x"))).collect::<Vec<_>>());
    let readable = |file: Vec<u8>| {
        let settings = ParserSettings::default().validate_checksums(true);
        let parser = EvtxParser::from_read_seek(std::io::Cursor::new(file)).ok()?;
        let mut parser = parser.with_configuration(settings);
        Some(parser.records_json().flatten().count())
    };
    assert_eq!(readable(file.clone()), Some(50));
    assert_eq!(readable(evtx_damage::without_header(file.clone())), None);
    assert_eq!(readable(evtx_damage::flipped(file.clone(), 4096 + 4000)), Some(0));
    assert_eq!(readable(evtx_damage::truncated(file, 4096 + 3000)), Some(0));
}
