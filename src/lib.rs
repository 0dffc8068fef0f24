//! The teaching lab's engine: it runs programs that talk over sockets and shows what they asked the kernel, what was on
//! the wire, and which byte of which `send` came out of which `recv`.
//!
//! Data flows one way: sandbox → recorder → recording → timeline → view | expectations. See ARCHITECTURE.md.
#![cfg_attr(not(all(target_os = "linux", feature = "record")), forbid(unsafe_code))]
#![deny(unsafe_code)]

pub mod book;
pub mod course;
pub mod expectations;
pub mod judge;
pub mod notation;
pub mod recording;
pub mod step;
pub mod timeline;
pub mod view;
pub mod wire;

#[cfg(all(target_os = "linux", feature = "record"))]
pub mod group;
#[cfg(all(target_os = "linux", feature = "record"))]
pub mod recorder;
#[cfg(all(target_os = "linux", feature = "record"))]
pub mod sandbox;
#[cfg(all(target_os = "linux", feature = "record"))]
pub(crate) mod sys;
