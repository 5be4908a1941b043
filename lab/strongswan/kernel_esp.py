"""Bare ESP, which strongSwan's userspace data plane does not have: it keys a Linux kernel."""

from esplab import wire
from esplab.kernel_peer import KernelPeer, KernelPeerBehindNat, KernelPeerBeyondNat
from esplab.session import Failure, wait_until
from esplab.swanctl import CHILD
from esplab.topology import NAT_OUTSIDE, PATIENT

from .registry import scenario
from .renewal import GROUP, Load, child, ike

PORT = 8080
IN_UDP = "udp port 4500 and udp[8:4] != 0"  # ESP; IKE has zeros there
FETCH = ("import sys, urllib.request as u;"
         " sys.exit(len(u.urlopen(sys.argv[1], timeout=5).read()) != 100000)")


def begin_each(pair, prove, wanted="esp", unwanted=IN_UDP, begin=None):
    """Up by either side or by those of `begin`, used, down by the other; on the wire is what is
    wanted and nothing else."""
    with pair.running():
        good = wire.Capture(pair.site.watch, "wan", pair.folder / "wanted.pcap", wanted)
        bad = wire.Capture(pair.site.watch, "wan", pair.folder / "unwanted.pcap", unwanted)
        for daemon in begin or pair.both:
            daemon.initiate(CHILD)
            pair.wait_until_installed()
            prove()
            pair.take_down(pair.other(daemon))
        counts = good.stop(), bad.stop()
        if not counts[0] or counts[1]:
            raise Failure(f"{counts[0]} frames of '{wanted}', {counts[1]} of '{unwanted}'")


@scenario(is_main=True, is_about_us=True)
def bare_esp(lab):
    """A tunnel with a kernel, ESP without UDP, begun by either side."""
    pair = lab.pair(lab.site(KernelPeer))
    begin_each(pair, pair.prove_tunnel)


@scenario(is_about_us=True)
def bare_esp_over_ipv6(lab):
    """The same between IPv6 addresses."""
    pair = lab.pair(lab.site(KernelPeer), family=6)
    begin_each(pair, pair.prove_tunnel, "ip6 proto 50", "udp port 4500")


@scenario(is_about_us=True)
def kernel_esn(lab):
    """Extended sequence numbers, with a kernel."""
    pair = lab.pair(lab.site(KernelPeer))
    for daemon in pair.both:
        daemon.child.update(esp_proposals="aes256gcm16-esn", replay_window=256)

    def prove():
        pair.prove_tunnel()
        states = pair.theirs.namespace.run("ip", "xfrm", "state").stdout
        if states.count("flag") != 2 or states.count("esn") < 2:
            raise Failure(f"the kernel's SAs have no ESN:\n{states}")
        if not all("esn" in one.algorithms for one in pair.ours.installed()):
            raise Failure(f"ours have no ESN: {pair.ours.installed()}")

    begin_each(pair, prove)


@scenario(is_main=True, is_about_us=True)
def kernel_rekeys(lab):
    """Child and IKE SA renewed by either side over bare ESP, under traffic: nothing is lost."""
    pair = lab.pair(lab.site(KernelPeer))
    for daemon in pair.both:
        daemon.child["esp_proposals"] = f"aes128gcm16-{GROUP}"
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


def forced(lab, side):
    pair = lab.pair(lab.site(KernelPeer))
    getattr(pair, side).connection["encap"] = "yes"
    begin_each(pair, pair.prove_tunnel, IN_UDP, "esp")


@scenario(is_about_us=True)
def we_force_encapsulation(lab):
    """`encap = yes` on our side alone puts ESP in UDP."""
    forced(lab, "ours")


@scenario(is_about_us=True)
def they_force_encapsulation(lab):
    """`encap = yes` on their side alone puts ESP in UDP."""
    forced(lab, "theirs")


@scenario(is_about_us=True)
def kernel_follows_our_mapping(lab):
    """The NAT before us gives us another port; our next packet of ESP tells them."""
    pair = lab.pair(lab.site(KernelPeerBeyondNat))
    with pair.running():
        pair.bring_up(pair.a)
        for _ in range(2):
            pair.site.forget_mappings()
            target = pair.site.host_b_addresses[0]
            if not wait_until(lambda: pair.site.host_a.ping(target, 1, check=False), 20):
                raise Failure("they still send to where we were")
            pair.prove_tunnel()
        pair.take_down(pair.b)


# --- transport mode ------------------------------------------------------------------------------


def use_transport(pair):
    for daemon in pair.both:
        daemon.child["mode"] = "transport"
        for name in ("local_ts", "remote_ts"):
            del daemon.child[name]


def prove_hosts(pair, a, b):
    """Pings and TCP both ways between the gateways themselves, gw-a at `a` for gw-b."""
    for machine, target in ((pair.site.gw_a, b), (pair.site.gw_b, a)):
        if machine.ping(target, check=False, pace=PATIENT) != 3:
            raise Failure(f"{machine.name} does not reach {target}")
    done = pair.site.gw_a.run("/usr/bin/python3", "-c", FETCH,
                              f"http://{f'[{b}]' if ':' in b else b}:{PORT}/file", check=False)
    if done.returncode != 0:
        raise Failure(f"a file did not come by TCP: {done.stderr}")


def transport(pair, a, b, **on_wire):
    use_transport(pair)
    (pair.folder / "file").write_bytes(b"x" * 100000)
    server = pair.site.gw_b.start("/usr/bin/python3", "-u", "-m", "http.server", PORT, "--bind", b,
                                  "--directory", pair.folder, log=pair.folder / "server")
    server.wait_for_text("Serving HTTP")
    begin_each(pair, lambda: prove_hosts(pair, a, b), **on_wire)
    server.stop()


@scenario(is_main=True, is_about_us=True)
def transport_mode(lab):
    """Host to host."""
    site = lab.site(KernelPeer)
    transport(lab.pair(site), site.wire_a[0], site.wire_b[0])


@scenario(is_about_us=True)
def transport_mode_over_ipv6(lab):
    """Host to host between IPv6 addresses."""
    site = lab.site(KernelPeer)
    transport(lab.pair(site, family=6), site.wire_a[1], site.wire_b[1], wanted="ip6 proto 50")


@scenario(is_about_us=True)
def transport_mode_behind_nat(lab):
    """We are behind a NAT, and TCP checksums mean our address inside (RFC 7296, 2.23.1)."""
    site = lab.site(KernelPeerBeyondNat)
    pair = lab.pair(site)
    transport(pair, NAT_OUTSIDE, site.wire_b[0], wanted=IN_UDP, unwanted="esp", begin=[pair.a])


@scenario(is_about_us=True)
def transport_mode_beyond_nat(lab):
    """They are behind a NAT."""
    site = lab.site(KernelPeerBehindNat)
    pair = lab.pair(site, ours_at="b")
    transport(pair, NAT_OUTSIDE, site.wire_b[0], wanted=IN_UDP, unwanted="esp", begin=[pair.a])
