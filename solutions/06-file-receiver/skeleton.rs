//! Exercise: receive one file from each client and store it, however its bytes arrive and whatever the client says.
//!
//! Usage: 06-file-receiver ADDRESS DIR
//!
//! The README has the protocol. Given are the arguments, the listener, the JSON and the sum; yours are the three `todo!`.

use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::{env, process};

/// What a client may make us hold in memory, and what it may make us store.
const MAX_JSON: u32 = 4096;
const MAX_FILE: u64 = 16 * 1024 * 1024;

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [address, dir] = args.as_slice() else {
        eprintln!("usage: 06-file-receiver ADDRESS DIR");
        process::exit(2);
    };
    let listener = TcpListener::bind(address)?;
    let dir = Path::new(dir);

    // The answer is one line: `stored N bytes` or `refused: WHY`.
    todo!(
        "serve one client after the other, for ever: receive its file, answer, and go on, whatever went wrong with it"
    )
}

/// Receives one file and returns its size. After an error nothing of it is left in `dir`.
fn receive_file(stream: &mut TcpStream, dir: &Path) -> io::Result<u64> {
    // Four bytes with the length of the JSON; the JSON; then as many bytes of the file as the JSON says.
    todo!("read the length, the JSON and the file; check each before you act on it")
}

/// True for a name that the README allows.
fn is_plain(name: &str) -> bool {
    todo!("say which names stay in our folder")
}

/// What the JSON says about the file.
struct About {
    file_name: String,
    file_size: u64,
    sum: u64,
}

/// Reads the JSON. An error when it is none, or when something is missing.
fn parse(json: &[u8]) -> io::Result<About> {
    let json: Value = serde_json::from_slice(json)?;
    match (json["file_name"].as_str(), json["file_size"].as_u64(), json["sum"].as_u64()) {
        (Some(name), Some(file_size), Some(sum)) => Ok(About { file_name: name.to_string(), file_size, sum }),
        _ => refuse("a JSON without file_name, file_size or sum".to_string()),
    }
}

/// The sum of all bytes. That of a file is those of its pieces added up.
fn sum_of(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum()
}

/// An error that says why: `return refuse(format!("a JSON of {length} bytes"))`.
fn refuse<T>(why: String) -> io::Result<T> {
    Err(io::Error::new(ErrorKind::InvalidData, why))
}
