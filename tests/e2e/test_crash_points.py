"""Ends a load at each named place (src/core/crash_point.hpp), and its resumption too: the end is always the same.
Only in builds that have these places."""
import os
import subprocess
import unittest

from loader import PROGRAM, LoaderTest
from store import Store

POINTS = {"ledger.before-commit": (1, 2, 3, 4), "ledger.after-commit": (1, 2, 3, 4), "settlement.taken": (1, 2),
          "settlement.written": (1, 2), "settler.delivered": (1, 2, 7), "load.settled": (1,)}


@unittest.skipUnless(os.environ.get("FHIREHOSE_CRASH_POINTS") == "ON", "built without crash points")
class CrashPoints(LoaderTest):
    def setUp(self):
        super().setUp()
        self.source = self.scratch / "in.ndjson"
        rows = [f'{{"resourceType":"Patient","id":"p{i % 900}","meta":{{"versionId":"{i}"}}}}' for i in range(1000)]
        rows[10] = rows[500] = "no JSON"
        # The last chunks hold many letters each.
        noise = ["x"] * 5_000
        self.source.write_text("\n".join(rows + noise) + "\n")

    def crash(self, where, *arguments):
        command = [PROGRAM, *map(str, arguments), "--state", str(self.scratch / "state")]
        environment = os.environ | {"FHIREHOSE_CRASH_AT": where}
        process = subprocess.run(command, capture_output=True, timeout=120, cwd=self.scratch, env=environment)
        return process.returncode

    def outcome(self, store, result):
        letters = self.run_program("deadletters", result.report["run"], "--format", "ndjson").out.splitlines()
        return result.counts(), store.content_digest(), len(letters)

    def finished(self, store, load):
        """After a crash: resumed where a run had begun, else loaded anew."""
        result = self.run_program("resume", "--json")
        if result.status == 2:
            return result if "is finished" in result.err else self.run_program(*load, "--json")
        return result

    def test_every_point(self):
        expected = None
        for number, (point, passings) in enumerate({"none": (1,), **POINTS}.items()):
            for passing in passings:
                with self.subTest(point=point, passing=passing):
                    store = Store(self.scratch / f"{number}-{passing}.db")
                    load = ("load", self.source, "--to", store.target, "--batch", "50", "--window", "4K")
                    crashed = self.crash(f"{point}:{passing}", *load)
                    self.assertIn(crashed, (-9, 1))
                    if crashed == -9:
                        self.crash(f"{point}:{passing}", "resume")
                    result = self.finished(store, load)
                    if result.status == 2:
                        result = self.run_program("runs", "--json")
                        continue
                    found = self.outcome(store, result)
                    expected = expected or found
                    self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main()
