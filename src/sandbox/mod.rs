//! The private network a run lives in, and what this machine permits.
//!
//! A process enters it once, before it has any thread, and stays there until it ends; the namespaces end with it.
//! Refuses to fall back silently: each tier is tried on its own, and a refusal names the step, the error and the remedy.

mod remedy;

use crate::sys::link;
use crate::sys::packet::Capture;
use crate::sys::tracee;
use nix::sched::{CloneFlags, unshare};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;

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
    pub(crate) capture: Option<Capture>,
}

/// The step that every tier needs.
pub(crate) const TRACE: &str = "trace a program (ptrace)";

/// Enters the given tier with this process. After a refusal the process is in an undefined state and must end.
pub fn enter(tier: u8, mtu: Option<u32>) -> Result<Sandbox, Refusal> {
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
        link::create_veth("lab0", "lab1").map_err(|error| refused("create a network cable (veth)", error))?;
        if let Some(mtu) = mtu {
            link::set_mtu("lo", mtu).map_err(|error| refused("set the loopback's MTU", error))?;
            link::no_segmentation_offload("lo").map_err(|error| refused("switch segmentation offload off", error))?;
        }
        link::up("lo").map_err(|error| refused("bring the loopback up", error))?;
        notes.extend(pin_tcp());
    } else if mtu.is_some() {
        notes.push("the MTU of a shared loopback is not ours to change".to_string());
    }
    tracee::probe().map_err(|error| refused(TRACE, error))?;
    let capture = match tier {
        3 => None,
        _ => Some(
            link::index("lo")
                .and_then(Capture::open)
                .map_err(|error| refused("capture frames (AF_PACKET, needs CAP_NET_RAW)", error))?,
        ),
    };
    match tier {
        2 => notes.push("shared loopback: only frames of this run's addresses are shown".to_string()),
        3 => notes.push("frames were not recorded: this machine permits neither namespaces nor capture".to_string()),
        _ => {}
    }
    let note = (!notes.is_empty()).then(|| notes.join("; "));
    let mtu = mtu.filter(|_| private).unwrap_or(65_536);
    Ok(Sandbox { tier, private, mtu, note, capture })
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
fn pin_tcp() -> Option<String> {
    let settings = [("tcp_congestion_control", "reno"), ("tcp_autocorking", "0")];
    let failed: Vec<_> = settings
        .iter()
        .filter(|(name, value)| fs::write(format!("/proc/sys/net/ipv4/{name}"), value).is_err())
        .map(|(name, _)| *name)
        .collect();
    (!failed.is_empty()).then(|| format!("could not pin {}", failed.join(" and ")))
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
