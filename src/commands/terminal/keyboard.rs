//! Bytes from the keyboard → keys. A terminal sends an arrow as several bytes, which may come apart; what is not known here
//! is swallowed whole, so that no part of it is taken for a letter.

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};
use nix::unistd::read;
use socket_lab::view::Press;
use std::io::stdin;
use std::os::fd::AsFd;

/// Reads keys from bytes that come in any pieces.
#[derive(Debug, Default)]
pub struct Keyboard {
    /// The beginning of a sequence, or of a character, that is not complete.
    begun: Vec<u8>,
}

const ESCAPE: u8 = 0x1b;
/// No sequence of a key is longer; the rest of one that is are letters: they must not be swallowed for ever.
const LONGEST: usize = 32;
/// Milliseconds after which an escape that nothing followed was the key of that name.
const ALONE: u16 = 50;

impl Keyboard {
    /// The keys that these bytes complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Press> {
        bytes.iter().filter_map(|byte| self.byte(*byte)).collect()
    }

    /// The key that was complete after all, when nothing came for a while.
    pub fn pause(&mut self) -> Option<Press> {
        (self.begun == [ESCAPE]).then(|| {
            self.begun.clear();
            Press::Escape
        })
    }

    fn byte(&mut self, byte: u8) -> Option<Press> {
        if byte == ESCAPE {
            // In the middle it begins anew: the key before it was Escape alone.
            self.begun = vec![ESCAPE];
            return None;
        }
        if self.begun.first() == Some(&ESCAPE) {
            return self.sequence(byte);
        }
        if byte.is_ascii() {
            self.begun.clear();
            return ascii(byte);
        }
        self.begun.push(byte);
        match std::str::from_utf8(&self.begun) {
            Ok(text) => {
                let letter = text.chars().next().map(Press::Letter);
                self.begun.clear();
                letter
            }
            // More is to come, unless no character begins like this.
            Err(error) => {
                if error.error_len().is_some() {
                    self.begun.clear();
                }
                None
            }
        }
    }

    fn sequence(&mut self, byte: u8) -> Option<Press> {
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
        Some(match sequence.get(1..)? {
            b"[A" | b"OA" => Press::Up,
            b"[B" | b"OB" => Press::Down,
            b"[C" | b"OC" => Press::Right,
            b"[D" | b"OD" => Press::Left,
            b"[Z" => Press::BackTab,
            [b'[', b'<', report @ ..] => return mouse(report),
            b"[5~" => Press::PageUp,
            b"[6~" => Press::PageDown,
            b"[H" | b"OH" | b"[1~" => Press::Home,
            b"[F" | b"OF" | b"[4~" => Press::End,
            _ => return None,
        })
    }
}

/// What the mouse did, as xterm reports it (SGR, 1006): `button;column;row`, then `M` where it was pressed.
fn mouse(report: &[u8]) -> Option<Press> {
    let pressed = std::str::from_utf8(report).ok()?.strip_suffix('M')?;
    let mut numbers = pressed.split(';').map(|number| number.parse::<u16>().ok());
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    match button {
        0 => Some(Press::Click(column.checked_sub(1)?, row.checked_sub(1)?)),
        64 => Some(Press::Wheel(true)),
        65 => Some(Press::Wheel(false)),
        _ => None,
    }
}

fn ascii(byte: u8) -> Option<Press> {
    Some(match byte {
        b'\r' | b'\n' => Press::Enter,
        b'\t' => Press::Tab,
        0x7f | 0x08 => Press::Backspace,
        1..=26 => Press::Control(char::from(b'a' + byte - 1)),
        b' '..=b'~' => Press::Letter(char::from(byte)),
        _ => return None,
    })
}

/// Reads the keyboard in a thread of its own until it is gone, which is told as None, or until nobody listens.
pub fn watch(tell: impl Fn(Option<Press>) -> bool + Send + 'static) {
    std::thread::spawn(move || {
        let mut keyboard = Keyboard::default();
        let mut bytes = [0; 256];
        loop {
            if keyboard.begun == [ESCAPE] {
                let input = stdin();
                let mut ready = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
                if poll(&mut ready, ALONE) == Ok(0) && keyboard.pause().is_some_and(|key| !tell(Some(key))) {
                    return;
                }
            }
            // Past the buffer of standard input: what waited there, nobody could see above.
            let read = match read(stdin(), &mut bytes) {
                Ok(0) => break,
                Ok(read) => read,
                Err(Errno::EINTR) => continue,
                Err(_) => break,
            };
            for key in keyboard.feed(&bytes[..read]) {
                if !tell(Some(key)) {
                    return;
                }
            }
        }
        tell(None);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pieces: &[&[u8]]) -> Vec<Press> {
        let mut keyboard = Keyboard::default();
        pieces.iter().flat_map(|piece| keyboard.feed(piece)).collect()
    }

    #[test]
    fn letters_of_any_writing_are_keys_and_what_is_no_character_is_nothing() {
        let (a, glue) = (Press::Letter('a'), Press::Letter('粘'));
        assert_eq!(keys(&[b"a\xe7\xb2\x98", b"a"]), [a, glue, a]);
        assert_eq!(keys(&[b"\xe7", b"\xb2", b"\x98"]), [glue]);
        assert_eq!(keys(&[b"\xff\xfea", b"\xe7a"]), [a, a]);
        assert_eq!(keys(&[b"\x0c\x7f\r"]), [Press::Control('l'), Press::Backspace, Press::Enter]);
    }

    #[test]
    fn an_arrow_is_one_key_however_its_bytes_come() {
        assert_eq!(keys(&[b"\x1b[A", b"\x1b", b"[", b"A", b"\x1bOA"]), [Press::Up; 3]);
        assert_eq!(keys(&[b"\x1b[6", b"~"]), [Press::PageDown]);
    }

    #[test]
    fn an_escape_that_nothing_follows_is_a_key() {
        let mut keyboard = Keyboard::default();
        assert_eq!((keyboard.feed(b"\x1b"), keyboard.pause(), keyboard.pause()), (vec![], Some(Press::Escape), None));
        assert_eq!((keyboard.feed(b"\x1b["), keyboard.pause()), (vec![], None));
        assert_eq!(keyboard.feed(b"A"), [Press::Up]);
    }

    #[test]
    fn the_mouse_is_read_as_it_reports_itself_and_what_is_no_report_is_nothing() {
        let (click, up, down) = (Press::Click(9, 4), Press::Wheel(true), Press::Wheel(false));
        assert_eq!(keys(&[b"\x1b[<0;10;5M\x1b[<0;10;5m", b"\x1b[<64;1", b";1M\x1b[<65;1;1M"]), [click, up, down]);
        assert_eq!(keys(&[b"\x1b[<0;0;5M\x1b[<0;99999;5M\x1b[<0;5M\x1b[<M\x1b[<2;1;1M"]), []);
    }

    #[test]
    fn a_sequence_that_is_not_known_does_not_leave_letters_behind() {
        assert_eq!(keys(&[b"\x1b[1;5H\x1b[200~\x1bq\x1bOq"]), []);
        assert_eq!(keys(&[b"\x1b\x1b[B"]), [Press::Down]);
        let endless = [b"\x1b[", &[b'1'; 40][..]].concat();
        assert_eq!(keys(&[&endless, b"q"]).last(), Some(&Press::Letter('q')));
    }
}
