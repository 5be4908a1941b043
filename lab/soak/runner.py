"""Two of our daemons for a long time on a wire that loses, repeats, reorders and damages frames, with
mixed traffic, several SAs, and reloads. Nothing may crash, grow, leave in clear or arrive wrong.

usage: lab/run soak [--minutes N] [--seed NUMBER] [--json FILE]      default: 60, build/soak.json
"""

import argparse
import json
import os
import re
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from esplab import wire
from esplab.fault import Faults
from esplab.gateway import ROOT, exchange_keys
from esplab.keyed import Esplanade
from esplab.session import Failure, Session
from esplab.swanctl import CHILD, NAME, Side, connection
from esplab.topology import WIRE_A, WIRE_B, BadWire
from esplab.traffic import stream

from .numbered import MARK
from .report import faults_of, table

NUMBERED = Path(__file__).with_name("numbered.py")
PORT = 4242
PER_SECOND = 200
RELOAD_EVERY = 7  # seconds
PINGS_PER_SECOND = 20
FAULTS = {"loss": 2, "repeat": 2, "late": 3, "damage": 1, "mark": MARK.hex()}
# What the two may say to each other; all else on the wire is clear traffic.
OURS = "esp || ah || udp.port in {500, 4500}"
RENEWED = ("child_rekeyed", "ike_rekeyed")
NOWHERE = "198.51.100.0/24"


def manual(protocol, ours, theirs, spis, keys):
    """One connection by hand for IPv4 of one protocol, seen from one end."""
    local, remote = ours.networks[0], theirs.networks[0]
    (out, key_out), (inward, key_in) = zip(spis, keys)
    return {"local_addrs": ours.address, "remote_addrs": theirs.address,
            "local_ts": f"{local}[{protocol}]", "remote_ts": f"{remote}[{protocol}]",
            "replay_window": 1024,
            "out": {"spi": hex(out), **key_out}, "in": {"spi": hex(inward), **key_in}}


def cbc_keys():
    return {"esp": "aes256-sha256", "key": f"0x{os.urandom(32).hex()}",
            "auth_key": f"0x{os.urandom(32).hex()}"}


def ah_keys():
    return {"ah": "sha256", "auth_key": f"0x{os.urandom(32).hex()}"}


