"""Loads into SQLite, against a bare loop over the same rows."""
import os
import sqlite3
import tempfile
from pathlib import Path

from inputs import FOLDER, LINES
from page import Part, at_least, at_most, percent, seconds
from run import BARE, FHIREHOSE, Run, alternate, median, ratio, walls

TEXT = """\
`fhirehose load synthea-100-ndjson.zip --to sqlite:NEW.db`, look included. `bare_insert LOADED.db NEW.db` (`bench/bare/insert.cpp`) is
the limit: one prepared INSERT in a loop over the same rows, all in memory before its clock starts. Both make the same table with
UNIQUE(type, id), in pages of 32 KiB, with a cache of 16 MiB, WAL and synchronous=FULL, commit after 10,000 rows or 32 MiB at the
latest, and end with a checkpoint. `fhirehose verify` then reads every row back and compares it. What the disk still has to write is waited for between runs."""


def facts(path):
    database = sqlite3.connect(path)
    found = database.execute("SELECT type, count(*), sum(length(json)) FROM resource GROUP BY type").fetchall()
    database.close()
    return found


def settle(*files):
    for file in files:
        file.unlink(missing_ok=True)
    os.sync()


def measure(rounds):
    # Beside the inputs: a disk, where the system's scratch folder may be memory.
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-", dir=FOLDER) as folder:
        scratch = Path(folder)
        loaded, again, bare = scratch / "loaded.db", scratch / "again.db", scratch / "bare.db"

        def load(path):
            settle(path)
            return Run(FHIREHOSE, "load", LINES, "--to", f"sqlite:{path}", "--state", scratch / "state", "--json")

        def verify(path):
            run = Run(FHIREHOSE, "verify", LINES, "--to", f"sqlite:{path}", "--json")
            if run.json["equal"] != rows:
                raise SystemExit("verify has not found every row to be equal")
            return run

        def insert():
            settle(bare)
            return Run(BARE / "bare_insert", loaded, bare)

        load(loaded)
        insert()
        if facts(loaded) != facts(bare):
            raise SystemExit("the load and the bare loop have written different rows")
        loads, inserts = alternate(3 * rounds, lambda: load(again), insert)
        rows = loads[0].json["loaded"]
        again_and_back = alternate(3 * rounds, lambda: load(again), lambda: verify(again))
    bare_seconds = [run.json["seconds"] for run in inserts]
    figure = at_least("load to `sqlite:` against `bare_insert`", ratio(bare_seconds, walls(loads)), 0.75, percent,
                      seconds(("load", median(walls(loads))), ("bare_insert", median(bare_seconds))) +
                      f"; {rows / median(walls(loads)):,.0f} rows/s")
    writing, reading = map(walls, again_and_back)
    back = at_most("verify of that store against the load", ratio(reading, writing), 1, percent,
                   seconds(("verify", median(reading)), ("load", median(writing))) +
                   f"; {rows / median(reading):,.0f} resources/s compared")
    return Part("storing", "Loading into SQLite", TEXT, [figure, back])
