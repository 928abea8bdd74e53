"""One benchmark a stage (Google Benchmark), as it runs inside the process: bytes and items a second of one thread."""
import json
import os
import tempfile

from inputs import make
from page import Figure, Part
from run import BARE, Run

TEXT = """\
`bench/NAME_bench.cpp` holds each stage alone: no threads beside its own, input in memory. They run on synthea-10's NDJSON and the twelve bundles,
each as one text; sqlite on rows of its own. `build/bench/bench/bench_NAME` runs one of them, with Google Benchmark's options."""


def rate(result, name, unit, scale):
    value = result.get(name)
    return f"{value / scale:,.2f} {unit}" if value else ""


def measure(_rounds):
    os.environ["FHIREHOSE_BENCH_DATA"] = str(make("samples")[0])
    figures = []
    for program in sorted(BARE.glob("bench_*")):
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            Run(program, f"--benchmark_out={out.name}", "--benchmark_out_format=json", keep_output=False)
            results = json.load(out)["benchmarks"]
        for result in results:
            name = f"`{program.name.removeprefix('bench_')}`: {result['name'].split('/')[0]}"
            figures.append(Figure(name, rate(result, "bytes_per_second", "GB/s", 1e9),
                                  beside=rate(result, "items_per_second", "M items/s", 1e6)))
    return Part("stages", "Stages", TEXT, figures)
