//! Timeline → what a person reads or another program opens. Pure functions: no terminal is asked, nothing is written here.

mod fate;
pub mod live;
mod origin;
pub mod paint;
pub mod pcapng;
mod press;
pub mod screen;
pub mod stage;
pub mod text;

pub use press::Press;

#[cfg(test)]
mod tests;
