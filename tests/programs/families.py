"""Other families: AF_UNIX in its three kinds, IPv6, and both protocols on one socket. One mode a run."""
import os
import socket
import sys

what, rest = sys.argv[1], sys.argv[2:]


def exactly(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        assert more
        data += more
    return data


def serve(s):
    s.listen()
    c, _ = s.accept()
    while data := c.recv(100):
        c.sendall(data)
    c.close()
    s.close()


def talk(s):
    for text in (b"first", b"second"):
        s.sendall(text)
        assert exactly(s, len(text)) == text
    s.close()


if what == "stream-server":
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.bind(rest[0])
    serve(s)
elif what == "stream-client":
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(rest[0])
    talk(s)
elif what == "packet-server":
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.bind(rest[0])
    serve(s)
elif what == "packet-client":
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect(rest[0])
    for text in (b"first", b"second"):
        s.send(text)
    assert [s.recv(100), s.recv(100)] == [b"first", b"second"]
elif what == "datagram-server":
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(rest[0])
    for _ in range(2):
        data, sender = s.recvfrom(100)
        s.sendto(data.upper(), sender)
elif what == "datagram-client":
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(rest[0] + ".client")
    for text in (b"first", b"second"):
        s.sendto(text, rest[0])
        assert s.recv(100) == text.upper()
elif what == "pair":
    one, two = socket.socketpair()
    if os.fork() == 0:
        one.close()
        two.sendall(exactly(two, 8)[::-1])
        os._exit(0)
    two.close()
    one.sendall(b"reversed")
    assert exactly(one, 8) == b"desrever"
    os.wait()
elif what == "tcp6-server":
    s = socket.socket(socket.AF_INET6)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind((rest[0], 8080))
    serve(s)
elif what == "tcp-client":
    talk(socket.create_connection((rest[0], 8080)))
elif what == "udp6-server":
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind((rest[0], 8080))
    for _ in range(2):
        data, sender = s.recvfrom(100)
        s.sendto(data.upper(), sender)
elif what == "udp-client":
    s = socket.socket(socket.AF_INET6 if ":" in rest[0] else socket.AF_INET, socket.SOCK_DGRAM)
    for text in (b"first", b"second"):
        s.sendto(text, (rest[0], 8080))
        assert s.recvfrom(100)[0] == text.upper()
else:
    sys.exit(5)
