//! What a key means to `lab watch`.

use socket_lab::view::Press;

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

impl Key {
    /// What this key asks for, if anything.
    pub fn of(press: Press) -> Option<Key> {
        Some(match press {
            Press::Letter('n' | 'N') => Key::Next,
            Press::Letter('h' | 'H') => Key::Hint,
            Press::Letter('r' | 'R') => Key::Run,
            Press::Letter('l' | 'L') => Key::List,
            Press::Letter('s' | 'S') => Key::Solution,
            Press::Letter('v' | 'V') => Key::Verdict,
            // Ctrl-D is how one leaves what reads from a terminal.
            Press::Letter('q' | 'Q') | Press::Control('d') => Key::Quit,
            Press::Letter('k') | Press::Up => Key::Scroll(Scroll::Up),
            Press::Letter('j') | Press::Down => Key::Scroll(Scroll::Down),
            Press::Letter('b') | Press::PageUp => Key::Scroll(Scroll::PageUp),
            Press::Letter(' ' | 'f') | Press::PageDown => Key::Scroll(Scroll::PageDown),
            Press::Letter('g') | Press::Home => Key::Scroll(Scroll::Top),
            Press::Letter('G') | Press::End => Key::Scroll(Scroll::Bottom),
            Press::Control('l') => Key::Redraw,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_keys_in_either_case_and_others_are_nothing() {
        let keys: Vec<Key> = "nHrx粘q".chars().filter_map(|letter| Key::of(Press::Letter(letter))).collect();
        assert_eq!(keys, [Key::Next, Key::Hint, Key::Run, Key::Quit]);
        let [top, bottom] = ['g', 'G'].map(|letter| Key::of(Press::Letter(letter)));
        assert_eq!([top, bottom], [Scroll::Top, Scroll::Bottom].map(|scroll| Some(Key::Scroll(scroll))));
    }
}
