"""Kills loads at random moments, resumes them, and kills some of these too: they end as if nothing had happened.
FHIREHOSE_KILLS says how often for each target (default 10), FHIREHOSE_KILLS_SEED with which dice."""
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
import unittest

import inputs
import servers
from loader import PROGRAM, LoaderTest
from misconduct import Target
from store import Store

KILLS = int(os.environ.get("FHIREHOSE_KILLS", "10"))
SEED = int(os.environ.get("FHIREHOSE_KILLS_SEED", "1"))

# A load takes long enough to be killed at many moments.
SLOW = "service=15ms,parallel=4"

# Of a bundle. One record is refused, and its bundle's entries are sent once more, itself included: how many these are
# hangs on what was at hand when the bundle was made, in each load anew.
ENTRIES = 100


def setUpModule():
    Kills.target = Target(unittest.enterModuleContext(servers.fhir_target()))


class AtServer:
    """fhir-target, which counts what comes twice."""

    def __init__(self, target):
        self.target = target
        self.address = target.base

    def begin(self):
        self.target.begin(capacity=SLOW)

    def state(self):
        return self.target.state()

    def total(self):
        return self.target.state()["total"]

    def received(self):
        """Different records, once what was in flight at a kill has come in as well."""
        before, now = -1, 0
        while before != now:
            time.sleep(0.2)
            before, now = now, self.target.stats()["entries"]["distinct"]
        return now

    def sent_again(self):
        return self.target.stats()["entries"]["again"]


class AtStore:
    """An SQLite file, where only rows that were not settled can be written again."""

    def __init__(self, folder):
        self.store = Store(folder / "kills.db")
        self.address = self.store.target

    def begin(self):
        for file in self.store.path.parent.glob("kills.db*"):
            file.unlink()

    def state(self):
        return self.store.content_digest()

    def total(self):
        with contextlib.suppress(sqlite3.Error):
            return self.store.total()
        return 0

    received = total


class Kills(LoaderTest):
    target = None

    def setUp(self):
        super().setUp()
        self.dice = random.Random(SEED)
        self.kills, self.kills_of_resumed, self.most_again = 0, 0, 0
        self.archive = self.scratch / "in.zip"
        shutil.copy(inputs.SYNTHEA_10, self.archive)
        self.spoiled = self.scratch / "spoiled.ndjson"
        lines = [json.dumps({"resourceType": "Patient", "id": f"p{i}"}) for i in range(1_000)]
        lines[3] = lines[77] = "no JSON"
        lines[500] = '{"resourceType":"Patient","id":"not_legal"}'
        lines[900] = lines[901]
        lines[950] = '{"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/nobody"}}'
        # Of one chunk, and more letters than are written at once.
        noise = ["x"] * 5_000
        self.spoiled.write_text("\n".join(lines + noise) + "\n")

    def start(self, *arguments):
        command = [PROGRAM, *map(str, arguments), "--state", str(self.scratch / "state")]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.scratch, text=True)

    def killed(self, *arguments, within):
        """Whether the program was killed, at any moment within so many seconds; else it has ended."""
        process = self.start(*arguments)
        with process:
            try:
                process.wait(self.dice.uniform(0, within))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.kills += 1
                return True
            self.assertIn(process.returncode, (0, 1, 2), process.stderr.read())
        return False

    def ledger_rows(self, query):
        with contextlib.suppress(sqlite3.OperationalError):
            with contextlib.closing(sqlite3.connect(self.scratch / "state/ledger.db")) as database:
                return database.execute(query).fetchall()
        return []

    def letters(self):
        rows = self.ledger_rows("select member, line, begin_byte, end_byte, stage, type, resource_id, reason "
                                "from dead_letter order by member, line, begin_byte")
        self.assertEqual(len(rows), len({row[:4] for row in rows}), "a dead letter is there twice")
        return rows

    def settled(self):
        rows = self.ledger_rows("select coalesce(sum(loaded), 0) from outcome")
        return rows[0][0] if rows else 0

    def load(self, place):
        return ["load", self.archive, self.spoiled, "--to", place.address, "--batch", str(ENTRIES)]

    def undisturbed(self, place):
        """What every disturbed load has to come to."""
        place.begin()
        began = time.monotonic()
        result = self.run_program(*self.load(place), "--json")
        self.seconds = time.monotonic() - began
        if isinstance(place, AtServer):
            self.assertLessEqual(place.sent_again(), ENTRIES)
        self.assertEqual(result.status, 1, result.err)
        outcome = self.outcome(place, result)
        shutil.rmtree(self.scratch / "state")
        return outcome

    def outcome(self, place, result):
        counts = result.counts()
        self.assertEqual(counts["read"], counts["loaded"] + counts["duplicate"] + counts["rejected"])
        self.assertGreaterEqual(counts["rejected"], 3)
        return counts, result.report["types"], place.state(), self.letters()

    def note_sent_again(self, place, before, unsettled):
        """A resumed load sends again what was not on record as settled, and nothing else; besides, as any load does,
        the bundle that is refused."""
        if isinstance(place, AtServer):
            again = place.sent_again() - before
            self.assertLessEqual(again, unsettled + ENTRIES)
            self.most_again = max(self.most_again, again)

    def resume_until_done(self, place):
        """Gives the report of the resumption that has ended; None where there was no run yet."""
        while self.ledger_rows("select 1 from run"):
            unsettled = place.received() - self.settled()
            self.assertGreaterEqual(unsettled, 0, "settled, and not there")
            before = place.sent_again() if isinstance(place, AtServer) else 0
            if self.kills < KILLS and self.dice.random() < 0.5 and self.killed("resume", within=self.seconds / 2):
                self.kills_of_resumed += 1
                self.note_sent_again(place, before, unsettled)
                continue
            result = self.run_program("resume", "--json")
            if result.status == 2:
                # The one before has ended after all: its report is on record.
                self.assertIn("nothing to resume", result.err)
                return None
            self.assertEqual(result.status, 1, result.err)
            self.note_sent_again(place, before, unsettled)
            return result
        return None

    def end_as_if_nothing_had_happened(self, place):
        expected = self.undisturbed(place)
        while self.kills < KILLS:
            shutil.rmtree(self.scratch / "state", ignore_errors=True)
            place.begin()
            result = self.resume_until_done(place) if self.killed(*self.load(place), within=self.seconds) else None
            if result is not None:
                self.assertEqual(self.outcome(place, result), expected)
            elif self.ledger_rows("select 1 from run"):
                self.assertEqual((place.state(), self.letters()), expected[2:])
            else:
                self.assertEqual(place.total(), 0, "something was sent that is on no record")
        print(f"{self.kills} kills, {self.kills_of_resumed} of them of resumed loads")

    def test_at_a_server(self):
        self.end_as_if_nothing_had_happened(AtServer(self.target))
        print(f"a resumed load sent at most {self.most_again} records again")

    def test_at_a_store(self):
        self.end_as_if_nothing_had_happened(AtStore(self.scratch))


if __name__ == "__main__":
    unittest.main()
