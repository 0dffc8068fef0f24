//! Says what every recv found: bytes, an empty datagram, a truncated one, the end, a reset, a refusal, or nothing for too
//! long. What it receives it only counts.

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
    loop {
        let seen = classify(socket, stream, room)?;
        println!("{seen}");
        match seen {
            Seen::End | Seen::Reset | Seen::Timeout => return Ok(()),

            // Nobody took our datagram; the socket is as good as before. Asked again at once, it would say the same.
            Seen::Refused => {
                thread::sleep(Duration::from_millis(100));
                socket.send(b"hello")?;
            }
            Seen::Data(_) | Seen::EmptyDatagram | Seen::Truncated { .. } => {}
        }
    }
}

/// Receives once, with room for so many bytes.
fn classify(socket: &Socket, stream: bool, room: usize) -> io::Result<Seen> {
    // This buffer is only measured, never read: for safe Rust its bytes stay uninitialized.
    let mut buffer = vec![MaybeUninit::uninit(); room];

    // On a stream the same flag means to throw the bytes away.
    let flags = if stream { 0 } else { MSG_TRUNC };
    match socket.recv_with_flags(&mut buffer, flags) {
        // One number, two meanings. A stream has no empty messages, so 0 is its end; UDP has them, and no end.
        Ok(0) if stream => Ok(Seen::End),
        Ok(0) => Ok(Seen::EmptyDatagram),

        // What there was no room for is lost. A stream never gets here: there it waits for the next recv.
        Ok(of) if of > room => Ok(Seen::Truncated { got: room, of }),

        // A full buffer is no sign of anything: the datagram may have been exactly that long.
        Ok(got) => Ok(Seen::Data(got)),

        Err(error) => match error.kind() {
            // Told once. The next recv would return 0, as if the stream had ended in order.
            ErrorKind::ConnectionReset => Ok(Seen::Reset),

            // An ICMP message came back for a datagram we sent; the recv that tells us is not at fault.
            ErrorKind::ConnectionRefused => Ok(Seen::Refused),

            // EAGAIN: the time is up and the queue is empty. The peer may still be there.
            ErrorKind::WouldBlock => Ok(Seen::Timeout),

            // EINTR: a signal ended the call before anything came. Nothing was found: look again.
            ErrorKind::Interrupted => classify(socket, stream, room),
            _ => Err(error),
        },
    }
}
