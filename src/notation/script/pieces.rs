//! How what is sent is cut: each piece is one call.

use super::chance::Chance;
use super::payload::Count;
use std::fmt;

/// Cuts of a send `in random pieces`: enough to hit every part of a short message, and few enough for a long one.
const MOST_CUTS: u64 = 7;

/// How what is sent is cut.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Pieces {
    /// Not at all: one call.
    Whole,
    /// `in pieces of 3`; of `1..3`: each piece as long as the seed says
    Of(Count),
    /// `in random pieces`: two to eight
    Random,
}

impl Pieces {
    /// The lengths of the pieces of so many bytes. No bytes are one empty piece.
    pub(super) fn lengths(&self, bytes: usize, chance: &mut Chance) -> Vec<usize> {
        let mut lengths = Vec::new();
        let mut left = bytes;
        let mut take = |wanted: u64, left: &mut usize| {
            let length = usize::try_from(wanted.max(1)).unwrap_or(usize::MAX).min(*left);
            lengths.push(length);
            *left -= length;
        };
        match self {
            // The number of a round has been put in before anything is cut.
            Pieces::Whole | Pieces::Of(Count::Round(_)) => {}
            Pieces::Of(Count::Number(number)) => {
                while left > 0 {
                    take(*number, &mut left);
                }
            }
            Pieces::Of(Count::Between(first, last)) => {
                while left > 0 {
                    take(chance.between(*first, *last), &mut left);
                }
            }
            Pieces::Random => {
                let inside = (bytes as u64).saturating_sub(1);
                let wanted = chance.between(1, MOST_CUTS);
                let mut cuts: Vec<u64> = (0..wanted.min(inside)).map(|_| chance.between(1, inside)).collect();
                cuts.sort_unstable();
                cuts.dedup();
                let mut before = 0;
                for cut in cuts {
                    take(cut - before, &mut left);
                    before = cut;
                }
            }
        }
        if left > 0 || lengths.is_empty() {
            lengths.push(left);
        }
        lengths
    }

    /// The same in that round of a `repeat … as name`.
    pub(super) fn in_round(&self, name: &str, round: u64) -> Pieces {
        match self {
            Pieces::Of(count) => Pieces::Of(count.in_round(name, round)),
            other => other.clone(),
        }
    }
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pieces::Whole => Ok(()),
            Pieces::Of(count) => write!(f, " in pieces of {count}"),
            Pieces::Random => f.write_str(" in random pieces"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_anything_are_all_of_it_and_none_is_empty() {
        let ways = [Pieces::Whole, Pieces::Of(Count::Number(3)), Pieces::Of(Count::Between(0, 5)), Pieces::Random];
        for way in &ways {
            for bytes in [1, 2, 3, 7, 100] {
                let lengths = way.lengths(bytes, &mut Chance::new("pieces"));
                assert_eq!(lengths.iter().sum::<usize>(), bytes, "{way:?}");
                assert!(lengths.iter().all(|length| *length > 0), "{way:?} {lengths:?}");
            }
            assert_eq!(way.lengths(0, &mut Chance::new("pieces")), [0], "{way:?}");
        }
        assert_eq!(ways[1].lengths(7, &mut Chance::new("pieces")), [3, 3, 1]);
        assert!(ways[3].lengths(100, &mut Chance::new("pieces")).len() > 1);
    }
}
