"""Loads while the machine fails: a disk that is full or may not be written, a clock that jumps. Each is said, nothing
is lost, and the run goes on where it was once the machine does."""
import contextlib
import json
import os
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

import inputs
import servers
from loader import LoaderTest
from misconduct import Target
from store import Store

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system in memory; yields what changes it as `mount -o remount` does."""
    def mount(*arguments):
        subprocess.run(["mount", *arguments], check=True)

    if os.geteuid() != 0:
        raise unittest.SkipTest("a file system can be mounted by root only")
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
    try:
        yield lambda option: mount("-o", f"remount,{option}", folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class Machine(LoaderTest):
    def small_disk(self, name, size):
        self.disk = self.scratch / name
        return self.enterContext(small_disk(self.disk, size))

    def assert_says(self, result, status, *words):
        self.assertEqual(result.status, status, result.err)
        for word in words:
            self.assertIn(word, result.err)

    def resumed(self):
        """The report of the resumption, which ends."""
        result = self.run_program("resume", "--json")
        self.assertIn(result.status, (0, 1), result.err)
        self.assertEqual(result.report["state"], "finished")
        counts = result.counts()
        self.assertEqual(counts["read"], counts["loaded"] + counts["duplicate"] + counts["rejected"])
        return counts


class FullStateDirectory(Machine):
    def broken_lines(self, count):
        """So many dead letters, of a kilobyte each, among as many Patients."""
        source = self.scratch / "broken.ndjson"
        with source.open("w") as out:
            for i in range(count):
                out.write(json.dumps({"resourceType": "Patient", "id": f"p{i}"}) + "\n")
                out.write("no JSON " + "x" * 1000 + "\n")
        return source

    def test_stops_the_load_which_goes_on_when_there_is_room(self):
        source, store = self.broken_lines(5_000), Store(self.scratch / "x.db")
        change = self.small_disk("state", "1m")
        result = self.load(source, store.target)
        self.assert_says(result, 3, str(self.disk / "ledger.db"), "full")
        change("size=64m")
        self.assertEqual(self.resumed(), {"read": 10_000, "loaded": 5_000, "duplicate": 0, "rejected": 5_000})
        self.assertEqual(store.total(), 5_000)
        letters = self.run_program("deadletters", 1).out
        self.assertEqual(letters.count("broken.ndjson:"), 5_000)

    def test_that_is_full_from_the_start(self):
        self.small_disk("state", "64k")
        (self.disk / "taken").write_bytes(bytes(60 * 1024))
        result = self.load(self.broken_lines(10), f"sqlite:{self.scratch / 'x.db'}")
        self.assert_says(result, 2, str(self.disk), "full")
        self.assertFalse((self.scratch / "x.db").exists())


class FullStore(Machine):
    def test_stops_the_load_which_goes_on_when_there_is_room(self):
        change = self.small_disk("store", "8m")
        store = Store(self.disk / "x.db")
        result = self.load(inputs.SYNTHEA_10, store.target)
        self.assert_says(result, 3, str(store.path), "full")
        self.assertLess(result.counts()["loaded"], 23_883)
        change("size=256m")
        self.assertEqual(self.resumed(), {"read": 23_883, "loaded": 23_883, "duplicate": 0, "rejected": 0})
        other = Store(self.scratch / "other.db")
        self.load_all(inputs.SYNTHEA_10, other.target)
        self.assertEqual(store.content_digest(), other.content_digest())


class ReadOnly(Machine):
    def test_state_directory(self):
        change = self.small_disk("state", "16m")
        change("ro")
        result = self.load(inputs.SYNTHEA_10, f"sqlite:{self.scratch / 'x.db'}")
        self.assert_says(result, 2, str(self.disk))
        self.assertFalse((self.scratch / "x.db").exists())

    def test_store(self):
        change = self.small_disk("store", "16m")
        change("ro")
        result = self.load(inputs.SYNTHEA_10, f"sqlite:{self.disk / 'x.db'}")
        self.assertIn(result.status, (2, 3))
        self.assert_says(result, result.status, str(self.disk / "x.db"))

    def test_what_lies_there_can_be_looked_at(self):
        change = self.small_disk("state", "256m")
        store = Store(self.disk / "a%20b?c#d.db")
        source = self.scratch / "two.ndjson"
        source.write_text('{"resourceType":"Patient","id":"a"}\nno JSON\n')
        self.assertEqual(self.load(source, store.target).status, 1)
        change("ro")
        for words in (["runs"], ["deadletters", "1"], ["verify", source, "--to", store.target, "--run", "1"]):
            with self.subTest(command=words[0]):
                result = self.run_program(*words)
                self.assertEqual(result.status, 0, result.err)
                self.assertNotEqual(result.out, "")

    def test_store_that_was_written_before(self):
        change = self.small_disk("store", "256m")
        store = Store(self.disk / "x.db")
        self.load_all(inputs.SYNTHEA_10, store.target)
        before = store.content_digest()
        change("ro")
        self.assert_says(self.load(inputs.SYNTHEA_10, store.target), 2, str(store.path))
        change("rw")
        self.assertEqual(store.content_digest(), before)


class NobodyListens(Machine):
    """What a load says is not what it is for: it ends as it would have."""

    def load_saying_to(self, stderr):
        store = Store(self.scratch / f"{stderr}.db")
        command = self.command("load", inputs.SYNTHEA_10, "--to", store.target)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr) as process:
            self.assertIn(b"conserved", process.stdout.read())
        self.assertEqual((process.returncode, store.total()), (0, 23_883))

    def test_on_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            self.load_saying_to(full.fileno())

    def test_at_the_other_end_of_a_pipe(self):
        read, write = os.pipe()
        os.close(read)
        self.addCleanup(os.close, write)
        self.load_saying_to(write)

    def test_to_the_report(self):
        for words in (["load", inputs.SYNTHEA_10, "--to", "discard:"], ["runs"]):
            read, write = os.pipe()
            os.close(read)
            result = subprocess.run(self.command(*words), stdout=write, stderr=subprocess.PIPE, text=True)
            os.close(write)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("standard output can't be written: Broken pipe", result.stderr)


class ClockThatJumps(Machine):
    """The clock of the wall, as when a machine wakes up or is set right in the middle of a load."""

    def load_while_it_jumps(self, *times):
        """Each of the times holds for a third of a second, and the last until the end."""
        if not FAKETIME.exists():
            raise unittest.SkipTest("faketime is not installed")
        clock = self.scratch / "clock"
        clock.write_text(times[0])
        environment = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
                       "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                       # The times of files stay what they are when a clock jumps.
                       "NO_FAKE_STAT": "1"}
        process = self.start("load", inputs.SYNTHEA_10, "--to", self.target.base, "--json", environment=environment)
        for time_of_day in times[1:]:
            time.sleep(0.3)
            draft = clock.with_suffix(".new")
            draft.write_text(time_of_day)
            draft.rename(clock)
        return self.ended(process)

    def test_changes_nothing(self):
        with servers.fhir_target() as base:
            self.target = Target(base)
            self.target.begin()
            self.load_all(inputs.SYNTHEA_10, base)
            expected = self.target.state()
            self.target.begin("503:0.05:retry-date=1", "429:0.05", "reset-after:0.02", capacity="service=5ms,parallel=4")
            result = self.load_while_it_jumps("+0", "+2d", "-3650d", "+40d")
            self.assertEqual(result.status, 0, result.err)
            self.assertEqual(self.target.state(), expected)
            with contextlib.closing(sqlite3.connect(self.scratch / "state/ledger.db")) as ledger:
                started, ended = ledger.execute("select started, ended from run where id = 2").fetchone()
            self.assertGreater(ended - started, 30 * 86_400 * 1_000_000, "the clock has not jumped")
            self.assertEqual(self.run_program("runs", 2).status, 0)


if __name__ == "__main__":
    unittest.main()
