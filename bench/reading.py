"""How fast `inspect` reads: against `unzip -p`, and against a bare walk of the same bytes."""
import os

from inputs import LINES, make
from page import Part, at_least, percent, seconds, times
from peers import unzip as peer
from run import BARE, FHIREHOSE, Run, alternate, median, ratio, walls, warm

TEXT = """\
`unzip -p ZIP > /dev/null` is what a user has to wait for anyway. `bare_walk` (`bench/bare/walk.cpp`) is the limit: as many
threads (`bare_walk THREADS FILE...`) visit every value of every line with simdjson on-demand, strings left as they are, and do nothing
else."""


def require_same_bytes(data):
    if peer.counts(Run(*peer.command(data)).out)["bytes"] != Run(FHIREHOSE, "inspect", data, "--json").json["bytes"]:
        raise SystemExit(f"inspect and unzip read different bytes of {data.name}")


def against_unzip(data, least, rounds):
    warm(data)
    require_same_bytes(data)
    unzip, inspect = alternate(rounds, lambda: Run("unzip", "-p", data, keep_output=False),
                               lambda: Run(FHIREHOSE, "inspect", data))
    return at_least(f"`inspect {data.name}` against `unzip -p`", ratio(walls(unzip), walls(inspect)), least,
                    lambda value: f"{times(value)} as fast",
                    seconds(("inspect", median(walls(inspect))), ("unzip -p", median(walls(unzip)))))


def against_walk(folder, rounds):
    files = sorted(folder.iterdir())
    warm(*files)
    bare = lambda: Run(BARE / "bare_walk", os.cpu_count(), *files)
    inspect = lambda: Run(FHIREHOSE, "inspect", folder, "--json")
    expected, found = bare().json, inspect().json
    if (expected["records"], expected["bytes"]) != (found["read"], found["bytes"]):
        raise SystemExit("inspect and the bare walk saw different records")
    bare_runs, inspect_runs = alternate(rounds, bare, inspect)
    return at_least(f"`inspect {folder.name}/` ({found['bytes'] / 1e9:.1f} GB of NDJSON) against `bare_walk`",
                    ratio(walls(bare_runs), walls(inspect_runs)), 0.75, percent,
                    seconds(("inspect", median(walls(inspect_runs))), ("bare_walk", median(walls(bare_runs)))))


def measure(rounds):
    big, bundles, plain = make("big.zip", "bundles.zip", "plain")
    return Part("reading", "Reading", TEXT,
                [against_unzip(LINES, 6, 2 * rounds), against_unzip(big, 8, rounds), against_unzip(bundles, 4, rounds),
                 against_walk(plain, 2 * rounds)])
