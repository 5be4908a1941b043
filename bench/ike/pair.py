#!/usr/bin/python3
"""Two daemons in two network namespaces bring up connections, one IKE SA with one child each; what that takes.

usage: bench/ike/pair.py [--peer strongswan|esplanade] [--json FILE] CONNECTIONS...

Both daemons are of the same kind: strongSwan's charon with its userspace data plane, or ours. One is
the initiator of as many connections as wanted, the other has one for everybody. Prints IKE SAs per
second, and for each end the processor time and the growth of its resident memory for an IKE SA.
"""

import argparse
import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lab"))

from esplab import strongswan, swanctl  # noqa: E402
from esplab.keyed import Esplanade  # noqa: E402
from esplab.session import Failure, Session, run, wait_until  # noqa: E402
from esplab.topology import WIRE_A, WIRE_B, TwoHosts  # noqa: E402

AT_ONCE = 8  # handshakes that are on their way together
SECRET = "one for all of them"
INSIDE = "172.16.0.0/12"
LIMIT_SECONDS = 600


def peer_name(number):
    return f"peer-{number}"


def connection(local, remote, child):
    return {"version": "2", "proposals": [swanctl.IKE], "mobike": "no", "rekey_time": "4h",
            "local": {"auth": "psk", **local}, "remote": {"auth": "psk", **remote},
            "children": {"net": {"esp_proposals": [swanctl.ESP], "rekey_time": "1h", **child}}}


def calling(count):
    """Connections of the initiator, each with an identity and a selector of its own."""
    trees = {}
    for number in range(count):
        inside = ".".join(str(octet) for octet in (10, number >> 16, number >> 8 & 255, number & 255))
        tree = connection({"id": f"{peer_name(number)}.example"}, {"id": "gateway.example"},
                          {"local_ts": [f"{inside}/32"], "remote_ts": [INSIDE]})
        trees[peer_name(number)] = tree | {"local_addrs": [WIRE_A[0]], "remote_addrs": [WIRE_B[0]]}
    return trees


def called():
    tree = connection({"id": "gateway.example"}, {"id": "%any"},
                      {"local_ts": [INSIDE], "remote_ts": ["10.0.0.0/8"]})
    return {"everybody": tree | {"local_addrs": [WIRE_B[0]], "remote_addrs": ["%any"]}}


class Charon(strongswan.Charon):
    """Quiet, for a log costs more than what it tells of; configured by VICI, for swanctl takes long
    to read ten thousand connections."""

    def settings(self):
        settings = super().settings()
        own = settings["charon-systemd"]
        own["filelog"]["lab"] |= {"default": -1, "ike": -1, "cfg": -1, "enc": -1}
        own["journal"] = {"default": -1}
        # Every initiator has the same address; and tables as large as what is to go in.
        own |= {"dos_protection": "no", "threads": 32, "ikesa_table_size": 4096,
                "ikesa_table_segments": 16}
        return settings

    def load(self):
        with strongswan.Vici(self.socket, LIMIT_SECONDS) as vici:
            vici.request("load-shared", id="all", type="IKE", data=SECRET)
            for name, tree in self.tree["connections"].items():
                vici.request("load-conn", **{name: tree})

    def initiator(self):
        """A function that brings one connection up and returns when it stands."""
        vici = wait_until(self.connect)
        if not vici:
            raise Failure("charon takes no more VICI connections")
        return lambda name: vici.request("initiate", ike=name, child="net", loglevel="-1",
                                         timeout="60000")

    def connect(self):
        """Nothing while others stand in line: charon takes them in one after the other."""
        try:
            return strongswan.Vici(self.socket, LIMIT_SECONDS)
        except BlockingIOError:
            return None

    def established(self):
        with strongswan.Vici(self.socket, LIMIT_SECONDS) as vici:
            stats = vici.request("stats")
        return int(stats["ikesas"]["total"]) - int(stats["ikesas"]["half-open"])


