//! Which kernel socket is behind a descriptor, whose it is, and what the kernel holds for it.
//!
//! The truth is `/proc/PID/fd/N`, whose link names the socket's inode: it holds through dup, fork, exec and descriptors
//! passed in messages. Answers are kept until a traced call (close, dup2, close_range, exec) may change them.

use super::decode::{family_name, kind_name, parse_address};
use super::hosts::Hosts;
use super::kernel;
use crate::recording::{Kernel, SockId, Socket};
use crate::sys::diag::Question;
use crate::sys::pidfd;
use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;

/// What is known of a socket beyond its record.
#[derive(Debug)]
pub(crate) struct Entry {
    pub record: Socket,
    inode: u64,
    /// The host it is on.
    host: usize,
    pub local: Option<SocketAddr>,
    pub remote: Option<SocketAddr>,
    /// Bytes the kernel took for sending, and bytes it handed out.
    pub written: u64,
    pub read: u64,
    /// Where it is connecting to, while it has no address of its own that we know.
    connecting: Option<SocketAddr>,
    /// True when its owner has said that it will send no more.
    pub finished: bool,
}

/// Every socket of the run.
pub(crate) struct Sockets {
    entries: Vec<Entry>,
    by_inode: HashMap<u64, SockId>,
    /// None for a descriptor that is no socket the lab shows.
    descriptors: HashMap<(i32, i32), Option<SockId>>,
    /// Processes that share a table of descriptors with others, and a number (below 0) for the table.
    tables: HashMap<i32, i32>,
    /// By host, own address and peer's: two hosts may use the same address of their loopbacks.
    by_connection: HashMap<(usize, SocketAddr, SocketAddr), SockId>,
    /// AF_UNIX sockets whose other end is not known yet, by the listener's name and whether they were accepted.
    unpaired: HashMap<(String, bool), VecDeque<SockId>>,
    by_local: HashMap<(usize, bool, SocketAddr), SockId>,
    hosts: Hosts,
}

/// What the caller knows of a new socket, for machines where another process's socket cannot be asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hint {
    pub family: &'static str,
    pub kind: &'static str,
    pub remote: Option<String>,
}

impl Sockets {
    pub(crate) fn new(hosts: Hosts) -> Sockets {
        Sockets {
            entries: Vec::new(),
            by_inode: HashMap::new(),
            descriptors: HashMap::new(),
            tables: HashMap::new(),
            unpaired: HashMap::new(),
            by_connection: HashMap::new(),
            by_local: HashMap::new(),
            hosts,
        }
    }

    pub(crate) fn get(&self, sock: SockId) -> &Entry {
        &self.entries[sock as usize - 1]
    }

    pub(crate) fn get_mut(&mut self, sock: SockId) -> &mut Entry {
        &mut self.entries[sock as usize - 1]
    }

    /// The socket behind a descriptor; `fresh` is filled with its record when it was not known before.
    pub(crate) fn behind(&mut self, pid: i32, fd: i32, role: &str, fresh: &mut Option<Socket>) -> Option<SockId> {
        let table = self.table(pid);
        if let Some(known) = self.descriptors.get(&(table, fd)) {
            return *known;
        }
        let sock = match inode(pid, fd) {
            Some(inode) => match self.by_inode.get(&inode) {
                Some(sock) => Some(*sock),
                None => self.adopt(pid, fd, inode, role, &Hint::default(), fresh),
            },
            None => None,
        };
        self.descriptors.insert((table, fd), sock);
        sock
    }

    /// A socket that a call has just made.
    pub(crate) fn created(
        &mut self,
        pid: i32,
        fd: i32,
        role: &str,
        hint: &Hint,
        fresh: &mut Option<Socket>,
    ) -> Option<SockId> {
        let inode = inode(pid, fd)?;
        let sock = self.adopt(pid, fd, inode, role, hint, fresh);
        self.descriptors.insert((self.table(pid), fd), sock);
        sock
    }

