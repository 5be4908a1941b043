#!/usr/bin/python3
"""Counts the instructions of the two roads a packet and holds them to a baseline.

usage: tools/bench/count.py PROGRAM BASELINE.json [--write]

PROGRAM is esplanade_road_count, which valgrind's callgrind runs: what it counts is the same on every run and machine with the same compiler, however busy. A shape that takes over 5 % more than the baseline is an error, and so is one that takes over 5 % less: the gain is to be kept by writing the baseline anew.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MOST_CHANGE = 0.05
ROADS = ("seal", "open")


def instructions(program, shape, road):
    """A packet, of everything below count_ROAD()."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--collect-atstart=no",
                   f"--toggle-collect=*count_{road}*", f"--callgrind-out-file={folder}/out",
                   program, shape]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or not counted or not run.stdout.strip().isdigit():
        sys.exit(f"counting {shape} failed:\n{run.stdout}{run.stderr}")
    return int(counted.group(1)) / int(run.stdout)


def count_all(program):
    """{"tunnel4 seal": instructions, ...}"""
    shapes = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    jobs = [(shape, road) for shape in shapes for road in ROADS]
    with ThreadPoolExecutor(2) as pool:
        counts = pool.map(lambda job: instructions(program, *job), jobs)
    return {" ".join(job): round(count, 1) for job, count in zip(jobs, counts)}


def complaints(counts, baseline):
    for name in sorted(counts.keys() | baseline.keys()):
        if name not in counts or name not in baseline:
            yield f"{name}: only {'measured' if name in counts else 'in the baseline'}"
            continue
        change = counts[name] / baseline[name] - 1
        if abs(change) > MOST_CHANGE:
            yield f"{name}: {counts[name]:.0f} instructions a packet, {change:+.1%} to the baseline"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("baseline", type=Path)
    parser.add_argument("--write", action="store_true", help="make what is measured the baseline")
    arguments = parser.parse_args()
    counts = count_all(arguments.program)
    for name, count in counts.items():
        print(f"{name:20} {count:8.1f} instructions a packet")
    if arguments.write:
        arguments.baseline.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
        return
    found = list(complaints(counts, json.loads(arguments.baseline.read_text(encoding="utf-8"))))
    if found:
        sys.exit("\n".join(found) + f"\nif that is meant: {sys.argv[0]} {arguments.program}"
                 f" {arguments.baseline} --write")


if __name__ == "__main__":
    main()
