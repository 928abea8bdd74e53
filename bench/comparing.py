"""`inspect` against other programs that count the same resources."""
from inputs import LINES, make
from page import Figure, Part, seconds, times
from peers import duckdb_lines, jq, python_json, unzip
from run import FHIREHOSE, Run, alternate, median, ratio, walls

TEXT = """\
Each peer (`bench/peers/`) counts the resources of synthea-100 by type, in the form that it can read; `unzip` only unpacks,
and its bytes are counted.
`inspect` does more in its time: it checks each record to its last byte, finds duplicates and every reference."""
PEERS = [unzip, python_json, duckdb_lines, jq]


def counts_of_inspect(data):
    report = Run(FHIREHOSE, "inspect", data, "--json").json
    return {kind: facts["resources"] for kind, facts in report["types"].items()}, {"bytes": report["bytes"]}


def compare(peer, data, rounds):
    if reason := peer.missing():
        print(f"{peer.NAME}: skipped, {reason}")
        return Figure(f"`inspect` against {peer.NAME}", "skipped", beside=reason)
    if peer.counts(Run(*peer.command(data)).out) not in counts_of_inspect(data):
        raise SystemExit(f"inspect and {peer.NAME} count differently")
    theirs, ours = alternate(rounds, lambda: Run(*peer.command(data)), lambda: Run(FHIREHOSE, "inspect", data))
    return Figure(f"`inspect` against {peer.NAME}", f"{times(ratio(walls(theirs), walls(ours)))} as fast",
                  beside=seconds(("inspect", median(walls(ours))), (peer.NAME, median(walls(theirs)))))


def measure(rounds):
    forms = {"zip": LINES, "lines": make("synthea-100")[0]}
    figures = [compare(peer, forms[peer.FORM], rounds) for peer in PEERS]
    return Part("comparing", "Against other programs", TEXT, figures)
