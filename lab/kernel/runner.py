"""Our daemon against the ESP and AH of a Linux kernel, both keyed by hand, case by case.

usage: lab/run kernel [--list] [WORD...]      cases whose names have all words
"""

import os
import re
import sys
import time

from esplab.gateway import Connection, Gateway, binary, configuration
from esplab.kernel_peer import KernelPeer
from esplab.session import Failure, Session, run
from esplab.uml import missing

from .cases import every_case

OUT, IN = 0x1001, 0x2001  # our SPIs: what we send, what we take
LARGE = 1200
ENCAP = """
import socket, time
for family in (socket.AF_INET, socket.AF_INET6):
    s = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.setsockopt(socket.IPPROTO_UDP, 100, 2)  # UDP_ENCAP, ESP in UDP
    s.bind(("", 4500))
    globals()[f"kept{family}"] = s
print("bound", flush=True)
time.sleep(100000)
"""


class Ends:
    """Addresses of one case: outer, and what is protected at each end."""

    def __init__(self, site, case):
        at = 0 if case.outer == 4 else 1
        self.ours, self.theirs = site.wire_a[at], site.wire_b[at]
        at = 0 if case.inner == 4 else 1
        if case.mode == "tunnel":
            self.our_net, self.their_net = site.networks_a[at], site.networks_b[at]
            self.sender, self.target = site.host_a, site.host_b_addresses[at]
        elif case.mode == "beet":
            self.our_net, self.their_net = "172.16.0.1/32", "172.16.0.2/32"
            self.sender, self.target = site.gw_a, "172.16.0.2"
        else:
            length = "/32" if case.outer == 4 else "/128"
            self.our_net, self.their_net = self.ours + length, self.theirs + length
            self.sender, self.target = site.gw_a, self.theirs


class Keys:
    """New keys of one SA, in the words of both ends."""

    def __init__(self, algorithms, gateway, name):
        self.algorithms = algorithms
        self.key = os.urandom(algorithms.key_size)
        self.mac_key = os.urandom(algorithms.mac_key_size)
        file = gateway.folder / f"{name}.key"
        lines = ["# esplanade key file, version 1",
                 f"{algorithms.protocol} = {algorithms.proposal}"]
        if self.key:
            lines.append(f"key = 0x{self.key.hex()}")
        if self.mac_key:
            lines.append(f"auth_key = 0x{self.mac_key.hex()}")
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)
        self.setting = f"key_file = {file.name}"

    def kernel_words(self):
        words = []
        for kind, given in (("aead", self.algorithms.aead), ("enc", self.algorithms.cipher)):
            if given:
                words += [kind, f"'{given[0]}'", f"0x{self.key.hex()}" if self.key else "''"]
                words += [str(given[2])] if kind == "aead" else []
        if self.algorithms.mac:
            name, _, bits = self.algorithms.mac
            words += ["auth-trunc", f"'{name}'", f"0x{self.mac_key.hex()}", str(bits)]
        return " ".join(words)


def kernel_script(case, ends, sent, received):
    """Both states and policies of the guest, in place of all there are."""
    algorithms, mode = case.algorithms, case.mode
    # Else a state takes packets of the outer family alone.
    flags = (*case.flags, "af-unspec") if case.inner != case.outer else case.flags
    more = f"flag {' '.join(flags)}" if flags else ""
    if case.is_in_udp:
        more += " encap espinudp 4500 4500 0.0.0.0"
    # The kernel names BEET's inner addresses by the state's selector.
    selector = {OUT: "", IN: ""}
    if mode == "beet":
        selector = {OUT: f"sel src {ends.our_net} dst {ends.their_net}",
                    IN: f"sel src {ends.their_net} dst {ends.our_net}"}
    states = ((ends.ours, ends.theirs, OUT, sent), (ends.theirs, ends.ours, IN, received))
    lines = ["ip xfrm state flush", "ip xfrm policy flush"]
    for src, dst, spi, keys in states:
        lines.append(f"ip xfrm state add src {src} dst {dst} proto {algorithms.protocol} spi {spi}"
                     f" reqid 1 mode {mode} replay-window 64 {more} {keys.kernel_words()}"
                     f" {selector[spi]}")
    template = f"proto {algorithms.protocol} reqid 1 mode {mode}"
    there = f"tmpl src {ends.theirs} dst {ends.ours} {template}"
    here = f"tmpl src {ends.ours} dst {ends.theirs} {template}"
    lines.append(f"ip xfrm policy add src {ends.their_net} dst {ends.our_net} dir out {there}")
    for direction in ("in", "fwd"):
        lines.append(f"ip xfrm policy add src {ends.our_net} dst {ends.their_net} dir {direction}"
                     f" {here}")
    return "\n".join(["set -e", *lines])


