#!/usr/bin/python3
"""A gateway between two Ethernet devices: what crosses, what does not, and as what.

usage: gateway_test.py [CLASS[.TEST]]
"""

import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemon"))

from sites import SiteTest  # noqa: E402

from esplab import traffic, wire  # noqa: E402
from esplab.keyed import Esplanade  # noqa: E402
from esplab.pair import INNOCENT, Ends, Pair  # noqa: E402
from esplab.session import Session  # noqa: E402
from esplab.strongswan import Charon  # noqa: E402
from esplab.topology import PATIENT, End, FourHosts, Namespace, link  # noqa: E402

ON_WIRE = ("192.0.2.10", "2001:db8::10")  # of host-a, as a host on the same link as gw-b
MARK = b"this-is-in-clear"
HOUSEKEEPING = f"{wire.HOUSEKEEPING} || icmpv6.type == 143"
ETHERTYPE_VLAN, ETHERTYPE_EXPERIMENT = 0x8100, 0x88B5
UDP = 17


class BumpInTheWire(FourHosts):
    """gw-a has no address where host-a is: for the hosts the two links are one.

    host-a -lan---lan- gw-a -wan===wan- gw-b -lan---lan- host-b
    """

    def add_host(self, session, name, gateway, addresses):
        if gateway is not self.gw_a:
            return super().add_host(session, name, gateway, addresses)
        host = Namespace(session, f"{self.prefix}-{name}")
        link(End(host, "lan", (*addresses, *ON_WIRE)), End(gateway, "lan", ()))
        # One link has one fe80::1, which is gw-a's on `wan`.
        host.ip("addr", "del", "fe80::1/64", "dev", "lan")
        for network, via, source in zip(self.networks_b, self.wire_b, addresses, strict=True):
            host.ip("route", "add", network, "via", via, "dev", "lan", "src", source)
        # All that a system may be told that would forward beside the daemon.
        gateway.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        for address in (*addresses, *ON_WIRE):
            gateway.ip("route", "add", address, "dev", "lan")
        for network, via in zip(self.networks_b, self.wire_b, strict=True):
            gateway.ip("route", "add", network, "via", via)
        return host


class GatewayTest(SiteTest):
    topology = BumpInTheWire
    settings = ""
    pings_to_gw_b = ", ".join(("192.0.2.2[icmp]", "2001:db8::2[icmpv6]"))

    def setUp(self):
        super().setUp()
        near, far = ", ".join(ON_WIRE), ", ".join(f"{a}[udp]" for a in self.site.wire_b)
        passed = (f"pings {{ mode = pass\nlocal_ts = {near}\nremote_ts = {self.pings_to_gw_b} }}\n"
                  f"rest {{ mode = drop\nlocal_ts = {near}\nremote_ts = {far} }}\n")
        text = self.a.config.read_text().replace("manual {", "manual {\n" + passed, 1)
        self.a.configure(f"{text}dataplane {{ gateway {{ inside = lan outside = wan\n"
                         f"{self.settings} }} }}\n")

    def capture(self, namespace, interface, name):
        return wire.Capture(namespace, interface, self.session.folder / f"{name}.pcap")

    def mac(self, namespace, interface):
        text = namespace.run("cat", f"/sys/class/net/{interface}/address").stdout
        return bytes.fromhex(text.strip().replace(":", ""))

    def pings_by_wire(self, count=3):
        return [self.site.host_a.ping(a, count, check=False) for a in self.site.wire_b]

    def totals(self):
        return self.a.status()["totals"]

    def assert_only_esp(self, capture):
        capture.stop()
        others = f"!esp && !({HOUSEKEEPING})"
        self.assertEqual(wire.count(capture.path, others), 0)
        self.assertGreater(wire.count(capture.path, "esp"), 0)
        self.assertNotIn(MARK, capture.path.read_bytes())

    def send_from_outside(self, *frames):
        """Frames of gw-b's to host-a."""
        ends = self.mac(self.site.host_a, "lan") + self.mac(self.site.gw_b, "wan")
        for frame in frames:
            wire.send(self.site.gw_b, "wan", wire.Frame(bytearray(ends + frame), 0))

    def assert_marks_inside(self, capture, count):
        capture.stop()
        self.assertEqual(capture.path.read_bytes().count(MARK), count)


def ipv4(source, target, payload, protocol=UDP, fragment=0):
    def octets(address):
        return bytes(map(int, address.split(".")))

    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 7, fragment, 64, protocol, 0,
                       octets(source), octets(target))
    head = head[:10] + struct.pack("!H", wire.checksum(head)) + head[12:]
    return struct.pack("!H", 0x0800) + head + payload


