//! What the recorder process is told to do: one JSON line on its standard input.

use crate::recording::{CallId, Hex, Story};
use crate::sandbox::hosts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A run, fully resolved: nothing is looked up after this.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Plan {
    /// One line for the heading.
    pub title: String,
    /// The lesson's text, when a lesson runs.
    pub story: Option<Story>,
    /// The programs in the order in which they were declared.
    pub roles: Vec<PlannedRole>,
    /// Lines of the schedule, already known to parse.
    pub schedule: Vec<String>,
    /// Milliseconds until the run is ended.
    pub deadline_ms: u64,
    /// True when one task is to go on at a time, for the same order every time.
    pub turns: bool,
    /// True when every call, and on a cable every frame, waits until a person lets it go. One task goes on at a time then:
    /// `turns` must be true as well.
    #[serde(default)]
    pub by_hand: bool,
    /// What joins the programs.
    pub wire: PlannedWire,
    /// MTU of the loopback or of the cable, when the run asks for one.
    pub mtu: Option<u32>,
    /// True to leave segmentation offload of a loopback with an MTU on.
    #[serde(default)]
    pub offload: bool,
    /// Lines of the cable, already known to parse.
    #[serde(default)]
    pub cable: Vec<String>,
    /// Settings below net.ipv4 and their values.
    #[serde(default)]
    pub sysctl: Vec<(String, String)>,
    /// True to record `tcp_info` with every look at a socket.
    #[serde(default)]
    pub tcp_info: bool,
    /// Milliseconds for which every task may sleep without anything happening, before the run is ended; none for as long
    /// as the deadline allows. Time in which some task runs does not count.
    #[serde(default)]
    pub patience_ms: Option<u64>,
    /// Milliseconds for which servers may sleep, once nobody else is left, before they are considered done.
    #[serde(default)]
    pub quiet_ms: Option<u64>,
}

/// What joins the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedWire {
    /// They run on one host and use its loopback.
    #[default]
    Loopback,
    /// Each runs on a host of its own, or shares one with others.
    Cable,
}

/// One program.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PlannedRole {
    /// Name in the notation. Names that start with `server` start first and may outlive the others.
    pub name: String,
    /// The host it runs on when a cable joins hosts; its own name unless it shares one.
    pub host: String,
    /// The command; the first word is looked up in PATH when it has no slash.
    pub argv: Vec<String>,
    /// Variables set on top of the lab's environment.
    pub env: Vec<(String, String)>,
    /// Working directory.
    pub directory: String,
    /// Where its standard input comes from.
    pub stdin: Stdin,
    /// True for a role that goes on only when nobody else waits for a turn: it acts on what the others have made of all that
    /// came before.
    #[serde(default)]
    pub patient: bool,
    /// What it may use of the machine; none for as much as it likes.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// The file that gets its standard output, made new; none for the recording.
    #[serde(default)]
    pub stdout_to: Option<String>,
    /// What it is kept from; none for a role that may do what its user may.
    #[serde(default)]
    pub guarded: Option<Guard>,
}

/// What a role may use of the machine. The kernel refuses what goes beyond `memory_bytes`, `files` and `file_bytes`, each
/// for one process; what goes beyond the others ends the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Processor time of all its processes together, milliseconds.
    pub cpu_ms: u64,
    /// Private writable memory of a process: heap, anonymous mappings, not what is mapped from files.
    pub memory_bytes: u64,
    /// Descriptors of a process.
    pub files: u64,
    /// Processes and threads at once.
    pub tasks: u64,
    /// Bytes on its standard output and error, together.
    pub output_bytes: u64,
    /// Bytes of a file that it writes.
    pub file_bytes: u64,
}

/// What a role is kept from: other processes and ports below 1024, always, and these files. It guards against mistakes and curiosity. It is no
/// sandbox: a program that is out to deceive it, say by changing a path between our look and the kernel's, can.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// Files, and folders with everything below them, that it may not open.
    pub files: Vec<String>,
}

/// A role's standard input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stdin {
    /// Nothing: end of file at once.
    #[default]
    Null,
    /// These bytes, then end of file.
    Bytes(Hex),
    /// What the lab tells a role of its own: these bytes, then end of file. They are no part of the run and not recorded.
    Task(Hex),
    /// A person types: bytes come with [`Order::Input`].
    Talk,
}

