#!/usr/bin/python3
"""`esplanade diagnose` tells of captures by Scapy and by others what is in them.

usage: diagnose_test.py ESPLANADE [VECTORS]
"""

import json
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

import ike_captures  # noqa: E402
from scapy.layers.inet import ICMP, IP, UDP, fragment  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402
from scapy.packet import Raw  # noqa: E402
from scapy.utils import wrpcap  # noqa: E402

ESPLANADE = sys.argv[1]
ALICE, BOB = "192.0.2.1", "192.0.2.2"
SPI_I, SPI_R = bytes(range(1, 9)), bytes(range(17, 25))
SA_INIT, AUTH = 34, 35
SA, KE, IDI, IDR, AUTH_PAYLOAD, NONCE, NOTIFY = 33, 34, 35, 36, 39, 40, 41
NO_PROPOSAL_CHOSEN, AUTHENTICATION_FAILED = 14, 24

CONFIG = """connections {
  site {
    local_addrs = 192.0.2.2
    remote_addrs = 192.0.2.1
    proposals = aes256-sha256-ecp256
    local {
      auth = psk
      id = bob.example
    }
    remote {
      auth = psk
      id = alice.example
    }
    children {
      net {
        local_ts = 10.2.0.0/16
        remote_ts = 10.1.0.0/16
      }
    }
  }
}
secrets {
  ike-site {
    secret = "between us two"
  }
}
"""


def expect(condition, what):
    if not condition:
        sys.exit(f"diagnose_test.py: {what}")


