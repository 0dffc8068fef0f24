# Python, call by call.

import errno
import socket
import sys

NAMES = {
    errno.EADDRINUSE: "in use",
    errno.EADDRNOTAVAIL: "not here",
    errno.EACCES: "not allowed",
}

host, port = sys.argv[1].rsplit(":", 1)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind((host, int(port)))
    listener.listen()
except OSError as error:
    print(NAMES.get(error.errno, error))
    sys.exit(1)
print("listening", flush=True)

client, _ = listener.accept()
listener.close()
try:
    client.sendall(b"hello\n")
    while (piece := client.recv(100)) and b"\n" not in piece:
        pass
except ConnectionError:
    pass
client.close()
