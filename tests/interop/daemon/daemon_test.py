#!/usr/bin/python3
"""What a daemon does around its tunnel: start, reload, crash, stop, what it logs and may do.

usage: daemon_test.py [CLASS[.TEST]]
"""

import os
import stat
import unittest
from pathlib import Path

from sites import SiteTest

from esplab import wire
from esplab.topology import FourHosts

CAP_NET_ADMIN, CAP_NET_RAW = 12, 13
FAILED, BAD_USAGE = 1, 2


class Keys(SiteTest):
    def test_a_used_key_is_refused_where_nobody_knows_its_numbers(self):
        self.a.start()
        self.a.stop()
        (self.a.folder / "sequence_numbers").unlink()

        code, text = self.a.start_refused()

        self.assertEqual(code, BAD_USAGE)
        self.assertIn("has been used by an earlier start", text)
        self.assertIn("esplanade keygen", text)

    def test_a_start_marks_the_key_file_as_used(self):
        self.a.start()

        keys = {path.name for path in (self.a.folder / "keys").iterdir()}
        self.assertEqual(keys, {"first-a.key.used", "first-b.key.used"})


class Numbers(SiteTest):
    """Sequence numbers of SAs made by hand are never used twice."""

    def setUp(self):
        super().setUp()
        self.start()
        self.assert_traffic_flows()

    def sequence(self):
        return self.a.status()["out"]["sequence"]

    def test_a_restart_goes_on_behind_what_was_sent(self):
        before = self.sequence()
        self.a.stop()
        self.a.start()

        self.assert_traffic_flows()

        self.assertEqual(self.sequence(), before + 6)

    def test_a_crash_leaves_out_what_was_reserved(self):
        before = self.sequence()
        self.a.kill()
        self.a.start()

        self.assert_traffic_flows()

        self.assertGreater(self.sequence(), before + 1000)

    def test_a_file_that_cannot_be_read_as_one_is_no_start(self):
        self.a.stop()
        (self.a.folder / "sequence_numbers").write_text("something else\n")

        code, text = self.a.start_refused()

        self.assertEqual(code, FAILED)
        self.assertIn("holds no sequence numbers", text)


