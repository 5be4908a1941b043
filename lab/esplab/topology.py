"""Network namespaces and the links between them.

    host-a ----- gw-a ===== gw-b ----- host-b        FourHosts: networks behind two gateways
                 gw-a ===== gw-b                     TwoHosts: only what stands between them
    host-a - gw-a == nat == gw-b - host-b            BehindNat: gw-a has a private address
                                                     Forwarding: and can be called all the same
    host-c - gw-c ====+                              TwoBehindNat
    host-a - gw-a == bad == gw-b - host-b            BadWire: frames get lost and late
    host-a - gw-a == router == gw-b - host-b         NarrowPath: a link with a smaller MTU
    host-a ----- gw-a ===== gw-b ----- host-b        kernel_peer.py: gw-b is a kernel of its own
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from .fault import Faults
from .session import Background, run

WIRE_A = ("192.0.2.1", "2001:db8::1")
WIRE_B = ("192.0.2.2", "2001:db8::2")
BEHIND_NAT, NAT_INSIDE, NAT_OUTSIDE = "10.0.0.2", "10.0.0.1", "192.0.2.254"
ALSO_BEHIND_NAT, ALSO_INSIDE = "10.0.1.2", "10.0.1.1"
MASQUERADE = """
add table ip nat
add chain ip nat out { type nat hook postrouting priority 100; }
add rule ip nat out oifname outside masquerade random
"""
FORWARD = f"""
add chain ip nat in {{ type nat hook prerouting priority -100; }}
add rule ip nat in iifname outside udp dport {{ 500, 4500 }} dnat to {BEHIND_NAT}
"""


# Three requests at once, and a second for the last answers: once it has one, ping waits for others
# only as long as from one request to the next, and a guest may stand still for longer than that.
PATIENT = ("-i", "1", "-l", "3")


class Machine:
    """What runs programs: a namespace, or a guest with a kernel of its own (uml.py)."""

    def ping(self, address, count=3, size=56, check=True, pace=("-i", "0.05")):
        """The number of answers."""
        done = self.run("ping", "-n", "-c", count, *pace, "-W", "2", "-s", size, address,
                        check=check)
        return sum(" bytes from " in line for line in done.stdout.splitlines())


class Namespace(Machine):
    def __init__(self, session, name):
        self.session, self.name = session, name
        with session.hold_signals():
            run(["ip", "netns", "add", name])
            session.callback(run, ["ip", "netns", "del", name], check=False)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        return run(["ip", "-n", self.name, *words])

    def run(self, *command, **options):
        return run(["ip", "netns", "exec", self.name, *command], **options)

    def start(self, *command, log, **options):
        return Background(self.session, ["ip", "netns", "exec", self.name, *command], log,
                          **options)

    def networking(self):
        """Links, rules and routes of both families: what a daemon must leave as it found them."""
        links = json.loads(self.ip("-j", "link").stdout)
        lines = [link["ifname"] for link in links]
        for family in ("-4", "-6"):
            lines += self.ip(family, "rule").stdout.splitlines()
            lines += self.ip(family, "route", "show", "table", "all").stdout.splitlines()
        return sorted(line.strip() for line in lines)

    def frames(self, interface):
        """How many frames went over an interface, both ways."""
        link = json.loads(self.ip("-j", "-s", "link", "show", "dev", interface).stdout)[0]
        return link["stats64"]["rx"]["packets"] + link["stats64"]["tx"]["packets"]


@dataclass
class End:
    """One end of a link."""

    namespace: Namespace
    interface: str
    addresses: tuple


def link(first, second):
    """A veth pair. Checksums are computed before the wire, as captures and replays need them, and
    link-local addresses are ours, for the kernel's would come and settle at a time of their own."""
    run(["ip", "link", "add", first.interface, "netns", first.namespace.name, "type", "veth",
         "peer", "name", second.interface, "netns", second.namespace.name])
    for end, link_local in ((first, "fe80::1"), (second, "fe80::2")):
        end.namespace.ip("link", "set", end.interface, "addrgenmode", "none")
        for address in (link_local, *end.addresses):
            nodad = ["nodad"] if ":" in address else []
            end.namespace.ip("addr", "add", with_length(address), "dev", end.interface, *nodad)
        end.namespace.run("ethtool", "-K", end.interface, "tx", "off")
        end.namespace.ip("link", "set", end.interface, "up")


def with_length(address):
    return address + ("/64" if ":" in address else "/24")


class TwoHosts:
    """Two gateways on one wire, each in `wan`."""

    wire_a, wire_b = WIRE_A, WIRE_B
    is_a_hidden = False  # by a NAT
    a_seen_at = None  # its address for gw-b, where that is another one and known
    peer = None  # the only class of daemon that gw-b can be

    def __init__(self, session, prefix=None):
        self.prefix = prefix or f"esp{os.getpid()}"
        self.gw_a, self.gw_b = (Namespace(session, f"{self.prefix}-{n}") for n in ("gw-a", "gw-b"))
        self.watch = self.gw_b  # whose `wan` sees all that is on the wire
        self.join(session)

    def join(self, _):
        link(End(self.gw_a, "wan", WIRE_A), End(self.gw_b, "wan", WIRE_B))


