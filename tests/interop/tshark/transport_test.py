#!/usr/bin/python3
"""Transport mode between two hosts, as tshark sees it: in each family, ESP in IP and in UDP, GCM
and CBC. On the wire is ESP only, and tshark reads the pings with the exported keys."""

import itertools
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "lab"))

from esplab import wire  # noqa: E402
from esplab.gateway import (  # noqa: E402
    Connection, Gateway, configuration, exchange_keys, hex_keys)
from esplab.session import Session  # noqa: E402
from esplab.topology import WIRE_A, WIRE_B, TwoHosts  # noqa: E402

PINGS = 3
CASES = tuple(itertools.product((4, 6), ("no", "udp"), ("aes256gcm16", "aes128-sha256")))
ECHO = {4: "icmp.type in {0, 8}", 6: "icmpv6.type in {128, 129}"}


class Transport(unittest.TestCase):
    def test_tshark_reads_it(self):
        session = self.enterContext(Session())
        site = TwoHosts(session)
        for number, case in enumerate(CASES):
            with self.subTest(case):
                self.check(site, session.folder / str(number), *case)

    def check(self, site, folder, family, encap, esp):
        a, b = Gateway(site.gw_a, folder / "a"), Gateway(site.gw_b, folder / "b")
        addresses = [end[0 if family == 4 else 1] for end in (WIRE_A, WIRE_B)]
        self.configure(a, b, addresses, encap, esp)
        capture = wire.Capture(site.gw_b, "wan", folder / "wire.pcap")
        a.start()
        b.start()

        answers = site.gw_a.ping(addresses[1], PINGS)
        a.stop()
        b.stop()
        capture.stop()

        self.assertEqual(answers, PINGS)
        clear = wire.count(capture.path, f"!esp && !({wire.HOUSEKEEPING})")
        self.assertEqual(clear, 0)
        self.assertEqual(wire.count(capture.path, "esp"), 2 * PINGS)
        self.assertEqual(wire.count(capture.path, "udp"), 2 * PINGS if encap == "udp" else 0)
        self.assertEqual(wire.count(capture.path, ECHO[family]), 0)
        self.assertEqual(wire.count(capture.path, ECHO[family], a.folder / "esp_sa"), 2 * PINGS)

    def configure(self, a, b, addresses, encap, esp):
        def keys(name):
            return exchange_keys(esp, name, a, b) if "gcm" in esp else hex_keys(esp)

        there = f"spi = 0x1001  esp = {esp}  {keys('there')}"
        back = f"spi = 0x2001  esp = {esp}  {keys('back')}"
        settings = {"mode": "transport", "encap": encap}
        ends = ((a, addresses, there, back), (b, addresses[::-1], back, there))
        for gateway, (ours, theirs), out, inward in ends:
            connection = Connection("peer", ours, theirs, out, inward, settings)
            gateway.configure(configuration(
                connection, dataplane={"esp_key_log": gateway.folder / "esp_sa"}))


if __name__ == "__main__":
    unittest.main(verbosity=2)
