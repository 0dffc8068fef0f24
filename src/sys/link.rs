//! Network interfaces: up, MTU, offload, addresses, veth pairs.

use super::{as_bytes, check, netlink};
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// `struct ifreq`: the name of an interface and one argument.
#[repr(C)]
struct InterfaceRequest {
    name: [u8; 16],
    argument: [u8; 24],
}

fn request(name: &str, argument: &[u8]) -> InterfaceRequest {
    let mut request = InterfaceRequest { name: [0; 16], argument: [0; 24] };
    let len = name.len().min(15); // the sixteenth byte ends the name
    request.name[..len].copy_from_slice(&name.as_bytes()[..len]);
    request.argument[..argument.len().min(24)].copy_from_slice(&argument[..argument.len().min(24)]);
    request
}

fn control_socket() -> io::Result<OwnedFd> {
    // SAFETY: socket takes integers and returns a new descriptor that nobody else owns.
    unsafe {
        let fd = check(i64::from(libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0)))?;
        Ok(OwnedFd::from_raw_fd(fd as i32))
    }
}

fn control(code: libc::c_ulong, request: &mut InterfaceRequest) -> io::Result<()> {
    let socket = control_socket()?;
    // SAFETY: every code used in this file reads or writes one `struct ifreq`, which is 40 bytes on 64-bit Linux.
    check(i64::from(unsafe { libc::ioctl(socket.as_raw_fd(), code as _, std::ptr::from_mut(request)) }))?;
    Ok(())
}

/// Brings an interface up. For `lo` the kernel then gives it 127.0.0.1 and ::1.
pub(crate) fn up(name: &str) -> io::Result<()> {
    let flags = (libc::IFF_UP | libc::IFF_RUNNING) as i16;
    control(libc::SIOCSIFFLAGS as _, &mut request(name, &flags.to_ne_bytes()))
}

/// Sets the MTU in bytes.
pub(crate) fn set_mtu(name: &str, mtu: u32) -> io::Result<()> {
    control(libc::SIOCSIFMTU as _, &mut request(name, &(mtu as i32).to_ne_bytes()))
}

/// Number of an interface.
pub(crate) fn index(name: &str) -> io::Result<i32> {
    let mut request = request(name, &[]);
    control(libc::SIOCGIFINDEX as _, &mut request)?;
    let bytes: [u8; 4] = request.argument[..4].try_into().map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(i32::from_ne_bytes(bytes))
}

/// Switches segmentation offload off, so that a frame on the wire is what a cable would carry: with it, the kernel hands
/// over segments many times the MTU. TSO first: the kernel refuses some orders.
pub(crate) fn no_segmentation_offload(name: &str) -> io::Result<()> {
    const ETHTOOL_STSO: u32 = 0x1f;
    const ETHTOOL_SGSO: u32 = 0x24;
    const ETHTOOL_SGRO: u32 = 0x2c;
    [ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO].into_iter().try_for_each(|command| switch_off(name, command))
}

/// Makes the kernel compute the checksums of what it sends. It leaves them to a card that a veth has not got, and frames
/// that are read and sent on would be refused at the other end.
pub(crate) fn no_checksum_offload(name: &str) -> io::Result<()> {
    const ETHTOOL_STXCSUM: u32 = 0x17;
    switch_off(name, ETHTOOL_STXCSUM)
}

fn switch_off(name: &str, command: u32) -> io::Result<()> {
    const SIOCETHTOOL: libc::c_ulong = 0x8946;
    // struct ethtool_value: the command and its value, 0 for off.
    let value: [u32; 2] = [command, 0];
    let pointer = (value.as_ptr() as usize).to_ne_bytes();
    control(SIOCETHTOOL, &mut request(name, &pointer))
}

/// One end of a cable to be made.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct End<'a> {
    /// Name of the interface.
    pub name: &'a str,
    /// Its hardware address; the kernel chooses one where none is given.
    pub mac: Option<[u8; 6]>,
    /// Bytes of the largest packet, where not 1500.
    pub mtu: Option<u32>,
    /// The network namespace it goes to, where not that of this process.
    pub netns: Option<BorrowedFd<'a>>,
}

/// Creates a veth pair. Systems that allow a user namespace but no capabilities in it refuse exactly this.
pub(crate) fn create_veth(end: End<'_>, peer: End<'_>) -> io::Result<()> {
    const VETH_INFO_PEER: u16 = 1;
    const IFLA_INFO_DATA: u16 = 2;
    let data = netlink::attribute(IFLA_INFO_DATA, &netlink::attribute(VETH_INFO_PEER, &described(peer)));
    let info = [netlink::attribute(libc::IFLA_INFO_KIND, b"veth"), data].concat();
    let body = [described(end), netlink::attribute(libc::IFLA_LINKINFO, &info)].concat();
    netlink::create(libc::RTM_NEWLINK, &body)
}

/// `struct ifinfomsg` and the attributes of an end.
fn described(end: End<'_>) -> Vec<u8> {
    // SAFETY: an all-zero ifinfomsg is a valid value of that plain C structure.
    let link: libc::ifinfomsg = unsafe { std::mem::zeroed() };
    let mut bytes = as_bytes(&link).to_vec();
    bytes.extend(netlink::attribute(libc::IFLA_IFNAME, &[end.name.as_bytes(), &[0]].concat()));
    bytes.extend(end.mac.map(|mac| netlink::attribute(libc::IFLA_ADDRESS, &mac)).unwrap_or_default());
    bytes.extend(end.mtu.map(|mtu| netlink::attribute(libc::IFLA_MTU, &mtu.to_ne_bytes())).unwrap_or_default());
    if let Some(netns) = end.netns {
        bytes.extend(netlink::attribute(libc::IFLA_NET_NS_FD, &netns.as_raw_fd().to_ne_bytes()));
    }
    bytes
}

/// Gives an interface an address, and with it the route to its network. For IPv6 without asking first whether somebody
/// else has it (RFC 4862, 5.4): the hosts of a cable have theirs from us.
pub(crate) fn add_address(name: &str, address: IpAddr, prefix: u8) -> io::Result<()> {
    const IFA_F_NODAD: u8 = 0x02;
    let (family, flags, bytes) = match address {
        IpAddr::V4(address) => (libc::AF_INET, 0, address.octets().to_vec()),
        IpAddr::V6(address) => (libc::AF_INET6, IFA_F_NODAD, address.octets().to_vec()),
    };
    // struct ifaddrmsg: family, prefix length, flags, scope, index.
    let mut body = vec![family as u8, prefix, flags, libc::RT_SCOPE_UNIVERSE];
    body.extend(index(name)?.to_ne_bytes());
    body.extend(netlink::attribute(libc::IFA_LOCAL, &bytes));
    body.extend(netlink::attribute(libc::IFA_ADDRESS, &bytes));
    netlink::create(libc::RTM_NEWADDR, &body)
}
