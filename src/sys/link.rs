//! Network interfaces: up, MTU, offload, and the one netlink message that creates a veth pair.

use super::{as_bytes, check};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

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
    const SIOCETHTOOL: libc::c_ulong = 0x8946;
    for command in [ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO] {
        // struct ethtool_value: the command and its value, 0 for off.
        let value: [u32; 2] = [command, 0];
        let pointer = (value.as_ptr() as usize).to_ne_bytes();
        control(SIOCETHTOOL, &mut request(name, &pointer))?;
    }
    Ok(())
}

/// Creates a veth pair. Systems that allow a user namespace but no capabilities in it refuse exactly this.
pub(crate) fn create_veth(name: &str, peer: &str) -> io::Result<()> {
    // SAFETY: socket takes integers and returns a new descriptor that nobody else owns.
    let fd = unsafe {
        let fd =
            check(i64::from(libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, libc::NETLINK_ROUTE)))?;
        OwnedFd::from_raw_fd(fd as i32)
    };
    // SAFETY: an all-zero ifinfomsg is a valid value of that plain C structure.
    let link: libc::ifinfomsg = unsafe { std::mem::zeroed() };
    const VETH_INFO_PEER: u16 = 1;
    const IFLA_INFO_DATA: u16 = 2;
    let peer = [as_bytes(&link).to_vec(), attribute(libc::IFLA_IFNAME, &name_bytes(peer))].concat();
    let data = attribute(IFLA_INFO_DATA, &attribute(VETH_INFO_PEER, &peer));
    let info = [attribute(libc::IFLA_INFO_KIND, b"veth"), data].concat();
    let body = [
        as_bytes(&link).to_vec(),
        attribute(libc::IFLA_IFNAME, &name_bytes(name)),
        attribute(libc::IFLA_LINKINFO, &info),
    ]
    .concat();
    let flags = libc::NLM_F_REQUEST | libc::NLM_F_ACK | libc::NLM_F_CREATE | libc::NLM_F_EXCL;
    let mut message = Vec::with_capacity(16 + body.len());
    message.extend_from_slice(&(16 + body.len() as u32).to_ne_bytes());
    message.extend_from_slice(&libc::RTM_NEWLINK.to_ne_bytes());
    message.extend_from_slice(&(flags as u16).to_ne_bytes());
    message.extend_from_slice(&[0; 8]); // sequence and port: one question, one answer
    message.extend_from_slice(&body);
    let mut reply = [0u8; 1024];
    // SAFETY: both buffers are alive and as long as said.
    let read = unsafe {
        check(libc::send(fd.as_raw_fd(), message.as_ptr().cast(), message.len(), 0) as i64)?;
        check(libc::recv(fd.as_raw_fd(), reply.as_mut_ptr().cast(), reply.len(), 0) as i64)? as usize
    };
    // struct nlmsgerr after the header: 0 for success, else minus errno.
    match reply.get(16..20).filter(|_| read >= 20).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => match i32::from_ne_bytes(bytes) {
            0 => Ok(()),
            error => Err(io::Error::from_raw_os_error(-error)),
        },
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn name_bytes(name: &str) -> Vec<u8> {
    [name.as_bytes(), &[0]].concat()
}

/// A netlink attribute: length, type, value, padded to four bytes. rtnetlink(7).
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let len = 4 + value.len();
    let mut bytes = Vec::with_capacity(len.next_multiple_of(4));
    bytes.extend_from_slice(&(len as u16).to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(value);
    bytes.resize(len.next_multiple_of(4), 0);
    bytes
}
