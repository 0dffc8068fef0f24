//! What the kernel holds for a TCP or UDP socket: sock_diag(7), the interface behind `ss`.
//!
//! Asked by addresses, not by descriptor, so it also answers for sockets that no process owns any more (FIN-WAIT-2,
//! TIME-WAIT). Needs no privilege within one's own network namespace.

use super::{as_bytes, check};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// A netlink socket for questions about sockets.
pub(crate) struct Diag {
    fd: OwnedFd,
    /// Room for as many answers as one question message asks for, [`ROOM`] bytes each.
    replies: Vec<u8>,
}

/// Bytes of the longest answer: an inet_diag_msg of 72 bytes and the attributes the kernel adds unasked.
const ROOM: usize = 1024;
/// The most answers taken at once.
const MOST: usize = 4;

/// Which socket is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Question {
    /// True for UDP.
    pub udp: bool,
    /// Its own address.
    pub local: SocketAddr,
    /// Its peer; none for a listening or unconnected socket.
    pub remote: Option<SocketAddr>,
}

/// What the kernel answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// State number of include/net/tcp_states.h, 1 to 12.
    pub state: u8,
    /// `idiag_rqueue`
    pub recv_queue: u32,
    /// `idiag_wqueue`
    pub send_queue: u32,
    /// Inode of the socket, 0 when no process owns it.
    pub inode: u32,
    /// Which of the kernel's timers runs, `idiag_timer`: 0 none, 1 retransmission, 2 keepalive, 3 TIME-WAIT, 4 window probe.
    pub timer: u8,
    /// How often it has fired for the same bytes.
    pub tries: u8,
    /// Milliseconds until it fires.
    pub expires: u32,
    /// `struct tcp_info`, when it was asked for and the socket has one.
    pub info: Option<Info>,
}

/// A part of `struct tcp_info`: include/uapi/linux/tcp.h.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) struct Info {
    pub ca_state: u8,
    pub retransmits: u8,
    pub probes: u8,
    pub backoff: u8,
    pub rto: u32,
    pub snd_mss: u32,
    pub unacked: u32,
    pub sacked: u32,
    pub lost: u32,
    pub retrans: u32,
    pub rtt: u32,
    pub rttvar: u32,
    pub ssthresh: u32,
    pub cwnd: u32,
    pub total_retrans: u32,
}

const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// The attribute that carries `struct tcp_info`.
const INET_DIAG_INFO: u16 = 2;

#[repr(C)]
#[derive(Clone, Copy)]
struct SockId {
    sport: [u8; 2],
    dport: [u8; 2],
    src: [u8; 16],
    dst: [u8; 16],
    interface: u32,
    cookie: [u32; 2],
}

/// `struct nlmsghdr` + `struct inet_diag_req_v2`, 72 bytes without padding.
#[repr(C)]
#[derive(Clone, Copy)]
struct Request {
    len: u32,
    kind: u16,
    flags: u16,
    sequence: u32,
    port: u32,
    family: u8,
    protocol: u8,
    extensions: u8,
    pad: u8,
    states: u32,
    id: SockId,
}

impl Diag {
    /// Opens the socket in the network namespace of this process.
    pub(crate) fn open() -> io::Result<Diag> {
        // SAFETY: socket takes integers and returns a new descriptor.
        let fd = check(i64::from(unsafe {
            libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, libc::NETLINK_SOCK_DIAG)
        }))?;
        // SAFETY: the descriptor is new and nobody else owns it.
        let fd = unsafe { OwnedFd::from_raw_fd(fd as i32) };
        Ok(Diag { fd, replies: vec![0; ROOM * MOST] })
    }

    /// Asks about up to a few sockets in one message, for `tcp_info` too when `info` is set; the answers come in the same
    /// order, none for a socket that the kernel does not know (any more).
    pub(crate) fn ask(&mut self, questions: &[Question], info: bool) -> io::Result<Vec<Option<Answer>>> {
        let mut message = Vec::with_capacity(questions.len() * size_of::<Request>());
        for (index, question) in questions.iter().enumerate() {
            message.extend_from_slice(as_bytes(&request(question, index as u32, info)));
        }
        // SAFETY: the buffer is alive and `message.len()` long.
        check(unsafe { libc::send(self.fd.as_raw_fd(), message.as_ptr().cast(), message.len(), 0) } as i64)?;
        let mut answers = vec![None; questions.len()];
        let mut missing = questions.len();
        while missing > 0 {
            for (taken, read) in self.receive(missing.min(MOST))?.enumerate() {
                let message = &self.replies[taken * ROOM..taken * ROOM + read];
                let (sequence, answer) = reply(message).ok_or(io::ErrorKind::InvalidData)?;
                if let Some(slot) = answers.get_mut(sequence as usize) {
                    *slot = answer;
                }
                missing = missing.saturating_sub(1);
            }
        }
        Ok(answers)
    }

    /// Takes up to `most` messages into `replies` with one call, since the kernel gives each answer a message of its own.
    /// Gives their lengths.
    fn receive(&mut self, most: usize) -> io::Result<impl Iterator<Item = usize> + use<>> {
        // SAFETY: all-zero mmsghdrs and iovecs are valid values of these plain C structures.
        let (mut headers, mut vectors): ([libc::mmsghdr; MOST], [libc::iovec; MOST]) = unsafe { std::mem::zeroed() };
        let most = most.min(MOST);
        for ((header, vector), room) in headers.iter_mut().zip(&mut vectors).zip(self.replies.chunks_exact_mut(ROOM)) {
            *vector = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: ROOM };
            header.msg_hdr.msg_iov = vector;
            header.msg_hdr.msg_iovlen = 1;
        }
        // SAFETY: `most` headers each point to one vector, and that to ROOM bytes of `replies`; all outlive the call.
        // The kernel answers each request before send returns, so MSG_DONTWAIT never loses one.
        let taken = check(i64::from(unsafe {
            libc::recvmmsg(
                self.fd.as_raw_fd(),
                headers.as_mut_ptr(),
                most as u32,
                libc::MSG_DONTWAIT as _,
                std::ptr::null_mut(),
            )
        }))?;
        Ok(headers.into_iter().take(taken as usize).map(|header| (header.msg_len as usize).min(ROOM)))
    }
}