class Soak:
    def __init__(self, session, seed):
        self.session, self.seed = session, seed
        self.site = BadWire(session)
        self.a = Esplanade(self.site.gw_a, session.folder / "gw-a")
        self.b = Esplanade(self.site.gw_b, session.folder / "gw-b")
        self.streams = {"whole": 0, "broken": 0}
        self.growth, self.warm, self.now = {}, {}, {}

    def configure(self):
        """IPv6 keyed by IKE and renewed all the time; of IPv4 UDP by an AEAD, ICMP by CBC, for its
        errors quote UDP, TCP by AH, which hides nothing, and the rest by nobody."""
        a = Side("a.example", WIRE_A[0], BadWire.networks_a)
        b = Side("b.example", WIRE_B[0], BadWire.networks_b)
        files = [dict([exchange_keys("aes256gcm16", name, self.a, self.b).split(" = ")])
                 for name in ("a-to-b", "b-to-a")]
        keys = {"udp": files, "icmp": (cbc_keys(), cbc_keys()), "tcp": (ah_keys(), ah_keys())}
        for gateway, near, far, turn in ((self.a, a, b, 1), (self.b, b, a, -1)):
            tree = connection(near, far)
            child = tree["connections"][NAME]["children"][CHILD]
            child |= {"local_ts": near.networks[1], "remote_ts": far.networks[1],
                      "rekey_time": "9s", "rand_time": "2s", "replay_window": 1024,
                      "start_action": "trap"}
            tree["connections"][NAME] |= {"rekey_time": "31s", "rand_time": "3s"}
            tree["manual"] = {
                protocol: manual(protocol, near, far, (0x1001 + i, 0x2001 + i)[::turn],
                                 keys[protocol][::turn])
                for i, protocol in enumerate(keys)}
            gateway.become(near, tree, None)
            gateway.configure()
            gateway.start()

    def start_traffic(self):
        log = self.session.folder
        hosts = ((self.site.host_a, self.site.host_b, self.site.host_b_addresses, "a"),
                 (self.site.host_b, self.site.host_a, self.site.host_a_addresses, "b"))
        self.takers, self.senders = [], []
        self.pings = [sender.start("ping", "-n", "-q", "-i", 1 / PINGS_PER_SECOND, addresses[0],
                                   log=log / f"ping-{name}")
                      for sender, _, addresses, name in hosts]
        for sender, taker, addresses, name in hosts:
            for address in addresses:
                port = PORT + len(self.takers)
                come = taker.start(sys.executable, NUMBERED, "take", port,
                                   log=log / f"take-{port}")
                come.wait_for_text("taking")
                self.takers.append(come)
                self.senders.append(sender.start(sys.executable, NUMBERED, "send", address, port,
                                                 PER_SECOND, log=log / f"send-{port}"))

    def stop_traffic(self):
        """What the senders and the takers say, and how many pings were sent and answered."""
        for ping in self.pings:
            ping.stop(signal.SIGINT)
        for sender in self.senders:
            sender.stop()
        time.sleep(1)
        for taker in self.takers:
            taker.stop()
        sent, came = ([json.loads(one.text().splitlines()[-1]) for one in ends]
                      for ends in (self.senders, self.takers))
        return sent, came, [ping_counts(ping.text()) for ping in self.pings]

    def look(self):
        """Memory of each daemon, which must be running."""
        for gateway, name in ((self.a, "a"), (self.b, "b")):
            if not gateway.daemon.is_running():
                raise Failure(f"the daemon of {name} has ended:\n{gateway.tail()}")
            status = Path(f"/proc/{gateway.daemon.pid}/status").read_text()
            size = int(status.split("VmRSS:")[1].split()[0])
            if name in self.warm:
                self.growth[name] = max(self.growth.get(name, 0), size - self.warm[name])
            self.now[name] = size

    def run(self, seconds):
        self.configure()
        if self.site.host_a.ping("fd00:2::2", 3) == 0:
            raise Failure("there is no tunnel even on a good wire")
        capture = wire.Capture(self.site.gw_b, "wan", self.session.folder / "wan.pcap",
                               "not esp and not proto 51 and not ip6 proto 51")
        self.site.set_faults(Faults(**FAULTS, seed=self.seed))
        self.start_traffic()
        reloads = self.pass_time(seconds)
        sent, came, pings = self.stop_traffic()
        faults = self.site.stop_bridge()
        self.site.set_faults(Faults())
        capture.stop()
        report = {
            "datagrams": sum_of(sent, "sent") | sum_of(came, "came", "wrong", "twice")
            | {"least_of_a_flow": min(one["came"] for one in came)},
            "pings": sum_of(pings, "sent", "answered"), "streams": self.streams,
            "faults": faults, "reloads": reloads,
            "clear_frames": wire.count(capture.path, f"!({wire.HOUSEKEEPING}) && !({OURS})"),
            "growth_in_KiB": self.growth,
            "answers_at_the_end": [self.site.host_a.ping(address, 3, check=False)
                                   for address in self.site.host_b_addresses],
        }
        return report | self.end()

    def pass_time(self, seconds):
        """The number of reloads."""
        begin, reloads = time.monotonic(), 0
        while (spent := time.monotonic() - begin) < seconds:
            self.send_stream(reloads)
            self.look()
            if not self.warm and spent > max(30, min(seconds / 3, 120)):
                self.warm = dict(self.now)
            if spent > (reloads + 1) * RELOAD_EVERY:
                reloads += 1
                self.reload(self.a if reloads % 2 else self.b, reloads)
        return reloads

    def send_stream(self, turn):
        address = self.site.host_b_addresses[turn % 2]
        is_whole = stream(self.site.host_a, self.site.host_b, address,
                          self.session.folder / "stream", octets=300_000, seconds=60)
        self.streams["whole" if is_whole else "broken"] += 1

    def reload(self, gateway, turn):
        """With an entry of the policy more or less, which stands for nothing that is sent."""
        gateway.tree["manual"].pop("nowhere", None)
        if turn % 4 < 2:
            gateway.tree["manual"]["nowhere"] = {"mode": "drop", "remote_ts": NOWHERE}
        gateway.configure()

    def end(self):
        """What the daemons say of it all; both must end well."""
        drops, renewals = Counter(), Counter()
        for gateway in (self.a, self.b):
            drops += Counter(gateway.ask("status")["totals"]["in_drops"])
            renewals += Counter(event["event"] for event in gateway.events()
                                if event["event"] in RENEWED)
            gateway.stop()
        return {"drops": dict(drops), "renewals": {name: renewals[name] for name in RENEWED}}


def sum_of(counts, *names):
    return {name: sum(one[name] for one in counts) for name in names}


def ping_counts(text):
    found = re.search(r"(\d+) packets transmitted, (\d+) received", text)
    if not found:
        raise Failure(f"ping said:\n{text}")
    return {"sent": int(found[1]), "answered": int(found[2])}


def main(words):
    parser = argparse.ArgumentParser(prog="lab/run soak", description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=ROOT / "build/soak.json")
    options = parser.parse_args(words)
    with Session() as session:
        report = Soak(session, options.seed).run(options.minutes * 60)
    report = {"minutes": options.minutes, "seed": options.seed, **report}
    report["failed"] = faults_of(report)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report, indent=2) + "\n")
    print(table(report))
    for what in report["failed"]:
        print(f"FAILED: {what}")
    return 1 if report["failed"] else 0
