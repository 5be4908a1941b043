#!/usr/bin/python3
"""Judges what esplanade_ike_bench measured and shows it beside strongSwan.

usage: tools/bench/ike.py FIGURES.json [STRONGSWAN.json] > table

FIGURES.json gets the verdicts and strongSwan's figures added. A goal that is missed is said, and no error: on a machine that is busy with other things it says little.
"""

import json
import sys
from pathlib import Path

MOST_ARITHMETIC = 3.0  # processor time of an end, in times of its X25519
MOST_OCTETS = 4500  # of an IKE SA with one child
MOST_GROWTH = 1.25  # from the least to the most of any number of IKE SAs: "flat"
ENDS = ("initiator", "responder")


def per_end(rows, name):
    """{end: [a median for each number of IKE SAs]}"""
    if name == "octets":
        return {end: [row[f"{end}_octets"]["median"] for row in rows] for end in ENDS}
    return {end: [row["handshake"][f"{end}_{name}"]["median"] for row in rows] for end in ENDS}


def verdicts(rows):
    """(goal, limit, measured) of each."""
    ratios, octets = per_end(rows, "ratio"), per_end(rows, "octets")
    for end in ENDS:
        yield f"{end}: CPU per handshake, in X25519 of one end", MOST_ARITHMETIC, max(ratios[end])
    for end in ENDS:
        yield f"{end}: octets per IKE SA with one child", MOST_OCTETS, max(octets[end])
    if len(rows) > 1:
        for what, values in (("CPU", ratios), ("memory", octets)):
            growth = max(max(values[end]) / min(values[end]) for end in ENDS)
            numbers = f"{rows[0]['sas']} to {rows[-1]['sas']} IKE SAs"
            yield f"{what}: most / least of {numbers}", MOST_GROWTH, growth


def spread(value):
    return f"{value['median']:7.1f} ({value['low']:.0f}-{value['high']:.0f})"


def show_rows(rows):
    print("Two endpoints in one process; microseconds of CPU per handshake as median (10 %-90 %)")
    print(f"{'IKE SAs':>8} {'':10} {'us':>20} {'of X25519':>10} {'per s, core':>12} {'octets':>8}"
          f" {'child rekeyed, us':>18}")
    for row in rows:
        for end in ENDS:
            cpu = row["handshake"][f"{end}_us"]
            print(f"{row['sas']:8} {end:10} {spread(cpu):>20}"
                  f" {row['handshake'][f'{end}_ratio']['median']:10.2f}"
                  f" {1e6 / cpu['median']:12.0f} {row[f'{end}_octets']['median']:8.0f}"
                  f" {row['settling'][f'{end}_us']['median']:18.1f}")
        print(f"{row['sas']:8} {'X25519':10} {spread(row['handshake']['arithmetic_us']):>20}")


def show_pair(pair):
    print(f"\nTwo daemons of {' '.join(pair['version']) or 'strongSwan'}, by VICI, with its userspace"
          " data plane")
    print(f"{'IKE SAs':>8} {'per s':>7}   {'':10} {'us of CPU':>10} {'octets':>8}")
    for row in pair["rows"]:
        for end in ENDS:
            print(f"{row['established']:8} {row['per_second']:7.0f}   {end:10}"
                  f" {row[end]['cpu_us']:10.0f} {row[end]['octets']:8.0f}")


def show_verdicts(judged):
    width = max(len(one["goal"]) for one in judged)
    print(f"\n{'goal':{width}} {'at most':>9} {'measured':>9}")
    for one in judged:
        word = "met" if one["is_met"] else "MISSED"
        print(f"{one['goal']:{width}} {one['limit']:9g} {one['measured']:9.4g}  {word}")


def main():
    path = Path(sys.argv[1])
    figures = json.loads(path.read_text())
    rows = figures["esplanade"]
    figures["goals"] = [{"goal": goal, "limit": limit, "measured": measured,
                         "is_met": measured <= limit} for goal, limit, measured in verdicts(rows)]
    show_rows(rows)
    if len(sys.argv) > 2:
        figures["strongswan"] = json.loads(Path(sys.argv[2]).read_text())
        show_pair(figures["strongswan"])
    show_verdicts(figures["goals"])
    path.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
