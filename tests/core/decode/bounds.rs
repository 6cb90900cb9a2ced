//! What must hold for any input: no panic, valid spans, the same again, nothing left to undo, and
//! an end within the limits, also on lines made to hurt.

use std::time::Instant;

use proptest::prelude::*;

use super::{Command, Decoding, decode, run};

/// The layers follow from their spans, and the last text has nothing left.
fn check(line: &str, decoding: &Decoding) {
    let mut before = line;
    for layer in &decoding.layers {
        assert!(before.get(layer.span.from..layer.span.to).is_some(), "{line}: {layer:?}");
        before = &layer.text;
    }
    for failed in &decoding.failed {
        let fits = |text: &str| text.get(failed.span.from..failed.span.to).is_some();
        assert!(fits(line) || decoding.layers.iter().any(|layer| fits(&layer.text)), "{failed:?}");
    }
}

/// Lines of PowerShell that grow, nest or loop without end, and how long each may take in an
/// unoptimized build; the limit of steps is what ends them.
#[test]
fn lines_made_to_hurt_end() {
    let many = |text: &str| text.repeat(60_000 / text.len());
    let lines = [
        format!("iex ({}1)", "!".repeat(10_000)),
        format!("iex {}'a'{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("iex ('a'{})", ".Replace('a','aa')".repeat(60)),
        format!("iex ('a'{})", ".Replace('a','aaaaaaaaaa')".repeat(300)),
        "iex ('a'*1000000000)".to_owned(),
        "iex (-join (1..1000000000))".to_owned(),
        "iex (-join ([char[]](65..1000000)))".to_owned(),
        "$a='a';while(1){$a+=$a};iex $a".to_owned(),
        "for($i=0;$i -lt 1000000000;$i++){$s+='x'};iex ($s -join '')".to_owned(),
        "1..9999|%{1..9999|%{1..9999|%{[char]$_}}}|iex".to_owned(),
        "function f($x){f $x};iex ((f 'a') -join '')".to_owned(),
        "iex (('a'*900000) -replace '(a+)+$','$1$1$1$1')".to_owned(),
        "iex (('a'*900000) -split '')".to_owned(),
        "iex ('{0,2147483647}' -f 'a')".to_owned(),
        "$a='a'*900000;$b=$a,$a,$a,$a,$a,$a,$a;iex (-join ($b,$b,$b,$b,$b))".to_owned(),
        many("('"),
        many("\"$("),
        many("@'\n"),
        many("{"),
        many("if(1){"),
        many("[char]"),
        many("$a."),
        many("'a'+"),
        many("iex 'a';"),
        many("iex('"),
        many("&("),
        many("<#"),
        many("${"),
        many("a`"),
        many("-join "),
        many("$a[0]"),
        many(",(1"),
        many("'a','b'-f"),
        many("iex \"`"),
        many("\u{2018}\u{201c}"),
        many("foreach($a in 1..9){"),
        many("$x=@{a="),
        many("sv a 'b';"),
        many("'a'|%{$_}|"),
    ];
    for line in &lines {
        let start = Instant::now();
        let decoding = run(line);
        let taken = start.elapsed().as_secs_f64();
        let shown: String = line.chars().take(60).collect();
        check(line, &decoding);
        assert!(taken < 10.0, "{taken} s: {shown}");
    }
}

#[test]
fn a_limit_that_is_met_is_told() {
    let cases = [
        ("iex (-join (1..1000000|%{[char]65}))".to_owned(), "limit"),
        ("1..9999|%{1..9999|%{1..9999|%{[char]$_}}}|iex".to_owned(), "limit"),
        (format!("iex (-join {}'a'{})", "(".repeat(300), ")".repeat(300)), "200"),
    ];
    for (line, reason) in cases {
        let decoding = run(&line);
        let told = decoding.failed.iter().any(|failed| failed.reason.contains(reason));
        assert!(told, "{:.60}: {:?}", line, decoding.failed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn scripts_of_any_pieces_keep_the_rules(
        parts in proptest::collection::vec(prop_oneof![
            any::<String>(),
            "[a-z'\"$(){}+]{0,8}",
            proptest::sample::select(vec![
                "iex ", "'who'", "+'ami'", "('a'+'b')", "\"{1}{0}\"-f", "'b','a'", "-join ", "[char]", "65", "[char[]]",
                "(65,66,67)", "|%{", "$_", "}", "{", ")", "(", "&(", ".(", "'i'+'ex'", ";", "\n", "$a=", "$a", ".Replace(",
                "'a','b')", "-replace", "-split", "-bxor", " 75", "[0..5]", "[-1]", "`", "@'\n", "\n'@", "\"$(", "#", "<#", "#>",
                "powershell -c ", "cmd /c ", "foreach($x in ", "for($i=0;", "if(", "function f(", "sv x ", "gv x", "::", "[convert]",
                "ToInt32(", "16)", "..", "\u{2018}", "\u{2013}", "${", ".Invoke(", "[scriptblock]::Create(", "é", "\u{1F600}", "\\\"",
            ]).prop_map(str::to_owned),
        ], 0..14),
        as_powershell: bool,
    ) {
        let line = parts.concat();
        let image = as_powershell.then_some("powershell.exe");
        let command = Command { text: &line, image, original_file_name: None };
        let decoding = decode(&command);
        check(&line, &decoding);
        prop_assert_eq!(&decoding, &decode(&command));
    }

    /// What was undone is undone for good: the last text, handed to PowerShell again, is final.
    #[test]
    fn a_final_text_is_final(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "iex ", "('who'+'ami')", "&('i'+'ex')", "\"{1}{0}\"-f'b1','a1'", "-join('ab','cd')", "[char]65+[char]66", "|iex", ";",
            "echo ", "('ab'.Replace('a','c'))", "$a='x1'+'y1';", "$a", " ", "N`ew-Object", "('ab'[1,0]-join'')", "{", "}", "try{", "}catch{}",
        ]).prop_map(str::to_owned), 0..8),
    ) {
        let line = parts.concat();
        let decoding = run(&line);
        let is_limited = decoding.failed.iter().any(|failed| failed.reason.contains("more than"));
        if let (Some(last), false) = (decoding.last_text(), is_limited) {
            let again = run(last);
            prop_assert_eq!(&again.layers, &Vec::new(), "{} -> {}", line, last);
        }
    }
}
