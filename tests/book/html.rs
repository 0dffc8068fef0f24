//! Reads the tags of a page that mdBook wrote. Code listings cannot fool it: in them every `<` is written `&lt;`, and
//! comments, scripts and style sheets are passed over as a browser passes over them.
//!
//! Refuses to judge whether the page is well formed: it is no parser of HTML.

/// A tag with its attributes, names in small letters, values decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Open(Tag),
    Close(String),
}

/// The tags and texts of a page in their order.
pub fn pieces(html: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            found.push(Piece::Text(decode(&rest[..at])));
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = tag(&rest[1..]);
        rest = after;
        match tag {
            Tag { name, .. } if name.starts_with('!') => {}
            Tag { name, .. } if name.starts_with('/') => found.push(Piece::Close(name[1..].to_string())),
            tag => {
                // What stands in these is no HTML.
                if matches!(tag.name.as_str(), "script" | "style") {
                    let end = format!("</{}", tag.name);
                    rest = rest.find(&end).map_or("", |at| &rest[at..]);
                }
                found.push(Piece::Open(tag));
            }
        }
    }
    if !rest.is_empty() {
        found.push(Piece::Text(decode(rest)));
    }
    found
}

pub fn tags(html: &str) -> Vec<Tag> {
    let open = |piece| if let Piece::Open(tag) = piece { Some(tag) } else { None };
    pieces(html).into_iter().filter_map(open).collect()
}

/// The text of the page, without what stands in inline code: there the book may speak of its own notation.
pub fn text_outside_inline_code(html: &str) -> String {
    let (mut text, mut listing, mut inline) = (String::new(), 0_usize, 0_usize);
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag) if tag.name == "pre" => listing += 1,
            Piece::Close(name) if name == "pre" => listing = listing.saturating_sub(1),
            Piece::Open(tag) if tag.name == "code" && listing == 0 => inline += 1,
            Piece::Close(name) if name == "code" => inline = inline.saturating_sub(1),
            Piece::Text(words) if inline == 0 => text.push_str(&words),
            _ => {}
        }
    }
    text
}

/// Reads a tag behind its `<`, and gives what follows its `>`.
fn tag(text: &str) -> (Tag, &str) {
    let end = text.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '=' | '>');
        // A stray `=` would be an empty name for ever.
        let (key, after) = rest.split_at(rest[1..].find(is_end).map_or(rest.len(), |at| at + 1).min(rest.len()));
        rest = after.trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
            };
        }
        attributes.push((key.to_lowercase(), decode(value)));
    }
    let name = name.trim_end_matches('/').to_lowercase();
    (Tag { name, attributes }, rest.strip_prefix('>').unwrap_or(rest))
}

fn decode(text: &str) -> String {
    const NAMES: [(&str, &str); 6] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")];
    NAMES.iter().fold(text.to_string(), |text, (name, letter)| text.replace(name, letter))
}

#[test]
fn tags_are_read_and_listings_comments_and_scripts_are_not() {
    let html = "<!DOCTYPE html><!-- <a href='x'> --><script>if (a<b) '<img src=y>'</script>\
        <p ID=one class='a b'>x &lt;img src=\"https://z\"&gt; <a\nhref=\"q?a=1&amp;b=2\" disabled>y</a><br/></p>";
    let tags = tags(html);
    let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["script", "p", "a", "br"]);
    assert_eq!(tags[1].attribute("id"), Some("one"));
    assert_eq!(tags[2].attribute("href"), Some("q?a=1&b=2"));
    assert_eq!(tags[2].attribute("disabled"), Some(""));
    let text = text_outside_inline_code("a <code>b</code> <pre><code>c</code></pre>");
    assert_eq!(text, "a  c");
    // Damage is read to its end.
    for damaged in ["<", "<a", "<a =", "<a href=", "<a href='", "<!--", "<script>", "</", "<é =é"] {
        pieces(damaged);
    }
}
