"""Bad wires, ports, addresses; and which packets a child protects."""

import itertools
from contextlib import contextmanager

from esplab import swanctl, wire
from esplab.fault import Faults
from esplab.session import Failure, wait_until
from esplab.swanctl import CHILD, NAME
from esplab.topology import BadWire

from .registry import scenario

BAD = {"loss": 30, "late": 30, "repeat": 20}
# Of a hundred thousand exchanges that lose 30 percent each way, one fails.
PATIENCE = {"retransmit_timeout": "1s", "retransmit_base": "1.1", "retransmit_tries": 16}
THEIR_PATIENCE = {"retransmit_timeout": 0.5, "retransmit_base": 1.1, "retransmit_tries": 16}


class BadTimes:
    """Handshakes and rekeys meet the faults, pings do not."""

    def __init__(self, pair):
        self.pair, self.site = pair, pair.site
        self.seeds, self.lost = itertools.count(1), 0
        pair.ours.options |= PATIENCE
        pair.theirs.options |= THEIR_PATIENCE

    def meet(self, ask, spis, before):
        """`ask` for what makes other `spis` than before."""
        self.site.set_faults(Faults(**BAD, seed=next(self.seeds)))
        ask()
        wait_for_renewal(spis, before)
        self.lost += self.site.stop_bridge()["lost"]
        self.site.set_faults(Faults())
        self.pair.prove_tunnel()

    def begin(self, daemon):
        self.meet(lambda: daemon.initiate(CHILD, 60), self.pair.spis, None)

    def renew(self, daemon):
        self.meet(lambda: daemon.rekey(CHILD), self.pair.spis, self.pair.spis())
        self.meet(daemon.rekey, self.pair.ike_spis, self.pair.ike_spis())

    def prove_bad(self):
        if not self.lost:
            raise Failure("the wire lost nothing")


def wait_for_renewal(of, before):
    """Longer than Pair does it; meanwhile the ends may differ."""
    def find():
        try:
            return of() != before
        except Failure:
            return False

    if not wait_until(find, 60):
        raise Failure(f"nothing was renewed: still {before}")


@scenario(is_main=True)
def bad_wire(lab):
    """30 percent of packets lost, 30 late, 20 repeated, while we begin and renew."""
    times = BadTimes(lab.pair(lab.site(BadWire)))
    with times.pair.running():
        times.begin(times.pair.ours)
        times.renew(times.pair.ours)
        times.pair.take_down(times.pair.ours)
    times.prove_bad()


def both_in_bad_times(pair):
    times = BadTimes(pair)
    with pair.running():
        for daemon in pair.both:
            times.begin(daemon)
            for renews in pair.both:
                times.renew(renews)
            pair.take_down(daemon)
    times.prove_bad()


@scenario()
def bad_wire_for_both(lab):
    """The same, begun and renewed by either side."""
    both_in_bad_times(lab.pair(lab.site(BadWire)))


@scenario()
def bad_wire_with_certificates(lab):
    """The same with certificates, whose messages come in fragments."""
    pair = lab.pair(lab.site(BadWire))
    pair.use_certificates(lab.authority("rsa2048"))
    both_in_bad_times(pair)


# --- ports and addresses -------------------------------------------------------------------------


@scenario()
def port_4500_from_the_start(lab):
    """Whoever begins does so on port 4500, as its configuration says."""
    pair = lab.pair()
    for daemon in pair.both:
        daemon.connection.update(local_port=4500, remote_port=4500)
    with pair.running():
        seen = wire.Capture(pair.site.watch, "wan", pair.folder / "port-500.pcap", "udp port 500")
        for daemon in pair.both:
            pair.bring_up(daemon)
            pair.take_down(daemon)
        if seen.stop():
            raise Failure("there were packets on port 500")


# --- selectors -----------------------------------------------------------------------------------


@scenario()
def several_children(lab):
    """Two children in one IKE SA, one for IPv4 and one for IPv6; one goes, the other stays."""
    pair = lab.pair()
    for daemon in pair.both:
        near, far = daemon.side.networks, pair.other(daemon).side.networks
        daemon.connection["children"] = {
            name: {**daemon.child, "local_ts": near[at], "remote_ts": far[at]}
            for at, name in enumerate(("four", "six"))}
    with pair.running():
        for begins in pair.both:
            begins.initiate("four")
            begins.initiate("six")
            wait_for_children(pair, 2)
            prove_pings(pair, (True, True))
            begins.terminate("four")
            wait_for_children(pair, 1)
            prove_pings(pair, (False, True))
            pair.take_down(begins)


def wait_for_children(pair, count):
    for daemon in pair.both:
        if not wait_until(lambda: len(daemon.installed()) == count, 10):
            raise Failure(f"{daemon.kind} has not {count} children: {daemon.sas()}")
        if len(daemon.sas()) != 1:
            raise Failure(f"{daemon.kind} has not one IKE SA: {daemon.sas()}")


