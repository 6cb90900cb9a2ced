//! What the user of LAPTOP-7F2K does: mail, browser, small tools. Nothing planted, though some
//! of it looks like what is planted, to be told apart.

use super::cast::{LOCAL_SERVICE, MLOPEZ, NETWORK_SERVICE};
use super::clock::{Moment, at};
use super::programs as p;
use super::residents::{END, Residents, brief_run, chatter};
use super::stage::{Act, Stage};

const WEB: [(&str, &str); 6] = [
    ("www.news.example", "192.0.2.34"),
    ("cdn.news.example", "192.0.2.35"),
    ("intranet.contoso.example", "10.20.0.30"),
    ("wiki.contoso.example", "10.20.0.31"),
    ("maps.travel.example", "192.0.2.77"),
    ("edge.update.example", "192.0.2.90"),
];
const MAIL: [(&str, &str); 2] =
    [("mail.office.example", "192.0.2.12"), ("autodiscover.office.example", "192.0.2.13")];

/// Tells it all.
pub(crate) fn tell(stage: &mut Stage, residents: &Residents) {
    mail(stage, residents);
    browser(stage, residents);
    desktop(stage, residents);
    reused_number(stage, residents);
}

fn mail(stage: &mut Stage, residents: &Residents) {
    let command = format!("\"{}\"", p::OUTLOOK.path);
    let outlook = stage.start(residents.explorer, at(13, 46, 40_120), 7012, &p::OUTLOOK, &command);
    stage.file(
        outlook,
        at(13, 47, 2_318),
        r"C:\Users\mlopez\AppData\Local\Microsoft\Outlook\mlopez@contoso.example.ost.tmp",
    );
    let document = r"C:\Users\mlopez\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\QK2A71FD\Budget Q2.docx";
    stage.file(outlook, at(13, 56, 17_402), document);
    let command = format!("\"{}\" /n \"{document}\" /o \"\"", p::WINWORD.path);
    brief_run(stage, outlook, at(13, 56, 18_055), (&p::WINWORD, &command), 530);
    brief_run(
        stage,
        outlook,
        at(14, 9, 30_604),
        (&p::SPLWOW64, r"C:\WINDOWS\splwow64.exe 12288"),
        150,
    );
    let sheet = r"C:\Users\mlopez\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\QK2A71FD\Headcount.xlsx";
    stage.file(outlook, at(14, 35, 44_290), sheet);
    let command = format!("\"{}\" \"{sheet}\"", p::EXCEL.path);
    brief_run(stage, outlook, at(14, 35, 44_871), (&p::EXCEL, &command), 1340);
    chatter(stage, outlook, (at(13, 46, 44_000), END), 260, &MAIL);
}

fn browser(stage: &mut Stage, residents: &Residents) {
    let start = at(13, 52, 2_450);
    let command = format!("\"{}\" --profile-directory=Default", p::EDGE.path);
    let edge = stage.start(residents.explorer, start, 7340, &p::EDGE, &command);
    let data = r"C:\Users\mlopez\AppData\Local\Microsoft\Edge\User Data";
    let command = format!(
        "\"{}\" --type=crashpad-handler \"--user-data-dir={data}\" /prefetch:4 --monitor-self-annotation=ptype=crashpad-handler",
        p::EDGE.path
    );
    let pid = stage.free_pid();
    stage.start(edge, start.plus(96), pid, &p::EDGE, &command);
    for (millis, kind) in [
        (410, "gpu-process --gpu-preferences=WAAAAAAAAADgAAAMAAAAAAAAAAAAAAAAAABgAAEAAAA4AAAA"),
        (
            452,
            "utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --service-sandbox-type=none",
        ),
        (
            488,
            "utility --utility-sub-type=storage.mojom.StorageService --lang=en-US --service-sandbox-type=service",
        ),
    ] {
        let command = format!("\"{}\" --type={kind} /prefetch:8", p::EDGE.path);
        let pid = stage.free_pid();
        let child = stage.start(edge, start.plus(millis), pid, &p::EDGE, &command);
        stage.change(child, |process| process.integrity = "Low");
    }
    let tabs: [(i64, i64, i64); 12] = [
        (53, 4_200, 700),
        (54, 40_910, 1900),
        (57, 12_006, 320),
        (64, 8_770, 260),
        (70, 51_300, 900),
        (83, 20_145, 410),
        (88, 2_090, 1500),
        (94, 36_611, 95),
        (101, 9_008, 640),
        (116, 47_230, 380),
        (126, 15_004, 700),
        (139, 30_450, 300),
    ];
    for (number, (minute, millis, secs)) in (5..).zip(tabs) {
        let command = format!(
            "\"{}\" --type=renderer --lang=en-US --device-scale-factor=1.25 --num-raster-threads=4 --renderer-client-id={number} --time-ticks-at-unix-epoch=-177595{number:02}52402 /prefetch:1",
            p::EDGE.path
        );
        let tab = brief_run(stage, edge, at(13, minute, millis), (&p::EDGE, &command), secs);
        stage.change(tab, |process| process.integrity = "Low");
    }
    let download = r"C:\Users\mlopez\Downloads\Agenda 12 April.pdf";
    stage.file(edge, at(13, 57, 40_120), download);
    let path = format!("{download}:Zone.Identifier");
    let contents = "[ZoneTransfer]  ZoneId=3  ReferrerUrl=https://wiki.contoso.example/  HostUrl=https://wiki.contoso.example/files/agenda.pdf".to_owned();
    stage.act(edge, at(13, 57, 40_390), Act::Stream { path, contents });
    chatter(stage, edge, (start, END), 130, &WEB);
}

