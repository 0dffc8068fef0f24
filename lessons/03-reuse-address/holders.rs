//! Tells which sockets hold a port, out of the kernel's own list. Prints nothing where there is no
//! such list (it is a file of Linux, and this one is about IPv4).

use std::fs;
use std::net::Ipv4Addr;

/// The states in the kernel's numbering, as `ss` writes them.
const STATES: [&str; 12] = [
    "?",
    "ESTABLISHED",
    "SYN-SENT",
    "SYN-RECV",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "TIME-WAIT",
    "CLOSED",
    "CLOSE-WAIT",
    "LAST-ACK",
    "LISTEN",
    "CLOSING",
];

/// Prints a line for each TCP socket whose own port is `port`.
pub fn print(port: u16) {
    let list = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    for line in list.lines().skip(1) {
        // Each line: number, own address, peer's address, state, and more that is of no use here.
        let fields: Vec<&str> = line.split_whitespace().collect();
        if let [_, own, peer, state, ..] = fields[..]
            && let Some((own, peer)) = address(own).zip(address(peer))
            && own.1 == port
        {
            let state = usize::from_str_radix(state, 16).unwrap_or(0);
            let state = STATES.get(state).unwrap_or(&"?");
            println!("  {state} {}:{} with {}:{}", own.0, own.1, peer.0, peer.1);
        }
    }
}

/// `0100007F:1F90` is 127.0.0.1:8080: the four bytes as this machine reads them as one number.
fn address(text: &str) -> Option<(Ipv4Addr, u16)> {
    let (ip, port) = text.split_once(':')?;
    let ip = u32::from_str_radix(ip, 16).ok()?;
    Some((Ipv4Addr::from(ip.to_ne_bytes()), u16::from_str_radix(port, 16).ok()?))
}
