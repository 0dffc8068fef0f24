//! Runs the roles and records what they do: spawns them as tracees, reads their calls, captures frames, obeys the schedule.
//!
//! All of it happens in one process of its own (`lab` executed again), which enters the sandbox, does everything in one
//! thread, and writes events to a pipe in another. [`Session`] is the visible process's end of that pipe. The recorder refuses to interpret:
//! it names and stamps; causes and provenance are the timeline's.

mod by_hand;
mod cable;
mod calls;
mod capture;
mod clock;
mod decode;
mod engine;
mod finish;
mod frames;
mod gate;
mod guard;
mod hosts;
mod kernel;
mod limits;
mod network;
mod output;
mod plan;
mod roles;
mod session;
mod sleep;
mod sockets;
mod source;
mod splice;
mod stops;
mod turns;
mod usage;

pub use engine::main;
pub use plan::{Carry, Guard, Limits, Order, Plan, PlannedRole, PlannedWire, Stdin, serves};
pub use session::{Message, Refused, Session};
