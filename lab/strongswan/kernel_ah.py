"""AH, which strongSwan's userspace data plane does not have: it keys a Linux kernel."""

from esplab.kernel_peer import KernelPeer, KernelPeerBeyondNat
from esplab.session import Failure, wait_until
from esplab.swanctl import CHILD

from .kernel_esp import begin_each, transport
from .registry import scenario
from .renewal import GROUP, Load, child, ike

AH, AH6 = "ah", "ip6 proto 51"
NO_AH = "esp or udp port 4500"
# What our status calls an algorithm, and what strongSwan's does.
ALGORITHMS = {"sha256": "HMAC_SHA2_256_128", "sha1": "HMAC_SHA1_96", "sha384": "HMAC_SHA2_384_192",
              "sha512": "HMAC_SHA2_512_256", "aesxcbc": "AES_XCBC_96", "aescmac": "AES_CMAC_96"}


def ah_pair(lab, family=4, site=KernelPeer, proposals="sha256"):
    pair = lab.pair(lab.site(site), family=family)
    pair.innocent += " or ah"
    for daemon in pair.both:
        del daemon.child["esp_proposals"]
        daemon.child["ah_proposals"] = proposals
    return pair


@scenario(is_main=True, is_about_us=True)
def bare_ah(lab):
    """A tunnel of AH with a kernel, begun by either side and ended by the other."""
    pair = ah_pair(lab)
    begin_each(pair, pair.prove_tunnel, AH, NO_AH)


@scenario(is_about_us=True)
def bare_ah_over_ipv6(lab):
    """The same between IPv6 addresses."""
    pair = ah_pair(lab, family=6)
    begin_each(pair, pair.prove_tunnel, AH6, NO_AH)


@scenario(is_about_us=True)
def ah_transport_mode(lab):
    """Host to host."""
    pair = ah_pair(lab)
    transport(pair, pair.site.wire_a[0], pair.site.wire_b[0], wanted=AH, unwanted=NO_AH)


@scenario(is_about_us=True)
def ah_transport_mode_over_ipv6(lab):
    """Host to host between IPv6 addresses."""
    pair = ah_pair(lab, family=6)
    transport(pair, pair.site.wire_a[1], pair.site.wire_b[1], wanted=AH6, unwanted=NO_AH)


@scenario(is_about_us=True)
def ah_algorithms(lab):
    """Every integrity algorithm that both have, with ESN and without."""
    pair = ah_pair(lab)
    with pair.running():
        for number, (word, their_name) in enumerate(ALGORITHMS.items()):
            for esn in ("esn", "noesn"):
                for daemon in pair.both:
                    daemon.child["ah_proposals"] = f"{word}-{esn}"
                    daemon.configure()
                begins = pair.both[number % 2]
                pair.bring_up(begins)
                used = [daemon.installed()[0].algorithms for daemon in pair.both]
                has_esn = "esn" in used[0].split("-")
                if word not in used[0] or their_name not in used[1] or has_esn != (esn == "esn"):
                    raise Failure(f"{word}-{esn} was asked for, and in use are {used}")
                pair.take_down(begins)


@scenario(is_main=True, is_about_us=True)
def ah_rekeys(lab):
    """Child and IKE SA renewed by either side, under traffic: nothing is lost."""
    pair = ah_pair(lab, proposals=f"sha256-{GROUP}")
    with pair.running():
        pair.bring_up(pair.ours)
        load = Load(pair, 3000)
        for daemon in pair.both:
            for ask, spis in ((child, pair.spis), (ike, pair.ike_spis)):
                before = spis()
                ask(daemon)
                pair.wait_for_change(spis, before)
        load.finish()
        pair.prove_tunnel()
        pair.take_down(pair.theirs)


@scenario(is_about_us=True)
def ah_comes_to_nothing_behind_nat(lab):
    """Before us is a NAT: no child is made, and our log says why."""
    pair = ah_pair(lab, site=KernelPeerBeyondNat)
    with pair.running():
        pair.ours.initiate_unanswered(CHILD)
        reasons = wait_until(lambda: [e["why"] for e in pair.ours.failures()], 20)
        if not reasons or "NAT" not in reasons[0]:
            raise Failure(f"nobody said why nothing came of it, but {reasons}")
        if pair.ours.child_sas() or not wait_until(lambda: not pair.theirs.child_sas(), 10):
            raise Failure(f"AH was set up through a NAT: {pair.ours.sas()}, {pair.theirs.sas()}")
        pair.take_down(pair.ours)
