"""The daemon on one side and a kernel on the other, from one case to the next: keys both, lets both
talk, and compares what they counted."""

import ipaddress
import re
import sys
from collections import Counter
from pathlib import Path

from esplab import wire
from esplab.gateway import Connection, Gateway, binary, configuration
from esplab.kernel_peer import KernelPeer
from esplab.session import Failure, run, wait_until

TALK = Path(__file__).with_name("talk.py")
OUT, IN = 0x1001, 0x2001  # our SPIs: what we send, what we take
WAYS = (("out", OUT), ("in", IN))
BEET_OURS, BEET_THEIRS = "172.16.0.1", "172.16.0.2"
PINGS = (56, 1200)  # octets
REPLAYED = 3  # packets of each way
TWICE = ("in: replay_duplicate", "XfrmInStateSeqError")  # what such are dropped as, here and there
SIZES = (0, 1, 100, 1300)
LARGE = 4000  # more than a packet holds; for tunnels, as the other modes protect no fragments
# What may be on the wire; behind a first fragment IPv4 shows the protocol, IPv6 in a header.
EXPECTED = ("arp or esp or ah or ip6 proto 51 or udp port 4500"
            " or (ip[6:2] & 0x1fff != 0 and udp) or (ip6[6] == 44 and ip6[40] >= 50 and"
            " ip6[40] <= 51) or (ip6[6] == 44 and ip6[40] == 17)"
            " or (icmp6 and ip6[40] >= 133 and ip6[40] <= 136) or (ip6 and ip6[6] == 0)")
ENCAP = """
import socket, threading
kept = [socket.socket(family, socket.SOCK_DGRAM) for family in (socket.AF_INET, socket.AF_INET6)]
kept[1].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
for one in kept:
    one.setsockopt(socket.IPPROTO_UDP, 100, 2)  # UDP_ENCAP, ESP in UDP
    one.bind(("", 4500))
print("bound", flush=True)
threading.Event().wait()
"""


class Ends:
    """Addresses of one case: outer, and what is protected at each end."""

    def __init__(self, site, case):
        at = 0 if case.outer == 4 else 1
        self.ours, self.theirs = site.wire_a[at], site.wire_b[at]
        self.sender, self.target = site.gw_a, self.theirs
        length = "/32" if case.outer == 4 else "/128"
        self.our_net, self.their_net = self.ours + length, self.theirs + length
        if case.mode == "tunnel":
            at = 0 if case.inner == 4 else 1
            self.our_net, self.their_net = site.networks_a[at], site.networks_b[at]
            self.sender, self.target = site.host_a, site.host_b_addresses[at]
        elif case.mode == "beet":
            self.our_net, self.their_net = BEET_OURS + length, BEET_THEIRS + length
            self.target = BEET_THEIRS


class Keys:
    """New keys of one SA, of `esplanade keygen`, in the words of both ends."""

    def __init__(self, algorithms, gateway, name):
        self.algorithms = algorithms
        file = gateway.folder / f"{name}.key"
        run([binary(), "keygen", f"--{algorithms.protocol}", algorithms.proposal, file])
        self.setting = f"key_file = {file.name}"
        self.made = dict(re.findall(r"^(\w+) = (0x\w+)$", file.read_text(), re.MULTILINE))

    def kernel_words(self):
        words = []
        key = self.made.get("key", "''")
        if self.algorithms.aead:
            name, _, bits = self.algorithms.aead
            words += ["aead", name, key, str(bits)]
        if self.algorithms.cipher:
            words += ["enc", self.algorithms.cipher[0], key]
        if self.algorithms.mac:
            name, _, bits = self.algorithms.mac
            words += ["auth-trunc", name, self.made["auth_key"], str(bits)]
        return " ".join(words)


def kernel_state(case, ends, spi, keys):
    # The kernel names BEET's inner addresses by the state's selector.
    src, dst, selector = ends.ours, ends.theirs, f"src {ends.our_net} dst {ends.their_net}"
    if spi == IN:
        src, dst, selector = dst, src, f"src {ends.their_net} dst {ends.our_net}"
    # Else a state takes packets of the outer family alone.
    flags = (*case.flags, "af-unspec") if case.inner != case.outer else case.flags
    return " ".join([
        f"xfrm state add src {src} dst {dst} proto {case.algorithms.protocol} spi {spi} reqid 1",
        f"mode {case.mode} replay-window {case.window}",
        f"flag {' '.join(flags)}" if flags else "",
        f"encap espinudp 4500 4500 {'0.0.0.0' if case.outer == 4 else '::'}"
        if case.is_in_udp else "",
        keys.kernel_words(), f"sel {selector}" if case.mode == "beet" else ""])


