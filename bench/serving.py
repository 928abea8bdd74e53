"""Loads into fhir-target, against posting the same bundles again."""
import contextlib
import json
import re
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from capture import Capture
from inputs import LINES
from page import Figure, Part, at_least, at_most, microseconds, percent, seconds
from run import BARE, FHIREHOSE, FHIR_TARGET, Run, alternate, median, ratio, walls

TEXT = """\
`fhirehose load synthea-100-ndjson.zip --to URL`, where `fhir-target --mode MODE` listens: on the same cores, a new one for each run.
`bare_replay URL 4 BODIES` (`bench/bare/replay.cpp`) is the limit: the very bodies that the loader sends, captured before, posted from
memory by one thread over as many kept connections; it reads every entry's status as well. The digests of what both leave at the target
are the same. A load is the whole command, look included; its CPU is the loader's alone."""


@contextlib.contextmanager
def fhir_target(mode, *options):
    process = subprocess.Popen([FHIR_TARGET, "--port", "0", "--mode", mode, *options], stdout=subprocess.PIPE, text=True)
    try:
        yield re.search(r"http://\S+", process.stdout.readline())[0]
    finally:
        process.terminate()
        process.wait()


def load(url, scratch):
    return Run(FHIREHOSE, "load", LINES, "--to", url, "--state", scratch / "state", "--json")


def capture(scratch):
    """Returns the file of bodies, and over how many connections they came."""
    server = Capture(scratch / "bodies")
    report = load(server.url, scratch).json
    server.close()
    return scratch / "bodies", report["concurrency"]["in_flight"]


def digest(url):
    """What is there, whoever wrote it: in the mode `count` that is how much was asked for."""
    with urllib.request.urlopen(url.replace("/fhir", "/_digest")) as answer:
        facts = json.load(answer)
    return facts["hash"], facts["total"], facts["entries"]


def at_new_target(mode, action, digests):
    """Runs action(url) and notes what it has left at the target."""
    with fhir_target(mode) as url:
        run = action(url)
        digests.add(digest(url))
        return run


def measure_mode(mode, least, scratch, rounds):
    bodies, connections = capture(scratch)
    digests = set()
    loads, replays = alternate(
        rounds, lambda: at_new_target(mode, lambda url: load(url, scratch), digests),
        lambda: at_new_target(mode, lambda url: Run(BARE / "bare_replay", url, connections, bodies), digests))
    if len(digests) != 1:
        raise SystemExit("the load and the replay have left different resources")
    reports, bare = [run.json for run in loads], [run.json for run in replays]
    if any(report["loaded"] != replay["entries"] for report, replay in zip(reports, bare)):
        raise SystemExit("the load and the replay differ in their number of resources")
    count, name = reports[0]["loaded"], f"load, `--mode {mode}`"
    replay_seconds = [replay["seconds"] for replay in bare]
    pass_seconds = [report["seconds"] - report["look_seconds"] for report in reports]
    return [
        at_least(f"{name}: resources/s", count / median(walls(loads)), least, lambda value: f"{value:,.0f}"),
        at_least(f"{name}, against `bare_replay`", ratio(replay_seconds, walls(loads)), 0.85, percent,
                 seconds(("load", median(walls(loads))), ("bare_replay", median(replay_seconds)))),
        Figure(f"{name}, its second pass alone, against `bare_replay`", percent(ratio(replay_seconds, pass_seconds)),
               beside=seconds(("pass", median(pass_seconds)))),
        at_most(f"{name}: loader's CPU a resource", median(run.cpu for run in loads) / count, 4e-6, microseconds,
                f"bare_replay {microseconds(median(run['cpu_seconds'] for run in bare) / count)}"),
    ]


def measure(rounds):
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-") as folder:
        scratch = Path(folder)
        figures = [*measure_mode("count", 300_000, scratch, 3 * rounds),
                   *measure_mode("keep", 100_000, scratch, 3 * rounds)]
    return Part("serving", "Loading into a FHIR server", TEXT, figures)
