//! The programs under measurement: this binary, executed again with a word that no user types.
//!
//! They use nothing but std (and sendmmsg, for the flood), as the programs of a lesson would, and know nothing of who
//! watches them. A server prints one line with its address once it may be connected to.

use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrIn, sendmmsg};
use std::io::{BufRead, BufReader, IoSlice, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The loopback, and any port.
pub const LOOPBACK: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
/// Bytes of one ping and of one pong.
const PING: usize = 64;
/// Bytes of one write of the bulk transfer.
const CHUNK: usize = 64 * 1024;
/// Messages of one sendmmsg, and bytes of each.
const BATCH: usize = 64;
const SMALL: usize = 32;
/// How long the flood's receiver waits for more before it is done.
const SILENCE: Duration = Duration::from_millis(300);

/// Kinds of traffic; each has a server and a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traffic {
    /// So many round trips over TCP.
    PingPong,
    /// So many bytes over TCP in one direction.
    Bulk,
    /// So many datagrams in one direction.
    Flood,
}

impl Traffic {
    pub fn word(self) -> &'static str {
        match self {
            Traffic::PingPong => "ping-pong",
            Traffic::Bulk => "bulk",
            Traffic::Flood => "flood",
        }
    }

    fn of(word: &str) -> Option<Traffic> {
        [Traffic::PingPong, Traffic::Bulk, Traffic::Flood].into_iter().find(|traffic| traffic.word() == word)
    }
}

/// The arguments that make this binary one of the programs.
pub fn argv(part: &str, traffic: Traffic, amount: u64, address: SocketAddr) -> Vec<String> {
    let own = std::env::current_exe().expect("this program has a path").to_string_lossy().into_owned();
    vec![own, format!("__{part}"), traffic.word().into(), amount.to_string(), address.to_string()]
}

/// Becomes one of the programs when the arguments ask for it.
pub fn become_program() -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [part, traffic, amount, address] = &arguments[..] else { return false };
    let (Some(part), Some(traffic)) = (part.strip_prefix("__"), Traffic::of(traffic)) else { return false };
    let (Ok(amount), Ok(address)) = (amount.parse(), address.parse()) else { return false };
    match part {
        "server" => serve(traffic, amount, address),
        "client" => request(traffic, amount, address),
        "both" => both(traffic, amount),
        _ => return false,
    }
    true
}

/// Server and client as two processes, the client as soon as the server can be reached.
fn both(traffic: Traffic, amount: u64) {
    let command = |part, address| {
        let argv = argv(part, traffic, amount, address);
        let mut command = Command::new(&argv[0]);
        command.args(&argv[1..]);
        command
    };
    let mut server = command("server", LOOPBACK).stdout(Stdio::piped()).spawn().expect("the server starts");
    let mut line = String::new();
    let mut output = BufReader::new(server.stdout.take().expect("the server has a pipe"));
    output.read_line(&mut line).expect("the server prints its address");
    let address = line.trim().parse().expect("an address");
    let client = command("client", address).status().expect("the client starts");
    let server = server.wait().expect("the server ends");
    assert!(client.success() && server.success(), "a program failed");
}

fn serve(traffic: Traffic, amount: u64, address: SocketAddr) {
    if traffic == Traffic::Flood {
        return drain(address);
    }
    let listener = TcpListener::bind(address).expect("the port is free");
    println!("{}", listener.local_addr().expect("a bound socket has an address"));
    let (mut peer, _) = listener.accept().expect("a client comes");
    match traffic {
        Traffic::PingPong => {
            peer.set_nodelay(true).expect("TCP_NODELAY");
            let mut ping = [0; PING];
            for _ in 0..amount {
                peer.read_exact(&mut ping).expect("a ping");
                peer.write_all(&ping).expect("a pong");
            }
        }
        _ => {
            let mut buffer = vec![0; CHUNK];
            while peer.read(&mut buffer).expect("bytes") > 0 {}
        }
    }
}

fn request(traffic: Traffic, amount: u64, address: SocketAddr) {
    match traffic {
        Traffic::PingPong => {
            let mut peer = TcpStream::connect(address).expect("the server listens");
            peer.set_nodelay(true).expect("TCP_NODELAY");
            let mut pong = [0; PING];
            for _ in 0..amount {
                peer.write_all(&[0x55; PING]).expect("a ping");
                peer.read_exact(&mut pong).expect("a pong");
            }
        }
        Traffic::Bulk => {
            let mut peer = TcpStream::connect(address).expect("the server listens");
            let chunk = vec![0x55; CHUNK];
            for _ in 0..amount / CHUNK as u64 {
                peer.write_all(&chunk).expect("the server reads");
            }
        }
        Traffic::Flood => flood(amount, address),
    }
}

fn flood(amount: u64, address: SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let payload = [0x55; SMALL];
    let slices = [[IoSlice::new(&payload)]; BATCH];
    let SocketAddr::V4(address) = address else { panic!("the flood goes over IPv4") };
    let to = [Some(SockaddrIn::from(address)); BATCH];
    let mut headers = MultiHeaders::preallocate(BATCH, None);
    let mut left = amount;
    while left > 0 {
        let sent = sendmmsg(socket.as_raw_fd(), &mut headers, &slices, to, [], MsgFlags::empty());
        left = left.saturating_sub(sent.expect("the loopback takes datagrams").count() as u64);
    }
}

/// Reads what arrives until nothing does. What the receive queue could not hold is no loss of the capture's.
fn drain(address: SocketAddr) {
    let socket = UdpSocket::bind(address).expect("the port is free");
    println!("{}", socket.local_addr().expect("a bound socket has an address"));
    let mut buffer = [0; 2048];
    socket.recv(&mut buffer).expect("a first datagram");
    socket.set_read_timeout(Some(SILENCE)).expect("SO_RCVTIMEO");
    while socket.recv(&mut buffer).is_ok() {}
}
