"""IKE messages on the wire, as tshark and `esplanade decode` see them with our log of IKE keys."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from .gateway import binary
from .session import Failure, run
from .wire import Capture

FILTER = "udp port 500 or udp port 4500"
TABLE = "ikev2_decryption_table"  # the name under which tshark looks for it
PAYLOADS = {33: "SA", 34: "KE", 35: "IDi", 36: "IDr", 37: "CERT", 38: "CERTREQ", 39: "AUTH",
            40: "Nonce", 41: "N", 42: "D", 43: "V", 44: "TSi", 45: "TSr", 46: "SK", 47: "CP",
            48: "EAP", 53: "SKF"}
LAST_ERROR = 16383  # notify types above tell a status (RFC 7296, 3.10.1)


@dataclass
class Message:
    """Types of payloads in their order, those that were encrypted behind SK or SKF."""

    exchange: str
    payloads: list
    src: str = ""
    details: list = None  # what `esplanade decode` says of each payload

    @property
    def errors(self):
        """Error notifies: (name, data in hexadecimal)."""
        return [(one["notify"], one["data"]) for one in self.details
                if one["type"] == "N" and one["number"] <= LAST_ERROR]


class IkeCapture:
    """From construction to stop() on one interface; `key_log` is the daemon's."""

    def __init__(self, namespace, interface, path, key_log):
        self.path, self.key_log = Path(path), Path(key_log)
        self.capture = Capture(namespace, interface, path, *FILTER.split())

    def stop(self):
        if not self.capture.stop():
            raise Failure("there was no IKE on the wire")
        return self

    def tshark(self, *arguments):
        environment = os.environ | {"WIRESHARK_CONFIG_DIR": str(self.key_log.parent)}
        done = run(["tshark", "-n", "-r", self.path, *arguments], env=environment)
        if TABLE in done.stderr:
            raise Failure(f"tshark does not like the key table: {done.stderr}")
        return done.stdout.splitlines()

    def by_tshark(self):
        """Messages; Failure if it calls one malformed or finds something it cannot check."""
        complaints = self.tshark("-Y", "_ws.malformed || _ws.expert.severity >= \"Warning\"")
        if complaints:
            raise Failure("tshark complains of\n" + "\n".join(complaints))
        fields = ("isakmp.exchangetype", "isakmp.typepayload")
        rows = self.tshark("-Y", "isakmp", "-T", "fields", *(w for f in fields for w in ("-e", f)))
        return [self.read_row(*row.split("\t")) for row in rows]

    @staticmethod
    def read_row(exchange, types):
        names = {34: "IKE_SA_INIT", 35: "IKE_AUTH", 36: "CREATE_CHILD_SA", 37: "INFORMATIONAL"}
        parts = (2, 3)  # proposals and transforms, which it shows like payloads
        numbers = [int(number) for number in types.split(",") if number]
        return Message(names[int(exchange)],
                       [PAYLOADS[number] for number in numbers if number not in parts])

    def by_esplanade(self):
        done = run([binary(), "decode", self.path, "--ike-keys", self.key_log, "--json"])
        return [self.read_object(one) for one in map(json.loads, done.stdout.splitlines())
                if one["protocol"] == "ike"]

    @staticmethod
    def read_object(one):
        if one["status"] not in ("clear", "opened"):
            raise Failure(f"esplanade decode: frame {one['frame']} is {one['status']}:"
                          f" {one['reason']}")
        payloads = one["ike"]["payloads"]
        return Message(one["ike"]["exchange"], [payload["type"] for payload in payloads],
                       one["src"], payloads)
