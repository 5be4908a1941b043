"""Which algorithms: each is negotiated, used for traffic, and what both ends say is compared."""

from esplab import swanctl
from esplab.session import Failure
from esplab.swanctl import CHILD

from .registry import scenario

# What our status calls an algorithm, and what strongSwan's does.
ESP = {
    "aes128gcm16": "AES_GCM_16/128", "aes192gcm16": "AES_GCM_16/192",
    "aes256gcm16": "AES_GCM_16/256", "aes128gcm12": "AES_GCM_12/128",
    "aes256gcm8": "AES_GCM_8/256",
    "aes128ccm16": "AES_CCM_16/128", "aes192ccm12": "AES_CCM_12/192",
    "aes256ccm8": "AES_CCM_8/256",
    "chacha20poly1305": "CHACHA20_POLY1305",
    "aes128-sha1": "AES_CBC/128/HMAC_SHA1_96", "aes128-sha256": "AES_CBC/128/HMAC_SHA2_256_128",
    "aes192-sha384": "AES_CBC/192/HMAC_SHA2_384_192",
    "aes256-sha512": "AES_CBC/256/HMAC_SHA2_512_256",
    "aes128-aesxcbc": "AES_CBC/128/AES_XCBC_96", "aes128-aescmac": "AES_CBC/128/AES_CMAC_96",
    "aes128ctr-sha256": "AES_CTR/128/HMAC_SHA2_256_128",
    "aes192ctr-sha1": "AES_CTR/192/HMAC_SHA1_96",
    "aes256ctr-sha512": "AES_CTR/256/HMAC_SHA2_512_256",
}
IKE_CIPHERS = {
    "aes128-sha256": "AES_CBC/128/HMAC_SHA2_256_128",
    "aes192-sha384": "AES_CBC/192/HMAC_SHA2_384_192",
    "aes256-sha512": "AES_CBC/256/HMAC_SHA2_512_256", "aes128-sha1": "AES_CBC/128/HMAC_SHA1_96",
    "aes128-aesxcbc": "AES_CBC/128/AES_XCBC_96", "aes128-aescmac": "AES_CBC/128/AES_CMAC_96",
    "aes128ctr-sha256": "AES_CTR/128/HMAC_SHA2_256_128",
    "aes256ctr-sha512": "AES_CTR/256/HMAC_SHA2_512_256",
    "aes128gcm16": "AES_GCM_16/128", "aes192gcm12": "AES_GCM_12/192", "aes256gcm8": "AES_GCM_8/256",
    "aes128ccm16": "AES_CCM_16/128", "aes192ccm12": "AES_CCM_12/192",
    "aes256ccm8": "AES_CCM_8/256",
    "chacha20poly1305": "CHACHA20_POLY1305",
}
PRFS = {
    "prfsha1": "PRF_HMAC_SHA1", "prfsha256": "PRF_HMAC_SHA2_256", "prfsha384": "PRF_HMAC_SHA2_384",
    "prfsha512": "PRF_HMAC_SHA2_512", "prfaesxcbc": "PRF_AES128_XCBC",
    "prfaescmac": "PRF_AES128_CMAC",
}
GROUPS = {
    "modp2048": "MODP_2048", "modp3072": "MODP_3072", "modp4096": "MODP_4096",
    "modp6144": "MODP_6144", "modp8192": "MODP_8192",
    "ecp256": "ECP_256", "ecp384": "ECP_384", "ecp521": "ECP_521",
    "x25519": "CURVE_25519", "x448": "CURVE_448",
    "ecp224bp": "ECP_224_BP", "ecp256bp": "ECP_256_BP", "ecp384bp": "ECP_384_BP",
    "ecp512bp": "ECP_512_BP",
}


class Trial:
    """Both daemons stay; what they are told changes from one negotiation to the next."""

    def __init__(self, pair):
        self.pair, self.number = pair, 0

    def negotiate(self, ike=None, esp=None):
        """Either side begins in turn; what both say they use: (IKE, ESP) of ours and of theirs."""
        pair = self.pair
        for daemon, one_ike, one_esp in zip(pair.both, mirrored(ike), mirrored(esp)):
            daemon.connection["proposals"] = one_ike or swanctl.IKE
            daemon.child["esp_proposals"] = one_esp or swanctl.ESP
            daemon.configure()
        begins = pair.both[self.number % 2]
        self.number += 1
        try:
            pair.bring_up(begins)
        except Failure as failure:
            raise Failure(f"{ike} and {esp}, begun by {begins.kind}: {failure}") from failure
        used = [(daemon.sas()[0].algorithms, daemon.installed()[0].algorithms)
                for daemon in pair.both]
        pair.take_down(begins)
        return used

    def try_each(self, table, make):
        """`make` gives (ike, esp) of a word of `table`, which both must then be using."""
        for word, their_name in table.items():
            ike, esp = make(word)
            used = self.negotiate(ike, esp)
            names = ["/".join(one) for one in used]
            is_used = all(part in names[0] for part in word.split("-")) or names[0] == names[1]
            if not is_used or their_name not in names[1]:
                raise Failure(f"{word} was asked for, and in use are {names}")


def mirrored(words):
    """The same for both sides, or one for each."""
    return words if isinstance(words, tuple) else (words, words)


def trying(lab, table, make):
    pair = lab.pair()
    with pair.running():
        Trial(pair).try_each(table, make)


@scenario()
def esp_algorithms(lab):
    """Ciphers and integrity of ESP."""
    trying(lab, ESP, lambda word: (None, word))


@scenario()
def ike_ciphers(lab):
    """Ciphers and integrity of IKE."""
    trying(lab, IKE_CIPHERS, lambda word: (f"{word}-prfsha256-x25519", None))


