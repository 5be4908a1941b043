#!/usr/bin/python3
"""Whatever ends the demonstration, nothing of it is left: no namespace, process or folder."""

import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

DEMO = Path(__file__).resolve().parents[3] / "tools/demo/run"


def namespaces_of(demo):
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if line.startswith(f"esp{demo.pid}-")]


def environment_of(process):
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:  # gone, or going
        return []


class Interrupted(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def play(self, until=None, number=None, **environment):
        """Runs the demonstration, to its end or to a signal when it has printed `until`. All that
        it starts can be told by TMPDIR."""
        variables = os.environ | {"TMPDIR": str(self.folder)} | environment
        demo = subprocess.Popen([DEMO], stdout=subprocess.PIPE, text=True, env=variables)
        printed = ""
        for line in demo.stdout:
            printed += line
            if until and until in line:
                self.assertTrue(namespaces_of(demo))
                demo.send_signal(number)
                until = None
        demo.stdout.close()
        code = demo.wait(60)
        self.assertIsNone(until, printed)
        self.assert_nothing_left(demo)
        return code, printed

    def assert_nothing_left(self, demo):
        self.assertEqual(namespaces_of(demo), [])
        self.assertEqual(list(self.folder.iterdir()), [])
        mark = f"TMPDIR={self.folder}".encode()
        processes = [p for p in Path("/proc").iterdir() if p.name.isdigit()]
        self.assertEqual([p for p in processes if mark in environment_of(p)], [])

    def test_by_ctrl_c_while_tcp_runs(self):
        code, _ = self.play("IPv6 pings", signal.SIGINT)
        self.assertEqual(code, 128 + signal.SIGINT)

    def test_by_a_signal_while_it_builds(self):
        code, _ = self.play("without a tunnel", signal.SIGTERM)
        self.assertEqual(code, 128 + signal.SIGTERM)

    def test_by_a_signal_between_the_scenes(self):
        code, _ = self.play("Scene 2", signal.SIGHUP)
        self.assertEqual(code, 128 + signal.SIGHUP)

    def test_by_a_step_that_fails(self):
        program = self.folder.parent / f"{self.folder.name}-esplanade"
        program.write_text("#!/bin/sh\necho not today; exit 1\n")
        program.chmod(0o755)
        self.addCleanup(program.unlink)

        code, printed = self.play(ESPLANADE=str(program))

        self.assertEqual(code, 1)
        self.assertIn("not today", printed)
        self.assertIn("The demonstration failed.", printed)


if __name__ == "__main__":
    unittest.main(verbosity=2)
