# Python, one thread and non-blocking sockets: what a slow reader has no room for waits in a buffer of its own.
import selectors
import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=16)
listener.setblocking(False)
selector = selectors.DefaultSelector()
selector.register(listener, selectors.EVENT_READ)


def close(connection):
    selector.unregister(connection)
    connection.close()


def serve(connection, waiting):
    """Receives only when everything before has been sent, so that the buffer stays small."""
    try:
        if waiting:
            del waiting[: connection.send(waiting)]
        else:
            data = connection.recv(4096)
            if not data:
                return close(connection)
            waiting += data.upper()
    except BlockingIOError:
        pass
    except OSError:
        return close(connection)
    wanted = selectors.EVENT_WRITE if waiting else selectors.EVENT_READ
    selector.modify(connection, wanted, waiting)


while True:
    for key, _ in selector.select():
        if key.fileobj is not listener:
            serve(key.fileobj, key.data)
            continue
        try:
            connection, _ = listener.accept()
        except OSError:
            continue
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ, bytearray())
