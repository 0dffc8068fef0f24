"""The programs of the cable's tests: each does one thing and prints what came of it."""
import hashlib
import socket
import sys

PORT = 8080


def family(host):
    """The socket for an address, which is of IPv6 when it has a colon; names are of IPv4."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def serve(host):
    """Takes one connection, reads to its end, prints how much came and what."""
    server = socket.create_server((host, PORT), family=family(host))
    connection, _ = server.accept()
    digest, count = hashlib.sha256(), 0
    while part := connection.recv(1 << 16):
        digest.update(part)
        count += len(part)
    print(count, digest.hexdigest())


def pour(host, count):
    """Sends so many bytes that never repeat in step with segments."""
    data = bytes(i * i // 251 % 256 for i in range(65_521)) * (int(count) // 65_521 + 1)
    data = data[: int(count)]
    print(len(data), hashlib.sha256(data).hexdigest())
    with socket.create_connection((host, PORT)) as client:
        client.sendall(data)


def say(host, *words):
    """One send for each word."""
    with socket.create_connection((host, PORT)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for word in words:
            client.send(word.encode())


def reflect(host):
    """Takes one connection and sends back all that comes, when it has all come."""
    server = socket.create_server((host, PORT), family=family(host))
    connection, _ = server.accept()
    data = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    connection.sendall(data)


def fetch(host, count):
    """Sends so many bytes, and prints how many came back and whether they are the same."""
    data = bytes(i * i // 251 % 256 for i in range(int(count)))
    with socket.create_connection((host, PORT)) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        back = b"".join(iter(lambda: client.recv(1 << 16), b""))
    print(len(back), back == data)


def knock(host):
    """Connects to where perhaps nobody listens."""
    try:
        socket.create_connection((host, PORT))
    except OSError as error:
        print(error)


def meet(host, count):
    """Takes so many connections, one after the other, and reads each to its end."""
    server = socket.create_server((host, PORT), family=family(host))
    for _ in range(int(count)):
        connection, _ = server.accept()
        while connection.recv(1 << 16):
            pass


def twice(*hosts):
    """Connects to one host and then to another."""
    for host in hosts:
        say(host, host)


def resolve(*names):
    """Prints the addresses behind names."""
    for name in names:
        try:
            found = {entry[4][0] for entry in socket.getaddrinfo(name, PORT)}
            print(name, *sorted(found), flush=True)
        except OSError:
            print(name, "nowhere", flush=True)


def answer(host, count):
    """Answers so many datagrams with themselves."""
    server = socket.socket(family(host), socket.SOCK_DGRAM)
    server.bind((host, PORT))
    for _ in range(int(count)):
        data, sender = server.recvfrom(65_535)
        server.sendto(data, sender)


def ask(host, *lengths):
    """Sends a datagram of each length and waits for its answer."""
    client = socket.socket(family(host), socket.SOCK_DGRAM)
    for length in map(int, lengths):
        client.sendto(bytes(i % 251 for i in range(length)), (host, PORT))
        data, _ = client.recvfrom(65_535)
        print(len(data), data == bytes(i % 251 for i in range(length)))


def take(host, count):
    """Takes so many datagrams and prints their lengths."""
    server = socket.socket(family(host), socket.SOCK_DGRAM)
    server.bind((host, PORT))
    for _ in range(int(count)):
        print(len(server.recvfrom(65_535)[0]), flush=True)


def tell(host, *lengths):
    """Sends a datagram of each length and waits for no answer."""
    client = socket.socket(family(host), socket.SOCK_DGRAM)
    for length in map(int, lengths):
        client.sendto(bytes(length), (host, PORT))


def wait(host):
    """Takes one connection and reads once."""
    server = socket.create_server((host, PORT), family=family(host))
    server.accept()[0].recv(100)


def hang(host, _word):
    """Connects and waits for what nobody sends."""
    socket.create_connection((host, PORT)).recv(100)


def everything(*hosts):
    """Serves at each address: a connection and two datagrams, which it answers."""
    at = [(socket.socket(family(host), socket.SOCK_DGRAM), host) for host in hosts]
    for datagrams, host in at:
        datagrams.bind((host, PORT))
    servers = [socket.create_server((host, PORT), family=family(host)) for host in hosts]
    for server, (datagrams, _) in zip(servers, at):
        connection, _ = server.accept()
        connection.sendall(connection.recv(1 << 16))
        for _ in range(2):
            data, sender = datagrams.recvfrom(65_535)
            datagrams.sendto(data, sender)


def all(*hosts):
    """Uses all of that, and a port of the first host where nobody is."""
    for host in hosts:
        with socket.create_connection((host, PORT)) as client:
            client.sendall(bytes(5000))
            client.recv(1 << 16)
        ask(host, 100, 4000)
    nobody = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    nobody.connect((hosts[0], 9))
    nobody.send(b"?")
    try:
        nobody.recv(1)
    except ConnectionRefusedError:
        pass


globals()[sys.argv[1]](*sys.argv[2:])
