//! A peer's sockets: made with the options that a step asks for, kept by name, and left in every way there is.

use super::tell::Failure;
use nix::errno::Errno;
use nix::sys::socket::{self, AddressFamily, Backlog, SockFlag, SockType, SockaddrStorage, sockopt};
use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// Receive buffer of a slow socket: it fills long before a large request is through, and still takes it in some hundred
/// reads, each of which is a turn of a recorded run.
const SMALL_BUFFER: usize = 16 << 10;
/// Segments that a slow socket asks the other side for: as on Ethernet. The other kernel makes its send buffer by them, and
/// the loopback's own of 64 KiB would let megabytes go before anybody has to wait.
const SMALL_SEGMENT: u32 = 1460;
/// Connections that may wait to be accepted: more than any scenario opens at once.
const BACKLOG: i32 = 1024;

/// Why a step cannot be done.
#[derive(Debug)]
pub(super) enum Fault {
    /// What the program did was not what was due.
    Failed(Failure),
    /// The script asks for what cannot be.
    Script(String),
}

impl Fault {
    pub(super) fn failed(why: impl Into<String>) -> Fault {
        Fault::Failed(Failure { why: why.into(), compare: None })
    }

    pub(super) fn script(what: impl Into<String>) -> Fault {
        Fault::Script(what.into())
    }
}

/// A socket that bytes go through.
#[derive(Debug)]
pub(super) enum Conversation {
    Stream(TcpStream),
    Datagrams(UdpSocket),
}

/// All of a peer's sockets.
#[derive(Debug)]
pub(super) struct Sockets {
    address: SocketAddr,
    slow: bool,
    open: BTreeMap<String, Conversation>,
    /// In the order in which they began to listen. Apart from the others: a listener and what it accepts may have one name.
    listeners: Vec<(String, TcpListener)>,
}

impl Sockets {
    pub(super) fn new(address: SocketAddr) -> Self {
        Sockets { address, slow: false, open: BTreeMap::new(), listeners: Vec::new() }
    }

    /// Sockets from here on have little room, and so have those that send to them.
    pub(super) fn slow_down(&mut self) -> Result<(), Fault> {
        self.slow = true;
        // What a listener accepts inherits its buffer.
        self.listeners.iter().try_for_each(|(_, listener)| small_stream(listener))
    }

    pub(super) fn connect(&mut self, name: &str) -> Result<(), Fault> {
        self.free(name)?;
        let stream = self.try_connect()?.map_err(|errno| match errno {
            Errno::ECONNREFUSED => {
                Fault::failed(format!("nobody listens at {}: the connection was refused", self.address))
            }
            errno => Fault::failed(format!("no connection to {}: {}", self.address, words(errno.into()))),
        })?;
        self.keep_stream(name, stream)
    }

    pub(super) fn connect_refused(&self) -> Result<(), Fault> {
        match self.try_connect()? {
            Err(Errno::ECONNREFUSED) => Ok(()),
            Err(errno) => {
                let why = format!("the connection was to be refused, and the answer was: {}", words(errno.into()));
                Err(Fault::failed(why))
            }
            Ok(_) => Err(Fault::failed(format!(
                "the connection was to be refused, but somebody listens at {}",
                self.address
            ))),
        }
    }

    fn try_connect(&self) -> Result<Result<TcpStream, Errno>, Fault> {
        let socket = self.new_socket(SockType::Stream)?;
        let connected = socket::connect(socket.as_raw_fd(), &SockaddrStorage::from(self.address));
        Ok(connected.map(|()| TcpStream::from(socket)))
    }

    pub(super) fn listen(&mut self, name: &str) -> Result<(), Fault> {
        if self.listeners.iter().any(|(own, _)| own == name) {
            return Err(Fault::script(format!("{} listens already", called(name))));
        }
        let socket = self.new_socket(SockType::Stream)?;
        socket::setsockopt(&socket, sockopt::ReuseAddr, &true).map_err(unusable)?;
        self.take_address(&socket)?;
        let backlog = Backlog::new(BACKLOG).map_err(unusable)?;
        socket::listen(&socket, backlog).map_err(|errno| self.taken(errno))?;
        self.listeners.push((name.to_owned(), TcpListener::from(socket)));
        Ok(())
    }

    /// The next connection: of the listener of that name, else of the one that began last.
    pub(super) fn accept(&mut self, name: &str) -> Result<(), Fault> {
        self.free(name)?;
        let own = self.listeners.iter().find(|(own, _)| own == name);
        let Some((_, listener)) = own.or(self.listeners.last()) else {
            return Err(Fault::script("nobody listens here: say `listen` first"));
        };
        let accepted = listener.accept();
        let (stream, _) = accepted.map_err(|error| Fault::failed(format!("no connection came: {}", words(error))))?;
        if self.slow {
            small(&stream)?;
        }
        self.keep_stream(name, stream)
    }

