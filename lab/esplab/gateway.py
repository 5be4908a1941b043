"""One esplanade daemon: its folder, its configuration, its log."""

import json
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from .session import Failure, run, wait_until

ROOT = Path(__file__).resolve().parents[2]


def binary():
    """$ESPLANADE, or the release build."""
    path = Path(os.environ.get("ESPLANADE", ROOT / "build/release/esplanade"))
    if not path.exists():
        raise Failure(f"there is no {path}; ./dev build makes it")
    return path


@dataclass
class Connection:
    """A section below `manual`; `out` and `inward` are settings of an SA."""

    name: str
    ours: str
    theirs: str
    out: str
    inward: str
    settings: dict = field(default_factory=dict)

    def text(self):
        settings = {"local_addrs": self.ours, "remote_addrs": self.theirs, **self.settings}
        lines = [f"    {name} = {value}" for name, value in settings.items()]
        return "\n".join([f"  {self.name} {{", *lines, f"    out {{ {self.out} }}",
                          f"    in  {{ {self.inward} }}", "  }"])


def configuration(*connections, dataplane=None):
    sections = ["manual {", *(connection.text() for connection in connections), "}"]
    if dataplane:
        sections += ["dataplane {", *(f"  {n} = {v}" for n, v in dataplane.items()), "}"]
    return "\n".join(sections) + "\n"


class Gateway:
    """Runs in `namespace`; `folder` is made and holds configuration, keys and log."""

    def __init__(self, namespace, folder):
        self.namespace, self.folder = namespace, Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "esplanade.conf"
        self.log = self.folder / "esplanade.log"
        self.daemon = None
        self.known, self.read_to = [], 0

    def configure(self, text):
        """Writes the configuration, which `esplanade check` must like, and returns its words."""
        self.config.write_text(text)
        self.config.chmod(0o600)
        return run([binary(), "check", self.config]).stdout

    def spawn(self):
        """Begins a start."""
        self.daemon = self.namespace.start(binary(), "run", self.config, "--log", "json",
                                           log=self.log, cwd=self.folder)

    def start(self):
        before = len(self.events())
        self.spawn()
        self.wait_for_event(before, "ready")
        return self

    def start_refused(self):
        """A start that must fail: exit code, and what it said."""
        before = len(self.text())
        self.spawn()
        return self.daemon.process.wait(20), self.text()[before:]

    def stop(self):
        code = self.daemon.stop()
        if code != 0:
            raise Failure(f"the daemon in {self.namespace.name} exited with {code}:\n{self.tail()}")

    def kill(self):
        self.daemon.stop(signal.SIGKILL)

    def reload(self):
        """The event that answered."""
        before = len(self.events())
        os.kill(self.daemon.pid, signal.SIGHUP)
        return self.wait_for_event(before, "reloaded", "reload_refused")

    def status(self):
        """What SIGUSR1 makes it log: {"out": ..., "in": ..., "totals": ...} of one connection."""
        before = len(self.events())
        os.kill(self.daemon.pid, signal.SIGUSR1)
        totals = self.wait_for_event(before, "totals")
        sas = [e for e in self.events()[before:] if e["event"] == "sa"]
        return {"totals": totals, **{sa["direction"]: sa for sa in sas}}

    def text(self):
        return self.log.read_text() if self.log.exists() else ""

    def tail(self, lines=15):
        return "\n".join(self.text().splitlines()[-lines:])

    def events(self):
        """All since the first start; a line is read once, for those who wait ask often."""
        if self.log.exists():
            with open(self.log, "rb") as log:
                log.seek(self.read_to)
                whole, end, _ = log.read().rpartition(b"\n")
            self.read_to += len(whole) + len(end)
            self.known += [json.loads(line) for line in whole.splitlines()
                           if line.startswith(b"{") and line.endswith(b"}")]
        return self.known

    def wait_for_event(self, before, *names):
        """The first event of these names behind the first `before` events."""

        def find():
            return next((e for e in self.events()[before:] if e["event"] in names), None)

        event = wait_until(lambda: find() or not self.daemon.is_running()) and find()
        if not event:
            raise Failure(f"no '{' or '.join(names)}' in the log of {self.namespace.name}:\n"
                          f"{self.tail()}")
        return event

    def wait_for_drop(self, verdict):
        return self.wait_for_logged(lambda e: e["event"] == "drop" and e["verdict"] == verdict)

    def wait_for_logged(self, is_wanted, seconds=5):
        """The last such event, or nothing."""
        return wait_until(lambda: next(filter(is_wanted, reversed(self.events())), None), seconds)


def exchange_keys(esp, name, *gateways):
    """A new key file in the folder of each; the setting that names it."""
    files = [gateway.folder / "keys" / f"{name}.key" for gateway in gateways]
    for file in files:
        file.parent.mkdir(exist_ok=True)
    run([binary(), "keygen", "--esp", esp, files[0]])
    for file in files[1:]:
        file.write_bytes(files[0].read_bytes())
        file.chmod(0o600)
    return f"key_file = keys/{name}.key"


def hex_keys(esp):
    """New keys for AES-CBC with HMAC, to stand in the configuration."""
    size = {"aes128-sha256": 16, "aes192-sha256": 24, "aes256-sha256": 32}[esp]
    return f"key = 0x{os.urandom(size).hex()}  auth_key = 0x{os.urandom(32).hex()}"
