"""What is on the wire: captures, what tshark and esplanade make of them, frames sent by hand."""

import json
import os
import re
import signal
import struct
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from .gateway import binary
from .session import Failure, run

ETHERNET, UDP_SIZE = 14, 8
ESP, UDP = 50, 17
# What two neighbours on a link say to each other, as tshark's filter: ARP, neighbour discovery, and
# MLD of the multicast groups discovery uses. None of it is ever forwarded.
KEY_TABLES = ("esp_sa", "ikev2_decryption_table")
HOUSEKEEPING = "arp || icmpv6.type in {130..136, 143}"


class Capture:
    """tcpdump on one interface, from construction to stop()."""

    def __init__(self, namespace, interface, path, *arguments):
        self.path = Path(path)
        # A place in its ring is as large as the longest frame: shorter ones are more places.
        self.tcpdump = namespace.start(
            "tcpdump", "-n", "-Z", "root", "--immediate-mode", "-U", "-s", "66000", "-B", "65536",
            "-i", interface, "-w", path, *arguments, log=f"{path}.log")
        self.tcpdump.wait_for_text("listening on")

    def stop(self):
        """How many frames it has."""
        self.tcpdump.stop(signal.SIGINT)
        text = self.tcpdump.text()
        if not re.search(r"^0 packets dropped by kernel", text, re.MULTILINE):
            raise Failure(f"tcpdump lost frames:\n{text}")
        return int(re.search(r"(\d+) packets? captured", text)[1])


def tshark(capture, *arguments, key_table=None):
    """Lines of output. `key_table` is a file with one of the names that Wireshark wants; those
    beside it serve too."""
    environment = os.environ | {"WIRESHARK_CONFIG_DIR": str(capture.parent / "no-wireshark")}
    decode = []
    if key_table:
        assert key_table.name in KEY_TABLES
        environment["WIRESHARK_CONFIG_DIR"] = str(key_table.parent)
        decode = ["-o", "esp.enable_encryption_decode:TRUE"]
    done = run(["tshark", "-n", "-r", capture, *decode, *arguments], env=environment)
    if any(name in done.stderr for name in KEY_TABLES):
        raise Failure(f"tshark does not like the key table: {done.stderr}")
    return done.stdout.splitlines()


def protocols(capture):
    """{"eth:ethertype:ip:esp": count}"""
    return Counter(tshark(capture, "-T", "fields", "-e", "frame.protocols"))


def count(capture, display_filter, key_table=None):
    """Frames that match."""
    return len(tshark(capture, "-Y", display_filter, key_table=key_table))


def decode(capture, key_table, *arguments):
    """What `esplanade decode` says of each packet of ESP."""
    done = run([binary(), "decode", capture, "--esp-keys", key_table, "--json", *arguments])
    return [json.loads(line) for line in done.stdout.splitlines()]


def decode_ike(capture, key_table):
    """The same of messages of IKE."""
    done = run([binary(), "decode", capture, "--ike-keys", key_table, "--json"])
    return [json.loads(line) for line in done.stdout.splitlines()]


@dataclass
class Frame:
    """An Ethernet frame with ESP in it; `octets` may be changed."""

    octets: bytearray
    esp_at: int

    @property
    def is_in_udp(self):
        return self.octets[ETHERNET + (9 if self.version == 4 else 6)] == UDP

    @property
    def version(self):
        return self.octets[ETHERNET] >> 4

    @property
    def spi(self):
        return struct.unpack_from("!L", self.octets, self.esp_at)[0]

    @property
    def seq(self):
        return struct.unpack_from("!L", self.octets, self.esp_at + 4)[0]

    def damaged(self, seq):
        """A copy with another number and one bit of ciphertext flipped."""
        copy = Frame(bytearray(self.octets), self.esp_at)
        struct.pack_into("!L", copy.octets, self.esp_at + 4, seq)
        middle_of_ciphertext = (self.esp_at + len(self.octets)) // 2
        copy.octets[middle_of_ciphertext] ^= 0x10
        if self.is_in_udp:
            copy.set_udp_checksum()
        return copy

    def set_udp_checksum(self):
        udp_at = self.esp_at - UDP_SIZE
        udp = self.octets[udp_at:]
        udp[6:8] = b"\0\0"
        addresses = slice(12, 20) if self.version == 4 else slice(8, 40)
        pseudo = self.octets[ETHERNET:][addresses] + struct.pack("!LL", len(udp), UDP)
        struct.pack_into("!H", self.octets, udp_at + 6, checksum(pseudo + udp) or 0xFFFF)


def checksum(octets):
    octets = bytes(octets) + b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def read_frames(capture):
    """The frames of a pcap file as tcpdump writes it."""
    octets, at, frames = capture.read_bytes(), 24, []
    while at + 16 <= len(octets):
        size = struct.unpack_from("=L", octets, at + 8)[0]
        frames.append(octets[at + 16 : at + 16 + size])
        at += 16 + size
    return frames


def find_esp(octets):
    """A Frame, or nothing where there is none; IPv4 options and extension headers do not occur."""
    version = octets[ETHERNET] >> 4
    ip_size, protocol_at = (20, 9) if version == 4 else (40, 6)
    if version not in (4, 6) or octets[ETHERNET + protocol_at] not in (ESP, UDP):
        return None
    is_udp = octets[ETHERNET + protocol_at] == UDP
    return Frame(bytearray(octets), ETHERNET + ip_size + (UDP_SIZE if is_udp else 0))


def frames_of_spi(capture, spi):
    found = filter(None, map(find_esp, read_frames(capture)))
    return [frame for frame in found if frame.spi == spi]


def send(namespace, interface, frame):
    """Puts a frame on the wire as it is."""
    script = ("import socket, sys; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW);"
              " s.bind((sys.argv[1], 0)); s.send(bytes.fromhex(sys.argv[2]))")
    namespace.run(sys.executable, "-c", script, interface, frame.octets.hex())
