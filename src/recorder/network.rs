//! From a plan to the network it asks for: hosts, their MTUs, their settings.

use super::plan::{Plan, PlannedRole, PlannedWire};
use crate::notation::CableRule;
use crate::recording;
use crate::sandbox::hosts::Cable;
use crate::sandbox::{ETHERNET_MTU, HostPlan, Network};

/// What lessons pin on a cable besides what is always pinned. A tail-loss probe comes some milliseconds after the last
/// segment, which a busy machine takes longer than; without it only timers of 200 milliseconds and more are left.
const IN_TURNS: (&str, &str) = ("tcp_early_retrans", "0");

impl Plan {
    pub(super) fn network(&self) -> Network {
        if self.wire == PlannedWire::Loopback {
            return Network {
                mtu: self.mtu,
                offload: self.offload,
                in_turns: self.turns,
                hosts: Vec::new(),
                settings: self.sysctl.clone(),
            };
        }
        let pinned = self.turns.then(|| (IN_TURNS.0.to_string(), IN_TURNS.1.to_string()));
        let settings = pinned.into_iter().chain(self.sysctl.clone()).collect();
        let hosts =
            self.hosts().into_iter().map(|name| HostPlan { name: name.into(), mtu: self.mtu_of(name) }).collect();
        Network { mtu: None, offload: false, in_turns: self.turns, hosts, settings }
    }

    /// A host's MTU: what the last rule about it says, else what the plan says, else Ethernet's.
    fn mtu_of(&self, name: &str) -> u32 {
        let rules = self.cable.iter().filter_map(|line| line.parse().ok());
        let mut said = rules.filter_map(|rule| match rule {
            CableRule::Mtu { host, bytes } if host.as_deref().is_none_or(|host| host == name) => Some(bytes),
            _ => None,
        });
        said.next_back().or(self.mtu).unwrap_or(ETHERNET_MTU)
    }

    /// The number of each role's host.
    pub(super) fn host_numbers(&self) -> Vec<(String, usize)> {
        let hosts = self.hosts();
        let number = |role: &PlannedRole| hosts.iter().position(|host| *host == role.host).unwrap_or(0);
        self.roles.iter().map(|role| (role.name.clone(), number(role))).collect()
    }

    /// A role's host, for the recording.
    pub(super) fn host_name(&self, role: &PlannedRole) -> Option<String> {
        (self.wire == PlannedWire::Cable).then(|| role.host.clone())
    }
}

/// The hosts as a recording lists them.
pub(super) fn listed(cable: &Cable) -> Vec<recording::Host> {
    let mac = |mac: [u8; 6]| mac.map(|byte| format!("{byte:02x}")).join(":");
    let listed = cable.hosts.iter().map(|host| recording::Host {
        name: host.name.clone(),
        ipv4: host.addresses[0].to_string(),
        ipv6: host.addresses[1].to_string(),
        mac: mac(host.mac),
        mtu: host.mtu,
    });
    listed.collect()
}
