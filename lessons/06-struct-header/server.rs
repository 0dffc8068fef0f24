//! The receiver: believes nothing the client says until it has checked it, and then takes exactly
//! as many bytes as were announced, however they arrive.

use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

/// What a client may make us hold in memory, and what it may make us store.
const MAX_JSON: u32 = 64 * 1024;
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// Serves one client after the other, for ever.
pub fn run(addr: &str, dir: &Path, naive: bool) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let listener = TcpListener::bind(addr)?;
    println!("waiting on {addr}, storing in {}", dir.display());
    loop {
        let (mut stream, _) = listener.accept()?;

        // One client's fault ends that client's connection and nothing else.
        let verdict = match store(&mut stream, dir, naive) {
            Ok(stored) => stored,
            Err(error) => format!("refused: {error}"),
        };
        println!("{verdict}");

        // The answer ends with a newline: the client, too, must know where a message ends. Should
        // it have gone already, there is nobody left to tell.
        let _ = stream.write_all(format!("{verdict}\n").as_bytes());
    }
}

/// Receives one file.
fn store(stream: &mut TcpStream, dir: &Path, naive: bool) -> io::Result<String> {
    let length = if naive { one_recv(stream)? } else { four_bytes(stream)? };
    println!("the JSON has {length} bytes, says the client");

    // Checked before the memory is asked for: anybody can write ff ff ff ff.
    if length > MAX_JSON {
        return refuse(format!("a JSON of {length} bytes, at most {MAX_JSON} are allowed"));
    }
    let mut json = vec![0; length as usize];

    // Waits until all the bytes of the JSON have arrived, and leaves the first byte of the file.
    exactly(stream, &mut json)?;
    let about: Value = serde_json::from_slice(&json)?;
    let (name, size) = (about["file_name"].as_str(), about["file_size"].as_u64());
    let (Some(name), Some(size)) = (name, size) else {
        return refuse("a JSON without file_name or file_size".into());
    };
    if !is_plain(name) {
        return refuse(format!("the file name {name:?}"));
    }
    if size > MAX_FILE {
        return refuse(format!("a file of {size} bytes, at most {MAX_FILE} are allowed"));
    }

    // Half a file never gets the real name: it is given when the last byte has been written.
    let part = dir.join("unfinished");
    body(stream, &mut File::create(&part)?, size)?;
    fs::rename(&part, dir.join(name))?;
    Ok(format!("stored {size} bytes as {name}"))
}

/// The length, right: four bytes, in however many pieces they arrive.
fn four_bytes(stream: &mut TcpStream) -> io::Result<u32> {
    let mut four = [0; 4];
    exactly(stream, &mut four)?;
    Ok(u32::from_be_bytes(four))
}

/// Makes as many recv as it takes to fill the room; the end before that is an error.
fn exactly(stream: &mut TcpStream, room: &mut [u8]) -> io::Result<()> {
    match stream.read_exact(room) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            refuse("the client left in the middle of a header".into())
        }
        done => done,
    }
}

/// The length, wrong: one recv returns what has arrived, and that may be a single byte.
fn one_recv(stream: &mut TcpStream) -> io::Result<u32> {
    let mut four = [0; 4];
    let got = stream.read(&mut four)?;
    if got < 4 {
        return refuse(format!("a length needs 4 bytes, recv returned {got}"));
    }
    Ok(u32::from_be_bytes(four))
}

/// Copies the file from the stream in pieces: its size never decides how much memory we need.
fn body(stream: &mut TcpStream, file: &mut File, size: u64) -> io::Result<()> {
    let mut piece = [0; 4096];
    let mut left = size;
    while left > 0 {
        // Never more room than is left of this file: what follows belongs to the next message.
        let room = left.min(4096) as usize;
        let got = stream.read(&mut piece[..room])?;
        if got == 0 {
            return refuse(format!("the client left, {left} of {size} bytes are missing"));
        }
        file.write_all(&piece[..got])?;
        left -= got as u64;
    }
    Ok(())
}

/// True for a name that stays in our folder: no path in it, nothing a terminal would obey.
fn is_plain(name: &str) -> bool {
    let only_a_name = Path::new(name).file_name().is_some_and(|last| last == name);
    only_a_name && name.len() <= 255 && !name.chars().any(char::is_control)
}

fn refuse<T>(why: String) -> io::Result<T> {
    Err(io::Error::new(ErrorKind::InvalidData, why))
}
