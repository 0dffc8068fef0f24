//! The server: answers each question when it has the whole of it, and not before.

use std::io::{self, Write};
use std::net::TcpListener;

pub fn run(addr: &str) -> io::Result<()> {
    let listener = TcpListener::bind(addr)?;
    println!("waiting on {addr}");
    let (mut stream, _) = listener.accept()?;

    // A length without its text is no question. While this waits for the text, there is no answer on
    // which our kernel could put the acknowledgment of the length.
    while let Some(question) = crate::take(&stream)? {
        let text = format!("answer to {question}");
        let length = u32::try_from(text.len()).map_err(io::Error::other)?.to_be_bytes();

        // Our own message leaves by one write: nothing has to wait for anything. Its segment also
        // acknowledges the question.
        stream.write_all(&[&length, text.as_bytes()].concat())?;
    }
    println!("no more questions");
    Ok(())
}
