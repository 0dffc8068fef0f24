# Python with the socket module: a loop around recvfrom and sendto.
import re
import socket
import sys
from datetime import datetime, timezone

FORMAT = re.compile(r"%[YmdHMS%]|[^%]", re.DOTALL)


def answer(request, values):
    try:
        text = request.decode("utf-8") or "%Y-%m-%d %H:%M:%S"
    except UnicodeDecodeError:
        return b"bad request"
    parts = FORMAT.findall(text)
    if "".join(parts) != text:
        return b"bad request"
    reply = "".join(values.get(part, part) for part in parts).encode("utf-8")
    return reply if len(reply) <= 512 else b"bad request"


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    now = datetime.fromtimestamp(int(sys.argv[2]), timezone.utc)
    values = {format: now.strftime(format) for format in ("%Y", "%m", "%d", "%H", "%M", "%S", "%%")}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((host, int(port)))
    while True:
        request, client = server.recvfrom(65535)
        try:
            server.sendto(answer(request, values), client)
        except OSError as error:
            print(client, error, file=sys.stderr)


main()
