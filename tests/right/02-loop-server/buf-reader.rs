//! A BufReader and a BufWriter around one connection: what is there is taken out, and the reply flushed.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).expect("an address");
    let listener = TcpListener::bind(address)?;
    loop {
        if let Ok((connection, client)) = listener.accept()
            && let Err(error) = serve(&connection)
        {
            println!("{client}: {error}");
        }
    }
}

fn serve(connection: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut writer = BufWriter::new(connection);
    loop {
        let request = reader.fill_buf()?;
        let n = request.len();
        if n == 0 {
            return Ok(());
        }
        writer.write_all(&request.to_ascii_uppercase())?;
        writer.flush()?;
        reader.consume(n);
    }
}
