"""The scenes of demonstration and lab: which tunnel, and how its gateways are configured."""

from dataclasses import dataclass

from .pki import Authority, put_credentials
from .swanctl import CHILD, NAME, Side, connection, use_certificate
from .topology import WIRE_A, WIRE_B, FourHosts


@dataclass(frozen=True)
class Scene:
    number: int
    title: str
    family: int  # of the wire
    is_in_udp: bool
    key_type: str  # of the certificates
    ike: str
    esp: str

    @property
    def sides(self):
        at = 0 if self.family == 4 else 1
        return (Side("gw-a.example", WIRE_A[at], FourHosts.networks_a),
                Side("gw-b.example", WIRE_B[at], FourHosts.networks_b))

    @property
    def esp_filter(self):
        """tcpdump's, for what the tunnel may put on the wire; IKE between the ports of ESP in UDP
        has four zeros in place of an SPI."""
        if not self.is_in_udp:
            return "esp"
        return f"udp port 4500 and {'udp[8:4]' if self.family == 4 else 'ip6[48:4]'} != 0"

    @property
    def esp_layers(self):
        """tshark's name of the same."""
        ip = f"eth:ethertype:{'ip' if self.family == 4 else 'ipv6'}"
        return ip + (":udp:udpencap:esp" if self.is_in_udp else ":esp")


SCENES = (
    Scene(1, "ESP in IPv4, certificates with ECDSA", 4, False, "ecdsa256",
          "aes128gcm16-prfsha256-x25519", "aes128gcm16-x25519"),
    Scene(2, "ESP in UDP in IPv6, certificates with RSA, 64-bit sequence numbers", 6, True,
          "rsa2048", "aes256-sha384-ecp384", "aes256-sha256-ecp384-esn"),
)


def configure(scene, gateway_a, gateway_b, folder):
    """Makes an authority in `folder`, and keys, certificates and configuration of both gateways;
    what `esplanade check` says of them. The first packet brings the tunnel up."""
    authority = Authority(folder, scene.key_type)
    a, b = scene.sides
    meanings = []
    for gateway, near, far in ((gateway_a, a, b), (gateway_b, b, a)):
        tree = connection(near, far)
        gateway.become(near, tree, None)
        issued = authority.issue(near.id)
        put_credentials(gateway.folder, issued, authority)
        use_certificate(tree, issued.pem)
        tree["connections"][NAME] |= {"proposals": scene.ike,
                                      "encap": "yes" if scene.is_in_udp else "no"}
        tree["connections"][NAME]["children"][CHILD] |= {
            "esp_proposals": scene.esp, "start_action": "trap", "replay_window": 1024}
        gateway.dataplane = {"esp_key_log": gateway.folder / "esp_sa",
                             "ike_key_log": gateway.key_log}
        meanings.append(gateway.configure())
    return meanings
