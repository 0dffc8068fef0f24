//! Numbers → the names of the manual pages.

use crate::sys::memory;

fn flags(value: i32, names: &[(i32, &str)]) -> String {
    let mut rest = value;
    let mut words = Vec::new();
    for (bit, name) in names {
        if value & bit != 0 {
            words.push((*name).to_string());
            rest &= !bit;
        }
    }
    if rest != 0 {
        words.push(format!("{rest:#x}"));
    }
    words.join("|")
}

/// `MSG_PEEK|MSG_DONTWAIT`. MSG_NOSIGNAL is left out: every Rust and Go program sets it on every send.
pub(crate) fn message_flags(value: i32) -> String {
    flags(
        value & !(libc::MSG_NOSIGNAL | libc::MSG_CMSG_CLOEXEC),
        &[
            (libc::MSG_OOB, "MSG_OOB"),
            (libc::MSG_PEEK, "MSG_PEEK"),
            (libc::MSG_DONTROUTE, "MSG_DONTROUTE"),
            (libc::MSG_CTRUNC, "MSG_CTRUNC"),
            (libc::MSG_TRUNC, "MSG_TRUNC"),
            (libc::MSG_DONTWAIT, "MSG_DONTWAIT"),
            (libc::MSG_EOR, "MSG_EOR"),
            (libc::MSG_WAITALL, "MSG_WAITALL"),
            (libc::MSG_CONFIRM, "MSG_CONFIRM"),
            (libc::MSG_ERRQUEUE, "MSG_ERRQUEUE"),
            (libc::MSG_MORE, "MSG_MORE"),
            (libc::MSG_WAITFORONE, "MSG_WAITFORONE"),
            (libc::MSG_ZEROCOPY, "MSG_ZEROCOPY"),
            (libc::MSG_FASTOPEN, "MSG_FASTOPEN"),
        ],
    )
}

/// accept4's flags; close-on-exec is left out for the same reason.
pub(super) fn socket_flags(value: i32) -> String {
    flags(value & !libc::SOCK_CLOEXEC, &[(libc::SOCK_NONBLOCK, "SOCK_NONBLOCK")])
}

/// `tcp`, `udp`, `inet6 tcp`, `unix stream`, `inet raw` …
pub(crate) fn socket_words(family: i32, kind: i32, protocol: i32) -> String {
    let base = kind & 0xf;
    let mut words = match (family, base) {
        (libc::AF_INET, libc::SOCK_STREAM) if protocol == 0 || protocol == libc::IPPROTO_TCP => "tcp".to_string(),
        (libc::AF_INET, libc::SOCK_DGRAM) if protocol == 0 || protocol == libc::IPPROTO_UDP => "udp".to_string(),
        (libc::AF_INET6, libc::SOCK_STREAM) if protocol == 0 || protocol == libc::IPPROTO_TCP => "inet6 tcp".into(),
        (libc::AF_INET6, libc::SOCK_DGRAM) if protocol == 0 || protocol == libc::IPPROTO_UDP => "inet6 udp".into(),
        _ => format!("{} {}", family_name(family), kind_name(base)),
    };
    if kind & libc::SOCK_NONBLOCK != 0 {
        words.push_str(" non-blocking");
    }
    words
}

/// `inet`, `inet6`, `unix`, `netlink`, `packet` …
pub(crate) fn family_name(family: i32) -> &'static str {
    match family {
        libc::AF_INET => "inet",
        libc::AF_INET6 => "inet6",
        libc::AF_UNIX => "unix",
        libc::AF_NETLINK => "netlink",
        libc::AF_PACKET => "packet",
        libc::AF_VSOCK => "vsock",
        _ => "other",
    }
}

/// `stream`, `dgram` …
pub(crate) fn kind_name(kind: i32) -> &'static str {
    match kind & 0xf {
        libc::SOCK_STREAM => "stream",
        libc::SOCK_DGRAM => "dgram",
        libc::SOCK_SEQPACKET => "seqpacket",
        libc::SOCK_RAW => "raw",
        _ => "other",
    }
}

/// `SHUT_WR`
pub(super) fn how(value: i32) -> String {
    match value {
        libc::SHUT_RD => "SHUT_RD".into(),
        libc::SHUT_WR => "SHUT_WR".into(),
        libc::SHUT_RDWR => "SHUT_RDWR".into(),
        other => other.to_string(),
    }
}

