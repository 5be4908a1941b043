#!/usr/bin/python3
"""Two ends that prove to each other that what they send arrives as it was: every datagram and every
stream is sent back, and compared with what went out.

usage: talk.py serve                      waits for the other end, until SIGTERM
       talk.py prove ADDRESS SIZE...      datagrams of these sizes and a stream, begun by us; then the
                                          same, begun by the other end. Exit code 1 and why, if not so.
"""

import json
import os
import socket
import sys
import threading

PORT = 4242
STREAM = 60_000
TRIES, PATIENCE = 8, 0.5  # a datagram may be lost where it tells a sender what the path takes
SECONDS = 15


def listen(kind, port):
    opened = socket.socket(socket.AF_INET6, kind)
    opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind(("::", port))
    return opened


def receive_all(connection):
    octets = bytearray()
    while more := connection.recv(65536):
        octets += more
    return bytes(octets)


class End:
    """Sends back what comes, by UDP and by TCP, and proves something when it is asked to."""

    def __init__(self, port=0):
        self.stream, self.datagrams = (listen(kind, port) for kind
                                       in (socket.SOCK_STREAM, socket.SOCK_DGRAM))
        self.stream.listen(8)
        self.ports = [part.getsockname()[1] for part in (self.stream, self.datagrams)]
        for work in (self.serve_datagrams, self.serve_streams):
            threading.Thread(target=work, daemon=True).start()

    def serve_datagrams(self):
        while True:
            octets, sender = self.datagrams.recvfrom(65536)
            self.datagrams.sendto(octets, sender)

    def serve_streams(self):
        while True:
            connection, sender = self.stream.accept()
            connection.settimeout(SECONDS)
            threading.Thread(target=self.answer, args=[connection, sender[0]], daemon=True).start()

    def answer(self, connection, sender):
        """The first octet says if the rest is to be sent back, or what is to be proven."""
        with connection:
            octets = receive_all(connection)
            if octets[:1] == b"=":
                connection.sendall(octets)
            elif octets[:1] == b"?":
                asked = json.loads(octets[1:])
                connection.sendall(prove(sender, asked["ports"], asked["sizes"]).encode())


def prove(address, ports, sizes):
    """Why it could not, or nothing."""
    address = address.removeprefix("::ffff:")
    try:
        for size in sizes:
            if not prove_datagram(address, ports[1], size):
                return f"a datagram of {size} octets to {address} did not come back as it was"
        octets = b"=" + os.urandom(STREAM)
        if ask(address, ports[0], octets) != octets:
            return f"a stream to {address} did not come back as it was"
    except OSError as error:
        return f"{address}: {error}"
    return ""


def prove_datagram(address, port, size):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as out:
        out.settimeout(PATIENCE)
        octets = os.urandom(size)
        for _ in range(TRIES):
            try:
                out.sendto(octets, (address, port))
                return out.recv(65536) == octets
            except OSError:  # late, or the path turned out to take less
                continue
    return False


def ask(address, port, octets):
    with socket.create_connection((address, port), timeout=SECONDS) as connection:
        connection.sendall(octets)
        connection.shutdown(socket.SHUT_WR)
        return receive_all(connection)


def prove_both_ways(address, sizes):
    here = End()
    asked = json.dumps({"ports": here.ports, "sizes": sizes}).encode()
    return prove(address, (PORT, PORT), sizes) or ask(address, PORT, b"?" + asked).decode()


def main():
    match sys.argv[1:]:
        case ["serve"]:
            End(PORT)
            print("serving", flush=True)
            threading.Event().wait()
        case ["prove", address, *sizes]:
            try:
                sys.exit(prove_both_ways(address, [int(size) for size in sizes]) or 0)
            except OSError as error:
                sys.exit(f"{address}: {error}")
        case _:
            sys.exit(__doc__.split("\n\n")[1].rstrip())


if __name__ == "__main__":
    main()
