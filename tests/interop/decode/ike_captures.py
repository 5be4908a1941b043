"""IKE messages with a known inside: sealed with Python's cryptography, or published with keys."""

import gzip
import json
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

SPIS = bytes.fromhex("0102030405060708 1112131415161718")
KEYS = {"i": bytes(range(32)) + b"salt", "r": bytes(range(32, 64)) + b"SALT"}
INFORMATIONAL, SK, SKF, NOTIFY, VENDOR_ID = 37, 46, 53, 41, 43
# Wireshark's captures with an integrity algorithm that is not provided.
NOT_PROVIDED = {"ikev2-decrypt-3des-sha1_160.pcap"}


def row():
    """Of ikev2_decryption_table, as Wireshark saves it."""
    return ",".join([SPIS[:8].hex(), SPIS[8:].hex(), KEYS["i"].hex(), KEYS["r"].hex(),
                     '"AES-GCM-256 with 16 octet ICV [RFC5282]"', "", "", '"NONE [RFC4306]"'])


def payload(following, body):
    """RFC 7296, 3.2."""
    return struct.pack(">BBH", following, 0, 4 + len(body)) + body


def content():
    """N(INITIAL_CONTACT), V."""
    return (payload(VENDOR_ID, bytes.fromhex("00004000")) + payload(0, b"somebody" * 20))


@dataclass
class Message:
    """One message of an IKE SA, sealed as RFC 5282 says."""

    end: str = "i"
    message_id: int = 1

    def header(self, kind, size):
        flags = 0x08 if self.end == "i" else 0x20
        return SPIS + struct.pack(">BBBBII", kind, 0x20, INFORMATIONAL, flags, self.message_id,
                                  28 + size)

    def seal(self, kind, first, text, numbers=b""):
        iv = struct.pack(">Q", 1000 * self.message_id + sum(numbers))
        plain = text + b"\0"
        size = 4 + len(numbers) + 8 + len(plain) + 16
        front = self.header(kind, size) + struct.pack(">BBH", first, 0, size) + numbers
        key, salt = KEYS[self.end][:-4], KEYS[self.end][-4:]
        return front + iv + AESGCM(key).encrypt(salt + iv, plain, front)

    def whole(self, text, first):
        return self.seal(SK, first, text)

    def fragments(self, text, first, count):
        """RFC 7383, 2.5."""
        share = -(-len(text) // count)
        return [self.seal(SKF, first if number == 1 else 0, text[(number - 1) * share:][:share],
                          struct.pack(">HH", number, count)) for number in range(1, count + 1)]


def framed(message, port=500):
    marker = b"" if port == 500 else bytes(4)
    return bytes(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
                 / IP(src="192.0.2.1", dst="192.0.2.2") / UDP(sport=port, dport=port)
                 / Raw(marker + message))


def sealed():
    """Frames, and for each the octets that must come out of it."""
    text = content()
    parts = Message(message_id=2).fragments(text, NOTIFY, 3)
    share = -(-len(text) // 3)
    return [
        (framed(Message().whole(text, NOTIFY)), text),
        (framed(Message(end="r").whole(b"", 0)), b""),
        (framed(Message(message_id=3).whole(text, NOTIFY), 4500), text),
        *((framed(part), text[i * share:][:share]) for i, part in enumerate(parts)),
    ]


def published(vectors):
    """Wireshark's captures: name, rows of their table, and what tshark found in each frame."""
    folder = Path(vectors, "captures/wireshark")
    for line in (folder / "keys-and-expected.txt").read_text().splitlines():
        if not line.startswith("ikev2 |"):
            continue
        words = ["" if word.strip() == "-" else word.strip() for word in line.split("|")]
        _, name, spi_i, spi_r, sk_ei, sk_er, cipher, sk_ai, sk_ar, mac, auth = words
        key_row = f'{spi_i},{spi_r},{sk_ei},{sk_er},"{cipher}",{sk_ai},{sk_ar},"{mac}"'
        frames = json.loads((folder / f"{name}.expected.json").read_text())["frames"]
        yield folder / name, key_row, frames, auth


def raw_datagrams(vectors):
    """ike-scan's messages, which stand alone in their files."""
    return [path.read_bytes() for path in sorted(Path(vectors, "captures/ike-scan").glob("*.dat"))]


def malformed(vectors):
    return sorted(Path(vectors, "malformed").rglob("*.pcap"))


def unpacked(vectors, folder):
    """Every capture there is; what is compressed, unpacked to `folder`."""
    for path in sorted(Path(vectors, "captures").rglob("*.pcap*")):
        if path.suffix in (".pcap", ".pcapng"):
            yield path
        elif path.suffix == ".gz":
            copy = folder / path.stem
            copy.write_bytes(gzip.decompress(path.read_bytes()))
            yield copy
