//! Addresses made harmless, and nothing else changed.

use proptest::prelude::*;
use spawnscope::report::defang::{Defanger, address, ipv6};

fn known() -> Defanger {
    Defanger::new(["evil.example".to_owned(), "CDN.Evil.example".to_owned(), "nodots".to_owned()])
}

#[test]
fn addresses_in_text() {
    let cases = [
        ("http://198.51.100.23/u.ps1", "hxxp://198[.]51[.]100[.]23/u.ps1"),
        ("HTTPS://A.example:8443/x.php?q=1.2", "HXXPS://A[.]example:8443/x.php?q=1.2"),
        ("ftp://u:p@h.example/f", "fxp://u:p[@]h[.]example/f"),
        ("('http://a.example/x')", "('hxxp://a[.]example/x')"),
        ("http://a.example", "hxxp://a[.]example"),
        ("a=http://b.example;c=http://d.example", "a=hxxp://b[.]example;c=hxxp://d[.]example"),
        ("http://[2001:db8::1]/x", "hxxp://[2001:db8::1]/x"),
        ("Connects to 203.0.113.44:443", "Connects to 203[.]0[.]113[.]44:443"),
        (r"\\10.0.0.5\C$", r"\\10[.]0[.]0[.]5\C$"),
        ("mail bob@corp.example now", "mail bob[@]corp[.]example now"),
        ("www.evil.test", "www[.]evil[.]test"),
        ("EVIL.example, cdn.evil.example", "EVIL[.]example, cdn[.]evil[.]example"),
        ("sub.evil.example", "sub.evil.example"),
        // No addresses.
        ("powershell.exe v1.0 -enc", "powershell.exe v1.0 -enc"),
        ("New-Object System.Net.WebClient", "New-Object System.Net.WebClient"),
        ("10.0.19041.1 999.1.1.1", "10.0.19041.1 999.1.1.1"),
        ("@echo off", "@echo off"),
        (r"C:\Users\m\a.b\c.dll", r"C:\Users\m\a.b\c.dll"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", ""),
    ];
    for (text, harmless) in cases {
        assert_eq!(known().text(text), harmless);
    }
}

#[test]
fn values_known_to_be_addresses() {
    assert_eq!(address("evil.example"), "evil[.]example");
    assert_eq!(address("bob@evil.example"), "bob[@]evil[.]example");
    assert_eq!(ipv6("2001:db8::1"), "2001[:]db8[:][:]1");
}

proptest! {
    #[test]
    fn twice_is_once_and_nothing_gets_lost(text in r"([a-z]{1,4}(://|\.|@| |/|\[)){0,6}[a-z0-9.@]{0,8}|\PC{0,40}") {
        let once = known().text(&text);
        prop_assert_eq!(known().text(&once), once.clone());
        if !text.contains(['[', 'x', 'X']) {
            let back = once.replace("[.]", ".").replace("[@]", "@");
            let back = back.replace("hxxp", "http").replace("HXXP", "HTTP").replace("fxp", "ftp");
            prop_assert_eq!(back, text.replace("HXXP", "HTTP"));
        }
    }

    #[test]
    fn no_followable_address_is_left(host in r"[a-z]{1,8}\.[a-z]{2,5}", before in r"[a-z =(]{0,5}") {
        let out = known().text(&format!("{before} http://{host}/ https://{host} a@{host} www.{host}"));
        prop_assert!(!out.contains("http"), "{}", out);
        prop_assert!(!out.contains(&host), "{}", out);
    }
}
