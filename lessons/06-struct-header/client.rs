//! The sender: says how long everything is before it says it.

use crate::Parcel;
use serde_json::json;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;

/// Sends one file and waits for the server's verdict.
pub fn run(addr: &str, parcel: &Parcel) -> io::Result<()> {
    let file = fs::read(&parcel.file)?;
    let own_name = parcel.file.file_name().unwrap_or_default().to_string_lossy();
    let name = parcel.name.as_deref().unwrap_or(&own_name);
    let json = json!({ "file_name": name, "file_size": file.len() }).to_string();

    // The length counts bytes. Counting characters would be wrong as soon as one is not ASCII.
    let length = json.len() as u32;

    // Network byte order (网络字节序) is big-endian: 42 travels as 00 00 00 2a. In the order of most
    // of today's machines it would travel as 2a 00 00 00, and be read as 704 643 072.
    let four = if parcel.native { length.to_ne_bytes() } else { length.to_be_bytes() };

    let mut head = four.to_vec();
    head.extend(json.as_bytes());
    println!("sending {:02x?} and {json}", four);

    let mut stream = TcpStream::connect(addr)?;
    if parcel.first > 0 {
        // A legal thing for a sender to do, and the network may do it as well: the receiver
        // gets the length in two parts.
        let rest = head.split_off(parcel.first.min(head.len()));
        stream.write_all(&head)?;
        head = rest;
    }

    // Length and JSON in one send: two small ones in a row may have to wait for each other.
    stream.write_all(&head)?;
    stream.write_all(&file)?;
    println!("sent all {} bytes of the file", file.len());

    // That the sends succeeded says that our kernel took the bytes. Only the server can say that
    // the file has arrived.
    let mut verdict = String::new();
    BufReader::new(&stream).read_line(&mut verdict)?;
    println!("the server says: {}", verdict.trim_end());
    if verdict.starts_with("stored") {
        return Ok(());
    }
    Err(io::Error::other("the file was not stored"))
}
