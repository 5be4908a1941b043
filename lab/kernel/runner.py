"""Our daemon against the ESP and AH of a Linux kernel, both keyed by hand, case by case. Datagrams and
streams are begun by both, and must come back as they were; both ends must have counted the same, have
dropped nothing but packets that came twice, and the wire must have seen nothing in clear.

usage: lab/run kernel [--list] [WORD...]      cases whose names have all words
"""

import sys
import time
from collections import defaultdict

from esplab.gateway import binary
from esplab.session import Failure, Session, run
from esplab.uml import missing

from .bench import Bench
from .cases import every_case


def main(words):
    if words in (["--help"], ["-h"]):
        print(__doc__)
        return 0
    wanted = [word.lower() for word in words if word != "--list"]
    cases = [case for case in every_case() if all(word in case.name.lower() for word in wanted)]
    if "--list" in words:
        print("\n".join(case.name for case in cases))
        return 0
    if missing():
        sys.exit(f"there is no {missing()}: Debian's package user-mode-linux")
    if not cases:
        sys.exit("no case has these words; --list shows all")
    run([binary(), "version"])
    failed = play_all(cases)
    print_table(cases, failed)
    print(f"{len(cases) - len(failed)} of {len(cases)} cases, with our ESP and AH and the kernel's")
    return 1 if failed else 0


def play_all(cases):
    failed = []
    with Session() as session:
        bench = Bench(session)
        for case in cases:
            begin = time.monotonic()
            try:
                packets = bench.play(case)
                result, more = "ok    ", f"{packets['out']:4} out {packets['in']:4} in"
            except Failure as failure:
                failed.append(case)
                bench.forget()
                result, more = "FAILED", f"\n{failure}"
            print(f"{result} {time.monotonic() - begin:5.1f} s  {case.name:48} {more}", flush=True)
        bench.finish()
    return failed


def print_table(cases, failed):
    """How many cases of each kind of algorithm went well, road by road."""
    roads = list(dict.fromkeys(case.road for case in cases))
    counts = defaultdict(lambda: [0, 0])
    rows = {}
    for case in cases:
        row = f"{case.algorithms.protocol.upper()} {case.algorithms.proposal}"
        rows[row] = None
        cell = counts[row, case.road]
        cell[0] += case not in failed
        cell[1] += 1
    print(f"\n{'':26}" + "".join(f"{road:>13}" for road in roads))
    for row in rows:
        cells = ("/".join(map(str, counts[row, road])) if (row, road) in counts else "-"
                 for road in roads)
        print(f"{row:26}" + "".join(f"{cell:>13}" for cell in cells))
    print()