class Bench:
    """The site, our daemon in it and the guest, from one case to the next."""

    def __init__(self, session):
        self.site = KernelPeer(session, None)
        self.guest = self.site.gw_b
        self.gateway = Gateway(self.site.gw_a, session.folder / "gw-a")
        self.count = 0
        for network, via in zip(self.site.networks_a, self.site.wire_a):
            self.guest.ip("route", "add", network, "via", via)
        self.guest.ip("address", "add", "172.16.0.2/32", "dev", "lo")
        self.guest.ip("route", "add", "172.16.0.1/32", "via", self.site.wire_a[0], "src",
                      "172.16.0.2")
        self.site.gw_a.ip("address", "add", "172.16.0.1/32", "dev", "lo")
        encap = self.guest.start("/usr/bin/python3", "-c", ENCAP, log=session.folder / "encap")
        encap.wait_for_text("bound")

    def configure(self, case, ends):
        self.count += 1
        sent = Keys(case.algorithms, self.gateway, f"out{self.count}")
        received = Keys(case.algorithms, self.gateway, f"in{self.count}")
        settings = {"mode": case.mode, "local_ts": ends.our_net, "remote_ts": ends.their_net,
                    "esn": "no", **case.settings}
        connection = Connection("case", ends.ours, ends.theirs, f"spi = {OUT} {sent.setting}",
                                f"spi = {IN} {received.setting}", settings)
        self.gateway.configure(configuration(connection))
        self.guest.run("sh", "-c", kernel_script(case, ends, sent, received))
        if not self.gateway.daemon:
            self.gateway.start()
            return
        answer = self.gateway.reload()
        if answer["event"] != "reloaded":
            raise Failure(answer["why"])

    def play(self, case):
        ends = Ends(self.site, case)
        self.configure(case, ends)
        before = self.gateway.status()
        answers = [ends.sender.ping(ends.target, 2, size, check=False) for size in (56, LARGE)]
        after = self.gateway.status()
        counts = [after[way]["packets"] - before[way]["packets"] for way in ("out", "in")]
        if answers != [2, 2] or min(counts) < 4:
            drops = {way: after[way]["drops"] for way in ("out", "in")}
            raise Failure(f"{answers} of [2, 2] pings answered, {counts} packets out and in, drops "
                          f"{drops}; the kernel: {self.kernel_errors()}")

    def kernel_errors(self):
        statistics = self.guest.run("cat", "/proc/net/xfrm_stat").stdout
        return re.findall(r"(\w+)\s+([1-9]\d*)", statistics)


def main(words):
    if words in (["--help"], ["-h"]):
        print(__doc__)
        return 0
    cases = [case for case in every_case()
             if all(word.lower() in case.name.lower() for word in words if word != "--list")]
    if "--list" in words:
        print("\n".join(case.name for case in cases))
        return 0
    if missing():
        sys.exit(f"there is no {missing()}: Debian's package user-mode-linux")
    run([binary(), "version"])
    failed = play_all(cases)
    print(f"{len(cases) - len(failed)} of {len(cases)} cases, with our ESP and AH and the kernel's")
    return 1 if failed or not cases else 0


def play_all(cases):
    failed = []
    with Session() as session:
        bench = Bench(session)
        for case in cases:
            begin = time.monotonic()
            try:
                bench.play(case)
                print(f"ok      {time.monotonic() - begin:5.1f} s  {case.name}", flush=True)
            except Failure as failure:
                failed.append(case)
                print(f"FAILED  {time.monotonic() - begin:5.1f} s  {case.name}\n{failure}", flush=True)
    return failed
