//! Sends every frame back: four bytes of length, most significant first, and as many bytes of body.
//!
//! Believes a length only up to 1 MiB, and the end of the stream only between two frames.

use std::env;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

/// The longest body a client may announce: 1 MiB.
const MAX: usize = 1024 * 1024;

fn main() -> ExitCode {
    let Some(address) = env::args().nth(1) else {
        eprintln!("usage: 06-framed-echo ADDRESS");
        return ExitCode::from(2);
    };
    match serve(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot serve at {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves one client after the other, for ever.
fn serve(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    loop {
        let (mut stream, _) = listener.accept()?;
        let mut frames = 0;

        // One client's fault ends that client's connection and nothing else.
        match converse(&mut stream, &mut frames) {
            Ok(()) => println!("done {frames}"),
            Err(error) => {
                println!("broken {frames}");
                eprintln!("{error}");
            }
        }

        // Here `stream` goes out of scope, and that closes the connection: FIN, or RST when the client
        // had sent more than we read.
    }
}

/// Sends every frame of one client back, and counts them.
fn converse(stream: &mut TcpStream, frames: &mut u32) -> io::Result<()> {
    while let Some(body) = read_frame(stream)? {
        write_frame(stream, &body)?;
        *frames += 1;
    }
    Ok(())
}

/// The next frame's body; nothing when the client has ended the stream between two frames.
fn read_frame(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; 4];

    // Waits for the first byte of the next frame and takes what has come of the header: 1 to 4 bytes.
    // 0 is the end of the stream. This is the only place where it is a goodbye.
    let got = stream.read(&mut header)?;
    if got == 0 {
        return Ok(None);
    }

    // Makes as many recv as it takes to fill the rest. The end in here is an error (UnexpectedEof).
    stream.read_exact(&mut header[got..])?;
    let length = u32::from_be_bytes(header) as usize;

    // Compared before the memory is asked for. Of a frame we will not read, we cannot find the end
    // either: nothing that follows could be understood, so the connection is over.
    if length > MAX {
        let why = format!("a frame of {length} bytes is announced, at most {MAX} are allowed");
        return Err(io::Error::new(ErrorKind::InvalidData, why));
    }

    // Fills the body and leaves the first byte of the next frame in the queue. For length 0 there is
    // nothing to wait for: an empty frame is a frame.
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some(body))
}

/// Sends one frame: the length counts the bytes of the body, not its characters, and not itself.
fn write_frame(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    let mut frame = Vec::with_capacity(4 + body.len());
    frame.extend((body.len() as u32).to_be_bytes());
    frame.extend(body);

    // Header and body in one send: of two, the second small one may have to wait for an
    // acknowledgment of the first.
    stream.write_all(&frame)
}
