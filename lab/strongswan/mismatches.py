"""Settings that do not fit: no tunnel, no packet in clear, and a log that says what to change."""

import re
from pathlib import Path

from esplab.ike_wire import IkeCapture
from esplab.pki import put_credentials
from esplab.session import Failure, wait_until
from esplab.swanctl import CHILD, use_certificate

from .registry import scenario

# What an error notify may say besides its type: the group of INVALID_KE_PAYLOAD (RFC 7296, 1.3).
HAS_DATA = {"INVALID_KE_PAYLOAD"}


class Case:
    """What each side would have to read in our log: a pattern, and one for the line it names."""

    def __init__(self, we_begin, they_begin, line, their_line=None):
        self.reasons = {"ours": (we_begin, line), "theirs": (they_begin, their_line or line)}


def play(pair, case):
    """In both roles."""
    pair.ours.dataplane["ike_key_log"] = pair.ours.key_log
    capture = IkeCapture(pair.site.gw_b, "wan", pair.folder / "ike.pcap", pair.ours.key_log)
    with pair.running():
        for side, (reason, line) in case.reasons.items():
            fail_once(pair, getattr(pair, side), reason, line)
    expect_nothing_told(pair, capture.stop())


def fail_once(pair, begins, reason, line):
    before = len(pair.ours.events())
    begins.initiate_unanswered(CHILD)

    def find():
        return next((event for event in pair.ours.events()[before:] if "why" in event), None)

    event = wait_until(find, 20)
    if not event:
        raise Failure(f"{begins.kind} began, and our log does not say why it failed")
    if not re.search(reason, event["why"]):
        raise Failure(f"{begins.kind} began; our log does not say '{reason}': {event}")
    expect_help(pair.ours, event, line)
    expect_nothing_up(pair)


def expect_help(daemon, event, line):
    if not event.get("hint"):
        raise Failure(f"there is no hint in {event}")
    file, number, *_ = event.get("line", ":0").split(":")
    named = Path(file).read_text().splitlines()[int(number) - 1] if file else ""
    if not re.search(line, named):
        raise Failure(f"{event} points at '{named.strip()}', not at '{line}'")


def expect_nothing_up(pair):
    site = pair.site
    if site.host_a.ping(site.host_b_addresses[0], 2, check=False):
        raise Failure("pings were answered")
    for daemon in pair.both:
        if daemon.installed():
            raise Failure(f"{daemon.kind} has {daemon.sas()}")
    for daemon in pair.both:  # an IKE SA stands where only the child has failed
        if daemon.sas():
            daemon.terminate()
        if not wait_until(lambda: not daemon.sas(), 10):
            raise Failure(f"{daemon.kind} still has {daemon.sas()}")


def expect_nothing_told(pair, capture):
    """Our errors are bare notifies: the reasons stay in the log."""
    ours = [one for one in capture.by_esplanade() if one.src == pair.ours.side.address]
    told = [error for one in ours for error in one.errors
            if error[1] and error[0] not in HAS_DATA]
    if told:
        raise Failure(f"we told the peer {told}")


# --- authentication ------------------------------------------------------------------------------

PEER_REFUSED_US = "AUTHENTICATION_FAILED.*(identity|pre-shared key|certificate)"


@scenario(is_main=True, is_about_us=True)
def wrong_secret(lab):
    """The pre-shared keys differ."""
    pair = lab.pair()
    pair.theirs.tree["secrets"]["ike-lab"]["secret"] = '"another secret"'
    play(pair, Case(PEER_REFUSED_US, "pre-shared keys of a.lab and b.lab differ", "id = a.lab",
                    "remote"))


@scenario(is_about_us=True)
def wrong_identity(lab):
    """They are called other than we expect."""
    pair = lab.pair()
    pair.theirs.connection["local"]["id"] = "c.lab"
    pair.theirs.tree["secrets"]["ike-lab"]["id-2"] = "c.lab"
    play(pair, Case(PEER_REFUSED_US, "c.lab.*b.lab", "id = a.lab", "id = b.lab"))


@scenario(is_about_us=True)
def wrong_kind_of_proof(lab):
    """They want a certificate of us, and we have a pre-shared key."""
    pair = lab.pair()
    authority = lab.authority("ecdsa256")
    issued = authority.issue("b.lab")
    put_credentials(pair.theirs.folder, issued, authority)
    use_certificate(pair.theirs.tree, issued.pem)
    play(pair, Case(PEER_REFUSED_US, "signature.*wants a pre-shared key", "id = a.lab", "remote"))