fn desktop(stage: &mut Stage, residents: &Residents) {
    let explorer = residents.explorer;
    // A screen magnifier whose name only ends like Zoom's; its shell is none of Zoom's.
    let command = format!("\"{}\" --hotkey", p::NOT_ZOOM.path);
    let magnifier = stage.start(explorer, at(13, 47, 21_600), 10_216, &p::NOT_ZOOM, &command);
    let command =
        r#"C:\WINDOWS\system32\cmd.exe /c "C:\Program Files\Contoso\Tools\list-monitors.cmd""#;
    let cmd = brief_run(stage, magnifier, at(13, 47, 22_918), (&p::CMD, command), 1);
    let pid = stage.free_pid();
    stage.console(cmd, pid);
    stage.end(magnifier, at(15, 11, 2_000));
    brief_run(
        stage,
        explorer,
        at(13, 35, 10_730),
        (&p::NOTEPAD, r#""C:\WINDOWS\system32\notepad.exe" C:\Users\mlopez\Documents\todo.txt"#),
        310,
    );
    brief_run(
        stage,
        explorer,
        at(14, 14, 2_017),
        (&p::CALC, r#""C:\WINDOWS\system32\calc.exe""#),
        45,
    );
    let broker = r"C:\Windows\System32\RuntimeBroker.exe -Embedding";
    let surrogate =
        r"C:\WINDOWS\system32\DllHost.exe /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}";
    let smartscreen = r"C:\Windows\System32\smartscreen.exe -Embedding";
    let background = r#""C:\WINDOWS\system32\backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca"#;
    let runs: [(Moment, (&'static _, &str), i64); 8] = [
        (at(13, 41, 51_207), (&p::SMARTSCREEN, smartscreen), 64),
        (at(13, 49, 30_811), (&p::RUNTIME_BROKER, broker), 300),
        (at(13, 59, 14_650), (&p::DLLHOST, surrogate), 6),
        (at(14, 16, 41_209), (&p::BACKGROUND_TASK, background), 12),
        (at(14, 31, 20_077), (&p::DLLHOST, surrogate), 5),
        (at(14, 50, 12_300), (&p::BACKGROUND_TASK, background), 9),
        (at(15, 5, 31_940), (&p::SMARTSCREEN, smartscreen), 62),
        (at(15, 24, 7_315), (&p::RUNTIME_BROKER, broker), 240),
    ];
    for (when, run, secs) in runs {
        let child = brief_run(stage, residents.dcom, when, run, secs);
        stage.change(child, |process| {
            process.user = &MLOPEZ;
            process.integrity = "Medium";
        });
    }
    let wmi = r"C:\WINDOWS\system32\wbem\wmiprvse.exe -secured -Embedding";
    let provider = brief_run(stage, residents.dcom, at(13, 34, 21_902), (&p::WMIPRVSE, wmi), 92);
    stage.change(provider, |process| {
        process.user = &NETWORK_SERVICE;
    });
    let audio = brief_run(
        stage,
        residents.dcom,
        at(13, 43, 58_310),
        (&p::AUDIODG, r"C:\WINDOWS\system32\AUDIODG.EXE 0x4d8"),
        4780,
    );
    stage.change(audio, |process| process.user = &LOCAL_SERVICE);
}

/// Zoom's number, 9184, belongs to a terminal half an hour after Zoom has gone.
fn reused_number(stage: &mut Stage, residents: &Residents) {
    let command = format!("\"{}\"", p::TERMINAL.path);
    let terminal =
        stage.start(residents.explorer, at(15, 12, 31_440), 9184, &p::TERMINAL, &command);
    let cmd = brief_run(
        stage,
        terminal,
        at(15, 12, 32_107),
        (&p::CMD, r"C:\WINDOWS\system32\cmd.exe"),
        141,
    );
    brief_run(stage, cmd, at(15, 12, 50_250), (&p::IPCONFIG, "ipconfig  /all"), 1);
    brief_run(stage, cmd, at(15, 13, 21_703), (&p::PING, "ping  intranet.contoso.example"), 4);
    stage.end(terminal, at(15, 14, 55_016));
}
