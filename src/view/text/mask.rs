//! What differs from run to run of the same lesson, made the same: for comparing a real run with a golden one.
//!
//! Masked are times, ephemeral ports and, in tables of header fields, the values the kernel chooses. Order, calls, flags,
//! lengths and payloads stay. Widths stay too, so that a masked page is still aligned. Whole frames in hex
//! (`--hex all`) are not masked: they hold checksums and stamps in raw bytes.

/// Ports the kernel gives to sockets that did not ask for one (`ip_local_port_range`, Linux default).
const EPHEMERAL: std::ops::RangeInclusive<u32> = 32768..=60999;
/// Fields whose values are chosen anew in each run.
const CHOSEN: &[&str] =
    &["sequence", "acknowledg", "checksum", "identification", "timestamp", "source port", "flow label", "options"];

/// The page with everything volatile replaced by `-` (times), `P` (ports) and `#` (chosen values).
pub fn masked(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for line in page.split_inclusive('\n') {
        out.push_str(&mask_ports(&mask_times(&mask_field(line))));
    }
    out
}

/// `   0..2    source port   41890`: the value of a field in the layers' table.
fn mask_field(line: &str) -> String {
    let trimmed = line.trim_start();
    let Some((range, rest)) = trimmed.split_once("  ") else {
        return line.to_string();
    };
    let is_range = range.split_once("..").is_some_and(|(a, b)| a.parse::<u32>().is_ok() && b.parse::<u32>().is_ok());
    if !is_range || !CHOSEN.iter().any(|name| rest.trim_start().to_ascii_lowercase().starts_with(name)) {
        return line.to_string();
    }
    let Some(gap) = rest.trim_start().find("  ") else {
        return line.to_string();
    };
    let value = line.len() - rest.trim_start().len() + gap;
    let masked = line[value..].chars().map(|c| if c.is_ascii_alphanumeric() { '#' } else { c });
    // The number of digits differs too.
    let mut text = line[..value].to_string();
    let mut last = ' ';
    for c in masked {
        if c != '#' || last != '#' {
            text.push(c);
        }
        last = c;
    }
    text
}

/// The time of a row, which stands in the first columns, and `1.25 ms` anywhere.
fn mask_times(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let before = start.checked_sub(1).map(|before| chars[before]);
        let digits = |mut at: usize| {
            while chars.get(at).is_some_and(char::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let whole = digits(at);
        let end = digits(whole + 1);
        let stamp = whole > at && chars.get(whole) == Some(&'.') && end == whole + 3 && before.is_none_or(|c| c == ' ');
        let leading = chars[..start].iter().all(|&c| c == ' ');
        let unit: String = chars.iter().skip(end).take(3).collect();
        if stamp && ((leading && chars.get(end).is_none_or(|&c| c == ' ' || c == '\n')) || unit == " ms") {
            if leading && unit != " ms" {
                // Right-aligned: the number of its digits is taken up by the spaces before it.
                out.truncate(out.len() - start);
                out.push_str(&" ".repeat(end - 4));
                out.push_str("-.--");
            } else {
                out.push_str("-.--");
            }
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

/// `127.0.0.1:41890`, `:41890`
fn mask_ports(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(colon) = rest.find(':') {
        let (before, after) = rest.split_at(colon + 1);
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let port = after[..digits].parse::<u32>().ok().filter(|port| EPHEMERAL.contains(port));
        if port.is_some() {
            out.push_str("PPPPP");
            rest = &after[digits..];
        } else {
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_differs_from_run_to_run_is_masked_and_the_rest_stays() {
        for (line, expected) in [
            ("  1.25  connect 127.0.0.1:8080\n", "  -.--  connect 127.0.0.1:8080\n"),
            (" 12.25  accept = 4 from :41890\n", "  -.--  accept = 4 from :PPPPP\n"),
            (
                "        recv[4..9] = 0  the same 6 times, until 5012.33 ms\n",
                "        recv[4..9] = 0  the same 6 times, until -.-- ms\n",
            ),
            ("    0000:   68 65 6c 6c                hell\n", "    0000:   68 65 6c 6c                hell\n"),
            ("        30..34  sequence number  123456  x\n", "        30..34  sequence number  #  #\n"),
            ("  prints \"pi is 3.14\"\n", "  prints \"pi is 3.14\"\n"),
        ] {
            assert_eq!(masked(line), expected);
        }
    }
}