def kernel_policies(case, ends):
    template = f"proto {case.algorithms.protocol} reqid 1 mode {case.mode}"
    there = f"tmpl src {ends.theirs} dst {ends.ours} {template}"
    here = f"tmpl src {ends.ours} dst {ends.theirs} {template}"
    yield f"xfrm policy add src {ends.their_net} dst {ends.our_net} dir out priority 9 {there}"
    for way in ("in", "fwd"):
        yield (f"xfrm policy add src {ends.our_net} dst {ends.their_net} dir {way} priority 9"
               f" {here}")
    if case.mode == "transport" and case.outer == 6:
        # Else neighbours would need the SA to find each other, and each other to use it.
        for src, dst, way in ((ends.theirs, ends.ours, "out"), (ends.ours, ends.theirs, "in")):
            yield from (f"xfrm policy add src {src} dst {dst} proto ipv6-icmp type {kind} dir {way}"
                        " priority 1" for kind in (135, 136))
    if case.is_in_udp:
        # The datagram around ESP is judged as well, where the outer addresses are protected.
        yield (f"xfrm policy add src {ends.ours} dst {ends.theirs} proto udp dport 4500 dir in"
               " priority 1")


class Bench:
    def __init__(self, session):
        self.site = KernelPeer(session, None)
        self.guest, self.folder = self.site.gw_b, session.folder
        self.gateway = Gateway(self.site.gw_a, session.folder / "gw-a")
        self.count, self.drops = 0, Counter()
        self.set_up_roads()
        encap = self.guest.start("/usr/bin/python3", "-c", ENCAP, log=session.folder / "encap")
        encap.wait_for_text("bound")
        self.serve(session)
        self.clear = wire.Capture(self.site.gw_a, "wan", session.folder / "clear.pcap",
                                  f"not ({EXPECTED})")

    def set_up_roads(self):
        for network, via in zip(self.site.networks_a, self.site.wire_a):
            self.guest.ip("route", "add", network, "via", via)
        self.guest.ip("address", "add", f"{BEET_THEIRS}/32", "dev", "lo")
        self.guest.ip("route", "add", f"{BEET_OURS}/32", "via", self.site.wire_a[0], "src",
                      BEET_THEIRS)
        self.site.gw_a.ip("address", "add", f"{BEET_OURS}/32", "dev", "lo")

    def serve(self, session):
        """The guest sees of us the session's folder alone."""
        (session.folder / "talk.py").write_bytes(TALK.read_bytes())
        for place, program, name in ((self.site.host_b, sys.executable, "host-b"),
                                     (self.guest, "/usr/bin/python3", "guest")):
            server = place.start(program, session.folder / "talk.py", "serve",
                                 log=session.folder / f"talk-{name}")
            server.wait_for_text("serving")

    def configure(self, case, ends):
        self.count += 1
        keys = {spi: Keys(case.algorithms, self.gateway, f"{way}{self.count}")
                for way, spi in WAYS}
        settings = {"mode": case.mode, "local_ts": ends.our_net, "remote_ts": ends.their_net,
                    "esn": "no", "replay_window": case.window, **case.settings}
        out, inward = (f"spi = {spi} {keys[spi].setting}" for spi in (OUT, IN))
        self.gateway.configure(configuration(
            Connection("case", ends.ours, ends.theirs, out, inward, settings)))
        self.key_kernel(["xfrm state flush", "xfrm policy flush",
                         *(kernel_state(case, ends, spi, keys[spi]) for spi in keys),
                         *kernel_policies(case, ends)])
        if not self.gateway.daemon:
            self.gateway.start()
            return
        answer = self.gateway.reload()
        if answer["event"] != "reloaded":
            raise Failure(answer["why"])

    def key_kernel(self, lines):
        """All at once: every program that starts costs a guest a tenth of a second."""
        batch = self.folder / "xfrm"
        batch.write_text("\n".join(lines) + "\n")
        self.guest.run("ip", "-batch", batch)

    def play(self, case):
        """What went over each SA: {"out": packets, "in": packets}."""
        ends = Ends(self.site, case)
        self.configure(case, ends)
        capture = wire.Capture(self.site.gw_a, "wan", self.folder / f"case{self.count}.pcap",
                               "not (arp or icmp6)") if case.is_replayed else None
        self.talk(case, ends)
        packets = self.compare()
        if capture:
            capture.stop()
            self.replay(ends, capture.path)
        self.look_for_drops(case)
        return packets

    def talk(self, case, ends):
        for size in PINGS:  # by one each, for the last of several is not waited for long
            if ends.sender.ping(ends.target, 1, size, check=False) != 1:
                raise Failure(f"a ping of {size} octets was not answered; {self.state()}")
        sizes = (*SIZES, LARGE) if case.mode == "tunnel" else SIZES
        done = ends.sender.run(sys.executable, TALK, "prove", ends.target, *sizes, check=False)
        if done.returncode != 0:
            raise Failure(f"{done.stderr.strip()}; {self.state()}")

    def compare(self):
        """Both ends must have counted the same, when the last packet has arrived."""

        def find():
            ours, theirs = self.our_counts(), self.kernel_counts()
            counts = {way: (ours[way], theirs[spi]["packets"]) for way, spi in WAYS}
            return counts if all(a == b for a, b in counts.values()) else None

        counts = wait_until(find, 5)
        if not counts:
            raise Failure(f"the ends have counted differently: {self.state()}")
        if min(a for a, _ in counts.values()) < len(PINGS) + len(SIZES):
            raise Failure(f"what was said went another way: {self.state()}")
        return {way: ours for way, (ours, _) in counts.items()}

    def replay(self, ends, capture):
        """Packets of both ways come once more, to be refused and counted by those they are for."""
        counts = self.our_counts(), self.kernel_counts()
        frames = {OUT: [], IN: []}
        for frame in wire.read_frames(capture):
            frames[OUT if is_from(frame, ends.ours) else IN].append(frame)
        for spi, namespace in ((OUT, self.site.gw_a), (IN, self.site.gw_b_room)):
            for frame in frames[spi][-REPLAYED:]:
                wire.send(namespace, "wan", wire.Frame(bytearray(frame), 0))

        def is_refused():
            sa = self.gateway.status()["in"]
            return (sa["drops"].get("replay_duplicate") == REPLAYED
                    and self.kernel_counts()[OUT]["replay"] == REPLAYED)

        if not wait_until(is_refused, 5):
            raise Failure(f"{REPLAYED} packets each came twice and were not refused so; "
                          f"{self.state()}")
        if counts[0] != self.our_counts() or any(
                counts[1][spi]["packets"] != self.kernel_counts()[spi]["packets"]
                for _, spi in WAYS):
            raise Failure(f"a packet that came twice was taken; {self.state()}")

    def look_for_drops(self, case):
        """None on either side since the case before, but of what came twice."""
        expected, self.drops = self.drops, self.all_drops()
        if case.is_replayed:
            expected = expected + Counter({name: REPLAYED for name in TWICE})
        if self.drops != expected:
            raise Failure(f"packets were dropped: {dict(self.drops - expected)}; {self.state()}")

    def all_drops(self):
        """Of both ends, by name."""
        totals = self.gateway.status()["totals"]
        drops = Counter(self.kernel_errors())
        for way, _ in WAYS:
            drops += Counter({f"{way}: {name}": n for name, n in totals[f"{way}_drops"].items()})
        # What the kernel of our side says to its neighbours on every new link, so on the TUN.
        drops.pop("out: no_policy", None)
        return drops

    def our_counts(self):
        status = self.gateway.status()
        return {way: status[way]["packets"] for way, _ in WAYS}

    def kernel_counts(self):
        """{SPI: {"packets": ..., "replay": ..., "failed": ...}}"""
        text = self.guest.run("ip", "-s", "xfrm", "state").stdout
        found = re.findall(r"spi (0x\w+).*?bytes\), (\d+)\(packets\).*?replay (\d+) failed (\d+)",
                           text, re.DOTALL)
        return {int(spi, 16): dict(zip(("packets", "replay", "failed"), map(int, counts)))
                for spi, *counts in found}

    def kernel_errors(self):
        statistics = self.guest.read("/proc/net/xfrm_stat")
        return {name: int(count) for name, count
                in re.findall(r"(\w+)\s+([1-9]\d*)", statistics)}

    def state(self):
        status = self.gateway.status()
        ours = {way: (status[way]["packets"], status[way]["drops"]) for way, _ in WAYS}
        drops = {way: status["totals"][f"{way}_drops"] for way, _ in WAYS}
        return (f"ours: {ours}, all drops {drops}; the kernel's: {self.kernel_counts()}, errors "
                f"{self.kernel_errors()}")

    def forget(self):
        """A case that failed leaves its drops to itself."""
        if self.gateway.daemon and self.gateway.daemon.is_running():
            self.drops = self.all_drops()

    def finish(self):
        """The daemon ends well, and nothing was on the wire but what may be."""
        self.gateway.stop()
        if self.clear.stop():
            shown = run(["tcpdump", "-n", "-c", 5, "-r", self.clear.path]).stdout
            raise Failure(f"packets in clear were on the wire:\n{shown}")


def is_from(frame, address):
    version = frame[wire.ETHERNET] >> 4
    source = frame[26:30] if version == 4 else frame[22:38]
    return bytes(source) == ipaddress.ip_address(address).packed
