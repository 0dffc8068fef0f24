//! Addresses as a recording writes them, brought to one form so that both ends of a connection compare equal.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Reads `127.0.0.1:80` or `[::1]:80`. An IPv4-mapped IPv6 address becomes the IPv4 address it stands for, and the zone
/// of a link-local address is dropped: frames do not carry it. Paths of AF_UNIX sockets give none.
pub(crate) fn parse(text: &str) -> Option<SocketAddr> {
    match text.parse::<SocketAddr>() {
        Ok(address) => Some(plain(address)),
        Err(_) => {
            let (before, rest) = text.split_once('%')?;
            let (_, after) = rest.split_once(']')?;
            format!("{before}]{after}").parse().ok().map(plain)
        }
    }
}

/// The same address in one form: no mapped addresses, no flow label, no zone.
pub(super) fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// True when traffic for or from `address` can belong to a socket bound to `local`, which may be the wildcard.
pub(crate) fn belongs(local: SocketAddr, address: SocketAddr) -> bool {
    local.port() == address.port() && (local.ip() == address.ip() || local.ip().is_unspecified())
}

/// The address a datagram for `address` is really sent to: the kernel takes the wildcard to mean this host.
pub(super) fn destination(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
