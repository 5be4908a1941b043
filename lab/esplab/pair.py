"""Two daemons that key by IKEv2, and what every scenario does with them.

    pair = Pair(site, folder, Ends(ours=Esplanade, theirs=Charon))
    pair.ours.child["esp_proposals"] = "aes256gcm16-modp2048"
    with pair.running():
        pair.bring_up(pair.ours)
        pair.take_down(pair.ours)
"""

from contextlib import contextmanager
from dataclasses import dataclass

from . import swanctl, wire
from .pki import put_credentials
from .session import Failure, run, wait_until
from .swanctl import CHILD, Side
from .topology import PATIENT

PINGS = 3
# What may be on the wire: IKE, ESP, and what neighbours say to each other (ARP, neighbour
# discovery, MLD, which has a hop-by-hop header; complaints that nobody listens on a port). Behind
# a first fragment, which is judged by its ports, others have none.
INNOCENT = ("udp port 500 or udp port 4500 or esp or arp or (udp and ip[6:2] & 0x1fff != 0)"
            " or (icmp6 and ip6[40] >= 133 and ip6[40] <= 136) or (ip6 and ip6[6] == 0)"
            " or (icmp and icmp[0] == 3)")


@dataclass(frozen=True)
class Ends:
    """The classes of the two daemons, and whether ours stands in gw-a or gw-b."""

    ours: type
    theirs: type
    ours_at: str = "a"


class Pair:
    innocent = INNOCENT

    def __init__(self, site, folder, ends, family=4):
        self.site, self.folder = site, folder
        at = 0 if family == 4 else 1
        a = Side("a.lab", site.wire_a[at], site.networks_a)
        b = Side("b.lab", site.wire_b[at], site.networks_b)
        seen_a = Side(a.id, site.a_seen_at, a.networks) if site.is_a_hidden else a
        classes = (ends.ours, site.peer or ends.theirs)[:: 1 if ends.ours_at == "a" else -1]
        self.a, self.b = (kind(namespace, folder / name) for kind, namespace, name
                          in zip(classes, (site.gw_a, site.gw_b), "ab"))
        self.a.become(a, swanctl.connection(a, b), site.host_a)
        self.b.become(b, swanctl.connection(b, seen_a), site.host_b)
        self.ours, self.theirs = (self.a, self.b)[:: 1 if ends.ours_at == "a" else -1]

    @property
    def both(self):
        return (self.ours, self.theirs)

    def other(self, daemon):
        return self.theirs if daemon is self.ours else self.ours

    def use_certificates(self, authority, key_type=None):
        """Issued by `authority`, whose root both trust."""
        for daemon in self.both:
            issued = authority.issue(f"{daemon.side.id}", key_type)
            put_credentials(daemon.folder, issued, authority.root)
            swanctl.use_certificate(daemon.tree, issued.pem)

    @contextmanager
    def running(self):
        """Both daemons, under a capture that must see nothing in clear."""
        clear = wire.Capture(self.site.watch, "wan", self.folder / "clear.pcap",
                             f"not ({self.innocent})")
        for daemon in self.both:
            daemon.configure()
            daemon.start()
        yield self
        for daemon in self.both:
            daemon.stop()
        if clear.stop():
            shown = run(["tcpdump", "-n", "-c", 5, "-r", clear.path]).stdout
            raise Failure(f"packets in clear were on the wire:\n{shown}")

    def bring_up(self, begun_by):
        begun_by.initiate(CHILD)
        self.prove_tunnel()

    def take_down(self, begun_by):
        begun_by.terminate()
        for daemon in self.both:
            if not wait_until(lambda: not daemon.sas(), 5):
                raise Failure(f"{daemon.kind} still has {daemon.sas()}")

    def prove_tunnel(self):
        """Pings of both families go both ways, and the counters of all SAs move by them."""
        self.wait_until_installed()
        before = [daemon.counters() for daemon in self.both]
        for host, targets in ((self.site.host_a, self.site.host_b_addresses),
                              (self.site.host_b, self.site.host_a_addresses)):
            for target in targets:
                answers = host.ping(target, PINGS, check=False, pace=PATIENT)
                if answers != PINGS:
                    raise Failure(f"{answers} of {PINGS} pings from {host.name} to {target} were"
                                  " answered")
        for daemon, counted in zip(self.both, before):
            if not wait_until(lambda: moved(counted, daemon.counters()) >= 4 * PINGS, 3):
                raise Failure(f"{daemon.kind} counted {counted}, then {daemon.counters()}")

    def wait_until_installed(self):
        for daemon in self.both:
            if not wait_until(daemon.installed, 10):
                raise Failure(f"{daemon.kind} has no child SA: {daemon.sas()}")

    def spis(self):
        """Of the only child SA, as each end calls it; both must mean the same."""
        def find():
            ours, theirs = (daemon.installed() for daemon in self.both)
            if len(ours) != 1 or len(theirs) != 1:
                return None
            pair = (ours[0].spi_in, ours[0].spi_out)
            return pair if pair == (theirs[0].spi_out, theirs[0].spi_in) else None

        spis = wait_until(find, 10)
        if not spis:
            raise Failure(f"the ends differ: {self.ours.sas()} and {self.theirs.sas()}")
        return spis

    def ike_spis(self):
        """Of the only IKE SA."""
        def find():
            lists = [[sa.spis for sa in daemon.sas() if sa.state == "ESTABLISHED"]
                     for daemon in self.both]
            return lists[0][0] if lists[0] == lists[1] and len(lists[0]) == 1 else None

        spis = wait_until(find, 10)
        if not spis:
            raise Failure(f"the ends differ: {self.ours.sas()} and {self.theirs.sas()}")
        return spis

    def wait_for_change(self, of, before):
        """`of` is a method that gives SPIs."""
        after = wait_until(lambda: (spis := of()) != before and spis, 10)
        if not after:
            raise Failure(f"nothing was renewed: still {before}")
        return after


def moved(before, after):
    """How many packets went the way that fewer went, by the counters of SAs that still stand."""
    return min(sum(counts[way] - before.get(spi, (0, 0))[way] for spi, counts in after.items())
               for way in (0, 1))
