//! The promise of the program, case by case: no missed child of Zoom, no invented parent.
//!
//! Every case is a bundle with what must be found in it and every link its tree must have, a hit or
//! a near miss. Each runs in every form of log file, in order and shuffled over two files. The
//! expected values follow from the cases themselves, as a person would read the records.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is absent fails the test")]

mod bundle;
mod names;
mod reuse;
mod shapes;

use bundle::{Form, Order, Rec, findings, judge, links, start};

pub(super) const ZOOM: &str = r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\Zoom.exe";
pub(super) const CMD: &str = r"C:\Windows\System32\cmd.exe";
pub(super) const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";
pub(super) const EXPLORER: &str = r"C:\Windows\explorer.exe";
pub(super) const NOTEPAD: &str = r"C:\Windows\System32\notepad.exe";
pub(super) const HELPER: &str = r"C:\Users\mlopez\AppData\Roaming\Zoom\bin\CptHost.exe";

/// When Zoom with the id 100 starts in most cases.
pub(super) const AT: &str = "09:00:00.000";

/// A bundle and what it must come to.
struct Case {
    name: &'static str,
    records: Vec<Rec>,
    findings: &'static [&'static str],
    links: &'static [&'static str],
}

fn zoom() -> Rec {
    start(100, ZOOM, AT)
}

fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for case in cases {
        for form in Form::ALL {
            for order in [Order::Straight, Order::Shuffled] {
                let analysis = judge(&case.records, form, order);
                let (found, joined) = (findings(&analysis), links(&analysis));
                if found != case.findings || joined != case.links {
                    let place = format!("{}, {form:?}, {order:?}", case.name);
                    wrong.push(format!(
                        "{place}:\n  findings {found:?}\n  not      {:?}\n  links {joined:?}\n  not   {:?}",
                        case.findings, case.links
                    ));
                    break;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
