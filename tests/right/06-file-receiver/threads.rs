//! A thread for each client, a BufReader around the stream, the body copied by io::copy from a reader that ends by itself.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Error, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, thread};

/// Each unfinished file gets a name of its own.
static NEXT: AtomicU64 = AtomicU64::new(0);

fn main() {
    let mut args = env::args().skip(1);
    let (address, dir) = (args.next().expect("ADDRESS"), args.next().expect("DIR"));
    let dir = PathBuf::from(dir);
    let listener = TcpListener::bind(address).expect("bind");
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let dir = dir.clone();
        thread::spawn(move || {
            let answer = receive(&stream, &dir).unwrap_or_else(|error| format!("refused: {error}"));
            let _ = writeln!(&stream, "{answer}");
        });
    }
}

fn receive(stream: &TcpStream, dir: &Path) -> io::Result<String> {
    let mut reader = BufReader::new(stream);
    let mut length = [0; 4];
    reader.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > 4096 {
        return Err(Error::other("too long"));
    }
    let mut json = Vec::new();
    reader.by_ref().take(length.into()).read_to_end(&mut json)?;
    let json: serde_json::Value = serde_json::from_slice(&json)?;
    let missing = || Error::other("incomplete");
    let name = json["file_name"].as_str().ok_or_else(missing)?;
    let size = json["file_size"].as_u64().filter(|&size| size <= 16 << 20).ok_or_else(missing)?;
    let sum = json["sum"].as_u64().ok_or_else(missing)?;
    if name.len() > 255 || ["", ".", ".."].contains(&name) || name.contains(|c: char| c == '/' || c.is_control()) {
        return Err(Error::other("not a name"));
    }
    let part = dir.join(format!(".part-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    let done = store(reader.take(size), &part, size, sum).and_then(|()| fs::rename(&part, dir.join(name)));
    if let Err(error) = done {
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    Ok(format!("stored {size} bytes"))
}

fn store(mut body: impl Read, part: &Path, size: u64, sum: u64) -> io::Result<()> {
    let mut out = Summing { file: BufWriter::new(File::create(part)?), sum: 0 };
    let copied = io::copy(&mut body, &mut out)?;
    out.flush()?;
    if copied != size || out.sum != sum {
        return Err(Error::other(format!("{copied} bytes came, with the sum {}", out.sum)));
    }
    Ok(())
}

/// A file that adds up what is written to it.
struct Summing {
    file: BufWriter<File>,
    sum: u64,
}

impl Write for Summing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum += bytes[..written].iter().map(|&byte| u64::from(byte)).sum::<u64>();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
