"""One charon of strongSwan with its userspace data plane, kernel-libipsec: its folder, its
configuration, its log, and its IKE SAs.

Never starts outside a namespace: in ours it would take over the machine's policies. Each has a /run
of its own, for there its PID file would meet another's.
"""

import os
import re
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

from .session import Failure, wait_until
from .swanctl import NAME, Keyed, write
from .vici import Vici

PROGRAM = Path("/usr/sbin/charon-systemd")
# In this order: a plugin before another is asked before it, and kernel-libipsec has to take the SAs
# that kernel-netlink would otherwise give to the kernel.
PLUGINS = ("random nonce pem pkcs1 pkcs8 pubkey x509 constraints revocation openssl curve25519"
           " chapoly aes ccm gcm ctr cmac xcbc hmac kdf mgf1 sha1 sha2 gmp kernel-libipsec"
           " kernel-netlink socket-default vici updown")
# What swanctl needs to read keys and certificates.
SWANCTL_PLUGINS = "random nonce pem pkcs1 pkcs8 pubkey x509 openssl curve25519 sha1 sha2"


def missing():
    """What is not installed, or nothing."""
    needed = (PROGRAM, "swanctl", "/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so")
    return next((str(name) for name in needed if not shutil.which(name) and not
                 Path(name).exists()), None)


@dataclass
class ChildSa:
    name: str
    state: str
    spi_in: int
    spi_out: int
    packets_in: int
    packets_out: int
    algorithms: str


@dataclass
class IkeSa:
    name: str
    state: str
    spis: tuple
    algorithms: str
    children: list = field(default_factory=list)


class Charon(Keyed):
    """Runs in `namespace`; `options` are settings of the section `charon` of strongswan.conf."""

    kind = "strongSwan"
    plugins = PLUGINS
    patience = 20  # seconds until it answers

    def __init__(self, namespace, folder):
        self.namespace, self.folder = namespace, Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log, self.socket = self.folder / "charon.log", self.folder / "vici"
        self.options, self.daemon = {}, None

    def configure(self):
        """From `tree`; a daemon that runs takes it up."""
        (self.folder / "swanctl.conf").write_text(write(self.tree))
        if self.daemon and self.daemon.is_running():
            self.load()

    def settings(self):
        return {
            "charon-systemd": {
                "load": self.plugins, **self.options,
                "plugins": {"vici": {"socket": f"unix://{self.socket}"}},
                "filelog": {"lab": {"path": self.log, "append": "yes", "flush_line": "yes",
                                    "time_format": "%H:%M:%S", "time_add_ms": "yes",
                                    "default": 1, "ike": 2, "cfg": 2, "enc": 1}}},
            "swanctl": {"load": SWANCTL_PLUGINS}}

    def start(self):
        (self.folder / "strongswan.conf").write_text(write(self.settings()))
        self.forget_socket()
        self.daemon = self.namespace.start(*self.command(), log=self.folder / "output",
                                           env=self.environment())
        wait_until(lambda: self.answers() or not self.daemon.is_running(), self.patience)
        if not self.answers():
            raise Failure(f"charon in {self.namespace.name} does not answer:\n{self.tail()}")
        self.load()
        return self

    def command(self):
        return "sh", "-c", f"mount -t tmpfs none /run && exec {PROGRAM}"

    def forget_socket(self):
        self.socket.unlink(missing_ok=True)

    def environment(self):
        return os.environ | {"STRONGSWAN_CONF": str(self.folder / "strongswan.conf"),
                             "SWANCTL_DIR": str(self.folder)}

    def answers(self):
        try:
            self.vici(lambda vici: vici.request("version"))
        except (OSError, Failure):
            return False
        return True

    def load(self):
        self.namespace.run("swanctl", "--load-all", "--noprompt", "--uri", f"unix://{self.socket}",
                           env=self.environment())

    def stop(self):
        self.daemon.stop()

    def kill(self):
        self.daemon.stop(signal.SIGKILL)

    def vici(self, talk, seconds=60):
        with Vici(self.socket, seconds) as connection:
            return talk(connection)

    def initiate(self, child, seconds=20, of=NAME):
        self.vici(lambda vici: vici.request("initiate", child=child, ike=of,
                                            timeout=seconds * 1000))

    def initiate_unanswered(self, child):
        """Begins and does not wait for the outcome."""
        self.vici(lambda vici: vici.request("initiate", child=child, timeout=-1))

    def terminate(self, child=None, of=NAME):
        what = {"child": child} if child else {"ike": of}
        self.vici(lambda vici: vici.request("terminate", **what, timeout=10000))

    def rekey(self, child=None):
        what = {"child": child} if child else {"ike": NAME}
        self.vici(lambda vici: vici.request("rekey", **what))

    def reauthenticate(self):
        self.vici(lambda vici: vici.request("rekey", ike=NAME, reauth="yes"))

    def sas(self):
        listed = self.vici(lambda vici: vici.stream("list-sas", "list-sa"))
        return [read_ike_sa(name, sa) for event in listed for name, sa in event.items()]

    def selectors(self):
        """Ours and theirs, of the only child SA."""
        listed = self.vici(lambda vici: vici.stream("list-sas", "list-sa"))
        (child,) = [child for event in listed for sa in event.values()
                    for child in sa["child-sas"].values()]
        return [child["local-ts"], child["remote-ts"]]

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self, lines=40):
        output = self.folder / "output"
        text = self.text() or (output.read_text(errors="replace") if output.exists() else "")
        return "\n".join(text.splitlines()[-lines:])

    def wait_for_text(self, pattern, seconds=20):
        """The match, behind which nobody looked before."""
        found = wait_until(lambda: re.search(pattern, self.text()), seconds)
        if not found:
            raise Failure(f"no '{pattern}' in the log of strongSwan")
        return found


def read_ike_sa(name, sa):
    names = ("encr-alg", "encr-keysize", "integ-alg", "prf-alg", "dh-group")
    words = (sa.get(name) for name in names)
    return IkeSa(name, sa["state"], (sa["initiator-spi"], sa["responder-spi"]),
                 "/".join(filter(None, words)),
                 [read_child_sa(child) for child in sa.get("child-sas", {}).values()])


def read_child_sa(child):
    words = (child.get(key) for key in ("encr-alg", "encr-keysize", "integ-alg", "dh-group"))
    return ChildSa(child["name"], child["state"], int(child.get("spi-in", "0"), 16),
                   int(child.get("spi-out", "0"), 16), int(child.get("packets-in", 0)),
                   int(child.get("packets-out", 0)), "/".join(filter(None, words)))
