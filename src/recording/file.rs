//! Reading and writing recordings. A damaged line is an error that names the file's line and column; nothing is skipped.
//!
//! A recording may come from anywhere, so it is read as one reads strangers' files: a line without end is refused before
//! it fills the memory, and a message quotes little of it and no control characters.

use super::{Event, Header, VERSION};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, BufRead, Read, Write};

/// Bytes of the longest line that is read. The longest honest one carries a send of some megabytes in hex.
const LONGEST_LINE: usize = 64 << 20;
/// Characters of a message about a damaged line.
const LONGEST_MESSAGE: usize = 300;

/// A recording in memory: the header and every event in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The first line.
    pub header: Header,
    /// The rest.
    pub events: Vec<Event>,
}

#[derive(Serialize, Deserialize)]
struct First<H> {
    recording: H,
}

/// Why a recording could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// The input itself failed.
    Io(io::Error),
    /// The file is empty.
    Empty,
    /// The first line is not a recording's header.
    NotARecording(String),
    /// Another version of the format.
    Version(u32),
    /// A line is damaged.
    Line {
        /// Line of the file, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong with it.
        what: String,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io(error) => write!(f, "{error}"),
            ReadError::Empty => write!(f, "the file is empty; a recording starts with a header line"),
            ReadError::NotARecording(what) => write!(f, "line 1 is not the header of a recording: {what}"),
            ReadError::Version(version) => write!(
                f,
                "this recording has format version {version}, and this lab reads version {VERSION}; record it again, or use the lab that wrote it"
            ),
            ReadError::Line { line, column, what } => write!(f, "line {line}, column {column}: {what}"),
        }
    }
}

impl std::error::Error for ReadError {}

impl Recording {
    /// Reads a whole recording. A missing `end` line is not an error here: the recording was cut short, and a view says so.
    pub fn read(input: impl BufRead) -> Result<Recording, ReadError> {
        read_lines(input, LONGEST_LINE)
    }
}

/// Reads line by line into one buffer, which grows to the longest line and no further.
pub(super) fn read_lines(mut input: impl BufRead, longest: usize) -> Result<Recording, ReadError> {
    let mut header = None;
    let mut events = Vec::new();
    let mut buffer = Vec::new();
    for number in 1.. {
        buffer.clear();
        // One byte for the line's end, and one more so that a line that is too long shows.
        let limit = longest as u64 + 2;
        if input.by_ref().take(limit).read_until(b'\n', &mut buffer).map_err(ReadError::Io)? == 0 {
            break;
        }
        let bytes = buffer.strip_suffix(b"\n").unwrap_or(&buffer);
        if bytes.len() > longest {
            let what = format!("the line is longer than {longest} bytes, which no event is");
            return Err(ReadError::Line { line: number, column: 1, what });
        }
        let line = std::str::from_utf8(bytes).map_err(|error| match number {
            1 => ReadError::NotARecording("not UTF-8 text".into()),
            _ => {
                let column = characters(&bytes[..error.valid_up_to()]) + 1;
                ReadError::Line { line: number, column, what: "not UTF-8 text".into() }
            }
        })?;
        if number == 1 {
            header = Some(read_header(line)?);
        } else if !line.trim().is_empty() {
            let mut event = read_event(line, number)?;
            // A list that grows has room for four; of the one or two that are there, a recording has a million.
            if let Event::Exit(exit) = &mut event {
                exit.kernel.shrink_to_fit();
            }
            events.push(event);
        }
    }
    let header = header.ok_or(ReadError::Empty)?;
    Ok(Recording { header, events })
}

/// Characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Parses the header line.
pub(crate) fn read_header(line: &str) -> Result<Header, ReadError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let not = |error: serde_json::Error| ReadError::NotARecording(without_place(&error));
    // The version first: a header of another version may have other fields.
    let version = serde_json::from_str::<First<Version>>(line).map_err(not)?.recording.version;
    if version != VERSION {
        return Err(ReadError::Version(version));
    }
    Ok(serde_json::from_str::<First<Header>>(line).map_err(not)?.recording)
}

/// Parses one event; `number` is the line of the file, for the message.
pub(crate) fn read_event(line: &str, number: usize) -> Result<Event, ReadError> {
    serde_json::from_str(line).map_err(|error| {
        // serde_json counts bytes, and 0 when it did not get as far as the first.
        let before = error.column().saturating_sub(1).min(line.len());
        let column = characters(&line.as_bytes()[..before]) + 1;
        ReadError::Line { line: number, column, what: without_place(&error) }
    })
}

/// serde_json appends "at line 1 column 7"; a line of our file is its line 1, so that place would mislead. It also quotes
/// unknown names as they are, which may be long and may hold what a terminal would obey.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    let mut what: String = text.chars().take(LONGEST_MESSAGE).collect();
    if what.len() < text.len() {
        what.push('…');
    }
    what.replace(char::is_control, "\u{fffd}")
}

/// Writes a recording line by line.
pub struct Writer<W: Write> {
    output: W,
}

impl<W: Write> Writer<W> {
    /// Starts a recording with its header.
    pub fn new(mut output: W, header: &Header) -> io::Result<Self> {
        serde_json::to_writer(&mut output, &First { recording: header })?;
        output.write_all(b"\n")?;
        Ok(Writer { output })
    }

    /// Appends one event.
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        serde_json::to_writer(&mut self.output, event)?;
        self.output.write_all(b"\n")
    }

    /// Flushes what was buffered below.
    pub fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
