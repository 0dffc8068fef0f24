# Python with nothing but recv: ask for what is missing, until nothing is missing.
import socket
import sys


def receive(connection):
    message = b""
    while len(message) < 4:
        piece = connection.recv(4 - len(message))
        if not piece:
            break
        message += piece
    return message


host, port = sys.argv[1].rsplit(":", 1)
listener = socket.create_server((host, int(port)))
connection, _ = listener.accept()
while len(message := receive(connection)) == 4:
    print(message.hex(), flush=True)
if not message:
    print("end")
else:
    print(f"cut after {len(message)} bytes")
    sys.exit(1)