    fn adopt(
        &mut self,
        pid: i32,
        fd: i32,
        inode: u64,
        role: &str,
        hint: &Hint,
        fresh: &mut Option<Socket>,
    ) -> Option<SockId> {
        let socket = borrow(pid, fd);
        let option = |option| socket.as_ref().and_then(|socket| pidfd::socket_option(socket, option).ok());
        let family = option(libc::SO_DOMAIN).map_or(hint.family, family_name);
        let kind = option(libc::SO_TYPE).map_or(hint.kind, kind_name);
        if !matches!(family, "inet" | "inet6" | "unix") {
            return None;
        }
        let mut record = Socket {
            t: 0,
            sock: 0,
            role: role.into(),
            family: family.into(),
            kind: kind.into(),
            local: None,
            remote: hint.remote.clone(),
            listening: option(libc::SO_ACCEPTCONN) == Some(1),
            peer: None,
        };
        if let Some(socket) = &socket {
            read_addresses(socket, &mut record);
        }
        // The kernel completes a connection before accept: the other end may have made us note this socket already.
        let ends = (address(&record.local), address(&record.remote));
        let early = match ends {
            (Some(local), Some(remote)) if kind == "stream" => {
                let host = self.host_of(role);
                self.by_connection.get(&(host, local, remote)).copied()
            }
            _ => None,
        };
        let sock = match early.filter(|sock| self.get(*sock).inode == 0) {
            Some(sock) => sock,
            None => {
                let sock = self.entries.len() as SockId + 1;
                let entry = Entry {
                    record: record.clone(),
                    inode,
                    host: 0,
                    local: None,
                    remote: None,
                    written: 0,
                    read: 0,
                    connecting: None,
                    finished: false,
                };
                self.entries.push(entry);
                sock
            }
        };
        record.sock = sock;
        self.by_inode.insert(inode, sock);
        let entry = self.get_mut(sock);
        entry.inode = inode;
        entry.record = record;
        self.index(sock);
        *fresh = Some(self.get(sock).record.clone());
        Some(sock)
    }

    /// Asks again for the addresses of a socket, after a call that may have given it some. Gives its record when it
    /// changed. `told` is what the call's own argument said, for machines where the socket cannot be asked.
    pub(crate) fn learn(&mut self, sock: SockId, pid: i32, fd: i32, told: Told<'_>) -> Option<Socket> {
        let entry = self.get(sock);
        let mut record = entry.record.clone();
        match borrow(pid, fd) {
            Some(socket) => read_addresses(&socket, &mut record),
            None => match told {
                Told::Local(address) => record.local = address.cloned(),
                Told::Remote(address) => record.remote = address.cloned(),
                Told::Nothing => {}
            },
        }
        if matches!(told, Told::Remote(None)) && record.kind == "dgram" {
            record.remote = None;
        }
        let entry = self.get_mut(sock);
        if entry.record == record {
            return None;
        }
        entry.record = record;
        self.index(sock);
        Some(self.get(sock).record.clone())
    }

    pub(crate) fn listening(&mut self, sock: SockId) -> Option<Socket> {
        let entry = self.get_mut(sock);
        if std::mem::replace(&mut entry.record.listening, true) { None } else { Some(entry.record.clone()) }
    }

    /// The socket begins to connect. The kernel picks its port inside the call, and takes it back when the call fails.
    pub(crate) fn connecting(&mut self, sock: SockId, to: Option<&str>) {
        let to = address(&to.map(str::to_string));
        let entry = self.get_mut(sock);
        entry.connecting = to.filter(|_| entry.local.is_none());
    }

    /// A SYN from an address nobody is known to have: it belongs to the first socket that connects to where it goes.
    pub(crate) fn first_syn(&mut self, from: SocketAddr, to: SocketAddr) -> Option<Socket> {
        let entry = self.entries.iter_mut().find(|entry| entry.connecting == Some(to) && entry.local.is_none())?;
        entry.connecting = None;
        entry.record.local = Some(from.to_string());
        entry.record.remote = Some(to.to_string());
        let sock = entry.record.sock;
        self.index(sock);
        Some(self.get(sock).record.clone())
    }

    /// A SYN from the socket says where it connects to, long before its connect returns. Gives its record when that is new.
    pub(crate) fn connects(&mut self, sock: SockId, to: SocketAddr) -> Option<Socket> {
        let entry = self.get_mut(sock);
        if entry.record.listening || entry.remote == Some(to) {
            return None;
        }
        entry.record.remote = Some(to.to_string());
        self.index(sock);
        Some(self.get(sock).record.clone())
    }

