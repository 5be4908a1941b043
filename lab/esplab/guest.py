"""Process 1 of a guest that uml.py has booted, and the only module of this package that runs there:
sets the system up as /lab/config.json has it, then does what is asked of it by files, for a guest
and its host share no sockets.

    /lab/requests/7    {"do": "run", "command": ["ip", "xfrm", "state"]}
    /lab/answers/7     {"code": 0, "out": "...", "err": ""}

Files appear at once and whole, by renaming.
"""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from .vici import Vici

LAB = Path("/lab")
REQUESTS, ANSWERS = LAB / "requests", LAB / "answers"
MODULES = "/usr/lib/uml/modules"
LOOK = 0.02  # seconds between looks for requests
# What xfrm asks for by number of a protocol comes by itself, as algorithms do; not so these.
NEEDED = ("ipv6", "xfrm_user", "esp4", "esp6", "xfrm4_tunnel", "tunnel6", "udp_tunnel")


class Agent:
    """Does what it is asked for; every request in a thread of its own."""

    def __init__(self):
        self.started = {}

    def serve(self):
        done = set()
        while True:
            for name in sorted(os.listdir(REQUESTS)):
                if name.isdigit() and name not in done:
                    done.add(name)
                    threading.Thread(target=self.answer, args=[name], daemon=True).start()
            time.sleep(LOOK)

    def answer(self, name):
        request = json.loads((REQUESTS / name).read_text())
        try:
            answer = getattr(self, "do_" + request.pop("do"))(**request)
        except Exception as error:  # whatever it is, the host has to hear of it
            answer = {"failed": f"{type(error).__name__}: {error}"}
        put(ANSWERS / name, answer)

    def do_run(self, command, env=None, timeout=60):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=os.environ | (env or {}), timeout=timeout, check=False)
        return {"code": done.returncode, "out": done.stdout, "err": done.stderr}

    def do_read(self, path):
        return {"text": Path(path).read_text()}

    def do_start(self, command, log, env=None):
        with open(log, "ab") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True,
                                       env=os.environ | (env or {}))
        self.started[process.pid] = process
        return {"pid": process.pid}

    def do_poll(self, pid):
        return {"code": self.started[pid].poll()}

    def do_stop(self, pid, number, seconds):
        process = self.started[pid]
        if process.poll() is None:
            process.send_signal(number)
        try:
            return {"code": process.wait(seconds)}
        except subprocess.TimeoutExpired:
            os.killpg(pid, signal.SIGKILL)
            return {"code": process.wait()}

    def do_vici(self, path, seconds, method, words, settings):
        with Vici(path, seconds) as vici:
            return {"answer": getattr(vici, method)(*words, **settings)}

    def do_poweroff(self):
        Path("/proc/sysrq-trigger").write_text("o")
        return {}


def put(path, value):
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(value))
    temporary.rename(path)


def run(*command):
    subprocess.run(command, check=True)


def set_up(config):
    for kind, target in (("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", "/run")):
        run("mount", "-t", kind, kind, target)
    find_modules()
    run("ip", "link", "set", "lo", "up")
    for link in config["links"]:
        set_up_link(**link)
    if config["gateway"]:
        run("ip", "route", "add", "default", "via", config["gateway"])
    for name, value in config["sysctl"].items():
        Path("/proc/sys", name.replace(".", "/")).write_text(str(value))


def find_modules():
    """They are not where modprobe looks; it is told so, and so is the kernel, which calls it."""
    root = Path("/run/kernel/lib")
    root.mkdir(parents=True)
    (root / "modules").symlink_to(MODULES)
    script = Path("/run/kernel/modprobe")
    script.write_text(f'#!/bin/sh\nexec /sbin/modprobe -d {root.parent} "$@"\n')
    script.chmod(0o755)
    Path("/proc/sys/kernel/modprobe").write_text(str(script))
    for module in NEEDED:
        run(script, "-q", module)


def set_up_link(device, name, addresses):
    run("ip", "link", "set", device, "name", name)
    run("ip", "link", "set", name, "addrgenmode", "none")
    for address in addresses:
        nodad = ["nodad"] if ":" in address else []
        run("ip", "address", "add", address, "dev", name, *nodad)
    run("ip", "link", "set", name, "up")


def main():
    os.environ |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
    try:
        set_up(json.loads((LAB / "config.json").read_text()))
        put(ANSWERS / "ready", {})
    except (OSError, subprocess.CalledProcessError) as error:
        put(ANSWERS / "ready", {"failed": str(error)})
    Agent().serve()


if __name__ == "__main__":
    main()
