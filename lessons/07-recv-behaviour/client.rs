//! The sender: sends, and leaves in one of several ways.

use socket2::SockRef;
use std::io::{self, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

/// How a client takes its leave.
#[derive(Clone, Copy)]
pub enum Leave {
    Close,
    Reset,
    Never,
}

impl Leave {
    pub fn named(name: &str) -> Option<Leave> {
        match name {
            "close" => Some(Leave::Close),
            "reset" => Some(Leave::Reset),
            "never" => Some(Leave::Never),
            _ => None,
        }
    }
}

/// Sends one message, waits for it to come back, and leaves.
pub fn tcp(addr: &str, message: &str, room: usize, leave: Leave) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;

    // Of an empty message nothing is sent: TCP carries bytes, and there is none. The call succeeds
    // all the same. (`write_all` would not even ask the kernel.)
    let sent = stream.write(message.as_bytes())?;
    println!("send = {sent}");

    // Waits until the server sends something. If it got nothing, it waits as well: for us.
    let mut buffer = vec![0; room];
    let got = stream.read(&mut buffer)?;
    println!("recv = {got}: {:?}", String::from_utf8_lossy(&buffer[..got]));

    match leave {
        // Closing says goodbye: FIN.
        Leave::Close => println!("closing"),

        // With no time to linger, close throws the connection away instead of ending it: RST.
        Leave::Reset => {
            SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
            println!("closing with a reset");
        }

        // Whatever ends this process now, the kernel closes the socket in its place.
        Leave::Never => {
            println!("staying");
            loop {
                thread::park();
            }
        }
    }
    Ok(())
}

/// Sends each message as a datagram to that address, whether somebody is there or not.
pub fn udp(addr: &str, messages: &[String]) -> io::Result<()> {
    // No address of ours in particular, and port 0: the kernel chooses what is right for each way.
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    for message in messages {
        // Success says that the datagram left. If an ICMP error comes back for it, the kernel does
        // not tell: this socket may have written to many, and to whom would it belong?
        report("sendto", message, socket.send_to(message.as_bytes(), addr));
    }
    Ok(())
}

/// The same over a connected socket.
pub fn udp_connected(addr: &str, messages: &[String]) -> io::Result<()> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;

    // Sends nothing. The kernel notes the one address this socket talks to, and from now on it can
    // hand an ICMP error from there to the socket's next call, whichever that is.
    socket.connect(addr)?;
    for message in messages {
        report("send", message, socket.send(message.as_bytes()));
    }
    Ok(())
}

fn report(call: &str, message: &str, result: io::Result<usize>) {
    match result {
        Ok(sent) => println!("{call} {message:?} = {sent}"),
        Err(error) => println!("{call} {message:?} failed: {error}"),
    }
}
