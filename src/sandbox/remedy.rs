//! From a refusal to the one command that would enable what was refused.

use super::Refusal;
use std::fs;

/// What to do about a refusal on this machine, as sentences with commands; never empty.
pub fn remedy(refusal: &Refusal) -> String {
    if refusal.step == super::TRACE {
        return ptrace_remedy();
    }
    if refusal.step == super::HOSTS && refusal.tier > 1 {
        return "a cable needs tier 0 or 1: leave --tier out, and `lab doctor` tells what they need".into();
    }
    if refusal.tier == 2 {
        return "run as root, or give the container CAP_NET_RAW (docker run --cap-add NET_RAW)".into();
    }
    if refusal.tier == 1 {
        return "root here lacks CAP_SYS_ADMIN (a container?): docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN"
            .into();
    }
    let setting = |path: &str| fs::read_to_string(path).map(|text| text.trim().to_string()).unwrap_or_default();
    if setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" {
        return "AppArmor forbids it (Ubuntu 23.10 and later): sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0".into();
    }
    if setting("/proc/sys/kernel/unprivileged_userns_clone") == "0" {
        return "the kernel setting forbids it: sudo sysctl -w kernel.unprivileged_userns_clone=1".into();
    }
    if setting("/proc/sys/user/max_user_namespaces") == "0" {
        return "the limit is 0: sudo sysctl -w user.max_user_namespaces=10000".into();
    }
    if std::path::Path::new("/.dockerenv").exists() {
        return "the container's profile forbids it: docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt apparmor=unconfined".into();
    }
    "something confines this process (a container or a seccomp profile): run the lab outside it, or as root".into()
}

fn ptrace_remedy() -> String {
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    match scope.trim() {
        "2" | "3" => "Yama forbids tracing: sudo sysctl -w kernel.yama.ptrace_scope=1 (3 needs a restart)".into(),
        _ => "tracing children (ptrace) is forbidden here: in a container, docker run --cap-add SYS_PTRACE".into(),
    }
}
