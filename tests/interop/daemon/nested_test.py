#!/usr/bin/python3
"""An SA inside another by policy: ESP for two networks in AH between their gateways.

usage: nested_test.py [CLASS[.TEST]]
"""

import json
import os
import unittest

from sites import SiteTest

from esplab import wire
from esplab.gateway import Connection, configuration, hex_keys
from esplab.topology import PATIENT, FourHosts

CBC = "aes128-sha256"
PINGS = 3
# Of an echo request that fits ESP alone, and not AH around it: 12 octets of AH and 16 of ICV.
FITS_ESP = 1400


def of_esp(addresses):
    return ", ".join(f"{address}[esp]" for address in addresses if ":" not in address)


class Nested(SiteTest):
    def rekey(self, name, networks_b=FourHosts.networks_b):
        esp = [f"spi = 0x{spi:x}  esp = {CBC}  {hex_keys(CBC)}" for spi in (0x1001, 0x2001)]
        ah = [f"spi = 0x{spi:x}  ah = sha256  auth_key = 0x{os.urandom(32).hex()}"
              for spi in (0x1002, 0x2002)]
        wire_a, wire_b = self.site.wire_a, self.site.wire_b
        for gateway, ours, theirs, local, remote, order in (
                (self.a, wire_a, wire_b, FourHosts.networks_a, networks_b, 1),
                (self.b, wire_b, wire_a, networks_b, FourHosts.networks_a, -1)):
            inner = {"mode": "tunnel", "nested": "yes", "local_ts": ", ".join(local),
                     "remote_ts": ", ".join(remote)}
            outer = {"mode": "transport", "local_ts": of_esp(ours), "remote_ts": of_esp(theirs)}
            gateway.configure(configuration(
                Connection("site", ours[0], theirs[0], *esp[::order], inner),
                Connection("around", ours[0], theirs[0], *ah[::order], outer),
                dataplane={"esp_key_log": "esp_sa"}))

    def ping(self, address, **options):
        return self.site.host_a.ping(address, PINGS, pace=PATIENT, **options)

    def keys_for_wireshark(self):
        """The table without the rows of AH, which Wireshark does not know."""
        rows = (self.a.folder / "esp_sa").read_text().splitlines(keepends=True)
        table = self.session.folder / "wireshark" / "esp_sa"
        table.parent.mkdir()
        table.write_text("".join(row for row in rows if not row.startswith('"AH')))
        return table

    def test_both_sas_carry_what_the_policy_says_and_others_read_it(self):
        self.start()
        capture = wire.Capture(self.site.gw_b, "wan", self.session.folder / "wan.pcap")

        for address in self.site.host_b_addresses:
            self.assertEqual(self.ping(address), PINGS)
        capture.stop()

        keys = self.keys_for_wireshark()
        for family, icmp in (("4", "icmp.type == 8"), ("6", "icmpv6.type == 128")):
            self.assertEqual(wire.count(capture.path, f"ah && esp && {icmp}", keys), PINGS, family)
        self.assertEqual(wire.count(capture.path, f"!ah && !({wire.HOUSEKEEPING})"), 0)
        totals = self.a.status()["totals"]
        self.assertEqual((totals["in_drops"], totals["out"]), ({}, 2 * PINGS), json.dumps(totals))

    def test_the_inner_sa_learns_how_much_fits_into_the_outer_one(self):
        self.start()
        # Each gateway in its turn drops a packet, learns from it, and tells the source of the next.
        answers = [self.ping("10.2.0.2", size=FITS_ESP, check=False) for _ in range(6)]

        for gateway in (self.a, self.b):
            self.assertIsNotNone(gateway.wait_for_logged(lambda e: e["event"] == "path_mtu"))
        self.assertEqual(answers[-1], PINGS, answers)

    def test_esp_that_comes_without_its_ah_is_refused(self):
        """gw-b nests no longer, so its answers are ESP alone."""
        self.start()
        self.assertEqual(self.ping("10.2.0.2"), PINGS)
        self.b.configure(self.b.config.read_text().replace("nested = yes", "nested = no"))
        self.assertEqual(self.b.reload()["event"], "reloaded")
        capture = wire.Capture(self.site.gw_a, "wan", self.session.folder / "bare.pcap")

        answers = self.ping("10.2.0.2", check=False)
        capture.stop()

        self.assertEqual(answers, 0)
        self.assertIsNotNone(self.a.wait_for_drop("unprotected"))
        self.assertGreater(wire.count(capture.path, "esp && !ah"), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
