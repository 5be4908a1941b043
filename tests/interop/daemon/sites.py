"""Two gateways with a tunnel between them, for tests of what a daemon does around it."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "lab"))

from esplab.gateway import Connection, Gateway, configuration, exchange_keys  # noqa: E402
from esplab.session import Session  # noqa: E402
from esplab.topology import FourHosts  # noqa: E402


class SiteTest(unittest.TestCase):
    """`a` and `b`: gateways with fresh keys, not started."""

    topology = FourHosts

    def setUp(self):
        self.session = self.enterContext(Session())
        self.site = self.topology(self.session)
        self.a = Gateway(self.site.gw_a, self.session.folder / "gw-a")
        self.b = Gateway(self.site.gw_b, self.session.folder / "gw-b")
        self.rekey("first")

    def rekey(self, name, networks_b=FourHosts.networks_b):
        """New key files and configurations that name them; `name` must be new too."""
        esp = "aes128gcm16"
        out = f"spi = 0x1001  esp = {esp}  {exchange_keys(esp, f'{name}-a', self.a, self.b)}"
        back = f"spi = 0x2001  esp = {esp}  {exchange_keys(esp, f'{name}-b', self.a, self.b)}"
        wire_a, wire_b = self.site.wire_a[0], self.site.wire_b[0]
        ends = ((self.a, wire_a, wire_b, out, back, FourHosts.networks_a, networks_b),
                (self.b, wire_b, wire_a, back, out, networks_b, FourHosts.networks_a))
        for gateway, ours, theirs, sending, receiving, local, remote in ends:
            settings = {"mode": "tunnel", "local_ts": ", ".join(local),
                        "remote_ts": ", ".join(remote)}
            connection = Connection("site", ours, theirs, sending, receiving, settings)
            gateway.configure(configuration(connection))

    def start(self):
        self.a.start()
        self.b.start()

    def assert_traffic_flows(self):
        answers = [self.site.host_a.ping(a, 3) for a in self.site.host_b_addresses]
        self.assertEqual(answers, [3, 3])

    def assert_unreachable(self):
        answers = [self.site.host_a.ping(a, 1, check=False) for a in self.site.host_b_addresses]
        self.assertEqual(answers, [0, 0])
