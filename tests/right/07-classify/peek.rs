//! Nothing but std: every datagram is looked at with room for the largest there is, and then taken.

use std::io::{self, ErrorKind, Read};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process;
use std::thread;
use std::time::Duration;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let room: usize = args[3].parse().unwrap();
    let wait = Some(Duration::from_millis(args[4].parse().unwrap()));
    match args[1].as_str() {
        "tcp" => {
            let (stream, _) = TcpListener::bind(&args[2])?.accept()?;
            stream.set_read_timeout(wait)?;
            receive_stream(stream, &mut vec![0; room])
        }
        "udp" => {
            let socket = UdpSocket::bind(&args[2])?;
            socket.set_read_timeout(wait)?;
            receive_datagrams(&socket, room)
        }
        _ => {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_read_timeout(wait)?;
            socket.connect(&args[2])?;
            socket.send(b"hello")?;
            receive_datagrams(&socket, room)
        }
    }
}

fn receive_stream(mut stream: TcpStream, buffer: &mut [u8]) -> io::Result<()> {
    loop {
        match stream.read(buffer) {
            Ok(0) => over("end"),
            Ok(got) => println!("data {got}"),
            Err(error) => failed(error)?,
        }
    }
}

fn receive_datagrams(socket: &UdpSocket, room: usize) -> io::Result<()> {
    let mut largest = vec![0; 65536];
    loop {
        match socket.peek(&mut largest) {
            Ok(length) => {
                let got = socket.recv(&mut largest[..room])?;
                match length {
                    0 => println!("empty datagram"),
                    _ if length > got => println!("truncated {got} of {length}"),
                    _ => println!("data {got}"),
                }
            }
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                println!("refused");
                thread::sleep(Duration::from_millis(100));
                socket.send(b"hello")?;
            }
            Err(error) => failed(error)?,
        }
    }
}

fn failed(error: io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::Interrupted => Ok(()),
        ErrorKind::WouldBlock => over("timeout"),
        ErrorKind::ConnectionReset => over("reset"),
        _ => Err(error),
    }
}

fn over(word: &str) -> ! {
    println!("{word}");
    process::exit(0)
}
