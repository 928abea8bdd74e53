"""Loads into fhir-target, against posting the same bundles again."""
import contextlib
import dataclasses
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
are the same. A load is the whole command, look included; its CPU is the loader's alone.

Without a limit of its own `fhir-target` takes what two cores give: a replay has them copy and count only, a load has them inflate its input twice
as well (docs/decisions/0025). How they compare where the server is what limits, one of 100,000 resources a second, tells the last line (`--capacity
service=0ms+0.04ms,parallel=4`; `--concurrency 4 --batch 100`).

Resources a second and microseconds of CPU are as much the machine's as the program's, and what is wanted of them was set on one whose core inflates 2.8 GB/s
with ISA-L. So each stands here twice: as it is, and as it is to what this machine's core inflates in the same rounds (`bare_inflate`,
`bench/bare/inflate.cpp`: the same zip, one core; docs/decisions/0027)."""

CAPACITY = "service=0ms+0.04ms,parallel=4"
REFERENCE = 2.8e9  # bytes a second that a core inflates where the figures were set
THERE = f"where a core inflates {REFERENCE / 1e9} GB/s"


@contextlib.contextmanager
def fhir_target(*options):
    process = subprocess.Popen([FHIR_TARGET, "--port", "0", *options], stdout=subprocess.PIPE, text=True)
    try:
        yield re.search(r"http://\S+", process.stdout.readline())[0]
    finally:
        process.terminate()
        process.wait()


@dataclasses.dataclass
class Setting:
    """Which fhir-target listens, and how it is loaded into."""

    name: str
    target: tuple
    load: tuple = ()


def load(url, setting, scratch):
    return Run(FHIREHOSE, "load", LINES, "--to", url, "--state", scratch / "state", "--json", *setting.load)


def capture(setting, scratch):
    """Returns the file of bodies, and over how many connections they came."""
    server = Capture(scratch / "bodies")
    report = load(server.url, setting, scratch).json
    server.close()
    return scratch / "bodies", report["concurrency"]["in_flight"]


def digest(url):
    """What is there, whoever wrote it: in the mode `count` that is how much was asked for."""
    with urllib.request.urlopen(url.replace("/fhir", "/_digest")) as answer:
        facts = json.load(answer)
    return facts["hash"], facts["total"], facts["entries"]


def at_new_target(setting, action, digests):
    """Runs action(url) and notes what it has left at the target."""
    with fhir_target(*setting.target) as url:
        run = action(url)
        digests.add(digest(url))
        return run


def alternate_with_bare(setting, scratch, rounds):
    """Returns the loads, what the replay of their bodies tells of itself, and how many times as fast as the reference
    this machine's core inflates."""
    bodies, connections = capture(setting, scratch)
    digests = set()
    loads, replays, inflates = alternate(
        rounds, lambda: at_new_target(setting, lambda url: load(url, setting, scratch), digests),
        lambda: at_new_target(setting, lambda url: Run(BARE / "bare_replay", url, connections, bodies), digests),
        lambda: Run(BARE / "bare_inflate", LINES).json)
    if len(digests) != 1:
        raise SystemExit("the load and the replay have left different resources")
    bare = [run.json for run in replays]
    if any(run.json["loaded"] != replay["entries"] for run, replay in zip(loads, bare)):
        raise SystemExit("the load and the replay differ in their number of resources")
    return loads, bare, median(run["bytes"] / run["cpu_seconds"] for run in inflates) / REFERENCE


def against_replay(setting, loads, bare):
    replay_seconds = [replay["seconds"] for replay in bare]
    return at_least(f"load, {setting.name}, against `bare_replay`", ratio(replay_seconds, walls(loads)), 0.85, percent,
                    seconds(("load", median(walls(loads))), ("bare_replay", median(replay_seconds))))


def rates(name, rate, least, speed):
    show = lambda value: f"{value:,.0f}"
    return [at_least(f"{name}: resources/s", rate, least, show),
            at_least(f"{name}: resources/s {THERE}", rate / speed, least, show, inflating(speed))]


def cpu_figures(name, cpu, bare, speed):
    return [at_most(f"{name}: loader's CPU a resource", cpu, 4e-6, microseconds, f"bare_replay {microseconds(bare)}"),
            at_most(f"{name}: loader's CPU a resource {THERE}", cpu * speed, 4e-6, microseconds,
                    inflating(speed))]


def inflating(speed):
    return f"here it inflates {speed * REFERENCE / 1e9:.2f} GB/s"


def measure_cores(setting, least, scratch, rounds):
    loads, bare, speed = alternate_with_bare(setting, scratch, rounds)
    count, name = loads[0].json["loaded"], f"load, {setting.name}"
    pass_seconds = [run.json["seconds"] - run.json["look_seconds"] for run in loads]
    return [
        *rates(name, count / median(walls(loads)), least, speed),
        against_replay(setting, loads, bare),
        Figure(f"{name}, its second pass alone, against `bare_replay`",
               percent(ratio([replay["seconds"] for replay in bare], pass_seconds)),
               beside=seconds(("pass", median(pass_seconds)))),
        *cpu_figures(name, median(run.cpu for run in loads) / count, median(run["cpu_seconds"] for run in bare) / count, speed),
    ]


def measure_server(setting, scratch, rounds):
    loads, bare, _ = alternate_with_bare(setting, scratch, rounds)
    return [against_replay(setting, loads, bare)]


def measure(rounds):
    limited = Setting("a server of 100,000/s", ("--mode", "count", "--capacity", CAPACITY),
                      ("--concurrency", 4, "--batch", 100))
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-") as folder:
        scratch = Path(folder)
        figures = [*measure_cores(Setting("`--mode count`", ("--mode", "count")), 300_000, scratch, 3 * rounds),
                   *measure_cores(Setting("`--mode keep`", ("--mode", "keep")), 100_000, scratch, 3 * rounds),
                   *measure_server(limited, scratch, rounds)]
    return Part("serving", "Loading into a FHIR server", TEXT, figures)
