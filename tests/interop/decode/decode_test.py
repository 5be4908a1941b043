#!/usr/bin/python3
"""`esplanade decode` tells of each frame what Scapy put into it, and so does tshark.

usage: decode_test.py ESPLANADE [VECTORS]
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import captures  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402
from scapy.utils import wrpcap, wrpcapng  # noqa: E402

ESPLANADE = sys.argv[1]
ESP_OPTIONS = ("esp.enable_encryption_decode:TRUE", "esp.enable_authentication_check:TRUE")


def expect(condition, what):
    if not condition:
        sys.exit(f"decode_test.py: {what}")


def decode(capture, table, *arguments):
    """The objects `decode --json` prints."""
    command = [ESPLANADE, "decode", capture, "--esp-keys", table, "--json", *arguments]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def compare(cases, objects):
    expect(len(objects) == len(cases), f"{len(objects)} objects for {len(cases)} frames")
    for number, (case, got) in enumerate(zip(cases, objects, strict=True), 1):
        expect(list(got) == ["frame", "time", "protocol", "src", "dst", "spi", "seq", "status",
                             "reason", "next_header", "inner", "ike"], f"keys of {got}")
        expect(got["frame"] == number, f"frame {number} has number {got['frame']}")
        for key, value in case.expected.items():
            expect(got[key] == value, f"{case.name}: {key} is {got[key]!r}, not {value!r}")


def tshark(capture, *arguments):
    options = [word for option in ESP_OPTIONS for word in ("-o", option)]
    environment = os.environ | {"WIRESHARK_CONFIG_DIR": str(capture.parent)}
    return subprocess.run(["tshark", "-n", "-r", capture, *options, *arguments], check=True,
                          capture_output=True, text=True, env=environment).stdout


def decrypted_data(dump):
    """Octets of the "Decrypted Data" that `tshark -x` shows of a frame."""
    found = re.search(r"^Decrypted Data \(\d+ bytes\):\n((?:[0-9a-f]{4}  .*\n)+)", dump, re.M)
    lines = found.group(1).splitlines() if found else []
    return "".join(line[6:53].replace(" ", "") for line in lines)


def compare_with_tshark(capture, cases):
    """Payload, padding and trailer as tshark decrypts them, and its word on the ICV."""
    for number, case in enumerate(cases, 1):
        if not case.is_for_tshark:
            continue
        of_frame = ("-Y", f"frame.number == {number}")
        good = tshark(capture, *of_frame, "-T", "fields", "-e", "esp.icv_good").strip()
        expect(good in ("1", "True"), f"{case.name}: tshark finds the ICV wrong")
        plain = decrypted_data(tshark(capture, *of_frame, "-x"))
        expect(plain.startswith(case.expected["inner"]), f"{case.name}: tshark has {plain}")
        expect(int(plain[-2:], 16) == case.expected["next_header"], f"{case.name}: next header")


def write_table(path, rows):
    path.write_text("".join(row + "\n" for row in rows))


def test_capture(folder):
    rows, sealed = captures.sealed()
    ah_rows, authenticated = captures.authenticated()
    cases = sealed + captures.damaged() + captures.unprotected() + authenticated
    table, capture = folder / "esp_sa", folder / "cases.pcap"
    write_table(table, rows + ah_rows)
    frames = [Ether(case.frame) for case in cases]
    wrpcap(str(capture), frames)

    compare(cases, decode(capture, table))
    compare_with_tshark(capture, cases)
    wrpcapng(str(folder / "cases.pcapng"), frames)
    compare(cases, decode(folder / "cases.pcapng", table))
    return len(cases)


def test_ports(folder):
    """Another port replaces 4500."""
    objects = decode(folder / "cases.pcap", folder / "esp_sa", "--udp-port", "4501")
    expect(objects[4]["protocol"] == "clear", "port 4500 was asked for by nobody")
    both = decode(folder / "cases.pcap", folder / "esp_sa", "--udp-port", "4501",
                  "--udp-port", "4500")
    expect(both[4]["status"] == "opened", "port 4500 was asked for")


def test_damaged_file(folder):
    """Frames before the damage are printed, and the exit status tells of it."""
    cut = folder / "cut.pcap"
    cut.write_bytes((folder / "cases.pcap").read_bytes()[:-10])
    command = [ESPLANADE, "decode", cut, "--esp-keys", folder / "esp_sa", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    whole = decode(folder / "cases.pcap", folder / "esp_sa")
    expect(run.returncode == 1, f"exit status {run.returncode} of a damaged file")
    expect(len(run.stdout.splitlines()) == len(whole) - 1, "frames before the damage")
    expect(str(cut) in run.stderr, f"no file name in {run.stderr!r}")


def test_published(folder, vectors):
    count = 0
    for name, row, datagram, inside in captures.published(vectors):
        table, capture = folder / "vector_sa", folder / "vector.pcap"
        write_table(table, [row])
        kind = b"\x86\xdd" if datagram[0] >> 4 == 6 else b"\x08\x00"
        wrpcap(str(capture), [Ether(bytes(12) + kind + datagram)])
        got = decode(capture, table)[0]
        is_good = got["status"] in ("opened", "verified")
        expect(is_good, f"{name}: {got['status']}, {got['reason']}")
        is_inside = inside.endswith(got["inner"]) and len(got["inner"]) > 20
        expect(is_inside, f"{name}: {got['inner']} is not in {inside}")
        count += 1
    expect(count > 0, "no published packet is of our algorithms")
    return count


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = test_capture(folder)
        test_ports(folder)
        test_damaged_file(folder)
        has_vectors = len(sys.argv) > 2
        published = test_published(folder, sys.argv[2]) if has_vectors else 0
    print(f"{count} frames of Scapy's, {published} published packets: tshark and we agree")


if __name__ == "__main__":
    main()
