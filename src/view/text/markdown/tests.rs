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

use super::{MarkdownLine, MarkdownOptions, markdown};
use unicode_width::UnicodeWidthStr;

fn lines(text: &str, width: usize, color: bool, open: bool) -> Vec<MarkdownLine> {
    let aim = |target: &str| match target {
        "other.md" => Some("lab read other".to_owned()),
        _ => target.contains("://").then(|| target.to_owned()),
    };
    markdown(text, &MarkdownOptions { width, color, open, note: "a unfolds", aim: &aim })
}

fn page(text: &str, width: usize) -> String {
    lines(text, width, false, false).into_iter().map(|line| line.text + "\n").collect()
}

#[test]
fn headings_have_room_and_a_rule_and_no_sign() {
    let text = "# One `x`\ntext\n## Two\n\n### Three\nmore";
    assert_eq!(page(text, 60), "One `x`\n═══════\n\ntext\n\nTwo\n───\n\nThree\n\nmore\n");
    assert!(lines(text, 60, true, false)[0].text.starts_with("\x1b[1mOne x\x1b[0m"));
}

#[test]
fn marks_vanish_and_code_is_told_from_text_without_colours() {
    let text = "*one* **two**, `a  b`. ~~x~~ &amp; a_b_c \\*d\\*";
    assert_eq!(page(text, 60), "one two, `a  b`. x & a_b_c *d*\n");
    let painted = &lines("*one* **two** `c`", 60, true, false)[0].text;
    assert_eq!(painted, "\x1b[3mone\x1b[0m \x1b[1mtwo c\x1b[0m");
}

#[test]
fn links_say_where_they_lead() {
    let text = "[a](other.md) [b](https://x.org/y) <https://z.org> [c](#here) ![d](d.svg)";
    let shown = "a (lab read other) b (https://x.org/y) https://z.org c (picture: d)\n";
    assert_eq!(page(text, 80), shown);
}

#[test]
fn lists_hang_and_nest_and_keep_their_numbers() {
    let text = "- one that is long enough to be wrapped\n  - two\n\n    with more\n- three\n\n7. seven\n8. eight\n\n- [ ] open\n- [x] done";
    let shown = "- one that is long enough to\n  be wrapped\n  - two\n\n    with more\n- three\n\n7. seven\n8. eight\n\n\
                 - [ ] open\n- [x] done\n";
    assert_eq!(page(text, 30), shown);
}

#[test]
fn a_table_is_aligned_where_it_fits_and_told_row_by_row_where_not() {
    let text = "| Call | n | 粘包 |\n|---|--:|:-:|\n| `recv` | 0 | a \\| b |\n| send | 140 | |\n";
    let shown = "Call      n  粘包\n──────  ───  ─────\n`recv`    0  a | b\nsend    140\n";
    assert_eq!(page(text, 60), shown);
    let told = "Call: `recv`\nn: 0\n粘包: a long cell it\n  is\n\nCall: send\nn: 140\n";
    assert_eq!(page(&text.replace("a \\| b", "a long cell it is"), 20), told);
    assert_eq!(page("|only|a|head|\n|-|-|-|\n", 60), "only  a  head\n────  ─  ────\n");
}

#[test]
fn quotes_and_rules_are_drawn() {
    assert_eq!(
        page("> one\n> two\n>\n> - three\n\n---\n\n> [!NOTE]\n> four", 60).replace(&"─".repeat(60), "RULE"),
        "│ one two\n│\n│ - three\n\nRULE\n\n│ Note\n│ four\n"
    );
}

#[test]
fn what_folds_is_closed_with_a_note_or_open_with_its_text() {
    let text = "Why?\n\n<details><summary>The answer</summary>\n\n`14`\n\n<details>\n<summary>Deeper</summary>\n\nmore\n\n\
                </details>\n\n</details>\n\nAfter.";
    assert_eq!(page(text, 60), "Why?\n\n▸ The answer  (a unfolds)\n\nAfter.\n");
    let open: Vec<String> = lines(text, 60, false, true).into_iter().map(|line| line.text).collect();
    assert_eq!(open, ["Why?", "", "▾ The answer", "", "`14`", "", "▾ Deeper", "", "more", "", "After."]);
    assert_eq!(page("<details><summary>A</summary>\n\nnever closed", 60), "▸ A  (a unfolds)\n");
    assert_eq!(page("</details>\n\ntext\n\n</details></details>", 60), "text\n");
}

