"""Datagrams to be protected: random but for the seed, with all that may stand in them."""

from functools import partial

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption
from scapy.layers.inet6 import (
    ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN)
from scapy.packet import Raw

EDGES = (*range(18), 1400, 1500, 8999, 9000)
PER_SA = 6
ROUTER_ALERT = b"\x94\x04\x00\x00"
RECORD_ROUTE = b"\x07\x07\x04\x00\x00\x00\x00"
EXPERIMENTAL = 253
CHAINS = ((), (), ("hop",), ("routing",), ("destination",), ("hop", "destination", "routing"),
          ("routing", "destination"))


def lengths(random):
    """Octets of upper-layer payload: edges, and one between."""
    return [*random.sample(EDGES, PER_SA - 1), random.randrange(18, 8999)]


def make(random, family, src, dst, chains=None):
    """PER_SA datagrams as octets. `chains` of IPv6 extension headers."""
    sizes = lengths(random)
    header = ipv4_header if family == 4 else partial(ipv6_header, chains=chains or CHAINS)
    return [bytes(header(random, src, dst) / upper(random, family, size)) for size in sizes]


def ipv4_header(random, src, dst):
    options = random.choice(([], [], [IPOption(ROUTER_ALERT)],
                             [IPOption(RECORD_ROUTE), IPOption(b"\x01")]))
    return IP(src=src, dst=dst, tos=random.randrange(256), id=random.randrange(65536),
              ttl=random.randrange(1, 256), flags=random.choice(("", "DF")), options=options,
              proto=EXPERIMENTAL)


def ipv6_header(random, src, dst, chains):
    packet = IPv6(src=src, dst=dst, tc=random.randrange(256), fl=random.randrange(1 << 20),
                  hlim=random.randrange(1, 256), nh=EXPERIMENTAL)
    for header in random.choice(chains):
        packet = packet / extension(random, header)
    return packet


def extension(random, name):
    padding = [PadN(optdata=random.randbytes(random.choice((0, 4, 12))))]
    if name == "hop":
        return IPv6ExtHdrHopByHop(options=padding, nh=EXPERIMENTAL)
    if name == "routing":
        return IPv6ExtHdrRouting(addresses=["2001:db8:ff::1"], segleft=0, nh=EXPERIMENTAL)
    return IPv6ExtHdrDestOpt(options=padding, nh=EXPERIMENTAL)


def upper(random, family, size):
    payload = Raw(random.randbytes(size))
    icmp = ICMP(type=8) if family == 4 else ICMPv6EchoRequest(id=random.randrange(65536))
    ports = {"sport": random.randrange(1, 65536), "dport": 7}
    return random.choice((UDP(**ports) / payload, TCP(**ports) / payload, icmp / payload, payload))
