#!/usr/bin/python3
"""AH: Scapy opens what we seal, and we open what Scapy seals.

usage: ah_test.py ESP_PEER [SEED]

As scapy_test.py, for each integrity algorithm, mode, address family and kind of sequence number.
"""

import itertools
import struct
import sys
from collections import Counter
from dataclasses import dataclass
from random import Random

sys.dont_write_bytecode = True

import inner_packets  # noqa: E402
import ip_headers  # noqa: E402
from scapy.layers.ipsec import IPSecIntegrityError  # noqa: E402
from scapy_ah import ScapyAh  # noqa: E402
from scapy_test import NUMBERS, OUTER, SHAPES, Peer, inner_of  # noqa: E402

# Our word, octets of key material, Scapy's name.
ALGORITHMS = (("sha1", 20, "HMAC-SHA1-96"), ("sha256", 32, "SHA2-256-128"),
              ("sha384", 48, "SHA2-384-192"), ("sha512", 64, "SHA2-512-256"),
              ("aescmac", 16, "AES-CMAC-96"), ("aes128gmac", 20, None), ("aes192gmac", 28, None),
              ("aes256gmac", 36, None))
ALIGNMENTS = (4, 8)
# Scapy moves the addresses of a routing header even where no stop is left, so none of its sealing.
WITHOUT_ROUTING = ((), (), ("hop",), ("destination",), ("hop", "destination"))
SA_COUNT = len(ALGORITHMS) * len(SHAPES) * len(NUMBERS) * len(ALIGNMENTS)


@dataclass
class Case:
    """One SA, used in one direction by us and in the other by Scapy."""

    word: str
    scapy_name: str | None
    key: bytes
    mode: str
    outer: int
    inner: int
    esn: str
    start: int
    align: int
    spi: int

    @property
    def ours(self):
        return OUTER[self.outer][0]

    @property
    def theirs(self):
        return OUTER[self.outer][1]

    def __str__(self):
        return (f"AH {self.word} {self.mode} IPv{self.inner} in IPv{self.outer}, "
                f"ESN {self.esn} from {self.start}, a multiple of {self.align}")

    def request(self, op, packets):
        words = {"op": op, "ah": self.word, "mode": self.mode, "esn": self.esn, "spi": self.spi,
                 "ours": self.ours, "theirs": self.theirs, "key": self.key.hex(),
                 "start": self.start, "packets": ",".join(p.hex() for p in packets)}
        if self.align == 8:
            words["align"] = 8
        return " ".join(f"{name}={value}" for name, value in words.items())


def all_cases(random):
    for algorithm, shape, numbers, align in itertools.product(ALGORITHMS, SHAPES, NUMBERS,
                                                              ALIGNMENTS):
        word, key_size, scapy_name = algorithm
        yield Case(word, scapy_name, random.randbytes(key_size), *shape, *numbers, align,
                   spi=random.randrange(256, 2**32))


def damaged(random, sealed):
    """One bit other, somewhere behind the sequence number."""
    octets = bytearray(sealed)
    first = ip_headers.find_upper(sealed).at + 12
    octets[random.randrange(first, len(octets))] ^= 1 << random.randrange(8)
    return bytes(octets)


def travelled(random, sealed):
    """With all fields changed that routers may change."""
    octets = bytearray(sealed)
    if octets[0] >> 4 == 4:
        size = (octets[0] & 15) * 4
        octets[8] = random.randrange(1, 256)
        struct.pack_into("!H", octets, 10, 0)
        struct.pack_into("!H", octets, 10, ip_headers.checksum(octets[:size]))
    else:
        octets[7] = random.randrange(1, 256)
    return bytes(octets)


def check_sealing(case, peer, random, counts):
    """Ours to Scapy."""
    packets, scapy = inner_of(case, random), ScapyAh(case)
    sealed = peer.ask(case.request("seal", packets))
    for seq, (packet, answer) in enumerate(zip(packets, sealed, strict=True), case.start + 1):
        assert scapy.open(bytes.fromhex(answer), seq) == packet, f"packet {seq} differs"
        counts["opened by Scapy"] += 1
    try:
        scapy.open(damaged(random, bytes.fromhex(sealed[-1])), case.start + len(packets))
    except IPSecIntegrityError:
        counts["damaged, refused by Scapy"] += 1
    except AssertionError as error:  # found before the ICV is looked at
        assert str(error) == "padding", error
        counts["damaged, refused by Scapy"] += 1


def check_opening(case, peer, random, counts):
    """Scapy's to us; behind the good packets a replay, a damaged one, and that one undamaged."""
    packets = inner_of(case, random, WITHOUT_ROUTING)
    scapy = ScapyAh(case)
    sealed = [scapy.seal(p, seq) for seq, p in enumerate(packets, case.start + 1)]
    if case.mode == "tunnel":
        sealed = [travelled(random, packet) for packet in sealed]
    last = sealed.pop()
    batch = [*sealed, random.choice(sealed), damaged(random, last), last]
    *opened, replayed, broken, mended = peer.ask(case.request("open", batch))
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
            except (AssertionError, ValueError, IPSecIntegrityError) as error:
                failures += 1
                print(f"{check.__name__}: {case}: {type(error).__name__} {error}")
    return counts, failures


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 4302
    peer = Peer(sys.argv[1])
    counts, failures = run(peer, seed)
    packets = SA_COUNT * inner_packets.PER_SA
    expected = {"opened by Scapy": packets, "opened by us": packets,
                "damaged, refused by Scapy": SA_COUNT, "damaged, refused by us": SA_COUNT,
                "replayed, refused by us": SA_COUNT}
    for name, count in expected.items():
        print(f"{counts[name]:6} of {count:6} {name}")
    print(f"{SA_COUNT} SAs of AH, seed {seed}, {failures} failures")
    sys.exit(failures > 0 or counts != expected or peer.close() != 0)


if __name__ == "__main__":
    main()
