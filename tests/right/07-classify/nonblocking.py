# A socket that never waits, select for the time, and recvmsg into a buffer that no datagram fills.

import select
import socket
import sys
import time

LARGEST = 65536


def lines(sock, stream, room, wait):
    while True:
        if not select.select([sock], [], [], wait)[0]:
            yield "timeout"
            return
        try:
            data, _, _, _ = sock.recvmsg(room if stream else LARGEST)
        except BlockingIOError:
            continue
        except ConnectionResetError:
            yield "reset"
            return
        except ConnectionRefusedError:
            yield "refused"
            continue
        if stream and not data:
            yield "end"
            return
        if not data:
            yield "empty datagram"
        elif len(data) > room:
            yield f"truncated {room} of {len(data)}"
        else:
            yield f"data {len(data)}"


mode, address, room, wait = sys.argv[1:]
host, port = address.rsplit(":", 1)
if mode == "tcp":
    listener = socket.create_server((host, int(port)))
    sock, _ = listener.accept()
else:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if mode == "udp":
        sock.bind((host, int(port)))
    else:
        sock.connect((host, int(port)))
        sock.send(b"hello")
sock.setblocking(False)
for line in lines(sock, mode == "tcp", int(room), int(wait) / 1000):
    print(line, flush=True)
    if line == "refused":
        time.sleep(0.1)
        sock.send(b"hello")
