"""What the daemon and a Linux kernel carry between them: algorithms in the words of both, modes and
addresses."""

from dataclasses import dataclass, field

# Of each: our word, the kernel's, octets of key material, bits of ICV.
AEADS = (
    *((f"aes{bits}gcm{icv}", "rfc4106(gcm(aes))", bits // 8 + 4, icv * 8)
      for bits in (128, 192, 256) for icv in (16, 12, 8)),
    *((f"aes{bits}ccm{icv}", "rfc4309(ccm(aes))", bits // 8 + 3, icv * 8)
      for bits in (128, 192, 256) for icv in (16, 12, 8)),
    ("chacha20poly1305", "rfc7539esp(chacha20,poly1305)", 36, 128),
    *((f"aes{bits}gmac", "rfc4543(gcm(aes))", bits // 8 + 4, 128) for bits in (128, 192, 256)),
)
CIPHERS = (
    *((f"aes{bits}", "cbc(aes)", bits // 8) for bits in (128, 192, 256)),
    *((f"aes{bits}ctr", "rfc3686(ctr(aes))", bits // 8 + 4) for bits in (128, 192, 256)),
    *((f"camellia{bits}", "cbc(camellia)", bits // 8) for bits in (128, 192, 256)),
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
    algorithms: Algorithms
    mode: str = "tunnel"
    outer: int = 4
    inner: int = 4
    more: str = ""  # what is special
    settings: dict = field(default_factory=dict)  # ours, of the connection
    flags: tuple = ()  # the kernel's, of both states
    window: int = 64  # of both
    is_in_udp: bool = False
    is_replayed: bool = False

    @property
    def road(self):
        return f"{self.mode} {self.inner}in{self.outer}" if self.mode == "tunnel" else (
            f"{self.mode} {self.outer}")

    @property
    def name(self):
        protocol, proposal = self.algorithms.protocol.upper(), self.algorithms.proposal
        return " ".join(filter(None, (protocol, proposal, self.road, self.more)))


def esp_aead(word, *kernel):
    return Algorithms("esp", word, aead=kernel)


def esp_pair(cipher, mac):
    return Algorithms("esp", f"{cipher[0]}-{mac[0]}", cipher=cipher[1:], mac=mac[1:])


def ah(mac):
    return Algorithms("ah", mac[0], mac=mac[1:])


# Mode, outer and inner family. In transport mode there is nothing inside but what the outer addresses
# say.
TUNNELS = (("tunnel", 4, 4), ("tunnel", 6, 6), ("tunnel", 4, 6), ("tunnel", 6, 4))
TRANSPORTS = (("transport", 4, 4), ("transport", 6, 6))
BEET = ("beet", 4, 4)
ROADS = TUNNELS + TRANSPORTS
SAME = TUNNELS[:2] + TRANSPORTS

GCM = esp_aead(*AEADS[0])
CBC = esp_pair(CIPHERS[0], MACS[1])
AH = ah(MACS[1])
PADDED_TO_4 = ("align4",)  # AH's ICV over IPv4; else Linux pads it to 8


def esp_algorithms():
    yield from (esp_aead(*aead) for aead in AEADS)
    yield from (esp_pair(cipher, MACS[1]) for cipher in CIPHERS)
    yield from (esp_pair(CIPHERS[0], mac) for mac in MACS if mac != MACS[1])


def every_case():
    """Each algorithm of ESP in each mode and in both families, one of each kind on the mixed roads
    too; each of AH on all roads, and both ways to pad over IPv4; and what is beside algorithms."""
    for algorithms in esp_algorithms():
        roads = ROADS if algorithms in (GCM, CBC) else SAME
        yield from (Case(algorithms, *road) for road in (*roads, BEET))
    for mac in MACS:
        yield from (Case(ah(mac), *road, flags=PADDED_TO_4) for road in ROADS)
        yield from (Case(ah(mac), *road, "padded to 8", {"ah_align": 8})
                    for road in (TUNNELS[0], TRANSPORTS[0]))
    yield from numbering()
    yield from in_udp()
    for algorithms in (GCM, CBC):
        yield Case(algorithms, *TUNNELS[0], "TFC padding", {"tfc_padding": 1000})


def numbering():
    """Extended numbers, and windows of several sizes, into which packets come twice."""
    for algorithms in (GCM, CBC, AH):
        flags = PADDED_TO_4 if algorithms is AH else ()
        for road in (TUNNELS[0], TRANSPORTS[1]):
            yield Case(algorithms, *road, "ESN", {"esn": "yes"}, (*flags, "esn"), window=256,
                       is_replayed=True)
        for window in (32, 1024, 4096):
            yield Case(algorithms, *TUNNELS[0], f"window {window}", flags=flags, window=window,
                       is_replayed=True)


def in_udp():
    for algorithms in (GCM, CBC):
        yield from (Case(algorithms, *road, "in UDP", {"encap": "udp"}, is_in_udp=True)
                    for road in ROADS)
