//! Programs nobody prepared: the same timeline, exports and provenance for any language, any server, any way to use the
//! calls. Each test runs `lab trace` as a person would and asserts order, cause and provenance from the exported
//! recording; none asserts a time.
//!
//! The programs are in `tests/programs/`. What they need (gcc, go, node, nginx, redis, curl, strace) is looked up; a tool
//! that is missing skips the test and says so, and fails it when LAB_REQUIRE_TOOLS is set.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

#[path = "programs/harness.rs"]
mod harness;

#[path = "programs/calls.rs"]
mod calls;
#[path = "programs/families.rs"]
mod families;
#[path = "programs/languages.rs"]
mod languages;
#[path = "programs/orphans.rs"]
mod orphans;
#[path = "programs/processes.rs"]
mod processes;
#[path = "programs/servers.rs"]
mod servers;
#[path = "programs/signals.rs"]
mod signals;
#[path = "programs/witness.rs"]
mod witness;
