//! The run on the whole screen.

use crate::cli::{EngineArgs, ViewArgs};
use crate::commands::record::Outcome;
use socket_lab::recorder::Plan;

pub fn run(plan: &Plan, engine: &EngineArgs, view: &ViewArgs) -> anyhow::Result<Outcome> {
    super::lines::run(plan, engine, view)
}