class Ours(Esplanade):
    def __init__(self, namespace, folder):
        super().__init__(namespace, folder)
        self.options |= {"block_threshold": 100000, "cookie_threshold": 100000}

    def initiator(self):
        return lambda name: self.ask("initiate", connection=name, child="net")

    def established(self):
        return sum(sa["state"] == "established" for sa in self.ask("status")["ike_sas"])


KINDS = {"strongswan": Charon, "esplanade": Ours}


@dataclass
class Used:
    cpu: float  # seconds
    memory: int  # octets that are resident

    @classmethod
    def by(cls, pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return cls((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
                   pages * os.sysconf("SC_PAGESIZE"))

    def since(self, before, count):
        return {"cpu_us": (self.cpu - before.cpu) / count * 1e6,
                "octets": (self.memory - before.memory) / count}


def process_of(daemon):
    """`ip netns exec` and the shell in front of charon have become the daemon by exec."""
    return daemon.daemon.pid


def bring_up(initiator, names):
    """All of them, a few at a time; what failed is returned."""
    queue, failures, lock = iter(names), [], threading.Lock()

    def work(bring_one_up):
        while True:
            with lock:
                name = next(queue, None)
            if name is None:
                return
            try:
                bring_one_up(name)
            except (Failure, OSError) as error:
                failures.append(f"{name}: {error}")

    workers = [threading.Thread(target=work, args=[initiator.initiator()])
               for _ in range(AT_ONCE)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return failures


def start(kind, namespace, folder, connections):
    daemon = KINDS[kind](namespace, folder)
    secret = {"secrets": {"ike-all": {"secret": f'"{SECRET}"'}}}
    daemon.tree = {"connections": connections} | (secret if kind == "esplanade" else {})
    daemon.configure()
    return daemon.start()


def measure(kind, count):
    with Session() as session:
        hosts = TwoHosts(session)
        responder = start(kind, hosts.gw_b, session.folder / "responder", called())
        initiator = start(kind, hosts.gw_a, session.folder / "initiator", calling(count))
        ends = {"initiator": initiator, "responder": responder}
        before = {name: Used.by(process_of(end)) for name, end in ends.items()}
        began = time.monotonic()
        failures = bring_up(initiator, map(peer_name, range(count)))
        wait_until(lambda: responder.established() >= count - len(failures), 60)
        seconds = time.monotonic() - began
        stand = responder.established()
        if stand < count * 0.99:
            raise Failure(f"only {stand} of {count} stand: {failures[:3]}")
        used = {name: Used.by(process_of(end)).since(before[name], stand)
                for name, end in ends.items()}
        return {"sas": count, "established": stand, "per_second": stand / seconds, **used}


def version(kind):
    command = ["swanctl", "--version"] if kind == "strongswan" else [os.environ.get("ESPLANADE", ""),
                                                                     "--version"]
    return run(command, check=False).stdout.strip().splitlines()[:1] if command[0] else []


def show(kind, row):
    ends = "   ".join(f"{name} {row[name]['cpu_us']:6.0f} us {row[name]['octets'] / 1000:6.1f} kB"
                      for name in ("initiator", "responder"))
    print(f"{kind:10} {row['established']:7} IKE SAs {row['per_second']:7.0f}/s   {ends}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", choices=KINDS, default="strongswan")
    parser.add_argument("--json", type=Path)
    parser.add_argument("connections", type=int, nargs="+")
    arguments = parser.parse_args()
    kind = arguments.peer
    if kind == "strongswan" and (what := strongswan.missing()):
        sys.exit(f"no {what}: apt-get install charon-systemd strongswan-swanctl"
                 " libstrongswan-standard-plugins libcharon-extra-plugins")
    rows = []
    for count in arguments.connections:
        rows.append(measure(kind, count))
        show(kind, rows[-1])
    if arguments.json:
        arguments.json.write_text(json.dumps({"version": version(kind), "rows": rows}, indent=2))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"pair.py: {failure}")
