"""New keys for SAs that carry traffic: none of it may be lost."""

from esplab.session import Failure, wait_until
from esplab.swanctl import CHILD
from esplab.traffic import Pings

from .registry import scenario

TIMES = 3  # each side renews
GROUP = "x25519"
GROUP_NAMES = (GROUP, "CURVE_25519")  # ours, strongSwan's


def child(daemon):
    daemon.rekey(CHILD)


def ike(daemon):
    daemon.rekey()


class Load:
    """Pings from both hosts at once, which have to outlast what happens meanwhile."""

    def __init__(self, pair, count=2000):
        site = pair.site
        ways = ((site.host_a, site.host_b_addresses[0]), (site.host_b, site.host_a_addresses[1]))
        self.pings = [Pings(host, target, pair.folder / f"pings-{number}", count)
                      for number, (host, target) in enumerate(ways)]

    def finish(self, excused=lambda: 0):
        """`excused` counts, in the end, what is known to be lost elsewhere than by us."""
        if not all(ping.is_running() for ping in self.pings):
            raise Failure("the traffic ended before the renewals did")
        lost = [ping.lost() for ping in self.pings]
        if sum(lost) > excused():
            raise Failure(f"packets were lost: {' and '.join(map(str, lost))} of"
                          f" {self.pings[0].count} each; {excused()} of them came too early")


def renew(pair, asks, count=2000):
    """Each of `asks` by either side, TIMES in a row; (how, the pair's SPIs that change by it)."""
    with pair.running():
        pair.bring_up(pair.ours)
        load = Load(pair, count)
        for _ in range(TIMES):
            for daemon in pair.both:
                for ask, spis in asks:
                    before = spis()
                    ask(daemon)
                    pair.wait_for_change(spis, before)
        load.finish()
        pair.prove_tunnel()
        pair.take_down(pair.theirs)


@scenario(is_main=True)
def child_rekey(lab):
    """New keys for the child SA, from either side in turn, under traffic: nothing is lost."""
    pair = lab.pair()
    renew(pair, [(child, pair.spis)])


@scenario(is_main=True)
def ike_rekey(lab):
    """New keys for the IKE SA, from either side in turn; the child SA moves along."""
    pair = lab.pair()
    renew(pair, [(ike, pair.ike_spis)])


@scenario()
def mixed_rekeys(lab):
    """Child and IKE SA in turn, as responder of the first exchange, over IPv6."""
    pair = lab.pair(ours_at="b", family=6)
    renew(pair, [(child, pair.spis), (ike, pair.ike_spis)], 4000)


@scenario()
def both_at_once(lab):
    """Both sides renew the child at the same time, then the IKE SA: one of each remains."""
    pair = lab.pair()
    with pair.running():
        pair.bring_up(pair.ours)
        load = Load(pair, 4000)
        for ask, spis in ((child, pair.spis), (ike, pair.ike_spis)) * 2:
            before = spis()
            for daemon in pair.both:
                ask(daemon)
            pair.wait_for_change(spis, before)
        load.finish()
        pair.take_down(pair.ours)


# --- by themselves -------------------------------------------------------------------------------


def wait_for_renewals(pair, daemon, spis, excused=lambda: 0):
    """Two, by the limits of `daemon` alone, under traffic."""
    with pair.running():
        pair.bring_up(daemon)
        load = Load(pair)
        for _ in range(2):
            pair.wait_for_change(spis, spis())
        load.finish(excused)
        pair.take_down(daemon)


def by_limits(lab, side, **limits):
    pair = lab.pair()
    daemon = getattr(pair, side)
    daemon.child.update(limits)
    wait_for_renewals(pair, daemon, pair.spis)


@scenario()
def child_by_time(lab):
    """`rekey_time` of our child."""
    by_limits(lab, "ours", rekey_time="1s", life_time="20s", rand_time="0s")


@scenario()
def their_child_by_time(lab):
    """`rekey_time` of their child."""
    by_limits(lab, "theirs", rekey_time="1s", life_time="20s", rand_time="0s")


@scenario()
def child_by_octets(lab):
    """`rekey_bytes`."""
    by_limits(lab, "ours", rekey_bytes=50_000, life_bytes=100_000_000, rand_bytes=0)


@scenario()
def child_by_packets(lab):
    """`rekey_packets`."""
    by_limits(lab, "ours", rekey_packets=500, life_packets=1_000_000, rand_packets=0)


def ike_by_time(lab, side):
    pair = lab.pair()
    daemon = getattr(pair, side)
    daemon.connection.update(rekey_time="1s", over_time="20s", rand_time="0s")
    wait_for_renewals(pair, daemon, pair.ike_spis)


@scenario()
def our_ike_by_time(lab):
    """`rekey_time` of our connection."""
    ike_by_time(lab, "ours")


@scenario()
def their_ike_by_time(lab):
    """`rekey_time` of their connection."""
    ike_by_time(lab, "theirs")


