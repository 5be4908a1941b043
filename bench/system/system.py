#!/usr/bin/python3
"""Measures tunnels between two network namespaces, each beside a plaintext forwarder.

usage: system.py [--json FILE] [--rounds N] [--seconds S] [TUNNEL...]

TUNNEL is a row of the table below; all by default. Between the namespaces is a veth pair; both ends, the source and the sink of the traffic share the cores of one machine, so that only ratios within one run say something. In each round every tunnel has its turn.
"""

import argparse
import json
import os
import platform
import re
import statistics
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "lab"), str(ROOT / "bench/system")]

from esplab.gateway import Connection, Gateway, configuration, exchange_keys  # noqa: E402
from esplab.session import Failure, Session, wait_until  # noqa: E402
from esplab.topology import TwoHosts  # noqa: E402
from peers import ALL as PEERS, INNER_A, INNER_B  # noqa: E402

FORWARDER = ROOT / "build/release/bench/system/forward/esplanade_forwarder"
LEAST_OF_FORWARDER = 0.85
LEAST_OF_PEERS = {"strongSwan, kernel-libipsec": 12, "wireguard-go": 10, "OpenVPN": 8}
MOST_PING = 1.25  # times that through the forwarder
OURS = "esplanade aes128gcm16"


class Forwarder:
    """esplanade_forwarder at both ends."""

    def __init__(self, site, folder, plain=False):
        self.site, self.folder, self.plain = site, folder, plain

    @contextmanager
    def running(self):
        ends = ((self.site.gw_a, 0, 1, INNER_A, INNER_B), (self.site.gw_b, 1, 0, INNER_B, INNER_A))
        wires = (self.site.wire_a[0], self.site.wire_b[0])
        started = []
        for namespace, ours, theirs, inner, other in ends:
            log = self.folder / f"forwarder-{ours}-{time.monotonic_ns()}.log"
            program = namespace.start(FORWARDER, "yard0", wires[ours], wires[theirs],
                                      *(["plain"] if self.plain else []), log=log)
            started.append(program)
            if not wait_until(lambda log=log: "ready" in log.read_text()):
                raise Failure(log.read_text())
            namespace.ip("addr", "add", f"{inner}/32", "dev", "yard0")
            namespace.ip("route", "add", other, "dev", "yard0", "src", inner)
        yield
        for program in started:
            program.stop()


class Esplanade:
    """Two daemons with an SA by hand, in UDP."""

    def __init__(self, site, folder, esp):
        self.site = site
        self.a = Gateway(site.gw_a, folder / f"a-{esp}")
        self.b = Gateway(site.gw_b, folder / f"b-{esp}")
        self.esp = esp
        self.count = 0

    @contextmanager
    def running(self):
        self.count += 1
        name = f"keys-{self.count}"
        out = f"spi = 0x1001 esp = {self.esp} {exchange_keys(self.esp, name + 'a', self.a, self.b)}"
        back = f"spi = 0x2001 esp = {self.esp} {exchange_keys(self.esp, name + 'b', self.a, self.b)}"
        wire_a, wire_b = self.site.wire_a[0], self.site.wire_b[0]
        settings = {"mode": "tunnel", "encap": "yes"}
        for gateway, wires, sas, inner in (
                (self.a, (wire_a, wire_b), (out, back), (INNER_A, INNER_B)),
                (self.b, (wire_b, wire_a), (back, out), (INNER_B, INNER_A))):
            settings = {**settings, "local_ts": f"{inner[0]}/32", "remote_ts": f"{inner[1]}/32"}
            gateway.namespace.ip("addr", "replace", f"{inner[0]}/32", "dev", "lo")
            gateway.configure(configuration(Connection("site", *wires, *sas, settings)))
            gateway.start()
        yield
        for gateway, inner in ((self.a, INNER_A), (self.b, INNER_B)):
            gateway.stop()
            gateway.namespace.ip("addr", "del", f"{inner}/32", "dev", "lo")


def tunnels_of(site, folder):
    return {"forwarder": Forwarder(site, folder),
            "forwarder, plain": Forwarder(site, folder, plain=True),
            **{f"esplanade {esp}": Esplanade(site, folder, esp)
               for esp in ("aes128gcm16", "aes256gcm16", "chacha20poly1305", "aes256-sha256")},
            **{name: peer(site, folder) for name, peer in PEERS.items() if not peer.missing()}}