    /// Makes the two ends of a socketpair know each other.
    pub(crate) fn pair(&mut self, one: SockId, two: SockId) -> [Socket; 2] {
        self.get_mut(one).record.peer = Some(two);
        self.get_mut(two).record.peer = Some(one);
        [self.get(one).record.clone(), self.get(two).record.clone()]
    }

    /// Links the two ends of a connected AF_UNIX socket. The kernel names the other end while both are open and accepted;
    /// a client that has closed before its server accepts is found by order: a listener hands out connections in the
    /// order in which they were made. Gives the changed records.
    pub(crate) fn pair_unix_by_order(&mut self, sock: SockId, accepted: bool) -> Vec<Socket> {
        let paired = self.pair_unix(sock);
        let record = &self.get(sock).record;
        if !paired.is_empty() || record.family != "unix" || record.kind == "dgram" || record.peer.is_some() {
            return paired;
        }
        // The listener's name: an accepted socket's own, and the peer's of the one that connected.
        let Some(name) = (if accepted { &record.local } else { &record.remote }).clone() else { return paired };
        let waiting = self.unpaired.get_mut(&(name.clone(), !accepted)).and_then(VecDeque::pop_front);
        match waiting {
            Some(other) if self.get(other).record.peer.is_none() => self.pair(sock, other).into(),
            Some(_) => self.pair_unix_by_order(sock, accepted),
            None => {
                self.unpaired.entry((name, accepted)).or_default().push_back(sock);
                paired
            }
        }
    }

    /// Links the two ends of a connected AF_UNIX stream socket, when the other end is known. Gives the changed records.
    fn pair_unix(&mut self, sock: SockId) -> Vec<Socket> {
        let entry = self.get(sock);
        if entry.record.family != "unix" || entry.record.kind == "dgram" || entry.record.peer.is_some() {
            return Vec::new();
        }
        let (inode, host) = (entry.inode, entry.host);
        let peer = self.hosts.unix_peer(host, inode);
        match peer.and_then(|inode| self.by_inode.get(&inode).copied()) {
            Some(peer) => self.pair(sock, peer).into(),
            None => Vec::new(),
        }
    }

    /// Finds the entry for the other end of a connected stream socket. An end that no process has accepted yet gets an
    /// entry of its own, which accept will find.
    pub(crate) fn other_end(&mut self, sock: SockId, fresh: &mut Option<Socket>) -> Option<SockId> {
        let entry = self.get(sock);
        let (local, remote) = (entry.local?, entry.remote?);
        if entry.record.kind != "stream" {
            return None;
        }
        let host = self.hosts.at(remote.ip()).unwrap_or(entry.host);
        if let Some(peer) = self.by_connection.get(&(host, remote, local)) {
            return Some(*peer);
        }
        let listener = self.owner(host, false, remote, None)?;
        let listener = self.get(listener);
        if !listener.record.listening {
            return None;
        }
        let number = self.entries.len() as SockId + 1;
        let record = Socket {
            sock: number,
            local: Some(remote.to_string()),
            remote: Some(local.to_string()),
            listening: false,
            peer: Some(sock),
            ..listener.record.clone()
        };
        *fresh = Some(record.clone());
        self.entries.push(Entry {
            record,
            inode: 0,
            host,
            local: None,
            remote: None,
            written: 0,
            read: 0,
            connecting: None,
            finished: false,
        });
        self.index(number);
        Some(number)
    }

    /// The socket an address belongs to: the connected one if there is one, else the one bound to it.
    pub(crate) fn owner(
        &self,
        host: usize,
        udp: bool,
        local: SocketAddr,
        remote: Option<SocketAddr>,
    ) -> Option<SockId> {
        if let Some(sock) = remote.and_then(|remote| self.by_connection.get(&(host, local, remote))).filter(|_| !udp) {
            return Some(*sock);
        }
        let any = |ip: &str| ip.parse().ok().map(|ip| SocketAddr::new(ip, local.port()));
        [Some(local), any("0.0.0.0"), any("::")]
            .into_iter()
            .flatten()
            .find_map(|address| self.by_local.get(&(host, udp, address)))
            .copied()
    }

