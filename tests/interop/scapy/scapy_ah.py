"""An SA of AH in Scapy, keyed like ours; AES-GMAC, which Scapy has not, by cryptography."""

import struct

import ip_headers
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import (
    AH, AUTH_ALGOS, AuthAlgo, IPSecIntegrityError, SecurityAssociation, zero_mutable_fields)
from scapy_sa import SEQUENCE_LOW, parse

FIXED_SIZE = 12
SALT_SIZE = 4
IV_SIZE = 8


class Gmac(AuthAlgo):
    """RFC 4543, 4: the ICV field is an IV and the tag over all, with that field zero."""

    def __init__(self):
        super().__init__("AES-GMAC", mac=True, digestmod=None, icv_size=24)

    def tag(self, packet, key, iv, tail):
        covered = bytes(packet) + tail
        return AESGCM(key[:-SALT_SIZE]).encrypt(key[-SALT_SIZE:] + iv, b"", covered)

    def sign(self, pkt, key, esn_en=False, esn=0):
        tail = struct.pack("!L", esn) if esn_en else b""
        iv = struct.pack("!LL", esn, pkt[AH].seq ^ 0x5A5A)  # any that is new will do
        blank = zero_mutable_fields(pkt.copy(), sending=True)
        pkt[AH].icv = iv + self.tag(blank, key, iv, tail)
        return pkt

    def verify(self, pkt, key, esn_en=False, esn=0):
        tail = struct.pack("!L", esn) if esn_en else b""
        icv = pkt[AH].icv[: self.icv_size]
        pkt[AH].icv, pkt[AH].padding = icv, pkt[AH].icv[self.icv_size :]
        blank = zero_mutable_fields(pkt.copy(), sending=False)
        if self.tag(blank, key, icv[:IV_SIZE], tail) != icv[IV_SIZE:]:
            raise IPSecIntegrityError("tag")


class ScapyAh:
    """`case` is that of ah_test.py."""

    def __init__(self, case):
        self.case = case
        algorithm = case.scapy_name
        keys = {"auth_algo": algorithm or "SHA2-256-128", "auth_key": case.key}
        if case.mode == "tunnel":
            header = IP if case.outer == 4 else IPv6
            keys["tunnel_header"] = header(src=case.ours, dst=case.theirs)
        self.sa = SecurityAssociation(AH, spi=case.spi, esn_en=case.esn == "yes", **keys)
        self.sa.auth_algo = AUTH_ALGOS[algorithm] if algorithm else Gmac()

    def seal(self, datagram, seq):
        self.sa.esn, self.sa.seq_num = seq >> 32, seq & SEQUENCE_LOW
        return bytes(self.sa.encrypt(parse(datagram)))

    def open(self, datagram, seq):
        """The datagram inside, cut out of the octets by hand, once Scapy has verified it."""
        assert ip_headers.is_well_formed(datagram), "length or checksum of the outer header"
        upper, packet = ip_headers.find_upper(datagram), parse(datagram)
        assert upper.protocol == 51, f"protocol {upper.protocol}"
        next_header, words, reserved, spi, low = struct.unpack_from("!BBHLL", datagram, upper.at)
        size = (words + 2) * 4
        assert size == self.size(), f"AH of {size} octets"
        assert (reserved, spi, low) == (0, self.case.spi, seq & SEQUENCE_LOW), "SPI or number"
        padding = datagram[upper.at + FIXED_SIZE + self.icv_size : upper.at + size]
        assert not any(padding), "padding"
        self.sa.auth_algo.verify(packet, self.case.key, esn_en=self.sa.esn_en, esn=seq >> 32)
        payload = datagram[upper.at + size :]
        if self.case.mode == "tunnel":
            assert next_header == (4 if self.case.inner == 4 else 41), f"next header {next_header}"
            return payload
        return ip_headers.rebuild(datagram, upper, next_header, payload)

    @property
    def icv_size(self):
        return self.sa.auth_algo.icv_size

    def size(self):
        align = 8 if self.case.outer == 6 or self.case.align == 8 else 4
        return (FIXED_SIZE + self.icv_size + align - 1) // align * align
