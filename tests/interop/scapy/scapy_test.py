#!/usr/bin/python3
"""Scapy opens what we seal, and we open what Scapy seals.

usage: scapy_test.py ESP_PEER [SEED]

For each pair of algorithms, mode, address family outside and inside, kind of sequence number, with and
without UDP: packets of awkward lengths, compared octet for octet; over
the SAs of one pair of algorithms every awkward length comes about. Of each SA one packet is
also replayed and one damaged, and both must be refused for what they are.
"""

import itertools
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from random import Random

sys.dont_write_bytecode = True

import inner_packets  # noqa: E402
import ip_headers  # noqa: E402
from scapy.layers.ipsec import IPSecIntegrityError  # noqa: E402
from scapy_sa import ScapySa  # noqa: E402
from suites import SUITES  # noqa: E402
from cryptography.exceptions import InvalidTag  # noqa: E402

OUTER = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8::1", "2001:db8::2")}
INNER = {4: ("10.1.0.1", "10.2.0.2"), 6: ("fd00:1::1", "fd00:2::2")}
# (mode, family outside, family inside)
SHAPES = (*(("tunnel", outer, inner) for outer in (4, 6) for inner in (4, 6)),
          ("transport", 4, 4), ("transport", 6, 6))
# (ESN, the last number before the first packet): in the last row the low half overflows.
NUMBERS = (("no", 0), ("yes", 0), ("yes", 7 * 2**32 - 8))
UDP_PORTS = (None, 4500)
SA_COUNT = len(SUITES) * len(SHAPES) * len(NUMBERS) * len(UDP_PORTS)


@dataclass
class Case:
    """One SA, used in one direction by us and in the other by Scapy."""

    esp: str
    mode: str
    outer: int
    inner: int
    esn: str
    start: int
    udp: int | None
    spi: int
    key: bytes
    auth_key: bytes

    @property
    def suite(self):
        return SUITES[self.esp]

    @property
    def ours(self):
        return OUTER[self.outer][0]

    @property
    def theirs(self):
        return OUTER[self.outer][1]

    def __str__(self):
        udp = " in UDP" if self.udp else ""
        return (f"{self.esp} {self.mode} IPv{self.inner} in IPv{self.outer}{udp}, "
                f"ESN {self.esn} from {self.start}")

    def request(self, op, packets):
        words = {"op": op, "esp": self.esp, "mode": self.mode, "esn": self.esn, "spi": self.spi,
                 "ours": self.ours, "theirs": self.theirs, "key": self.key.hex(),
                 "start": self.start, "packets": ",".join(p.hex() for p in packets)}
        if not self.suite.is_aead:
            words["auth_key"] = self.auth_key.hex()
        if self.udp:
            words["udp"] = self.udp
        return " ".join(f"{name}={value}" for name, value in words.items())


def all_cases(random):
    for esp, shape, numbers, udp in itertools.product(SUITES, SHAPES, NUMBERS, UDP_PORTS):
        suite = SUITES[esp]
        yield Case(esp, *shape, *numbers, udp, spi=random.randrange(256, 2**32),
                   key=random.randbytes(suite.key_size),
                   auth_key=random.randbytes(suite.auth_key_size))


class Peer:
    """The program esp_peer."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"esp_peer ended with code {self.process.wait()}")
        return answer.strip().split(",")

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def inner_of(case, random, chains=None):
    src, dst = (OUTER if case.mode == "transport" else INNER)[case.inner]
    return inner_packets.make(random, case.inner, src, dst, chains)


def damaged(random, sealed, udp):
    """One bit other, somewhere behind SPI and sequence number."""
    first = ip_headers.find_upper(sealed).at + (ip_headers.UDP_SIZE if udp else 0) + 8
    octets = bytearray(sealed)
    octets[random.randrange(first, len(octets))] ^= 1 << random.randrange(8)
    return bytes(octets)


def check_sealing(case, peer, random, counts):
    """Ours to Scapy."""
    packets, scapy = inner_of(case, random), ScapySa(case)
    sealed = peer.ask(case.request("seal", packets))
    for seq, (packet, answer) in enumerate(zip(packets, sealed, strict=True),
                                           case.start + 1):
        assert scapy.open(bytes.fromhex(answer), seq) == packet, f"packet {seq} differs"
        counts["opened by Scapy"] += 1
    seq = case.start + len(packets)
    try:
        scapy.open(damaged(random, bytes.fromhex(sealed[-1]), case.udp), seq)
    except (IPSecIntegrityError, InvalidTag):
        counts["damaged, refused by Scapy"] += 1


def check_opening(case, peer, random, counts):
    """Scapy's to us; behind the good packets a replay, a damaged one, and that one undamaged."""
    packets, scapy = inner_of(case, random), ScapySa(case)
    sealed = [scapy.seal(p, seq) for seq, p in enumerate(packets, case.start + 1)]
    last = sealed.pop()
    batch = [*sealed, random.choice(sealed), damaged(random, last, case.udp), last]
    answers = peer.ask(case.request("open", batch))
    *opened, replayed, broken, mended = answers
    for number, (packet, answer) in enumerate(zip(packets, [*opened, mended], strict=True)):
        assert answer == packet.hex(), f"packet {number}: {answer[:100]}, not {packet.hex()[:100]}"
        counts["opened by us"] += 1
    assert replayed == "replay_duplicate", f"a replay: {replayed[:100]}"
    counts["replayed, refused by us"] += 1
    assert broken == "bad_icv", f"a damaged packet: {broken[:100]}"
    counts["damaged, refused by us"] += 1


def run(peer, seed):
    random, counts, failures = Random(seed), Counter(), 0
    for case in all_cases(random):
        for check in (check_sealing, check_opening):
            try:
                check(case, peer, random, counts)
            except (AssertionError, ValueError, IPSecIntegrityError, InvalidTag) as error:
                failures += 1
                print(f"{check.__name__}: {case}: {type(error).__name__} {error}")
    return counts, failures


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 4303
    peer = Peer(sys.argv[1])
    counts, failures = run(peer, seed)
    packets = SA_COUNT * inner_packets.PER_SA
    expected = {"opened by Scapy": packets, "opened by us": packets,
                "damaged, refused by Scapy": SA_COUNT, "damaged, refused by us": SA_COUNT,
                "replayed, refused by us": SA_COUNT}
    for name, count in expected.items():
        print(f"{counts[name]:6} of {count:6} {name}")
    print(f"{SA_COUNT} SAs, seed {seed}, {failures} failures")
    sys.exit(failures > 0 or counts != expected or peer.close() != 0)


if __name__ == "__main__":
    main()
