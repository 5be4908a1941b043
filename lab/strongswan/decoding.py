"""What others can read of our messages when they have our keys."""

from esplab.ike_wire import IkeCapture
from esplab.session import Failure
from esplab.swanctl import CHILD

from .registry import scenario

ALL_EXCHANGES = {"IKE_SA_INIT", "IKE_AUTH", "CREATE_CHILD_SA", "INFORMATIONAL"}


def live_a_life(pair):
    """Every exchange there is, begun by either side."""
    with pair.running():
        for daemon in pair.both:
            pair.bring_up(daemon)
            for renewing in pair.both:
                before = pair.spis()
                renewing.rekey(CHILD)
                pair.wait_for_change(pair.spis, before)
                before = pair.ike_spis()
                renewing.rekey()
                pair.wait_for_change(pair.ike_spis, before)
            pair.take_down(daemon)


def agree(capture):
    """tshark and `esplanade decode` find the same payloads in the same exchanges."""
    theirs, ours = capture.by_tshark(), capture.by_esplanade()
    if len(theirs) != len(ours):
        raise Failure(f"tshark sees {len(theirs)} messages, esplanade decode {len(ours)}")
    for number, (one, other) in enumerate(zip(theirs, ours), 1):
        if (one.exchange, one.payloads) != (other.exchange, other.payloads):
            raise Failure(f"message {number}: tshark reads {one}, esplanade decode {other}")
    for name in ALL_EXCHANGES - {"IKE_SA_INIT"}:
        opened = [one for one in theirs if one.exchange == name and len(one.payloads) > 1]
        if not opened:
            raise Failure(f"tshark decrypted nothing of {name}")


def decode_a_life(lab, change):
    pair = lab.pair()
    pair.ours.dataplane["ike_key_log"] = pair.ours.key_log
    change(pair)
    capture = IkeCapture(pair.site.gw_b, "wan", pair.folder / "ike.pcap", pair.ours.key_log)
    live_a_life(pair)
    agree(capture.stop())


@scenario(is_main=True, is_about_us=True)
def decoded(lab):
    """By our ike_key_log tshark decrypts every message and finds none malformed; we agree."""
    decode_a_life(lab, lambda pair: pair.use_certificates(lab.authority("ecdsa256")))


def with_proposals(lab, ike):
    def change(pair):
        for daemon in pair.both:
            daemon.connection["proposals"] = ike
            daemon.child["esp_proposals"] = "aes128gcm16-x25519"

    decode_a_life(lab, change)


@scenario(is_about_us=True)
def decoded_cbc(lab):
    """The same of AES-CBC with HMAC-SHA2-256, and PFS."""
    with_proposals(lab, "aes256-sha256-modp2048")


@scenario(is_about_us=True)
def decoded_gcm_of_256_bits(lab):
    """The same of AES-GCM with the longest key."""
    with_proposals(lab, "aes256gcm16-prfsha384-ecp384")
