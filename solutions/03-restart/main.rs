//! A server for one client that can be started again at once, and that says why if it cannot.

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1).and_then(|text| text.parse().ok()) else {
        eprintln!("usage: 03-restart IP:PORT");
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

/// One life of the server: listen, take one client, talk, end.
fn run(address: SocketAddr) -> io::Result<()> {
    let listener = listen(address)?;
    // Only now is it true: a client that connects from here on finds somebody.
    println!("listening");
    let client = take_one(listener)?;
    greet(client);
    Ok(())
}

/// A listening socket on exactly this address.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;

    // A permission, asked for on both sides. bind looks at it, so it must come before; and every
    // connection that we accept inherits it, so that what is left of it permits our successor.
    // It says "beside old connections", never "beside another listener".
    socket.set_reuse_address(true)?;

    // The kernel decides here, without a frame on the wire: is the address one of this machine's,
    // may we have the port, has anybody else got it?
    socket.bind(&address.into())?;

    // Two sockets may be bound like this; only one of them may listen. From now on connections
    // are made and queued, whether or not we ask for them.
    socket.listen(128)?;
    Ok(socket.into())
}

/// The first client. The listener goes out of scope here and is closed: the next server can start
/// while we still talk.
fn take_one(listener: TcpListener) -> io::Result<TcpStream> {
    let (client, _) = listener.accept()?;
    Ok(client)
}

/// Greets the client and hears it out: until it has said a line, or has gone in whatever way.
fn greet(mut client: TcpStream) {
    // Nothing that goes wrong with a client is a reason to fail: the talk is over, that is all.
    if client.write_all(b"hello\n").is_ok() {
        let _ = BufReader::new(client).read_until(b'\n', &mut Vec::new());
    }
    // The connection is closed here. If the client has not closed it before, we are the first,
    // and our kernel keeps our end in TIME-WAIT for a minute after this program has ended.
}

/// What the error means for whoever started us: each of these needs another remedy.
fn name(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::AddrInUse => "in use",
        ErrorKind::AddrNotAvailable => "not here",
        ErrorKind::PermissionDenied => "not allowed",
        _ => "failed",
    }
}
