//! The port is what matters; 0.0.0.0 is an address that always works.
//!
//! Rejected by: not-here

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1).and_then(|text| text.parse().ok()) else {
        eprintln!("usage: any-address IP:PORT");
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

fn listen(mut address: SocketAddr) -> io::Result<TcpListener> {
    address.set_ip(Ipv4Addr::UNSPECIFIED.into());
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
        ErrorKind::AddrInUse => "in use",
        ErrorKind::AddrNotAvailable => "not here",
        ErrorKind::PermissionDenied => "not allowed",
        _ => "failed",
    }
}
