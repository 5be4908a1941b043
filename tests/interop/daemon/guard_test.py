#!/usr/bin/python3
"""Clear packets that policy protects and that never meet the daemon.

usage: guard_test.py [CLASS[.TEST]]
"""

import unittest

from sites import SiteTest

from esplab import wire
from esplab.topology import WIRE_A, WIRE_B


class Guard(SiteTest):
    def setUp(self):
        super().setUp()
        # The other side would answer in clear, and each finds the way to the other past the TUN.
        for gateway, networks, wire_of_other in ((self.site.gw_a, self.site.networks_b, WIRE_B),
                                                 (self.site.gw_b, self.site.networks_a, WIRE_A)):
            for network, via in zip(networks, wire_of_other):
                gateway.ip("route", "add", network, "via", via)

    def tables(self):
        return self.site.gw_a.run("nft", "list", "tables").stdout

    def totals(self):
        return self.a.status()["totals"]

    def assert_nothing_comes_in(self):
        """Clear packets from behind gw-b, where nobody protects anything, to behind gw-a."""
        seen = wire.Capture(self.site.host_a, "lan", self.session.folder / "lan.pcap")
        answers = [self.site.host_b.ping(a, 2, check=False) for a in self.site.host_a_addresses]
        seen.stop()
        self.assertEqual(answers, [0, 0])
        self.assertEqual(wire.count(seen.path, "icmp || icmpv6.type == 128"), 0)

    def assert_nothing_goes_out(self):
        seen = wire.Capture(self.site.gw_b, "wan", self.session.folder / "wan.pcap", "not esp")
        self.assert_unreachable()
        seen.stop()
        self.assertEqual(wire.count(seen.path, f"!({wire.HOUSEKEEPING})"), 0)

    def test_without_a_daemon_the_way_is_open(self):
        self.assert_traffic_flows()

    def test_clear_packets_that_claim_to_be_protected_do_not_come_in(self):
        self.a.start()

        self.assert_nothing_comes_in()

        self.assertGreaterEqual(self.totals()["guard_in_drops"], 4)

    def test_nothing_leaves_past_the_tun(self):
        self.a.start()
        seen = wire.Capture(self.site.gw_b, "wan", self.session.folder / "past.pcap", "not esp")

        for source, address in zip(("10.1.0.1", "fd00:1::1"), self.site.host_b_addresses):
            # Bound to the wire, and from an address that policy protects.
            self.site.gw_a.run("ping", "-c", 1, "-W", 1, "-I", "wan", "-I", source, address,
                               check=False)

        seen.stop()
        self.assertEqual(wire.count(seen.path, f"!({wire.HOUSEKEEPING})"), 0)
        self.assertGreaterEqual(self.totals()["guard_out_drops"], 2)

    def test_after_a_crash_nothing_passes_either_way(self):
        self.a.start()
        self.a.kill()

        self.assert_nothing_comes_in()
        self.assert_nothing_goes_out()

    def test_a_stop_takes_the_guard_away(self):
        self.a.start()
        self.assertIn("esplanade-4303", self.tables())

        self.a.stop()

        self.assertEqual(self.tables(), "")
        self.assert_traffic_flows()

    def test_a_stop_leaves_the_guard_if_told_to(self):
        self.a.configure(self.a.config.read_text() + "dataplane { keep_guard = yes }\n")
        self.a.start()

        self.a.stop()

        self.assert_nothing_comes_in()
        self.assert_nothing_goes_out()

    def test_a_reload_changes_what_is_guarded(self):
        self.a.start()
        self.rekey("second", networks_b=("10.9.0.0/24", "fd00:9::/64"))
        self.assertEqual(self.a.reload()["event"], "reloaded")

        self.assert_traffic_flows()  # in clear, for policy does not name it any more

    def test_protected_traffic_flows(self):
        self.start()
        self.assert_traffic_flows()
        totals = self.totals()
        self.assertEqual((totals["guard_in_drops"], totals["guard_out_drops"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
