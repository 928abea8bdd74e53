"""The loader against every cell of a grid, on a real HAPI FHIR with PostgreSQL: whether it finds the knee, at what cost."""
import itertools
import os
import re
import sys
import tempfile
from pathlib import Path

from page import Figure, Part, ROOT, at_least, at_most, percent
from run import median
from watching import cpu_seconds, watched_load

sys.path.insert(0, str(ROOT / "tests/e2e"))
import rest  # noqa: E402  pylint: disable=wrong-import-position
import servers  # noqa: E402  pylint: disable=wrong-import-position

TEXT = """\
HAPI FHIR 8.8.0 on PostgreSQL, both on the machine that loads (`tests/e2e/servers.py`), its JVM warmed for a minute by loading. Each cell of a grid of `--concurrency` and
`--batch` loads Patients of 1.3 KB that the server has never seen, for some seconds. Then, in turns, the load that is told neither, from its 10th second on, and the best cell again.
Resources are counted by the server. CPU is what /proc says of the loader, and of Java and all of PostgreSQL, in the same seconds."""

IN_FLIGHT, ENTRIES = (1, 2, 4, 8, 16), (10, 50, 100, 500)
WARM_UP, CELL, LONG = 60, 8, 25  # seconds
RECORDS = 150_000


def write_patients(path, prefix):
    with open(path, "w") as out:
        for number in range(RECORDS):
            out.write('{"resourceType":"Patient","id":"%s-%d","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">%s</div>"},'
                      '"identifier":[{"system":"http://hospital.example/mrn","value":"%s%d"}],"name":[{"family":"Family%d","given":["Given%d"]}],'
                      '"gender":"%s","birthDate":"19%02d-%02d-%02d","address":[{"line":["%d Main Street"],"city":"City%d","country":"US"}]}\n'
                      % (prefix, number, "A patient of a benchmark. " * 34, prefix, number, number % 997, number % 89,
                         ("male", "female")[number % 2], number % 90 + 10, number % 12 + 1, number % 28 + 1, number % 500, number % 301))


def processes():
    """Each process: its id, its parent's, its words."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            yield int(folder.name), parent, (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has ended


def server_processes(database_port):
    """Java and PostgreSQL's own, with its children of the moment."""
    everything = list(processes())
    java = [pid for pid, parent, words in everything if parent == os.getpid() and "fhirehose.hapi.Main" in words]
    masters = [pid for pid, _, words in everything
               if any(pair == ("-p", str(database_port)) for pair in itertools.pairwise(words)) and "postgres" in words[0]]
    return java, masters, [pid for pid, parent, _ in everything if parent in masters]


def server_cpu(database_port):
    java, masters, backends = server_processes(database_port)
    ended = 0
    for pid in masters:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ended += (int(fields[13]) + int(fields[14])) / 100
    return ended + sum(cpu_seconds(pid) for pid in java + masters + backends)


class Session:
    def __init__(self, base, database_port, scratch):
        self.base, self.database_port, self.scratch, self.loads = base, database_port, scratch, 0
        self.cpu_shares = []

    def count(self):
        return rest.count(self.base, "Patient")

    def rate(self, begin, end, *options):
        self.loads += 1
        source = self.scratch / "patients.ndjson"
        write_patients(source, f"load{self.loads}")
        with watched_load(source, self.base, self.scratch / "state", self.count, *options) as load:
            load.until(begin)
            loader, server = cpu_seconds(load.process.pid), server_cpu(self.database_port)
            rate = load.rate(begin, end)
            loader, server = cpu_seconds(load.process.pid) - loader, server_cpu(self.database_port) - server
        if not options:
            self.cpu_shares.append(loader / server)
        return rate

    def fixed(self, pace, seconds):
        return self.rate(2, 2 + seconds, "--concurrency", pace[0], "--batch", pace[1])

    def adaptive(self, seconds):
        return self.rate(10, 10 + seconds)


def measure_session(session, rounds):
    session.rate(WARM_UP - 1, WARM_UP, "--concurrency", 2, "--batch", 100)
    grid = {}
    for pace in itertools.product(IN_FLIGHT, ENTRIES):
        grid[pace] = session.fixed(pace, CELL)
        print(f"  {pace[0]:3} x {pace[1]:3}: {grid[pace]:6,.0f}/s", flush=True)
    best = max(grid, key=grid.get)
    pairs = [(session.adaptive(LONG), session.fixed(best, LONG)) for _ in range(max(2, rounds))]
    beside = f"{median(a for a, _ in pairs):,.0f}/s; best cell {best[0]} x {best[1]}: {median(b for _, b in pairs):,.0f}/s"
    return [at_least("of the best cell, from the 10th second on", median(a / b for a, b in pairs), 0.95, percent, beside),
            at_most("loader's CPU, of the server's", median(session.cpu_shares), 0.02, lambda value: f"{100 * value:.1f} %"),
            Figure("the grid's best, as it was first seen", f"{grid[best]:,.0f}/s", beside=f"worst {min(grid.values()):,.0f}/s")]


def measure(rounds):
    with tempfile.TemporaryDirectory(prefix="fhirehose-bench-") as folder, servers.postgres() as database:
        port = int(re.search(r":(\d+)/", database[0])[1])
        with servers.hapi(*database) as base:
            figures = measure_session(Session(base, port, Path(folder)), rounds)
    return Part("hapi_knee", "HAPI FHIR on PostgreSQL", TEXT, figures)
