//! Pages of Markdown as a terminal shows them.

use super::prose;

#[test]
fn paragraphs_are_wrapped_lists_hang_and_code_stays() {
    let text = "One paragraph\nover two lines.\n\n\n- an item that is so long that it needs a second line on this page\n\
                - another\n1. first\n\n```rust\nlet n = read(&mut buf)?;\n    if n == 0 {}\n```\n    indented();\n";
    let expected = "One paragraph over two lines.\n\n- an item that is so long that it needs a second line on\n  this page\n\
                    - another\n1. first\n\n    let n = read(&mut buf)?;\n        if n == 0 {}\n    indented();\n";
    assert_eq!(prose(text, 60, false), expected);
    assert_eq!(prose("", 60, false), "");
}

#[test]
fn no_line_is_wider_than_the_page_and_nothing_controls_the_terminal() {
    let text = format!("{}\n\n    {}\n\n\x1b[2J", "粘包 ".repeat(60), "x".repeat(200));
    for width in [60, 80] {
        let page = prose(&text, width, false);
        assert!(page.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= width), "{page}");
        assert!(page.contains("\\x1b[2J") && page.matches('x').count() == 201, "{page}");
    }
}
