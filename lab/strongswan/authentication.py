"""How the two prove who they are."""

from .registry import scenario


def both_ways(pair):
    """Up by one side, used, down by it; then the same by the other."""
    with pair.running():
        for daemon in pair.both:
            pair.bring_up(daemon)
            pair.take_down(daemon)


@scenario(is_main=True)
def psk(lab):
    """A pre-shared key."""
    both_ways(lab.pair())


@scenario()
def psk_over_ipv6(lab):
    """The same between IPv6 addresses."""
    both_ways(lab.pair(family=6))


def with_certificates(lab, key_type):
    pair = lab.pair()
    pair.use_certificates(lab.authority(key_type))
    both_ways(pair)


@scenario(is_main=True)
def rsa(lab):
    """RSA certificates of 2048 bits."""
    with_certificates(lab, "rsa2048")


@scenario(is_main=True)
def ecdsa_p256(lab):
    """ECDSA certificates, curve P-256."""
    with_certificates(lab, "ecdsa256")


@scenario()
def ecdsa_p384(lab):
    """ECDSA certificates, curve P-384."""
    with_certificates(lab, "ecdsa384")


@scenario()
def ecdsa_p521(lab):
    """ECDSA certificates, curve P-521."""
    with_certificates(lab, "ecdsa521")


@scenario(is_main=True)
def ed25519(lab):
    """Ed25519 certificates."""
    with_certificates(lab, "ed25519")


@scenario()
def rsa_pss(lab):
    """RSA-PSS signatures, asked for on both sides (RFC 7427)."""
    pair = lab.pair()
    pair.use_certificates(lab.authority("rsa2048"))
    for daemon in pair.both:
        daemon.connection["remote"]["auth"] = "ike:rsa/pss-sha512"
        daemon.connection["local"]["auth"] = "ike:rsa/pss-sha512"
    both_ways(pair)


@scenario()
def mixed(lab):
    """We prove ourselves by a certificate, they by a pre-shared key."""
    pair = lab.pair()
    secrets = {daemon: daemon.tree["secrets"] for daemon in pair.both}
    pair.use_certificates(lab.authority("ecdsa256"))
    for daemon in pair.both:
        daemon.tree["secrets"] = secrets[daemon]
    pair.ours.connection["remote"]["auth"] = "psk"
    pair.theirs.connection["local"] = {"auth": "psk", "id": pair.theirs.side.id}
    both_ways(pair)


@scenario()
def chain(lab):
    """Certificates of an authority below the root; the one between is sent along."""
    root = lab.authority("ecdsa256")
    pair = lab.pair()
    pair.use_certificates(lab.authority("ecdsa256", "between", root))
    # Each has to learn the other's from the message.
    both_ways(pair)
