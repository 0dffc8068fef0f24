# The socket's own timeout, and recv_into with MSG_TRUNC: it returns the length without making bytes of that length.

import socket
import sys
import time

mode, address, room, wait = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) / 1000
host, port = address.rsplit(":", 1)
if mode == "tcp":
    sock, _ = socket.create_server((host, int(port))).accept()
else:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if mode == "udp":
        sock.bind((host, int(port)))
    else:
        sock.connect((host, int(port)))
        sock.send(b"hello")
sock.settimeout(wait)
buffer = bytearray(room)


def look():
    if mode == "tcp":
        got = len(sock.recv(room))
        return f"data {got}" if got else "end"
    length = sock.recv_into(buffer, room, socket.MSG_TRUNC)
    if length > room:
        return f"truncated {room} of {length}"
    return f"data {length}" if length else "empty datagram"


while True:
    try:
        line = look()
    except TimeoutError:
        line = "timeout"
    except ConnectionResetError:
        line = "reset"
    except ConnectionRefusedError:
        line = "refused"
    print(line, flush=True)
    if line in ("timeout", "reset", "end"):
        sys.exit()
    if line == "refused":
        time.sleep(0.1)
        sock.send(b"hello")
