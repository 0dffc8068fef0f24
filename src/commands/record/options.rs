//! What the command line says about a run, put into its plan.

use crate::cli::{EngineArgs, WireKind};
use crate::commands::{Usage, cable};
use anyhow::Context;
use socket_lab::notation::{CABLE_WORDS, CableRule, Rule};
use socket_lab::recorder::{Plan, PlannedRole, PlannedWire, Stdin};
use socket_lab::recording::Hex;
use std::path::Path;

/// Hosts on a cable: as many as 192.0.2.0/24 has addresses for.
const MOST_HOSTS: usize = 254;

/// What joins the programs: what the command line says or implies, else what was said before.
pub fn wire(args: &EngineArgs, said: PlannedWire) -> Result<PlannedWire, Usage> {
    match (args.wire, cable::asked_by(&args.cable)) {
        (Some(WireKind::Loopback), Some(option)) => {
            Err(Usage(format!("--{option} is for a cable, and --wire loopback has none: say --wire cable")))
        }
        (Some(WireKind::Loopback), None) => Ok(PlannedWire::Loopback),
        (Some(WireKind::Cable), _) | (None, Some(_)) => Ok(PlannedWire::Cable),
        (None, None) => Ok(said),
    }
}

/// A person thinks; a day is the longest deadline there is.
const THINKING_MS: u64 = 86_400_000;

/// Makes the plan one that a person steps. The rules of a schedule that hold calls are theirs to replace; those that start and
/// end programs stay.
fn let_step(plan: &mut Plan) {
    plan.by_hand = true;
    plan.turns = true;
    plan.deadline_ms = THINKING_MS;
    plan.schedule.retain(|rule| !matches!(rule.parse(), Ok(Rule::Hold { .. })));
}

/// Adds to a plan what the command line says about it.
pub fn apply(plan: &mut Plan, args: &EngineArgs) -> anyhow::Result<()> {
    let names: Vec<String> = plan.roles.iter().map(|role| role.name.clone()).collect();
    let roles: Vec<&str> = names.iter().map(String::as_str).collect();
    if args.step {
        let_step(plan);
    }
    if let Some(file) = &args.schedule_file {
        (plan.schedule, plan.cable) = rules_of(file, &roles, &plan.hosts())?;
        // Who asks for an order gets it: where turns are not given, what no rule speaks of comes as it likes.
        plan.turns = true;
        if !plan.cable.is_empty() && plan.wire != PlannedWire::Cable {
            let what = format!("{} has rules for a cable: say --wire cable", file.display());
            return Err(Usage(what).into());
        }
    }
    for rule in &args.schedule {
        Rule::parse_among(rule, &roles).map_err(|error| Usage(format!("--schedule: {error}\n{}", error.caret())))?;
        plan.schedule.push(rule.clone());
    }
    let rules = cable::rules(&args.cable, &roles, &plan.hosts())?;
    plan.cable.extend(rules);
    plan.tcp_info |= args.tcp_info;
    if let Some(seconds) = args.timeout {
        if !(seconds > 0.0 && seconds <= 86_400.0) {
            return Err(Usage("--timeout takes seconds, more than 0 and at most 86400".into()).into());
        }
        plan.deadline_ms = milliseconds(seconds);
    }
    if let Some(mtu) = args.mtu {
        let most = if plan.wire == PlannedWire::Cable { 65_535 } else { 65_536 };
        if !(68..=most).contains(&mtu) {
            return Err(Usage(format!("--mtu takes 68 to {most} bytes (RFC 791 asks for 68 at least)")).into());
        }
        match plan.wire {
            PlannedWire::Loopback => plan.mtu = Some(mtu),
            // A rule, so that it comes after those that the lesson has for its hosts.
            PlannedWire::Cable => plan.cable.push(format!("mtu {mtu}")),
        }
    }
    if plan.wire == PlannedWire::Cable && plan.hosts().len() > MOST_HOSTS {
        return Err(Usage(format!("a cable joins {MOST_HOSTS} hosts at most")).into());
    }
    for given in &args.stdin {
        let (role, file) = given.split_once('=').ok_or_else(|| Usage(format!("--stdin {given}: write ROLE=FILE")))?;
        let bytes = std::fs::read(file).with_context(|| format!("reading {file} for the role {role}"))?;
        role_named(plan, role)?.stdin = Stdin::Bytes(Hex(bytes));
    }
    if let Some(role) = &args.talk {
        role_named(plan, role)?.stdin = Stdin::Talk;
        if args.timeout.is_none() {
            plan.deadline_ms = plan.deadline_ms.max(600_000); // a person thinks
        }
    }
    Ok(())
}

