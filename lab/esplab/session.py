"""The time between set-up and clean-up; and programs run within it."""

import os
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failure(Exception):
    """Something was not as it should be; the text is for the reader of the report."""


class Interrupted(SystemExit):
    """By a signal; the exit code is the shell's for it."""

    def __init__(self, number):
        super().__init__(128 + number)


class Session(ExitStack):
    """Owns a temporary folder and all that is made with it. Signals become Interrupted, which
    unwinds; while something is being made or taken away they wait."""

    def __init__(self, keep=None):
        super().__init__()
        self.held, self.pending = 0, None
        self.keep = keep

    def __enter__(self):
        for number in SIGNALS:
            signal.signal(number, self.on_signal)
        with self.hold_signals():
            if self.keep:
                self.folder = Path(self.keep).resolve()
                self.folder.mkdir(parents=True)
            else:
                temporary = tempfile.TemporaryDirectory(prefix="esplanade-")
                self.folder = Path(self.enter_context(temporary))
        return self

    def __exit__(self, *reason):
        self.held += 1
        return super().__exit__(*reason)

    def on_signal(self, number, _):
        if not self.held:
            raise Interrupted(number)
        self.pending = number

    @contextmanager
    def hold_signals(self):
        """So that nothing is made without being noted for clean-up."""
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1
        if self.pending and not self.held:
            raise Interrupted(self.pending)


class Background:
    """A program that runs until it is stopped, its output in `log`. In a process group of its own,
    so that Ctrl-C reaches it through us alone."""

    def __init__(self, session, command, log, **options):
        self.log = Path(log)
        with session.hold_signals(), open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, **options)
            session.callback(self.stop)

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def stop(self, number=signal.SIGTERM, seconds=20):
        """The exit code."""
        if self.is_running():
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            return self.process.wait()

    def wait_for_text(self, text, seconds=20):
        wait_until(lambda: text in self.text() or not self.is_running(), seconds)
        if text not in self.text():
            raise Failure(f"waited for '{text}' of {self.process.args}, which said:\n{self.text()}")

    def text(self):
        return self.log.read_text(errors="replace")


def run(command, check=True, timeout=60, **options):
    """A program run to its end; unless `check` is off, it must exit with 0."""
    command = [str(word) for word in command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout,
                              stdin=options.pop("stdin", subprocess.DEVNULL), **options)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"{' '.join(command)} did not end within {timeout} seconds") from late
    if check and done.returncode != 0:
        raise Failure(f"{' '.join(command)} exited with {done.returncode}:\n"
                      f"{done.stdout}{done.stderr}")
    return done


def wait_until(is_true, seconds=20):
    """What `is_true` gave, when it was true or time was over."""
    end = time.monotonic() + seconds
    while not (answer := is_true()) and time.monotonic() < end:
        time.sleep(0.02)
    return answer
