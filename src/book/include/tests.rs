//! What is included, compared with what mdBook includes.

use super::*;

const PROGRAM: &str = "one\n// ANCHOR: a\ntwo\n// ANCHOR: b-c\nthree\n// ANCHOR_END: b-c\n\
                       four {{#include z.txt}}\n// ANCHOR_END: a\nfive\n";

fn page(text: &str) -> Result<String, String> {
    let read = |path: &Path| match path.to_str().unwrap() {
        "book/src/a.md" => Ok(text.to_owned()),
        "book/src/x.rs" => Ok(PROGRAM.to_owned()),
        "book/src/z.txt" => Ok("zed".to_owned()),
        "lessons/deep.md" => Ok("[{{#include ../book/src/z.txt}}]".to_owned()),
        "book/src/twice.md" => Ok("{{#include twice.md}}{{#include twice.md}}".to_owned()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    assembled(Path::new("book/src/a.md"), &read).map_err(|error| error.to_string())
}

// Every expected text below is what `mdbook build` 0.5.4 with its Markdown renderer makes of the same files.
#[test]
fn what_is_included_is_what_mdbook_includes() {
    for (text, shown) in [
        (
            "{{#include x.rs}}|",
            "one\n// ANCHOR: a\ntwo\n// ANCHOR: b-c\nthree\n// ANCHOR_END: b-c\nfour zed\n// ANCHOR_END: a\nfive|",
        ),
        ("{{#include x.rs:a}} after", "two\nthree\nfour zed after"),
        ("b:{{ #include x.rs:b-c }}", "b:three"),
        ("{{#include x.rs:1}}", "one"),
        ("{{#include x.rs:2:3}}", "// ANCHOR: a\ntwo"),
        ("{{#include x.rs::2}}", "one\n// ANCHOR: a"),
        ("{{#include x.rs:7:}}", "four zed\n// ANCHOR_END: a\nfive"),
        ("{{#include x.rs:7:x}}", "four zed\n// ANCHOR_END: a\nfive"),
        ("{{#include x.rs:7:9 more}}", "four zed\n// ANCHOR_END: a\nfive"),
        ("{{#include x.rs:a:b}}", "two\nthree\nfour zed"),
        ("e:\\{{#include x.rs}} and {{#include z.txt}}.", "e:{{#include x.rs}} and {{#include z.txt}}."),
        ("m:{{#include\nz.txt}}", "m:zed"),
        ("u:{{#unknown z.txt}}", "u:{{#unknown z.txt}}"),
        ("t:{{#title hello there}}|", "t:|"),
        ("p:{{#include}}|", "p:{{#include}}|"),
    ] {
        assert_eq!(page(text).as_deref(), Ok(shown), "{text}");
    }
}

#[test]
fn paths_are_relative_to_the_file_that_has_the_include() {
    assert_eq!(page("{{#include ../../lessons/deep.md}}").as_deref(), Ok("[zed]"));
}

#[test]
fn what_is_missing_is_named_with_page_and_line() {
    let error = page("one\n\n{{#include no.md}}").unwrap_err();
    assert!(error.starts_with("book/src/a.md:3: book/src/no.md: "), "{error}");
    let error = page("{{#include z.txt:nope}}").unwrap_err();
    assert_eq!(error, "book/src/a.md:1: book/src/z.txt has no anchor `nope`");
}

#[test]
fn nothing_outside_the_project_is_read_and_no_page_is_endless() {
    for path in ["../../../etc/passwd", "/etc/passwd"] {
        let error = page(&format!("{{{{#include {path}}}}}")).unwrap_err();
        assert_eq!(error, format!("book/src/a.md:1: {path} is outside the project"));
    }
    let error = page("{{#include twice.md}}").unwrap_err();
    assert!(error.starts_with("book/src/twice.md:1: files that include one another"), "{error}");
}

#[test]
fn braces_of_any_kind_are_only_text() {
    for text in
        ["{{", "{{{{{", "}}{{#", "{{#include", "\\{{#", "\\{{#\n}}", "{{#include 粘}", "{{}}", "{{#include x}y}}"]
    {
        assert_eq!(page(text).as_deref(), Ok(text));
    }
}
