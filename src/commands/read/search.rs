//! Finding words in rows that are painted already: colours are no part of the text, and stay around what is marked.

/// Turns the colours of a place around; not a colour, so it is there without colours too.
const MARK: &str = "\x1b[7m";
const UNMARK: &str = "\x1b[27m";

/// What is looked for. As in less, capitals count only where the pattern has some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    exact: bool,
}

impl Pattern {
    pub fn new(text: &str) -> Pattern {
        Pattern { text: text.to_owned(), exact: text.chars().any(char::is_uppercase) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// True when the row has it.
    pub fn is_in(&self, row: &str) -> bool {
        !self.places(&plain(row)).is_empty()
    }

    /// Where it is, as numbers of characters: the first, and the one behind.
    fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let folded = |c: char| if self.exact { c } else { c.to_lowercase().next().unwrap_or(c) };
        let (text, wanted): (Vec<char>, Vec<char>) =
            (text.chars().map(folded).collect(), self.text.chars().map(folded).collect());
        let (mut places, mut at) = (Vec::new(), 0);
        while !wanted.is_empty() && at + wanted.len() <= text.len() {
            if text[at..at + wanted.len()] == wanted[..] {
                places.push((at, at + wanted.len()));
                at += wanted.len();
            } else {
                at += 1;
            }
        }
        places
    }

    /// The row with every place marked.
    pub fn marked(&self, row: &str) -> String {
        let places = self.places(&plain(row));
        if places.is_empty() {
            return row.to_owned();
        }
        let (mut out, mut number, mut rest) = (String::new(), 0, row);
        let inside = |number: usize| places.iter().any(|(first, behind)| (*first..*behind).contains(&number));
        while let Some(c) = rest.chars().next() {
            if let Some((color, after)) = color(rest) {
                out.push_str(color);
                // A colour that ends, ends all of them.
                out.push_str(if number > 0 && inside(number - 1) && inside(number) { MARK } else { "" });
                rest = after;
                continue;
            }
            out.push_str(if places.iter().any(|(first, _)| *first == number) { MARK } else { "" });
            out.push(c);
            number += 1;
            out.push_str(if places.iter().any(|(_, behind)| *behind == number) { UNMARK } else { "" });
            rest = &rest[c.len_utf8()..];
        }
        out
    }
}

/// A row without its colours.
pub fn plain(row: &str) -> String {
    let (mut out, mut rest) = (String::new(), row);
    while let Some(c) = rest.chars().next() {
        match color(rest) {
            Some((_, after)) => rest = after,
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// The colour that the text begins with, and what follows it. The view's rows have no other escapes.
fn color(text: &str) -> Option<(&str, &str)> {
    let end = text.strip_prefix("\x1b[")?.find('m')?;
    Some(text.split_at(2 + end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_count_only_where_the_pattern_has_some() {
        assert!(Pattern::new("ack").is_in("SYN ACK") && Pattern::new("ACK").is_in("SYN ACK"));
        assert!(!Pattern::new("ACK").is_in("an ack") && Pattern::new("粘包").is_in("so (粘包)"));
        assert!(!Pattern::new("").is_in("anything"));
    }

    #[test]
    fn colours_are_no_part_of_the_text_and_stay_around_the_mark() {
        let row = "a\x1b[1mbc\x1b[0md";
        assert_eq!(plain(row), "abcd");
        assert_eq!(Pattern::new("cd").marked(row), "a\x1b[1mb\x1b[7mc\x1b[0m\x1b[7md\x1b[27m");
        assert_eq!(Pattern::new("a").marked(row), "\x1b[7ma\x1b[27m\x1b[1mbc\x1b[0md");
        assert_eq!(Pattern::new("1m").marked(row), row);
    }
}
