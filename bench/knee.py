"""How near the loader comes to the best fixed setting, on servers whose capacity is known."""
import itertools
import json
import tempfile
import urllib.request
from pathlib import Path

from page import Part, at_least, percent
from run import median
from serving import fhir_target
from watching import watched_load

TEXT = """\
`fhir-target --mode count --capacity MODEL` works on so many requests at a time; beyond that, in flight only adds latency. The load is told neither
`--concurrency` nor `--batch`; the best fixed setting is that of a grid around the model's knee, each cell loaded for seconds before it. Entries a second are
counted at the target: from the 10th second of the load on, and from the 10th second after a storm on, in which it answered everything with 503 for five seconds.
Bundles in flight tend to end together, the large ones of the last model every two seconds: its rates are taken over 30 seconds, the others over 15."""

MODELS = {2: "service=10ms+1ms,parallel=2", 8: "service=10ms+1ms,parallel=8", 64: "service=20ms+2ms,parallel=64"}
SECONDS = {2: 15, 8: 15, 64: 30}
ENTRIES = (100, 200, 500)
RECORDS, PATIENTS = 3_500_000, 5_000
STORM = 5


def write_input(path):
    with open(path, "w") as out:
        for number in range(RECORDS):
            out.write('{"resourceType":"Observation","id":"o%d","status":"final","subject":{"reference":"Patient/p%d"}}\n'
                      % (number, number * 7919 % PATIENTS))


def entries_at(url):
    with urllib.request.urlopen(url.replace("/fhir", "/_stats")) as answer:
        return json.load(answer)["entries"]["done"]


def control(url, **behaviour):
    request = urllib.request.Request(url.replace("/fhir", "/_control"), json.dumps(behaviour).encode(), method="POST")
    urllib.request.urlopen(request).close()


def fixed_rate(knee, source, scratch, pace):
    in_flight, entries = pace
    with fhir_target("--mode", "count", "--capacity", MODELS[knee]) as url:
        options = ("--concurrency", in_flight, "--batch", entries)
        with watched_load(source, url, scratch / "fixed", lambda: entries_at(url), *options) as load:
            return load.rate(2, 2 + SECONDS[knee])


def adaptive_rates(knee, source, scratch):
    """After the first 10 seconds, and 10 seconds after a storm."""
    with fhir_target("--mode", "count", "--capacity", MODELS[knee]) as url:
        with watched_load(source, url, scratch / "adaptive", lambda: entries_at(url)) as load:
            storm = 10 + SECONDS[knee]
            first = load.rate(10, storm)
            control(url, storm="0:1000000000")
            over = storm + STORM
            load.until(over)
            control(url, storm="")
            return first, load.rate(over + 10, over + 10 + SECONDS[knee])


def measure_model(knee, source, scratch, rounds):
    grid = {pace: fixed_rate(knee, source, scratch, pace) for pace in itertools.product((knee, 2 * knee), ENTRIES)}
    best = max(grid, key=grid.get)
    rates = [adaptive_rates(knee, source, scratch) for _ in range(rounds)]
    beside = f"best fixed: {best[0]} x {best[1]}, {grid[best]:,.0f}/s"
    first, after = (median(column) / grid[best] for column in zip(*rates))
    return [at_least(f"knee at {knee}: of the best fixed setting, after 10 s", first, 0.95, percent, beside),
            at_least(f"knee at {knee}: likewise, 10 s after a storm", after, 0.95, percent)]


def measure(rounds):
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-") as folder:
        scratch = Path(folder)
        source = scratch / "observations.ndjson"
        write_input(source)
        figures = [figure for knee in MODELS for figure in measure_model(knee, source, scratch, max(1, rounds // 3))]
    return Part("knee", "Finding a server's knee", TEXT, figures)
