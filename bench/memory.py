"""Peak memory for inputs of any size and shape, and what ten times the input costs."""
import tempfile

from inputs import GIANT_RECORD, make
from page import Part, at_most, mebibytes, seconds, times
from run import FHIREHOSE, Run, alternate, median, ratio, walls, warm

TEXT = """\
`fhirehose inspect INPUT` and `fhirehose load INPUT --to discard:` at the default budget. Wanted: 320 MiB, 24 bytes a distinct resource
for the index, and for the giant record its own size. The peak is what the kernel says of the process (`ru_maxrss`; pages of mapped
files count too)."""

BASE = 320 * 2**20
A_RESOURCE = 24

ALL_REJECTED = "numbers.json"

# name: what it is, bytes that it may take beyond the others
SHAPES = {
    "stream.ndjson.gz": ("20 GB of NDJSON, one gzip stream", 0),
    "stream-members.ndjson.gz": ("4 GB of NDJSON, gzip of 288 members", 0),
    "small-files.zip": ("zip of 200,000 files", 0),
    "giant-bundle.json": ("one Bundle of 5 GB", 0),
    "giant-string.ndjson": ("one record of 200 MB, a string", GIANT_RECORD),
    "giant-list.ndjson": ("one record of 200 MB, six million references", GIANT_RECORD),
    "giant-numbers.ndjson": ("one record of 200 MB, a hundred million numbers", GIANT_RECORD),
    ALL_REJECTED: ("four million numbers, each a dead letter", 0),
}


def commands(scratch):
    load_options = ["--to", "discard:", "--state", scratch, "--json"]
    return {"inspect": lambda path: Run(FHIREHOSE, "inspect", path, "--json", ends_with=status_of(path)),
            "load": lambda path: Run(FHIREHOSE, "load", path, *load_options, ends_with=status_of(path))}


def status_of(path):
    return 1 if path.name == ALL_REJECTED else 0


def allowance(run, more=0):
    report = run.json
    return BASE + A_RESOURCE * (report["read"] - report["duplicate"] - report["rejected"]) + more


def peak(name, run, more):
    rate = run.json["bytes"] / run.wall / 1e9
    return at_most(name, run.peak, allowance(run, more), mebibytes, f"{run.wall:.1f} s, {rate:.2f} GB/s")


def growth(name, command, one, ten, rounds):
    """Two figures: the time, and the peak of the larger."""
    warm(one, ten)
    small, large = alternate(2 * rounds + 1, lambda: command(one), lambda: command(ten))
    if large[0].json["read"] != 10 * small[0].json["read"]:
        raise SystemExit("ten times the input is not ten times the records")
    of_cpu = median(ten.cpu / one.cpu for one, ten in zip(small, large))
    beside = seconds(("one", median(walls(small))), ("ten", median(walls(large)))) + f", {of_cpu:.1f} times the CPU"
    return [at_most(f"{name}, ten times the input (10.4 GB in a zip): time", ratio(walls(large), walls(small)), 10.5,
                    times, beside),
            peak(f"{name}, ten times the input: peak", large[0], 0)]


def measure(rounds):
    figures = []
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-") as scratch:
        for (path, (shape, more)) in zip(make(*SHAPES), SHAPES.values()):
            warm(path)
            for name, command in commands(scratch).items():
                figures.append(peak(f"{name}, {shape}: peak", command(path), more))
        one, ten = make("one.zip", "ten.zip")
        for name, command in commands(scratch).items():
            figures += growth(name, command, one, ten, rounds)
    return Part("memory", "Memory", TEXT, figures)