    pub(super) fn udp(&mut self, name: &str) -> Result<(), Fault> {
        self.free(name)?;
        let socket = self.new_socket(SockType::Datagram)?;
        self.open.insert(name.to_owned(), Conversation::Datagrams(UdpSocket::from(socket)));
        Ok(())
    }

    pub(super) fn bind(&mut self, name: &str) -> Result<(), Fault> {
        self.free(name)?;
        let socket = self.new_socket(SockType::Datagram)?;
        self.take_address(&socket)?;
        self.open.insert(name.to_owned(), Conversation::Datagrams(UdpSocket::from(socket)));
        Ok(())
    }

    /// The socket of that name.
    pub(super) fn conversation(&self, name: &str) -> Result<&Conversation, Fault> {
        self.open.get(name).ok_or_else(|| no_socket(name))
    }

    /// The connection of that name.
    pub(super) fn stream(&self, name: &str) -> Result<&TcpStream, Fault> {
        match self.conversation(name)? {
            Conversation::Stream(stream) => Ok(stream),
            Conversation::Datagrams(_) => {
                Err(Fault::script(format!("{} is UDP: it has no connection, no end and no reset", called(name))))
            }
        }
    }

    /// Closes the socket of that name, or the listener where there is no such socket.
    pub(super) fn close(&mut self, name: &str) -> Result<(), Fault> {
        if self.open.remove(name).is_some() {
            return Ok(());
        }
        let listener = self.listeners.iter().position(|(own, _)| own == name);
        listener.map(|at| drop(self.listeners.remove(at))).ok_or_else(|| no_socket(name))
    }

    /// Closes the connection so that nothing of it is left, and the other side is told so (RST).
    pub(super) fn reset(&mut self, name: &str) -> Result<(), Fault> {
        let linger = nix::libc::linger { l_onoff: 1, l_linger: 0 };
        socket::setsockopt(self.stream(name)?, sockopt::Linger, &linger).map_err(unusable)?;
        self.close(name)
    }

    fn keep_stream(&mut self, name: &str, stream: TcpStream) -> Result<(), Fault> {
        // Each send is to be a segment of its own, at once: that is what scripts are about.
        stream.set_nodelay(true).map_err(|error| Fault::failed(words(error)))?;
        self.open.insert(name.to_owned(), Conversation::Stream(stream));
        Ok(())
    }

    fn new_socket(&self, kind: SockType) -> Result<OwnedFd, Fault> {
        let family = if self.address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
        let socket = socket::socket(family, kind, SockFlag::SOCK_CLOEXEC, None).map_err(unusable)?;
        match kind {
            _ if !self.slow => {}
            SockType::Stream => small_stream(&socket)?,
            _ => small(&socket)?,
        }
        Ok(socket)
    }

    fn take_address(&self, socket: &OwnedFd) -> Result<(), Fault> {
        let bound = socket::bind(socket.as_raw_fd(), &SockaddrStorage::from(self.address));
        bound.map_err(|errno| self.taken(errno))
    }

    fn taken(&self, errno: Errno) -> Fault {
        match errno {
            Errno::EADDRINUSE => Fault::failed(format!("somebody else has the address {} (EADDRINUSE)", self.address)),
            errno => Fault::failed(format!("the address {} is not to be had: {}", self.address, words(errno.into()))),
        }
    }

    fn free(&self, name: &str) -> Result<(), Fault> {
        match self.open.contains_key(name) {
            true => Err(Fault::script(format!("{} is open already: close it before", called(name)))),
            false => Ok(()),
        }
    }
}

/// Gives a socket a small receive buffer.
fn small(socket: &impl AsFd) -> Result<(), Fault> {
    socket::setsockopt(socket, sockopt::RcvBuf, &SMALL_BUFFER).map_err(unusable)
}

/// The same for TCP, whose two sides agree on the size of segments when they connect.
fn small_stream(socket: &impl AsFd) -> Result<(), Fault> {
    small(socket)?;
    socket::setsockopt(socket, sockopt::TcpMaxSeg, &SMALL_SEGMENT).map_err(unusable)
}

/// The kernel refuses what it never refuses.
fn unusable(errno: Errno) -> Fault {
    Fault::failed(format!("the judge's own socket: {}", words(errno.into())))
}

fn no_socket(name: &str) -> Fault {
    Fault::script(format!("{} is not open", called(name)))
}

/// A socket by its name.
pub(super) fn called(name: &str) -> String {
    if name.is_empty() { "the socket without a name".to_owned() } else { format!("the socket `{name}`") }
}

/// An error without the number that Rust puts behind it.
pub(super) fn words(error: io::Error) -> String {
    match error.raw_os_error().map(Errno::from_raw) {
        Some(errno) => format!("{} ({errno:?})", errno.desc()),
        None => error.to_string(),
    }
}

/// True when the other side has ended the connection by a reset: told by whatever is done first, and by a send also later.
pub(super) fn is_reset(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
}
