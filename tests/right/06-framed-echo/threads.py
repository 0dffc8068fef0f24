# A thread for every client, as socketserver makes them, a function that receives exactly n bytes, two sends.

import socketserver
import struct
import sys


def exactly(sock, n):
    data = bytearray()
    while len(data) < n:
        piece = sock.recv(min(n - len(data), 65536))
        if not piece:
            raise EOFError(len(data))
        data += piece
    return bytes(data)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        frames = 0
        try:
            while first := self.request.recv(1):
                (length,) = struct.unpack(">I", first + exactly(self.request, 3))
                if length > 1 << 20:
                    raise ValueError(length)
                body = exactly(self.request, length)
                self.request.sendall(struct.pack(">I", length))
                self.request.sendall(body)
                frames += 1
        except (OSError, EOFError, ValueError) as error:
            print(error, file=sys.stderr)
            print("broken", frames, flush=True)
        else:
            print("done", frames, flush=True)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


host, port = sys.argv[1].rsplit(":", 1)
Server((host, int(port)), Echo).serve_forever()