/// What the visible process may say while a run goes on, one JSON line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Bytes for the standard input of a role that talks; none at all for its end.
    Input {
        /// Which role.
        role: String,
        /// The bytes.
        bytes: Hex,
    },
    /// A person who steps lets a held call go.
    Go {
        /// Its number in the recording.
        call: CallId,
    },
    /// A person who steps decides about a frame on the cable.
    Carry {
        /// Its number in the recording.
        frame: u64,
        /// What becomes of it.
        fate: Carry,
    },
    /// The person steps no further: what is held goes, and so does all that comes.
    Free {
        /// Milliseconds until the run is ended.
        ms: u64,
    },
    /// End the run now.
    Stop,
}

/// What a person decides about a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carry {
    /// It arrives, as late as the rules of the cable make it.
    Arrive,
    /// It arrives, and a copy of it behind it.
    Duplicate,
    /// It never arrives.
    Drop,
}

impl Plan {
    /// The names of the hosts, in the order in which roles first name them.
    pub fn hosts(&self) -> Vec<&str> {
        let mut hosts: Vec<&str> = Vec::new();
        for role in &self.roles {
            if !hosts.contains(&role.host.as_str()) {
                hosts.push(&role.host);
            }
        }
        hosts
    }

    /// What roles and hosts are called and the addresses they have: `server` the IPv4 address of that role's host, `server6`
    /// its IPv6 address. A name that is itself a role's or a host's means that one.
    pub fn addresses(&self) -> BTreeMap<String, String> {
        let hosts = self.hosts();
        let number = |host: &str| hosts.iter().position(|name| *name == host);
        let roles = self.roles.iter().map(|role| (role.name.as_str(), role.host.as_str()));
        let named = hosts.iter().map(|host| (*host, *host)).chain(roles);
        let named: Vec<_> = named.filter_map(|(name, host)| Some((name, number(host)?))).collect();
        let of = |number: usize| match self.wire {
            PlannedWire::Loopback => (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST),
            PlannedWire::Cable => (hosts::ipv4(number), hosts::ipv6(number)),
        };
        let second = named.iter().map(|(name, number)| (format!("{name}6"), of(*number).1.to_string()));
        let first = named.iter().map(|(name, number)| (name.to_string(), of(*number).0.to_string()));
        second.chain(first).collect()
    }
}

impl PlannedRole {
    /// True for a role that serves: it starts first, and a run does not wait for its end.
    pub fn serves(&self) -> bool {
        serves(&self.name)
    }
}

/// True for the name of a role that serves.
pub fn serves(role: &str) -> bool {
    role.starts_with("server")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(wire: PlannedWire, roles: &[(&str, &str)]) -> Plan {
        let role = |&(name, host): &(&str, &str)| PlannedRole {
            name: name.into(),
            host: host.into(),
            directory: "/".into(),
            ..PlannedRole::default()
        };
        Plan { roles: roles.iter().map(role).collect(), wire, ..Plan::default() }
    }

    #[test]
    fn hosts_have_addresses_in_the_order_in_which_roles_name_them() {
        let roles = [("server", "server"), ("client", "desk"), ("server2", "server"), ("client2", "client2")];
        let addresses = plan(PlannedWire::Cable, &roles).addresses();
        for (name, address) in [
            ("server", "192.0.2.1"),
            ("server2", "192.0.2.1"),
            ("client", "192.0.2.2"),
            ("desk", "192.0.2.2"),
            ("client2", "192.0.2.3"),
            ("server6", "2001:db8::1"),
            ("desk6", "2001:db8::2"),
        ] {
            assert_eq!(addresses[name], address, "{name}");
        }
        assert!(!addresses.contains_key("peer"));
    }

    #[test]
    fn on_the_loopback_everybody_has_the_same_address() {
        let addresses = plan(PlannedWire::Loopback, &[("server", "server"), ("client", "client")]).addresses();
        let of = ["server", "client", "server6"].map(|name| addresses[name].as_str());
        assert_eq!(of, ["127.0.0.1", "127.0.0.1", "::1"]);
    }

    #[test]
    fn a_role_that_is_called_like_an_ipv6_address_has_its_own() {
        let addresses = plan(PlannedWire::Cable, &[("server", "server"), ("server6", "server6")]).addresses();
        assert_eq!(addresses["server6"], "192.0.2.2");
    }
}