def measure(site, folder, seconds):
    """{what: figure} of the tunnel that runs."""
    server = site.gw_b.start("iperf3", "-s", "-B", INNER_B, "-1", "--forceflush",
                             log=folder / f"server-{time.monotonic_ns()}.log")
    if not wait_until(lambda: "listening" in server.log.read_text()):
        raise Failure(server.log.read_text())
    done = site.gw_a.run("iperf3", "-c", INNER_B, "-B", INNER_A, "-t", seconds, "-O", 1, "-J")
    end = json.loads(done.stdout)["end"]
    server.stop()
    pings = site.gw_a.run("ping", "-n", "-q", "-c", 200, "-i", "0.002", "-I", INNER_A, INNER_B)
    times = re.search(r"= ([\d.]+)/([\d.]+)/", pings.stdout)
    return {"tcp_gbit": end["sum_received"]["bits_per_second"] / 1e9,
            "ping_us": 1000 * float(times.group(2))}


def prepare(site):
    """The wire as a network device is: the system leaves checksums to it."""
    for namespace in (site.gw_a, site.gw_b):
        namespace.run("ethtool", "-K", "wan", "tx", "on")


def run_all(tunnels, site, folder, rounds, seconds):
    figures = {name: [] for name in tunnels}
    for _ in range(rounds):
        for name, tunnel in tunnels.items():
            with tunnel.running():
                site.gw_a.ping(INNER_B, 2, check=False)
                figures[name].append(measure(site, folder, seconds))
    return {name: {what: [row[what] for row in rows] for what in rows[0]}
            for name, rows in figures.items()}


def show(figures):
    yard = figures.get("forwarder")
    print(f"{'tunnel':28} {'TCP, Gbit/s':>24} {'of forwarder':>13} {'ping, us':>9}")
    for name, row in figures.items():
        tcp = row["tcp_gbit"]
        ratio = statistics.median(tcp) / statistics.median(yard["tcp_gbit"]) if yard else 0
        spread = f"{statistics.median(tcp):.2f} ({min(tcp):.2f}-{max(tcp):.2f})"
        print(f"{name:28} {spread:>24} {ratio:12.0%} {statistics.median(row['ping_us']):9.0f}")


def goals(figures):
    """(goal, what it has to be, measured, met) of each that can be told."""
    def median(name, what):
        return statistics.median(figures[name][what]) if name in figures else None

    ours, ping = median(OURS, "tcp_gbit"), median(OURS, "ping_us")
    yard, yard_ping = median("forwarder", "tcp_gbit"), median("forwarder", "ping_us")
    if ours and yard:
        yield "one TCP stream, of the forwarder's", f"{LEAST_OF_FORWARDER:.0%} at least", \
            f"{ours / yard:.0%}", ours >= LEAST_OF_FORWARDER * yard
        yield "ping, times the forwarder's", f"{MOST_PING} at most", f"{ping / yard_ping:.2f}", \
            ping <= MOST_PING * yard_ping
    for name, least in LEAST_OF_PEERS.items():
        theirs = median(name, "tcp_gbit")
        if ours and theirs:
            yield f"one TCP stream, times {name}'s", f"{least} at least", \
                f"{ours / theirs:.1f}", ours >= least * theirs


def judge(figures):
    """Prints the goals; rows for the result."""
    rows = []
    print(f"\n{'goal':56} {'':>13} {'measured':>9}")
    for goal, wanted, measured, met in goals(figures):
        print(f"{goal:56} {wanted:>13} {measured:>9}  {'met' if met else 'MISSED'}")
        rows.append({"goal": goal, "wanted": wanted, "measured": measured, "met": bool(met)})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("tunnels", nargs="*")
    arguments = parser.parse_args()
    with Session() as session:
        site = TwoHosts(session)
        prepare(site)
        tunnels = tunnels_of(site, session.folder)
        if arguments.tunnels:
            tunnels = {name: tunnels[name] for name in arguments.tunnels}
        figures = run_all(tunnels, site, session.folder, arguments.rounds, arguments.seconds)
    show(figures)
    rows = judge(figures)
    if arguments.json:
        machine = {"cores": os.cpu_count(), "kernel": platform.release(),
                   "measured": datetime.now(timezone.utc).isoformat(timespec="seconds")}
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"machine": machine, "goals": rows, "tunnels": figures}, indent=1)
                                  + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
