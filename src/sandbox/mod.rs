//! The private network a run lives in, and what this machine permits.
//!
//! A process enters it once, before it has any thread, and stays there until it ends; the namespaces end with it.
//! Refuses to fall back silently: each tier is tried on its own, and a refusal names the step, the error and the remedy.

pub(crate) mod hosts;
mod remedy;

use crate::sys::link::{self, End};
use crate::sys::packet::Capture;
use crate::sys::tracee;
use nix::sched::{CloneFlags, unshare};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;

pub use hosts::{ETHERNET_MTU, HostPlan};
pub use remedy::remedy;

/// The tiers in the order in which they are tried. Tier 1 needs real root and is the simpler world then.
pub fn tiers_to_try() -> &'static [u8] {
    if nix::unistd::geteuid().is_root() { &[1, 0, 2, 3] } else { &[0, 2, 3] }
}

/// What a tier gives, in words.
pub fn tier_name(tier: u8) -> &'static str {
    match tier {
        0 => "private network, without root",
        1 => "private network, as root",
        2 => "shared loopback, frames filtered to this run",
        3 => "calls only, no frames",
        _ => "replay only",
    }
}

/// A tier that could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The tier that was tried.
    pub tier: u8,
    /// What was tried: `create a user and a network namespace`.
    pub step: String,
    /// What the system said: `EPERM (Operation not permitted)`.
    pub error: String,
}

/// The world after [`enter`].
pub struct Sandbox {
    /// The tier that was entered.
    pub tier: u8,
    /// True when the network belongs to this run alone.
    pub private: bool,
    /// MTU of the loopback, bytes.
    pub mtu: u32,
    /// What limits the view, for the reader.
    pub note: Option<String>,
    /// Where frames of the loopback are seen.
    pub(crate) capture: Option<Capture>,
    /// The hosts and the cable between them, when that is what was asked for.
    pub(crate) cable: Option<hosts::Cable>,
}

/// The network a run asks for.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// MTU of the loopback, bytes; none for the kernel's own.
    pub mtu: Option<u32>,
    /// True to leave segmentation offload of the loopback on though it has an MTU.
    pub offload: bool,
    /// True when one task at a time makes its calls, so that few frames come between two looks.
    pub in_turns: bool,
    /// The hosts of a cable; none for a loopback.
    pub hosts: Vec<HostPlan>,
    /// Settings below net.ipv4, each with its value, on top of those that are always pinned.
    pub settings: Vec<(String, String)>,
}

/// The step that every tier needs.
pub(crate) const TRACE: &str = "trace a program (ptrace)";
/// The step that a cable needs.
pub(crate) const HOSTS: &str = "make hosts and join them by a cable (network namespaces, veth)";

/// Enters the given tier with this process. After a refusal the process is in an undefined state and must end.
pub fn enter(tier: u8, network: &Network) -> Result<Sandbox, Refusal> {
    let refused = |step: &str, error: io::Error| Refusal { tier, step: step.into(), error: describe(&error) };
    let private = tier < 2;
    let mut notes = Vec::new();
    match tier {
        0 => new_user_and_network().map_err(|error| refused("create a user and a network namespace", error))?,
        1 => unshare(CloneFlags::CLONE_NEWNET)
            .map_err(|error| refused("create a network namespace as root", error.into()))?,
        _ => {}
    }
    if private {
        // A system may allow the namespace and deny every capability in it: creating a veth pair tells.
        let end = |name| End { name, ..End::default() };
        link::create_veth(end("lab0"), end("lab1")).map_err(|error| refused("create a network cable (veth)", error))?;
        if let Some(mtu) = network.mtu {
            link::set_mtu("lo", mtu).map_err(|error| refused("set the loopback's MTU", error))?;
            if !network.offload {
                link::no_segmentation_offload("lo")
                    .map_err(|error| refused("switch segmentation offload off", error))?;
            }
        }
        link::up("lo").map_err(|error| refused("bring the loopback up", error))?;
    } else if network.mtu.is_some() {
        notes.push("the MTU of a shared loopback is not ours to change".to_string());
    }
    let settings: Vec<(String, String)> = PINNED
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .chain(network.settings.clone())
        .collect();
    let cable = match (private, network.hosts.is_empty()) {
        (_, true) => None,
        (false, false) => {
            let needs = io::Error::other("hosts are network namespaces, which this tier has not got");
            return Err(refused(HOSTS, needs));
        }
        (true, false) => {
            let mut failed = Vec::new();
            let cable =
                hosts::Cable::new(&network.hosts, &settings, &mut failed).map_err(|error| refused(HOSTS, error))?;
            notes.extend(not_pinned(failed));
            if let Err(error) = hosts::name_hosts(&cable.hosts) {
                notes.push(format!("hosts are not known by name here, only by address: {}", describe(&error)));
            }
            Some(cable)
        }
    };
    if private && cable.is_none() {
        notes.extend(not_pinned(pin_tcp(&settings)));
    } else if !private && !network.settings.is_empty() {
        notes.push("the settings of a shared network are not ours to change".to_string());
    }
    tracee::probe().map_err(|error| refused(TRACE, error))?;
    let capture = match tier {
        3 => None,
        _ if cable.is_some() => None,
        _ => Some(
            link::index("lo")
                .and_then(|interface| Capture::open(interface, network.in_turns))
                .map_err(|error| refused("capture frames (AF_PACKET, needs CAP_NET_RAW)", error))?,
        ),
    };
    match tier {
        2 => notes.push("shared loopback: only frames of this run's addresses are shown".to_string()),
        3 => notes.push("frames were not recorded: this machine permits neither namespaces nor capture".to_string()),
        _ => {}
    }
    let note = (!notes.is_empty()).then(|| notes.join("; "));
    let mtu = match &cable {
        Some(cable) => cable.hosts.iter().map(|host| host.mtu).max().unwrap_or(ETHERNET_MTU),
        None => network.mtu.filter(|_| private).unwrap_or(65_536),
    };
    Ok(Sandbox { tier, private, mtu, note, capture, cable })
}

/// One namespace for users, in which this user is itself, and one for the network. Mapped to itself and not to root: the
/// roles then are who they are outside, and programs that drop root do not try to. user_namespaces(7).
fn new_user_and_network() -> io::Result<()> {
    let (uid, gid) = (nix::unistd::geteuid(), nix::unistd::getegid());
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

/// Settings that make segmentation the same everywhere: some kernels pace (bbr) or hold small segments back while an
/// earlier one is still in the device's queue (autocorking), which on a busy machine glues what the lesson sends apart.
const PINNED: [(&str, &str); 2] = [("tcp_congestion_control", "reno"), ("tcp_autocorking", "0")];

/// Writes the settings, and gives the names of those that could not be.
fn pin_tcp(settings: &[(String, String)]) -> Vec<String> {
    let refused = |(name, value): &&(String, String)| fs::write(format!("/proc/sys/net/ipv4/{name}"), value).is_err();
    settings.iter().filter(refused).map(|(name, _)| name.clone()).collect()
}

fn not_pinned(mut failed: Vec<String>) -> Option<String> {
    failed.dedup();
    (!failed.is_empty()).then(|| format!("could not set {}", failed.join(" and ")))
}

/// `EPERM (Operation not permitted)`
pub fn describe(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => {
            let errno = nix::errno::Errno::from_raw(code);
            format!("{errno:?} ({})", errno.desc())
        }
        None => error.to_string(),
    }
}
