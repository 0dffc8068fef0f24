"""A TCP echo server and its client: what a Python tutorial prints."""
import socket
import sys

if sys.argv[1] == "server":
    with socket.create_server(("127.0.0.1", 8080)) as listener:
        for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1):
            connection, _ = listener.accept()
            with connection:
                while data := connection.recv(1024):
                    connection.sendall(data)
else:
    with socket.create_connection(("127.0.0.1", 8080)) as s:
        for word in sys.argv[2:] or ["hello"]:
            s.sendall(word.encode())
            data = b""
            while len(data) < len(word.encode()):
                data += s.recv(1024)
            print(data.decode())
