//! Numbers with a unit: times, shares, rates. What one writes the other reads, to the last digit: a value that cannot be
//! kept exactly is refused and never rounded.

use super::ParseError;
use super::cursor::{Cursor, meant};
use super::nearest::nearest;
use std::fmt;

/// What is measured, and in which units.
pub(super) struct Measure {
    /// In words, with an example.
    expected: &'static str,
    /// Each unit with how many of the smallest step it is, the least first. Powers of ten, so that decimals are exact.
    units: &'static [(&'static str, u64)],
    /// The smallest step, in words.
    step: &'static str,
}

/// Nanoseconds.
pub(super) const TIME: Measure = Measure {
    expected: "a time: `50ms`",
    units: &[("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)],
    step: "a nanosecond",
};

/// Of a million.
pub(super) const SHARE: Measure =
    Measure { expected: "a share: `10%`", units: &[("%", 10_000)], step: "one of a million" };

/// Bits a second.
pub(super) const RATE: Measure = Measure {
    expected: "a rate: `1mbit`",
    units: &[("bit", 1), ("kbit", 1_000), ("mbit", 1_000_000), ("gbit", 1_000_000_000)],
    step: "one bit a second",
};

impl Cursor<'_> {
    /// A number with its unit right behind it, after spaces; in the smallest steps.
    pub(super) fn quantity(&mut self, measure: &Measure) -> Result<u64, ParseError> {
        let at = self.start();
        let whole: u64 = self.number(measure.expected)?;
        let mut decimals = String::new();
        if self.eat(".") {
            decimals = self.run_of(|c| c.is_ascii_digit()).text;
            if decimals.is_empty() {
                return Err(self.expected("a digit right after the point"));
            }
            self.eat(&decimals);
        }
        let in_steps = self.unit(measure)?;
        let too_fine = || self.fail(at, format!("this is finer than {}", measure.step));
        let decimals = decimals.trim_end_matches('0');
        let scale = u32::try_from(decimals.len()).ok().and_then(|digits| 10u64.checked_pow(digits));
        let scale = scale.filter(|scale| in_steps.is_multiple_of(*scale)).ok_or_else(too_fine)?;
        // As many digits as `scale` has zeros: what they say is less than it.
        let fraction = decimals.parse().unwrap_or(0) * (in_steps / scale);
        let steps = whole.checked_mul(in_steps).and_then(|steps| steps.checked_add(fraction));
        steps.ok_or_else(|| self.fail(at, format!("expected {}; this is too large", measure.expected)))
    }

    /// The unit that stands exactly here: how many steps it is.
    fn unit(&mut self, measure: &Measure) -> Result<u64, ParseError> {
        let word = self.run_of(|c| c.is_alphanumeric() || c == '%');
        if let Some((unit, steps)) = measure.units.iter().find(|(unit, _)| *unit == word.text) {
            self.eat(unit);
            return Ok(*steps);
        }
        let units = measure.units.iter().map(|(unit, _)| format!("`{unit}`")).collect::<Vec<_>>().join(", ");
        if word.text.is_empty() {
            return Err(self.expected(&format!("a unit right behind the number: {units}")));
        }
        let guess = match word.text.as_str() {
            "µs" | "μs" => Some("us"),
            other => nearest(other, measure.units.iter().map(|(unit, _)| *unit)),
        };
        Err(self.fail(word.at, format!("there is no unit `{}`{} (there are {units})", word.text, meant(guess))))
    }
}

/// Writes so many steps in the largest unit of which there is one, so that [`Cursor::quantity`] reads the same.
pub(super) fn write_quantity(f: &mut fmt::Formatter<'_>, measure: &Measure, steps: u64) -> fmt::Result {
    let fits = measure.units.iter().rfind(|(_, unit)| steps >= *unit).or(measure.units.first());
    let (unit, in_steps) = fits.copied().unwrap_or(("", 1));
    write!(f, "{}", steps / in_steps)?;
    let digits = in_steps.ilog10() as usize;
    let decimals = format!("{:0>digits$}", steps % in_steps);
    match decimals.trim_end_matches('0') {
        "" => {}
        decimals => write!(f, ".{decimals}")?,
    }
    f.write_str(unit)
}
