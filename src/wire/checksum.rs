//! The Internet checksum (RFC 1071): computed, compared, and put into words.
//!
//! Three answers, since a capture shows three cases. Besides correct and wrong there is the partial checksum: where the
//! sender expects its network card to finish the sum, Linux leaves the folded pseudo-header sum in the field, and on
//! loopback nothing ever finishes it because nothing can damage the bytes on the way.

/// What a checksum is to be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// The bytes are all there; the number is the sum over the pseudo-header, 0 where the protocol has none.
    From(u64),
    /// It cannot be checked, and why.
    Not(&'static str),
}

/// Adds the 16-bit words of these bytes; an odd last byte counts as the high half of a word.
pub(super) fn sum(bytes: &[u8]) -> u64 {
    let words = bytes.chunks_exact(2);
    let odd = words.remainder().first().map_or(0, |byte| u64::from(*byte) << 8);
    words.map(|word| u64::from(u16::from_be_bytes([word[0], word[1]]))).sum::<u64>() + odd
}

/// The pseudo-header's sum: both addresses, the protocol, and the length of what it carries (RFC 9293, 3.1; RFC 8200, 8.1).
pub(super) fn pseudo(addresses: &[u8], protocol: u8, length: usize) -> u64 {
    let length = length as u64;
    sum(addresses) + u64::from(protocol) + (length >> 16) + (length & 0xffff)
}

/// Folds the carries back in: ones' complement addition.
fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

/// The field's value and whether it verifies over `covered`, which contains the field.
pub(super) fn verdict(field: u16, covered: &[u8], check: Check) -> String {
    let start = match check {
        Check::From(start) => start,
        Check::Not(why) => return format!("0x{field:04x}, not checked: {why}"),
    };
    let total = start + sum(covered);
    if fold(total) == 0xffff {
        format!("0x{field:04x}, correct")
    } else if start != 0 && field == fold(start) {
        format!("0x{field:04x}, not filled in (loopback leaves it to hardware)")
    } else {
        // The field is one whole word of the sum in every protocol here, so it can be taken out again.
        let right = !fold(total.saturating_sub(u64::from(field)));
        format!("0x{field:04x}, wrong (0x{right:04x} would be right)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1071, section 3.
    #[test]
    fn the_sum_of_the_rfc_example_is_the_one_the_rfc_prints() {
        assert_eq!(fold(sum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])), 0xddf2);
    }

    #[test]
    fn an_odd_byte_counts_as_the_high_half_of_a_word() {
        assert_eq!(sum(&[0x01, 0x02, 0x03]), 0x0102 + 0x0300);
    }
}