class FourHosts(TwoHosts):
    """And a host behind each, in `lan`, whose default route it is."""

    networks_a, networks_b = ("10.1.0.0/24", "fd00:1::/64"), ("10.2.0.0/24", "fd00:2::/64")
    host_a_addresses, host_b_addresses = ("10.1.0.2", "fd00:1::2"), ("10.2.0.2", "fd00:2::2")

    def __init__(self, session, prefix=None):
        super().__init__(session, prefix)
        self.host_a = self.add_host(session, "host-a", self.gw_a, self.host_a_addresses)
        self.host_b = self.add_host(session, "host-b", self.gw_b, self.host_b_addresses)

    def add_host(self, session, name, gateway, addresses):
        host = Namespace(session, f"{self.prefix}-{name}")
        inside = tuple(address[:-1] + "1" for address in addresses)
        link(End(host, "lan", addresses), End(gateway, "lan", inside))
        for address in inside:
            host.ip("route", "add", "default", "via", address)
        gateway.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        return host


class BehindNat(FourHosts):
    """gw-a reaches gw-b through a router that gives its packets another address and port."""

    wire_a = (BEHIND_NAT,)
    is_a_hidden = True

    def join(self, session):
        self.nat = Namespace(session, f"{self.prefix}-nat")
        link(End(self.gw_a, "wan", (BEHIND_NAT,)), End(self.nat, "inside", (NAT_INSIDE,)))
        link(End(self.nat, "outside", (NAT_OUTSIDE,)), End(self.gw_b, "wan", WIRE_B))
        self.gw_a.ip("route", "add", "default", "via", NAT_INSIDE)
        self.nat.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.nat.run("nft", MASQUERADE)

    def forget_mappings(self):
        """As a NAT that was restarted: the next packet from inside gets another port."""
        self.nat.run("conntrack", "-F")


class Forwarding(BehindNat):
    """And the router sends on to gw-a what comes for the ports of IKE."""

    a_seen_at = NAT_OUTSIDE

    def join(self, session):
        super().join(session)
        self.nat.run("nft", FORWARD)


class TwoBehindNat(BehindNat):
    wire_c, networks_c = (ALSO_BEHIND_NAT,), ("10.3.0.0/24", "fd00:3::/64")
    host_c_addresses = ("10.3.0.2", "fd00:3::2")

    def __init__(self, session, prefix=None):
        super().__init__(session, prefix)
        self.gw_c = Namespace(session, f"{self.prefix}-gw-c")
        link(End(self.gw_c, "wan", self.wire_c), End(self.nat, "inside2", (ALSO_INSIDE,)))
        self.gw_c.ip("route", "add", "default", "via", ALSO_INSIDE)
        self.host_c = self.add_host(session, "host-c", self.gw_c, self.host_c_addresses)


class NarrowPath(FourHosts):
    """Between the gateways stands a router; the link behind it takes less than the others."""

    wire_a, wire_b = ("192.0.3.2", "2001:db8:3::2"), WIRE_B
    routed_a, routed_b = ("192.0.3.1", "2001:db8:3::1"), ("192.0.2.254", "2001:db8::fe")

    def join(self, session):
        self.router = Namespace(session, f"{self.prefix}-router")
        link(End(self.gw_a, "wan", self.wire_a), End(self.router, "wide", self.routed_a))
        link(End(self.router, "narrow", self.routed_b), End(self.gw_b, "wan", self.wire_b))
        for gateway, via in ((self.gw_a, self.routed_a), (self.gw_b, self.routed_b)):
            for address in via:
                gateway.ip("route", "add", "default", "via", address)
        self.router.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

    def set_mtu(self, mtu):
        self.router.ip("link", "set", "narrow", "mtu", mtu)
        self.gw_b.ip("link", "set", "wan", "mtu", mtu)

    def swallow_errors(self):
        """What is too big is dropped, and nobody told."""
        self.router.run("nft", "add table inet quiet; add chain inet quiet out "
                        "{ type filter hook output priority 0; }; add rule inet quiet out "
                        "meta l4proto { icmp, icmpv6 } drop")


class BadWire(FourHosts):
    """Between the gateways stands a bridge of ours; perfect until faults are set."""

    def join(self, session):
        self.bad = Namespace(session, f"{self.prefix}-bad")
        link(End(self.gw_a, "wan", WIRE_A), End(self.bad, "left", ()))
        link(End(self.bad, "right", ()), End(self.gw_b, "wan", WIRE_B))
        # It only looks on; its own stack should answer nothing.
        self.bad.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        self.log, self.bridge = session.folder / "bridge.log", None
        self.set_faults(Faults())

    def set_faults(self, faults):
        self.stop_bridge()
        script = Path(__file__).with_name("fault.py")
        self.log.unlink(missing_ok=True)
        self.bridge = self.bad.start(sys.executable, "-B", script, "left", "right", *faults.words(),
                                     log=self.log)
        self.bridge.wait_for_text("bridging")

    def stop_bridge(self):
        """What it did to the frames."""
        if not self.bridge:
            return {}
        self.bridge.stop()
        self.bridge = None
        return json.loads(self.log.read_text().splitlines()[-1])
