"""A load that is watched from its server's side while it runs, and ended when enough has been seen."""
import contextlib
import signal
import subprocess
import time

from run import FHIREHOSE


def cpu_seconds(pid):
    """User and system time of a process so far, as /proc has it."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


class Watch:
    """`count()` is how many entries the server has taken so far. Time runs from the first of them on."""

    def __init__(self, process, count):
        self.process, self.count, self.begun = process, count, None
        before = count()
        while count() <= before:
            if process.poll() is not None:
                raise SystemExit(f"the load ended at once, with {process.returncode}")
            time.sleep(0.1)
        self.begun = time.monotonic()

    def until(self, second):
        time.sleep(max(0.0, self.begun + second - time.monotonic()))

    def rate(self, begin, end):
        """Entries a second between two moments."""
        self.until(begin)
        first, begun = self.count(), time.monotonic()
        self.until(end)
        if self.process.poll() is not None:
            raise SystemExit("the load ended while it was measured: its input is too small")
        return (self.count() - first) / (time.monotonic() - begun)


@contextlib.contextmanager
def watched_load(source, url, state, count, *options):
    command = [FHIREHOSE, "load", source, "--to", url, "--state", state, "--json", *options]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Watch(process, count)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
