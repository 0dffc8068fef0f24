//! If the port is not in use, then it is the address that is wrong.
//!
//! Rejected by: not-allowed

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1).and_then(|text| text.parse().ok()) else {
        eprintln!("usage: two-names IP:PORT");
        return ExitCode::from(2);
    };
    match run(address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}", name(&error));
            eprintln!("cannot listen on {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(address: SocketAddr) -> io::Result<()> {
    let listener = listen(address)?;
    println!("listening");
    let client = take_one(listener)?;
    greet(client);
    Ok(())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(128)?;
    Ok(socket.into())
}

fn take_one(listener: TcpListener) -> io::Result<TcpStream> {
    let (client, _) = listener.accept()?;
    Ok(client)
}

fn greet(mut client: TcpStream) {
    if client.write_all(b"hello\n").is_ok() {
        let _ = BufReader::new(client).read_until(b'\n', &mut Vec::new());
    }
}

fn name(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "in use",
        _ => "not here",
    }
}
