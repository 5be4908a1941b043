"""strongSwan with the ESP of a Linux kernel: sites in which a gateway is a guest (uml.py), and the
daemon in it."""

from pathlib import Path

from .strongswan import PLUGINS, PROGRAM, Charon
from .topology import NAT_INSIDE, BehindNat, FourHosts, with_length
from .uml import Guest


class KernelCharon(Charon):
    kind = "strongSwan with kernel ESP"
    plugins = PLUGINS.replace(" kernel-libipsec", "")
    patience = 120  # a guest is the first to suffer where processors are scarce

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


def put_guest(session, room, links, gateway=None):
    """The namespace `room` becomes but a room of the guest that takes over its addresses: `links`
    are interfaces of it, each now bridged to one of the guest."""
    for name in links:
        room.ip("addr", "flush", "dev", name)
        room.ip("link", "add", f"br-{name}", "type", "bridge", "mcast_snooping", 0)
        room.ip("tuntap", "add", "dev", f"tap-{name}", "mode", "tap")
    room.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv4.ip_forward=0")
    for name in links:
        for part in (name, f"tap-{name}"):
            room.ip("link", "set", part, "master", f"br-{name}", "up")
        room.ip("link", "set", f"br-{name}", "up")
    return Guest(session, room, session.folder / f"guest-{room.name}",
                 {name: [with_length(address) for address in ("fe80::3", *addresses)]
                  for name, addresses in links.items()}, gateway)


def inside(addresses):
    """A gateway's own in the network of such a host."""
    return tuple(address[:-1] + "1" for address in addresses)


class KernelPeer(FourHosts):
    """gw-b is a guest."""

    peer = KernelCharon

    def __init__(self, session, prefix):
        super().__init__(session, prefix)
        self.gw_b_room = self.gw_b  # the namespace around it
        self.gw_b = put_guest(session, self.gw_b,
                              {"wan": self.wire_b, "lan": inside(self.host_b_addresses)})


class KernelPeerBeyondNat(KernelPeer, BehindNat):
    """And before gw-a is a NAT."""


class KernelPeerBehindNat(BehindNat):
    """gw-a, behind a NAT, is a guest."""

    peer = KernelCharon

    def __init__(self, session, prefix):
        super().__init__(session, prefix)
        self.gw_a = put_guest(session, self.gw_a,
                              {"wan": self.wire_a, "lan": inside(self.host_a_addresses)},
                              NAT_INSIDE)