def udp(port=9):
    return struct.pack("!HHHH", port, port, 8 + len(MARK), 0) + MARK


class Crossing(GatewayTest):
    def test_protected_traffic_is_esp_on_the_wire_both_ways(self):
        self.start()
        seen = self.capture(self.site.gw_b, "wan", "wire")

        self.assert_traffic_flows()
        answers = [self.site.host_b.ping(a, 3) for a in self.site.host_a_addresses]
        self.site.host_a.run("ping", "-c", 2, "-p", MARK.hex(), "10.2.0.2")

        self.assertEqual(answers, [3, 3])
        self.assert_only_esp(seen)
        out, inward = self.a.status()["out"], self.a.status()["in"]
        self.assertEqual((out["packets"], inward["packets"]), (14, 14))
        self.assertEqual((out["drops"], inward["drops"]), ({}, {}))

    def test_tcp_passes_whole_both_ways(self):
        self.start()
        seen = self.capture(self.site.gw_b, "wan", "tcp")
        a, b, log = self.site.host_a, self.site.host_b, self.session.folder / "tcp.log"

        for sender, receiver, address in ((a, b, "10.2.0.2"), (b, a, "10.1.0.2"),
                                          (a, b, "fd00:2::2"), (b, a, "fd00:1::2")):
            self.assertTrue(traffic.stream(sender, receiver, address, log), address)

        self.assert_only_esp(seen)

    def test_checksums_that_a_sender_leaves_to_its_device_arrive_complete(self):
        self.site.host_a.run("ethtool", "-K", "lan", "tx", "on", "tso", "off", "gso", "off")
        self.start()
        log = self.session.folder / "tcp.log"

        for address in self.site.host_b_addresses:
            self.assertTrue(traffic.stream(self.site.host_a, self.site.host_b, address, log))

    def test_joined_segments_are_refused_and_said_to_be(self):
        self.site.host_a.run("ethtool", "-K", "lan", "tx", "on", "tso", "on")
        self.start()
        log = self.session.folder / "tcp.log"

        traffic.stream(self.site.host_a, self.site.host_b, "10.2.0.2", log, seconds=3)

        self.assertTrue(self.a.wait_for_drop("super_frame"))
        self.assertGreater(self.totals()["out_drops"]["super_frame"], 0)

    def test_fragments_cross_as_their_whole_would(self):
        self.start()
        seen = self.capture(self.site.gw_b, "wan", "fragments")
        for host, address in ((self.site.host_a, "fd00:2::2"), (self.site.host_b, "fd00:1::2")):
            host.ping(address, 1, size=4000, check=False)  # learns what fits the tunnel
        answers = [self.site.host_a.ping(a, 3, size=4000) for a in self.site.host_b_addresses]
        answers += [self.site.host_b.ping(a, 3, size=4000) for a in self.site.host_a_addresses]
        self.assert_only_esp(seen)

        answers += [self.site.host_a.ping(a, 3, size=4000, check=False) for a in self.site.wire_b]

        self.assertEqual(answers, [3] * 6)

    def test_who_sends_what_is_too_big_is_told(self):
        self.start()
        self.assert_traffic_flows()

        said = self.site.host_a.run("ping", "-n", "-c", 3, "-i", "0.2", "-W", 1, "-M", "do",
                                    "-s", 1472, "10.2.0.2", check=False)

        self.assertRegex(said.stdout + said.stderr, "[Ff]rag needed|[Mm]essage too long")
        self.assertEqual(self.site.host_a.ping("10.2.0.2", 3), 3)

    def test_a_silent_host_inside_is_asked_for(self):
        self.start()
        for family in ("-4", "-6"):
            self.site.host_a.ip(family, "neigh", "flush", "all")

        answers = [self.site.host_b.ping(a, 4, check=False) for a in self.site.host_a_addresses]

        self.assertGreaterEqual(min(answers), 3)  # the first packet goes with the question

    def test_the_gateway_itself_is_not_there_for_the_inside(self):
        self.a.start()
        for address in self.site.wire_a:
            self.site.host_a.ip("neigh", "replace", address, "lladdr",
                                self.mac(self.site.gw_a, "lan").hex(":"), "dev", "lan")

        answers = [self.site.host_a.ping(a, 1, check=False) for a in self.site.wire_a]

        self.assertEqual(answers, [0, 0])
        self.assertEqual(self.totals()["out_drops"]["not_for_us"], 2)

    def test_what_is_passed_keeps_its_frame(self):
        self.a.start()
        seen = self.capture(self.site.gw_b, "wan", "passed")

        self.assertEqual(self.pings_by_wire(), [3, 3])

        seen.stop()
        mac = self.mac(self.site.host_a, "lan").hex(":")
        requests = f"(icmp.type == 8 || icmpv6.type == 128) && eth.src == {mac}"
        self.assertEqual(wire.count(seen.path, requests), 6)
        self.assertEqual(self.totals()["clear_in"], 6)

    def test_what_is_dropped_or_not_named_does_not_leave(self):
        self.a.start()
        self.assertEqual(self.pings_by_wire(1), [1, 1])
        seen = self.capture(self.site.gw_b, "wan", "dropped")

        for target in ("/dev/udp/192.0.2.2/9", "/dev/tcp/192.0.2.2/9"):
            self.site.host_a.run("timeout", 2, "bash", "-c", f"echo {MARK.decode()} > {target}",
                                 check=False)

        seen.stop()
        self.assertEqual(wire.count(seen.path, f"!({HOUSEKEEPING})"), 0)
        drops = self.totals()["out_drops"]
        self.assertEqual(drops["discarded"], 1)
        self.assertGreaterEqual(drops["no_policy"], 1)


