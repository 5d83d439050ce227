//! Which records are compared: those that share a key, but not all with all where a crowd does.

use std::{io, path::Path};

use relasi_domain::people::duplicate::{Features, Key, KeyKind, keys};
use serde::{Deserialize, Serialize};

use super::{
    base::Base,
    spill::{Sorted, Sorter},
};

/// A key that more records share is a switchboard or a name like John: there only neighbours are compared.
const CROWD: usize = 40;
/// How many neighbours in a crowd each record is compared with; namesakes, who are many, with fewer.
const NEIGHBOURS: usize = 8;
const NAMESAKES: usize = 3;
/// Crowds that are told of, the largest.
const TOLD: usize = 20;

/// A key that so many records share that not all were compared with each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Crowd {
    /// Records that share it.
    pub records: usize,
    /// What the key is made of, for example `phone`.
    pub key: String,
    /// One of the records.
    pub example: String,
}

/// The keys of all records, on their way to blocks.
pub(super) struct Keyring(Sorter);

impl Keyring {
    pub(super) fn new(folder: &Path) -> Self {
        Self(Sorter::new(folder))
    }

    /// Adds the keys of the record with this number.
    pub(super) fn add(&mut self, number: u32, features: &Features) -> io::Result<()> {
        let (by_name, by_place) = (
            beginning(&features.order()),
            beginning(&features.whereabouts()),
        );
        for key in keys(features) {
            // Those who share a name are ordered by the rest, all others by their name.
            let order = if key.kind.is_named() {
                by_place
            } else {
                by_name
            };
            let entry = u128::from(key.hash()) << 64 | u128::from(order) << 32 | u128::from(number);
            self.0.add(entry)?;
        }
        Ok(())
    }

    /// The pairs to be compared, in the order of their first record, and the crowds.
    pub(super) fn pairs(self, folder: &Path, base: &Base) -> io::Result<(Pairs, Vec<Crowd>)> {
        let mut entries = self.0.sorted()?;
        let mut pairs = Sorter::new(folder);
        let mut crowds = Crowds::default();
        let mut block: Vec<u32> = Vec::new();
        let mut hash = 0;
        while let Some(entry) = entries.next()? {
            let (key, number) = (upper(entry), lower(entry));
            if key != hash {
                pair_up(hash, &block, base, &mut pairs)?;
                crowds.close(hash, &block, base);
                block.clear();
                hash = key;
            }
            block.push(number);
        }
        pair_up(hash, &block, base, &mut pairs)?;
        crowds.close(hash, &block, base);
        Ok((Pairs(pairs.sorted()?), crowds.largest()))
    }
}

/// The pairs of those who share a key: all, or in a crowd neighbours.
fn pair_up(hash: u64, block: &[u32], base: &Base, pairs: &mut Sorter) -> io::Result<()> {
    let window = match Key::kind_of(hash) {
        _ if block.len() <= CROWD => CROWD,
        Some(KeyKind::Name | KeyKind::Place) => NAMESAKES,
        _ => NEIGHBOURS,
    };
    for (at, number) in block.iter().enumerate() {
        for other in block[..at].iter().rev().take(window) {
            let (first, last) = (number.min(other), number.max(other));
            if first != last && (base.is_fresh(*first) || base.is_fresh(*last)) {
                pairs.add(u128::from(*first) << 32 | u128::from(*last))?;
            }
        }
    }
    Ok(())
}

/// Pairs of numbers in order, each once.
pub(super) struct Pairs(Sorted);

impl Pairs {
    pub(super) fn next(&mut self) -> io::Result<Option<(u32, u32)>> {
        Ok(self.0.next()?.map(|pair| (lower(pair >> 32), lower(pair))))
    }
}

#[derive(Default)]
struct Crowds(Vec<Crowd>);

impl Crowds {
    fn close(&mut self, hash: u64, block: &[u32], base: &Base) {
        if block.len() <= CROWD {
            return;
        }
        self.0.push(Crowd {
            records: block.len(),
            key: Key::kind_of(hash).map_or("", KeyKind::code).to_owned(),
            example: base.id(block[0]).to_string(),
        });
        if self.0.len() > TOLD * 10 {
            self.keep();
        }
    }

    fn keep(&mut self) {
        self.0.sort_by(|a, b| b.cmp(a));
        self.0.truncate(TOLD);
    }

    fn largest(mut self) -> Vec<Crowd> {
        self.keep();
        self.0
    }
}

/// The first four bytes of a text as a number.
fn beginning(text: &str) -> u32 {
    let mut bytes = text.bytes().filter(|byte| *byte != b' ');
    (0..4).fold(0, |number, _| {
        number << 8 | u32::from(bytes.next().unwrap_or(0))
    })
}

fn upper(entry: u128) -> u64 {
    (entry >> 64) as u64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the lowest quarter is what is asked for"
)]
fn lower(entry: u128) -> u32 {
    entry as u32
}
