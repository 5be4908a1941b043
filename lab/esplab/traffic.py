"""Numbered packets that run while something else happens, so that a single lost one shows."""

import re

from .session import Failure, wait_until


class Pings:
    """`count` echo requests from `namespace`, one every `interval` seconds."""

    def __init__(self, namespace, address, log, count=1500, interval=0.002):
        self.count = count
        self.ping = namespace.start("ping", "-n", "-q", "-c", count, "-i", interval, "-W", "2",
                                    address, log=log)

    def is_running(self):
        return self.ping.is_running()

    def lost(self):
        """How many were not answered, when all have been sent."""
        wait_until(lambda: not self.is_running(), 60)
        found = re.search(r"(\d+) packets transmitted, (\d+) received", self.ping.text())
        if not found:
            raise Failure(f"ping said:\n{self.ping.text()}")
        return int(found[1]) - int(found[2])