class Leaks(GatewayTest):
    def assert_nothing_crosses(self):
        """Whatever the system would forward, and frames as a bridge would take them."""
        inside = self.capture(self.site.host_a, "lan", "inside")
        outside = self.capture(self.site.gw_b, "wan", "outside")
        macs = self.mac(self.site.gw_a, "lan"), self.mac(self.site.gw_a, "wan")
        for target, gateway_mac in (("192.0.2.2", macs[0]), ("2001:db8::2", macs[0])):
            self.site.host_a.ip("neigh", "replace", target, "lladdr", gateway_mac.hex(":"),
                                "dev", "lan")
        answers = [*self.pings_by_wire(1), self.site.host_a.ping("10.2.0.2", 1, check=False),
                   self.site.host_a.ping("fd00:2::2", 1, check=False)]
        to_gateway = macs[1] + self.mac(self.site.gw_b, "wan")
        clear = ipv4("10.2.0.2", "10.1.0.2", udp()), ipv4("192.0.2.2", "192.0.2.10", udp())
        for frame in clear:
            wire.send(self.site.gw_b, "wan", wire.Frame(bytearray(to_gateway + frame), 0))
        self.send_from_outside(*clear)

        self.assert_marks_inside(inside, 0)
        outside.stop()
        self.assertEqual(answers, [0, 0, 0, 0])
        source = self.mac(self.site.host_a, "lan").hex(":")
        requests = f"icmp.type == 8 || icmpv6.type == 128 || eth.src == {source}"
        self.assertEqual(wire.count(outside.path, requests), 0)

    def test_without_a_daemon_the_system_would_forward(self):
        self.site.host_a.ip("neigh", "replace", "192.0.2.2", "lladdr",
                            self.mac(self.site.gw_a, "lan").hex(":"), "dev", "lan")
        self.site.gw_b.ip("route", "add", "192.0.2.10", "via", "192.0.2.1")

        self.assertEqual(self.site.host_a.ping("192.0.2.2", 1), 1)

    def test_after_a_crash_nothing_passes(self):
        self.a.start()
        self.assertEqual(self.pings_by_wire(1), [1, 1])

        self.a.kill()

        self.assert_nothing_crosses()

    def test_after_a_stop_nothing_passes(self):
        self.a.start()
        self.assertEqual(self.pings_by_wire(1), [1, 1])

        self.a.stop()

        self.assert_nothing_crosses()

    def test_the_next_start_goes_on(self):
        self.start()
        self.a.kill()
        self.a.start()
        self.assert_traffic_flows()

    def test_what_should_be_protected_does_not_come_in_in_clear(self):
        self.start()
        self.assert_traffic_flows()
        seen = self.capture(self.site.host_a, "lan", "lan")

        self.send_from_outside(
            ipv4("10.2.0.2", "10.1.0.2", udp()),
            ipv4("10.2.0.2", "10.1.0.2", udp(), fragment=0x2000),
            ipv4("10.2.0.2", "10.1.0.2", MARK, fragment=3),
            ipv4("10.2.0.2", "10.1.0.2", udp(), protocol=50),
            ipv4("192.0.2.2", "192.0.2.10", udp()),   # DISCARD
            ipv4("192.0.2.77", "192.0.2.10", udp()),  # no entry
            ipv4("192.0.2.2", "192.0.2.10", udp())[:20])
        passed = ipv4("192.0.2.2", "192.0.2.10", b"\0\0" + MARK, protocol=1)
        self.send_from_outside(passed)

        to_gateway = self.mac(self.site.gw_a, "wan") + self.mac(self.site.gw_b, "wan")
        for target in ("10.1.0.2", "192.0.2.10"):  # which its system would forward
            frame = to_gateway + ipv4("10.2.0.2", target, udp())
            wire.send(self.site.gw_b, "wan", wire.Frame(bytearray(frame), 0))

        self.assert_marks_inside(seen, 1)
        drops = self.totals()["clear_in_drops"]
        self.assertEqual((drops["unprotected"], drops["malformed"]), (4, 1))
        self.assertGreaterEqual(drops["discarded"], 2)  # and groups that gw-b joins
        self.assert_traffic_flows()

    def test_while_the_peer_is_away_nothing_leaves_in_clear(self):
        self.a.start()
        seen = self.capture(self.site.gw_b, "wan", "away")

        self.assert_unreachable()

        self.assert_only_esp(seen)

    def test_a_start_without_its_devices_is_refused(self):
        text = self.a.config.read_text()
        self.a.configure(text.replace("inside = lan", "inside = nothing"))

        code, said = self.a.start_refused()

        self.assertEqual(code, 1)
        self.assertIn("nothing", said)


