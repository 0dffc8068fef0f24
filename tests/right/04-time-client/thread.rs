//! A thread receives all the time and passes on what comes from the server; the asker waits at a channel.

use std::io::{self, BufRead};
use std::net::{SocketAddr, UdpSocket};
use std::process::exit;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

fn main() -> io::Result<()> {
    let server: SocketAddr = std::env::args().nth(1).unwrap().parse().unwrap();
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    let receiver = socket.try_clone()?;
    let (sender, replies) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 2048];
        loop {
            match receiver.recv_from(&mut buffer) {
                Ok((n, from)) if from == server => sender.send(buffer[..n].to_vec()).unwrap(),
                _ => {}
            }
        }
    });
    let mut id = 0xabcd_0000_u32;
    for format in io::stdin().lock().lines() {
        id += 1;
        let request = [&id.to_be_bytes(), format?.as_bytes()].concat();
        match (0..3).find_map(|_| {
            socket.send_to(&request, server).ok()?;
            reply_to(&request[..4], &replies)
        }) {
            Some(text) => println!("{}", String::from_utf8_lossy(&text)),
            None => {
                println!("no answer");
                exit(1);
            }
        }
    }
    exit(0)
}

fn reply_to(id: &[u8], replies: &Receiver<Vec<u8>>) -> Option<Vec<u8>> {
    let deadline = Instant::now() + Duration::from_millis(200);
    loop {
        let reply = replies.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?;
        if let Some(text) = reply.strip_prefix(id) {
            return Some(text.to_vec());
        }
    }
}
