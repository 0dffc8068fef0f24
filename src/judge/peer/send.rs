//! Sending: each piece is one call, unless the kernel takes less of it.

use super::sockets::{Conversation, Fault, called, is_reset, words};
use super::tell;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;

/// Sends the bytes in pieces of these lengths; datagrams go to `to`.
pub(super) fn send(
    name: &str,
    conversation: &Conversation,
    bytes: &[u8],
    pieces: &[usize],
    to: Option<SocketAddr>,
) -> Result<(), Fault> {
    let mut sent = 0;
    for length in pieces {
        let piece = &bytes[sent..sent + length];
        match conversation {
            Conversation::Stream(stream) => {
                sent +=
                    all_of(stream, piece).map_err(|(of_piece, error)| broken(sent + of_piece, bytes.len(), error))?;
            }
            Conversation::Datagrams(socket) => {
                let to = to.ok_or_else(|| {
                    Fault::script(format!(
                        "nobody has sent anything to this peer, so {} has nobody to answer",
                        called(name)
                    ))
                })?;
                socket.send_to(piece, to).map_err(|error| {
                    let what = format!("a datagram of {}: {}", tell::bytes(piece.len()), words(error));
                    Fault::script(what)
                })?;
                sent += length;
            }
        }
    }
    Ok(())
}

/// One send, and more while the kernel has not taken everything. The error comes with how much it had taken.
fn all_of(mut stream: &std::net::TcpStream, piece: &[u8]) -> Result<usize, (usize, std::io::Error)> {
    let mut sent = 0;
    loop {
        match stream.write(&piece[sent..]) {
            Ok(taken) => sent += taken,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err((sent, error)),
        }
        if sent == piece.len() {
            return Ok(sent);
        }
    }
}

fn broken(sent: usize, total: usize, error: std::io::Error) -> Fault {
    let so_far = format!("{sent} of {} had been sent", tell::bytes(total));
    match is_reset(&error) {
        true => Fault::failed(format!("the connection was reset (RST) when {so_far}")),
        false => Fault::failed(format!("the connection broke when {so_far}: {}", words(error))),
    }
}
