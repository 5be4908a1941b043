"""Frames with a known inside: sealed by Scapy, or published with their keys."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.ipsec import ESP, SecurityAssociation
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

GCM = "AES-GCM with 16 octet ICV [RFC4106]"
CBC = "AES-CBC [RFC3602]"
HMAC = "HMAC-SHA-256-128 [RFC4868]"
ETHER = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")


@dataclass
class Case:
    """A frame, and the values `decode --json` must have for it."""

    name: str
    frame: bytes
    expected: dict
    is_for_tshark: bool = False  # tshark can verify and decrypt it too


@dataclass
class Sa:
    """One SA in Scapy, and its row of the table."""

    spi: int
    mode: str = "tunnel"
    family: int = 4
    is_gcm: bool = True
    udp: int | None = None
    seq: int = 1
    has_esn: bool = False
    key: bytes = field(default=bytes(range(16)))

    def __post_init__(self):
        v4 = self.family == 4
        self.ours, self.theirs = (("192.0.2.1", "192.0.2.2") if v4 else
                                  ("2001:db8::1", "2001:db8::2"))
        self.full_key = self.key + (b"salt" if self.is_gcm else b"")
        self.auth_key = b"" if self.is_gcm else bytes(range(32))

    def row(self):
        family = "IPv4" if self.family == 4 else "IPv6"
        auth = ("NULL", "") if self.is_gcm else (HMAC, f"0x{self.auth_key.hex()}")
        fields = (family, self.ours, self.theirs, f"0x{self.spi:08x}",
                  GCM if self.is_gcm else CBC, f"0x{self.full_key.hex()}", *auth)
        return ",".join(f'"{text}"' for text in fields)

    def seal(self, packet):
        header = IP if self.family == 4 else IPv6
        arguments = {"crypt_algo": "AES-GCM" if self.is_gcm else "AES-CBC",
                     "crypt_key": self.full_key}
        if not self.is_gcm:
            arguments |= {"auth_algo": "SHA2-256-128", "auth_key": self.auth_key}
        if self.mode == "tunnel":
            arguments["tunnel_header"] = header(src=self.ours, dst=self.theirs)
        sa = SecurityAssociation(ESP, spi=self.spi, esn_en=self.has_esn, **arguments)
        sa.esn, sa.seq_num = self.seq >> 32, self.seq & 0xFFFFFFFF
        sealed = sa.encrypt(packet)
        if self.udp:  # by ourselves: in tunnel mode Scapy writes a wrong UDP length
            sealed = (header(src=self.ours, dst=self.theirs) / UDP(sport=self.udp, dport=self.udp)
                      / Raw(bytes(sealed[ESP])))
        return bytes(ETHER / sealed)

    def case(self, name, packet):
        packet = packet.__class__(bytes(packet))
        inside = packet if self.mode == "tunnel" else packet.payload
        next_header = ({4: 4, 6: 41}[packet.version] if self.mode == "tunnel" else
                       packet.proto if self.family == 4 else packet.nh)
        expected = {"protocol": "esp", "src": self.ours, "dst": self.theirs,
                    "spi": f"0x{self.spi:08x}", "seq": self.seq, "status": "opened",
                    "reason": None, "next_header": next_header, "inner": bytes(inside).hex()}
        # tshark 4.0 knows no ESN, so it finds the ICV wrong.
        return Case(name, self.seal(packet), expected, is_for_tshark=not self.has_esn)


def ping(size=56):
    return IP(src="10.1.0.2", dst="10.2.0.2") / ICMP() / Raw(bytes(size))


def ping6(size=56):
    return IPv6(src="fd01::2", dst="fd02::2") / ICMPv6EchoRequest(data=bytes(size))


def between_gateways():
    return IP(src="192.0.2.1", dst="192.0.2.2") / TCP(dport=80) / Raw(b"transport")


def sealed():
    """Every shape `decode` opens: their rows and cases."""
    sas = [
        (Sa(0x1001), ping()),
        (Sa(0x1001, seq=2), ping6(1)),
        (Sa(0x1002, mode="transport", is_gcm=False), between_gateways()),
        (Sa(0x1003, is_gcm=False, key=bytes(32)), ping(3)),
        (Sa(0x1004, udp=4500), ping()),
        (Sa(0x1005, family=6, key=bytes(24)), ping6()),
        (Sa(0x1006, family=6, is_gcm=False, key=bytes(24)), ping()),
        (Sa(0x1007, has_esn=True, seq=0xFFFFFFFF), ping()),
        (Sa(0x1007, has_esn=True, seq=0x100000001), ping()),
    ]
    rows = list(dict.fromkeys(sa.row() for sa, _ in sas))
    return rows, [sa.case(f"SPI {sa.spi:#x}, {sa.seq}", packet) for sa, packet in sas]


def damaged():
    """What must not be opened, by SAs of sealed()."""
    good = Sa(0x1001, seq=3).seal(ping())
    bad = {"protocol": "esp", "spi": "0x00001001", "inner": None, "next_header": None}
    flipped = good[:-1] + bytes([good[-1] ^ 1])
    fragment = bytearray(good)
    fragment[14 + 6] |= 0x20  # more fragments
    return [
        Case("ICV", flipped, bad | {"status": "refused"}),
        Case("fragment", bytes(fragment), bad | {"status": "refused"}),
        Case("truncated", good[:-20], bad | {"status": "refused"}),
        Case("no key", Sa(0x2001).seal(ping()), bad | {"spi": "0x00002001", "status": "no_key"}),
    ]


def unprotected():
    """What is no ESP."""
    outer = ETHER / IP(src="192.0.2.1", dst="192.0.2.2")
    nat_t = outer / UDP(sport=4500, dport=4500)
    clear = {"status": "clear", "spi": None, "seq": None, "inner": None, "next_header": None}
    return [
        Case("ARP", bytes(ETHER / ARP()), clear | {"protocol": "clear", "src": None}),
        Case("TCP", bytes(outer / TCP()), clear | {"protocol": "clear", "src": "192.0.2.1"}),
        Case("IKE", bytes(outer / UDP(sport=500, dport=500) / Raw(bytes(28))),
             clear | {"protocol": "ike"}),
        Case("IKE behind the marker", bytes(nat_t / Raw(bytes(4 + 28))),
             clear | {"protocol": "ike"}),
        Case("too short for IKE", bytes(nat_t / Raw(bytes(4) + b"ike")),
             clear | {"protocol": "ike", "status": "refused", "ike": None}),
        Case("keep-alive", bytes(nat_t / Raw(b"\xff")),
             clear | {"protocol": "clear", "reason": "NAT keep-alive"}),
    ]


def published_row(sa):
    is_gcm = sa["crypt_algo"] == "AES-GCM"
    auth = ("NULL", "") if is_gcm else (HMAC, f"0x{sa['auth_key']}")
    fields = ("Any", "*", "*", f"0x{sa['spi']:08x}", GCM if is_gcm else CBC,
              f"0x{sa['crypt_key']}", *auth)
    return ",".join(f'"{text}"' for text in fields)


def published(folder):
    """Of Scapy's vectors those with algorithms of ours: name, row, datagram, and what is inside."""
    text = Path(folder, "esp-packets/scapy/scapy-ipsec.json").read_text()
    for vector in json.loads(text)["vectors"]:
        sa = vector["sa"]
        algorithms = (sa.get("crypt_algo"), sa["auth_algo"])
        if sa["proto"] != "ESP" or algorithms not in (("AES-GCM", "NULL"),
                                                      ("AES-CBC", "SHA2-256-128")):
            continue
        # A high half of the number other than 0 is not on the wire: one packet cannot tell it.
        if "encrypted_by_scapy" in vector and "esn_en" not in sa:
            datagram = bytes.fromhex(vector["encrypted_by_scapy"])
            yield vector["test"], published_row(sa), datagram, vector["clear_packet"]
