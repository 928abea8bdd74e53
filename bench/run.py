"""Runs commands and compares them."""
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FHIREHOSE = ROOT / "build/release/fhirehose"
FHIR_TARGET = ROOT / "build/release/fhir-target"
BARE = ROOT / "build/bench/bench"


class Run:
    """One command, ended: wall seconds, CPU seconds, peak bytes, standard output.

    The kernel takes the parent's own peak until the fork for the child's: whoever measures memory must never have held
    any to speak of."""

    def __init__(self, *command, keep_output=True, ends_with=0):
        words = [str(word) for word in command]
        with tempfile.TemporaryFile() as out:
            begun = time.monotonic()
            process = subprocess.Popen(words, stdout=out if keep_output else subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            self.wall = time.monotonic() - begun
            self.cpu = usage.ru_utime + usage.ru_stime
            self.peak = usage.ru_maxrss * 1024
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            self.out = out.read()
        if process.returncode != ends_with:
            raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")

    @property
    def json(self):
        return json.loads(self.out)


def warm(*files):
    """Brings them into the page cache: what is measured is the program, not the disk."""
    for file in files:
        Run("cat", file, keep_output=False)


def alternate(rounds, *actions):
    """Each action once a round, one behind the other, so that what else the machine does meets all of them; returns
    a list of results for each."""
    results = [[] for _ in actions]
    for _ in range(rounds):
        for action, so_far in zip(actions, results):
            so_far.append(action())
    return results


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def ratio(dividends, divisors):
    """The median of the ratios within a round: rounds may differ, the two of one round hardly."""
    return median(a / b for a, b in zip(dividends, divisors))


def walls(runs):
    return [run.wall for run in runs]
