"""An archive whose lines are in no order against the same archive in its own, on a real HAPI FHIR with its default settings."""
import sys
import tempfile

from inputs import FEW_LINES, make
from page import Part, ROOT, at_most, seconds, times
from run import FHIREHOSE, Run, alternate, median, ratio, walls

sys.path.insert(0, str(ROOT / "tests/e2e"))
import servers  # noqa: E402  pylint: disable=wrong-import-position

TEXT = """\
HAPI FHIR 8.8.0 in memory, references enforced, on the machine that loads. `synthea-10-ndjson.zip` as it is, and its lines shuffled over all types into one
`.ndjson.gz`: 23,883 resources, all of which have to be loaded. Each load has a new server."""


def load(source):
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-") as state, servers.hapi() as base:
        run = Run(FHIREHOSE, "load", source, "--to", base, "--state", state, "--json")
    counts = {name: run.json[name] for name in ("read", "loaded", "rejected")}
    if counts != {"read": 23_883, "loaded": 23_883, "rejected": 0}:
        raise SystemExit(f"{source} was not loaded whole: {counts}")
    return run


def measure(rounds):
    shuffled, = make("shuffled.ndjson.gz")
    ordered_runs, shuffled_runs = alternate(rounds, lambda: load(FEW_LINES), lambda: load(shuffled))
    beside = seconds(("ordered", median(walls(ordered_runs))), ("shuffled", median(walls(shuffled_runs))))
    return Part("hapi_order", "Lines in no order, into HAPI FHIR", TEXT,
                [at_most("shuffled against ordered, wall", ratio(walls(shuffled_runs), walls(ordered_runs)), 1.15, times, beside)])
