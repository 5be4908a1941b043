"""Network address translation between the gateways."""

from esplab import swanctl, wire
from esplab.session import Failure, wait_until
from esplab.swanctl import CHILD, NAME, Side
from esplab.topology import BehindNat, Forwarding, TwoBehindNat
from esplab.traffic import Pings

from .registry import scenario

# Behind 8 octets of UDP header one octet of ones (RFC 3948, 2.3).
KEEP_ALIVE = "udp dst port 4500 and udp[4:2] = 9 and udp[8] = 0xff"


def renew_all(pair):
    """Child and IKE SA, by either side."""
    for daemon in pair.both:
        before = pair.spis()
        daemon.rekey(CHILD)
        pair.wait_for_change(pair.spis, before)
        before = pair.ike_spis()
        daemon.rekey()
        pair.wait_for_change(pair.ike_spis, before)
        pair.prove_tunnel()


def through_nat(pair):
    """Begun from behind the NAT; later either side begins exchanges."""
    with pair.running():
        untranslated = wire.Capture(pair.site.watch, "wan", pair.folder / "untranslated.pcap",
                                    f"host {pair.a.side.address}")
        for ends_it in pair.both:
            pair.bring_up(pair.a)
            renew_all(pair)
            pair.take_down(ends_it)
        if untranslated.stop():
            raise Failure("there is no NAT: the address behind it was on the wire before it")


@scenario(is_main=True)
def nat_before_us(lab):
    """We begin from behind a NAT; child and IKE SA are renewed from either side."""
    through_nat(lab.pair(lab.site(BehindNat)))


@scenario(is_main=True)
def nat_before_them(lab):
    """They begin from behind a NAT."""
    through_nat(lab.pair(lab.site(BehindNat), ours_at="b"))


def to_the_hidden(pair):
    with pair.running():
        for daemon in (pair.b, pair.a):
            pair.bring_up(daemon)
            renew_all(pair)
            pair.take_down(daemon)


@scenario()
def nat_before_us_forwards(lab):
    """We answer from behind a NAT that forwards the ports of IKE to us; then we begin."""
    to_the_hidden(lab.pair(lab.site(Forwarding)))


@scenario()
def nat_before_them_forwards(lab):
    """They answer from behind a NAT that forwards the ports of IKE; then they begin."""
    to_the_hidden(lab.pair(lab.site(Forwarding), ours_at="b"))


@scenario(is_about_us=True)
def keep_alives(lab):
    """We keep the mapping of a NAT alive while nothing else is sent."""
    count_keep_alives(lab.pair(lab.site(BehindNat)))


@scenario(is_about_us=True)
def their_keep_alives(lab):
    """Theirs are no trouble to us."""
    count_keep_alives(lab.pair(lab.site(BehindNat), ours_at="b"))


def count_keep_alives(pair):
    pair.a.options["keep_alive"] = "1s"
    with pair.running():
        pair.bring_up(pair.a)
        before = drops_in(pair.ours)
        seen = wire.Capture(pair.site.watch, "wan", pair.folder / "keep-alives.pcap", "-c", 3,
                            KEEP_ALIVE)
        if not wait_until(lambda: not seen.tcpdump.is_running(), 15):
            raise Failure("three keep-alives did not come within 15 seconds")
        if drops_in(pair.ours) != before:
            raise Failure(f"they were taken for packets: {drops_in(pair.ours)}")
        pair.prove_tunnel()
        pair.take_down(pair.b)


def drops_in(daemon):
    return daemon.ask("status")["totals"]["in_drops"]


# --- a mapping that changes (RFC 7296, 2.23) -----------------------------------------------------


@scenario(is_main=True, is_about_us=True)
def their_mapping_changes(lab):
    """The NAT before them gives them another port while traffic runs: we follow, and no packet but
    those on their way is lost."""
    pair = lab.pair(lab.site(BehindNat), ours_at="b")
    with pair.running():
        pair.bring_up(pair.a)
        for number in range(2):
            pings = Pings(pair.site.host_a, pair.site.host_b_addresses[0],
                          pair.folder / f"pings-{number}", 500)
            before = path_of(pair.ours)
            pair.site.forget_mappings()
            if not wait_until(lambda: path_of(pair.ours) != before, 10):
                raise Failure(f"we still send to {before}")
            if pings.lost() > pings.count / 2:
                raise Failure(f"{pings.lost()} of {pings.count} pings were lost")
            pair.prove_tunnel()
        renew_all(pair)
        pair.take_down(pair.b)


def path_of(ours):
    return ours.ask("status")["ike_sas"][0]["theirs"]


@scenario(is_about_us=True)
def our_mapping_changes(lab):
    """The NAT before us gives us another port; they learn of it by our next exchange."""
    pair = lab.pair(lab.site(BehindNat))
    with pair.running():
        pair.bring_up(pair.a)
        for _ in range(2):
            pair.site.forget_mappings()
            before = pair.spis()
            pair.a.rekey(CHILD)
            pair.wait_for_change(pair.spis, before)
            pair.prove_tunnel()
        renew_all(pair)
        pair.take_down(pair.a)


# --- several clients -----------------------------------------------------------------------------


def add_client(pair, kind):
    """gw-c: a daemon of `kind`, which gw-b knows as another connection. Ready to be started."""
    site = pair.site
    side = Side("c.lab", site.wire_c[0], site.networks_c)
    client = kind(site.gw_c, pair.folder / "c")
    client.become(side, swanctl.connection(side, pair.b.side), site.host_c)
    back = swanctl.connection(pair.b.side, Side(side.id, None, side.networks))
    pair.b.tree["connections"]["second"] = back["connections"][NAME]
    pair.b.tree["secrets"]["ike-second"] = back["secrets"]["ike-lab"]
    return client


def two_clients(pair, client):
    site = pair.site
    client.configure()
    client.start()
    with pair.running():
        pair.a.initiate(CHILD)
        client.initiate(CHILD)
        prove_reach(pair, site.host_a, site.host_c)
        if len(pair.b.sas()) != 2:
            raise Failure(f"gw-b has {pair.b.sas()}")
        for daemon in (pair.a, client):
            daemon.rekey(CHILD)
        wait_until(lambda: len(pair.b.installed()) == 2)
        prove_reach(pair, site.host_a, site.host_c)
        client.terminate()
        prove_reach(pair, site.host_a)
        pair.take_down(pair.a)
    client.stop()


def prove_reach(pair, *hosts):
    for host in hosts:
        for target in pair.site.host_b_addresses:
            if host.ping(target, check=False) != 3:
                raise Failure(f"{host.name} does not reach {target}")


@scenario()
def two_of_them_behind_one_nat(lab):
    """Two of theirs call us through one NAT."""
    pair = lab.pair(lab.site(TwoBehindNat), ours_at="b")
    two_clients(pair, add_client(pair, lab.theirs))


@scenario()
def with_another_behind_one_nat(lab):
    """One of ours and one of theirs call theirs through one NAT."""
    pair = lab.pair(lab.site(TwoBehindNat))
    two_clients(pair, add_client(pair, lab.theirs))
