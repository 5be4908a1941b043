"""A Linux kernel of its own, with ESP, which the host's kernel lacks: Debian's user-mode-linux as
a process.

    room = Namespace(session, "room")            two TAP devices in it, wan and lan
    guest = Guest(room, folder, {"wan": ("192.0.2.2/24",), "lan": ()})
    guest.run("ip", "xfrm", "state")

Its root is a folder made for it. Of the host it sees /usr, which it cannot write to, and the folder
of the session, under the same path.
"""

import json
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from .session import Failure, wait_until
from .topology import Machine

PROGRAM = Path("/usr/bin/linux.uml")
MEMORY = "192M"
BOOT_SECONDS = 300  # it takes four on a machine that has time
PACKAGE = Path(__file__).resolve().parent
# What runs in the guest, of this package.
MODULES = ("__init__.py", "guest.py", "session.py", "vici.py")
SYSCTL = {"net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1,
          "net.ipv4.ping_group_range": "0 2147483647"}
# The mounts are seen by the guest alone: `ip netns exec` gives every program mounts of its own.
# Its memory is a file, for which the host's /dev/shm may be too small. A system call in the guest is
# some turns of several processes of the host; where others compute, it would wait for each, and boot
# for minutes in place of seconds: so it goes first, if it may.
START = """set -e
mount --bind /usr "$1/usr"
mount -o remount,bind,ro "$1/usr"
mount --bind "$2" "$1$2"
mount -t tmpfs none /dev/shm
preload=$3
shift 3
chrt --rr --pid 1 $$ || true
LD_PRELOAD="$preload" exec "$@"
"""
INIT = """#!/bin/sh
export PYTHONPATH=/lab PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 -m esplab.guest
"""


def missing():
    """What is not installed, or nothing."""
    return None if PROGRAM.exists() else str(PROGRAM)


class Guest(Machine):
    """`links`: interfaces of the guest and their addresses; `room` has a TAP device `tap-NAME` for
    each. `gateway` is the way to all else."""

    def __init__(self, session, room, folder, links, gateway=None):
        self.room, self.folder, self.name = room, Path(folder), f"{room.name}'s guest"
        self.root, self.lab = self.folder / "root", self.folder / "root/lab"
        self.numbers = iter(range(1, 1 << 30))
        self.make_root(session.folder.resolve())
        self.configure(links, gateway)
        with session.hold_signals():
            self.kernel = room.start("sh", "-c", START, "sh", self.root, session.folder.resolve(),
                                     self.make_preload(), *self.command_line(links),
                                     log=self.folder / "console",
                                     env=os.environ | {"TMPDIR": "/dev/shm"})
            session.callback(self.power_off)
        self.wait_for_boot()

    def make_root(self, shared):
        for name in ("usr", "etc", "dev", "proc", "sys", "run", "root", "var/log", "tmp",
                     "lab/requests", "lab/answers", "lab/esplab", str(shared).lstrip("/")):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (self.root / name).symlink_to(f"usr/{name}")
        for name in ("ld.so.cache", "passwd", "group", "nsswitch.conf", "protocols", "services"):
            if Path("/etc", name).exists():
                shutil.copy2(f"/etc/{name}", self.root / "etc")
        for name in MODULES:
            shutil.copy2(PACKAGE / name, self.lab / "esplab")
        (self.root / "init").write_text(INIT)
        (self.root / "init").chmod(0o755)

    def make_preload(self):
        """See there."""
        library = self.folder.resolve() / "whole_xstate.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, PACKAGE / "whole_xstate.c",
                        "-ldl"], check=True)
        return library

    def configure(self, links, gateway):
        described = [{"device": f"vec{number}", "name": name, "addresses": addresses}
                     for number, (name, addresses) in enumerate(links.items())]
        (self.lab / "config.json").write_text(
            json.dumps({"links": described, "gateway": gateway, "sysctl": SYSCTL}))

    def command_line(self, links):
        devices = [f"vec{number}:transport=tap,ifname=tap-{name},depth=128,gro=0"
                   for number, name in enumerate(links)]
        return [PROGRAM, f"mem={MEMORY}", "umid=guest", f"uml_dir={self.folder}", "quiet",
                "root=/dev/root", "rootfstype=hostfs", f"rootflags={self.root}", "rw",
                "con=null", "con0=null,fd:2", "init=/init", "random.trust_bootloader=1", *devices]

    def wait_for_boot(self):
        ready = self.lab / "answers/ready"
        wait_until(lambda: ready.exists() or not self.kernel.is_running(), BOOT_SECONDS)
        if not ready.exists() or (why := json.loads(ready.read_text())):
            why = why["failed"] if ready.exists() else "it did not boot"
            raise Failure(f"{self.name}: {why}\n{self.kernel.text()}")

    def power_off(self):
        """The kernel has helpers, which outlive one that did not get to its end."""
        if self.kernel.is_running():
            self.write_request({"do": "poweroff"})
            wait_until(lambda: not self.kernel.is_running(), 5)
        with suppress(ProcessLookupError):
            os.killpg(self.kernel.pid, signal.SIGKILL)
        self.kernel.stop()

    def write_request(self, request):
        """The name of its answer."""
        name = str(next(self.numbers))
        new = self.lab / "requests" / f"{name}.new"
        new.write_text(json.dumps(request))
        new.rename(new.with_suffix(""))
        return self.lab / "answers" / name

    def ask(self, do, timeout=60, **arguments):
        """What guest.py does and answers."""
        answer = self.write_request({"do": do, **arguments})
        wait_until(lambda: answer.exists() or not self.kernel.is_running(), timeout + 10)
        if not answer.exists():
            raise Failure(f"{self.name} did not answer to {do} {arguments}\n{self.kernel.text()}")
        result = json.loads(answer.read_text())
        if "failed" in result:
            raise Failure(f"{self.name}: {do} {arguments}: {result['failed']}")
        return result

    def run(self, *command, check=True, env=None, timeout=60):
        command = [str(word) for word in command]
        done = self.ask("run", command=command, env=env, timeout=timeout)
        if check and done["code"] != 0:
            raise Failure(f"{' '.join(command)} in {self.name} exited with {done['code']}:\n"
                          f"{done['out']}{done['err']}")
        return subprocess.CompletedProcess(command, done["code"], done["out"], done["err"])

    def ip(self, *words):
        return self.run("ip", *words)

    def read(self, path):
        """A file that the guest alone has, without the time a program there takes to start."""
        return self.ask("read", path=path)["text"]

    def start(self, *command, log, env=None):
        return Started(self, [str(word) for word in command], log, env)


class Started:
    """A program in a guest, as session.Background is one beside us. It ends with the guest."""

    def __init__(self, guest, command, log, env):
        self.guest, self.log = guest, Path(log)
        self.pid = guest.ask("start", command=command, log=str(log), env=env)["pid"]

    def is_running(self):
        return self.guest.ask("poll", pid=self.pid)["code"] is None

    def stop(self, number=signal.SIGTERM, seconds=20):
        """The exit code."""
        return self.guest.ask("stop", pid=self.pid, number=number, seconds=seconds)["code"]

    def wait_for_text(self, text, seconds=120):
        wait_until(lambda: text in self.text() or not self.is_running(), seconds)
        if text not in self.text():
            raise Failure(f"waited for '{text}' in {self.log}:\n{self.text()}")

    def text(self):
        return self.log.read_text(errors="replace")
