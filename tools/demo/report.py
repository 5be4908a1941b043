"""What the demonstration prints: one line a proven step, a summary at the end, colour on a
terminal only."""

import sys
import time

from esplab.session import Failure

HEADINGS = "    direction    SPI         algorithms                      packets   dropped"


class Report:
    def __init__(self):
        self.is_terminal, self.steps, self.began = sys.stdout.isatty(), 0, time.monotonic()

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.is_terminal else text

    def say(self, text=""):
        print(text, flush=True)

    def title(self, text):
        self.say("\n" + self.paint("1", text))

    def prove(self, what, seen, expected):
        """A step: `seen` must be `expected`, or be accepted by it."""
        is_right = expected(seen) if callable(expected) else seen == expected
        if not is_right:
            self.say(f"  {self.paint('31', '✗')} {what}")
            wanted = expected.__doc__ if callable(expected) else expected
            raise Failure(f"expected: {wanted}\nseen:     {seen}")
        self.steps += 1
        self.say(f"  {self.paint('32', '✓')} {what}")

    def fail(self, error, gateways):
        self.say(self.paint("31", f"\n{error}"))
        for gateway in gateways:
            if gateway.text():
                self.say(f"\nend of the log of {gateway.namespace.name}:\n{gateway.tail()}")
        self.say(self.paint("31", "\nThe demonstration failed."))

    def topology(self):
        self.say("""
  ┌──────────────┐   ┌─────────────┐         ┌─────────────┐   ┌──────────────┐
  │ host-a       │   │ gw-a        │  ESP    │ gw-b        │   │ host-b       │
  │ 10.1.0.2     ├───┤ 192.0.2.1   ╞═════════╡ 192.0.2.2   ├───┤ 10.2.0.2     │
  │ fd00:1::2    │   │ 2001:db8::1 │         │ 2001:db8::2 │   │ fd00:2::2    │
  └──────────────┘   └─────────────┘         └─────────────┘   └──────────────┘""")

    def summary(self, results):
        self.title("Summary")
        self.topology()
        for result in results:
            self.title(f"  Scene {result.scene.number}: {result.scene.title}")
            self.say(self.paint("2", HEADINGS))
            self.direction(result, "a", "b")
            self.direction(result, "b", "a")
            rates = ", ".join(f"{family} {rate / 1e6:.0f} Mbit/s"
                              for family, rate in result.rates.items())
            self.say(f"    TCP through the tunnel: {rates}")
            self.say(f"    while keys were renewed: 0 of {result.datagrams} datagrams lost")
        seconds = time.monotonic() - self.began
        self.say(f"\n{self.paint('32;1', f'{self.steps} steps proven')} in {seconds:.0f} s")

    def direction(self, result, sender, receiver):
        """The SA that was the last, and all packets."""
        sent, received = result.status[sender], result.status[receiver]
        sa = sent["child_sas"][-1]
        drops = ", ".join(f"{n} {name}" for name, n in received["totals"]["in_drops"].items())
        self.say(f"    gw-{sender} → gw-{receiver}  {sa['spi_out']}  {sa['esp']:28}"
                 f"{sent['totals']['out']:11}   {drops or 'none'}")