/// `struct nlmsghdr` + `struct unix_diag_req`, 40 bytes without padding.
#[repr(C)]
#[derive(Clone, Copy)]
struct UnixRequest {
    len: u32,
    kind: u16,
    flags: u16,
    sequence: u32,
    port: u32,
    family: u8,
    protocol: u8,
    pad: u16,
    states: u32,
    inode: u32,
    show: u32,
    cookie: [u32; 2],
}

impl Diag {
    /// Inode of the AF_UNIX socket that the one with this inode is connected to.
    pub(crate) fn unix_peer(&mut self, inode: u64) -> Option<u64> {
        const UDIAG_SHOW_PEER: u32 = 4;
        const UNIX_DIAG_PEER: u16 = 2;
        let request = UnixRequest {
            len: size_of::<UnixRequest>() as u32,
            kind: SOCK_DIAG_BY_FAMILY,
            flags: libc::NLM_F_REQUEST as u16,
            sequence: 0,
            port: 0,
            family: libc::AF_UNIX as u8,
            protocol: 0,
            pad: 0,
            states: u32::MAX,
            inode: u32::try_from(inode).ok()?,
            show: UDIAG_SHOW_PEER,
            cookie: [u32::MAX; 2],
        };
        let message = as_bytes(&request);
        // SAFETY: the buffer is alive and as long as said.
        check(unsafe { libc::send(self.fd.as_raw_fd(), message.as_ptr().cast(), message.len(), 0) } as i64).ok()?;
        let read = self.receive(1).ok()?.next()?;
        // 16 bytes of header, 16 of struct unix_diag_msg, then attributes: length, type, value.
        let reply = &self.replies[..read];
        if reply.get(4..6)? != SOCK_DIAG_BY_FAMILY.to_ne_bytes() {
            return None;
        }
        let peer = attribute(reply.get(32..)?, UNIX_DIAG_PEER)?;
        Some(u64::from(u32::from_ne_bytes(peer.get(..4)?.try_into().ok()?)))
    }
}

/// The value of the first attribute of this kind: length, type, value, padded to four bytes.
fn attribute(bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        let len = usize::from(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        let kind = u16::from_ne_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?);
        if kind == wanted {
            return bytes.get(at + 4..at + len);
        }
        at += len.next_multiple_of(4).max(4);
    }
}

fn info(bytes: &[u8]) -> Option<Info> {
    let word = |at: usize| Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    // Eight bytes (state, ca_state, retransmits, probes, backoff, …), then words: rto, ato, snd_mss, rcv_mss, unacked …
    Some(Info {
        ca_state: *bytes.get(1)?,
        retransmits: *bytes.get(2)?,
        probes: *bytes.get(3)?,
        backoff: *bytes.get(4)?,
        rto: word(8)?,
        snd_mss: word(16)?,
        unacked: word(24)?,
        sacked: word(28)?,
        lost: word(32)?,
        retrans: word(36)?,
        rtt: word(68)?,
        rttvar: word(72)?,
        ssthresh: word(76)?,
        cwnd: word(80)?,
        total_retrans: word(100)?,
    })
}

