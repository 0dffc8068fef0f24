# Python with makefile: its read(4) returns less than 4 bytes only at the end of the stream.
import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
with socket.create_server((host, int(port))) as listener:
    connection, _ = listener.accept()

with connection, connection.makefile("rb") as stream:
    while len(message := stream.read(4)) == 4:
        print(message.hex(), flush=True)

if message:
    print(f"cut after {len(message)} bytes", flush=True)
    sys.exit(1)
print("end", flush=True)