#[test]
fn comments_and_tags_vanish_and_keep_the_room_around_them() {
    assert_eq!(
        page("one\n\n<!-- ANCHOR: a -->\ntwo <b>three</b><br>four <!-- five -->\n\n<div>six</div>\n", 60),
        "one\n\ntwo three\nfour\n\nsix\n"
    );
}

#[test]
fn a_transcript_stands_as_it_is_where_it_fits_and_loses_nothing_where_not() {
    let wide = format!("{}粘", "0123456789".repeat(7));
    let text = format!("```text\n{wide}\n  short\n```\n");
    assert_eq!(page(&text, 80), format!("    {wide}\n      short\n"));
    assert_eq!(page(&text, 72), format!("{wide}\n  short\n"));
    let narrow = page(&text, 40);
    assert!(narrow.lines().all(|line| line.width() <= 40), "{narrow}");
    assert_eq!(narrow.matches(|c: char| c.is_ascii_digit()).count(), 70);
    assert!(narrow.contains('粘'));
    // Where there are spaces, it is broken there, and goes on further in than it began.
    let text = "```rust\n    // The whole answer goes out, however little room\n```";
    assert_eq!(page(text, 36), "    // The whole answer goes out,\n      however little room\n");
}

#[test]
fn chinese_is_broken_between_signs_and_never_before_its_full_stop() {
    let text = "因为TCP是字节流，没有消息边界。接收方一次读到的字节数与发送方发送的次数无关。";
    for width in 20..60 {
        let page = page(text, width);
        assert!(page.lines().all(|line| line.width() <= width), "{page}");
        assert!(page.lines().all(|line| !line.starts_with(['，', '。'])), "{page}");
        assert_eq!(page.replace('\n', ""), text);
    }
}

/// A page with everything in it, and with what nobody should write.
fn hostile() -> String {
    let deep = (0..60).map(|n| format!("{}- {}{n}\n", "  ".repeat(n), ">".repeat(n))).collect::<String>();
    let table = format!("|{}\n|{}\n|{}\n", " \x1b[31mh |".repeat(30), "-|".repeat(30), " 粘\u{202e} |".repeat(30));
    format!(
        "# \x1b[2J{}\n\n{deep}\n\n{table}\n\n```\n\x1b]0;x\x07\t{}\n```\n\n{}\n\n[\x1b[1m](https://\u{9b}x) ![\r](x)\n\n\
             <details><summary>\x1b[5m</summary>\n\na\u{301}\u{301}\u{301}\u{200b}\n",
        "粘".repeat(99),
        "x".repeat(300),
        "<details>\n\n".repeat(100)
    )
}

#[test]
fn no_line_is_wider_than_the_page_whatever_is_on_it() {
    for text in [
        hostile(),
        ">".repeat(5000),
        "- ".repeat(5000),
        "<details>\n".repeat(5000),
        "[".repeat(5000),
        "*a ".repeat(5000),
    ] {
        for width in [0, 20, 33, 60, 80, 120, 999] {
            for line in lines(&text, width, false, true) {
                assert!(line.text.width() <= width.clamp(20, 250), "{width}: {}", line.text);
                assert!(
                    !line.text.contains(|c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{200b}')),
                    "{line:?}"
                );
            }
        }
    }
}

#[test]
fn the_places_of_lines_only_grow_and_are_the_same_at_any_width() {
    let text = "# A\n\n- one\n  - two\n- three\n\n> four\n\n|a|b|\n|-|-|\n|c|d|\n\n<details><summary>B</summary>\n\nfive\n\n</details>\n\nsix";
    let places = |width, open| {
        let mut places: Vec<usize> = lines(text, width, false, open).into_iter().map(|line| line.at).collect();
        assert!(places.is_sorted(), "{places:?}");
        places.dedup();
        places
    };
    assert_eq!(places(20, true), places(80, true));
    assert!(places(80, false).iter().all(|place| places(80, true).contains(place)));
}
