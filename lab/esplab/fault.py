#!/usr/bin/python3
"""A bad wire: a bridge between two interfaces of its namespace; it loses, repeats, delays, damages
frames.

usage: fault.py INTERFACE INTERFACE [loss=PERCENT] [repeat=PERCENT] [late=PERCENT] [delay=MS]
                [damage=PERCENT] [seed=NUMBER] [mark=HEX]

A frame that is `late` comes 30 ms after its time, and so behind later ones; one that is damaged has a
bit flipped behind its headers. ARP and neighbour discovery always pass. The same seed makes the same
choices. Frames that have the octets of `mark` in them are counted. At SIGTERM it prints what it did,
as JSON.
"""

import heapq
import itertools
import json
import random
import select
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass

ANY_PROTOCOL, SOL_PACKET, ADD_MEMBERSHIP, PROMISCUOUS = 3, 263, 1, 1
IPV4, IPV6, ICMPV6 = 0x0800, 0x86DD, 58
LATER = 0.03
HEADERS = 54  # Ethernet and IPv6


@dataclass
class Faults:
    """Chances in percent; `delay`, of every frame, in milliseconds."""

    loss: float = 0
    repeat: float = 0
    late: float = 0
    delay: float = 0
    damage: float = 0
    seed: int = 1
    mark: str = ""

    def words(self):
        return [f"{name}={value}" for name, value in vars(self).items()]


def open_interface(name):
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ANY_PROTOCOL))
    opened.bind((name, 0))
    membership = struct.pack("iHH8s", socket.if_nametoindex(name), PROMISCUOUS, 0, b"")
    opened.setsockopt(SOL_PACKET, ADD_MEMBERSHIP, membership)
    return opened


def is_spared(frame):
    protocol = int.from_bytes(frame[12:14], "big")
    return protocol not in (IPV4, IPV6) or (protocol == IPV6 and frame[20] == ICMPV6)


class Bridge:
    def __init__(self, interfaces, faults):
        first, second = map(open_interface, interfaces)
        self.other = {first: second, second: first}
        self.faults, self.dice = faults, random.Random(faults.seed)
        self.queue, self.numbers = [], itertools.count()
        self.mark = bytes.fromhex(faults.mark)
        self.counts = {"seen": 0, "lost": 0, "repeated": 0, "late": 0, "damaged": 0, "marked": 0}

    def run(self):
        while True:
            wait = max(0, self.queue[0][0] - time.monotonic()) if self.queue else None
            for source in select.select(list(self.other), [], [], wait)[0]:
                frame, address = source.recvfrom(65535)
                if address[2] != socket.PACKET_OUTGOING:
                    self.take(frame, self.other[source])
            self.send_due()

    def take(self, frame, target):
        due = time.monotonic()
        if self.mark and self.mark in frame:
            self.counts["marked"] += 1
        if is_spared(frame):
            self.enqueue(due, frame, target)
            return
        self.counts["seen"] += 1
        if self.happens(self.faults.loss, "lost"):
            return
        if len(frame) > HEADERS and self.happens(self.faults.damage, "damaged"):
            frame = self.damaged(frame)
        due += self.faults.delay / 1000
        if self.happens(self.faults.late, "late"):
            due += LATER
        if self.happens(self.faults.repeat, "repeated"):
            self.enqueue(due, frame, target)
        self.enqueue(due, frame, target)

    def damaged(self, frame):
        changed = bytearray(frame)
        changed[self.dice.randrange(HEADERS, len(frame))] ^= 1 << self.dice.randrange(8)
        return bytes(changed)

    def happens(self, percent, name):
        does = self.dice.random() * 100 < percent
        self.counts[name] += does
        return does

    def enqueue(self, due, frame, target):
        heapq.heappush(self.queue, (due, next(self.numbers), frame, target))

    def send_due(self):
        while self.queue and self.queue[0][0] <= time.monotonic():
            _, _, frame, target = heapq.heappop(self.queue)
            target.send(frame)


def main():
    settings = dict(word.split("=") for word in sys.argv[3:])
    mark = settings.pop("mark", "")
    faults = Faults(**{name: float(value) for name, value in settings.items()}, mark=mark)
    bridge = Bridge(sys.argv[1:3], faults)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(json.dumps(bridge.counts)))
    print("bridging", flush=True)
    bridge.run()


if __name__ == "__main__":
    main()
