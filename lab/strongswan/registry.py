"""What a scenario is, and what it is given.

    @scenario(is_main=True)
    def psk(lab):
        '''A pre-shared key; each side begins once.'''
        pair = lab.pair()
        ...

It passes unless it raises Failure.
"""

import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from esplab.pair import Ends, Pair
from esplab.pki import Authority
from esplab.session import Failure
from esplab.topology import FourHosts

SCENARIOS = {}


@dataclass
class Scenario:
    name: str
    play: object
    is_main: bool  # part of ./dev test
    is_about_us: bool  # asks what only our daemon has


def scenario(is_main=False, is_about_us=False):
    def register(function):
        name = function.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, function, is_main, is_about_us)
        return function

    return register


class Lab:
    """What lasts longer than a scenario: sites, which are kept while nothing fails in them, and
    authorities."""

    def __init__(self, session, ours, theirs):
        self.session, self.ours, self.theirs = session, ours, theirs
        self.sites, self.made, self.authorities = {}, 0, {}
        self.folder, self.pairs = None, []

    def begin(self, name):
        self.folder, self.pairs = self.session.folder / name, []
        self.folder.mkdir()

    def end(self, has_failed):
        """Whatever still runs is stopped; a site in which something failed is not trusted again."""
        for pair in self.pairs:
            for daemon in pair.both:
                if daemon.daemon:
                    with suppress(Failure):  # of a guest that is gone itself
                        daemon.kill()
        if has_failed:
            self.forget_sites()

    def forget_sites(self):
        for stack in self.sites.values():
            stack[1].close()
        self.sites.clear()

    def site(self, kind=FourHosts):
        if kind not in self.sites:
            stack = self.session.enter_context(Part(self.session))
            name = f"esp{self.made}{kind.__name__[0].lower()}-{os.getpid()}"
            self.made += 1  # of one that failed half-way the name is taken
            self.sites[kind] = (kind(stack, name), stack)
        return self.sites[kind][0]

    def pair(self, site=None, ours_at="a", family=4):
        folder = self.folder / str(len(self.pairs)) if self.pairs else self.folder
        pair = Pair(site or self.site(), folder, Ends(self.ours, self.theirs, ours_at), family)
        self.pairs.append(pair)
        return pair

    def authority(self, key_type, name="ca", issuer=None):
        """Made once: RSA keys take long."""
        key = (key_type, name)
        if key not in self.authorities:
            self.authorities[key] = Authority(self.session.folder / "pki", key_type, name, issuer)
        return self.authorities[key]


class Part(ExitStack):
    """Of a Session, to be taken down before it."""

    def __init__(self, session):
        super().__init__()
        self.hold_signals, self.folder = session.hold_signals, session.folder
