//! Receives one file from each client: checks everything a client says before it acts on it, and gives a file its
//! name when the last byte has come and was right.
//!
//! Usage: 06-file-receiver ADDRESS DIR

use serde_json::Value;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::{env, fs, process};

/// What a client may make us hold in memory, and what it may make us store.
const MAX_JSON: u32 = 4096;
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// The name of a file that is still arriving. We have one client at a time, so one such name will do.
const UNFINISHED: &str = ".unfinished";

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [address, dir] = args.as_slice() else {
        eprintln!("usage: 06-file-receiver ADDRESS DIR");
        process::exit(2);
    };
    let listener = TcpListener::bind(address)?;
    loop {
        let (mut stream, _) = listener.accept()?;

        // Whatever goes wrong with a client ends up here, as text. It never leaves the loop.
        let answer = match receive_file(&mut stream, Path::new(dir)) {
            Ok(size) => format!("stored {size} bytes\n"),
            Err(error) => format!("refused: {error}\n"),
        };

        // A client that has gone cannot be told. That is no reason to stop serving the others.
        let _ = stream.write_all(answer.as_bytes());
    }
}

/// Receives one file and returns its size. After an error nothing of it is left in `dir`.
fn receive_file(stream: &mut TcpStream, dir: &Path) -> io::Result<u64> {
    // recv(4) returns at most four bytes. read_exact makes as many recv as it takes to get all four, and turns the end
    // of the stream before that into an error.
    let mut four = [0; 4];
    stream.read_exact(&mut four)?;
    let length = u32::from_be_bytes(four);

    // Compared before the memory is asked for: anybody can send ff ff ff ff.
    if length > MAX_JSON {
        return refuse(format!("a JSON of {length} bytes"));
    }
    let mut json = vec![0; length as usize];

    // Takes exactly the JSON. What has arrived behind it stays in the kernel's queue: it is the file.
    stream.read_exact(&mut json)?;
    let about = parse(&json)?;
    if !is_plain(&about.file_name) {
        return refuse(format!("the file name {:?}", about.file_name));
    }
    if about.file_size > MAX_FILE {
        return refuse(format!("a file of {} bytes", about.file_size));
    }

    // Renaming replaces an older file of that name in one step: who opens the name finds the whole old file or the
    // whole new one, and a file that was refused has not touched it.
    let (unfinished, named) = (dir.join(UNFINISHED), dir.join(&about.file_name));
    let stored = receive_body(stream, &unfinished, &about).and_then(|()| fs::rename(&unfinished, named));
    if stored.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    stored.map(|()| about.file_size)
}

/// Copies the file from the stream to the disk in pieces: its size never decides how much memory we need.
fn receive_body(stream: &mut TcpStream, path: &Path, about: &About) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    let mut piece = [0; 16 * 1024];
    let (mut left, mut sum) = (about.file_size, 0);
    while left > 0 {
        // Never more room than is left of this file: the client said where it ends, and we keep to that.
        let room = left.min(piece.len() as u64) as usize;

        // Returns what has arrived: from one byte up to all the room. 0 means that nothing more will come.
        let got = stream.read(&mut piece[..room])?;
        if got == 0 {
            return refuse(format!("{left} of {} bytes never came", about.file_size));
        }
        file.write_all(&piece[..got])?;
        sum += piece[..got].iter().map(|&byte| u64::from(byte)).sum::<u64>();
        left -= got as u64;
    }
    if sum == about.sum { Ok(()) } else { refuse(format!("the bytes add up to {sum}")) }
}

/// True for a name that stays in our folder. It says what a name may be: a list of bad names is never complete.
fn is_plain(name: &str) -> bool {
    let fits = (1..=255).contains(&name.len());
    fits && name != "." && name != ".." && !name.contains('/') && !name.contains(char::is_control)
}

/// What the JSON says about the file.
struct About {
    file_name: String,
    file_size: u64,
    sum: u64,
}

fn parse(json: &[u8]) -> io::Result<About> {
    let json: Value = serde_json::from_slice(json)?;
    match (json["file_name"].as_str(), json["file_size"].as_u64(), json["sum"].as_u64()) {
        (Some(name), Some(file_size), Some(sum)) => Ok(About { file_name: name.to_string(), file_size, sum }),
        _ => refuse("a JSON without file_name, file_size or sum".to_string()),
    }
}

fn refuse<T>(why: String) -> io::Result<T> {
    Err(io::Error::new(ErrorKind::InvalidData, why))
}
