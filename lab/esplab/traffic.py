"""Traffic between hosts: numbered packets that run while something else happens, so that a single
lost one shows, and streams that must arrive whole."""

import re
import sys
from pathlib import Path

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


LISTEN = """
import hashlib, socket, sys
server = socket.create_server(("::", 7), family=socket.AF_INET6, dualstack_ipv6=True)
print("listening", flush=True)
connection, _ = server.accept()
digest = hashlib.sha256()
while octets := connection.recv(65536): digest.update(octets)
connection.sendall(digest.hexdigest().encode())
"""
SEND = """
import hashlib, random, socket, sys
octets = random.Random(1).randbytes(int(sys.argv[2]))
connection = socket.create_connection((sys.argv[1], 7), timeout=float(sys.argv[3]))
connection.sendall(octets)
connection.shutdown(socket.SHUT_WR)
answer = b""
while more := connection.recv(100): answer += more
sys.exit(answer.decode() != hashlib.sha256(octets).hexdigest())
"""


def stream(sender, receiver, address, log, octets=1_000_000, seconds=30):
    """Sends `octets` by TCP; true if all of them arrived, as they were, in time."""
    Path(log).unlink(missing_ok=True)  # an earlier one's has said that it listens
    server = receiver.start(sys.executable, "-c", LISTEN, log=log)
    server.wait_for_text("listening")
    done = sender.run(sys.executable, "-c", SEND, address, octets, seconds, check=False,
                      timeout=seconds + 10)
    server.stop()
    if done.returncode != 0 and done.stderr:
        print(done.stderr.splitlines()[-1], file=sys.stderr)
    return done.returncode == 0
