"""An esplanade daemon that keys by IKEv2: a Gateway with the operator's commands, in the same words
as Charon's (strongswan.py), so that a scenario can treat both alike."""

import json
import socket

from .gateway import Gateway, binary
from .session import Failure, wait_until
from .strongswan import ChildSa, IkeSa
from .swanctl import NAME, Keyed, write

# As strongSwan's `ike` settings, but for a machine on which seconds count.
IKE_SETTINGS = {"retransmit_timeout": "1s", "retransmit_tries": 5}


class Esplanade(Keyed, Gateway):
    kind = "esplanade"

    def __init__(self, namespace, folder):
        super().__init__(namespace, folder)
        self.socket = self.folder / "control"
        self.key_log = self.folder / "ikev2_decryption_table"
        self.options, self.dataplane = dict(IKE_SETTINGS), {}

    def configure(self):
        """From `tree`; a daemon that runs takes it up."""
        settings = {"ike": self.options, "dataplane": self.dataplane}
        meaning = super().configure(write(self.tree | settings))
        if self.daemon and self.daemon.is_running():
            answer = self.reload()
            if answer["event"] != "reloaded":
                raise Failure(f"the configuration was refused: {answer}")
        return meaning

    def spawn(self):
        self.daemon = self.namespace.start(binary(), "run", self.config, "--log", "json",
                                           "--control", self.socket, log=self.log, cwd=self.folder)

    def ask(self, command, **arguments):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(self.socket))
            connection.sendall(json.dumps({"command": command, **arguments}).encode() + b"\n")
            answer = connection.makefile().readline()
        answer = json.loads(answer)
        if not answer["ok"]:
            raise Failure(f"esplanade {command}: {answer}")
        return answer

    def initiate(self, child, seconds=20, of=NAME):
        before = len(self.events())
        self.initiate_unanswered(child, of)
        event = wait_until(lambda: self.outcome(before), seconds)
        if not event or event["event"] != "child_established":
            raise Failure(f"initiate {child}: {event or 'no answer'}")

    def outcome(self, before):
        ends = ("child_established", "child_failed", "ike_failed")
        return next((e for e in self.events()[before:] if e["event"] in ends
                     or e.get("level") == "error"), None)

    def initiate_unanswered(self, child, of=NAME):
        self.ask("initiate", connection=of, child=child)

    def terminate(self, child="", of=NAME):
        self.ask("terminate", connection=of, child=child)
        wait_until(lambda: not any(child in (sa.name, "") for ike in self.sas() if ike.name == of
                                   for sa in (ike.children or [ike])), 10)

    def rekey(self, child=""):
        self.ask("rekey", connection=NAME, child=child)

    def reauthenticate(self):
        self.ask("reauthenticate", connection=NAME)

    def sas(self):
        status = self.ask("status")
        children = [(row["session"], read_child_sa(row)) for row in status["child_sas"]]
        return [IkeSa(row["connection"], row["state"].upper(), (row["spi_i"], row["spi_r"]),
                      row["ike"],
                      [child for session, child in children if session == row["session"]])
                for row in status["ike_sas"]]

    def selectors(self):
        """Ours and theirs, of the only child SA."""
        (row,) = self.ask("status")["child_sas"]
        return [row[end].replace(",", " ").split() for end in ("ours", "theirs")]

    def failures(self):
        """Events that say why something went wrong."""
        return [event for event in self.events() if "why" in event]


def read_child_sa(row):
    return ChildSa(row["child"], row["state"].upper(), int(row["spi_in"], 16),
                   int(row["spi_out"], 16), row.get("in_packets", 0), row.get("out_packets", 0),
                   row.get("esp") or row["ah"])
