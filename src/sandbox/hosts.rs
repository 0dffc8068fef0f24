//! The hosts of a cable: a network namespace each, with an interface, addresses and settings of its own. The other ends of
//! their cables are in this process's namespace, where the recorder carries frames from one to the other.
//!
//! Refuses to give the middle of a cable a life of its own: it has no address, asks for none and answers nothing.

use crate::sys::link::{self, End};
use crate::sys::tap::Taps;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// A cable's MTU where nothing else is asked for: Ethernet's.
pub const ETHERNET_MTU: u32 = 1500;
/// Ethernet header, and a VLAN tag that a program may set.
const HEADER: usize = 18;

/// A host to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPlan {
    /// Its name.
    pub name: String,
    /// MTU of its interface, bytes.
    pub mtu: u32,
}

/// The IPv4 address of the host of this number, from 0: 192.0.2.0/24 is for documentation (RFC 5737).
pub fn ipv4(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(192, 0, 2, number as u8 + 1)
}

/// Its IPv6 address: 2001:db8::/32 is for documentation (RFC 3849).
pub fn ipv6(number: usize) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, number as u16 + 1)
}

/// A host that is there.
pub(crate) struct Host {
    pub name: String,
    pub addresses: [IpAddr; 2],
    pub mac: [u8; 6],
    pub mtu: u32,
    pub netns: OwnedFd,
    /// Number of the interface at our end of its cable.
    pub interface: i32,
}

/// Hosts and what joins them.
pub(crate) struct Cable {
    pub hosts: Vec<Host>,
    pub taps: Taps,
}

impl Cable {
    /// Makes the hosts. `settings` are written below net.ipv4 in each; what could not be written is named in `failed`.
    pub(crate) fn new(
        plans: &[HostPlan],
        settings: &[(String, String)],
        failed: &mut Vec<String>,
    ) -> io::Result<Cable> {
        let home = namespace()?;
        let mut hosts = Vec::new();
        for (number, plan) in plans.iter().enumerate() {
            unshare(CloneFlags::CLONE_NEWNET)?;
            let netns = namespace()?;
            setns(&home, CloneFlags::CLONE_NEWNET)?;
            let interface = lay(number, plan, &netns)?;
            setns(&netns, CloneFlags::CLONE_NEWNET)?;
            let furnished = furnish(number, plan, settings, failed);
            setns(&home, CloneFlags::CLONE_NEWNET)?;
            let addresses = furnished?;
            hosts.push(Host { name: plan.name.clone(), addresses, mac: mac(number), mtu: plan.mtu, netns, interface });
        }
        let longest = hosts.iter().map(|host| host.mtu as usize).max().unwrap_or(0) + HEADER;
        Ok(Cable { hosts, taps: Taps::open(longest)? })
    }

    /// How many frames the kernel dropped on the way into the middle of the cable, in it, or out of it: queues were full.
    pub(crate) fn lost(&mut self) -> u64 {
        let hosts = (0..self.hosts.len()).filter_map(|host| self.within(host, unsent).ok()).sum::<u64>();
        self.taps.lost() + unsent() + hosts
    }

    /// Runs `work` as a process of that host.
    pub(crate) fn within<T>(&self, host: usize, work: impl FnOnce() -> T) -> io::Result<T> {
        let home = namespace()?;
        setns(&self.hosts[host].netns, CloneFlags::CLONE_NEWNET)?;
        let done = work();
        setns(&home, CloneFlags::CLONE_NEWNET)?;
        Ok(done)
    }
}

/// Frames that the interfaces of the network namespace of this process could not hand to the other ends of their cables:
/// proc_pid_net(5), the column `drop` of what they transmitted.
fn unsent() -> u64 {
    let table = fs::read_to_string("/proc/thread-self/net/dev").unwrap_or_default();
    let dropped = |line: &str| line.split_once(':')?.1.split_whitespace().nth(11)?.parse::<u64>().ok();
    table.lines().filter_map(dropped).sum()
}

fn namespace() -> io::Result<OwnedFd> {
    Ok(File::open("/proc/thread-self/ns/net")?.into())
}

