#!/usr/bin/python3
"""Packets that are larger than the path between two gateways takes.

usage: path_test.py [CLASS[.TEST]]
"""

import json
import re
import unittest

from sites import SiteTest

from esplab.topology import NarrowPath
from esplab.traffic import stream

NARROW = 1400
# Less 20 octets of IPv4, 8 of ESP, 8 of IV and 16 of ICV, the rest of it whole words, less a trailer
# of 2.
FITS_WIDE, FITS_NARROW = 1446, 1346


class Paths(SiteTest):
    topology = NarrowPath

    def setUp(self):
        super().setUp()
        self.start()

    def ping(self, address, size, df):
        """What came of one echo request whose packet has `size` octets."""
        headers = 48 if ":" in address else 28
        done = self.site.host_a.run("ping", "-n", "-c", 1, "-W", 2, "-M", "do" if df else "dont",
                                    "-s", size - headers, address, check=False)
        return done.stdout + done.stderr

    def assert_arrives(self, address, size, df):
        self.assertIn("1 received", self.ping(address, size, df))

    def stream(self, address):
        return stream(self.site.host_a, self.site.host_b, address, self.session.folder / "stream")

    def test_the_tun_takes_what_fits_to_the_octet(self):
        link = json.loads(self.site.gw_a.ip("-j", "link", "show", "type", "tun").stdout)
        self.assertEqual([one["mtu"] for one in link if one], [FITS_WIDE])
        self.assert_arrives("10.2.0.2", FITS_WIDE, df=True)

    def test_what_a_router_says_reaches_the_source(self):
        self.site.set_mtu(NARROW)

        self.ping("10.2.0.2", FITS_WIDE, df=True)  # lost, and the gateway learns
        learnt = self.a.wait_for_logged(lambda e: e["event"] == "path_mtu")
        told = self.ping("10.2.0.2", FITS_WIDE, df=True)

        self.assertEqual(int(learnt["mtu"]), NARROW)
        self.assertEqual(re.findall(r"mtu ?= ?(\d+)", told), [str(FITS_NARROW)], told)
        self.assert_arrives("10.2.0.2", FITS_NARROW, df=True)

    def test_a_stream_goes_through_a_narrow_path(self):
        self.site.set_mtu(NARROW)
        for address in self.site.host_b_addresses:
            self.assertTrue(self.stream(address), address)

    def test_a_stream_goes_through_a_path_that_swallows_what_is_too_big(self):
        self.site.set_mtu(NARROW)
        self.site.swallow_errors()

        self.assertTrue(self.stream("10.2.0.2"))

        learnt = self.a.wait_for_logged(lambda e: e["event"] == "path_mtu")
        self.assertLess(int(learnt["mtu"]), NARROW)

    def test_large_packets_arrive_whole_once_those_who_cut_them_know(self):
        for mtu in (1500, NARROW):
            self.site.set_mtu(mtu)
            for address in self.site.host_b_addresses:
                answers = [self.ping(address, 4000, df=False) for _ in range(4)]
                self.assertIn("1 received", answers[-1], (mtu, address))


if __name__ == "__main__":
    unittest.main()
