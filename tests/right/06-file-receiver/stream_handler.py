# Python's socketserver with a file object: read(n) of a buffered file loops until it has n bytes or the end.
import json
import os
import socketserver
import sys
import tempfile

address, folder = sys.argv[1:]
host, port = address.split(":")


class Receiver(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            answer = f"stored {self.receive()} bytes"
        except Exception as error:
            answer = f"refused: {type(error).__name__}"
        self.wfile.write(answer.encode() + b"\n")

    def part(self, count):
        data = self.rfile.read(count)
        if len(data) != count:
            raise EOFError
        return data

    def receive(self):
        length = int.from_bytes(self.part(4), "big")
        if length > 4096:
            raise ValueError
        about = json.loads(self.part(length))
        name, size = about["file_name"], about["file_size"]
        if not isinstance(size, int) or not 0 <= size <= 16 << 20:
            raise ValueError
        if name in ("", ".", "..") or len(os.fsencode(name)) > 255:
            raise ValueError
        if "/" in name or any(letter < " " or "\x7f" <= letter < "\xa0" for letter in name):
            raise ValueError
        handle, path = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                missing, total = size, 0
                while missing:
                    piece = self.part(min(missing, 8192))
                    file.write(piece)
                    total += sum(piece)
                    missing -= len(piece)
            if total != about["sum"]:
                raise ValueError
            os.rename(path, os.path.join(folder, name))
        except Exception:
            os.unlink(path)
            raise
        return size


class Server(socketserver.TCPServer):
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass


with Server((host, int(port)), Receiver) as server:
    server.serve_forever()
