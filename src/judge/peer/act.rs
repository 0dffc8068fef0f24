//! What each step does with the peer's sockets.

use super::sockets::{Conversation, Fault, Sockets, words};
use super::task::PeerTask;
use super::{receive, send};
use crate::notation::script::{Act, Count, Here, Moment, Pattern, Payload, Pieces, ValueError, Values};
use std::net::{Shutdown, SocketAddr};

/// A peer at work.
pub(super) struct Peer {
    role: String,
    serves: bool,
    address: SocketAddr,
    values: Values,
    sockets: Sockets,
    /// Who sent the last datagram, to any of its sockets.
    last_sender: Option<SocketAddr>,
}

impl Peer {
    pub(super) fn new(task: &PeerTask, values: Values, address: SocketAddr) -> Self {
        let sockets = Sockets::new(address);
        Peer { role: task.role.clone(), serves: task.serves, address, values, sockets, last_sender: None }
    }

    /// The values there are now, captured ones too.
    pub(super) fn values(&self) -> &Values {
        &self.values
    }

    /// Does a step.
    pub(super) fn act(&mut self, moment: &Moment) -> Result<(), Fault> {
        let name = moment.step.socket.0.as_str();
        match &moment.step.act {
            Act::Connect => self.sockets.connect(name),
            Act::ConnectRefused => self.sockets.connect_refused(),
            Act::Listen => self.sockets.listen(name),
            Act::Accept => self.sockets.accept(name),
            Act::Udp => self.sockets.udp(name),
            Act::Bind => {
                // Whoever has the address serves there, whatever the role is called.
                self.serves = true;
                self.sockets.bind(name)
            }
            Act::Send { bytes, pieces } => self.send(name, moment, bytes, pieces),
            Act::Receive { bytes, slowly, skipping: None } => self.receive(name, moment, bytes, *slowly),
            Act::Receive { bytes, skipping: Some(others), .. } => self.receive_skipping(name, moment, bytes, others),
            Act::ReceiveAny(count) => self.receive_any(name, count),
            Act::ReceiveEnd => receive::leaving(self.sockets.stream(name)?, true, false),
            Act::ReceiveReset => receive::leaving(self.sockets.stream(name)?, false, true),
            Act::ReceiveEndOrReset => receive::leaving(self.sockets.stream(name)?, true, true),
            Act::ReceiveNothing => receive::nothing(self.sockets.conversation(name)?),
            Act::ShutDown => self.shut_down(name),
            Act::Close => self.sockets.close(name),
            Act::Reset => self.sockets.reset(name),
            Act::CloseUnread => {
                receive::unread(self.sockets.stream(name)?)?;
                self.sockets.close(name)
            }
            Act::Slow => self.sockets.slow_down(),
            // A walk gives no step of these.
            Act::Repeat { .. } | Act::End => Ok(()),
        }
    }

    fn here(&self, moment: &Moment) -> Here<'_> {
        self.values.at(&self.role, moment.number, &moment.rounds)
    }

    fn send(&self, name: &str, moment: &Moment, payload: &Payload, pieces: &Pieces) -> Result<(), Fault> {
        let conversation = self.sockets.conversation(name)?;
        let mut here = self.here(moment);
        let bytes = here.bytes(payload).map_err(wrong)?;
        let lengths = here.pieces(pieces, bytes.len());
        let to = if self.serves { self.last_sender } else { Some(self.address) };
        send::send(name, conversation, &bytes, &lengths, to)
    }

    fn receive(&mut self, name: &str, moment: &Moment, payload: &Payload, slowly: bool) -> Result<(), Fault> {
        let due = self.here(moment).pattern(payload).map_err(wrong)?;
        let came = match self.sockets.conversation(name)? {
            Conversation::Stream(stream) => receive::exactly(stream, &due, slowly)?,
            Conversation::Datagrams(_) => receive::same_datagram(self.datagram(name)?, &due)?,
        };
        self.capture(&due, &came);
        Ok(())
    }

    /// The next datagram that is not one of those others.
    fn receive_skipping(
        &mut self,
        name: &str,
        moment: &Moment,
        payload: &Payload,
        others: &Payload,
    ) -> Result<(), Fault> {
        let due = self.here(moment).pattern(payload).map_err(wrong)?;
        let others = self.here(moment).bytes(others).map_err(wrong)?;
        let came = loop {
            let came = self.datagram(name)?;
            if came != others {
                break came;
            }
        };
        self.capture(&due, &receive::same_datagram(came, &due)?);
        Ok(())
    }

    fn receive_any(&mut self, name: &str, count: &Count) -> Result<(), Fault> {
        let (least, most) = match count {
            Count::Number(number) => (*number, *number),
            Count::Between(first, last) => (*first, *last),
            Count::Round(name) => return Err(Fault::script(format!("`${name}` is no number here"))),
        };
        match self.sockets.conversation(name)? {
            Conversation::Stream(stream) => receive::any(stream, least, most),
            Conversation::Datagrams(_) => receive::long_datagram(&self.datagram(name)?, least, most),
        }
    }

    /// The next datagram of that socket. Its sender is who gets the answer.
    fn datagram(&mut self, name: &str) -> Result<Vec<u8>, Fault> {
        let Conversation::Datagrams(socket) = self.sockets.conversation(name)? else {
            return Err(Fault::script("a stream has no datagrams"));
        };
        let (came, from) = receive::datagram(socket, (!self.serves).then_some(self.address))?;
        self.last_sender = Some(from);
        Ok(came)
    }

    fn capture(&mut self, due: &Pattern, came: &[u8]) {
        for (name, range) in &due.captures {
            self.values.capture(name, came.get(range.clone()).unwrap_or_default().to_vec());
        }
    }

    fn shut_down(&self, name: &str) -> Result<(), Fault> {
        self.sockets.stream(name)?.shutdown(Shutdown::Write).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotConnected => Fault::failed("the connection is gone already: it was reset (RST)"),
            _ => Fault::failed(words(error)),
        })
    }
}

fn wrong(error: ValueError) -> Fault {
    Fault::script(error.to_string())
}
