"""Plays scenarios and says how each went.

usage: lab/run strongswan [--list] [--main] [--self] [--keep DIR] [SCENARIO...]
"""

import argparse
import fnmatch
import importlib
import sys
import time
from pathlib import Path

from esplab import strongswan, uml
from esplab.gateway import binary
from esplab.keyed import Esplanade
from esplab.session import Failure, Session

from .registry import SCENARIOS, Lab

THEMES = ("authentication", "proposals", "renewal", "loss_of_peer", "network", "mismatches",
          "fragments", "decoding", "nat", "kernel_esp", "kernel_ah")
LOG_LINES = 40


def parse(words):
    parser = argparse.ArgumentParser(prog="lab strongswan",
                                     description="our daemon against strongSwan's charon")
    parser.add_argument("--list", action="store_true", help="name the scenarios")
    parser.add_argument("--main", action="store_true", help="only those ./dev test plays")
    parser.add_argument("--self", action="store_true",
                        help="strongSwan on both ends, which tests the lab and not us")
    parser.add_argument("--keep", metavar="DIR", help="keep configurations, logs and captures")
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="as --list has it, or a pattern")
    return parser.parse_args(words)


def choose(arguments):
    chosen = [one for one in SCENARIOS.values() if is_chosen(one, arguments)]
    if not chosen:
        raise Failure(f"no scenario is called {' or '.join(arguments.names)}; --list names them")
    return chosen


def is_chosen(one, arguments):
    if arguments.self and one.is_about_us or arguments.main and not one.is_main:
        return False
    return not arguments.names or any(fnmatch.fnmatch(one.name, n) for n in arguments.names)


def show_list(scenarios):
    for one in scenarios:
        mark = "*" if one.is_main else " "
        print(f"{mark} {one.name:24} {one.play.__doc__.splitlines()[0]}")
    print("\n* is played by ./dev test")


def play(one, lab):
    """Whether it went well."""
    began, failure = time.monotonic(), None
    lab.begin(one.name)
    try:
        one.play(lab)
    except (Failure, OSError) as error:
        failure = error
    seconds = time.monotonic() - began
    print(f"{'FAILED' if failure else 'ok    '} {one.name:28}{seconds:6.1f} s", flush=True)
    if failure:
        print(f"  {failure}".replace("\n", "\n  "))
        show_logs(lab.pairs)
    lab.end(bool(failure))
    return not failure


def show_logs(pairs):
    for daemon in pairs[-1].both if pairs else ():
        print(f"\n  --- end of the log of {daemon.kind} in {daemon.namespace.name}")
        print("  " + daemon.tail(LOG_LINES).replace("\n", "\n  "))
    print()


def main(words):
    arguments = parse(words)
    for theme in THEMES:
        importlib.import_module(f"strongswan.{theme}")
    chosen = choose(arguments)
    if arguments.list:
        show_list(chosen)
        return 0
    if name := strongswan.missing() or uml.missing():
        raise Failure(f"strongSwan or its guest is not installed (there is no {name});"
                      " ./dev lab installs it")
    ours = strongswan.Charon if arguments.self else Esplanade
    print(f"{'strongSwan' if arguments.self else binary()} against strongSwan, "
          f"{len(chosen)} scenarios", flush=True)
    began = time.monotonic()
    with Session(arguments.keep) as session:
        lab = Lab(session, ours, strongswan.Charon)
        results = [play(one, lab) for one in chosen]
        failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main(sys.argv[1:]))
