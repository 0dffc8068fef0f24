//! What a peer prints: one line for each step it begins, and why one failed. Each line is one write, so that it is out
//! before the call that may never return.

use std::io::Write;

/// The most bytes that are shown of what was due and of what came.
const SHOWN: usize = 256;
/// A row of a hex dump: what is shown begins with a whole one.
const ROW: usize = 16;

/// Why a step failed, in words, and the bytes where some were compared.
#[derive(Debug, Default)]
pub(super) struct Failure {
    pub(super) why: String,
    pub(super) compare: Option<Compared>,
}

/// Bytes that were due, bytes that came, and the first place at which they differ.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) expected: Vec<u8>,
    pub(super) received: Vec<u8>,
    pub(super) differ: usize,
}

impl Compared {
    /// Compares; what is only missing differs where it ends.
    pub(super) fn new(expected: Vec<u8>, received: Vec<u8>) -> Self {
        let differ = expected.iter().zip(&received).take_while(|(one, other)| one == other).count();
        Compared { expected, received, differ }
    }
}

/// A line on standard output. Without a reader there is nobody to tell, and the recorder is gone: the process ends.
pub(super) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let told = out.write_all(format!("{text}\n").as_bytes()).and_then(|()| out.flush());
    if told.is_err() {
        std::process::exit(1);
    }
}

/// A line on standard error, for the author of the scenario.
pub(super) fn complaint(text: &str) {
    let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Why a step failed.
pub(super) fn failure(label: &str, failure: &Failure) {
    line(&format!("{label}: failed: {}", failure.why));
    if let Some(compare) = &failure.compare {
        // As many rows before the difference as behind it, and the same ones of both.
        let from = compare.differ.saturating_sub(SHOWN / 2) / ROW * ROW;
        line(&format!("{label}: expected {}", excerpt(&compare.expected, from)));
        line(&format!("{label}: received {}", excerpt(&compare.received, from)));
    }
}

/// `9 bytes, from 0: 00000005`
fn excerpt(bytes: &[u8], from: usize) -> String {
    let from = from.min(bytes.len());
    let shown = &bytes[from..bytes.len().min(from + SHOWN)];
    let hex: String = shown.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{} bytes, from {from}: {hex}", bytes.len())
}

/// `1 byte`, `4 bytes`
pub(super) fn bytes(count: usize) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

/// `41 ("A")`, `0a`
pub(super) fn byte(byte: u8) -> String {
    if byte.is_ascii_graphic() {
        format!("{byte:02x} ({:?})", char::from(byte).to_string())
    } else {
        format!("{byte:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_256_bytes_around_the_difference_are_shown() {
        let bytes: Vec<u8> = (0..1000).map(|i| i as u8).collect();
        assert_eq!(excerpt(&bytes[..3], 0), "3 bytes, from 0: 000102");
        let shown = excerpt(&bytes, 300 / ROW * ROW);
        assert!(shown.starts_with("1000 bytes, from 288: 202122"), "{shown}");
        assert_eq!(shown.split(": ").nth(1).unwrap().len(), 2 * SHOWN);
        assert_eq!(excerpt(&bytes[..3], 288), "3 bytes, from 3: ");
    }

    #[test]
    fn bytes_that_are_only_missing_differ_where_they_end() {
        assert_eq!(Compared::new(b"abc".to_vec(), b"ab".to_vec()).differ, 2);
        assert_eq!(Compared::new(b"abc".to_vec(), b"axc".to_vec()).differ, 1);
    }

    #[test]
    fn a_byte_that_can_be_printed_is_shown_as_a_letter_too() {
        assert_eq!([byte(b'A'), byte(b'"'), byte(b'\n'), byte(0xff)], ["41 (\"A\")", "22 (\"\\\"\")", "0a", "ff"]);
    }
}