class Reload(SiteTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.assert_traffic_flows()

    def test_the_same_keys_go_on_counting(self):
        before = self.a.status()

        for gateway in (self.a, self.b):
            self.assertEqual(gateway.reload()["event"], "reloaded")
        self.assert_traffic_flows()

        after = self.a.status()
        self.assertGreater(before["out"]["sequence"], 0)
        self.assertEqual(after["out"]["sequence"], before["out"]["sequence"] + 6)
        self.assertEqual(after["in"]["packets"], before["in"]["packets"] + 6)
        self.assertEqual([g.status()["in"]["drops"] for g in (self.a, self.b)], [{}, {}])

    def test_new_keys_take_over(self):
        self.rekey("second")

        for gateway in (self.a, self.b):
            self.assertEqual(gateway.reload()["event"], "reloaded")
        self.assert_traffic_flows()

        self.assertEqual(self.a.status()["out"]["sequence"], 6)

    def test_a_running_key_is_refused_under_another_name_and_spi(self):
        keys = self.a.folder / "keys"
        copy = keys / "copy.key"
        copy.write_bytes((keys / "first-a.key.used").read_bytes())
        copy.chmod(0o600)
        good = self.a.config.read_text()
        self.a.config.write_text(good.replace("0x1001", "0x1009").replace("first-a.key", "copy.key"))

        answer = self.a.reload()

        self.assertEqual(answer["event"], "reload_refused")
        self.assertIn("another SA is using", answer["why"])
        self.assertTrue(copy.exists())
        self.assert_traffic_flows()

    def test_a_broken_configuration_changes_nothing(self):
        before, networking = self.a.status()["out"]["sequence"], self.site.gw_a.networking()
        good = self.a.config.read_text()
        self.a.config.write_text(good.replace("mode = tunnel", "mode = tunel"))

        answer = self.a.reload()

        self.assertEqual(answer["event"], "reload_refused")
        self.assertIn("tunel", answer["why"])
        self.assertEqual(self.site.gw_a.networking(), networking)
        self.assert_traffic_flows()
        self.assertEqual(self.a.status()["out"]["sequence"], before + 6)


class Clear(SiteTest):
    """`mode = pass` and `mode = drop` before the tunnel's own section."""

    def configure(self, mode):
        text = self.a.config.read_text()
        entry = f"manual {{\n  icmp {{\n    mode = {mode}\n    remote_ts = "
        selectors = ", ".join(f"{network}[{protocol}]" for network, protocol in
                              zip(self.site.networks_b, ("icmp", "icmpv6"), strict=True))
        self.a.configure(text.replace("manual {", entry + selectors + "\n  }", 1))
        self.start()

    def test_what_is_passed_leaves_in_clear_and_nothing_else_does(self):
        self.configure("pass")
        for route in self.site.networks_b:
            via = "2001:db8::2" if ":" in route else "192.0.2.2"
            self.site.gw_a.ip("route", "add", route, "via", via)
        seen = wire.Capture(self.site.gw_b, "wan", self.session.folder / "passed.pcap")

        self.assert_traffic_flows()
        seen.stop()

        requests = "(icmp.type == 8 || icmpv6.type == 128) && !esp"
        self.assertEqual(wire.count(seen.path, requests), 6)
        self.assertEqual(self.a.status()["out"]["packets"], 0)
        self.assertEqual(self.a.status()["in"]["packets"], 6)

    def test_what_is_dropped_does_not_leave_and_is_counted(self):
        self.configure("drop")
        seen = wire.Capture(self.site.gw_b, "wan", self.session.folder / "dropped.pcap")

        self.assert_unreachable()
        seen.stop()

        self.assertEqual(wire.count(seen.path, f"!({wire.HOUSEKEEPING})"), 0)
        drops = self.a.wait_for_logged(lambda e: e.get("verdict") == "discarded")
        self.assertEqual(drops["direction"], "out")


class Crash(SiteTest):
    def test_nothing_leaves_in_clear_and_the_next_start_adopts_what_is_left(self):
        before = self.site.gw_a.networking()
        self.start()
        self.assert_traffic_flows()
        clear = wire.Capture(self.site.gw_b, "wan", self.session.folder / "clear.pcap", "not esp")
        # With a route to the other side the wire would be open, were it not for what is left.
        for route in self.site.networks_b:
            via = "2001:db8::2" if ":" in route else "192.0.2.2"
            self.site.gw_a.ip("route", "add", route, "via", via)

        self.a.kill()
        self.assert_unreachable()
        clear.stop()

        self.assertEqual(wire.count(clear.path, f"!({wire.HOUSEKEEPING})"), 0)
        self.b.stop()
        self.rekey("second")
        self.start()
        self.assert_traffic_flows()
        self.a.stop()
        for route in self.site.networks_b:
            self.site.gw_a.ip("route", "del", route)
        self.assertEqual(self.site.gw_a.networking(), before)


class LostTun(SiteTest):
    def test_ends_the_daemon_and_says_why(self):
        self.a.start()

        self.site.gw_a.ip("link", "del", "esp0")

        self.assertEqual(self.a.daemon.process.wait(20), FAILED)
        failed = self.a.wait_for_logged(lambda e: e["event"] == "failed")
        self.assertIn("TUN device was deleted", failed["why"])


class Stop(SiteTest):
    def test_leaves_no_rule_no_route_and_no_interface(self):
        before = self.site.gw_a.networking()
        self.start()
        self.assertNotEqual(self.site.gw_a.networking(), before)

        self.a.stop()

        self.assertEqual(self.site.gw_a.networking(), before)
        self.assert_unreachable()


class KeyLog(SiteTest):
    def setUp(self):
        super().setUp()
        self.path = self.a.folder / "esp_sa"

    def configure_key_log(self):
        text = self.a.config.read_text()
        self.a.configure(f"{text}dataplane {{ esp_key_log = {self.path} }}\n")

    def test_is_absent_unless_asked_for(self):
        self.a.start()

        found = {path.name for path in self.a.folder.iterdir()}
        self.assertEqual(found, {"esplanade.conf", "esplanade.log", "keys", "sequence_numbers"})

    def test_is_for_its_owner_only(self):
        self.configure_key_log()
        os.umask(0)
        self.a.start()

        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)
        self.assertEqual(len(self.path.read_text().splitlines()), 2)

    def test_a_file_that_is_there_is_refused(self):
        self.path.write_text("theirs")
        self.assert_refused()
        self.assertEqual(self.path.read_text(), "theirs")

    def test_a_symbolic_link_is_refused(self):
        elsewhere = self.session.folder / "elsewhere"
        self.path.symlink_to(elsewhere)
        self.assert_refused()
        self.assertFalse(elsewhere.exists())

    def assert_refused(self):
        """A start that fails has used no key."""
        self.configure_key_log()
        before = self.site.gw_a.networking()

        code, text = self.a.start_refused()

        self.assertEqual(code, 1)
        self.assertIn("esp_sa", text)
        self.assertEqual(self.site.gw_a.networking(), before)
        self.assertTrue((self.a.folder / "keys/first-a.key").exists())


class Privileges(SiteTest):
    def test_two_capabilities_are_left_in_every_thread(self):
        self.a.start()

        wanted = 1 << CAP_NET_ADMIN | 1 << CAP_NET_RAW
        threads = os.listdir(f"/proc/{self.a.daemon.pid}/task")
        self.assertGreater(len(threads), 1)
        for thread in threads:
            lines = Path(f"/proc/{self.a.daemon.pid}/task/{thread}/status").read_text().splitlines()
            status = {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}
            self.assertEqual(int(status["CapEff"], 16), wanted)
            self.assertEqual(int(status["CapPrm"], 16), wanted)
            self.assertEqual(int(status["CapBnd"], 16) & ~wanted, 0)
            self.assertEqual(status["NoNewPrivs"], "1")


class Policy(SiteTest):
    def test_a_packet_no_policy_wants_is_dropped_and_counted(self):
        self.start()
        # Into the TUN by the operator's hand; the selectors of the tunnel do not name it.
        self.site.gw_a.ip("route", "add", "10.9.0.0/24", "dev", "esp0")
        wire_capture = wire.Capture(self.site.gw_b, "wan", self.session.folder / "wan.pcap")
        before = self.drops()

        self.assertEqual(self.site.host_a.ping("10.9.0.1", 2, check=False), 0)
        event = self.a.wait_for_logged(lambda e: e.get("dst") == "10.9.0.1")
        wire_capture.stop()

        self.assertEqual((event["event"], event["verdict"], event["direction"], event["src"]),
                         ("drop", "no_policy", "out", FourHosts.host_a_addresses[0]))
        self.assertGreaterEqual(self.drops(), before + 2)
        self.assertEqual(wire.count(wire_capture.path, f"!({wire.HOUSEKEEPING})"), 0)

    def drops(self):
        return self.a.status()["totals"]["out_drops"].get("no_policy", 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
