//! The cable: each rule, the same order every time, names and addresses, sizes, a lot of bytes, and how runs on it end.
//! Each test runs the lab as a person would and asserts order and cause from the exported recording; none asserts a time.
//!
//! The programs are in `tests/cable/` and need Python; a tool that is missing skips the test and says so, and fails it when
//! LAB_REQUIRE_TOOLS is set.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

#[path = "cable/harness.rs"]
mod harness;

#[path = "cable/bulk.rs"]
mod bulk;
#[path = "cable/damage.rs"]
mod damage;
#[path = "cable/ends.rs"]
mod ends;
#[path = "cable/names.rs"]
mod names;
#[path = "cable/order.rs"]
mod order;
#[path = "cable/rules.rs"]
mod rules;
#[path = "cable/sizes.rs"]
mod sizes;
#[path = "cable/witness.rs"]
mod witness;
