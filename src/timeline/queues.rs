//! Many first-in-first-out queues in two flat tables: what waits to be matched, by a fingerprint of what it is.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many entries that do not match a search passes before it gives up. Keeps a recording linear whose datagrams all
/// look alike.
const PATIENCE: usize = 256;
/// How many bytes of a payload the fingerprint covers: the first fragment holds as many on any link (RFC 791 asks of a
/// link to carry 68 bytes, 40 of them behind the headers of IP and UDP).
const HEAD: usize = 32;
const END: u32 = u32::MAX;

/// Entries are numbered by the caller from 0 in the order of [`Queues::push`].
#[derive(Debug, Default)]
pub(super) struct Queues {
    ends: HashMap<u64, (u32, u32)>,
    next: Vec<u32>,
}

/// What a search makes of an entry.
pub(super) enum Look {
    /// It was taken: forget it.
    Gone,
    /// Not this one.
    No,
    /// This one.
    Yes,
}

impl Queues {
    /// Appends the next entry to the queue of `key`; without a key it stands in none.
    pub(super) fn push(&mut self, key: Option<u64>) {
        let entry = self.next.len() as u32;
        self.next.push(END);
        let Some(key) = key else { return };
        match self.ends.get_mut(&key) {
            Some((first, last)) => {
                if *first == END {
                    *first = entry;
                } else {
                    self.next[*last as usize] = entry;
                }
                *last = entry;
            }
            None => {
                self.ends.insert(key, (entry, entry));
            }
        }
    }

    /// The first entry of a queue that `look` says yes to.
    pub(super) fn find(&mut self, key: u64, mut look: impl FnMut(u32) -> Look) -> Option<u32> {
        let (first, last) = self.ends.get_mut(&key)?;
        let (mut before, mut entry, mut passed) = (END, *first, 0);
        while entry != END && passed < PATIENCE {
            let after = self.next[entry as usize];
            match look(entry) {
                Look::Yes => return Some(entry),
                Look::No => {
                    before = entry;
                    passed += 1;
                }
                Look::Gone => {
                    match before {
                        END => *first = after,
                        _ => self.next[before as usize] = after,
                    }
                    if after == END {
                        *last = before;
                    }
                }
            }
            entry = after;
        }
        None
    }
}

/// A datagram's fingerprint: where it belongs, how long it is, how it begins. None when too little of it was kept.
pub(super) fn fingerprint(place: impl Hash, length: u64, bytes: &[u8]) -> Option<u64> {
    let head = bytes.get(..HEAD.min(usize::try_from(length).ok()?))?;
    let mut hasher = DefaultHasher::new();
    (place, length, head).hash(&mut hasher);
    Some(hasher.finish())
}
