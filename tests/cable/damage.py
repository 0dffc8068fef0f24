"""Puts random and damaged frames on a cable, or takes them off it, and keeps what it put or took in a file, in hex."""
import random
import socket
import struct
import sys

EVERYTHING = 3  # ETH_P_ALL
NOBODY = bytes.fromhex("020000000063")  # a sender of its own, so that the kernels' own frames are told apart


def link():
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERYTHING))
    raw.bind(("eth0", EVERYTHING))
    return raw


def packet(chance):
    """IPv4, IPv6 or ARP as far as its first bytes say, of some protocol, and of any length."""
    kind, begin = chance.choice([(b"\x08\x00", b"\x45\x00"), (b"\x86\xdd", b"\x60\x00"), (b"\x08\x06", b"\x00\x01")])
    rest = bytearray(begin + chance.randbytes(chance.randrange(100)))
    protocol = 9 if kind == b"\x08\x00" else 6
    if len(rest) > protocol:
        rest[protocol] = chance.choice([1, 6, 17, 44, 58])
    return kind + rest


def frame(chance, to):
    shapes = [
        lambda: packet(chance),
        lambda: b"\x81\x00" + chance.randbytes(2) + packet(chance),
        lambda: chance.randbytes(2 + chance.randrange(1499)),
        lambda: b"\x88\xb5",
    ]
    return to + NOBODY + chance.choice(shapes)()


def send(to, count, file):
    raw, chance = link(), random.Random(1)
    with open(file, "w") as kept:
        for _ in range(int(count)):
            sent = frame(chance, bytes.fromhex(to.replace(":", "")))
            raw.send(sent)
            kept.write(sent.hex() + "\n")


def take(count, file):
    raw = link()
    raw.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE
    raw.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA
    raw.settimeout(5)
    # What sends waits for this call.
    ready = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ready.bind(("0.0.0.0", 9))
    left = int(count)
    with open(file, "w") as kept:
        while left:
            data, beside, _, _ = raw.recvmsg(2048, 64)
            if data[6:12] == NOBODY:
                kept.write(whole(data, beside).hex() + "\n")
                left -= 1


def whole(data, beside):
    """The frame with its VLAN tag, which the kernel hands over beside it (struct tpacket_auxdata)."""
    status, _, _, _, _, tag, kind = struct.unpack("IIIHHHH", beside[0][2])
    return data[:12] + struct.pack(">HH", kind, tag) + data[12:] if status & 16 else data


globals()[sys.argv[1]](*sys.argv[2:])
