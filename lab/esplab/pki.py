"""A certification authority for one run, by the openssl command: keys and certificates in the
folders that swanctl.conf(5) names, for strongSwan and esplanade alike."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from .session import run

# `openssl genpkey` arguments of the key types a certificate may have.
KEY_TYPES = {
    "rsa2048": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "rsa3072": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"),
    "rsa4096": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"),
    "ecdsa256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "ecdsa384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "ecdsa521": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "ed25519": ("-algorithm", "ED25519"),
}
HASHES = {"ecdsa384": "-sha384", "ecdsa521": "-sha512"}


@dataclass
class Issued:
    """A certificate, its key, and those of the authorities between it and the root."""

    name: str
    certificate: Path
    key: Path
    between: tuple = ()

    @property
    def pem(self):
        return self.certificate.name


class Authority:
    """A root with keys of `key_type`; `issuer` makes it an authority below another one."""

    def __init__(self, folder, key_type, name="ca", issuer=None):
        self.folder, self.key_type, self.issuer = Path(folder), key_type, issuer
        self.folder.mkdir(parents=True, exist_ok=True)
        self.issued = self.make(f"{name}-{key_type}", key_type, [
            "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign",
            "subjectKeyIdentifier=hash"])

    @property
    def certificate(self):
        return self.issued.certificate

    @property
    def root(self):
        return self.issuer.root if self.issuer else self

    def chain(self):
        """Authorities below the root, this one first."""
        return () if not self.issuer else (self.certificate, *self.issuer.chain())

    def issue(self, name, key_type=None):
        """A certificate for the host `name`, which is its subjectAltName too."""
        subject = Authority.make(
            self, name, key_type or self.key_type,
            [f"subjectAltName=DNS:{name}", "basicConstraints=critical,CA:FALSE",
             "keyUsage=critical,digitalSignature", "extendedKeyUsage=serverAuth,clientAuth"], self)
        subject.between = self.chain()
        return subject

    def issue_expired(self, name):
        """As issue(), but valid for a month years ago, which the openssl command cannot make."""
        key, certificate = self.make_key(name, self.key_type)
        made = run(["pki", "--issue", "--cacert", self.certificate, "--cakey", self.issued.key,
                    "--type", "priv", "--in", key, "--dn", f"O=Esplanade lab, CN={name}",
                    "--san", name, "--dateform", "%Y-%m-%d", "--not-before", "2020-01-01",
                    "--not-after", "2020-02-01", "--outform", "pem"])
        certificate.write_text(made.stdout)
        return Issued(name, certificate, key, self.chain())

    def make_key(self, name, key_type):
        """Its file, and the one that the certificate is to have."""
        key, certificate = (self.folder / f"{name}.{kind}" for kind in ("key", "pem"))
        run(["openssl", "genpkey", *KEY_TYPES[key_type], "-out", key])
        key.chmod(0o600)
        return key, certificate

    def make(self, name, key_type, extensions, issuer=None):
        issuer = issuer or self.issuer
        key, certificate = self.make_key(name, key_type)
        signer = ("-CA", issuer.certificate, "-CAkey", issuer.issued.key) if issuer else ()
        signer_type = issuer.key_type if issuer else key_type
        added = [word for extension in extensions for word in ("-addext", extension)]
        run(["openssl", "req", "-x509", "-new", "-key", key, "-subj", f"/O=Esplanade lab/CN={name}",
             "-days", "30", HASHES.get(signer_type, "-sha256"), *signer, *added,
             "-out", certificate])
        return Issued(name, certificate, key)


def put_credentials(folder, issued, *roots):
    """Copies what one end needs beside its swanctl.conf."""
    for name, files in (("x509", [issued.certificate]), ("private", [issued.key]),
                        ("x509ca", [*(root.certificate for root in roots), *issued.between])):
        target = Path(folder) / name
        target.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy2(file, target)
