# Python with the socketserver module, which makes an object for each datagram and lives on when one of them fails.
import socketserver
import sys
from datetime import datetime, timezone

BAD = b"bad request"


class Clock(socketserver.BaseRequestHandler):
    def handle(self):
        request, server = self.request
        server.sendto(self.answer(request), self.client_address)

    def answer(self, request):
        try:
            letters = iter(request.decode("utf-8") or "%Y-%m-%d %H:%M:%S")
        except UnicodeDecodeError:
            return BAD
        reply = ""
        for letter in letters:
            if letter != "%":
                reply += letter
                continue
            directive = next(letters, None)
            if directive is None or directive not in "YmdHMS%":
                return BAD
            reply += NOW.strftime("%" + directive)
        return reply.encode("utf-8") if len(reply.encode("utf-8")) <= 512 else BAD


host, port = sys.argv[1].rsplit(":", 1)
NOW = datetime.fromtimestamp(int(sys.argv[2]), timezone.utc)
with socketserver.UDPServer((host, int(port)), Clock) as server:
    server.serve_forever()
