//! A plan → its recording: by itself, or step by step where a person asked for that.

use super::record::{self, Outcome};
use super::step;
use crate::cli::{EngineArgs, ViewArgs};
use socket_lab::recorder::Plan;

/// Runs a plan to its end.
pub fn run(plan: &Plan, engine: &EngineArgs, view: &ViewArgs) -> anyhow::Result<Outcome> {
    if engine.step { step::run(plan, engine, view) } else { record::record(plan, engine) }
}
