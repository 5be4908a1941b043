"""A client of strongSwan's control protocol, VICI: messages of nested sections, requests with one
answer, and answers that come as a stream of events."""

import enum
import socket
import struct

from .session import Failure


class Packet(enum.IntEnum):
    """The first octet of every packet."""

    REQUEST = 0
    RESPONSE = 1
    UNKNOWN_COMMAND = 2
    REGISTER = 3
    UNREGISTER = 4
    CONFIRM = 5
    UNKNOWN_EVENT = 6
    EVENT = 7


class Element(enum.IntEnum):
    SECTION_START = 1
    SECTION_END = 2
    KEY_VALUE = 3
    LIST_START = 4
    LIST_ITEM = 5
    LIST_END = 6


class Refused(Failure):
    """The daemon said no; the text is its reason."""


class Vici:
    """One connection to the socket at `path`; `seconds` is how long an answer may take."""

    def __init__(self, path, seconds=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(str(path))

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        self.socket.close()

    def request(self, command, **arguments):
        """The answer; Refused if it says that it failed."""
        self.send(Packet.REQUEST, command, write_message(arguments))
        return self.answer(command)

    def stream(self, command, event, **arguments):
        """The events that come before the answer does."""
        self.send(Packet.REGISTER, event)
        if self.receive()[0] != Packet.CONFIRM:
            raise Refused(f"VICI knows no event {event}")
        self.send(Packet.REQUEST, command, write_message(arguments))
        events = []
        while (packet := self.receive())[0] == Packet.EVENT:
            name_size = packet[1]
            events.append(read_message(packet[2 + name_size :]))
        return events

    def answer(self, command):
        packet = self.receive()
        if packet[0] != Packet.RESPONSE:
            raise Refused(f"VICI knows no command {command}")
        message = read_message(packet[1:])
        if message.get("success", "yes") != "yes":
            raise Refused(f"{command}: {message.get('errmsg', 'failed')}")
        return message

    def send(self, packet, name, body=b""):
        octets = bytes([packet]) + short(name) + body
        self.socket.sendall(struct.pack("!L", len(octets)) + octets)

    def receive(self):
        size = struct.unpack("!L", self.take(4))[0]
        return self.take(size)

    def take(self, size):
        octets = b""
        while len(octets) < size:
            more = self.socket.recv(size - len(octets))
            if not more:
                raise Failure("the daemon closed the VICI socket")
            octets += more
        return octets


def short(text):
    return bytes([len(text)]) + text.encode()


def long(text):
    return struct.pack("!H", len(text)) + text.encode()


def write_message(tree):
    """Of strings, lists and dictionaries; names that are `None` are left out."""
    octets = b""
    for name, value in tree.items():
        if isinstance(value, dict):
            octets += bytes([Element.SECTION_START]) + short(name) + write_message(value)
            octets += bytes([Element.SECTION_END])
        elif isinstance(value, list):
            items = b"".join(bytes([Element.LIST_ITEM]) + long(item) for item in value)
            octets += bytes([Element.LIST_START]) + short(name) + items
            octets += bytes([Element.LIST_END])
        elif value is not None:
            octets += bytes([Element.KEY_VALUE]) + short(name) + long(str(value))
    return octets


def read_message(octets):
    tree = {}
    open_sections, at = [tree], 0

    def take(width):
        nonlocal at
        size = int.from_bytes(octets[at : at + width], "big")
        at += width + size
        return octets[at - size : at].decode(errors="replace")

    while at < len(octets):
        element, at = octets[at], at + 1
        match element:
            case Element.SECTION_START:
                section = open_sections[-1][take(1)] = {}
                open_sections.append(section)
            case Element.SECTION_END:
                open_sections.pop()
            case Element.KEY_VALUE:
                name = take(1)
                open_sections[-1][name] = take(2)
            case Element.LIST_START:
                items = open_sections[-1][take(1)] = []
            case Element.LIST_ITEM:
                items.append(take(2))
    return tree
