"""Other tunnels in user space, between the same two namespaces: each as its documentation says, with
the largest MTU that fits the wire.
"""

import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lab"))

from esplab import strongswan, swanctl  # noqa: E402
from esplab.session import Failure, run, wait_until  # noqa: E402

INNER_A, INNER_B = "10.77.1.1", "10.77.2.1"
MTU = 1420


def give_address(namespace, device, inner, other, mtu=MTU):
    namespace.ip("addr", "replace", f"{inner}/32", "dev", device)
    namespace.ip("link", "set", device, "mtu", mtu, "up")
    namespace.ip("route", "replace", other, "dev", device, "src", inner)


class Peer:
    """`programs` have to be installed."""

    programs = ()

    def __init__(self, site, folder):
        self.site, self.folder = site, folder / type(self).__name__
        self.ends = ((site.gw_a, site.wire_a[0], site.wire_b[0], INNER_A, INNER_B),
                     (site.gw_b, site.wire_b[0], site.wire_a[0], INNER_B, INNER_A))

    @classmethod
    def missing(cls):
        """A program that is not there, or nothing."""
        return next((name for name in cls.programs if not shutil.which(name)), None)


class WireguardGo(Peer):
    programs = ("wireguard-go", "wg")

    @contextmanager
    def running(self):
        self.folder.mkdir(exist_ok=True)
        files = [self.folder / f"{i}.key" for i in range(len(self.ends))]
        public = []
        for file in files:
            run(["sh", "-c", f"umask 077 && wg genkey > {file}"])
            public.append(run(["sh", "-c", f"wg pubkey < {file}"]).stdout.strip())
        started = []
        for i, (namespace, _, theirs, inner, other) in enumerate(self.ends):
            device = f"wgbench{i}"
            started.append(namespace.start("wireguard-go", "-f", device,
                                           log=self.folder / f"{i}.log"))
            if not wait_until(lambda d=device: Path(f"/var/run/wireguard/{d}.sock").exists()):
                raise Failure(f"no {device}")
            namespace.run("wg", "set", device, "listen-port", "51820", "private-key", files[i],
                          "peer", public[1 - i], "allowed-ips", f"{other}/32", "endpoint",
                          f"{theirs}:51820")
            give_address(namespace, device, inner, other)
        yield
        for program in started:
            program.stop()


class OpenVpn(Peer):
    programs = ("openvpn", "openssl")

    def certificate(self, name, *signing):
        run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-x509",
             "-days", "2", *signing], cwd=self.folder)

    @contextmanager
    def running(self):
        self.folder.mkdir(exist_ok=True)
        self.certificate("ca")
        for name in "ab":
            self.certificate(name, "-CA", "ca.crt", "-CAkey", "ca.key")
        common = ["openvpn", "--dev", "tun", "--proto", "udp", "--port", "1194", "--ca", "ca.crt",
                  "--data-ciphers", "AES-256-GCM", "--cipher", "AES-256-GCM", "--disable-dco",
                  "--tun-mtu", MTU, "--mssfix", "0", "--sndbuf", "0", "--rcvbuf", "0", "--fast-io"]
        started = []
        for name, (namespace, ours, theirs, inner, other) in reversed(list(zip("ab", self.ends))):
            role = (["--tls-client", "--remote", theirs] if name == "a"
                    else ["--tls-server", "--dh", "none"])
            started.append(namespace.start(
                *common, *role, "--local", ours, "--cert", f"{name}.crt", "--key", f"{name}.key",
                "--ifconfig", inner, other, log=self.folder / f"{name}.log", cwd=self.folder))
        log = self.folder / "a.log"
        if not wait_until(lambda: "Initialization Sequence Completed" in log.read_text(), 20):
            raise Failure(log.read_text()[-2000:])
        yield
        for program in started:
            program.stop()
        log.unlink()


class StrongSwan(Peer):
    """With kernel-libipsec, and AES-128-GCM."""

    programs = ("swanctl",)

    @classmethod
    def missing(cls):
        return strongswan.missing()

    @contextmanager
    def running(self):
        charons = []
        for i, (namespace, ours, theirs, inner, other) in enumerate(self.ends):
            namespace.ip("addr", "replace", f"{inner}/32", "dev", "lo")
            charon = strongswan.Charon(namespace, self.folder / f"{i}-{time.monotonic_ns()}")
            charon.tree = {"connections": {swanctl.NAME: {
                "version": "2", "local_addrs": [ours], "remote_addrs": [theirs], "encap": "yes",
                "proposals": [swanctl.IKE], "local": {"auth": "psk", "id": ours},
                "remote": {"auth": "psk", "id": theirs},
                "children": {swanctl.CHILD: {"local_ts": [f"{inner}/32"],
                                             "remote_ts": [f"{other}/32"],
                                             "esp_proposals": ["aes128gcm16"]}}}},
                "secrets": {"ike-all": {"secret": "only for measuring"}}}
            charon.configure()
            charons.append(charon.start())
        charons[0].initiate(swanctl.CHILD)
        yield
        for charon in charons:
            charon.stop()


ALL = {"strongSwan, kernel-libipsec": StrongSwan, "wireguard-go": WireguardGo, "OpenVPN": OpenVpn}