    /// The socket a frame's address belongs to.
    pub(crate) fn at(&self, udp: bool, local: SocketAddr, remote: SocketAddr) -> Option<SockId> {
        self.owner(self.hosts.at(local.ip())?, udp, local, Some(remote))
    }

    /// The role that runs alone on the host with this address, where a cable joins hosts.
    pub(crate) fn only_role(&self, address: IpAddr) -> Option<&str> {
        self.hosts.only_role(address)
    }

    /// The first role on the host with this address, where a cable joins hosts.
    pub(crate) fn first_role(&self, address: IpAddr) -> Option<&str> {
        self.hosts.first_role(address)
    }

    /// All sockets that were ever seen.
    pub(crate) fn all(&self) -> Vec<SockId> {
        self.entries.iter().map(|entry| entry.record.sock).collect()
    }

    /// The stream sockets with two addresses.
    pub(crate) fn all_stream(&self) -> Vec<SockId> {
        let connected =
            |entry: &&Entry| entry.record.kind == "stream" && entry.local.is_some() && entry.remote.is_some();
        self.entries.iter().filter(connected).map(|entry| entry.record.sock).collect()
    }

    fn host_of(&self, role: &str) -> usize {
        self.hosts.of_role(role)
    }

    fn index(&mut self, sock: SockId) {
        let host = self.host_of(&self.get(sock).record.role);
        let entry = &mut self.entries[sock as usize - 1];
        entry.host = host;
        entry.local = address(&entry.record.local).filter(|local| local.port() != 0);
        entry.remote = address(&entry.record.remote);
        let udp = entry.record.kind == "dgram";
        if let Some(local) = entry.local {
            if let (Some(remote), false) = (entry.remote, udp) {
                self.by_connection.insert((host, local, remote), sock);
                // An accepted socket shares its listener's address, which stays the listener's.
                self.by_local.entry((host, udp, local)).or_insert(sock);
            } else {
                self.by_local.insert((host, udp, local), sock);
            }
        }
    }

    /// The descriptor is closed or replaced.
    pub(crate) fn forget(&mut self, pid: i32, fd: i32) {
        self.descriptors.remove(&(self.table(pid), fd));
    }

    /// The number under which descriptors of a process are kept.
    fn table(&self, pid: i32) -> i32 {
        if self.tables.is_empty() { pid } else { self.tables.get(&pid).copied().unwrap_or(pid) }
    }

    /// Two processes use one table from now on: what one closes is closed for the other.
    pub(crate) fn share(&mut self, one: i32, other: i32) {
        let table = self.tables.get(&one).copied().unwrap_or(-one);
        self.forget_process(one);
        self.tables.extend([(one, table), (other, table)]);
    }

    /// A process ended, or has a table of its own again after exec, in which nothing is as it was.
    pub(crate) fn unshare(&mut self, pid: i32) {
        self.forget_process(pid);
        self.tables.remove(&pid);
    }

    /// All descriptors of a process may mean something else.
    pub(crate) fn forget_process(&mut self, pid: i32) {
        let table = self.table(pid);
        self.descriptors.retain(|(owner, _), _| *owner != table);
    }

    /// What the kernel holds for a socket and its other end, in that order; with `tcp_info` when `info` is set.
    pub(crate) fn kernel(&mut self, sock: SockId, peer: Option<SockId>, info: bool) -> Vec<Kernel> {
        let entry = self.get(sock);
        let udp = entry.record.kind == "dgram";
        let Some(local) = entry.local else { return Vec::new() };
        let remote = entry.remote;
        if !udp && remote.is_none() && !entry.record.listening {
            return Vec::new();
        }
        let question = Question { udp, local, remote: remote.filter(|_| !udp || entry.remote.is_some()) };
        let other = peer.zip(remote).map(|(_, remote)| Question { udp, local: remote, remote: Some(local) });
        let here = entry.host;
        let there = peer.map_or(here, |peer| self.get(peer).host);
        let socks = [Some(sock), peer.filter(|_| other.is_some())];
        let questions: Vec<Question> = [Some(question), other].into_iter().flatten().collect();
        let info = info && !udp;
        let answers = match (here == there, &questions[..]) {
            (false, [own, other]) => {
                let own = self.hosts.ask(here, &[*own], info);
                own.zip(self.hosts.ask(there, &[*other], info)).map(|(own, other)| [own, other].concat())
            }
            _ => self.hosts.ask(here, &questions, info),
        };
        let Some(answers) = answers else { return Vec::new() };
        // Where a connection is gone, the kernel's lookup goes on to the listener on its port: that is another socket.
        let answers = answers.into_iter().zip(&questions).map(|(answer, question)| {
            answer.filter(|answer| question.remote.is_none() || udp || answer.state != LISTEN)
        });
        socks.into_iter().flatten().zip(answers).map(|(sock, answer)| kernel::told(sock, udp, answer)).collect()
    }