/// The hardware address of the host of this number: locally administered, so that it is nobody's (IEEE 802, the second bit of
/// the first byte).
fn mac(number: usize) -> [u8; 6] {
    [2, 0, 0, 0, 0, number as u8 + 1]
}

/// The interface of every host.
const NAME: &str = "eth0";

/// Lays a cable from this namespace into that of a host, and prepares our end of it: a wire, not a host. Gives its number. Our
/// end is up first: what the host says as soon as its own is must not be lost.
fn lay(number: usize, plan: &HostPlan, netns: &OwnedFd) -> io::Result<i32> {
    let ours = format!("cable{number}");
    let end = End { name: &ours, mtu: Some(plan.mtu), ..End::default() };
    let peer = End { name: NAME, mac: Some(mac(number)), mtu: Some(plan.mtu), netns: Some(netns.as_fd()) };
    link::create_veth(end, peer)?;
    let _ = fs::write(format!("/proc/sys/net/ipv6/conf/{ours}/disable_ipv6"), "1");
    link::no_segmentation_offload(&ours)?;
    link::up(&ours)?;
    link::index(&ours)
}

/// Furnishes the namespace this process is in as a host. Gives its addresses.
fn furnish(
    number: usize,
    plan: &HostPlan,
    settings: &[(String, String)],
    failed: &mut Vec<String>,
) -> io::Result<[IpAddr; 2]> {
    link::no_checksum_offload(NAME)?;
    link::no_segmentation_offload(NAME)?;
    // No address of the link alone (fe80::), no search for routers, and groups it has joined are told of some day within
    // three weeks (MLD): what a host says unasked comes at times of its own, perhaps before the other end is up.
    for (name, value) in [
        ("accept_dad", "0"),
        ("router_solicitations", "0"),
        ("accept_ra", "0"),
        ("addr_gen_mode", "1"),
        ("mldv2_unsolicited_report_interval", "2000000000"),
    ] {
        // Without IPv6 in the kernel there is nothing to keep quiet.
        let _ = fs::write(format!("/proc/sys/net/ipv6/conf/{NAME}/{name}"), value);
    }
    failed.extend(super::pin_tcp(settings));
    link::up("lo")?;
    link::up(NAME)?;
    let addresses = [IpAddr::V4(ipv4(number)), IpAddr::V6(ipv6(number))];
    link::add_address(NAME, addresses[0], 24)?;
    // RFC 8200, section 5: IPv6 needs 1280 bytes.
    if plan.mtu >= 1280 && link::add_address(NAME, addresses[1], 64).is_err() {
        failed.push("an IPv6 address".into());
    }
    Ok(addresses)
}

/// Lets programs find the hosts by their names: files that only this process and its children see lie over /etc/hosts and,
/// so that nobody else is asked, over /etc/nsswitch.conf. hosts(5), nsswitch.conf(5).
pub(crate) fn name_hosts(hosts: &[Host]) -> io::Result<()> {
    unshare(CloneFlags::CLONE_NEWNS)?;
    let none: Option<&Path> = None;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)?;
    let mut names = String::from("127.0.0.1 localhost\n::1 localhost\n");
    for host in hosts {
        for address in host.addresses {
            names += &format!("{address} {}\n", host.name);
        }
    }
    cover(Path::new("/etc/hosts"), &names)?;
    let switch = fs::read_to_string("/etc/nsswitch.conf").unwrap_or_default();
    let lines = switch.lines().map(|line| if line.starts_with("hosts:") { "hosts: files" } else { line });
    match switch.is_empty() {
        true => Ok(()),
        false => cover(Path::new("/etc/nsswitch.conf"), &(lines.collect::<Vec<_>>().join("\n") + "\n")),
    }
}

fn cover(place: &Path, text: &str) -> io::Result<()> {
    let name = place.file_name().map_or_else(Default::default, |name| name.to_string_lossy());
    let file = std::env::temp_dir().join(format!("lab-{}-{name}", std::process::id()));
    File::create_new(&file)?.write_all(text.as_bytes())?;
    let none: Option<&Path> = None;
    let covered = mount(Some(&file), place, none, MsFlags::MS_BIND, none);
    // The mount keeps what the file holds; its name is needed no more.
    fs::remove_file(&file)?;
    Ok(covered?)
}
