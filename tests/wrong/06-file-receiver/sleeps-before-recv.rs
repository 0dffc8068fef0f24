//! The file comes in pieces only when I am too fast: wait a moment, and it is there.
//!
//! Rejected by: big-file

use serde_json::Value;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;
use std::{env, fs};

const MAX_JSON: u32 = 4096;
const MAX_FILE: u64 = 16 * 1024 * 1024;

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().collect();
    let listener = TcpListener::bind(&args[1])?;
    loop {
        let (mut stream, _) = listener.accept()?;
        let answer = match receive_file(&mut stream, Path::new(&args[2])) {
            Ok(size) => format!("stored {size} bytes\n"),
            Err(error) => format!("refused: {error}\n"),
        };
        let _ = stream.write_all(answer.as_bytes());
    }
}

fn receive_file(stream: &mut TcpStream, dir: &Path) -> io::Result<u64> {
    let mut four = [0; 4];
    stream.read_exact(&mut four)?;
    let length = u32::from_be_bytes(four);
    if length > MAX_JSON {
        return refuse("the JSON is too long");
    }
    let mut json = vec![0; length as usize];
    stream.read_exact(&mut json)?;
    let about = parse(&json)?;
    if !is_plain(&about.file_name) {
        return refuse("that is no file name");
    }
    if about.file_size > MAX_FILE {
        return refuse("the file is too large");
    }
    let unfinished = dir.join(".unfinished");
    let stored =
        receive_body(stream, &unfinished, &about).and_then(|()| fs::rename(&unfinished, dir.join(&about.file_name)));
    if stored.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    stored.map(|()| about.file_size)
}

fn receive_body(stream: &mut TcpStream, path: &Path, about: &About) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    let mut body = vec![0; about.file_size as usize];
    if about.file_size > 0 {
        thread::sleep(Duration::from_millis(250));
        let got = stream.read(&mut body)?;
        body.truncate(got);
    }
    file.write_all(&body)?;
    let sum = sum_of(&body);
    if sum == about.sum { Ok(()) } else { refuse("the sum is wrong") }
}

fn is_plain(name: &str) -> bool {
    let fits = (1..=255).contains(&name.len());
    fits && name != "." && name != ".." && !name.contains('/') && !name.contains(char::is_control)
}

struct About {
    file_name: String,
    file_size: u64,
    sum: u64,
}

fn parse(json: &[u8]) -> io::Result<About> {
    let json: Value = serde_json::from_slice(json)?;
    match (json["file_name"].as_str(), json["file_size"].as_u64(), json["sum"].as_u64()) {
        (Some(name), Some(file_size), Some(sum)) => Ok(About { file_name: name.to_string(), file_size, sum }),
        _ => refuse("something is missing in the JSON"),
    }
}

fn sum_of(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum()
}

fn refuse<T>(why: &str) -> io::Result<T> {
    Err(io::Error::new(ErrorKind::InvalidData, why))
}
