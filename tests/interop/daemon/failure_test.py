#!/usr/bin/python3
"""`esplanade status` of a running daemon says why a connection is not up.

usage: failure_test.py
"""

import subprocess
import unittest

from sites import SiteTest

from esplab.gateway import Gateway, binary
from esplab.keyed import Esplanade
from esplab.session import wait_until
from esplab.topology import WIRE_A, WIRE_B

CONFIG = """connections {{
  site {{
    local_addrs = {ours}
    remote_addrs = {theirs}
    keyingtries = 0
    local {{
      auth = psk
      id = {our_id}
    }}
    remote {{
      auth = psk
      id = {their_id}
    }}
    children {{
      net {{
        local_ts = {local}
        remote_ts = {remote}
        start_action = {action}
      }}
    }}
  }}
}}
secrets {{
  ike-site {{
    secret = "{secret}"
  }}
}}
ike {{
  retransmit_timeout = 1s
  retransmit_tries = 1
}}
"""


class Failures(SiteTest):
    def keyed(self, namespace, name):
        return Esplanade(namespace, self.session.folder / name)

    def setUp(self):
        super().setUp()
        self.a = self.keyed(self.site.gw_a, "keyed-a")
        self.b = self.keyed(self.site.gw_b, "keyed-b")
        networks = (self.site.networks_a[0], self.site.networks_b[0])
        Gateway.configure(self.a, CONFIG.format(
            ours=WIRE_A[0], theirs=WIRE_B[0], our_id="a.example", their_id="b.example",
            local=networks[0], remote=networks[1], action="start", secret="one"))
        Gateway.configure(self.b, CONFIG.format(
            ours=WIRE_B[0], theirs=WIRE_A[0], our_id="b.example", their_id="a.example",
            local=networks[1], remote=networks[0], action="none", secret="another"))

    def failures(self, gateway, event):
        def find():
            return [one for one in gateway.ask("status")["failures"] if one["event"] == event]

        return wait_until(find, 20)

    def test_nobody_answers_and_then_the_secret_is_another(self):
        self.a.start()

        (silent,) = self.failures(self.a, "negotiation_failed")
        self.assertEqual(silent["connection"], "site")
        self.assertIn("no answer to IKE_SA_INIT", silent["why"])
        self.assertEqual(silent["line"], f"{self.a.config}:4")
        self.assertIn("next_try", silent)

        self.b.start()

        (refused,) = self.failures(self.b, "authentication_failed")
        self.assertEqual(refused["why"], "the pre-shared keys of b.example and a.example differ")
        self.assertIn("secrets.ike-site", refused["hint"])
        said = subprocess.run([binary(), "status", "--control", self.b.socket], check=True,
                              capture_output=True, text=True).stdout
        self.assertIn("failed connection=site event=authentication_failed", said)

    def test_what_is_up_has_not_failed(self):
        self.a.start()
        self.failures(self.a, "negotiation_failed")
        self.b.config.write_text(self.b.config.read_text().replace("another", "one"))

        self.b.start()

        is_up = wait_until(lambda: self.a.ask("status")["child_sas"], 20)
        self.assertTrue(is_up, "the child is up once both know the same secret")
        self.assertEqual(self.a.ask("status")["failures"], [])


if __name__ == "__main__":
    unittest.main()
