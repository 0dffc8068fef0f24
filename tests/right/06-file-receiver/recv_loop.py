# Python as in the class: socket, struct and json, a recv loop for each part.
import json
import os
import socket
import struct
import sys

address, folder = sys.argv[1:]
host, port = address.split(":")


class Refused(Exception):
    pass


def recv_exactly(conn, count):
    data = b""
    while len(data) < count:
        piece = conn.recv(count - len(data))
        if not piece:
            raise Refused("the stream ended")
        data += piece
    return data


def is_plain(name):
    control = any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in name)
    return 0 < len(name.encode()) <= 255 and name not in (".", "..") and "/" not in name and not control


def receive(conn):
    (length,) = struct.unpack(">I", recv_exactly(conn, 4))
    if length > 4096:
        raise Refused("the JSON is too long")
    about = json.loads(recv_exactly(conn, length).decode("utf-8"))
    name, size, total = about["file_name"], about["file_size"], about["sum"]
    if not isinstance(name, str) or not is_plain(name):
        raise Refused("the name")
    if type(size) is not int or not 0 <= size <= 16 * 1024 * 1024:
        raise Refused("the size")
    part = os.path.join(folder, ".part")
    try:
        with open(part, "wb") as file:
            left = size
            while left:
                piece = recv_exactly(conn, min(left, 65536))
                file.write(piece)
                total -= sum(piece)
                left -= len(piece)
        if total != 0:
            raise Refused("the sum")
        os.replace(part, os.path.join(folder, name))
    except BaseException:
        os.remove(part)
        raise
    return size


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((host, int(port)))
listener.listen(5)
while True:
    conn, _ = listener.accept()
    with conn:
        try:
            answer = f"stored {receive(conn)} bytes\n"
        except (Refused, OSError, ValueError, KeyError, TypeError) as error:
            answer = f"refused: {error}\n"
        try:
            conn.sendall(answer.encode())
        except OSError:
            pass
