//! Frames as they come out of the ring: named, counted for the gate, and recorded.

use super::engine::Engine;
use super::frames::Name;
use crate::recording::{self, Event, Nanos};
use crate::wire::{Packet, Transport};

impl Engine {
    /// Takes in every frame the kernel has handed over.
    pub(crate) fn drain_frames(&mut self) {
        let Some(mut capture) = self.sandbox.capture.take_if(|capture| capture.ready()) else { return };
        let ahead = self.wall.ahead_now();
        capture.drain(|frame| {
            let t = (frame.stamp - ahead - self.started).max(0) as Nanos;
            self.on_frame(t, frame.len, frame.bytes);
        });
        self.sandbox.capture = Some(capture);
    }

    fn on_frame(&mut self, t: Nanos, len: u32, bytes: &[u8]) {
        let packet = Packet::parse(bytes);
        let Some(name) = self.name_frame(&packet, bytes) else { return };
        let frame = self.number_frame(&name);
        self.record_frame(t, len, frame, bytes.to_vec(), &name, None);
        if !name.again {
            self.gate.note_arrived(&name.from, &name.to, name.kind, name.nth);
        }
    }

    /// The name of a frame; none when, on a shared loopback, it belongs to nobody of this run.
    pub(crate) fn name_frame(&mut self, packet: &Packet, bytes: &[u8]) -> Option<Name> {
        self.look_up_new_addresses(packet);
        let private = self.sandbox.private;
        let name = match packet.quoted(bytes) {
            Some(quoted) => self.namer.name_error(&quoted, &self.sockets, private),
            None => self.namer.name(packet, bytes, &self.sockets, private),
        }?;
        if let (Transport::Udp(udp), true) =
            (&packet.transport, packet.ip.as_ref().is_some_and(|ip| ip.fragment_offset == 0))
        {
            *self.datagrams_seen.entry(udp.dst_port).or_default() += 1;
        }
        Some(name)
    }

    /// The number of a frame in the recording. Tells the gate that it was on the wire.
    pub(crate) fn number_frame(&mut self, name: &Name) -> u64 {
        if !name.again {
            self.gate.note_frame(&name.from, &name.to, name.kind);
        }
        self.frames += 1;
        self.frames
    }

    /// Writes a frame into the recording.
    pub(crate) fn record_frame(
        &mut self,
        t: Nanos,
        len: u32,
        frame: u64,
        bytes: Vec<u8>,
        name: &Name,
        copy_of: Option<u64>,
    ) {
        self.emit(Event::Frame(recording::Frame {
            t,
            frame,
            from: Some(name.from.clone()),
            to: Some(name.to.clone()),
            kind: name.kind.into(),
            nth: name.nth,
            again: name.again,
            copy_of,
            len,
            bytes: recording::Hex(bytes),
        }));
    }

    /// A socket gets its port inside connect or its first send, and the frame can be here before that call has ended.
    fn look_up_new_addresses(&mut self, packet: &Packet) {
        let Some((src, dst)) = packet.endpoints() else { return };
        let udp = matches!(packet.transport, Transport::Udp(_));
        if self.sockets.at(udp, src, dst).is_some() {
            return;
        }
        let running: Vec<_> = self
            .tasks
            .values()
            .filter_map(|task| task.call.as_ref())
            .filter_map(|call| Some((call.sock?, call.pid, call.fd?)))
            .collect();
        for (sock, pid, fd) in running {
            if self.sockets.get(sock).local.is_none() {
                self.learned(sock, pid, fd, super::sockets::Told::Nothing);
            }
        }
        if let Transport::Tcp(tcp) = &packet.transport
            && tcp.syn
            && !tcp.ack_flag
            && self.sockets.at(udp, src, dst).is_none()
        {
            let found = self.sockets.first_syn(src, dst);
            self.emit_socket(found);
        }
    }
}
