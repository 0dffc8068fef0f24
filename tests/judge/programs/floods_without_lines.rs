//! Prints a gigabyte to standard error, with no end of line in it.

use std::io::Write;

fn main() {
    let piece = [b'x'; 64 * 1024];
    for _ in 0..16 * 1024 {
        if std::io::stderr().write_all(&piece).is_err() {
            return;
        }
    }
}
