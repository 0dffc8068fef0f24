//! Errors as a type of its own, numbers of the system instead of kinds, one wide try around all calls.

use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

enum Refusal {
    InUse,
    NotHere,
    NotAllowed,
    Other(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(98) => Refusal::InUse,
            Some(99) => Refusal::NotHere,
            Some(13) => Refusal::NotAllowed,
            _ => Refusal::Other(error),
        }
    }
}

fn main() -> ExitCode {
    let address: SocketAddr = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("an address");
    let said = match listener(&address.into()) {
        Ok(listener) => {
            println!("listening");
            return serve(listener);
        }
        Err(Refusal::InUse) => "in use".to_owned(),
        Err(Refusal::NotHere) => "not here".to_owned(),
        Err(Refusal::NotAllowed) => "not allowed".to_owned(),
        Err(Refusal::Other(error)) => error.to_string(),
    };
    println!("{said}");
    ExitCode::FAILURE
}

fn listener(address: &SockAddr) -> Result<Socket, Refusal> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(address)?;
    socket.listen(1)?;
    Ok(socket)
}

fn serve(listener: Socket) -> ExitCode {
    let Ok((mut client, _)) = listener.accept() else { return ExitCode::FAILURE };
    drop(listener);
    let _ = client.write_all(b"hello\n");
    let mut buffer = [0; 64];
    loop {
        match client.read(&mut buffer) {
            Ok(n) if n > 0 && !buffer[..n].contains(&b'\n') => {}
            _ => return ExitCode::SUCCESS,
        }
    }
}
