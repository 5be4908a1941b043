"""A side goes away, with a word or without one, and comes back."""

import json

from esplab.gateway import binary
from esplab.session import Failure, run, wait_until
from esplab.swanctl import CHILD
from esplab.topology import PATIENT

from .registry import scenario

# A dead peer is noticed within seconds: 1 + 1.3 + 1.7 + 2.2 s of retransmissions.
QUICK_OPTIONS = {"retransmit_timeout": "1", "retransmit_base": "1.3", "retransmit_tries": 3}
RECOVERY = 30


def quick_pair(lab, **settings):
    """Both look after each other; `settings` are of our child."""
    pair = lab.pair()
    for daemon in pair.both:
        daemon.options.update(QUICK_OPTIONS)
        daemon.connection["dpd_delay"] = "1s"
    pair.ours.child.update(settings)
    return pair


def wait_for_tunnel(pair):
    """Nobody is asked for it."""
    for daemon in pair.both:
        if not wait_until(daemon.installed, RECOVERY):
            raise Failure(f"{daemon.kind} has no child SA after {RECOVERY} s: {daemon.sas()}")
    wait_for_one(pair)
    pair.prove_tunnel()


def wait_for_one(pair):
    """Both have one IKE SA with one child, and mean the same."""
    pair.ike_spis()
    pair.spis()


def wait_for_none(daemon, seconds=RECOVERY):
    if not wait_until(lambda: not daemon.sas(), seconds):
        raise Failure(f"{daemon.kind} still has {daemon.sas()}")


# --- one side stops and starts -------------------------------------------------------------------


@scenario(is_main=True)
def peer_restarts(lab):
    """They stop with a word and start again: our `start_action = start` calls until they answer."""
    pair = quick_pair(lab, start_action="start")
    with pair.running():
        wait_for_tunnel(pair)
        before = pair.ike_spis()
        pair.theirs.stop()
        wait_for_none(pair.ours, 5)
        pair.theirs.start()
        pair.wait_for_change(pair.ike_spis, before)
        wait_for_tunnel(pair)
        pair.take_down(pair.ours)


@scenario(is_main=True)
def peer_killed(lab):
    """They die without a word: liveness checks notice, `dpd_action = restart` calls again."""
    pair = quick_pair(lab, dpd_action="restart")
    with pair.running():
        pair.bring_up(pair.ours)
        pair.theirs.kill()
        if not pair.ours.wait_for_logged(lambda e: e["event"] == "peer_dead", RECOVERY):
            raise Failure("nobody noticed")
        pair.theirs.start()
        wait_for_tunnel(pair)
        pair.take_down(pair.theirs)


@scenario(is_main=True)
def we_are_killed(lab):
    """kill -9 and a new start: we call again, and by INITIAL_CONTACT they drop what we had."""
    pair = quick_pair(lab, start_action="start")
    pair.theirs.connection["dpd_delay"] = "0s"
    with pair.running():
        wait_for_tunnel(pair)
        pair.ours.kill()
        if pair.site.host_a.ping(pair.site.host_b_addresses[0], 3, check=False):
            raise Failure("packets were answered while nobody could protect them")
        pair.ours.start()
        wait_for_tunnel(pair)
        pair.take_down(pair.theirs)


@scenario()
def we_restart(lab):
    """We stop with a word: they have nothing left, and what was protected stops."""
    pair = quick_pair(lab)
    with pair.running():
        pair.bring_up(pair.theirs)
        pair.ours.stop()
        wait_for_none(pair.theirs, 5)
        pair.ours.start()
        pair.bring_up(pair.theirs)
        pair.take_down(pair.ours)


@scenario()
def initial_contact(lab):
    """They come back from the dead before we noticed: what they had goes at once."""
    pair = quick_pair(lab)
    for daemon in pair.both:
        daemon.connection["dpd_delay"] = "0s"
    with pair.running():
        pair.bring_up(pair.theirs)
        pair.theirs.kill()
        pair.theirs.start()
        pair.bring_up(pair.theirs)
        wait_for_one(pair)
        pair.take_down(pair.theirs)


# --- what follows when they are dead ------------------------------------------------------------


def kill_and_wait(pair):
    pair.theirs.kill()
    wait_for_none(pair.ours)


@scenario()
def dpd_clear(lab):
    """`dpd_action = clear`: nothing is kept, and packets are dropped, not sent in clear."""
    pair = quick_pair(lab, dpd_action="clear")
    with pair.running():
        pair.bring_up(pair.ours)
        kill_and_wait(pair)
        pair.theirs.start()
        if pair.site.host_a.ping(pair.site.host_b_addresses[0], 3, check=False):
            raise Failure("packets were answered without an SA")
        pair.bring_up(pair.ours)
        pair.take_down(pair.ours)


@scenario()
def dpd_trap(lab):
    """`dpd_action = trap`: the next packet calls them."""
    pair = quick_pair(lab, dpd_action="trap")
    with pair.running():
        pair.bring_up(pair.ours)
        kill_and_wait(pair)
        pair.theirs.start()
        expect_first_packet_arrives(pair)
        pair.take_down(pair.ours)


# --- what follows when they close a child --------------------------------------------------------


def close_child(lab, action):
    """They close the child and keep the IKE SA."""
    pair = quick_pair(lab, close_action=action)
    with pair.running():
        pair.bring_up(pair.ours)
        before = pair.spis()
        pair.theirs.terminate(CHILD)
        yield pair, before
        pair.take_down(pair.ours)


@scenario()
def close_none(lab):
    """`close_action = none`: the child stays closed, and packets are dropped."""
    for pair, _ in close_child(lab, "none"):
        if not wait_until(lambda: not pair.ours.installed(), 5):
            raise Failure(f"we still have {pair.ours.sas()}")
        if pair.site.host_a.ping(pair.site.host_b_addresses[0], 3, check=False):
            raise Failure("packets were answered without an SA")


