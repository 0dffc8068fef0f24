//! Says what every recv found: bytes, an empty datagram, a truncated one, the end, a reset, a refusal, or nothing for too
//! long.
//!
//! Arguments, sockets and the words are given. README.md says what is missing.

use socket2::Socket;
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::net::{TcpListener, UdpSocket};
use std::time::Duration;
use std::{env, fmt, process, thread};

/// A flag for recv, as Linux numbers it: return how long a datagram was, even where there was less room.
const MSG_TRUNC: i32 = 0x20;

/// What a recv found.
enum Seen {
    Data(usize),
    EmptyDatagram,
    Truncated { got: usize, of: usize },
    End,
    Reset,
    Refused,
    Timeout,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Seen::Data(got) => write!(f, "data {got}"),
            Seen::EmptyDatagram => write!(f, "empty datagram"),
            Seen::Truncated { got, of } => write!(f, "truncated {got} of {of}"),
            Seen::End => write!(f, "end"),
            Seen::Reset => write!(f, "reset"),
            Seen::Refused => write!(f, "refused"),
            Seen::Timeout => write!(f, "timeout"),
        }
    }
}

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [mode, address, room, wait] = args.as_slice() else {
        eprintln!("usage: 07-classify tcp|udp|ask ADDRESS ROOM WAIT");
        process::exit(2);
    };
    let room = room.parse().expect("ROOM is a number of bytes");
    let wait = wait.parse().expect("WAIT is a number of milliseconds");
    let socket = open(mode, address, Duration::from_millis(wait))?;
    report(&socket, mode == "tcp", room)
}

/// The socket to receive from. None of its recv waits for longer than `wait`.
fn open(mode: &str, address: &str, wait: Duration) -> io::Result<Socket> {
    let socket: Socket = match mode {
        "tcp" => TcpListener::bind(address)?.accept()?.0.into(),
        "udp" => UdpSocket::bind(address)?.into(),
        _ => {
            // A connected socket hears from one peer only: its datagrams, and the errors it causes.
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.connect(address)?;
            socket.send(b"hello")?;
            socket.into()
        }
    };
    socket.set_read_timeout(Some(wait))?;
    Ok(socket)
}

/// Prints a line for every recv, until it is over.
fn report(socket: &Socket, stream: bool, room: usize) -> io::Result<()> {
    todo!("classify, print, and decide whether to go on")
}

/// Receives once, with room for so many bytes. `stream` is true for TCP, false for UDP.
fn classify(socket: &Socket, stream: bool, room: usize) -> io::Result<Seen> {
    let mut buffer = vec![MaybeUninit::uninit(); room];
    let got = socket.recv_with_flags(&mut buffer, 0);
    todo!("what did that recv find?")
}
