//! What the `%%1538` in Security records stands for: Windows writes numbers, and puts the words in
//! from a file of messages only when somebody reads the record on a Windows machine.
//!
//! The numbers are those of `msobjs.dll`, the parameter messages of
//! Microsoft-Windows-Security-Auditing; where each occurs is said on Microsoft's pages of events
//! 4624, 4625, 4656, 4657, 4663, 4688, 4719, 4720 and 5156. The words are ours.

/// Meanings by number, ascending. Those left out are of objects that no event here is about.
const MEANINGS: &[(u32, &str)] = &[
    (1537, "delete"),
    (1538, "read permissions"),
    (1539, "change permissions"),
    (1540, "take ownership"),
    (1541, "synchronize"),
    (1542, "access the audit settings"),
    (1543, "all access that is allowed"),
    (1792, "value changed, not shown"),
    (1793, "not set"),
    (1794, "never"),
    (1795, "enabled"),
    (1796, "disabled"),
    (1797, "all"),
    (1798, "none"),
    (1801, "granted by"),
    (1802, "denied by"),
    (1803, "denied by integrity check"),
    (1804, "granted by ownership"),
    (1805, "not granted"),
    (1806, "granted: no access list"),
    (1807, "denied: empty access list"),
    (1808, "granted: no security descriptor"),
    (1809, "not checked"),
    (1832, "identification"),
    (1833, "impersonation"),
    (1840, "delegation"),
    (1841, "denied by trust label"),
    (1842, "yes"),
    (1843, "no"),
    (1844, "system"),
    (1845, "not available"),
    (1846, "default"),
    (1848, "off"),
    (1849, "auto"),
    (1872, "REG_NONE"),
    (1873, "REG_SZ"),
    (1874, "REG_EXPAND_SZ"),
    (1875, "REG_BINARY"),
    (1876, "REG_DWORD"),
    (1877, "REG_DWORD_BIG_ENDIAN"),
    (1878, "REG_LINK"),
    (1879, "REG_MULTI_SZ"),
    (1883, "REG_QWORD"),
    (1904, "new value"),
    (1905, "value changed"),
    (1906, "value deleted"),
    (1936, "default token"),
    (1937, "full token"),
    (1938, "limited token"),
    (2048, "account enabled"),
    (2050, "password required"),
    (2057, "password may expire"),
    (2058, "account unlocked"),
    (2080, "account disabled"),
    (2082, "password not required"),
    (2084, "normal account"),
    (2087, "workstation account"),
    (2088, "server account"),
    (2089, "password never expires"),
    (2090, "account locked"),
    (2093, "trusted for delegation"),
    (2096, "no Kerberos pre-authentication"),
    (2304, "logon error"),
    (2305, "account expired"),
    (2306, "Netlogon not running"),
    (2307, "account locked out"),
    (2308, "this kind of logon not granted"),
    (2309, "password expired"),
    (2310, "account disabled"),
    (2311, "outside logon hours"),
    (2312, "not allowed on this computer"),
    (2313, "unknown user or wrong password"),
    (2314, "domain SID does not fit"),
    (2315, "smart card required"),
    (4416, "read data or list"),
    (4417, "write data or add file"),
    (4418, "append data or add folder"),
    (4419, "read extended attributes"),
    (4420, "write extended attributes"),
    (4421, "execute or traverse"),
    (4422, "delete child"),
    (4423, "read attributes"),
    (4424, "write attributes"),
    (4432, "read key value"),
    (4433, "set key value"),
    (4434, "create subkey"),
    (4435, "list subkeys"),
    (4436, "watch the key"),
    (4437, "create link"),
    (4480, "terminate the process"),
    (4481, "create a thread in the process"),
    (4482, "set the session"),
    (4483, "change its virtual memory"),
    (4484, "read its memory"),
    (4485, "write its memory"),
    (4486, "duplicate handles"),
    (4487, "create a child process"),
    (4488, "set quotas"),
    (4489, "set process information"),
    (4490, "query process information"),
    (4491, "set the termination port"),
    (8448, "success auditing removed"),
    (8449, "success auditing added"),
    (8450, "failure auditing removed"),
    (8451, "failure auditing added"),
    (14592, "inbound"),
    (14593, "outbound"),
];

/// What a parameter message says, in a word or two; `None` where the table does not have it.
pub fn message_parameter(number: u32) -> Option<&'static str> {
    let at = MEANINGS.binary_search_by_key(&number, |(known, _)| *known).ok()?;
    MEANINGS.get(at).map(|(_, meaning)| *meaning)
}

/// The value with the meaning behind every number that is known: `%%14593 (outbound)`. `None`
/// where there is none, so that nothing changes.
pub fn with_meanings(value: &str) -> Option<String> {
    let mut shown = String::new();
    let mut is_changed = false;
    let mut pieces = value.split("%%");
    shown.push_str(pieces.next()?);
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at_checked(digits)?;
        shown.push_str("%%");
        shown.push_str(number);
        if let Some(meaning) = number.parse().ok().and_then(message_parameter) {
            shown.extend([" (", meaning, ")"]);
            is_changed = true;
        }
        shown.push_str(rest);
    }
    is_changed.then_some(shown)
}
