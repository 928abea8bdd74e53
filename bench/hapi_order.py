"""An archive whose lines are in no order against the same archive in its own, on a real HAPI FHIR with its default settings."""
import sys
import tempfile

from inputs import FEW_LINES, make
from page import Part, ROOT, at_most, seconds, times
from run import FHIREHOSE, Run, median

sys.path.insert(0, str(ROOT / "tests/e2e"))
import servers  # noqa: E402  pylint: disable=wrong-import-position

TEXT = """\
HAPI FHIR 8.8.0 in memory, references enforced, on the machine that loads. `synthea-10-ndjson.zip` as it is, and its lines shuffled over all types into one
`.ndjson.gz`. Each round has a server of its own, warmed by one load; then both, in turns first and second. Each load gives its resources new ids (`--ids prefix=`)."""


def load(source, base, prefix):
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-") as state:
        run = Run(FHIREHOSE, "load", source, "--to", base, "--state", state, "--ids", f"prefix={prefix}-", "--json")
    counts = {name: run.json[name] for name in ("read", "loaded", "rejected")}
    if counts != {"read": 23_883, "loaded": 23_883, "rejected": 0}:
        raise SystemExit(f"{source} was not loaded whole: {counts}")
    return run.wall


def measure_round(sources, turned):
    """Wall seconds of each source."""
    with servers.hapi() as base:
        load(sources[0], base, "warm")
        order = reversed(range(len(sources))) if turned else range(len(sources))
        walls = {which: load(sources[which], base, f"round{which}") for which in order}
    return [walls[which] for which in range(len(sources))]


def measure(rounds):
    sources = [FEW_LINES, *make("shuffled.ndjson.gz")]
    walls = [measure_round(sources, turned % 2 == 1) for turned in range(rounds)]
    beside = seconds(("ordered", median(a for a, _ in walls)), ("shuffled", median(b for _, b in walls)))
    return Part("hapi_order", "Lines in no order, into HAPI FHIR", TEXT,
                [at_most("shuffled against ordered, wall", median(b / a for a, b in walls), 1.15, times, beside)])
