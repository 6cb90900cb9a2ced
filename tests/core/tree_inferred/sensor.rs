//! What Elastic's sensor says of who asked.

use spawnscope::model::ELASTIC_ENDPOINT;

use super::{SVCHOST, assert_inferred};
use crate::events::{Make, record};

const HOST: &str = r"C:\Windows\System32\wbem\WmiPrvSE.exe";
const WMIC: &str = r"C:\Windows\System32\wbem\WMIC.exe";
const CALC: &str = r"C:\Windows\System32\calc.exe";

/// A start as the reader makes it of the sensor's record: Sysmon's names, and the sensor's own for
/// what Sysmon has none for.
fn start(id: &str, pid: u32, image: &str, clock: &str) -> Make {
    record(ELASTIC_ENDPOINT, "endpoint.events.process", 1, clock)
        .field("ProcessGuid", id)
        .field("ProcessId", &pid.to_string())
        .field("Image", image)
}

fn child() -> Make {
    start("Y2hpbGQ", 30, CALC, "10:00:05.000").parent("aG9zdA", 20, HOST)
}

fn base() -> Vec<Make> {
    vec![start("aG9zdA", 20, HOST, "08:00:00.000"), start("d21pYw", 10, WMIC, "10:00:04.000")]
}

#[test]
fn hits_and_near_misses() {
    let with = |child: Make| base().into_iter().chain([child]).collect::<Vec<_>>();
    let named = ["calc.exe 30 <= WMIC.exe 10: named by the sensor, sure"];
    let by_id = child().field("process.Ext.effective_parent.entity_id", "d21pYw");
    assert_inferred("by id", with(by_id), named);
    let by_pid = child().field("process.Ext.effective_parent.pid", "10");
    assert_inferred("by process id", with(by_pid), named);
    let parent = child().field("process.Ext.effective_parent.entity_id", "aG9zdA");
    assert_inferred("the logged parent", with(parent), []);
    let unknown = child().field("process.Ext.effective_parent.entity_id", "bm9ib2R5");
    assert_inferred("a process that is not there", with(unknown), []);
    let real = child().field("process.parent.Ext.real.pid", "10");
    let spoofed = ["calc.exe 30 <= WMIC.exe 10: spoofed parent, sure"];
    assert_inferred("the real parent", with(real), spoofed);
    let consent = child().field("process.parent.Ext.real.pid", "40");
    let mut events = with(consent);
    events.push(start("YXBwaW5mbw", 40, SVCHOST, "08:00:00.000"));
    assert_inferred("the service of consent", events, []);
}