@scenario(is_about_us=True)
def hard_limit(lab):
    """A child that cannot be renewed in time ends, and what it protected stops."""
    pair = lab.pair()
    pair.ours.child["life_packets"] = 200
    with pair.running():
        pair.bring_up(pair.ours)
        pair.site.host_a.ping(pair.site.host_b_addresses[0], 300, check=False)
        for daemon in pair.both:
            if not wait_until(lambda: not daemon.installed(), 5):
                raise Failure(f"{daemon.kind} still has {daemon.sas()}")
        if pair.site.host_a.ping(pair.site.host_b_addresses[0], 1, check=False):
            raise Failure("a packet found its way without an SA")


# --- reauthentication ----------------------------------------------------------------------------


def early_packets(daemon):
    """A responder sends on the first child of a new IKE SA as soon as it has made it, and these
    packets may overtake the answer by which we come to know the SA."""
    return daemon.ask("status")["totals"]["in_drops"].get("unknown_spi", 0)


def reauthenticate(lab, daemon_of):
    pair = lab.pair()
    pair.use_certificates(lab.authority("ecdsa256"))
    pair.theirs.options["make_before_break"] = "yes"
    with pair.running():
        pair.bring_up(daemon_of(pair))
        load = Load(pair)
        for _ in range(2):
            before = pair.ike_spis()
            daemon_of(pair).reauthenticate()
            pair.wait_for_change(pair.ike_spis, before)
            pair.spis()
        load.finish(lambda: early_packets(pair.ours) if daemon_of(pair) is pair.ours else 0)
        pair.take_down(pair.ours)


@scenario(is_main=True, is_about_us=True)
def we_reauthenticate(lab):
    """A new IKE SA with a new child stands before the old one goes."""
    reauthenticate(lab, lambda pair: pair.ours)


@scenario()
def they_reauthenticate(lab):
    """The same, begun by them."""
    reauthenticate(lab, lambda pair: pair.theirs)


@scenario(is_about_us=True)
def reauthentication_by_time(lab):
    """`reauth_time` of our connection."""
    pair = lab.pair()
    pair.ours.connection.pop("rekey_time")
    pair.ours.connection.update(reauth_time="1s", over_time="20s", rand_time="0s")
    wait_for_renewals(pair, pair.ours, pair.ike_spis, lambda: early_packets(pair.ours))


# --- perfect forward secrecy ---------------------------------------------------------------------


def proposals_with_group(group):
    return "-".join(filter(None, ("aes128gcm16", group)))


def rekey_with_groups(lab, ours, theirs, expected):
    """Renewed by either side; `expected` is whether a group is in use then."""
    pair = lab.pair()
    pair.ours.child["esp_proposals"] = proposals_with_group(ours)
    pair.theirs.child["esp_proposals"] = proposals_with_group(theirs)
    with pair.running():
        pair.bring_up(pair.ours)
        for daemon in pair.both:
            before = pair.spis()
            daemon.rekey(CHILD)
            pair.wait_for_change(pair.spis, before)
            used = [one.installed()[0].algorithms for one in pair.both]
            has_group = [any(name in text for name in GROUP_NAMES) for text in used]
            if has_group != [expected] * 2:
                raise Failure(f"the keys are of {used}")
            pair.prove_tunnel()
        pair.take_down(pair.theirs)


@scenario(is_main=True)
def pfs(lab):
    """A key exchange for every new child."""
    rekey_with_groups(lab, GROUP, GROUP, True)


@scenario()
def pfs_optional_here(lab):
    """We allow both, they want none."""
    rekey_with_groups(lab, f"{GROUP}-modpnone", "", False)


@scenario()
def pfs_optional_here_wanted_there(lab):
    """We allow both, they want it."""
    rekey_with_groups(lab, f"modpnone-{GROUP}", GROUP, True)


@scenario()
def pfs_optional_there(lab):
    """They allow both, we want it."""
    rekey_with_groups(lab, GROUP, f"modpnone-{GROUP}", True)


def expect_pfs_report(lab, ours, theirs):
    pair = lab.pair()
    pair.ours.child["esp_proposals"] = proposals_with_group(ours)
    pair.theirs.child["esp_proposals"] = proposals_with_group(theirs)
    with pair.running():
        pair.bring_up(pair.ours)
        event = pair.ours.wait_for_logged(lambda e: e["event"] == "child_rekey_failed", 10)
        if not event or "PFS" not in event.get("hint", "") or "line" not in event:
            raise Failure(f"nothing, or nothing of use, was said of PFS: {event}")
        pair.prove_tunnel()
        pair.take_down(pair.ours)


@scenario(is_main=True, is_about_us=True)
def pfs_missing_there(lab):
    """We want PFS and they do not: said within seconds, not at the first renewal hours later."""
    expect_pfs_report(lab, GROUP, "")


@scenario(is_about_us=True)
def pfs_missing_here(lab):
    """They want PFS and we do not."""
    expect_pfs_report(lab, "", GROUP)
