#!/usr/bin/env python3
"""Runs whole commands on a data set and prints each beside what it is measured against, in the same minute.
usage: bench/end_to_end.py [--data ZIP] [--rounds N]     after: cmake --build --preset release"""
import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FHIREHOSE = ROOT / "build/release/fhirehose"
FHIR_TARGET = ROOT / "build/release/fhir-target"


class Run:
    """One command: wall seconds, CPU seconds, peak bytes, standard output."""

    def __init__(self, *command):
        begun = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            self.wall = time.monotonic() - begun
            self.cpu = usage.ru_utime + usage.ru_stime
            self.peak = usage.ru_maxrss * 1024
            out.seek(0)
            self.out = out.read()
        if status != 0:
            raise SystemExit(f"{command[0]} {command[1]} ended with {os.waitstatus_to_exitcode(status)}")


def unzipped(data):
    """`unzip -p` to /dev/null: what users have to wait for anyway."""
    begun = time.monotonic()
    subprocess.run(["unzip", "-p", str(data)], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun


def median(values):
    return sorted(values)[len(values) // 2]


def row(name, walls, cpu, peak, note=""):
    print(f"{name:34}{median(walls):9.3f} s{cpu:10.2f} us/resource{peak / 2**20:9.0f} MiB   {note}")


class Bench:
    def __init__(self, data, rounds):
        self.data, self.rounds = data, rounds
        self.scratch = Path(tempfile.mkdtemp(prefix="fhirehose-bench-"))
        self.resources = json.loads(Run(FHIREHOSE, "inspect", data, "--json").out)["read"]

    def against_unzip(self):
        unzip = [unzipped(self.data) for _ in range(self.rounds)]
        runs = [Run(FHIREHOSE, "inspect", self.data) for _ in range(self.rounds)]
        print(f"{'unzip -p':34}{median(unzip):9.3f} s")
        ratio = median(unzip) / median([run.wall for run in runs])
        self.show("inspect", runs, f"{ratio:.1f} times faster than unzip -p")

    def load(self, name, to, *options):
        runs = []
        for number in range(self.rounds):
            target = to.format(scratch=self.scratch, number=number)
            runs.append(Run(FHIREHOSE, "load", self.data, "--to", target, "--state", self.scratch / "state", *options))
        rate = self.resources / median([run.wall for run in runs])
        self.show(name, runs, f"{rate:,.0f} resources/s, both passes")

    def into_fhir_target(self, mode):
        port_file = self.scratch / "port"
        port_file.unlink(missing_ok=True)
        target = subprocess.Popen([FHIR_TARGET, "--port", "0", "--port-file", port_file, "--mode", mode],
                                  stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://\S+", target.stdout.readline())[0]
            self.load(f"load into fhir-target, {mode}", url)
        finally:
            target.terminate()
            target.wait()

    def show(self, name, runs, note):
        cpu = 1e6 * median([run.cpu for run in runs]) / self.resources
        row(name, [run.wall for run in runs], cpu, max(run.peak for run in runs), note)

    def all(self):
        print(f"{self.data.name}: {self.resources:,} resources, {os.cpu_count()} cores, median of {self.rounds}\n")
        self.against_unzip()
        self.load("load into discard:", "discard:")
        self.into_fhir_target("count")
        self.into_fhir_target("keep")
        self.load("load into sqlite:", "sqlite:{scratch}/{number}.db")
        shutil.rmtree(self.scratch)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=ROOT / "datasets/synthea-10-ndjson.zip")
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    Bench(asked.data, asked.rounds).all()


main()
