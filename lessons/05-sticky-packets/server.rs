//! The receiver: takes whatever is in its queue, and reports what each recv returned.

use crate::show;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

/// Receives until the client is done, offering each recv the room it is told.
pub fn receive(addr: &str, rooms: &[usize]) -> io::Result<()> {
    let mut stream = accept_one(addr)?;
    let mut rooms = rooms.iter();
    let mut room = 1024;
    loop {
        room = *rooms.next().unwrap_or(&room);
        let mut buffer = vec![0; room];

        // Takes what has arrived, but never more than there is room for. It cannot know how many
        // sends these bytes came from: the queue (接收缓冲区) holds bytes, and nothing between them.
        let got = stream.read(&mut buffer)?;

        // 0 is not an empty message. It says that the client has closed and the queue is empty.
        if got == 0 {
            println!("recv({room}) = 0: the client has closed");
            return Ok(());
        }
        println!("recv({room}) = {got}: {}", show(&buffer[..got]));
    }
}

/// Takes each recv for one request, which is the mistake, and answers it.
pub fn answer(addr: &str, room: usize) -> io::Result<()> {
    let mut stream = accept_one(addr)?;
    let mut buffer = vec![0; room];
    loop {
        let got = stream.read(&mut buffer)?;
        if got == 0 {
            println!("the client has no more questions");
            return Ok(());
        }
        let answer = match &buffer[..got] {
            b"menu" => "rice, noodles, dumplings, soup, tea",
            b"price" => "12 yuan",
            _ => "what?",
        };

        // The whole answer goes out, however little room the client will offer for it. What the
        // client leaves in its queue stays there, in front of everything sent later.
        stream.write_all(answer.as_bytes())?;
        println!("asked {}, answered {answer:?}", show(&buffer[..got]));
    }
}

/// Waits for the one client of this lesson.
fn accept_one(addr: &str) -> io::Result<TcpStream> {
    // From here on the kernel completes handshakes and queues bytes, before we accept anyone.
    let listener = TcpListener::bind(addr)?;
    println!("waiting on {addr}");
    let (stream, _) = listener.accept()?;
    Ok(stream)
}
