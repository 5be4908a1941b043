#!/usr/bin/python3
"""Prints medians of a Google Benchmark JSON file; pairs road/... with raw/... of the same name.

A road that reaches less than 80 % of the bare cipher's packet rate at 1400 octets is an error.
"""

import json
import sys

WANTED = 0.80
WANTED_AT = "1400"


def medians(path):
    """Name -> nanoseconds per item, from the counter items_per_second where there is one."""
    found = {}
    with open(path, encoding="utf-8") as file:
        rows = json.load(file).get("benchmarks", [])
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    for row in rows:
        if row.get("aggregate_name") != "median":
            continue
        name = row["run_name"].split("/repeats:")[0].split("/min_time:")[0]
        rate = row.get("items_per_second")
        found[name] = 1e9 / rate if rate else row["real_time"] * scale[row["time_unit"]]
    return found


def print_pairs(times):
    """The table of roads; returns the names of those that are too slow."""
    roads = [name for name in times if name.startswith("road/")]
    slow = []
    if roads:
        print(f"{'ns per packet':44} {'road':>9} {'raw':>9}  road's rate, % of raw")
    for road in roads:
        raw = times.get("raw/" + road.removeprefix("road/"))
        if raw is None:
            print(f"{road:44} {times[road]:9.0f} {'-':>9}")
            continue
        ratio = raw / times[road]
        is_slow = ratio < WANTED and WANTED_AT in road.split("/")
        print(f"{road:44} {times[road]:9.0f} {raw:9.0f}  {100 * ratio:5.1f}{'  TOO SLOW' * is_slow}")
        if is_slow:
            slow.append(road)
    return slow


def main():
    times = medians(sys.argv[1])
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
