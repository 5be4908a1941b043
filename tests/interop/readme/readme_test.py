#!/usr/bin/python3
"""Every configuration that README.md and esplanade.conf(5) show is taken by `esplanade check`.

usage: readme_test.py ESPLANADE SOURCES
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ESPLANADE, SOURCES = sys.argv[1], Path(sys.argv[2])
FIRST_WORDS = ("connections {", "manual {", "secrets {")


def readme_examples():
    text = (SOURCES / "README.md").read_text(encoding="utf-8")
    return [x for x in re.findall(r"```\n(.*?)```", text, re.DOTALL) if x.startswith(FIRST_WORDS)]


def manual_examples():
    text = (SOURCES / "docs/man/esplanade.conf.5").read_text(encoding="utf-8")
    return re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.DOTALL | re.MULTILINE)


def make_key_files(example, folder):
    """Those the example names, for the algorithm it names them with."""
    for path in re.findall(r"key_file = (\S+)", example):
        (folder / path).parent.mkdir(exist_ok=True)
        subprocess.run([ESPLANADE, "keygen", "--esp", "aes128gcm16", folder / path], check=True)


def check(example):
    """What `esplanade check --json` says of the example, in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "gw.conf").write_text(example, encoding="utf-8")
        make_key_files(example, folder)
        run = subprocess.run([ESPLANADE, "check", "--json", folder / "gw.conf"],
                             capture_output=True, text=True, check=False)
        return json.loads(run.stdout)


def main():
    readme, manual = readme_examples(), manual_examples()
    found = [(name, example, check(example))
             for name, examples in (("README.md", readme), ("esplanade.conf(5)", manual))
             for example in examples]
    for name, example, answer in found:
        if not answer["valid"] or answer["warnings"]:
            sys.exit(f"{name}: {answer}\n{example}")
    for name, examples in (("README.md", readme), ("esplanade.conf(5)", manual)):
        kinds = {kind for kind in ("connections", "ike")
                 for where, _, answer in found if where == name and answer[kind]}
        if kinds != {"connections", "ike"}:
            sys.exit(f"{name}: shows {kinds} in {len(examples)} examples; by hand and by IKE wanted")
    print(f"{len(found)} examples are good")


if __name__ == "__main__":
    main()
