#!/usr/bin/python3
"""Says what a Google Benchmark run of the data plane measured, and whether it meets the goals.

usage: tools/bench/report.py FIGURES.json [RESULT.json]

Of each row, the best of all repetitions counts, for what others do on the machine only ever adds; median and spread stand in RESULT.json. Goals are ratios and differences within the one run. One that is missed is said, and is an error only where the run has all of its rows.
"""

import json
import platform
import re
import statistics
import sys
from datetime import datetime, timezone
from pathlib import Path

# What the library adds about how it measured.
NOT_THE_NAME = re.compile(r"/(repeats:\d+|min_time:[\d.]+|manual_time|real_time)")
SIZES = (64, 512, 1400)
LIBRARY = "ipsec-mb"
MOST_CYCLES = 60  # of the time stamp counter, on top of the bare cipher
MOST_GROWTH = {1000: 1.3, 8000: 2.0, 100000: 4.0}  # of the time for one SA


class Run:
    """The rows of one run: nanoseconds per item."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        self.context = content["context"]
        self.ns_per_tick = 1e9 / float(self.context.get("tsc_hz", 1e9))
        self.times = {}
        scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
        for row in content.get("benchmarks", []):
            if row.get("run_type") != "iteration":
                continue
            if row.get("error_occurred"):
                sys.exit(f"{row['run_name']}: {row['error_message']}")
            rate = row.get("items_per_second")
            time = 1e9 / rate if rate else row["real_time"] * scale[row["time_unit"]]
            self.times.setdefault(NOT_THE_NAME.sub("", row["run_name"]), []).append(time)

    def best(self, name):
        return min(self.times[name]) if name in self.times else None

    def cycles(self, nanoseconds):
        return nanoseconds / self.ns_per_tick


def in_parts(name):
    """A key that sorts numbers as numbers."""
    parts = re.split(r"[/:]", name)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def bare_of(road):
    """The row with the cipher alone that a row of a road is beside: of the library, without ours."""
    _, library, verb, algorithm, size, batch = road.split("/")
    if library == LIBRARY and "gcm" in algorithm:
        return f"bare/{verb}/{algorithm}/{size}"
    return f"raw/{library}/{verb}/{algorithm}/{size}/{batch}"


def show_roads(run):
    roads = sorted((name for name in run.times if name.startswith("road/")), key=in_parts)
    if not roads:
        return
    print(f"{'ns per packet':46} {'road':>7} {'cipher':>7} {'on top':>7} {'cycles':>7}  % of cipher")
    for road in roads:
        bare = run.best(bare_of(road))
        if bare is None:
            continue
        time = run.best(road)
        print(f"{road:46} {time:7.1f} {bare:7.1f} {time - bare:7.1f}"
              f" {run.cycles(time - bare):7.0f}  {100 * bare / time:6.1f}")
    print()


def show_others(run):
    for name in sorted(run.times, key=in_parts):
        if not name.startswith(("road/", "raw/")):
            time = run.best(name)
            print(f"{name:46} {time:9.1f} ns {run.cycles(time):9.0f} cycles")
    print()


def goals(run):
    """(goal, limit, measured) of each; measured is None where rows are missing."""
    for verb in ("seal", "open"):
        for size in SIZES:
            road = run.best(f"road/{LIBRARY}/{verb}/aes128gcm16/{size}/batch:32")
            bare = run.best(f"bare/{verb}/aes128gcm16/{size}")
            measured = None if None in (road, bare) else run.cycles(road - bare)
            yield f"{verb}, AES-128-GCM, {size} octets: TSC cycles beside the bare cipher", \
                MOST_CYCLES, measured
        for count, limit in MOST_GROWTH.items():
            one, many = (run.best(f"many/{verb}/{LIBRARY}/{n}") for n in (1, count))
            measured = None if None in (one, many) else many / one
            yield f"{verb}, {count:,} SAs at random: times the cost of one", limit, measured


def judge(run):
    """Prints the goals; the rows for the result, and how many were missed."""
    rows, missed = [], 0
    print(f"{'goal':72} {'at most':>8} {'measured':>9}")
    for goal, limit, measured in goals(run):
        if measured is None:
            continue
        met = measured <= limit
        missed += not met
        rows.append({"goal": goal, "at_most": limit, "measured": round(measured, 2), "met": met})
        print(f"{goal:72} {limit:8} {measured:9.2f}  {'met' if met else 'MISSED'}")
    return rows, missed


def machine(run):
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return {"processor": model.group(1) if model else platform.machine(),
            "cores": run.context["num_cpus"], "kernel": platform.release(),
            "tsc_hz": run.context.get("tsc_hz"),
            "measured": datetime.now(timezone.utc).isoformat(timespec="seconds")}


def write_result(path, run, rows):
    times = {name: {"best": round(min(all_), 2), "median": round(statistics.median(all_), 2),
                    "worst": round(max(all_), 2)} for name, all_ in sorted(run.times.items())}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine(run), "goals": rows, "nanoseconds": times},
                               indent=1) + "\n", encoding="utf-8")


def main():
    run = Run(sys.argv[1])
    if not run.times:
        sys.exit("no benchmark of that name")
    show_others(run)
    show_roads(run)
    rows, missed = judge(run)
    if len(sys.argv) > 2:
        write_result(Path(sys.argv[2]), run, rows)
    if missed:
        print(f"{missed} of {len(rows)} goals missed")


if __name__ == "__main__":
    main()
