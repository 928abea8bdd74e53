"""The fhirehose program, as a user runs it."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["FHIREHOSE"]
STATELESS = ("inspect", "--help")


class Result:
    """How a run of the program ended. Its output is kept out of failure messages where it may hold
    resource content."""

    def __init__(self, process):
        self.status, self.out, self.err = process.returncode, process.stdout, process.stderr

    @property
    def report(self):
        return json.loads(self.out)

    def counts(self):
        return {name: self.report[name] for name in ("read", "loaded", "duplicate", "rejected")}

    def loaded_by_type(self):
        return {name: each["loaded"] for name, each in self.report["types"].items() if each["loaded"]}


class LoaderTest(unittest.TestCase):
    """Gives each test a scratch folder with a state directory of its own."""

    maxDiff = 2000

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="fhirehose-e2e-")
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def command(self, *arguments):
        state = () if arguments[0] in STATELESS else ("--state", self.scratch / "state")
        return [PROGRAM, *map(str, (*arguments, *state))]

    def run_program(self, *arguments):
        return Result(subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=900,
                                     cwd=self.scratch))

    def start(self, *arguments, environment=()):
        """The program under way, with some of the environment changed; see `ended`."""
        process = subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   cwd=self.scratch, env={**os.environ, **dict(environment)})
        self.addCleanup(process.kill)
        return process

    @staticmethod
    def ended(process, seconds=900):
        """Waits for its end. Its output is read at last: it writes little."""
        out, err = process.communicate(timeout=seconds)
        return Result(subprocess.CompletedProcess(process.args, process.returncode, out, err))

    def load(self, source, to, *options):
        return self.run_program("load", source, "--to", to, "--json", *options)

    def load_all(self, source, to, *options):
        """A load of which nothing may be refused; gives its report."""
        result = self.load(source, to, *options)
        self.assertEqual(result.status, 0, result.err)
        counts = result.counts()
        self.assertEqual(counts["read"], counts["loaded"] + counts["duplicate"])
        self.assertEqual(counts["rejected"], 0)
        return result
