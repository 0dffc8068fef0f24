//! Receiving: what came is compared with what was due as soon as it is there, and told in words.

use super::sockets::{Conversation, Fault, is_reset, words};
use super::tell::{self, Compared, Failure};
use crate::notation::script::Pattern;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{MsgFlags, recv};
use std::io::{ErrorKind, Read};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};

/// Room of one read, and more than any datagram has.
const ROOM: usize = 64 << 10;
/// Room of one read where a script says `slowly`.
const LITTLE: usize = 100;

/// What a stream had to give.
enum Came {
    Bytes(usize),
    End,
    Reset,
}

/// One read, which waits.
fn read(mut stream: &TcpStream, into: &mut [u8]) -> Result<Came, Fault> {
    loop {
        return match stream.read(into) {
            Ok(0) => Ok(Came::End),
            Ok(count) => Ok(Came::Bytes(count)),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if is_reset(&error) => Ok(Came::Reset),
            Err(error) => Err(Fault::failed(format!("the connection broke: {}", words(error)))),
        };
    }
}

/// The next bytes of a stream, which must be these. Returns them: some may be any.
pub(super) fn exactly(stream: &TcpStream, due: &Pattern, slowly: bool) -> Result<Vec<u8>, Fault> {
    let total = due.bytes.len();
    let mut came: Vec<u8> = Vec::new();
    let mut room = vec![0; if slowly { LITTLE } else { ROOM }];
    while came.len() < total {
        let wanted = room.len().min(total - came.len());
        let before = came.len();
        match read(stream, &mut room[..wanted])? {
            Came::Bytes(count) => came.extend(&room[..count]),
            Came::End => return Err(differs(due, came, |got| format!("{}, then {END}", of(got, total)))),
            Came::Reset => return Err(differs(due, came, |got| format!("{}, then {RESET}", of(got, total)))),
        }
        // Nearly all is as it should be: a million bytes are compared at once, and one by one only to find the wrong one.
        if came[before..] == due.bytes[before..came.len()] {
            continue;
        }
        if let Some(wrong) = (before..came.len()).find(|place| !due.fits(*place, came[*place])) {
            let what = another(wrong, total, due.bytes[wrong], came[wrong]);
            return Err(differs(due, came, |_| what));
        }
    }
    Ok(came)
}

/// As many bytes of a stream as are due, whatever they are; where that is a range, all up to the end of the stream.
pub(super) fn any(stream: &TcpStream, least: u64, most: u64) -> Result<(), Fault> {
    let mut came = 0u64;
    let mut room = vec![0; ROOM];
    let due = if least == most { format!("{least} bytes") } else { format!("{least} to {most} bytes") };
    // To the end of the stream one reads on, to see that there is no more.
    let is_exact = least == most;
    while !(is_exact && came == most) {
        let wanted = if is_exact { (most - came).min(ROOM as u64) as usize } else { ROOM };
        match read(stream, &mut room[..wanted])? {
            Came::Bytes(count) => came += count as u64,
            Came::End if came >= least => return Ok(()),
            Came::End => {
                return Err(Fault::failed(format!("{due} were due; {} came, then {END}", tell::bytes(came as usize))));
            }
            Came::Reset => {
                return Err(Fault::failed(format!(
                    "{due} were due; {} came, then {RESET}",
                    tell::bytes(came as usize)
                )));
            }
        }
        if came > most {
            return Err(Fault::failed(format!("{due} were due, and {came} have come")));
        }
    }
    Ok(())
}

/// The end of a stream, a reset, or either.
pub(super) fn leaving(stream: &TcpStream, end: bool, reset: bool) -> Result<(), Fault> {
    let due = match (end, reset) {
        (true, false) => END.to_owned(),
        (false, _) => RESET.to_owned(),
        (true, true) => format!("{END} or {RESET}"),
    };
    let mut room = vec![0; ROOM];
    match read(stream, &mut room)? {
        Came::End if end => Ok(()),
        Came::Reset if reset => Ok(()),
        Came::End => Err(Fault::failed(format!("{due} was due, and {END} came"))),
        Came::Reset => Err(Fault::failed(format!("{due} was due, and {RESET} came"))),
        Came::Bytes(count) => {
            room.truncate(count);
            Err(instead(format!("{due} was due, and {} more came", tell::bytes(count)), Vec::new(), room))
        }
    }
}

