"""An ESP SA in Scapy, keyed like ours."""

import struct

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import AUTH_ALGOS, ESP, AuthAlgo, SecurityAssociation

import ip_headers

SEQUENCE_LOW = 0xFFFFFFFF


class MacWithEsn(AuthAlgo):
    """A MAC over the packet and the high half of the number behind it (RFC 4303, 2.2.1), which
    Scapy 2.5 does for AH and leaves out for ESP."""

    def __init__(self, sa, name):
        self.__dict__.update(AUTH_ALGOS[name].__dict__)
        self.sa = sa

    def new_mac(self, key):
        mac = super().new_mac(key)
        finalize = mac.finalize
        high = struct.pack("!L", self.sa.esn)
        return type("Mac", (), {"update": mac.update,
                                "finalize": lambda _: (mac.update(high), finalize())[1]})()


def parse(datagram):
    return (IP if datagram[0] >> 4 == 4 else IPv6)(datagram)


class ScapySa:
    """`case` is that of scapy_test.py."""

    def __init__(self, case):
        self.case = case
        suite = case.suite
        keys = {"crypt_icv_size": suite.icv_size} if suite.is_aead else {
            "auth_algo": suite.auth, "auth_key": case.auth_key}
        if case.mode == "tunnel":
            header = IP if case.outer == 4 else IPv6
            keys["tunnel_header"] = header(src=case.ours, dst=case.theirs)
        self.sa = SecurityAssociation(ESP, spi=case.spi, esn_en=case.esn == "yes", **keys)
        self.sa.crypt_algo = suite.crypt
        salt_at = len(case.key) - suite.crypt.salt_size
        self.sa.crypt_key, self.sa.crypt_salt = case.key[:salt_at], case.key[salt_at:]
        if case.esn == "yes" and not suite.is_aead:
            self.sa.auth_algo = MacWithEsn(self.sa, suite.auth)

    def seal(self, datagram, seq):
        self.take_number(seq)
        sealed = bytes(self.sa.encrypt(parse(datagram)))
        return ip_headers.wrap_in_udp(sealed, self.case.udp) if self.case.udp else sealed

    def take_number(self, seq):
        self.sa.esn, self.sa.number = seq >> 32, seq & SEQUENCE_LOW
        self.sa.seq_num = self.sa.number  # encrypt() takes no 0

    def open(self, datagram, seq):
        """The datagram inside. By the parts of Scapy's decrypt() and not by itself, which would
        parse and write anew what it found, and make something of an empty payload."""
        assert ip_headers.is_well_formed(datagram), "length or checksum of the outer header"
        if self.case.udp:
            datagram = ip_headers.unwrap_udp(datagram, self.case.udp)
        sa, packet = self.sa, parse(datagram)
        self.take_number(seq)
        assert packet[ESP].seq == seq & SEQUENCE_LOW, f"number {packet[ESP].seq}, not {seq}"
        sa.check_spi(packet[ESP])
        sa.auth_algo.verify(packet[ESP], sa.auth_key)
        plain = sa.crypt_algo.decrypt(sa, packet[ESP], sa.crypt_key, self.case.suite.icv_size,
                                      sa.esn_en, sa.esn)
        self.check_trailer(packet[ESP], plain)
        return self.contents(datagram, plain)

    def check_trailer(self, esp, plain):
        suite = self.case.suite
        assert plain.padlen < suite.align, f"{plain.padlen} octets of padding"
        size = len(plain.iv) + len(plain.data) + plain.padlen + 2 + suite.icv_size
        assert size == len(esp.data), "octets behind the ICV"

    def contents(self, datagram, plain):
        if self.case.mode == "tunnel":
            assert plain.nh == (4 if self.case.inner == 4 else 41), f"next header {plain.nh}"
            return plain.data
        return ip_headers.rebuild(datagram, ip_headers.find_upper(datagram), plain.nh, plain.data)
