"""Messages larger than the path takes (RFC 7383)."""

from esplab import wire
from esplab.ike_wire import FILTER
from esplab.session import Failure
from esplab.swanctl import CHILD

from .registry import scenario

SKF, IKE_AUTH, CREATE_CHILD_SA = 53, 35, 36
SMALL = 576  # octets of an IP datagram


class Fragmented:
    """A pair with certificates of a long chain, on a wire that is looked at."""

    def __init__(self, lab, ours_at="a", family=4):
        self.pair = lab.pair(ours_at=ours_at, family=family)
        root = lab.authority("rsa3072")
        self.pair.use_certificates(lab.authority("rsa3072", "between", root))
        for daemon in self.pair.both:
            daemon.options["fragment_size"] = SMALL

    def watch(self):
        path = self.pair.folder / "ike.pcap"
        self.capture = wire.Capture(self.pair.site.gw_b, "wan", path, *FILTER.split())

    def count(self, exchange, source):
        """Fragments of this exchange from this address."""
        return wire.count(self.capture.path, f"isakmp.exchangetype == {exchange} &&"
                          f" isakmp.nextpayload == {SKF} && {source}")

    def expect_fragments(self, exchange, sources, least=2):
        for source in sources:
            found = self.count(exchange, source)
            if found < least:
                raise Failure(f"{found} fragments of exchange {exchange} came from {source}")

    def expect_small(self):
        sizes = wire.tshark(self.capture.path, "-Y", f"isakmp && ip.len > {SMALL}")
        if sizes:
            raise Failure("larger than agreed:\n" + "\n".join(sizes))


def address_filters(pair):
    return [f"ip.src == {daemon.side.address}" for daemon in pair.both]


@scenario(is_main=True)
def large_certificates(lab):
    """RSA certificates of 3072 bits and their authority, in datagrams of 576 octets both ways."""
    case = Fragmented(lab)
    pair = case.pair
    case.watch()
    with pair.running():
        for daemon in pair.both:
            pair.bring_up(daemon)
            pair.take_down(daemon)
    case.capture.stop()
    case.expect_fragments(IKE_AUTH, address_filters(pair), 4)
    case.expect_small()


@scenario()
def large_key_exchange(lab):
    """Renewals with MODP of 8192 bits, whose public values need fragments of CREATE_CHILD_SA."""
    case = Fragmented(lab)
    pair = case.pair
    for daemon in pair.both:
        daemon.child["esp_proposals"] = "aes128gcm16-modp8192"
    case.watch()
    with pair.running():
        pair.bring_up(pair.theirs)
        for daemon in pair.both:
            before = pair.spis()
            daemon.rekey(CHILD)
            pair.wait_for_change(pair.spis, before)
        pair.take_down(pair.theirs)
    case.capture.stop()
    case.expect_fragments(CREATE_CHILD_SA, address_filters(pair))
    case.expect_small()


def whole_messages(lab, side):
    """One side does not fragment: whatever IP does with the large messages, they arrive."""
    case = Fragmented(lab)
    getattr(case.pair, side).connection["fragmentation"] = "no"
    case.watch()
    with case.pair.running():
        for daemon in case.pair.both:
            case.pair.bring_up(daemon)
            case.pair.take_down(daemon)
    case.capture.stop()
    for source in address_filters(case.pair):
        if case.count(IKE_AUTH, source):
            raise Failure(f"there are fragments from {source}")


@scenario()
def no_fragments_here(lab):
    """`fragmentation = no` on our side."""
    whole_messages(lab, "ours")


@scenario()
def no_fragments_there(lab):
    """`fragmentation = no` on theirs."""
    whole_messages(lab, "theirs")
