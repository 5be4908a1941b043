#!/usr/bin/python3
"""Numbered UDP datagrams of random sizes whose content tells if it is right.

usage: numbered.py send ADDRESS PORT PER_SECOND        until SIGTERM; prints what it sent, as JSON
       numbered.py take PORT                           until SIGTERM; prints what came, as JSON
"""

import json
import random
import signal
import socket
import struct
import sys
import time
import zlib

MARK = b"ESPLANADE SOAK"
HEAD = struct.Struct("!14sQHL")  # mark, number, size of the rest, its CRC
SHORTEST, LONGEST = 0, 1700


def content(number):
    dice = random.Random(number)
    return dice.randbytes(dice.randrange(SHORTEST, LONGEST))


def finish_at_sigterm(result):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(print(json.dumps(result)) or 0))


def send(address, port, rate):
    counts = {"sent": 0, "refused": 0}
    finish_at_sigterm(counts)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    out = socket.socket(family, socket.SOCK_DGRAM)
    start = time.monotonic()
    for number in range(1 << 62):
        rest = content(number)
        try:
            out.sendto(HEAD.pack(MARK, number, len(rest), zlib.crc32(rest)) + rest, (address, port))
            counts["sent"] += 1
        except OSError:  # an ICMP error about one before, or a full buffer
            counts["refused"] += 1
        time.sleep(max(0, start + (number + 1) / rate - time.monotonic()))


def take(port):
    counts = {"came": 0, "wrong": 0, "twice": 0}
    finish_at_sigterm(counts)
    seen = set()
    into = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    into.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    into.bind(("::", port))
    print("taking", flush=True)
    while True:
        octets = into.recv(65536)
        mark, number, size, crc = HEAD.unpack_from(octets.ljust(HEAD.size, b"\0"))
        rest = octets[HEAD.size:]
        is_right = mark == MARK and len(rest) == size and zlib.crc32(rest) == crc
        is_right = is_right and rest == content(number)
        counts["came"] += 1
        counts["wrong"] += not is_right
        counts["twice"] += number in seen
        seen.add(number)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["send", address, port, rate]:
            send(address, int(port), float(rate))
        case ["take", port]:
            take(int(port))
        case _:
            sys.exit(__doc__.split("\n\n")[1].rstrip())
