# One thread and no call that waits but select: every client has a buffer for what came and one for what must go.

import selectors
import socket
import struct
import sys

MAX = 1 << 20
selector = selectors.DefaultSelector()


class Client:
    def __init__(self, sock):
        self.sock, self.frames, self.inbox, self.outbox = sock, 0, bytearray(), bytearray()

    def leave(self, word):
        selector.unregister(self.sock)
        self.sock.close()
        print(word, self.frames, flush=True)

    def ready(self, events):
        try:
            if events & selectors.EVENT_WRITE:
                del self.outbox[: self.sock.send(self.outbox)]
            if events & selectors.EVENT_READ:
                piece = self.sock.recv(65536)
                if not piece:
                    return self.leave("broken" if self.inbox else "done")
                self.inbox += piece
                if not self.take():
                    return self.leave("broken")
        except OSError:
            return self.leave("broken")
        # Who does not read its echoes is not listened to either.
        wanted = selectors.EVENT_WRITE if self.outbox else selectors.EVENT_READ
        selector.modify(self.sock, wanted, self)

    def take(self):
        """Moves all complete frames to the outbox; False when a length is too large."""
        at = 0
        while len(self.inbox) >= at + 4:
            (length,) = struct.unpack_from(">I", self.inbox, at)
            if length > MAX:
                self.sock.send(self.outbox + self.inbox[:at])
                return False
            if len(self.inbox) < at + 4 + length:
                break
            at += 4 + length
            self.frames += 1
        self.outbox += self.inbox[:at]
        del self.inbox[:at]
        return True


host, port = sys.argv[1].rsplit(":", 1)
listener = socket.create_server((host, int(port)))
selector.register(listener, selectors.EVENT_READ)
while True:
    for key, events in selector.select():
        if key.fileobj is listener:
            sock, _ = listener.accept()
            sock.setblocking(False)
            selector.register(sock, selectors.EVENT_READ, Client(sock))
        else:
            key.data.ready(events)
