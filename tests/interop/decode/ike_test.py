#!/usr/bin/python3
"""`esplanade decode --ike-keys` and tshark tell the same of IKE messages, sealed by Python's
cryptography or published.

usage: ike_test.py ESPLANADE [VECTORS]
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

import captures  # noqa: E402
import ike_captures  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402
from scapy.utils import wrpcap  # noqa: E402

ESPLANADE = sys.argv[1]
KEY_TABLE = "ikev2_decryption_table"  # the name under which tshark looks for it
HEADER_FIELDS = ("frame.number", "isakmp.ispi", "isakmp.rspi", "isakmp.version",
                 "isakmp.exchangetype", "isakmp.messageid", "_ws.malformed")


def expect(condition, what):
    if not condition:
        sys.exit(f"ike_test.py: {what}")


def decode(capture, *arguments):
    """The objects `decode --json` prints, and what it complains of."""
    command = [ESPLANADE, "decode", capture, "--json", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def tshark(capture, folder, *arguments):
    environment = os.environ | {"WIRESHARK_CONFIG_DIR": str(folder)}
    return subprocess.run(["tshark", "-n", "-r", capture, *arguments], check=True,
                          capture_output=True, text=True, env=environment).stdout


def raw_values(tree, name):
    """Every octet string that `tshark -T json -x` has under this name, at whatever depth."""
    if isinstance(tree, list):
        return [value for branch in tree for value in raw_values(branch, name)]
    if not isinstance(tree, dict):
        return []
    found = [tree[name + "_raw"][0]] if name + "_raw" in tree else []
    return found + [value for branch in tree.values() for value in raw_values(branch, name)]


def payloads_of(message):
    """What stands behind the SK payload."""
    return [p["type"] for p in message["ike"]["payloads"] if p["type"] not in ("SK", "SKF")]


def test_sealed(folder):
    """SK and SKF payloads, on both ports, beside ESP in one run; tshark decrypts the same."""
    cases = ike_captures.sealed()
    esp_rows, esp_cases = captures.sealed()
    capture = folder / "ike.pcap"
    (folder / KEY_TABLE).write_text(ike_captures.row() + "\n")
    (folder / "esp_sa").write_text("\n".join(esp_rows) + "\n")
    wrpcap(str(capture), [Ether(frame) for frame, _ in cases] + [Ether(esp_cases[0].frame)])

    *messages, esp = decode(capture, "--ike-keys", folder / KEY_TABLE,
                            "--esp-keys", folder / "esp_sa")[0]

    expect(esp["status"] == "opened" and esp["ike"] is None, "ESP is opened in the same run")
    for number, ((_, text), got) in enumerate(zip(cases, messages, strict=True), 1):
        expect(got["status"] == "opened", f"frame {number}: {got['status']}, {got['reason']}")
        expect(got["inner"] == text.hex(), f"frame {number}: {got['inner']}")
    shown = [payloads_of(message) for message in messages]
    expect(shown == [["N", "V"], [], ["N", "V"], [], [], ["N", "V"]], f"payloads {shown}")
    compare_with_tshark(capture, folder, [text.hex() for _, text in cases])
    return len(cases)


def compare_with_tshark(capture, folder, texts):
    """tshark finds these octets behind the IV of each frame, with a pad length behind them."""
    frames = json.loads(tshark(capture, folder, "-T", "json", "-x", "-Y", "isakmp"))
    for number, (frame, text) in enumerate(zip(frames, texts, strict=True), 1):
        found = raw_values(frame, "isakmp.enc.decrypted")
        expect(any(value.startswith(text) for value in found),
               f"frame {number}: tshark decrypts {found}, not {text}")


def test_without_keys(folder):
    """Headers are shown, and what is encrypted stays so."""
    for got in decode(folder / "ike.pcap")[0][:-1]:
        expect(got["status"] == "no_key" and got["inner"] is None, f"without keys {got['status']}")
        expect(got["ike"]["exchange"] == "INFORMATIONAL", "the header is in clear")


def test_published(vectors, folder):
    """Wireshark's captures hold what their publisher and tshark say."""
    for capture, row, frames, auth in ike_captures.published(vectors):
        (folder / KEY_TABLE).write_text(row + "\n")
        messages, complaints = decode(capture, "--ike-keys", folder / KEY_TABLE)
        if capture.name in ike_captures.NOT_PROVIDED:
            expect("is not provided" in complaints, f"{capture.name}: {complaints}")
            expect({got["status"] for got in messages} == {"clear", "no_key"}, capture.name)
            continue
        for frame in frames:
            compare_with_published(capture.name, frame, messages[frame["frame"] - 1])
        found = [p["data"] for got in messages for p in got["ike"]["payloads"]
                 if p["type"] == "AUTH"]
        expect(auth in found, f"{capture.name}: the published AUTH is not among {found}")
        texts = [got["inner"] for got in messages if got["status"] == "opened"]
        compare_opened_with_tshark(capture, folder, texts)


