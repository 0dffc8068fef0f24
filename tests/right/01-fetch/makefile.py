# Python, with the connection as a file, read as a whole.

import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
server = socket.socket()
try:
    server.connect((host, int(port)))
    with server.makefile("rwb") as file:
        file.write(sys.stdin.buffer.read())
        file.flush()
        server.shutdown(socket.SHUT_WR)
        reply = file.read()
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
sys.stdout.buffer.write(reply)
