//! The little HTML that Markdown carries: blocks that fold, line breaks, comments. Every tag vanishes, no text does.

/// A part of a block of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// `<details>`.
    Open,
    /// What stands between `<summary>` and `</summary>`.
    Summary(String),
    /// `</details>`.
    Close,
    /// Text between tags.
    Text(String),
}

/// The parts of a block, in their order.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let (mut pieces, mut text, mut summary) = (Vec::new(), String::new(), false);
    let mut rest = html;
    while !rest.is_empty() {
        let Some((tag, after)) = tag(rest) else {
            // A `<` that begins no tag is text.
            let end = rest.char_indices().skip(1).find(|(_, c)| *c == '<').map_or(rest.len(), |(at, _)| at);
            text.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        };
        rest = after;
        let piece = match tag {
            "details" => Piece::Open,
            "/details" => Piece::Close,
            "summary" | "/summary" => {
                flush(&mut text, summary, &mut pieces);
                summary = tag == "summary";
                continue;
            }
            "br" | "/p" | "/li" | "/tr" => {
                text.push('\n');
                continue;
            }
            _ => continue,
        };
        flush(&mut text, summary, &mut pieces);
        summary = false;
        pieces.push(piece);
    }
    flush(&mut text, summary, &mut pieces);
    pieces
}

fn flush(text: &mut String, summary: bool, pieces: &mut Vec<Piece>) {
    let words = std::mem::take(text);
    let words = unescaped(words.trim());
    match summary {
        true => pieces.push(Piece::Summary(words)),
        false if words.is_empty() => {}
        false => pieces.push(Piece::Text(words)),
    }
}

/// True when an inline tag is a line break.
pub(super) fn is_break(html: &str) -> bool {
    tag(html).is_some_and(|(name, _)| name == "br")
}

/// The name of the tag that the text begins with (`/` before it when it closes), and what follows it. A comment is a tag
/// without a name; one that is not closed reaches to the end.
fn tag(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('<')?;
    if let Some(comment) = inner.strip_prefix("!--") {
        return Some(("", comment.split_once("-->").map_or("", |(_, after)| after)));
    }
    let name = inner.strip_prefix('/').unwrap_or(inner);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') {
        return None;
    }
    let end = inner.find('>')?;
    let stop = |c: char| c.is_whitespace() || c == '>' || c == '/';
    let length = name.find(stop).unwrap_or(name.len()) + inner.len() - name.len();
    Some((&inner[..length], &inner[end + 1..]))
}

/// The few entities that people write in HTML.
fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_found_and_other_tags_vanish() {
        let (summary, text) = (|text: &str| Piece::Summary(text.into()), |text: &str| Piece::Text(text.into()));
        assert_eq!(pieces("<details><summary>A &lt;b&gt;</summary>\n"), [Piece::Open, summary("A <b>")]);
        assert_eq!(pieces("<details open>\n<summary>A\n<b>B</b></summary>"), [Piece::Open, summary("A\nB")]);
        assert_eq!(pieces("c</details>\n"), [text("c"), Piece::Close]);
        assert_eq!(pieces("<!-- <details> --><p class='x'>one<br/>two</p>"), [text("one\ntwo")]);
        assert_eq!(pieces("1 < 2 <3 <"), [text("1 < 2 <3 <")]);
        assert_eq!(pieces("<!-- never closed <details>"), []);
    }

    #[test]
    fn no_text_breaks_it() {
        for text in ["<", "</", "</>", "<粘>", "<a", "<!", "<!-", "<!--", "<!-->", "<summary>", "</summary></details>"]
        {
            pieces(text);
        }
        assert!(is_break("<br>") && is_break("<br />") && !is_break("<b>"));
    }
}
