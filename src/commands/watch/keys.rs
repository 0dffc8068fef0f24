//! Bytes from the keyboard → keys. A terminal sends an arrow as several bytes, which may come apart; what is not known here
//! is swallowed whole, so that no part of it is taken for a letter.

/// What a person can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The next exercise.
    Next,
    /// A hint, deeper each time.
    Hint,
    /// Run the check again.
    Run,
    /// The list of exercises.
    List,
    /// The solution.
    Solution,
    /// Back to the verdict.
    Verdict,
    /// The end.
    Quit,
    /// Scrolling.
    Scroll(Scroll),
    /// Paint everything again.
    Redraw,
}

/// Where to scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scroll {
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
}

/// Reads keys from bytes that come in any pieces.
#[derive(Debug, Default)]
pub struct Keys {
    /// The beginning of a sequence that is not complete.
    begun: Vec<u8>,
}

const ESCAPE: u8 = 0x1b;
/// No sequence of a key is longer; the rest of one that is would be letters.
const LONGEST: usize = 32;

impl Keys {
    /// The keys that these bytes complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Key> {
        bytes.iter().filter_map(|byte| self.byte(*byte)).collect()
    }

    fn byte(&mut self, byte: u8) -> Option<Key> {
        if self.begun.is_empty() && byte != ESCAPE {
            return letter(byte);
        }
        // An escape in the middle begins anew: the key before it was Escape alone.
        if byte == ESCAPE {
            self.begun.clear();
        }
        self.begun.push(byte);
        let complete = match self.begun[..] {
            [_] | [_, b'[' | b'O'] => false,
            [_, b'[', .., last] => (0x40..=0x7e).contains(&last),
            _ => true,
        };
        if !complete && self.begun.len() < LONGEST {
            return None;
        }
        let sequence = std::mem::take(&mut self.begun);
        Some(Key::Scroll(match sequence.get(1..)? {
            b"[A" | b"OA" => Scroll::Up,
            b"[B" | b"OB" => Scroll::Down,
            b"[5~" => Scroll::PageUp,
            b"[6~" => Scroll::PageDown,
            b"[H" | b"OH" | b"[1~" => Scroll::Top,
            b"[F" | b"OF" | b"[4~" => Scroll::Bottom,
            _ => return None,
        }))
    }
}

fn letter(byte: u8) -> Option<Key> {
    Some(match byte {
        b'n' | b'N' => Key::Next,
        b'h' | b'H' => Key::Hint,
        b'r' | b'R' => Key::Run,
        b'l' | b'L' => Key::List,
        b's' | b'S' => Key::Solution,
        b'v' | b'V' => Key::Verdict,
        // Ctrl-D is how one leaves what reads from a terminal.
        b'q' | b'Q' | 0x04 => Key::Quit,
        b'k' => Key::Scroll(Scroll::Up),
        b'j' => Key::Scroll(Scroll::Down),
        b'b' => Key::Scroll(Scroll::PageUp),
        b' ' | b'f' => Key::Scroll(Scroll::PageDown),
        b'g' => Key::Scroll(Scroll::Top),
        b'G' => Key::Scroll(Scroll::Bottom),
        0x0c => Key::Redraw,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pieces: &[&[u8]]) -> Vec<Key> {
        let mut keys = Keys::default();
        pieces.iter().flat_map(|piece| keys.feed(piece)).collect()
    }

    #[test]
    fn letters_are_keys_in_either_case_and_others_are_nothing() {
        assert_eq!(keys(&[b"nHr", b"x\xe7\xb2\x98", b"q"]), [Key::Next, Key::Hint, Key::Run, Key::Quit]);
        assert_eq!(keys(&[b"gG"]), [Key::Scroll(Scroll::Top), Key::Scroll(Scroll::Bottom)]);
    }

    #[test]
    fn an_arrow_is_one_key_however_its_bytes_come() {
        let up = Key::Scroll(Scroll::Up);
        assert_eq!(keys(&[b"\x1b[A", b"\x1b", b"[", b"A", b"\x1bOA"]), [up, up, up]);
        assert_eq!(keys(&[b"\x1b[6", b"~"]), [Key::Scroll(Scroll::PageDown)]);
    }

    #[test]
    fn a_sequence_that_is_not_known_does_not_leave_letters_behind() {
        assert_eq!(keys(&[b"\x1b[1;5H\x1b[200~\x1bq\x1bOq"]), []);
        assert_eq!(keys(&[b"\x1b\x1b[B"]), [Key::Scroll(Scroll::Down)]);
        let endless = [b"\x1b[", &[b'1'; 40][..]].concat();
        assert_eq!(keys(&[&endless, b"q"]), [Key::Quit]);
    }
}