class Keyed(unittest.TestCase):
    """With IKEv2, and strongSwan at the other end."""

    def setUp(self):
        self.session = self.enterContext(Session())
        self.site = BumpInTheWire(self.session)
        self.pair = Pair(self.site, self.session.folder, Ends(ours=Esplanade, theirs=Charon))
        self.ours = self.pair.ours
        self.ours.dataplane = {"gateway": {"inside": "lan", "outside": "wan"}}
        self.ours.child["start_action"] = "trap"

    def test_nothing_leaves_in_clear_before_there_are_sas_nor_after(self):
        clear = wire.Capture(self.site.gw_b, "wan", self.session.folder / "clear.pcap",
                             f"not ({INNOCENT})")
        self.ours.configure()
        self.ours.start()
        for address in self.site.host_b_addresses:
            self.assertEqual(self.site.host_a.ping(address, 2, check=False), 0)
        self.ours.kill()
        for address in self.site.host_b_addresses:
            self.assertEqual(self.site.host_a.ping(address, 2, check=False), 0)

        self.assertEqual(clear.stop(), 0)

    def test_the_first_packet_brings_the_tunnel_up(self):
        with self.pair.running():  # under a capture that must see nothing in clear
            answers = self.site.host_a.ping("10.2.0.2", 3, pace=PATIENT)
            self.assertEqual(answers, 3)
            self.pair.prove_tunnel()


class Frames(GatewayTest):
    settings = "arp = discard neighbour_discovery = discard"

    def test_kinds_that_are_not_configured_do_not_cross(self):
        self.a.start()
        inside = self.capture(self.site.host_a, "lan", "inside")
        outside = self.capture(self.site.gw_b, "wan", "outside")

        self.assertEqual(self.pings_by_wire(1), [0, 0])  # nobody learns an address
        tagged = struct.pack("!HH", ETHERTYPE_VLAN, 5) + ipv4("192.0.2.2", "192.0.2.10", udp())
        self.send_from_outside(tagged, struct.pack("!H", ETHERTYPE_EXPERIMENT) + MARK)

        self.assert_marks_inside(inside, 0)
        outside.stop()
        source = self.mac(self.site.host_a, "lan").hex(":")
        self.assertEqual(wire.count(outside.path, f"eth.src == {source}"), 0)
        self.assertGreaterEqual(self.totals()["frame_drops"]["other_frame"], 4)

    def test_datagrams_cross_all_the_same(self):
        self.a.start()
        for host, interface, addresses, other in (
                (self.site.host_a, "lan", self.site.wire_b, self.site.gw_b),
                (self.site.gw_b, "wan", ON_WIRE, self.site.host_a)):
            far = "wan" if other is self.site.gw_b else "lan"
            for address in addresses:
                host.ip("neigh", "replace", address, "lladdr", self.mac(other, far).hex(":"),
                        "dev", interface)

        self.assertEqual(self.pings_by_wire(), [3, 3])


class OtherFrames(GatewayTest):
    settings = "other_frames = bypass"

    def test_cross_if_configured_but_not_those_of_vlans(self):
        self.a.start()
        inside = self.capture(self.site.host_a, "lan", "inside")

        tagged = struct.pack("!HH", ETHERTYPE_VLAN, 5) + ipv4("192.0.2.2", "192.0.2.10", udp())
        self.send_from_outside(tagged, struct.pack("!H", ETHERTYPE_EXPERIMENT) + MARK)

        self.assert_marks_inside(inside, 1)


if __name__ == "__main__":
    unittest.main()
