"""The scenes of demonstration and lab: which tunnel, and how its gateways are configured."""

from dataclasses import dataclass

from .gateway import Connection, configuration, exchange_keys, hex_keys
from .topology import WIRE_A, WIRE_B, FourHosts


@dataclass
class Direction:
    spi: int
    esp: str


@dataclass
class Scene:
    number: int
    title: str
    family: int  # of the wire
    encap: str
    esn: str
    a_to_b: Direction
    b_to_a: Direction

    @property
    def wire(self):
        """The gateways' addresses on it."""
        return (WIRE_A[0], WIRE_B[0]) if self.family == 4 else (WIRE_A[1], WIRE_B[1])

    @property
    def esp_filter(self):
        """tcpdump's, for what the tunnel may put on the wire."""
        return "udp port 4500" if self.encap == "udp" else "esp"

    @property
    def esp_layers(self):
        """tshark's name of the same."""
        ip = f"eth:ethertype:{'ip' if self.family == 4 else 'ipv6'}"
        return ip + (":udp:udpencap:esp" if self.encap == "udp" else ":esp")

    def settings(self, ours, theirs):
        return {"mode": "tunnel", "encap": self.encap, "esn": self.esn, "replay_window": 1024,
                "local_ts": ", ".join(ours), "remote_ts": ", ".join(theirs)}


SCENES = (
    Scene(1, "ESP in IPv4, 32-bit sequence numbers", 4, "no", "no",
          Direction(0x1001, "aes128gcm16"), Direction(0x2001, "aes256-sha256")),
    Scene(2, "ESP in UDP in IPv6, 64-bit sequence numbers", 6, "udp", "yes",
          Direction(0x1002, "aes256gcm16"), Direction(0x2002, "aes128gcm16")),
)


def sa_settings(direction, name, *gateways):
    """New keys for one direction: a file in each gateway's folder; for CBC hexadecimal digits, as
    those may stand in the configuration."""
    if "gcm" in direction.esp:
        keys = exchange_keys(direction.esp, name, *gateways)
    else:
        keys = hex_keys(direction.esp)
    return f"spi = {direction.spi:#06x}  esp = {direction.esp}  {keys}"


def configure(scene, gateway_a, gateway_b):
    """Keys and configuration files for both gateways; what `esplanade check` says of them."""
    a_to_b = sa_settings(scene.a_to_b, "a-to-b", gateway_a, gateway_b)
    b_to_a = sa_settings(scene.b_to_a, "b-to-a", gateway_a, gateway_b)
    network_a, network_b = FourHosts.networks_a, FourHosts.networks_b
    a, b = scene.wire
    at_a = Connection("site-b", a, b, a_to_b, b_to_a, scene.settings(network_a, network_b))
    at_b = Connection("site-a", b, a, b_to_a, a_to_b, scene.settings(network_b, network_a))
    return [gateway.configure(configuration(
                connection, dataplane={"esp_key_log": gateway.folder / "esp_sa"}))
            for gateway, connection in ((gateway_a, at_a), (gateway_b, at_b))]
