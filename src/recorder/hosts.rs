//! Which host a role runs on and an address belongs to, and who answers questions there. A loopback is one host.

use crate::sandbox::hosts::Cable;
use crate::sys::diag::{Answer, Diag, Question};
use std::collections::HashMap;
use std::net::IpAddr;

/// The hosts of a run.
pub(crate) struct Hosts {
    /// A netlink socket belongs to the network namespace it was opened in.
    diags: Vec<Option<Diag>>,
    of_role: Vec<(String, usize)>,
    of_address: HashMap<IpAddr, usize>,
}

impl Hosts {
    /// The one host of a loopback.
    pub(crate) fn one() -> Hosts {
        Hosts { diags: vec![Diag::open().ok()], of_role: Vec::new(), of_address: HashMap::new() }
    }

    /// The hosts of a cable, and which of them each role runs on.
    pub(crate) fn of(cable: &Cable, of_role: Vec<(String, usize)>) -> Hosts {
        let numbers = 0..cable.hosts.len();
        let open = |host: usize| cable.within(host, || Diag::open().ok()).ok().flatten();
        let addresses = |host: usize| cable.hosts[host].addresses.map(|address| (address, host));
        Hosts { diags: numbers.clone().map(open).collect(), of_role, of_address: numbers.flat_map(addresses).collect() }
    }

    /// Hosts that nobody can ask anything: each a role's name and its addresses.
    #[cfg(test)]
    pub(crate) fn silent(hosts: &[(&str, [IpAddr; 2])]) -> Hosts {
        let of_role = hosts.iter().zip(0..).map(|((role, _), host)| (role.to_string(), host)).collect();
        let addresses = hosts.iter().zip(0..).flat_map(|((_, both), host)| both.map(|address| (address, host)));
        Hosts { diags: hosts.iter().map(|_| None).collect(), of_role, of_address: addresses.collect() }
    }

    /// The host that an address belongs to; none for one that nobody has, or each has for itself.
    pub(super) fn at(&self, address: IpAddr) -> Option<usize> {
        if self.diags.len() == 1 { Some(0) } else { self.of_address.get(&address).copied() }
    }

    /// The role that runs alone on the host with this address.
    pub(super) fn only_role(&self, address: IpAddr) -> Option<&str> {
        let host = self.of_address.get(&address)?;
        let mut roles = self.of_role.iter().filter(|(_, there)| there == host);
        let (role, _) = roles.next()?;
        roles.next().is_none().then_some(role)
    }

    /// The first role on the host with this address.
    pub(super) fn first_role(&self, address: IpAddr) -> Option<&str> {
        let host = self.of_address.get(&address)?;
        self.of_role.iter().find(|(_, there)| there == host).map(|(role, _)| role.as_str())
    }

    /// The number of the host that a role runs on.
    pub(super) fn of_role(&self, role: &str) -> usize {
        self.of_role.iter().find(|(name, _)| name == role).map_or(0, |(_, host)| *host)
    }

    /// Asks a host's kernel about sockets; none where it cannot be asked.
    pub(super) fn ask(&mut self, host: usize, questions: &[Question], info: bool) -> Option<Vec<Option<Answer>>> {
        self.diags.get_mut(host)?.as_mut()?.ask(questions, info).ok()
    }

    /// Inode of the AF_UNIX socket that the one with this inode, on that host, is connected to.
    pub(super) fn unix_peer(&mut self, host: usize, inode: u64) -> Option<u64> {
        self.diags.get_mut(host)?.as_mut()?.unix_peer(inode)
    }
}
