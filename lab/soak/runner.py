"""Two of our daemons for a long time on a wire that loses, repeats, reorders and damages frames, with
mixed traffic, several SAs, and reloads. Nothing may crash, grow, leave in clear or arrive wrong.

usage: lab/run soak [--minutes N] [--seed NUMBER] [--json FILE]      default: 60
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from esplab import wire
from esplab.fault import Faults
from esplab.keyed import Esplanade
from esplab.session import Failure, Session
from esplab.swanctl import CHILD, NAME, Side, connection
from esplab.topology import WIRE_A, WIRE_B, BadWire
from esplab.traffic import stream

NUMBERED = Path(__file__).with_name("numbered.py")
PORT = 4242
PER_SECOND = 200
RELOAD_EVERY = 7  # seconds
MOST_GROWTH = 2048  # KiB, of each daemon, from the time it is warm
FAULTS = {"loss": 2, "repeat": 2, "late": 3, "damage": 1}
# What the two may say to each other; all else on the wire is clear traffic.
OURS = "esp || ah || udp.port in {500, 4500}"


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


def gmac_free_ah():
    return {"ah": "sha256", "auth_key": f"0x{os.urandom(32).hex()}"}


class Soak:
    def __init__(self, session, seed):
        self.session, self.seed = session, seed
        self.site = BadWire(session)
        self.a = Esplanade(self.site.gw_a, session.folder / "gw-a")
        self.b = Esplanade(self.site.gw_b, session.folder / "gw-b")
        self.streams = {"whole": 0, "broken": 0}
        self.growth, self.warm = {}, {}

    def configure(self):
        """IPv6 keyed by IKE and renewed all the time; of IPv4 TCP by CBC, UDP by AH and the rest by
        nobody."""
        a = Side("a.example", WIRE_A[0], BadWire.networks_a)
        b = Side("b.example", WIRE_B[0], BadWire.networks_b)
        keys = {"tcp": (cbc_keys(), cbc_keys()), "udp": (gmac_free_ah(), gmac_free_ah())}
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
        for sender in self.senders:
            sender.stop()
        time.sleep(1)
        for taker in self.takers:
            taker.stop()
        return [[json.loads(one.text().splitlines()[-1]) for one in ends]
                for ends in (self.senders, self.takers)]

    def look(self):
        """Memory of each daemon, which must be running."""
        for gateway, name in ((self.a, "a"), (self.b, "b")):
            if not gateway.daemon.is_running():
                raise Failure(f"the daemon of {name} has ended:\n{gateway.tail()}")
            status = Path(f"/proc/{gateway.daemon.pid}/status").read_text()
            size = int(status.split("VmRSS:")[1].split()[0])
            if name in self.warm:
                self.growth[name] = size - self.warm[name]
            self.now = getattr(self, "now", {}) | {name: size}

    def run(self, seconds):
        self.configure()
        if self.site.host_a.ping("fd00:2::2", 3) == 0:
            raise Failure("there is no tunnel even on a good wire")
        capture = wire.Capture(self.site.gw_b, "wan", self.session.folder / "wan.pcap",
                               "not esp and not proto 51 and not ip6 proto 51")
        self.site.set_faults(Faults(**FAULTS, seed=self.seed))
        self.start_traffic()
        begin, reloads = time.monotonic(), 0
        while (spent := time.monotonic() - begin) < seconds:
            self.send_stream(reloads)
            self.look()
            if not self.warm and spent > max(30, min(seconds / 3, 120)):
                self.warm = dict(self.now)
            if spent > (reloads + 1) * RELOAD_EVERY:
                reloads = int(spent // RELOAD_EVERY)
                self.reload(self.a if reloads % 2 else self.b)
        sent, came = self.stop_traffic()
        faults = self.site.stop_bridge()
        self.site.set_faults(Faults())
        capture.stop()
        return self.report(sent, came, faults, reloads, capture.path)

    def send_stream(self, turn):
        address = self.site.host_b_addresses[turn % 2]
        is_whole = stream(self.site.host_a, self.site.host_b, address,
                          self.session.folder / "stream", octets=300_000, seconds=60)
        self.streams["whole" if is_whole else "broken"] += 1

    def reload(self, gateway):
        answer = gateway.reload()
        if answer["event"] != "reloaded":
            raise Failure(f"a reload was refused: {answer}")

    def report(self, sent, came, faults, reloads, capture):
        total = {name: sum(one[name] for one in came) for name in ("came", "wrong", "twice")}
        drops = [gateway.ask("status")["totals"]["in_drops"] for gateway in (self.a, self.b)]
        return {
            "datagrams": {"sent": sum(one["sent"] for one in sent), **total,
                          "least_of_a_flow": min(one["came"] for one in came)},
            "streams": self.streams, "faults": faults, "reloads": reloads,
            "refused_as_damaged": sum(one.get("bad_icv", 0) for one in drops),
            "refused_as_repeated": sum(one.get("replay_duplicate", 0) for one in drops),
            "clear_frames": wire.count(capture, f"!({wire.HOUSEKEEPING}) && !({OURS})"),
            "growth_in_KiB": self.growth,
            "answers_at_the_end": [self.site.host_a.ping("fd00:2::2", 3, check=False)],
        }


def faults_of(report):
    """Sentences about what must not be."""
    datagrams = report["datagrams"]
    checks = (
        (datagrams["wrong"] == 0, "datagrams arrived wrong"),
        (datagrams["twice"] == 0, "datagrams arrived twice"),
        (datagrams["came"] > 0.8 * datagrams["sent"], "too few datagrams arrived"),
        (datagrams["least_of_a_flow"] > 0, "a flow stood still"),
        (report["streams"]["broken"] == 0 and report["streams"]["whole"] > 0, "streams broke"),
        (report["clear_frames"] == 0, "clear packets were on the wire"),
        (report["refused_as_damaged"] > 0, "no damaged packet was refused, though some were made"),
        (report["refused_as_repeated"] > 0, "no repeated packet was refused"),
        (len(report["growth_in_KiB"]) == 2, "memory was not watched"),
        (all(growth < MOST_GROWTH for growth in report["growth_in_KiB"].values()), "memory grew"),
        (report["answers_at_the_end"] == [3], "the tunnel did not carry at the end"),
    )
    return [what for is_good, what in checks if not is_good]


def main(words):
    parser = argparse.ArgumentParser(prog="lab/run soak", description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(words)
    with Session() as session:
        report = Soak(session, options.seed).run(options.minutes * 60)
    text = json.dumps(report, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    found = faults_of(report)
    for what in found:
        print(f"FAILED: {what}")
    return 1 if found else 0