/// `SO_REUSEADDR`, `TCP_NODELAY` …
pub(super) fn option(level: i32, option: i32) -> String {
    let known: &[(i32, &str)] = match level {
        libc::SOL_SOCKET => &[
            (libc::SO_REUSEADDR, "SO_REUSEADDR"),
            (libc::SO_TYPE, "SO_TYPE"),
            (libc::SO_ERROR, "SO_ERROR"),
            (libc::SO_DONTROUTE, "SO_DONTROUTE"),
            (libc::SO_BROADCAST, "SO_BROADCAST"),
            (libc::SO_SNDBUF, "SO_SNDBUF"),
            (libc::SO_RCVBUF, "SO_RCVBUF"),
            (libc::SO_KEEPALIVE, "SO_KEEPALIVE"),
            (libc::SO_OOBINLINE, "SO_OOBINLINE"),
            (libc::SO_PRIORITY, "SO_PRIORITY"),
            (libc::SO_LINGER, "SO_LINGER"),
            (libc::SO_REUSEPORT, "SO_REUSEPORT"),
            (libc::SO_PASSCRED, "SO_PASSCRED"),
            (libc::SO_PEERCRED, "SO_PEERCRED"),
            (libc::SO_RCVLOWAT, "SO_RCVLOWAT"),
            (libc::SO_SNDLOWAT, "SO_SNDLOWAT"),
            (libc::SO_RCVTIMEO, "SO_RCVTIMEO"),
            (libc::SO_SNDTIMEO, "SO_SNDTIMEO"),
            (libc::SO_ACCEPTCONN, "SO_ACCEPTCONN"),
            (libc::SO_TIMESTAMP, "SO_TIMESTAMP"),
            (libc::SO_PROTOCOL, "SO_PROTOCOL"),
            (libc::SO_DOMAIN, "SO_DOMAIN"),
            (libc::SO_RXQ_OVFL, "SO_RXQ_OVFL"),
            (libc::SO_INCOMING_CPU, "SO_INCOMING_CPU"),
            (libc::SO_ZEROCOPY, "SO_ZEROCOPY"),
            (libc::SO_BINDTODEVICE, "SO_BINDTODEVICE"),
        ],
        libc::IPPROTO_TCP => &[
            (libc::TCP_NODELAY, "TCP_NODELAY"),
            (libc::TCP_MAXSEG, "TCP_MAXSEG"),
            (libc::TCP_CORK, "TCP_CORK"),
            (libc::TCP_KEEPIDLE, "TCP_KEEPIDLE"),
            (libc::TCP_KEEPINTVL, "TCP_KEEPINTVL"),
            (libc::TCP_KEEPCNT, "TCP_KEEPCNT"),
            (libc::TCP_SYNCNT, "TCP_SYNCNT"),
            (libc::TCP_LINGER2, "TCP_LINGER2"),
            (libc::TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT"),
            (libc::TCP_WINDOW_CLAMP, "TCP_WINDOW_CLAMP"),
            (libc::TCP_INFO, "TCP_INFO"),
            (libc::TCP_QUICKACK, "TCP_QUICKACK"),
            (libc::TCP_CONGESTION, "TCP_CONGESTION"),
            (libc::TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT"),
            (libc::TCP_FASTOPEN, "TCP_FASTOPEN"),
        ],
        libc::IPPROTO_IP => &[
            (libc::IP_TOS, "IP_TOS"),
            (libc::IP_TTL, "IP_TTL"),
            (libc::IP_RECVERR, "IP_RECVERR"),
            (libc::IP_PKTINFO, "IP_PKTINFO"),
            (libc::IP_MTU_DISCOVER, "IP_MTU_DISCOVER"),
            (libc::IP_MULTICAST_TTL, "IP_MULTICAST_TTL"),
            (libc::IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP"),
            (libc::IP_ADD_MEMBERSHIP, "IP_ADD_MEMBERSHIP"),
        ],
        libc::IPPROTO_IPV6 => &[
            (libc::IPV6_V6ONLY, "IPV6_V6ONLY"),
            (libc::IPV6_RECVERR, "IPV6_RECVERR"),
            (libc::IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO"),
            (libc::IPV6_UNICAST_HOPS, "IPV6_UNICAST_HOPS"),
        ],
        _ => &[],
    };
    match known.iter().find(|(number, _)| *number == option) {
        Some((_, name)) => (*name).to_string(),
        None => format!("option {option} of level {level}"),
    }
}

/// The value of an option as the manual pages would write it.
pub(super) fn option_value(tid: i32, level: i32, option: i32, at: u64, len: u64) -> Option<String> {
    let mut bytes = Vec::new();
    memory::read(tid, at, (len as usize).min(64), &mut bytes).ok()?;
    let int = |at: usize| Some(i32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let long = |at: usize| Some(i64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    match (level, option) {
        (libc::SOL_SOCKET, libc::SO_LINGER) => {
            let (on, seconds) = (int(0)?, int(4)?);
            Some(if on == 0 { "off".into() } else { format!("on, {seconds} s") })
        }
        (libc::SOL_SOCKET, libc::SO_RCVTIMEO | libc::SO_SNDTIMEO) => {
            let (seconds, micros) = (long(0)?, long(8)?);
            Some(format!("{} ms", seconds.saturating_mul(1000).saturating_add(micros / 1000)))
        }
        (libc::SOL_SOCKET, libc::SO_ERROR) => {
            let code = int(0)?;
            Some(if code == 0 { "0".into() } else { errno_name(code) })
        }
        (libc::IPPROTO_TCP, libc::TCP_CONGESTION) | (libc::SOL_SOCKET, libc::SO_BINDTODEVICE) => {
            let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
            Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
        }
        _ if bytes.len() == 4 => int(0).map(|value| value.to_string()),
        _ => Some(format!("{len} bytes")),
    }
}

/// `ECONNREFUSED`
pub(crate) fn errno_name(code: i32) -> String {
    let name = format!("{:?}", nix::errno::Errno::from_raw(code));
    if name == "UnknownErrno" { format!("errno {code}") } else { name }
}

/// `SIGALRM`, `SIGRT34`
pub(crate) fn signal_name(number: i32) -> String {
    match nix::sys::signal::Signal::try_from(number) {
        Ok(signal) => signal.as_str().to_string(),
        Err(_) => format!("SIGRT{number}"),
    }
}
