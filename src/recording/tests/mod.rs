//! What is claimed about recordings: whole ones survive the file, damaged ones say where.

mod any_event;

use super::file::read_lines;
use super::*;
use any_event::{event, header};
use proptest::prelude::*;

fn written(recording: &Recording) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = Writer::new(&mut file, &recording.header).unwrap();
    for event in &recording.events {
        writer.event(event).unwrap();
    }
    file
}

fn read(bytes: &[u8]) -> Result<Recording, ReadError> {
    Recording::read(bytes)
}

fn any_recording(events: usize) -> impl Strategy<Value = Recording> {
    (header(), prop::collection::vec(event(), 0..events)).prop_map(|(header, events)| Recording { header, events })
}

const HEADER: &str = concat!(
    r#"{"recording":{"version":2,"lab":"0.1.0","title":"trace","epoch_ns":0,"kernel":"6.18","tier":0,"#,
    r#""wire":{"kind":"loopback","mtu":65536,"captured":true,"private":true},"roles":[],"deadline_ns":1}}"#,
);

/// What reading says of a file whose second line is this.
fn message(line: &str) -> String {
    read(format!("{HEADER}\n{line}\n").as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_line_that_is_no_event_is_named_by_line_and_column() {
    assert_eq!(message("}"), "line 2, column 1: expected value");
    assert_eq!(message(r#"{"spawn":{"t":1,"role":"server","pid":x}}"#), "line 2, column 39: expected value");
    assert_eq!(message(r#"{"spawn":{"t":1,"role":"server"}}"#), "line 2, column 32: missing field `pid`");
    assert!(message(r#"{"jump":{"t":1}}"#).starts_with("line 2, column 7: unknown variant `jump`, expected one of"));
    let text = format!("{HEADER}\n\n{}\n[]\n", r#"{"spawn":{"t":1,"role":"a","pid":1}}"#);
    assert!(read(text.as_bytes()).unwrap_err().to_string().starts_with("line 4, column "));
}

#[test]
fn columns_count_characters() {
    // The same mistake behind three letters and behind three Chinese characters of three bytes each.
    for role in ["abc", "粘包吗"] {
        assert_eq!(message(&format!(r#"{{"spawn":{{"role":"{role}",x"#)), "line 2, column 24: key must be a string");
    }
}

#[test]
fn bytes_that_are_not_text_are_named_by_line_and_column() {
    let mut file = format!("{HEADER}\n{{\"粘").into_bytes();
    file.push(0xff);
    assert_eq!(read(&file).unwrap_err().to_string(), "line 2, column 4: not UTF-8 text");
    // The first bytes of a pcap file.
    let message = read(&[0xd4, 0xc3, 0xb2, 0xa1]).unwrap_err().to_string();
    assert_eq!(message, "line 1 is not the header of a recording: not UTF-8 text");
}

#[test]
fn a_file_that_is_no_recording_says_what_it_lacks() {
    assert_eq!(read(b"").unwrap_err().to_string(), "the file is empty; a recording starts with a header line");
    let message = read(b"{\"spawn\":{\"t\":1,\"role\":\"a\",\"pid\":1}}\n").unwrap_err().to_string();
    assert_eq!(message, "line 1 is not the header of a recording: missing field `recording`");
}

#[test]
fn another_version_is_named_and_so_is_the_way_out() {
    // Fields of a version that does not exist yet must not get in the way.
    let message = read(br#"{"recording":{"version":3,"lab":["9"]}}"#).unwrap_err().to_string();
    assert_eq!(
        message,
        "this recording has format version 3, and this lab reads version 2; record it again, or use the lab that wrote it"
    );
}

#[test]
fn a_message_is_short_and_holds_nothing_a_terminal_obeys() {
    let message = message(&format!(r#"{{"\u001b[2J{}":1}}"#, "x".repeat(100_000)));
    assert!(message.chars().count() < 400, "{}", message.len());
    assert!(message.contains('\u{fffd}') && !message.contains(char::is_control));
}

#[test]
fn blank_lines_and_carriage_returns_are_no_events() {
    let text = format!("{HEADER}\r\n\r\n{}\r\n   \n", r#"{"spawn":{"t":1,"role":"a","pid":1}}"#);
    assert_eq!(read(text.as_bytes()).unwrap().events.len(), 1);
}

#[test]
fn a_recording_without_its_last_line_is_read() {
    assert_eq!(read(HEADER.as_bytes()).unwrap().events, []);
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    let endless = std::io::Read::chain(HEADER.as_bytes(), std::io::Read::chain(&b"\n"[..], std::io::repeat(b'x')));
    let error = read_lines(std::io::BufReader::new(endless), 1000).unwrap_err().to_string();
    assert_eq!(error, "line 2, column 1: the line is longer than 1000 bytes, which no event is");
    // A line of exactly the longest length is read, with its end or without.
    for end in ["\n", ""] {
        assert!(read_lines(format!("{HEADER}{end}").as_bytes(), HEADER.len()).is_ok());
        assert!(read_lines(format!("{HEADER}{end}").as_bytes(), HEADER.len() - 1).is_err());
    }
}

#[test]
fn a_million_brackets_are_an_error_and_no_stack_overflow() {
    // In a field that is not known, which is skipped, and in one that is.
    for field in ["x", "role"] {
        let open = format!(r#"{{"spawn":{{"{field}":"#) + &"[".repeat(1_000_000);
        assert!(message(&open).starts_with("line 2, column "));
    }
}

#[test]
fn an_optional_field_that_says_nothing_is_left_out() {
    let enter = Event::Enter(Enter { role: "a".into(), ..Enter::default() });
    let text = serde_json::to_string(&enter).unwrap();
    assert!(!text.contains("data") && !text.contains("fd") && !text.contains("null"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_event_survives_the_file(recording in any_recording(40)) {
        prop_assert_eq!(read(&written(&recording)).unwrap(), recording);
    }

    #[test]
    fn every_event_is_one_line(recording in any_recording(10)) {
        let file = written(&recording);
        prop_assert_eq!(file.iter().filter(|byte| **byte == b'\n').count(), 1 + recording.events.len());
    }

    #[test]
    fn a_recording_cut_at_any_byte_gives_its_whole_lines_or_names_the_last(recording in any_recording(4)) {
        let file = written(&recording);
        let ends: Vec<_> = (0..file.len()).filter(|at| file[*at] == b'\n').collect();
        for cut in 0..=file.len() {
            let whole = ends.iter().filter(|end| **end < cut).count();
            match read(&file[..cut]) {
                // The line's own end may be all that is missing.
                Ok(read) => prop_assert!(read.events.len() + 1 >= whole && read.events == recording.events[..read.events.len()]),
                Err(ReadError::Empty | ReadError::NotARecording(_)) => prop_assert_eq!(whole, 0),
                Err(ReadError::Line { line, .. }) => prop_assert_eq!(line, whole + 1),
                Err(error) => prop_assert!(false, "{}", error),
            }
        }
    }

    #[test]
    fn a_recording_with_bytes_changed_is_read_or_refused(
        recording in any_recording(10),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut file = written(&recording);
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Err(error) = read(&file) {
            prop_assert!(!error.to_string().contains(char::is_control));
        }
    }

    #[test]
    fn random_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
        let _ = read(&[HEADER.as_bytes(), b"\n", &bytes].concat());
    }
}
