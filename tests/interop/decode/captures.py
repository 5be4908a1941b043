"""Frames with a known inside: sealed by Scapy, or published with their keys."""

import hmac
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.ipsec import AH, ESP, SecurityAssociation
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


@dataclass
class AhSa:
    """One SA of AH in Scapy, and its row of the table."""

    spi: int
    auth: str  # Scapy's name
    mode: str = "tunnel"
    family: int = 4
    seq: int = 1
    has_esn: bool = False

    def __post_init__(self):
        v4 = self.family == 4
        self.ours, self.theirs = (("192.0.2.1", "192.0.2.2") if v4 else
                                  ("2001:db8::1", "2001:db8::2"))
        self.key = bytes(range(MACS[self.auth][1]))

    def row(self):
        fields = (f"AH-IPv{self.family}", self.ours, self.theirs, f"0x{self.spi:08x}", "NULL", "",
                  MACS[self.auth][0], f"0x{self.key.hex()}")
        return ",".join(f'"{text}"' for text in fields)

    def seal(self, packet):
        arguments = {"auth_algo": self.auth, "auth_key": self.key}
        if self.mode == "tunnel":
            header = IP if self.family == 4 else IPv6
            arguments["tunnel_header"] = header(src=self.ours, dst=self.theirs)
        sa = SecurityAssociation(AH, spi=self.spi, esn_en=self.has_esn, **arguments)
        sa.esn, sa.seq_num = self.seq >> 32, self.seq & 0xFFFFFFFF
        return sa.encrypt(packet)

    def case(self, name, packet):
        packet = packet.__class__(bytes(packet))
        inside = packet if self.mode == "tunnel" else packet.payload
        next_header = {4: 4, 6: 41}[packet.version] if self.mode == "tunnel" else packet.proto
        expected = {"protocol": "ah", "src": self.ours, "dst": self.theirs,
                    "spi": f"0x{self.spi:08x}", "seq": self.seq, "status": "verified",
                    "reason": None, "next_header": next_header, "inner": bytes(inside).hex()}
        return Case(name, bytes(ETHER / self.seal(packet)), expected)


def authenticated():
    """AH with every algorithm of Scapy's that is ours, in every shape: rows and cases."""
    sas, spi = [], 0x3000
    for auth in MACS:
        for mode, family, packet in (("tunnel", 4, ping()), ("tunnel", 6, ping6()),
                                     ("tunnel", 4, ping6(3)),
                                     ("transport", 4, between_gateways())):
            spi += 1
            sas.append((AhSa(spi, auth, mode, family), packet))
    sas.append((AhSa(0x3100, "SHA2-256-128", has_esn=True, seq=0xFFFFFFFF), ping()))
    sas.append((AhSa(0x3100, "SHA2-256-128", has_esn=True, seq=0x100000001), ping()))
    cases = [sa.case(f"AH {sa.auth} {sa.mode} {sa.family}", packet) for sa, packet in sas]
    return list(dict.fromkeys(sa.row() for sa, _ in sas)), cases + esp_in_ah()


def esp_in_ah():
    """AH around ESP of an SA of sealed() (RFC 4301, 4.5), by hand, for Scapy signs the ESP in place of
    the AH; and the same changed on the way."""
    outer = AhSa(0x3001, "HMAC-SHA1-96", mode="transport", seq=9)
    esp = bytes(Ether(Sa(0x1002, mode="transport", is_gcm=False, seq=7).seal(between_gateways()))[IP]
                .payload)
    head = struct.pack("!BBHLL", 50, 4, 0, outer.spi, outer.seq)
    blank = IP(src=outer.ours, dst=outer.theirs, proto=51, ttl=0, chksum=0) / Raw(
        head + bytes(12) + esp)
    icv = hmac.digest(outer.key, bytes(blank), "sha1")[:12]
    frame = ETHER / IP(src=outer.ours, dst=outer.theirs, proto=51) / Raw(head + icv + esp)
    good = {"protocol": "ah", "spi": "0x00003001", "seq": 9, "status": "verified", "next_header": 6,
            "inner": bytes(IP(bytes(between_gateways())).payload).hex(),
            "reason": "ESP 0x00001002 inside was opened"}
    changed = bytes(frame)[:-1] + bytes([bytes(frame)[-1] ^ 1])
    bad = {"protocol": "ah", "status": "refused", "inner": None, "next_header": None}
    return [Case("ESP in AH", bytes(frame), good), Case("changed AH", changed, bad)]


# Scapy's names, Wireshark's or ours in its manner, and octets of key.
MACS = {
    "HMAC-SHA1-96": ("HMAC-SHA-1-96 [RFC2404]", 20),
    "SHA2-256-128": (HMAC, 32),
    "SHA2-384-192": ("HMAC-SHA-384-192 [RFC4868]", 48),
    "SHA2-512-256": ("HMAC-SHA-512-256 [RFC4868]", 64),
    "AES-CMAC-96": ("AES-CMAC-96 [RFC4494]", 16),
}
CIPHERS = {
    "NULL": "NULL",
    "AES-CBC": CBC,
    "AES-CTR": "AES-CTR [RFC3686]",
    "AES-GCM": GCM,
    "AES-CCM": "AES-CCM with 16 octet ICV [RFC4309]",
    "3DES": "TripleDES-CBC [RFC2451]",
}


def published_row(sa):
    auth = ("NULL", "")
    if sa["auth_algo"] != "NULL":
        auth = (MACS[sa["auth_algo"]][0], f"0x{sa['auth_key']}")
    key = sa.get("crypt_key")
    fields = ("Any" if sa["proto"] == "ESP" else "AH-Any", "*", "*", f"0x{sa['spi']:08x}",
              CIPHERS[sa.get("crypt_algo") or "NULL"], f"0x{key}" if key else "", *auth)
    return ",".join(f'"{text}"' for text in fields)


def is_ours(sa):
    cipher, mac = sa.get("crypt_algo") or "NULL", sa["auth_algo"]
    is_aead = cipher in ("AES-GCM", "AES-CCM")
    return cipher in CIPHERS and (mac in MACS or is_aead and mac == "NULL")


def published(folder):
    """Of Scapy's vectors those with algorithms of ours: name, row, datagram, and what is inside."""
    text = Path(folder, "esp-packets/scapy/scapy-ipsec.json").read_text()
    for vector in json.loads(text)["vectors"]:
        sa = vector["sa"]
        # A high half of the number other than 0 is not on the wire: one packet cannot tell it.
        if is_ours(sa) and "encrypted_by_scapy" in vector and "esn_en" not in sa:
            datagram = bytes.fromhex(vector["encrypted_by_scapy"])
            yield vector["test"], published_row(sa), datagram, vector["clear_packet"]