/// The rules of a file, of a schedule and of a cable: one a line, empty lines and `#` remarks between.
fn rules_of(file: &Path, roles: &[&str], hosts: &[&str]) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {name}"))?;
    let (mut schedule, mut cable) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            continue;
        }
        match (Rule::parse_among(rule, roles), CableRule::parse_among(rule, roles, hosts)) {
            (Ok(_), _) => schedule.push(rule.to_owned()),
            (_, Ok(_)) => cable.push(rule.to_owned()),
            (Err(one), Err(other)) => {
                // Which it was to be is told by its first word.
                let is_cable = rule.split(' ').next().is_some_and(|word| CABLE_WORDS.contains(&word));
                let error = if is_cable { other } else { one };
                return Err(Usage(format!("{name}, line {number}: {error}\n{}", error.caret())).into());
            }
        }
    }
    Ok((schedule, cable))
}

fn role_named<'a>(plan: &'a mut Plan, name: &str) -> anyhow::Result<&'a mut PlannedRole> {
    let names: Vec<String> = plan.roles.iter().map(|role| role.name.clone()).collect();
    plan.roles
        .iter_mut()
        .find(|role| role.name == name)
        .ok_or_else(|| Usage(format!("there is no role `{name}`; this run has {}", names.join(", "))).into())
}

/// Seconds of the command line or lesson.toml in milliseconds.
pub fn milliseconds(seconds: f64) -> u64 {
    (seconds.clamp(0.001, 86_400.0) * 1000.0) as u64
}

#[cfg(test)]
mod tests {
    use super::{PlannedWire, apply, wire};
    use crate::cli::{Cli, EngineArgs};
    use clap::Parser;
    use socket_lab::recorder::{Plan, PlannedRole};

    fn engine(options: &[&str]) -> EngineArgs {
        Cli::parse_from(["lab", "05"].iter().chain(options)).run.engine
    }

    fn plan(wire: PlannedWire) -> Plan {
        let role = |name: &str| PlannedRole {
            name: name.into(),
            host: name.into(),
            directory: "/".into(),
            ..PlannedRole::default()
        };
        Plan { roles: vec![role("server"), role("client")], wire, ..Plan::default() }
    }

    #[test]
    fn the_command_line_decides_about_the_wire_and_what_was_said_before_otherwise() {
        use PlannedWire::{Cable, Loopback};
        for (options, said, joined) in [
            (&[][..], Loopback, Loopback),
            (&[], Cable, Cable),
            (&["--wire", "cable"], Loopback, Cable),
            (&["--wire", "loopback"], Cable, Loopback),
            (&["--delay", "5ms"], Loopback, Cable),
            (&["--wire", "cable", "--delay", "5ms"], Loopback, Cable),
            (&["--mtu", "1400"], Loopback, Loopback),
        ] {
            assert_eq!(wire(&engine(options), said).ok(), Some(joined), "{options:?}");
        }
        let error = wire(&engine(&["--wire", "loopback", "--loss", "5%"]), Cable).unwrap_err().to_string();
        assert!(error.contains("--loss is for a cable"), "{error}");
    }

    #[test]
    fn an_mtu_is_the_loopbacks_or_the_last_rule_for_every_host() {
        let options = engine(&["--mtu", "1400", "--cable", "mtu server 576"]);
        let mut on_cable = plan(PlannedWire::Cable);
        apply(&mut on_cable, &options).unwrap();
        assert_eq!((on_cable.mtu, &on_cable.cable[..]), (None, &["mtu server 576".to_string(), "mtu 1400".into()][..]));
        let mut on_loopback = plan(PlannedWire::Loopback);
        apply(&mut on_loopback, &engine(&["--mtu", "65536"])).unwrap();
        assert_eq!(on_loopback.mtu, Some(65_536));
        assert!(apply(&mut on_cable, &engine(&["--mtu", "65536"])).is_err());
        assert!(apply(&mut on_cable, &engine(&["--mtu", "67"])).is_err());
    }
}
