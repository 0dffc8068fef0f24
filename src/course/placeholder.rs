//! Names in braces that stand for something only the run knows: `{scratch}`, `{server}`.
//!
//! Refuses to guess: what nobody knows stays as it is written, since braces are also JSON and awk.

/// The text with each `{name}` replaced by what `value` says it is.
pub fn fill(text: &str, mut value: impl FnMut(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled += before;
        let length = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let known = length.filter(|&length| after[length..].starts_with('}'));
        match known.and_then(|length| Some((length, value(&after[..length])?))) {
            Some((length, value)) => {
                filled += &value;
                rest = &after[length + 1..];
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_name_in_braces_is_replaced_where_it_is_known_and_nothing_else_is() {
        let value = |name: &str| (name == "server").then(|| "192.0.2.1".to_string());
        for (text, filled) in [
            ("{server}:8080", "192.0.2.1:8080"),
            ("a{server}{server}b", "a192.0.2.1192.0.2.1b"),
            ("{{server}:{server}}", "{192.0.2.1:192.0.2.1}"),
            ("{client} {} {server", "{client} {} {server"),
            ("awk '{print}'", "awk '{print}'"),
            ("{ server }{粘包}", "{ server }{粘包}"),
        ] {
            assert_eq!(fill(text, value), filled);
        }
    }

    #[test]
    fn what_a_name_stands_for_is_not_read_again() {
        assert_eq!(fill("{a}", |_| Some("{a}".to_string())), "{a}");
    }
}
