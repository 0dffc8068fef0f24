//! `lab`: parse, dispatch, exit code.
fn main() {}
