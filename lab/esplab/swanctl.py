"""Connections in the syntax of swanctl.conf(5), which both daemons read: trees of dictionaries that
a scenario may change before they are written."""

from dataclasses import dataclass

NAME, CHILD = "lab", "net"
IKE = "aes128gcm16-prfsha256-x25519"
ESP = "aes128gcm16"
SECRET = "a-secret-of-the-lab"


@dataclass(frozen=True)
class Side:
    """One end of a connection; `address` is None where it cannot be known beforehand."""

    id: str
    address: str | None
    networks: tuple


class Keyed:
    """What the classes of daemons share: which end it is, what it is told, whom it protects."""

    side, tree, host = None, None, None

    def become(self, side, tree, host):
        self.side, self.tree, self.host = side, tree, host

    @property
    def connection(self):
        return self.tree["connections"][NAME]

    @property
    def child(self):
        return self.connection["children"][CHILD]

    def child_sas(self):
        return [child for ike in self.sas() for child in ike.children]

    def installed(self):
        """Child SAs that carry traffic, not those about to go."""
        return [child for child in self.child_sas() if child.state == "INSTALLED"]

    def counters(self):
        """Packets out and in of each child SA, by its inbound SPI."""
        return {child.spi_in: (child.packets_out, child.packets_in) for child in self.child_sas()}


def write(tree, depth=0):
    """The text of sections and settings."""
    indent = "  " * depth
    lines = []
    for name, value in tree.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name} {{", write(value, depth + 1).rstrip("\n"), f"{indent}}}"]
        elif isinstance(value, (list, tuple)):
            lines.append(f"{indent}{name} = {', '.join(map(str, value))}")
        else:
            lines.append(f"{indent}{name} = {value}")
    return "\n".join(filter(None, lines)) + "\n"


def connection(near, far):
    """What `near` says of its tunnel to `far`: with a pre-shared key, as long as nobody gives it
    certificates. Nothing ends or renews itself while a scenario runs."""
    addresses = {"local_addrs": near.address} if near.address else {}
    return {
        "connections": {NAME: {
            "version": 2, "proposals": IKE, **addresses, "remote_addrs": far.address or "%any",
            "mobike": "no", "rekey_time": "4h",
            "local": {"auth": "psk", "id": near.id},
            "remote": {"auth": "psk", "id": far.id},
            "children": {CHILD: {
                "local_ts": list(near.networks), "remote_ts": list(far.networks),
                "esp_proposals": ESP, "rekey_time": "1h"}}}},
        "secrets": {"ike-lab": {"id-1": near.id, "id-2": far.id, "secret": f'"{SECRET}"'}}}


def use_certificate(tree, pem):
    """In place of the pre-shared key."""
    ends = tree["connections"][NAME]
    ends["local"] |= {"auth": "pubkey", "certs": pem}
    ends["remote"]["auth"] = "pubkey"
    tree.pop("secrets", None)