fn request(question: &Question, sequence: u32, info: bool) -> Request {
    let (local, v6) = address(question.local.ip());
    let (remote, remote_port) = match question.remote {
        Some(remote) => (address(remote.ip()).0, remote.port()),
        None => ([0; 16], 0),
    };
    let (mut source, mut destination) = ((local, question.local.port()), (remote, remote_port));
    // A UDP socket is looked up as for a datagram that arrives: its own address is the destination. net/ipv4/udp_diag.c,
    // "src and dst are swapped for historical reasons".
    if question.udp {
        std::mem::swap(&mut source, &mut destination);
    }
    Request {
        len: size_of::<Request>() as u32,
        kind: SOCK_DIAG_BY_FAMILY,
        flags: libc::NLM_F_REQUEST as u16,
        sequence,
        port: 0,
        family: if v6 { libc::AF_INET6 } else { libc::AF_INET } as u8,
        protocol: if question.udp { libc::IPPROTO_UDP } else { libc::IPPROTO_TCP } as u8,
        extensions: if info { 1 << (INET_DIAG_INFO - 1) } else { 0 },
        pad: 0,
        states: u32::MAX,
        id: SockId {
            sport: source.1.to_be_bytes(),
            dport: destination.1.to_be_bytes(),
            src: source.0,
            dst: destination.0,
            interface: 0,
            cookie: [u32::MAX; 2],
        },
    }
}

fn address(ip: IpAddr) -> ([u8; 16], bool) {
    match ip {
        IpAddr::V4(ip) => {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&ip.octets());
            (bytes, false)
        }
        IpAddr::V6(ip) => (ip.octets(), true),
    }
}

/// One netlink message: its sequence number and its answer.
fn reply(bytes: &[u8]) -> Option<(u32, Option<Answer>)> {
    let word = |at: usize| Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let len = word(0)? as usize;
    let kind = u16::from_ne_bytes(bytes.get(4..6)?.try_into().ok()?);
    let sequence = word(8)?;
    // struct inet_diag_msg after the 16 bytes of header: family, state, timer, retrans, id[48], expires, rqueue, wqueue,
    // uid, inode.
    let answer = (kind == SOCK_DIAG_BY_FAMILY && len >= 16 + 72).then(|| {
        Some(Answer {
            state: *bytes.get(17)?,
            recv_queue: word(16 + 56)?,
            send_queue: word(16 + 60)?,
            inode: word(16 + 68)?,
            timer: *bytes.get(16 + 2)?,
            tries: *bytes.get(16 + 3)?,
            expires: word(16 + 52)?,
            info: attribute(bytes.get(16 + 72..len)?, INET_DIAG_INFO).and_then(info),
        })
    });
    Some((sequence, answer.flatten()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::net::{TcpListener, TcpStream, UdpSocket};

    #[test]
    fn a_unix_socket_knows_the_inode_it_is_connected_to() {
        use std::os::unix::fs::MetadataExt;
        let (one, two) = std::os::unix::net::UnixStream::pair().unwrap();
        let inode = |socket: &std::os::unix::net::UnixStream| {
            std::fs::metadata(format!("/proc/self/fd/{}", socket.as_raw_fd())).unwrap().ino()
        };
        assert_eq!(Diag::open().unwrap().unix_peer(inode(&one)), Some(inode(&two)));
    }

    #[test]
    fn the_kernel_tells_state_and_queue_of_both_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        client.write_all(b"hello").unwrap();
        let ends = [
            Question { udp: false, local: server.local_addr().unwrap(), remote: server.peer_addr().ok() },
            Question { udp: false, local: listener.local_addr().unwrap(), remote: None },
            Question { udp: false, local: "127.0.0.1:1".parse().unwrap(), remote: client.peer_addr().ok() },
        ];
        let answers = Diag::open().unwrap().ask(&ends, false).unwrap();
        let server = answers[0].expect("an established connection is known");
        assert_eq!((server.state, server.recv_queue), (1, 5));
        assert_eq!(answers[1].expect("a listener is known").state, 10);
        assert_eq!(answers[2], None);
    }

    #[test]
    fn tcp_info_comes_when_it_is_asked_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let end = [Question { udp: false, local: client.local_addr().unwrap(), remote: client.peer_addr().ok() }];
        let mut diag = Diag::open().unwrap();
        assert_eq!(diag.ask(&end, false).unwrap()[0].unwrap().info, None);
        let info = diag.ask(&end, true).unwrap()[0].unwrap().info.expect("a connection has it");
        assert_eq!((info.unacked, info.retransmits, info.total_retrans), (0, 0, 0));
        assert!(info.cwnd > 0 && info.snd_mss > 0 && info.rto > 0, "{info:?}");
    }

    #[test]
    fn a_datagram_socket_is_known_whether_it_is_connected_or_not() {
        let bound = UdpSocket::bind("127.0.0.1:0").unwrap();
        let anywhere = UdpSocket::bind("0.0.0.0:0").unwrap();
        let connected = UdpSocket::bind("127.0.0.1:0").unwrap();
        connected.connect(bound.local_addr().unwrap()).unwrap();
        let question = |socket: &UdpSocket| Question {
            udp: true,
            local: socket.local_addr().unwrap(),
            remote: socket.peer_addr().ok(),
        };
        let answers = Diag::open().unwrap().ask(&[&bound, &anywhere, &connected].map(question), false).unwrap();
        let states: Vec<_> = answers.iter().map(|answer| answer.map(|answer| answer.state)).collect();
        assert_eq!(
            states,
            [Some(7), Some(7), Some(1)],
            "TCP_CLOSE stands for unconnected, TCP_ESTABLISHED for connected"
        );
    }
}
