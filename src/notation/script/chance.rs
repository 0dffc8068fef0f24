//! Chance that can be repeated: numbers computed from a key, which is a text that says what they are for.
//!
//! The key (`7 split-header m`) is hashed with FNV-1a to 64 bits; from there splitmix64 counts on: the state grows by the
//! golden ratio's bits, and each number is the state, mixed. Both are a few lines and the same on every machine. Good enough
//! to choose bytes, and of no use for secrets.

/// Numbers by chance, the same ones for the same key.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// For this key.
    pub fn new(key: &str) -> Self {
        let hash = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Chance { state: key.bytes().fold(0xcbf2_9ce4_8422_2325, hash) }
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `first` to `last`, both included. With ends in the wrong order it is `first`.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        let number = self.number();
        match last.checked_sub(first).map(|span| span.checked_add(1)) {
            None => first,
            // A span of all numbers there are.
            Some(None) => number,
            // The remainder favours small numbers by less than one in 2^40 for every span that is used here.
            Some(Some(span)) => first + number % span,
        }
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count.next_multiple_of(8));
        while bytes.len() < count {
            bytes.extend(self.number().to_le_bytes());
        }
        bytes.truncate(count);
        bytes
    }

    /// So many letters a to z.
    pub fn letters(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| b'a' + self.between(0, 25) as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_algorithms() {
        // FNV-1a's own test vector, and splitmix64 from the seed 0.
        assert_eq!(Chance::new("a").state, 0xaf63_dc4c_8601_ec8c);
        let mut zero = Chance { state: 0 };
        assert_eq!([zero.number(), zero.number()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn one_key_gives_one_row_of_numbers_and_another_key_another() {
        assert_eq!(Chance::new("1 a").bytes(20), Chance::new("1 a").bytes(20));
        assert_ne!(Chance::new("1 a").bytes(20), Chance::new("1 b").bytes(20));
        assert_ne!(Chance::new("1 a").bytes(20), Chance::new("2 a").bytes(20));
    }

    #[test]
    fn both_ends_of_a_range_are_chosen_and_nothing_outside() {
        let mut chance = Chance::new("range");
        let mut seen: Vec<u64> = (0..200).map(|_| chance.between(3, 5)).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen, [3, 4, 5]);
        assert_eq!(chance.between(7, 7), 7);
        chance.between(0, u64::MAX);
    }
}
