"""Loads that are killed and resumed end as if nothing had happened."""
import contextlib
import json
import shutil
import sqlite3
import subprocess
import time
import unittest

import inputs
import rest
import servers
from loader import PROGRAM, LoaderTest
from misconduct import Target
from store import Store

# Slow enough to be killed in the middle: some 5,000 resources a second.
SLOW = "service=10ms,parallel=4"


def setUpModule():
    Resume.target = Target(unittest.enterModuleContext(servers.fhir_target()))


class Resume(LoaderTest):
    target = None

    def setUp(self):
        super().setUp()
        self.archive = self.scratch / "in.zip"
        shutil.copy(inputs.SYNTHEA_10, self.archive)
        self.bad = self.scratch / "bad.ndjson"
        lines = [f'{{"resourceType":"Patient","id":"p{i}"}}' for i in range(2000)]
        lines[3] = lines[77] = "no JSON"
        lines[500] = '{"resourceType":"Patient","id":"p_500"}'
        lines[900] = lines[901]
        lines[1500] = '{"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/nobody"}}'
        self.bad.write_text("\n".join(lines) + "\n")

    def killed(self, *arguments, when):
        """The program, killed as soon as `when()` holds."""
        command = [PROGRAM, *map(str, arguments), "--state", str(self.scratch / "state")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.scratch)
        limit = time.monotonic() + 300
        while process.poll() is None and not when():
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.01)
        process.kill()
        return process.wait()

    def letters(self, run):
        out = self.run_program("deadletters", run, "--format", "ndjson").out
        letters = [json.loads(line) for line in out.splitlines()]
        return sorted((each["member"], each["line"], each["begin"], each["end"], each["reason"]) for each in letters)

    def load_killed_twice(self, target, count):
        """Kills a load, then its first resumption; gives the report of the second."""
        first = self.killed("load", self.archive, self.bad, "--to", target, when=lambda: count() > 5_000)
        self.assertEqual(first, -9)
        second = self.killed("resume", when=lambda: count() > 15_000)
        self.assertEqual(second, -9)
        result = self.run_program("resume", "--json")
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.report["run"], 1)
        self.assertEqual(self.run_program("resume").status, 2)
        return result.report

    def check(self, report, undisturbed):
        self.assertGreater(report["settled_earlier"]["read"], 0)
        for name in ("read", "loaded", "duplicate", "rejected", "types"):
            self.assertEqual(report[name], undisturbed[name], name)
        self.assertEqual(self.letters(1), self.letters(2))

    def test_killed_twice_at_a_server(self):
        self.target.begin(capacity=SLOW)
        report = self.load_killed_twice(self.target.base, lambda: rest.digest(self.target.base)["total"])
        state = self.target.state()
        again = self.target.stats()["entries"]["again"]
        self.target.begin()
        undisturbed = self.load(self.archive, self.target.base, self.bad).report
        self.assertEqual(undisturbed["rejected"], 4)
        self.assertEqual(state, self.target.state())
        self.check(report, undisturbed)
        # What was answered since the last group, and what was in flight: half a second and a bit.
        self.assertLess(again, 12_000)

    def test_killed_twice_at_a_store(self):
        store = Store(self.scratch / "a.db")

        def rows():
            with contextlib.suppress(sqlite3.Error):
                return store.total()
            return 0

        options = ("--batch", "50", "--concurrency", "1")
        first = self.killed("load", self.archive, self.bad, "--to", store.target, *options, when=lambda: rows() > 1_000)
        self.assertEqual(first, -9)
        elsewhere = store.path.rename(self.scratch / "elsewhere.db")
        result = self.run_program("resume")
        self.assertEqual(result.status, 2)
        self.assertIn("which is not there any more", result.err)
        elsewhere.rename(store.path)
        result = self.run_program("resume", "--json")
        other = Store(self.scratch / "b.db")
        undisturbed = self.load(self.archive, other.target, self.bad, *options)
        self.assertEqual(store.content_digest(), other.content_digest())
        self.assertEqual(self.letters(1), self.letters(2))
        self.assertEqual(result.report["types"], undisturbed.report["types"])

    def test_a_changed_input_is_refused_and_nothing_is_sent(self):
        self.target.begin(capacity=SLOW)
        self.killed("load", self.archive, self.bad, "--to", self.target.base,
                    when=lambda: rest.digest(self.target.base)["total"] > 5_000)
        before = self.target.state_at_rest()
        with self.bad.open("a") as out:
            out.write("{}\n")
        result = self.run_program("resume")
        self.assertEqual(result.status, 2)
        self.assertIn("bad.ndjson is not what it was", result.err)
        self.assertEqual(self.target.state(), before)
        self.bad.unlink()
        self.assertEqual(self.run_program("resume", 1).status, 2)
        self.assertEqual(self.target.state(), before)

    def test_options_are_those_of_the_run(self):
        store = Store(self.scratch / "a.db")
        self.target.begin(capacity=SLOW)
        self.killed("load", self.archive, "--to", self.target.base, "--tenant", "t-1", "--keep-coverage",
                    when=lambda: rest.digest(self.target.base)["total"] > 5_000)
        self.assertEqual(self.run_program("resume").status, 0)
        state = self.target.state()
        self.target.begin()
        self.load_all(self.archive, self.target.base, "--tenant", "t-1", "--keep-coverage")
        self.assertEqual(self.target.state(), state)
        self.assertFalse(store.path.exists())

    def test_a_run_in_another_process_is_left_alone(self):
        self.target.begin(capacity=SLOW)

        def also_resumed():
            if rest.digest(self.target.base)["total"] < 1_000:
                return False
            result = self.run_program("resume")
            self.assertEqual(result.status, 2)
            self.assertIn("is in use by process", result.err)
            return True

        self.killed("load", self.archive, "--to", self.target.base, when=also_resumed)

    def test_nothing_to_resume_is_said(self):
        result = self.run_program("resume")
        self.assertEqual(result.status, 2)
        self.assertIn("no run is on record", result.err)
        self.load_all(self.archive, "discard:")
        self.assertIn("nothing to resume", self.run_program("resume").err)
        self.assertIn("run 1 is finished", self.run_program("resume", 1).err)
        self.assertIn("there is no run 9", self.run_program("resume", 9).err)


if __name__ == "__main__":
    unittest.main()
