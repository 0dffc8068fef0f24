//! `lab`: parse, dispatch, exit code.
//!
//! Exit status: 0 done and seen; 1 not seen, or failed; 2 usage; 3 this machine does not permit it; 130 interrupted.

/// Writes a line to standard error. Unlike `eprintln!` it does not panic when nobody reads there any more.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($words)*);
    }};
}

mod cli;
mod commands;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // A judged run starts a peer each time: nothing comes before it, and what it needs comes on its standard input.
    #[cfg(all(target_os = "linux", feature = "record"))]
    if std::env::args_os().nth(1).is_some_and(|word| word == "__peer") {
        return socket_lab::judge::peer::main();
    }
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help to stdout with status 0 and usage errors to stderr with 2.
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    match commands::dispatch(cli) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say!("lab: {error:#}");
            let usage = error.chain().any(|cause| cause.is::<commands::Usage>());
            ExitCode::from(if usage { 2 } else { 1 })
        }
    }
}

/// Whoever read our output has seen enough (`lab | head`): that is success.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
