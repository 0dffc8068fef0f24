//! Teardown (四次挥手): shows what each side says when it has nothing more to say, and what it still
//! may do.
//!
//! This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson. In two
//! terminals:
//!
//! ```text
//! cargo run --bin 12-teardown -- server --late one,two
//! cargo run --bin 12-teardown -- client --leave shutdown
//! ```

mod client;
mod server;

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 12-teardown server [--addr IP:PORT] [--late a,b] [--first]
       12-teardown client [--addr IP:PORT] [--leave close|shutdown|copy|last]

  --addr IP:PORT     where the server waits (127.0.0.1:8080)
  --late a,b         what to send after the client's end, one send for each word
  --first            close after the answer, without waiting for the client's end
  --leave close      close after the answer (the default)
  --leave shutdown   end only what goes to the server, and go on reading
  --leave copy       close one of two descriptors, go on with the other
  --leave last       wait for the server's end, then close";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: SocketAddr,
    late: Vec<String>,
    first: bool,
    leave: client::Leave,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match role.as_str() {
        "server" => server::run(knobs.addr, &knobs.late, knobs.first),
        _ => client::run(knobs.addr, knobs.leave),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{role}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The knobs of this role, or nothing when there is one it does not have.
fn read(role: &str, mut args: impl Iterator<Item = String>) -> Option<Knobs> {
    let mut knobs = Knobs {
        addr: SocketAddr::from(([127, 0, 0, 1], 8080)),
        late: Vec::new(),
        first: false,
        leave: client::Leave::Close,
    };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?.parse().ok()?,
            ("server", "--late") => knobs.late = args.next()?.split(',').map(String::from).collect(),
            ("server", "--first") => knobs.first = true,
            ("client", "--leave") => knobs.leave = client::Leave::named(&args.next()?)?,
            _ => return None,
        }
    }
    Some(knobs)
}
