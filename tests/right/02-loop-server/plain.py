# Python, blocking: two loops, and one except for all that can happen to a connection.
import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
with socket.create_server((host, int(port))) as listener:
    while True:
        connection, client = listener.accept()
        with connection:
            try:
                while data := connection.recv(1024):
                    connection.sendall(data.upper())
            except OSError as error:
                print(client, "is lost:", error)