@scenario()
def ike_prfs(lab):
    """Pseudorandom functions."""
    trying(lab, PRFS, lambda word: (f"aes128-sha256-{word}-x25519", None))


@scenario()
def groups(lab):
    """Key exchange methods of IKE."""
    trying(lab, GROUPS, lambda word: (f"aes128-sha256-prfsha256-{word}", None))


@scenario()
def pfs_groups(lab):
    """The same for children, whose first keys come without: each is renewed once."""
    pair = lab.pair()
    with pair.running():
        for group, their_name in GROUPS.items():
            for daemon in pair.both:
                daemon.child["esp_proposals"] = f"aes128gcm16-{group}"
                daemon.configure()
            pair.bring_up(pair.ours)
            before = pair.spis()
            pair.ours.rekey(CHILD)
            pair.wait_for_change(pair.spis, before)
            used = pair.theirs.installed()[0].algorithms
            if their_name not in used:
                raise Failure(f"{group} was asked for, and in use is {used}")
            pair.prove_tunnel()
            pair.take_down(pair.ours)


@scenario(is_main=True)
def algorithms_of_a_few(lab):
    """CBC with SHA-2 and MODP, ChaCha20-Poly1305 with X448, CTR, CCM, PRFs of AES."""
    pair = lab.pair()
    with pair.running():
        trial = Trial(pair)
        for ike, esp in (("aes256-sha512-prfsha512-modp2048", "aes128-sha1"),
                         ("chacha20poly1305-prfsha384-x448", "chacha20poly1305"),
                         ("aes128ctr-aesxcbc-prfaesxcbc-ecp521", "aes256ctr-sha512"),
                         ("aes256ccm16-prfaescmac-ecp256bp", "aes192ccm12")):
            trial.negotiate(ike, esp)


def expect_used(pair, used, ike=(), esp=()):
    """The words of strongSwan, in what it says."""
    missing = [word for words, text in zip((ike, esp), used[1]) for word in words
               if word not in text]
    if missing:
        raise Failure(f"in use are {used}, without {missing}; ours is {pair.ours.side.id}")


@scenario(is_main=True)
def groups_in_another_order(lab):
    """Each guesses the group the other likes less: INVALID_KE_PAYLOAD, and a second try."""
    pair = lab.pair()
    first = tuple(f"aes128gcm16-prfsha256-{words}" for words in ("ecp256-x25519", "x25519"))
    second = tuple(f"aes128gcm16-prfsha256-{words}" for words in ("ecp256", "x25519-ecp256"))
    with pair.running():
        trial = Trial(pair)
        expect_used(pair, trial.negotiate(first), ["CURVE_25519"])  # we begin
        expect_used(pair, trial.negotiate(second), ["ECP_256"])  # they begin
        if not pair.theirs.wait_for_text("KE payload|INVAL_KE", 1):
            raise Failure("no guess was wrong")


@scenario()
def rekey_groups_in_another_order(lab):
    """The same for new keys of a child and of the IKE SA."""
    pair = lab.pair()
    orders = ("ecp384-x25519", "x25519")
    for daemon, order in zip(pair.both, orders):
        daemon.child["esp_proposals"] = f"aes128gcm16-{order}"
    with pair.running():
        pair.bring_up(pair.ours)
        for daemon in pair.both:
            before = pair.spis()
            daemon.rekey(CHILD)
            pair.wait_for_change(pair.spis, before)
            pair.prove_tunnel()
        pair.take_down(pair.ours)


@scenario()
def several_proposals(lab):
    """The first that both have, in the initiator's order, is chosen."""
    pair = lab.pair()
    with pair.running():
        trial = Trial(pair)
        lists = (["aes256gcm16-prfsha384-ecp384", "aes128-sha256-modp2048",
                  "aes128gcm16-prfsha256-x25519"],
                 ["chacha20poly1305-prfsha256-x25519", "aes128gcm16-prfsha256-x25519",
                  "aes128-sha256-modp2048"])
        children = (["aes256gcm16", "aes256-sha256", "aes128gcm16"], ["aes128gcm16",
                                                                      "aes256-sha256"])
        for _ in pair.both:
            used = trial.negotiate(lists, children)
            in_common = {"AES_CBC/128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048",
                         "AES_GCM_16/128/PRF_HMAC_SHA2_256/CURVE_25519"}
            if used[1][0] not in in_common:
                raise Failure(f"in use are {used}")


@scenario()
def several_of_a_kind(lab):
    """One proposal with several transforms of each type."""
    pair = lab.pair()
    with pair.running():
        used = Trial(pair).negotiate(
            ("aes256-aes128-sha512-sha256-prfsha512-prfsha256-ecp256-modp2048",
             "aes128-sha256-prfsha256-modp2048"),
            ("aes256gcm16-aes128gcm16-esn-noesn", "aes128gcm16"))
        expect_used(pair, used, ["AES_CBC/128", "HMAC_SHA2_256", "MODP_2048"], ["AES_GCM_16/128"])


@scenario()
def default_proposals(lab):
    """Neither side says anything of proposals."""
    pair = lab.pair()
    for daemon in pair.both:
        daemon.connection.pop("proposals")
        daemon.child.pop("esp_proposals")
    with pair.running():
        for daemon in pair.both:
            pair.bring_up(daemon)
            pair.take_down(daemon)


@scenario()
def no_esn_there(lab):
    """We offer 64-bit sequence numbers too; their data plane has none."""
    pair = lab.pair()
    pair.ours.child["esp_proposals"] = "aes128gcm16-esn-noesn"
    with pair.running():
        for daemon in pair.both:
            pair.bring_up(daemon)
            pair.take_down(daemon)