def compare_with_published(name, frame, got):
    where = f"{name}, frame {frame['frame']}"
    is_encrypted = "decrypted_payload" in frame
    expect(got["status"] == ("opened" if is_encrypted else "clear"), f"{where}: {got['status']}")
    expect(got["ike"]["spi_i"] == frame["ispi"].replace(":", ""), f"{where}: SPIi")
    expect(got["ike"]["spi_r"] == frame["rspi"].replace(":", ""), f"{where}: SPIr")
    expect(got["ike"]["message_id"] == int(frame["message_id"], 16), f"{where}: message ID")
    if is_encrypted:
        expect(got["inner"] == frame.get("contained", ""), f"{where}: {got['inner']}")


def compare_opened_with_tshark(capture, folder, texts):
    frames = json.loads(tshark(capture, folder, "-T", "json", "-x", "-Y", "isakmp.enc.iv"))
    for frame, text in zip(frames, texts, strict=True):
        found = raw_values(frame, "isakmp.enc.decrypted")
        expect(found and found[0].startswith(text), f"{capture.name}: tshark decrypts {found}")


def headers_by_tshark(capture, folder):
    """Per frame with IKE the fields of the first message in it."""
    fields = [word for field in HEADER_FIELDS for word in ("-e", field)]
    table = tshark(capture, folder, "-Y", "isakmp", "-T", "fields", "-E", "occurrence=f", *fields)
    rows = [line.split("\t") for line in table.splitlines()]
    return {int(row[0]): row[1:] for row in rows}


def compare_headers(capture, folder):
    """What tshark takes for IKE without complaint, we do; both read the same headers."""
    theirs = headers_by_tshark(capture, folder)
    count = 0
    for got in decode(capture)[0]:
        where = f"{capture.name}, frame {got['frame']}"
        if got["frame"] not in theirs:
            expect(got["protocol"] != "ike" or not got["ike"], f"{where}: tshark sees no IKE")
            continue
        *fields, malformed = theirs[got["frame"]]
        expect(got["status"] != "refused" or malformed, f"{where}: {got['reason']}")
        if not got["ike"]:  # the last fragment of a datagram, by which tshark shows the whole
            expect(got["protocol"] in ("ike", "clear"), f"{where}: {got['protocol']}")
            continue
        compare_header(where, got["ike"], fields)
        count += 1
    return count


def compare_header(where, ike, fields):
    spi_i, spi_r, version, exchange, message_id = fields
    expect((ike["spi_i"], ike["spi_r"]) == (spi_i, spi_r), f"{where}: SPIs {ike}")
    major, minor = ike["version"].split(".")
    expect(int(version, 16) == int(major) << 4 | int(minor), f"{where}: version {ike['version']}")
    expect(ike["message_id"] == int(message_id, 16), f"{where}: message ID")
    names = {2: "Identity Protection", 4: "Aggressive", 5: "Informational", 6: "Transaction",
             32: "Quick Mode", 34: "IKE_SA_INIT", 35: "IKE_AUTH", 36: "CREATE_CHILD_SA",
             37: "INFORMATIONAL"}
    expect(ike["exchange"] == names[int(exchange)], f"{where}: {ike['exchange']}, {exchange}")


def test_every_capture(vectors, folder):
    scans = folder / "ike_scan.pcap"
    frames = [ike_captures.framed(message) for message in ike_captures.raw_datagrams(vectors)]
    wrpcap(str(scans), [Ether(frame) for frame in frames])
    paths = [scans, *ike_captures.unpacked(vectors, folder)]
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(lambda path: compare_headers(path, folder), paths)), len(paths)


def test_malformed(vectors):
    """What once crashed another reader is read to its end, and none of it taken for whole."""
    for capture in ike_captures.malformed(vectors):
        for got in decode(capture)[0]:
            is_whole_ikev2 = (got["status"] == "clear" and got["ike"]
                              and got["ike"]["version"] == "2.0")
            expect(not is_whole_ikev2, f"{capture.name}: {got}")


def main():
    messages, files = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sealed = test_sealed(folder)
        test_without_keys(folder)
        if len(sys.argv) > 2:
            test_published(sys.argv[2], folder)
            test_malformed(sys.argv[2])
            messages, files = test_every_capture(sys.argv[2], folder)
    print(f"{sealed} sealed messages, {messages} messages of {files} published captures: "
          "tshark and we agree")


if __name__ == "__main__":
    main()