    /// True when everything the other end has sent so far, its FIN included, has arrived at this socket.
    pub(crate) fn settled(&mut self, sock: SockId) -> bool {
        let Some(peer) = self.other_end(sock, &mut None) else { return true };
        let mut ends = self.kernel(sock, Some(peer), false).into_iter();
        let Some(now) = ends.next() else { return true };
        // A close sends the FIN only with the last descriptor: a parent's close of what its child serves sends nothing.
        let unsent = ends.next().is_some_and(|peer| matches!(peer.state.as_str(), "ESTABLISHED" | "CLOSE-WAIT"));
        let (sent, finished) = (self.get(peer).written, self.get(peer).finished && !unsent);
        if now.state == "CLOSED" {
            return true;
        }
        let open = matches!(now.state.as_str(), "ESTABLISHED" | "FIN-WAIT-1" | "FIN-WAIT-2");
        u64::from(now.recv_queue) + self.get(sock).read >= sent && !(finished && open)
    }
}

const LISTEN: u8 = 10;

/// What a call's argument says about a socket's addresses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Told<'a> {
    Local(Option<&'a String>),
    Remote(Option<&'a String>),
    Nothing,
}

/// Addresses as frames show them: an IPv4 peer of an IPv6 socket is an IPv4 host on the wire.
fn address(text: &Option<String>) -> Option<SocketAddr> {
    let address: SocketAddr = text.as_ref()?.parse().ok()?;
    Some(SocketAddr::new(address.ip().to_canonical(), address.port()))
}

fn read_addresses(socket: &OwnedFd, record: &mut Socket) {
    if let Some(local) = pidfd::local_address(socket).ok().and_then(|bytes| parse_address(&bytes)) {
        // Port 0 is no address yet.
        if !local.ends_with(":0") {
            record.local = Some(local);
        }
    }
    // A reset connection has no peer any more; what it had is still worth knowing.
    if let Ok(bytes) = pidfd::peer_address(socket) {
        record.remote = parse_address(&bytes);
    }
}

fn borrow(pid: i32, fd: i32) -> Option<OwnedFd> {
    let by_process = pidfd::open(pid).and_then(|process| pidfd::borrow(&process, fd));
    match by_process {
        Ok(socket) => Some(socket),
        Err(_) => pidfd::borrow(&pidfd::open_thread(survivor(pid)?).ok()?, fd).ok(),
    }
}

/// A thread of a process whose first thread has ended: with that, the process itself has no descriptors to show, though
/// the others use them.
fn survivor(pid: i32) -> Option<i32> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let numbers = threads.filter_map(|thread| thread.ok()?.file_name().to_str()?.parse().ok());
    numbers.into_iter().find(|tid| *tid != pid)
}

/// Size of the next datagram in a socket's queue.
pub(crate) fn next_datagram(pid: i32, fd: i32) -> Option<u32> {
    pidfd::bytes_waiting(&borrow(pid, fd)?).ok()
}

/// The inode of the socket behind a descriptor.
fn inode(pid: i32, fd: i32) -> Option<u64> {
    let link = std::fs::read_link(format!("/proc/{pid}/fd/{fd}"));
    let link = link.or_else(|error| match survivor(pid) {
        Some(thread) => std::fs::read_link(format!("/proc/{thread}/fd/{fd}")),
        None => Err(error),
    });
    let link = link.ok()?;
    link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}