def prove_pings(pair, expected):
    """Of IPv4 and IPv6, from host-a to host-b."""
    for target, is_answered in zip(pair.site.host_b_addresses, expected):
        if bool(pair.site.host_a.ping(target, 2, check=False)) != is_answered:
            raise Failure(f"pings to {target} were {'not ' * is_answered}answered")


def narrowed(lab, wide, narrow):
    """`wide` and `narrow` name a side each; the networks of the narrow one hold."""
    pair = lab.pair()
    getattr(pair, wide).child.update(local_ts="0.0.0.0/0, ::/0", remote_ts="0.0.0.0/0, ::/0")
    expected = [set(side.networks) for side in (pair.a.side, pair.b.side)]
    with pair.running():
        for begins in pair.both:
            pair.bring_up(begins)
            for daemon in pair.both:
                prove_selectors(daemon, expected[:: 1 if daemon is pair.a else -1])
            pair.take_down(begins)


def prove_selectors(daemon, expected):
    seen = [set(selectors) for selectors in daemon.selectors()]
    if seen != expected:
        raise Failure(f"{daemon.kind} protects {seen}, not {expected}")


@scenario(is_main=True)
def we_narrow(lab):
    """They are configured for everything, we for our networks."""
    narrowed(lab, "theirs", "ours")


@scenario()
def they_narrow(lab):
    """We are configured for everything, they for their networks."""
    narrowed(lab, "ours", "theirs")


@scenario()
def one_protocol_and_port(lab):
    """TCP to one port of host-b is protected; to another, and pings, nothing gets through."""
    pair = lab.pair()
    pair.a.child.update(local_ts="10.1.0.0/24[tcp]", remote_ts="10.2.0.0/24[tcp/8080]")
    pair.b.child.update(local_ts="10.2.0.0/24[tcp/8080]", remote_ts="10.1.0.0/24[tcp]")
    with pair.running(), serving(pair, 8080), serving(pair, 8081):
        for begins in pair.both:
            begins.initiate(CHILD)
            pair.wait_until_installed()
            prove_http(pair, 8080, True)
            prove_http(pair, 8081, False)
            prove_pings(pair, (False, False))
            pair.take_down(begins)


@contextmanager
def serving(pair, port):
    server = pair.site.host_b.start("/usr/bin/python3", "-u", "-m", "http.server", port,
                                    log=pair.folder / f"server-{port}")
    server.wait_for_text("Serving HTTP")
    try:
        yield
    finally:
        server.stop()


def prove_http(pair, port, is_answered):
    script = ("import sys, urllib.request as u;"
              " sys.exit(u.urlopen(sys.argv[1], timeout=3).status != 200)")
    done = pair.site.host_a.run("/usr/bin/python3", "-c", script,
                                f"http://{pair.site.host_b_addresses[0]}:{port}/", check=False)
    if (done.returncode == 0) != is_answered:
        raise Failure(f"TCP to port {port} was {'not ' * is_answered}answered: {done.stderr}")


@scenario()
def only_icmp(lab):
    """Pings are protected, TCP does not get through."""
    pair = lab.pair()
    for daemon in pair.both:
        near, far = daemon.side.networks, pair.other(daemon).side.networks
        daemon.child.update(local_ts=f"{near[0]}[icmp]", remote_ts=f"{far[0]}[icmp]")
    with pair.running(), serving(pair, 8080):
        for begins in pair.both:
            begins.initiate(CHILD)
            pair.wait_until_installed()
            prove_pings(pair, (True, False))
            prove_http(pair, 8080, False)
            pair.take_down(begins)


@scenario()
def two_connections_of_one_peer(lab):
    """Each with identities, a secret and a child of its own."""
    pair = lab.pair()
    for daemon in pair.both:
        other = pair.other(daemon)
        sides = [[swanctl.Side(f"{number}.{one.side.id}", one.side.address, (network,))
                  for one in (daemon, other)
                  for network in (one.side.networks[number],)] for number in (0, 1)]
        first, second = (swanctl.connection(*near_and_far) for near_and_far in sides)
        daemon.tree["connections"] = {"four": first["connections"][NAME],
                                      "six": second["connections"][NAME]}
        daemon.tree["secrets"] = {"ike-four": first["secrets"]["ike-lab"],
                                  "ike-six": {**second["secrets"]["ike-lab"],
                                              "secret": '"another one"'}}
        for name in ("four", "six"):
            children = daemon.tree["connections"][name]["children"]
            children[name] = children.pop(CHILD)
    with pair.running():
        for begins in pair.both:
            for name in ("four", "six"):
                begins.initiate(name, of=name)
            if not all(wait_until(lambda: len(d.sas()) == 2, 5) for d in pair.both):
                raise Failure(f"not two IKE SAs: {[d.sas() for d in pair.both]}")
            prove_pings(pair, (True, True))
            begins.terminate(of="four")
            if not all(wait_until(lambda: len(d.sas()) == 1, 5) for d in pair.both):
                raise Failure(f"not one IKE SA: {[d.sas() for d in pair.both]}")
            prove_pings(pair, (False, True))
            begins.terminate(of="six")
