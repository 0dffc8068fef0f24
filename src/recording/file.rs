//! Reading and writing recordings. A damaged line is an error that names the file's line and column; nothing is skipped.

use super::{Event, Header, VERSION};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, BufRead, Write};

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
        /// Column, from 1.
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
        let mut header = None;
        let mut events = Vec::new();
        for (index, line) in input.lines().enumerate() {
            let line = line.map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => {
                    ReadError::Line { line: index + 1, column: 1, what: "not UTF-8 text".into() }
                }
                _ => ReadError::Io(error),
            })?;
            if index == 0 {
                header = Some(read_header(&line)?);
            } else if !line.trim().is_empty() {
                events.push(read_event(&line, index + 1)?);
            }
        }
        let header = header.ok_or(ReadError::Empty)?;
        Ok(Recording { header, events })
    }
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
    serde_json::from_str(line).map_err(|error| ReadError::Line {
        line: number,
        column: error.column().max(1),
        what: without_place(&error),
    })
}

/// serde_json appends "at line 1 column 7"; a line of our file is its line 1, so that place would mislead.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
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
