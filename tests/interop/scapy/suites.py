"""The algorithms of ESP as Scapy has them, and such as it lacks, over python3-cryptography.

A suite is named by its proposal: "aes128gcm16", "null-sha384".
"""

import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, aead, algorithms, modes
from scapy.layers.ipsec import (
    AUTH_ALGOS, CRYPT_ALGOS, ESP, CryptAlgo, IPSecIntegrityError, _ESPPlain)
from cryptography.exceptions import InvalidTag


def salted(sa, iv, **_):
    return sa.crypt_salt + iv


def numbered(sa, **_):
    """The number stands for the IV (RFC 8750, 3)."""
    return sa.crypt_salt + struct.pack("!LL", sa.esn if sa.esn_en else 0, sa.number)


def short_gcm(icv_size):
    return CryptAlgo(f"AES-GCM-{icv_size}", cipher=algorithms.AES, mode=modes.GCM, block_size=1,
                     iv_size=8, icv_size=icv_size, salt_size=4, format_mode_iv=salted)


def implicit(cipher, icv_size, salt_size, key_size):
    return CryptAlgo("implicit IV", cipher=cipher, mode=None, block_size=1, iv_size=0,
                     key_size=key_size, icv_size=icv_size, salt_size=salt_size,
                     format_mode_iv=numbered)


class Gmac(CryptAlgo):
    """All of the packet is associated data (RFC 4543, 3.3)."""

    def __init__(self):
        super().__init__("AES-GMAC", cipher=algorithms.AES, mode=modes.GCM, block_size=1,
                         iv_size=8, icv_size=16, salt_size=4)

    def aad(self, sa, esp, octets):
        numbers = (esp.spi, sa.esn, esp.seq) if sa.esn_en else (esp.spi, esp.seq)
        return struct.pack(f"!{len(numbers)}L", *numbers) + octets

    def encrypt(self, sa, esp, key, *_args, **_names):
        data = esp.iv + esp.data_for_encryption()
        mac = Cipher(algorithms.AES(key), modes.GCM(sa.crypt_salt + esp.iv)).encryptor()
        mac.authenticate_additional_data(self.aad(sa, esp, data))
        mac.finalize()
        return ESP(spi=esp.spi, seq=esp.seq, data=data + mac.tag)

    def decrypt(self, sa, esp, key, *_args, **_names):
        data, tag = esp.data[:-16], esp.data[-16:]
        mac = Cipher(algorithms.AES(key), modes.GCM(sa.crypt_salt + data[:8], tag)).decryptor()
        mac.authenticate_additional_data(self.aad(sa, esp, data))
        try:
            mac.finalize()
        except InvalidTag as error:
            raise IPSecIntegrityError(error) from error
        padlen, next_header = data[-2:]
        return _ESPPlain(spi=esp.spi, seq=esp.seq, iv=data[:8], data=data[8:-2 - padlen],
                         padding=data[-2 - padlen:-2], padlen=padlen, nh=next_header, icv=tag)


@dataclass
class Suite:
    crypt: CryptAlgo
    key_size: int  # with salt
    icv_size: int
    align: int
    auth: str | None = None
    auth_key_size: int = 0

    @property
    def is_aead(self):
        return self.auth is None


AUTHENTICATIONS = {"sha1": ("HMAC-SHA1-96", 20), "sha256": ("SHA2-256-128", 32),
                   "sha384": ("SHA2-384-192", 48), "sha512": ("SHA2-512-256", 64),
                   "aescmac": ("AES-CMAC-96", 16)}
# (word, algorithm, octets of salt, block)
CIPHERS = [("aes", CRYPT_ALGOS["AES-CBC"], 0, 16),
           ("camellia", CryptAlgo("Camellia", cipher=algorithms.Camellia, mode=modes.CBC), 0, 16)]
# (word, algorithm, octets of salt, octets of ICV)
AEADS = [("aes{}gcm8", short_gcm(8), 4, 8), ("aes{}gcm12", short_gcm(12), 4, 12),
         ("aes{}gcm16", CRYPT_ALGOS["AES-GCM"], 4, 16), ("aes{}ccm8", CRYPT_ALGOS["AES-CCM"], 3, 8),
         ("aes{}ccm12", CRYPT_ALGOS["AES-CCM"], 3, 12),
         ("aes{}ccm16", CRYPT_ALGOS["AES-CCM"], 3, 16), ("aes{}gmac", Gmac(), 4, 16),
         ("aes{}gcm16iiv", implicit(aead.AESGCM, 16, 4, (16, 24, 32)), 4, 16),
         ("aes{}ccm8iiv", implicit(aead.AESCCM, 8, 3, (16, 24, 32)), 3, 8)]
CHACHA = [("chacha20poly1305", CRYPT_ALGOS["CHACHA20-POLY1305"], 4, 16),
          ("chacha20poly1305iiv", implicit(aead.ChaCha20Poly1305, 16, 4, (32,)), 4, 16)]


def with_authentication(word, crypt, key_size, align):
    for auth_word, (auth, auth_key_size) in AUTHENTICATIONS.items():
        yield f"{word}-{auth_word}", Suite(crypt, key_size, AUTH_ALGOS[auth].icv_size, align, auth,
                                           auth_key_size)


def all_suites():
    yield from with_authentication("null", CRYPT_ALGOS["NULL"], 0, 4)
    yield from with_authentication("3des", CRYPT_ALGOS["3DES"], 24, 8)
    for bits in (128, 192, 256):
        for word, crypt, salt, block in CIPHERS:
            yield from with_authentication(f"{word}{bits}", crypt, bits // 8 + salt, block)
        yield from with_authentication(f"aes{bits}ctr", CRYPT_ALGOS["AES-CTR"], bits // 8 + 4, 4)
        for word, crypt, salt, icv in AEADS:
            yield word.format(bits), Suite(crypt, bits // 8 + salt, icv, 4)
    for word, crypt, salt, icv in CHACHA:
        yield word, Suite(crypt, 32 + salt, icv, 4)


SUITES = dict(all_suites())
