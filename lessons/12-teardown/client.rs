//! The client: asks, and takes its leave in one of several ways.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

/// How a client takes its leave.
#[derive(Clone, Copy)]
pub enum Leave {
    Close,
    Shutdown,
    Copy,
    Last,
}

impl Leave {
    pub fn named(name: &str) -> Option<Leave> {
        match name {
            "close" => Some(Leave::Close),
            "shutdown" => Some(Leave::Shutdown),
            "copy" => Some(Leave::Copy),
            "last" => Some(Leave::Last),
            _ => None,
        }
    }
}

pub fn run(addr: SocketAddr, leave: Leave) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;
    ask(&mut stream, "hello")?;
    match leave {
        Leave::Close => {}

        Leave::Shutdown => {
            // FIN, as by close: the server's recv returns 0. But the descriptor is still ours, and
            // what the server sends still reaches us.
            stream.shutdown(Shutdown::Write)?;
            println!("shut down what goes to the server");

            // Our own kernel refuses this, and nothing travels: we have said that nothing will.
            if let Err(error) = stream.write(b"one more thing") {
                println!("send failed: {error}");
            }
            read_to_the_end(&mut stream)?;
        }

        Leave::Copy => {
            // A second descriptor of the same socket, as a forked child would have. close takes one
            // away; only with the last one does the socket close, and the FIN leave.
            let mut copy = stream.try_clone()?;
            drop(stream);
            println!("closed one of two descriptors");
            ask(&mut copy, "still here")?;
            drop(copy);
            println!("closed the other");
            return Ok(());
        }

        // Whoever closes first has the TIME-WAIT to bear. Waiting for the server's end leaves it to
        // the server.
        Leave::Last => read_to_the_end(&mut stream)?,
    }
    // Gives up both directions, and returns at once. Of what the server still sends we shall hear
    // nothing: our kernel will answer it by RST.
    drop(stream);
    println!("closed");
    Ok(())
}

/// Sends a message and takes the answer, which is as long.
fn ask(stream: &mut TcpStream, message: &str) -> io::Result<()> {
    stream.write_all(message.as_bytes())?;
    let mut answer = vec![0; message.len()];
    stream.read_exact(&mut answer)?;
    println!("{message} -> {}", String::from_utf8_lossy(&answer));
    Ok(())
}

/// Reads until the server has closed its direction as well.
fn read_to_the_end(stream: &mut TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let got = stream.read(&mut buffer)?;
        if got == 0 {
            println!("recv = 0: the server has nothing more to say");
            return Ok(());
        }
        println!("recv = {got}: {:?}", String::from_utf8_lossy(&buffer[..got]));
    }
}
