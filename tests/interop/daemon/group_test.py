#!/usr/bin/python3
"""What is sent to a multicast group, and what senders of discarded packets are told.

usage: group_test.py [CLASS[.TEST]]
"""

import unittest

from sites import SiteTest

from esplab.gateway import Connection, configuration, exchange_keys
from esplab.session import wait_until

GROUP, INNER_GROUP = "239.1.1.1", "239.2.1.1"
# With a source of its own it would leave by the interface of that, were the TUN not named.
SEND = f"""
import socket, struct
tun = struct.pack("4s4si", bytes(4), bytes(4), socket.if_nametoindex("esp0"))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, tun)
s.bind(("10.1.0.1", 5000))
for _ in range(5):
    s.sendto(b"to all", ("{INNER_GROUP}", 5000))
"""
ESP = "aes128gcm16"


class Groups(SiteTest):
    """An SA to one host and one to a group of hosts have one SPI."""

    def group(self, ours, sending, receiving):
        settings = {"mode": "tunnel", "local_ts": "10.0.0.0/8", "remote_ts": "239.2.0.0/16"}
        return Connection("group", ours, GROUP, sending, receiving, settings)

    def setUp(self):
        super().setUp()
        wire_a, wire_b = self.site.wire_a[0], self.site.wire_b[0]
        names = ("to-b", "to-a", "to-group", "from-b")
        to_b, to_a, to_group, from_b = (exchange_keys(ESP, n, self.a, self.b) for n in names)
        spi = f"esp = {ESP}  spi ="
        site = {"mode": "tunnel", "local_ts": "10.1.0.0/16", "remote_ts": "10.2.0.0/16"}
        back = {"mode": "tunnel", "local_ts": "10.2.0.0/16", "remote_ts": "10.1.0.0/16"}
        self.a.configure(configuration(
            Connection("site", wire_a, wire_b, f"{spi} 0x1001 {to_b}", f"{spi} 0x2001 {to_a}", site),
            self.group(wire_a, f"{spi} 0x1001 {to_group}", f"{spi} 0x2001 {from_b}")))
        self.b.configure(configuration(
            Connection("site", wire_b, wire_a, f"{spi} 0x2001 {to_a}", f"{spi} 0x1001 {to_b}", back),
            self.group(wire_b, f"{spi} 0x2001 {from_b}",
                       f"{spi} 0x1001 {to_group} source = {wire_a}")))
        for gateway in (self.site.gw_a, self.site.gw_b):
            gateway.ip("route", "add", "239.1.0.0/16", "dev", "wan")
        self.start()

    def received(self):
        """Packets that each inbound SA of gw-b has taken."""
        self.b.status()
        sas = [e for e in self.b.events() if e["event"] == "sa" and e["direction"] == "in"]
        return {sa["name"]: sa["packets"] for sa in sas}

    def test_what_goes_to_a_group_is_told_from_what_goes_to_one_host(self):
        self.assertEqual(self.site.host_a.ping("10.2.0.2", 3), 3)
        self.site.gw_a.run("python3", "-c", SEND)

        wait_until(lambda: self.received().get("group") == 5)

        self.assertEqual(self.received(), {"site": 3, "group": 5})


class Discards(SiteTest):
    def configured(self, dataplane):
        text = self.a.config.read_text()
        closed = "manual {\n  closed {\n    mode = drop\n    remote_ts = 10.2.0.9\n  }"
        self.a.configure(text.replace("manual {", closed, 1) + dataplane)
        self.start()
        done = self.site.host_a.run("ping", "-n", "-c", 1, "-W", 1, "10.2.0.9", check=False)
        return done.stdout

    def test_the_sender_is_told_what_policy_forbids_if_it_is_to_be(self):
        self.assertIn("Packet filtered", self.configured("dataplane { icmp_discards = yes }\n"))

    def test_the_sender_is_told_nothing_unless_it_is_to_be(self):
        self.assertNotIn("Packet filtered", self.configured(""))


if __name__ == "__main__":
    unittest.main()