@scenario()
def close_start(lab):
    """`close_action = start`: it is made again."""
    for pair, before in close_child(lab, "start"):
        pair.wait_for_change(pair.spis, before)
        pair.prove_tunnel()


@scenario()
def close_trap(lab):
    """`close_action = trap`: the next packet makes it again."""
    for pair, _ in close_child(lab, "trap"):
        if not wait_until(lambda: not pair.ours.installed(), 5):
            raise Failure(f"we still have {pair.ours.sas()}")
        expect_first_packet_arrives(pair)


# --- packets that call ---------------------------------------------------------------------------


def expect_first_packet_arrives(pair):
    """One packet, sent when there is no SA; the only one of its kind."""
    if pair.site.host_a.ping(pair.site.host_b_addresses[0], 1) != 1:
        raise Failure("the packet that called was lost")
    wait_for_one(pair)
    pair.prove_tunnel()


@scenario(is_main=True, is_about_us=True)
def trap(lab):
    """`start_action = trap`: the first packet starts the negotiation, waits, and arrives."""
    pair = quick_pair(lab, start_action="trap")
    with pair.running():
        expect_first_packet_arrives(pair)
        pair.take_down(pair.theirs)
        expect_first_packet_arrives(pair)
        pair.take_down(pair.ours)
        expect_first_packet_arrives(pair)


SECOND_HOST = "10.1.0.77"


@scenario(is_main=True, is_about_us=True)
def trap_per_host(lab):
    """`populate_from_packet`: each host of ours gets an SA of its own, which rekeys keep."""
    pair = quick_pair(lab, start_action="trap")
    pair.ours.child["populate_from_packet"] = "local_address"
    host = pair.ours.host
    host.ip("addr", "add", f"{SECOND_HOST}/24", "dev", "lan")
    target, target6 = pair.site.host_b_addresses
    first, first6 = pair.site.host_a_addresses
    flows = {first: target, SECOND_HOST: target, first6: target6}
    with pair.running():
        for count, (source, to) in enumerate(flows.items(), 1):
            expect_answers(host, source, to, 1)
            expect_one_each(pair, list(flows)[:count])
        pair.ike_spis()
        for daemon in pair.both:
            before = {child.spi_in for child in pair.ours.installed()}
            daemon.rekey(CHILD)
            if not wait_until(lambda: not before & {c.spi_in for c in pair.ours.installed()}, 10):
                raise Failure(f"{daemon.kind} has not renewed all of {before}")
            expect_one_each(pair, flows)
            for source, to in flows.items():
                expect_answers(host, source, to, 3)
        for source, to in flows.items():
            expect_explained(pair, source, to)
        pair.take_down(pair.ours)
    host.ip("addr", "del", f"{SECOND_HOST}/24", "dev", "lan")


def expect_answers(host, source, to, count):
    if host.ping(to, count, check=False, pace=(*PATIENT, "-I", source)) != count:
        raise Failure(f"not all of {count} pings from {source} to {to} were answered")


def expect_explained(pair, source, to):
    """`esplanade explain --running` names the SA that carries a packet, as strongSwan knows it."""
    icmp = "icmpv6" if ":" in to else "icmp"
    said = run([binary(), "explain", "--running", "--json", "--control", pair.ours.socket,
                "-c", pair.ours.config, "--from", source, "--to", to, "--proto", icmp]).stdout
    carrier = json.loads(said)["taker"]["carrier"]
    (row,) = [row for row in pair.ours.ask("status")["child_sas"]
              if row["ours"].startswith(f"{source}/") and row["state"].upper() == "INSTALLED"]
    spi = int(row["spi_out"], 16)
    if f"SPI 0x{spi:08x}" not in carrier:
        raise Failure(f"{source} goes by {row}, explained as {carrier}")
    if spi not in {child.spi_in for child in pair.theirs.installed()}:
        raise Failure(f"{carrier} is none of theirs: {pair.theirs.sas()}")


def expect_one_each(pair, hosts):
    """A child SA for each of our hosts alone, and as many at the other end."""
    def find():
        return sorted(row["ours"] for row in pair.ours.ask("status")["child_sas"]
                      if row["state"].upper() == "INSTALLED")

    wanted = sorted(f"{host}/{128 if ':' in host else 32}" for host in hosts)
    is_so = wait_until(lambda: find() == wanted and len(pair.theirs.installed()) == len(wanted), 10)
    if not is_so:
        raise Failure(f"instead of {wanted} we have {find()}, they {pair.theirs.sas()}")


@scenario(is_about_us=True)
def trap_of_many(lab):
    """Two children that trap: each packet calls its own, on one IKE SA."""
    pair = quick_pair(lab, start_action="trap")
    for daemon in pair.both:
        ours, theirs = daemon.child["local_ts"], daemon.child["remote_ts"]
        children = daemon.connection["children"]
        children["net6"] = dict(daemon.child) | {"local_ts": [ours[1]], "remote_ts": [theirs[1]]}
        children[CHILD] |= {"local_ts": [ours[0]], "remote_ts": [theirs[0]]}
    with pair.running():
        for target, names in zip(pair.site.host_b_addresses, ({CHILD}, {CHILD, "net6"})):
            if pair.site.host_a.ping(target, 1) != 1:
                raise Failure(f"the packet to {target} was lost")
            for daemon in pair.both:
                has = {child.name for child in daemon.installed()}
                if has != names:
                    raise Failure(f"{daemon.kind} has {has} instead of {names}")
        pair.ike_spis()
        pair.prove_tunnel()
        pair.take_down(pair.ours)