def diagnose(capture, *arguments):
    command = [ESPLANADE, "diagnose", capture, "--json", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


# --- messages ------------------------------------------------------------------------------------

def chain(payloads):
    """RFC 7296, 3.2."""
    following = [kind for kind, _ in payloads[1:]] + [0]
    return b"".join(ike_captures.payload(after, body)
                    for after, (_, body) in zip(following, payloads, strict=True))


def transform(is_last, kind, number, bits):
    attribute = struct.pack(">HH", 0x800E, bits) if bits else b""
    return struct.pack(">BBHBBH", 0 if is_last else 3, 0, 8 + len(attribute), kind, 0,
                       number) + attribute


def proposal(transforms):
    """One, of IKE: (type, number, key bits) each."""
    text = b"".join(transform(i + 1 == len(transforms), *one)
                    for i, one in enumerate(transforms))
    return struct.pack(">BBHBBBB", 0, 0, 8 + len(text), 1, 1, 0, len(transforms)) + text


def offer(prf=5, group=19):
    """AES-256, HMAC-SHA2-256-128, and these."""
    transforms = [(1, 12, 256), (2, prf, 0), (3, 12, 0), (4, group, 0)]
    return [(SA, proposal(transforms)), (KE, struct.pack(">HH", group, 0) + bytes(64)),
            (NONCE, bytes(32))]


def notify(kind):
    return [(NOTIFY, struct.pack(">BBH", 0, 0, kind))]


def clear(is_response, payloads, spi_r=bytes(8)):
    body = chain(payloads)
    flags = 0x20 if is_response else 0x08
    return SPI_I + spi_r + struct.pack(">BBBBII", payloads[0][0], 0x20, SA_INIT, flags, 0,
                                       28 + len(body)) + body


def datagram(src, dst, message, port=500):
    marker = b"" if port == 500 else bytes(4)
    return IP(src=src, dst=dst) / UDP(sport=port, dport=port) / Raw(marker + message)


class Auth(ike_captures.Message):
    """As it is, of IKE_AUTH."""

    def header(self, kind, size):
        flags = 0x08 if self.end == "i" else 0x20
        return ike_captures.SPIS + struct.pack(">BBBBII", kind, 0x20, AUTH, flags,
                                               self.message_id, 28 + size)


def identity(name):
    return struct.pack(">BBH", 2, 0, 0) + name.encode()


def record(folder, packets):
    """A second lies between each two."""
    path = folder / "case.pcap"
    frames = [Ether() / packet for packet in packets]
    for number, frame in enumerate(frames):
        frame.time = 1_780_000_000 + 4 * number
    wrpcap(str(path), frames, linktype=1)
    return path


def only(found):
    expect(len(found) == 1, f"{len(found)} IKE SAs instead of one")
    return found[0]


def sentences(found):
    return [finding["why"] for finding in found["findings"]]


# --- cases ---------------------------------------------------------------------------------------

def test_proposals(folder):
    capture = record(folder, [datagram(ALICE, BOB, clear(False, offer(prf=2))),
                              datagram(BOB, ALICE, clear(True, notify(NO_PROPOSAL_CHOSEN)))])
    alone = only(diagnose(capture))
    expect(alone["outcome"] == "refused", alone)
    expect(alone["facts"]["initiator_offers"] == ["1 aes256-prfsha1-sha256-ecp256"], alone)
    expect(alone["facts"]["responder_answers"] == ["NO_PROPOSAL_CHOSEN"], alone)

    (folder / "bob.conf").write_text(CONFIG)
    known = only(diagnose(capture, "--config", folder / "bob.conf"))
    finding = known["findings"][0]
    expect(known["connection"] == "site", known)
    expect(finding["why"] == "their proposal 1 differs only in the PRF: they offer prfsha1, we "
                             "want prfsha256", finding)
    expect(finding["line"] == f"{folder}/bob.conf:5", finding)


def test_silence(folder):
    init = datagram(ALICE, BOB, clear(False, offer()))
    lonely = only(diagnose(record(folder, [init] * 3)))
    expect(lonely["outcome"] == "unanswered", lonely)
    expect(lonely["findings"][0]["topic"] == "port", lonely)

    quoted = bytes(init)[:48]
    refused = IP(src=BOB, dst=ALICE) / ICMP(type=3, code=3) / Raw(quoted)
    told = only(diagnose(record(folder, [init, refused])))
    expect(sentences(told) == ["nobody listens on UDP port 500 of 192.0.2.2: it says so by ICMP"],
           told)


def test_ip_fragments(folder):
    """Of which only the first shows whose they are."""
    answer = datagram(BOB, ALICE, clear(True, offer(), SPI_R))
    init = datagram(ALICE, BOB, clear(False, offer()))
    large = SPI_I + SPI_R + struct.pack(">BBBBII", 46, 0x20, AUTH, 8, 1, 2028) + bytes(2000)
    pieces = fragment(datagram(ALICE, BOB, large), 1400)
    expect(len(pieces) == 2, "Scapy cuts it in two")
    found = only(diagnose(record(folder, [init, answer, *pieces, *pieces])))
    expect([f["topic"] for f in found["findings"]] == ["mtu"], found)
    expect("went in IP fragments" in found["findings"][0]["why"], found)


def test_secret(folder):
    """Opened with its keys, IKE_AUTH shows who was refused, and by whom."""
    said = chain([(IDI, identity("alice.example")), (IDR, identity("bob.example")),
                  (AUTH_PAYLOAD, struct.pack(">BBH", 2, 0, 0) + bytes(32))])
    asked = Auth().whole(said, IDI)
    answered = Auth(end="r").whole(chain(notify(AUTHENTICATION_FAILED)), NOTIFY)
    capture = record(folder, [datagram(ALICE, BOB, asked), datagram(BOB, ALICE, answered)])
    (folder / "keys").write_text(ike_captures.row() + "\n")

    closed = only(diagnose(capture))
    expect(closed["outcome"] == "refused", closed)
    expect("too few for a proof" in sentences(closed)[0], closed)

    keys = ("--ike-keys", folder / "keys")
    opened = only(diagnose(capture, *keys))
    expect(opened["facts"]["initiator_id"] == ["alice.example"], opened)
    expect(sentences(opened) == ["192.0.2.2 does not accept that 192.0.2.1 is alice.example by a "
                                 "pre-shared key (and asks for bob.example)"], opened)

    (folder / "bob.conf").write_text(CONFIG)
    known = only(diagnose(capture, *keys, "--config", folder / "bob.conf"))
    expect(known["findings"][0]["topic"] == "secret", known)
    expect("compare secrets.ike-site" in known["findings"][0]["hint"], known)


def test_wrong_use(folder):
    missing = subprocess.run([ESPLANADE, "diagnose", folder / "none.pcap"], check=False,
                             capture_output=True, text=True)
    expect(missing.returncode == 1 and "none.pcap" in missing.stderr, missing)
    (folder / "bad.conf").write_text("connections { site { proposals = aes512 } }\n")
    bad = subprocess.run([ESPLANADE, "diagnose", record(folder, []), "--config",
                          folder / "bad.conf"], check=False, capture_output=True, text=True)
    expect(bad.returncode == 2 and "bad.conf:1:" in bad.stderr, bad)


# --- what others captured ------------------------------------------------------------------------

def test_refused_by_openswan(vectors):
    """An answer that names another group, and nothing else."""
    folder = Path(vectors, "captures/openswan")
    found = only(diagnose(folder / "lp08-parentR1--parentR1notify.pcap"))
    expect(found["outcome"] == "refused", found)
    expect(found["facts"]["responder_answers"] == ["INVALID_KE_PAYLOAD"], found)
    expect("answered INVALID_KE_PAYLOAD and wants modp2048" in sentences(found)[0], found)


def test_others_offers(vectors):
    """What other programs offered, and what they did about a cookie."""
    folder = Path(vectors, "captures")
    offers = only(diagnose(folder / "openswan/lp202-ca-h2hR1--h2hI1.pcap"))
    expect(len(offers["facts"]["initiator_offers"]) == 6, offers)
    cookie = diagnose(folder / "tcpdump/ikev2four.pcap")[0]
    expect(cookie["outcome"] == "answered", cookie)
    expect("192.168.1.1 asked for a cookie, and 192.168.1.2 returned it" in sentences(cookie),
           cookie)


def test_opened(vectors, folder):
    """Wireshark's captures go well, and with their keys show who spoke."""
    for capture, row, _, _ in ike_captures.published(vectors):
        if capture.name in ike_captures.NOT_PROVIDED:
            continue
        (folder / "keys").write_text(row + "\n")
        found = only(diagnose(capture, "--ike-keys", folder / "keys"))
        expect(found["outcome"] == "established", f"{capture.name}: {found}")
        expect(found["facts"]["initiator_id"] and found["facts"]["responder_id"], found)
        expect(not [f for f in found["findings"] if f["level"] == "error"], found)


def test_every_capture(vectors, folder):
    """Each is read to its end; every sentence is one."""
    paths = list(ike_captures.unpacked(vectors, folder)) + list(ike_captures.malformed(vectors))
    with ThreadPoolExecutor(2) as pool:
        reports = [one for found in pool.map(diagnose_lenient, paths) for one in found]
    for report in reports:
        expect(all(finding["why"] for finding in report["findings"]), report)
    return len(paths), len(reports)


def diagnose_lenient(path):
    """A damaged file is 1, and what was in front of the damage is told."""
    done = subprocess.run([ESPLANADE, "diagnose", path, "--json"], check=False,
                          capture_output=True, text=True)
    expect(done.returncode in (0, 1), f"{path}: {done.returncode}, {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    files, conversations = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        test_proposals(folder)
        test_silence(folder)
        test_ip_fragments(folder)
        test_secret(folder)
        test_wrong_use(folder)
        if len(sys.argv) > 2:
            test_refused_by_openswan(sys.argv[2])
            test_others_offers(sys.argv[2])
            test_opened(sys.argv[2], folder)
            files, conversations = test_every_capture(sys.argv[2], folder)
    print(f"5 captures by Scapy, {conversations} IKE SAs of {files} published captures: explained")


if __name__ == "__main__":
    main()