/// That nothing has come: a look that does not wait and takes nothing.
pub(super) fn nothing(conversation: &Conversation) -> Result<(), Fault> {
    let mut room = vec![0; ROOM];
    let flags = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
    let looked = match conversation {
        Conversation::Stream(stream) => recv(stream.as_raw_fd(), &mut room, flags),
        Conversation::Datagrams(socket) => recv(socket.as_raw_fd(), &mut room, flags),
    };
    match (looked, conversation) {
        (Err(Errno::EAGAIN), _) => Ok(()),
        (Ok(0), Conversation::Stream(_)) => Err(Fault::failed(format!("nothing was due, and {END} came"))),
        (Ok(count), Conversation::Stream(_)) => {
            room.truncate(count);
            Err(instead(format!("nothing was due, and {} came", tell::bytes(count)), Vec::new(), room))
        }
        (Ok(count), Conversation::Datagrams(_)) => {
            room.truncate(count);
            let why = format!("nothing was due, and a datagram of {} came", tell::bytes(count));
            Err(instead(why, Vec::new(), room))
        }
        (Err(errno), _) if is_reset(&errno.into()) => Err(Fault::failed(format!("nothing was due, and {RESET} came"))),
        (Err(errno), _) => Err(Fault::failed(words(errno.into()))),
    }
}

/// Waits until bytes have come, and takes none of them.
pub(super) fn unread(stream: &TcpStream) -> Result<(), Fault> {
    loop {
        match poll(&mut [PollFd::new(stream.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE) {
            Ok(_) => break,
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(Fault::failed(words(errno.into()))),
        }
    }
    match recv(stream.as_raw_fd(), &mut [0], MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT) {
        Ok(0) => Err(Fault::failed(format!("bytes were due, and {END} came"))),
        Ok(_) => Ok(()),
        Err(errno) if is_reset(&errno.into()) => Err(Fault::failed(format!("bytes were due, and {RESET} came"))),
        Err(errno) => Err(Fault::failed(words(errno.into()))),
    }
}

/// The next datagram and who sent it. Where only one address may answer, one from elsewhere is a failure.
pub(super) fn datagram(socket: &UdpSocket, only_from: Option<SocketAddr>) -> Result<(Vec<u8>, SocketAddr), Fault> {
    let mut room = vec![0; ROOM];
    let (count, from) = loop {
        match socket.recv_from(&mut room) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::failed(format!("no datagram came: {}", words(error)))),
            Ok(came) => break came,
        }
    };
    room.truncate(count);
    match only_from {
        Some(only) if only != from => {
            let why =
                format!("the datagram came from {from}: a client takes no answer but from {only}, where it asked");
            Err(Fault::failed(why))
        }
        _ => Ok((room, from)),
    }
}

/// That a datagram is what was due.
pub(super) fn same_datagram(came: Vec<u8>, due: &Pattern) -> Result<Vec<u8>, Fault> {
    let total = due.bytes.len();
    let wrong = (0..came.len().min(total)).find(|place| !due.fits(*place, came[*place]));
    if came.len() != total {
        return Err(differs(due, came, |got| {
            format!("a datagram of {} came, and one of {} was due", tell::bytes(got), tell::bytes(total))
        }));
    }
    match wrong {
        None => Ok(came),
        Some(wrong) => {
            let what = format!("in the datagram, {}", another(wrong, total, due.bytes[wrong], came[wrong]));
            Err(differs(due, came, |_| what))
        }
    }
}

/// That a datagram is as long as was due.
pub(super) fn long_datagram(came: &[u8], least: u64, most: u64) -> Result<(), Fault> {
    let due = if least == most { tell::bytes(least as usize) } else { format!("{least} to {most} bytes") };
    match (least..=most).contains(&(came.len() as u64)) {
        true => Ok(()),
        false => {
            let why = format!("a datagram of {} came, and one of {due} was due", tell::bytes(came.len()));
            Err(instead(why, Vec::new(), came.to_vec()))
        }
    }
}

const END: &str = "the end of the stream (FIN)";
const RESET: &str = "a reset (RST)";

/// `4 of 9 bytes came`
fn of(got: usize, total: usize) -> String {
    format!("{got} of {} came", tell::bytes(total))
}

/// People count from 1, and from 0 where bytes have places: this says `byte 5 of 9`, the fifth.
fn another(wrong: usize, total: usize, due: u8, came: u8) -> String {
    format!("byte {} of {total} is {}, and {} was due", wrong + 1, tell::byte(came), tell::byte(due))
}

/// A failure with both sides. Where any byte is right, what was due is shown as what came.
fn differs(due: &Pattern, came: Vec<u8>, why: impl FnOnce(usize) -> String) -> Fault {
    let mut expected = due.bytes.clone();
    for (place, byte) in expected.iter_mut().enumerate() {
        if due.is_free(place) {
            *byte = came.get(place).copied().unwrap_or(0);
        }
    }
    instead(why(came.len()), expected, came)
}

fn instead(why: String, expected: Vec<u8>, came: Vec<u8>) -> Fault {
    Fault::Failed(Failure { why, compare: Some(Compared::new(expected, came)) })
}
