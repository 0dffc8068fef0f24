//! `lab doctor`: what this machine permits, found by trying, with the remedy for what it does not.

use socket_lab::recorder::{Plan, PlannedRole, Session};
use socket_lab::sandbox::{remedy, tier_name, tiers_to_try};
use std::io::Write;
use std::process::ExitCode;

pub fn run() -> anyhow::Result<ExitCode> {
    let mut best = None;
    let mut report = String::new();
    for tier in tiers_to_try() {
        match Session::start(&probe(), Some(*tier)) {
            Ok(session) => {
                let works = traced(&session);
                let verdict = if works { "yes" } else { "no: a traced program did not run to its end" };
                report += &format!("  tier {tier}  {:<45} {verdict}\n", tier_name(*tier));
                if works && best.is_none() {
                    best = Some(*tier);
                }
            }
            Err(error) => match error.downcast::<socket_lab::recorder::Refused>() {
                Ok(refused) => {
                    for refusal in &refused.0 {
                        report += &format!("  tier {tier}  {:<45} no\n", tier_name(*tier));
                        report += &format!("          could not {}: {}\n", refusal.step, refusal.error);
                        report += &format!("          remedy: {}\n", remedy(refusal));
                    }
                }
                Err(error) => report += &format!("  tier {tier}  {:<45} no: {error:#}\n", tier_name(*tier)),
            },
        }
    }
    let verdict = match best {
        Some(tier) => format!("tier {tier}: {}", tier_name(tier)),
        None => "tier 4: replay only; lessons still run by hand in two terminals".to_string(),
    };
    writeln!(
        std::io::stdout(),
        "This machine gives {verdict}.\n\n{report}\nA run uses the best tier by itself and says so when it is not 0 or 1."
    )?;
    Ok(if best.is_some() { ExitCode::SUCCESS } else { ExitCode::from(super::NOT_PERMITTED) })
}

/// The smallest run that needs everything: one traced program that ends by itself.
pub fn probe() -> Plan {
    let role = PlannedRole {
        name: "probe".into(),
        host: "probe".into(),
        argv: vec!["/bin/true".into()],
        directory: "/".into(),
        ..PlannedRole::default()
    };
    Plan { title: "doctor".into(), roles: vec![role], deadline_ms: 2_000, ..Plan::default() }
}

fn traced(session: &Session) -> bool {
    use socket_lab::recorder::Message;
    use socket_lab::recording::Event;
    let mut ended = false;
    while let Ok(message) = session.messages.recv_timeout(std::time::Duration::from_secs(5)) {
        match message {
            Message::Event(event) => {
                if let Event::Ended(end) = *event {
                    ended = end.code == Some(0);
                }
            }
            Message::Ended(_) => break,
            _ => {}
        }
    }
    ended
}
