# Python with select around a socket that is connected and never blocks; a new socket for each question.
import select
import socket
import struct
import sys
import time


def ask(address, number, form):
    head = struct.pack(">I", number)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.connect(address)
        for _ in range(3):
            try:
                client.send(head + form.encode())
            except ConnectionRefusedError:
                # Told about an earlier request: this one is still to be sent.
                client.send(head + form.encode())
            deadline = time.monotonic() + 0.2
            while select.select([client], [], [], max(0, deadline - time.monotonic()))[0]:
                try:
                    reply = client.recv(65535)
                except (ConnectionRefusedError, BlockingIOError):
                    continue
                if reply.startswith(head):
                    return reply[4:].decode(errors="replace")
    return None


host, port = sys.argv[1].rsplit(":", 1)
for number, line in enumerate(sys.stdin, start=100):
    answer = ask((host, int(port)), number, line.rstrip("\n"))
    print(answer or "no answer")
    if answer is None:
        sys.exit(1)
