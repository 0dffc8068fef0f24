//! sockaddr → the text of the notation: `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`. ip(7), ipv6(7), unix(7).

use crate::sys::memory;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

/// Reads and names the address at `at` in the tracee. None when it is not readable or of a family that is not shown.
pub(crate) fn address(tid: i32, at: u64, len: u64) -> Option<String> {
    let mut bytes = Vec::new();
    memory::read(tid, at, (len as usize).min(128), &mut bytes).ok()?;
    parse(&bytes)
}

/// Names the bytes of a sockaddr.
pub(crate) fn parse(bytes: &[u8]) -> Option<String> {
    let family = i32::from(u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?));
    match family {
        libc::AF_INET => {
            let port = u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?);
            let ip: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
            Some(SocketAddrV4::new(Ipv4Addr::from(ip), port).to_string())
        }
        libc::AF_INET6 => {
            let port = u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?);
            let ip: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
            Some(SocketAddrV6::new(Ipv6Addr::from(ip), port, 0, 0).to_string())
        }
        libc::AF_UNIX => {
            let path = &bytes[2..];
            Some(match path.first() {
                None => "unix:".to_string(),
                // Abstract names begin with a zero byte and may hold any bytes: unix(7).
                Some(0) if path.iter().all(|byte| *byte == 0) => "unix:".to_string(),
                Some(0) => format!("unix:@{}", path[1..].escape_ascii()),
                Some(_) => {
                    let end = path.iter().position(|byte| *byte == 0).unwrap_or(path.len());
                    format!("unix:{}", String::from_utf8_lossy(&path[..end]))
                }
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_the_notation_writes_them() {
        let v4 = [2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(parse(&v4).as_deref(), Some("127.0.0.1:8080"));
        let mut v6 = vec![10, 0, 0x1f, 0x90, 0, 0, 0, 0];
        v6.extend(std::net::Ipv6Addr::LOCALHOST.octets());
        assert_eq!(parse(&v6).as_deref(), Some("[::1]:8080"));
        assert_eq!(parse(b"\x01\0/tmp/s\0junk").as_deref(), Some("unix:/tmp/s"));
        assert_eq!(parse(b"\x01\0\0name").as_deref(), Some("unix:@name"));
        assert_eq!(parse(b"\x01\0").as_deref(), Some("unix:"));
    }

    #[test]
    fn a_short_or_strange_address_is_nothing() {
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&[2, 0, 1]), None);
        assert_eq!(parse(&[16, 0, 0, 0, 0, 0, 0, 0]), None);
    }
}
