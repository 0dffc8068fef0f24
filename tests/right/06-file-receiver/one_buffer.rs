//! One buffer by hand: recv into its free room, cut off the front what is complete. No read_exact, no BufReader.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let listener = TcpListener::bind(&args[1]).expect("bind");
    loop {
        if let Ok((mut stream, _)) = listener.accept() {
            let answer =
                match receive(&mut Source { stream: &stream, room: [0; 2048], from: 0, to: 0 }, args[2].as_ref()) {
                    Some(size) => format!("stored {size} bytes\n"),
                    None => "refused\n".to_string(),
                };
            stream.write_all(answer.as_bytes()).ok();
        }
    }
}

/// What has been received and not been used yet is `room[from..to]`.
struct Source<'a> {
    stream: &'a TcpStream,
    room: [u8; 2048],
    from: usize,
    to: usize,
}

impl Source<'_> {
    /// At least one byte and at most `limit`; nothing at the end or after an error.
    fn some(&mut self, limit: usize) -> &[u8] {
        if self.from == self.to {
            self.from = 0;
            self.to = self.stream.read(&mut self.room).unwrap_or(0);
        }
        let start = self.from;
        self.from = self.to.min(start + limit);
        &self.room[start..self.from]
    }

    fn exactly(&mut self, count: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(count);
        while bytes.len() < count {
            match self.some(count - bytes.len()) {
                [] => return None,
                some => bytes.extend_from_slice(some),
            }
        }
        Some(bytes)
    }
}

fn receive(source: &mut Source, dir: &Path) -> Option<usize> {
    let length = u32::from_be_bytes(source.exactly(4)?.try_into().ok()?) as usize;
    if length > 4096 {
        return None;
    }
    let json: serde_json::Value = serde_json::from_slice(&source.exactly(length)?).ok()?;
    let name = json.get("file_name")?.as_str()?;
    let size = usize::try_from(json.get("file_size")?.as_u64()?).ok().filter(|&size| size <= 16 << 20)?;
    let sum = json.get("sum")?.as_u64()?;
    let bad = |c: char| c == '/' || c.is_control();
    if name.is_empty() || name == "." || name == ".." || name.len() > 255 || name.contains(bad) {
        return None;
    }
    let part = dir.join("part");
    let stored = body(source, &part, size, sum).and_then(|()| fs::rename(&part, dir.join(name)).ok());
    if stored.is_none() {
        fs::remove_file(&part).ok();
    }
    stored.map(|()| size)
}

fn body(source: &mut Source, part: &Path, size: usize, sum: u64) -> Option<()> {
    let mut file = File::create(part).ok()?;
    let (mut left, mut added) = (size, 0);
    while left > 0 {
        let some = source.some(left);
        if some.is_empty() {
            return None;
        }
        file.write_all(some).ok()?;
        added += some.iter().map(|&byte| u64::from(byte)).sum::<u64>();
        left -= some.len();
    }
    (added == sum).then_some(())
}
