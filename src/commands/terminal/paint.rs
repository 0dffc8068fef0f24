//! Lines → a picture for a terminal. Lines are painted over what is there, so that nothing flickers.

use unicode_width::UnicodeWidthChar;

/// Back to the upper left corner.
const HOME: &str = "\x1b[H";
/// Erases a line before it is written: behind one that is as wide as the screen, it would erase its last character.
const ERASE: &str = "\x1b[K";

/// A whole screen: as many of the lines as it has rows. One more would push all others up.
pub fn picture(mut lines: Vec<String>, rows: usize) -> String {
    lines.truncate(rows);
    let lines: Vec<String> = lines.iter().map(|line| format!("{ERASE}{line}")).collect();
    format!("{HOME}{}", lines.join("\r\n"))
}

/// The text within so many columns, without anything that could control the terminal.
pub fn cut(text: &str, columns: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if width(&text) <= columns {
        return text;
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= columns
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

pub fn bold(text: &str, color: bool) -> String {
    if color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

#[cfg(all(target_os = "linux", feature = "record"))]
pub fn dim(text: &str, color: bool) -> String {
    if color && !text.is_empty() { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_line_is_cut_to_the_screen_and_not_before() {
        assert_eq!(cut("abcde", 5), "abcde");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("粘包粘", 5), "粘包…");
        assert_eq!(cut("a\x1b[2Jb", 20), "a [2Jb");
    }
}
