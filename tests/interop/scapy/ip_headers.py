"""Where ESP stands in an IP datagram, and UDP put around it and taken off again (RFC 3948).

Written by hand because Scapy 2.5 neither opens ESP in UDP that came as octets nor writes it behind
IPv6 extension headers.
"""

import struct
from dataclasses import dataclass

from scapy.utils import checksum

ESP, UDP, NO_NEXT_HEADER = 50, 17, 59
HOP_BY_HOP, ROUTING, DESTINATION = 0, 43, 60
UDP_SIZE = 8


@dataclass
class Upper:
    """What stands behind the IP header and, of IPv6, the extension headers."""

    at: int
    protocol: int
    protocol_at: int


def find_upper(datagram):
    if datagram[0] >> 4 == 4:
        return Upper((datagram[0] & 15) * 4, datagram[9], 9)
    upper = Upper(40, datagram[6], 6)
    while upper.protocol in (HOP_BY_HOP, ROUTING, DESTINATION):
        at = upper.at
        upper = Upper(at + (datagram[at + 1] + 1) * 8, datagram[at], at)
    return upper


def rebuild(datagram, upper, protocol, payload):
    """The headers of `datagram` in front of another payload, lengths and checksum made right."""
    header = bytearray(datagram[: upper.at])
    header[upper.protocol_at] = protocol
    if header[0] >> 4 == 4:
        struct.pack_into("!H", header, 2, len(header) + len(payload))
        struct.pack_into("!H", header, 10, 0)
        struct.pack_into("!H", header, 10, checksum(header))
    else:
        struct.pack_into("!H", header, 4, len(header) - 40 + len(payload))
    return bytes(header) + payload


def wrap_in_udp(datagram, port):
    upper = find_upper(datagram)
    assert upper.protocol == ESP
    payload = datagram[upper.at :]
    udp = struct.pack("!HHHH", port, port, UDP_SIZE + len(payload), 0)
    return rebuild(datagram, upper, UDP, udp + payload)


def unwrap_udp(datagram, port):
    upper = find_upper(datagram)
    assert upper.protocol == UDP, f"protocol {upper.protocol} where UDP should be"
    payload = datagram[upper.at + UDP_SIZE :]
    wanted = struct.pack("!HHHH", port, port, UDP_SIZE + len(payload), 0)
    assert datagram[upper.at : upper.at + UDP_SIZE] == wanted, "UDP header"
    return rebuild(datagram, upper, ESP, payload)


def is_well_formed(datagram):
    """The length field says what there is, and an IPv4 header's checksum is right."""
    if datagram[0] >> 4 == 4:
        header = datagram[: (datagram[0] & 15) * 4]
        return struct.unpack_from("!H", datagram, 2)[0] == len(datagram) and checksum(header) == 0
    return struct.unpack_from("!H", datagram, 4)[0] == len(datagram) - 40
