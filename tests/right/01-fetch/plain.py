# Python, with sendall and a loop over recv.

import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
request = sys.stdin.buffer.read()
try:
    with socket.create_connection((host, int(port))) as server:
        server.sendall(request)
        server.shutdown(socket.SHUT_WR)
        while piece := server.recv(4096):
            sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
except OSError as error:
    sys.exit(f"no whole reply: {error}")
