"""What the daemon and a Linux kernel carry between them: algorithms in the words of both, modes and
addresses."""

from dataclasses import dataclass, field

# Of each: our word, the kernel's, octets of key material, bits of ICV.
AEADS = (
    ("aes128gcm16", "rfc4106(gcm(aes))", 20, 128),
    ("aes192gcm16", "rfc4106(gcm(aes))", 28, 128),
    ("aes256gcm16", "rfc4106(gcm(aes))", 36, 128),
    ("aes128gcm12", "rfc4106(gcm(aes))", 20, 96),
    ("aes128gcm8", "rfc4106(gcm(aes))", 20, 64),
    ("aes128ccm16", "rfc4309(ccm(aes))", 19, 128),
    ("aes256ccm16", "rfc4309(ccm(aes))", 35, 128),
    ("aes128ccm12", "rfc4309(ccm(aes))", 19, 96),
    ("aes128ccm8", "rfc4309(ccm(aes))", 19, 64),
    ("chacha20poly1305", "rfc7539esp(chacha20,poly1305)", 36, 128),
    ("aes128gmac", "rfc4543(gcm(aes))", 20, 128),
    ("aes256gmac", "rfc4543(gcm(aes))", 36, 128),
)
CIPHERS = (
    ("aes128", "cbc(aes)", 16),
    ("aes192", "cbc(aes)", 24),
    ("aes256", "cbc(aes)", 32),
    ("aes128ctr", "rfc3686(ctr(aes))", 20),
    ("aes256ctr", "rfc3686(ctr(aes))", 36),
    ("camellia128", "cbc(camellia)", 16),
    ("camellia256", "cbc(camellia)", 32),
    ("3des", "cbc(des3_ede)", 24),
    ("null", "ecb(cipher_null)", 0),
)
MACS = (
    ("sha1", "hmac(sha1)", 20, 96),
    ("sha256", "hmac(sha256)", 32, 128),
    ("sha384", "hmac(sha384)", 48, 192),
    ("sha512", "hmac(sha512)", 64, 256),
    ("aesxcbc", "xcbc(aes)", 16, 96),
    ("aescmac", "cmac(aes)", 16, 96),
)


@dataclass(frozen=True)
class Algorithms:
    protocol: str  # of both
    proposal: str  # ours
    aead: tuple = ()  # the kernel's name, octets of key, bits of ICV
    cipher: tuple = ()
    mac: tuple = ()

    @property
    def key_size(self):
        return (self.aead or self.cipher or (None, 0))[1]

    @property
    def mac_key_size(self):
        return self.mac[1] if self.mac else 0


@dataclass(frozen=True)
class Case:
    name: str
    algorithms: Algorithms
    mode: str = "tunnel"
    outer: int = 4
    inner: int = 4
    settings: dict = field(default_factory=dict)  # ours, of the connection
    flags: tuple = ()  # the kernel's, of both states
    is_in_udp: bool = False


def esp_aead(word, *kernel):
    return Algorithms("esp", word, aead=kernel)


def esp_pair(cipher, mac):
    return Algorithms("esp", f"{cipher[0]}-{mac[0]}", cipher=cipher[1:], mac=mac[1:])


def ah(mac):
    return Algorithms("ah", mac[0], mac=mac[1:])


# In transport mode there is nothing inside but what the outer addresses say.
ROADS = (("tunnel", 4, 4), ("tunnel", 6, 6), ("tunnel", 4, 6), ("tunnel", 6, 4),
         ("transport", 4, 4), ("transport", 6, 6))


def named(algorithms, road, *more, **fields):
    mode, outer, inner = road
    addresses = f"IPv{inner} in IPv{outer}" if mode != "transport" else f"IPv{outer}"
    name = ", ".join([algorithms.protocol.upper(), algorithms.proposal, mode, addresses, *more])
    return Case(name, algorithms, mode, outer, inner, **fields)


def esp_algorithms():
    every = [esp_aead(*aead) for aead in AEADS]
    every += [esp_pair(cipher, MACS[1]) for cipher in CIPHERS]
    return every + [esp_pair(CIPHERS[0], mac) for mac in MACS if mac != MACS[1]]


def every_case():
    """ESP: each algorithm on two roads, one cipher of each kind on all; AH: each on all roads, and
    both ways to pad over IPv4; and what is beside algorithms."""
    gcm, cbc = esp_aead(*AEADS[0]), esp_pair(CIPHERS[0], MACS[1])
    for algorithms in esp_algorithms():
        roads = ROADS if algorithms in (gcm, cbc) else (ROADS[0], ROADS[5])
        yield from (named(algorithms, road) for road in roads)
    for mac in MACS:
        yield from (named(ah(mac), road, flags=("align4",)) for road in ROADS)
    for mac in MACS:
        for road in (ROADS[0], ROADS[4]):
            yield named(ah(mac), road, "padded to 8", settings={"ah_align": 8})
    for algorithms in (gcm, cbc, ah(MACS[1])):
        flags = ("esn",) if algorithms.protocol == "esp" else ("esn", "align4")
        yield named(algorithms, ROADS[0], "ESN", flags=flags,
                    settings={"esn": "yes", "replay_window": 256})
    for algorithms in (gcm, cbc):
        yield named(algorithms, ROADS[0], "in UDP", is_in_udp=True, settings={"encap": "udp"})
        yield named(algorithms, ("beet", 4, 4))
        yield named(algorithms, ROADS[0], "padded", settings={"tfc_padding": 1000})
