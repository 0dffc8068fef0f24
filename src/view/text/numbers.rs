//! Times and counts as a person reads them.

use super::fold::Fold;
use super::style::Style;
use super::wrap::{self, Word};
use crate::recording::Nanos;

/// Milliseconds with two decimals: `1.25`.
pub(in crate::view) fn ms(t: Nanos) -> String {
    let hundredths = t / 10_000 + u64::from(t % 10_000 >= 5_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// `86 781`: a big number in groups of three.
pub(in crate::view) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// What is said after a call that stands for many.
pub(super) fn repeated(fold: &Fold) -> Vec<Word> {
    let text = match fold.place {
        (0, 1) => format!("the same {} times, until {} ms", grouped(fold.times), ms(fold.until)),
        (place, length) if place + 1 == length => {
            format!("these {length} in turn, {} times, until {} ms", grouped(fold.times), ms(fold.until))
        }
        _ => return Vec::new(),
    };
    wrap::words(Style::Bold, &text).into_iter().enumerate().map(|(n, w)| if n == 0 { w.gap(2) } else { w }).collect()
}
