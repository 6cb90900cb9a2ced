//! What the parts of an event become: names and values of its fields.

use super::{event, load_bytes, pairs};

#[test]
fn elements_become_fields() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("<EventData/>", &[]),
        ("<EventData>\n </EventData>", &[]),
        ("<EventData>text</EventData>", &[("EventData", "text")]),
        ("<EventData><Data Name='A'>1</Data></EventData>", &[("A", "1")]),
        ("<EventData><Data Name=\"A\" Type='x'>1</Data></EventData>", &[("A", "1")]),
        ("<EventData ><Data\n Name = 'A' >1</Data ></EventData >", &[("A", "1")]),
        (
            "<EventData Name='T'><Data Name='A'> </Data></EventData>",
            &[("EventData.Name", "T"), ("A", " ")],
        ),
        (
            "<EventData><Data>a</Data><Data/><Data>b</Data><Binary>00FF</Binary></EventData>",
            &[("Data", "a"), ("Data", ""), ("Data", "b"), ("Binary", "00FF")],
        ),
        (
            "<EventData><Data Name='A'>1</Data><Data Name='A'>2</Data><Data Name='B'>3</Data>\
             <Data Name='A'>4</Data></EventData>",
            &[("A", "1"), ("A", "2"), ("B", "3"), ("A_1", "4")],
        ),
        (
            "<EventData><ComplexData Name='C'><x y='1'>2</x></ComplexData></EventData>",
            &[("ComplexData.Name", "C"), ("ComplexData.x.y", "1"), ("ComplexData.x", "2")],
        ),
        (
            "<UserData><EventXML xmlns='Event_NS'><User>u</User><Address a=''/><S><I>7</I></S>\
             </EventXML></UserData>",
            &[("User", "u"), ("Address", ""), ("S.I", "7")],
        ),
        (
            "<UserData><Op xmlns='x' k='v'><Id>1</Id><Id>2</Id></Op></UserData>",
            &[("UserData.k", "v"), ("Id", "1"), ("Id_1", "2")],
        ),
        ("<UserData><Plain>p</Plain></UserData>", &[("Plain", "p")]),
        ("<UserData/>", &[]),
        (
            "<ProcessingErrorData><ErrorCode>15005</ErrorCode><DataItemName>x</DataItemName>\
             </ProcessingErrorData>",
            &[("ErrorCode", "15005"), ("DataItemName", "x")],
        ),
        ("<BinaryEventData>0A0B</BinaryEventData>", &[("BinaryEventData", "0A0B")]),
        ("<DebugData><SequenceNumber>1</SequenceNumber></DebugData>", &[("SequenceNumber", "1")]),
        (
            "<EventData><Data Name='A'>1</Data></EventData><RenderingInfo Culture='en-US'>\
             <Message>m</Message><Level>Information</Level></RenderingInfo>",
            &[("A", "1")],
        ),
        (
            "<RenderingInfo Culture='en-US'><Message>What it says</Message></RenderingInfo>",
            &[("Message", "What it says")],
        ),
        ("<EventData><Event><Inner>1</Inner></Event></EventData>", &[("Event.Inner", "1")]),
    ];
    for (data, expected) in table {
        let loaded = load_bytes(event(1, data).as_bytes());
        assert_eq!(loaded.issues, [], "{data}");
        assert_eq!(pairs(&loaded.events[0]), *expected, "{data}");
    }
}

#[test]
fn text_is_taken_as_it_is_meant() {
    let table = [
        ("a &lt; b &amp;&amp; &quot;c&quot; &gt; &apos;d&apos;", "a < b && \"c\" > 'd'"),
        ("&#65;&#x42;&#X43;", "ABC"),
        ("a&#x0;b&#1;c", "a\0b\u{1}c"),
        ("&#xD83D;&#xDE00; &#55357;&#56832;", "😀 😀"),
        ("&#xD83D; &#xDE00;", "\u{FFFD} \u{FFFD}"),
        ("&#x110000;&#99999999999;", "\u{FFFD}&#99999999999;"),
        ("&amp;lt;", "&lt;"),
        ("a & b && c &; &x &lol9; &#; &#x;", "a & b && c &; &x &lol9; &#; &#x;"),
        ("<![CDATA[a < b &amp; <Event><System>]]>", "a < b &amp; <Event><System>"),
        ("a<![CDATA[]]]]>b<!-- c --><?d e?>f", "a]]bf"),
        ("a > b \" '", "a > b \" '"),
        ("line\r\nline\n\ttab", "line\r\nline\n\ttab"),
        (" kept ", " kept "),
    ];
    for (text, expected) in table {
        let data = format!("<EventData><Data Name='A'>{text}</Data></EventData>");
        let loaded = load_bytes(event(1, &data).as_bytes());
        assert_eq!(loaded.issues, [], "{text}");
        assert_eq!(pairs(&loaded.events[0]), [("A", expected)], "{text}");
    }
    let data = "<EventData><Data Name='a &amp; &quot;&#x41;&quot;'>1</Data></EventData>";
    let loaded = load_bytes(event(1, data).as_bytes());
    assert_eq!(pairs(&loaded.events[0]), [("a & \"A\"", "1")]);
}

#[test]
fn parts_of_system_may_be_missing_or_strange() {
    let whole = event(7, "");
    let without = |part: &str, instead: &str| {
        assert!(whole.contains(part), "{part}");
        load_bytes(whole.replace(part, instead).as_bytes())
    };
    let loaded = without("<EventID>1</EventID>", "<EventID Qualifiers='16384'> 7036 </EventID>");
    assert_eq!(loaded.events[0].event_id, 7036);
    let loaded = without("<EventRecordID>7</EventRecordID>", "");
    assert_eq!(loaded.events[0].record_id, None);
    let loaded = without("<Security UserID='S-1-5-18'/>", "<Security UserID=''/>");
    assert_eq!(loaded.events[0].user_sid(), None);
    let loaded = without("<Channel>Sysmon</Channel>", "<Channel/>");
    assert_eq!(loaded.events[0].channel(), "");
    let loaded = without("2026-04-12T14:21:07.4120000Z", "2026-04-12T16:21:07.412000000+02:00");
    assert_eq!(
        loaded.events[0].time.map(|time| time.to_string()).as_deref(),
        Some("2026-04-12T14:21:07.412000000Z")
    );
    let loaded = without("<Execution ProcessID='42' ThreadID='43'/>", "<Execution/>");
    assert_eq!(loaded.events[0].logger_pid, None);
}
