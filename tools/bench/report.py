#!/usr/bin/python3
"""Prints the best of all repetitions in a Google Benchmark JSON file; pairs road/... with raw/... of the same name.

The best, for what others do on the machine only ever adds. A road that reaches less than 80 % of the bare cipher's packet rate at 1400 octets is an error.
"""

import json
import re
import sys

# What the library adds about how it measured.
NOT_THE_NAME = re.compile(r"/(repeats:\d+|min_time:[\d.]+|manual_time|real_time)")

WANTED = 0.80
WANTED_AT = "1400"


def best_times(path):
    """Name -> nanoseconds per item, from the counter items_per_second where there is one."""
    found = {}
    with open(path, encoding="utf-8") as file:
        rows = json.load(file).get("benchmarks", [])
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    for row in rows:
        if row.get("run_type") != "iteration":
            continue
        name = NOT_THE_NAME.sub("", row["run_name"])
        rate = row.get("items_per_second")
        time = 1e9 / rate if rate else row["real_time"] * scale[row["time_unit"]]
        found[name] = min(time, found.get(name, time))
    return found


def in_parts(name):
    """A key that sorts numbers as numbers."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in name.split("/")]


def print_pairs(times):
    """The table of roads; returns the names of those that are too slow."""
    roads = sorted((name for name in times if name.startswith("road/")), key=in_parts)
    slow = []
    if roads:
        print(f"{'ns per packet':44} {'road':>9} {'raw':>9}  road's rate, % of raw")
    for road in roads:
        raw = times.get("raw/" + road.removeprefix("road/"))
        if raw is None:
            sys.exit(f"{road} has no raw/... to compare with")
        ratio = raw / times[road]
        is_slow = ratio < WANTED and WANTED_AT in road.split("/")
        print(f"{road:44} {times[road]:9.0f} {raw:9.0f}  {100 * ratio:5.1f}{'  TOO SLOW' * is_slow}")
        if is_slow:
            slow.append(road)
    return slow


def main():
    times = best_times(sys.argv[1])
    if not times:
        sys.exit("no benchmark of that name")
    others = [name for name in times if not name.startswith(("road/", "raw/"))]
    for name in others:
        print(f"{name:44} {times[name]:9.0f} ns")
    slow = print_pairs(times)
    if slow:
        sys.exit(f"{len(slow)} roads are under {WANTED:.0%} of the bare cipher at {WANTED_AT} octets")


if __name__ == "__main__":
    main()
