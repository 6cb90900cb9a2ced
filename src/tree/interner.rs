//! Gives equal words one allocation while processes are made. It keeps none of them afterwards.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::model::Text;

/// The texts made so far, by what the records say.
///
/// Its hash has a seed: the words are the attacker's to choose.
#[derive(Debug, Default)]
pub(super) struct Interner<'a> {
    texts: HashMap<&'a str, Text, RandomState>,
    /// Accounts by domain and name, which records keep apart.
    accounts: HashMap<(&'a str, &'a str), Text, RandomState>,
    /// Numbers in hexadecimal.
    hexadecimal: HashMap<u64, Text, RandomState>,
}

impl<'a> Interner<'a> {
    /// The one text of these words.
    pub(super) fn text(&mut self, words: &'a str) -> Text {
        self.texts.entry(words).or_insert_with(|| Text::from(words)).clone()
    }

    /// The one text of these words, where there are any.
    pub(super) fn optional(&mut self, words: Option<&'a str>) -> Option<Text> {
        words.map(|words| self.text(words))
    }

    /// The number in lower-case hexadecimal with `0x`.
    pub(super) fn hexadecimal(&mut self, number: u64) -> Text {
        let texts = &mut self.hexadecimal;
        texts.entry(number).or_insert_with(|| Text::from(format!("{number:#x}"))).clone()
    }

    /// `DOMAIN\name`; the name alone where the domain is missing.
    pub(super) fn account(&mut self, domain: Option<&'a str>, name: &'a str) -> Text {
        match domain {
            Some(domain) => self
                .accounts
                .entry((domain, name))
                .or_insert_with(|| Text::from([domain, "\\", name].concat()))
                .clone(),
            None => self.text(name),
        }
    }
}
