"""strongSwan with the ESP of a Linux kernel: a site in which gw-b is a guest (uml.py), and the
daemon in it."""

from pathlib import Path

from .strongswan import PLUGINS, PROGRAM, Charon
from .topology import WIRE_A, WIRE_B, End, FourHosts, Namespace, link, with_length
from .uml import Guest


class KernelCharon(Charon):
    kind = "strongSwan with kernel ESP"
    plugins = PLUGINS.replace(" kernel-libipsec", "")

    def __init__(self, namespace, folder):
        super().__init__(namespace, folder)
        self.socket = Path("/run/vici")  # of the guest, who shares files with us and no sockets

    def command(self):
        return (PROGRAM,)

    def forget_socket(self):
        self.namespace.run("rm", "-f", self.socket)

    def environment(self):
        return {"STRONGSWAN_CONF": str(self.folder / "strongswan.conf"),
                "SWANCTL_DIR": str(self.folder)}

    def vici(self, talk, seconds=60):
        return talk(ViciInGuest(self.namespace, self.socket, seconds))


class ViciInGuest:
    """What scenarios use of vici.Vici."""

    def __init__(self, guest, path, seconds):
        self.guest, self.path, self.seconds = guest, path, seconds

    def request(self, command, **settings):
        return self.ask("request", [command], settings)

    def stream(self, command, event, **settings):
        return self.ask("stream", [command, event], settings)

    def ask(self, method, words, settings):
        return self.guest.ask("vici", timeout=self.seconds, path=str(self.path),
                              seconds=self.seconds, method=method, words=words,
                              settings=settings)["answer"]


class KernelPeer(FourHosts):
    """gw-a and host-a as in FourHosts. The namespace gw-b is but the room of a guest: two bridges,
    between wire and guest, and between guest and host-b."""

    peer = KernelCharon

    def __init__(self, session, prefix):
        self.prefix = prefix
        self.gw_a = Namespace(session, f"{prefix}-gw-a")
        self.watch = Namespace(session, f"{prefix}-gw-b")
        self.host_a = self.add_host(session, "host-a", self.gw_a, self.host_a_addresses)
        self.host_b = Namespace(session, f"{prefix}-host-b")
        link(End(self.gw_a, "wan", WIRE_A), End(self.watch, "wan", ()))
        link(End(self.host_b, "lan", self.host_b_addresses), End(self.watch, "lan", ()))
        self.watch.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        inside = tuple(address[:-1] + "1" for address in self.host_b_addresses)
        for address in inside:
            self.host_b.ip("route", "add", "default", "via", address)
        for name in ("wan", "lan"):
            self.bridge(name)
        self.gw_b = Guest(session, self.watch, session.folder / f"guest-{prefix}", {
            "wan": [with_length(a) for a in ("fe80::2", *WIRE_B)],
            "lan": [with_length(a) for a in ("fe80::2", *inside)]})

    def bridge(self, name):
        room = self.watch
        room.ip("link", "add", f"br-{name}", "type", "bridge", "mcast_snooping", 0)
        room.ip("tuntap", "add", "dev", f"tap-{name}", "mode", "tap")
        for part in (name, f"tap-{name}"):
            room.ip("link", "set", part, "master", f"br-{name}")
            room.ip("link", "set", part, "up")
        room.ip("link", "set", f"br-{name}", "up")