def with_their_certificate(lab, issue, *roots):
    """Theirs is what `issue` gives, in place of the one that was issued like ours."""
    pair = lab.pair()
    authority = lab.authority("ecdsa256")
    pair.use_certificates(authority)
    put_credentials(pair.theirs.folder, issue(), authority, *roots)
    return pair


@scenario(is_main=True, is_about_us=True)
def other_authority(lab):
    """Their certificate is of an authority that we do not know."""
    stranger = lab.authority("ecdsa256", "stranger")
    pair = with_their_certificate(lab, lambda: stranger.issue("b.lab"), stranger)
    reason = "issued by no authority we trust.*stranger"
    play(pair, Case(reason, reason, "remote"))


@scenario(is_about_us=True)
def expired_certificate(lab):
    """Their certificate has expired; the clock is told too, for half of these are clocks."""
    authority = lab.authority("ecdsa256")
    pair = with_their_certificate(lab, lambda: authority.issue_expired("b.lab"))
    reason = "has expired.*2020-02-01.*it is now"
    play(pair, Case(reason, reason, "remote"))


@scenario(is_about_us=True)
def certificate_of_another_name(lab):
    """Their certificate is good, and somebody else's."""
    pair = with_their_certificate(lab, lambda: lab.authority("ecdsa256").issue("c.lab"))
    pair.theirs.connection["local"]["certs"] = "c.lab.pem"
    pair.theirs.connection["local"]["id"] = "c.lab"
    play(pair, Case(PEER_REFUSED_US, "c.lab.*b.lab", "id = a.lab", "id = b.lab"))


# --- proposals -----------------------------------------------------------------------------------


@scenario(is_main=True, is_about_us=True)
def wrong_ike_proposals(lab):
    """IKE proposals that differ in the PRF alone."""
    pair = lab.pair()
    pair.theirs.connection["proposals"] = "aes128gcm16-prfsha384-x25519"
    play(pair, Case("NO_PROPOSAL_CHOSEN.*aes128gcm16-prfsha256-x25519",
                    "(?i)PRF.*sha(2.)?384", "proposals = aes128gcm16"))


@scenario(is_about_us=True)
def wrong_ike_group(lab):
    """IKE proposals that differ in the group alone."""
    pair = lab.pair()
    pair.theirs.connection["proposals"] = "aes128gcm16-prfsha256-ecp384"
    play(pair, Case("NO_PROPOSAL_CHOSEN.*x25519|INVALID_KE_PAYLOAD", "(?i)ecp384",
                    "proposals = aes128gcm16"))


@scenario(is_about_us=True)
def wrong_esp_proposals(lab):
    """ESP proposals: the IKE SA stands, the child does not."""
    pair = lab.pair()
    pair.theirs.child["esp_proposals"] = "aes256gcm16"
    play(pair, Case("NO_PROPOSAL_CHOSEN.*aes128gcm16", "(?i)256", "esp_proposals"))


# --- selectors -----------------------------------------------------------------------------------


@scenario(is_main=True, is_about_us=True)
def wrong_selectors(lab):
    """They protect other networks than we do."""
    pair = lab.pair()
    pair.theirs.child["local_ts"] = ["10.9.0.0/24"]
    play(pair, Case("TS_UNACCEPTABLE.*10.2.0.0/24", "10.9.0.0/24", "local_ts", "remote_ts"))


@scenario(is_about_us=True)
def nobody_there(lab):
    """They do not run: what is tried and heard of it is said."""
    pair = lab.pair()
    for daemon in pair.both:
        daemon.options.update({"retransmit_timeout": "1", "retransmit_tries": 1})
    pair.ours.configure()
    pair.ours.start()
    pair.ours.initiate_unanswered(CHILD)
    event = pair.ours.wait_for_logged(lambda e: e["event"] == "negotiation_failed", 10)
    if not event or "no answer to IKE_SA_INIT from 192.0.2.2" not in event["why"]:
        raise Failure(f"our log does not say that nobody answers: {event}")
    expect_help(pair.ours, event, "remote_addrs = 192.0.2.2")
    pair.ours.stop()
